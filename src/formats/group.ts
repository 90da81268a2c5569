/**
 * /etc/group and /etc/gshadow: who belongs to which group.
 *
 * What it is NOT: primary groups, which passwd names. Sources: group(5), gshadow(5).
 * Bounds: 100,000 lines, 4,096 members of one group.
 */
import type { Printable } from '../model/text.ts';
import { maskedPassword, type PasswordField, passwordField } from './shadow.ts';
import { printableLatin1, textLines } from './text-lines.ts';

export interface GroupLine {
  readonly name: Printable;
  readonly password: PasswordField;
  /** NaN in gshadow, which has none. */
  readonly gid: number;
  readonly members: readonly Printable[];
  /** gshadow alone: who may add members. */
  readonly administrators: readonly Printable[];
  /** One-based. */
  readonly line: number;
  readonly shown: Printable;
}

const mostLines = 100_000;
const mostMembers = 4_096;

function names(field: string | undefined): readonly Printable[] {
  return (field ?? '')
    .split(',', mostMembers)
    .map((name) => name.trim())
    .filter((name) => name !== '')
    .map(printableLatin1);
}

export function parseGroup(bytes: Uint8Array, file: 'group' | 'gshadow' = 'group'): readonly GroupLine[] {
  const found: GroupLine[] = [];
  for (const { line, text } of textLines(bytes, { lines: mostLines })) {
    const fields = text.split(':');
    const [name = '', password = '', third = '', fourth] = fields;
    if (fields.length < 3 || name === '' || /^[#+-]/.test(name)) continue;
    const gid = file === 'group' && /^\d{1,10}$/.test(third) ? Number(third) : Number.NaN;
    if (file === 'group' && Number.isNaN(gid)) continue;
    found.push({
      name: printableLatin1(name),
      password: passwordField(password),
      gid,
      members: names(fourth),
      administrators: file === 'gshadow' ? names(third) : [],
      line,
      shown: printableLatin1([name, maskedPassword(password), ...fields.slice(2)].join(':').slice(0, 4096)),
    });
  }
  return found;
}
