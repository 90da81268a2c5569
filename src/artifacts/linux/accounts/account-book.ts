/**
 * Accounts and groups of a target, read together: passwd, shadow, group, gshadow, UID_MIN.
 *
 * What it is NOT: accounts of directory services; nothing of the target is run to ask them. Every artifact of
 * accounts reads them under its own name, so that each says what it could not read.
 * Sources: passwd(5), shadow(5), group(5), login.defs(5).
 */
import { type GroupLine, parseGroup } from '../../../formats/group.ts';
import { type PasswdLine, parsePasswdLines } from '../../../formats/passwd-lines.ts';
import { parseShadow, type ShadowLine } from '../../../formats/shadow.ts';
import { textLines } from '../../../formats/text-lines.ts';
import { type Printable, printableText } from '../../../model/text.ts';
import { type ReadContext, readFileNow } from '../reading.ts';
import { hasBlank, isBaseAccount, isUsualShell } from './known-accounts.ts';

export const passwdPath = printableText('/etc/passwd');
export const shadowPath = printableText('/etc/shadow');
export const groupPath = printableText('/etc/group');
export const gshadowPath = printableText('/etc/gshadow');
const loginDefs = printableText('/etc/login.defs');
const limit = 16 << 20;

export interface AccountBook {
  readonly passwd: readonly PasswdLine[];
  readonly shadow: readonly ShadowLine[];
  readonly groups: readonly GroupLine[];
  /** The first uid of persons. */
  readonly firstPerson: number;
  /** The account of a name: its first line, as getpwnam(3) finds it. */
  account(name: Printable): PasswdLine | undefined;
  /** The first account of a number. */
  accountOf(uid: number): PasswdLine | undefined;
  /** Of a service, not of a person or root. */
  isSystem(account: PasswdLine): boolean;
}

/** Opens a session: a shell, or something that only looks as if it were none. */
export const letsIn = (shell: string): boolean => isUsualShell(shell) || hasBlank(shell);

function firstPersonOf(bytes: Uint8Array): number {
  for (const { text } of textLines(bytes, { lines: 5_000, longest: 1024 })) {
    const value = /^\s*UID_MIN\s+(\d{1,9})\b/.exec(text)?.[1];
    if (value !== undefined && Number(value) > 0) return Math.min(Number(value), 1000);
  }
  return 1000;
}

export function readAccounts(context: ReadContext, artifact: string): AccountBook {
  const read = (path: typeof passwdPath): Uint8Array => readFileNow(context, artifact, path, limit).bytes;
  const passwd = parsePasswdLines(read(passwdPath));
  const shadow = parseShadow(read(shadowPath));
  const groups = parseGroup(read(groupPath));
  const firstPerson = firstPersonOf(read(loginDefs));
  const byName = new Map<Printable, PasswdLine>();
  const byUid = new Map<number, PasswdLine>();
  for (const line of passwd) {
    if (line.compat) continue;
    if (!byName.has(line.name)) byName.set(line.name, line);
    if (!byUid.has(line.uid)) byUid.set(line.uid, line);
  }
  return {
    passwd,
    shadow,
    groups,
    firstPerson,
    account: (name) => byName.get(name),
    accountOf: (uid) => byUid.get(uid),
    isSystem: ({ name, uid }) => uid !== 0 && (isBaseAccount(name) || uid < firstPerson || uid === 65534),
  };
}
