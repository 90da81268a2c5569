/**
 * Lines of /etc/passwd as they stand there, for those who ask what is odd about them.
 *
 * Beside `parsePasswd`, which names user ids, this keeps the state of the password, what stands around a shell
 * (a blank after nologin is another program), and the lines of NIS. What it is NOT: a judgement.
 * A carriage return at the end belongs to the shell unless the whole file has them.
 * Sources: passwd(5); nsswitch.conf(5), "compat mode". Bound: 100,000 lines.
 */
import type { PathText, Printable } from '../model/text.ts';
import { maskedPassword, type PasswordField, passwordField } from './shadow.ts';
import { printableLatin1, textLines } from './text-lines.ts';

export interface PasswdLine {
  readonly name: Printable;
  readonly password: PasswordField;
  /** NaN where none stands. */
  readonly uid: number;
  readonly gid: number;
  readonly home: PathText;
  /** With every blank; empty means /bin/sh. */
  readonly shell: PathText;
  /** A line that brings in accounts of a directory: `+`, `+@group`, `-name`. */
  readonly compat: boolean;
  /** One-based. */
  readonly line: number;
  /** The line without a hash. */
  readonly shown: Printable;
}

const mostLines = 100_000;
const number = (field: string | undefined): number =>
  field !== undefined && /^\d{1,10}$/.test(field) ? Number(field) : Number.NaN;

export function parsePasswdLines(bytes: Uint8Array): readonly PasswdLine[] {
  const lines = [...textLines(bytes, { lines: mostLines, longest: 8192 })];
  const everywhere = lines.every(({ carriageReturn }) => carriageReturn);
  return lines.flatMap(({ line, text, carriageReturn }): readonly PasswdLine[] => {
    const fields = text.split(':');
    const [name = '', password = '', uid, gid, , home = '', shell = ''] = fields;
    const compat = /^[+-]/.test(name);
    if (name === '' || name.startsWith('#')) return [];
    if (!compat && (fields.length < 4 || !(number(uid) <= 0xffff_ffff))) return [];
    const shown = [name, maskedPassword(password), ...fields.slice(2)].join(':');
    return [
      {
        name: printableLatin1(name),
        password: passwordField(password),
        uid: number(uid),
        gid: number(gid),
        home: printableLatin1(home),
        shell: printableLatin1(carriageReturn && !everywhere ? `${shell}\r` : shell),
        compat,
        line,
        shown: printableLatin1(shown),
      },
    ];
  });
}
