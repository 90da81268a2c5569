/**
 * Password fields of passwd(5), shadow(5), group(5) and gshadow(5), and the lines of /etc/shadow.
 *
 * What is kept of a password is its state and its scheme, never the hash: results are passed on, and a hash is a
 * secret. A field that no crypt(3) could have made refuses every password, whatever stands in it.
 * Sources: shadow(5), crypt(5), passwd(5). Bound: 100,000 lines.
 */
import type { Printable } from '../model/text.ts';
import { printableLatin1, textLines } from './text-lines.ts';

export interface PasswordField {
  /** `shadowed`: another file says. `locked`: no password opens it, keys and other ways may. */
  readonly state: 'empty' | 'locked' | 'set' | 'shadowed';
  /** `$6$`, `$y$`, `des`; empty where there is no hash. */
  readonly scheme: string;
}

/** Prefixes of crypt(5), with their settings left out. */
const modern = /^(\$[A-Za-z0-9][\w,-]{0,15}\$)[\x21-\x39\x3b-\x7e]+$/;
const traditional = /^(?:[./0-9A-Za-z]{13}|_[./0-9A-Za-z]{19})$/;

export function passwordField(field: string): PasswordField {
  if (field === '') return { state: 'empty', scheme: '' };
  if (field === 'x') return { state: 'shadowed', scheme: '' };
  const [, scheme] = modern.exec(field) ?? [];
  if (scheme !== undefined) return { state: 'set', scheme };
  if (traditional.test(field)) return { state: 'set', scheme: 'des' };
  return { state: 'locked', scheme: '' };
}

/** What is shown in place of the field. */
export function maskedPassword(field: string): string {
  const { state, scheme } = passwordField(field);
  if (state === 'set') return `(hash ${scheme})`;
  return /^[!*x]{0,3}$/.test(field) ? field : '(locked)';
}

export interface ShadowLine {
  readonly name: Printable;
  readonly password: PasswordField;
  /** Days since 1970 after which the account is closed; absent for never. */
  readonly expires?: number;
  /** One-based. */
  readonly line: number;
  /** The line without its hash. */
  readonly shown: Printable;
}

const mostLines = 100_000;

export function parseShadow(bytes: Uint8Array): readonly ShadowLine[] {
  const found: ShadowLine[] = [];
  for (const { line, text } of textLines(bytes, { lines: mostLines, longest: 4096 })) {
    const fields = text.split(':');
    const [name = '', password = ''] = fields;
    if (fields.length < 2 || name === '' || /^[#+-]/.test(name)) continue;
    const state = passwordField(password);
    const expires = /^\d{1,7}$/.test(fields[7] ?? '') ? Number(fields[7]) : undefined;
    found.push({
      name: printableLatin1(name),
      // `x` means another file only in passwd itself.
      password: state.state === 'shadowed' ? { state: 'locked', scheme: '' } : state,
      ...(expires === undefined ? {} : { expires }),
      line,
      shown: printableLatin1([name, maskedPassword(password), ...fields.slice(2, 9)].join(':')),
    });
  }
  return found;
}
