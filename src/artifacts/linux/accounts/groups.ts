/**
 * `linux.groups`: who belongs to a group that is as good as root.
 *
 * Reads group, gshadow and the primary groups of passwd, for sudo, wheel, docker, lxd, disk, shadow and kin. Why:
 * a member of docker mounts the whole host, one of shadow reads every hash, and no line says "root" anywhere. What
 * it is NOT: what sudoers grants a group. A group that shares the number of one of them is that group.
 * Members that a distribution puts there itself (root, daemon and adm in adm) are entries like any other.
 * Sources: group(5), gshadow(5), docker's and lxd's pages on their groups. Bound: 10,000 entries.
 */
import { type GroupLine, parseGroup } from '../../../formats/group.ts';
import type { PersistenceFact, PersistenceMark } from '../../../model/facts/persistence.ts';
import type { SourceRef } from '../../../model/source.ts';
import { type Printable, phrase } from '../../../model/text.ts';
import { entry } from '../entry.ts';
import type { PersistenceArtifact } from '../persistence-artifact.ts';
import { readFileNow } from '../reading.ts';
import {
  type AccountBook,
  groupPath,
  gshadowPath,
  letsIn,
  passwdPath,
  readAccounts,
} from './account-book.ts';
import { isBaseAccount, isPowerfulGroup, looksLikeBaseAccount, readsOnly } from './known-accounts.ts';

const id = 'linux.groups';
const mostEntries = 10_000;

function memberEntry(
  book: AccountBook,
  group: Printable,
  member: Printable,
  source: SourceRef,
  text: Printable,
): PersistenceFact {
  const account = book.account(member);
  const marks: PersistenceMark[] = [];
  const system = account !== undefined && book.isSystem(account);
  if (system) marks.push('of-system-account');
  if (isBaseAccount(member) && !readsOnly(group)) marks.push('opens-access');
  if (account !== undefined && looksLikeBaseAccount(member) && letsIn(account.shell)) {
    marks.push('look-alike-name');
  }
  return entry({
    source,
    mechanism: 'account-group',
    user: member,
    trigger: phrase`login`,
    command: phrase`member of ${group}`,
    language: 'none',
    active: account !== undefined,
    marks,
    text,
  });
}

function groupEntries(book: AccountBook): readonly PersistenceFact[] {
  const powerful = new Map<number, GroupLine>();
  for (const group of book.groups) {
    if (isPowerfulGroup(group.name) && !powerful.has(group.gid)) powerful.set(group.gid, group);
  }
  const listed = book.groups.flatMap((group) => {
    const as = isPowerfulGroup(group.name) ? group : powerful.get(group.gid);
    if (as === undefined) return [];
    return group.members
      .filter((member) => member !== 'root')
      .map((member) =>
        memberEntry(book, as.name, member, { source: groupPath, line: group.line }, group.shown),
      );
  });
  const primary = book.passwd.flatMap((account) => {
    const group = account.compat || account.uid === 0 ? undefined : powerful.get(account.gid);
    // Base accounts of Red Hat and Alpine (sync, shutdown, operator) have root's group, and no use of it.
    if (group === undefined || group.name === account.name) return [];
    if (isBaseAccount(account.name) && !letsIn(account.shell)) return [];
    const source = { source: passwdPath, line: account.line };
    return [memberEntry(book, group.name, account.name, source, account.shown)];
  });
  return [...listed, ...primary];
}

/** Whoever knows the password of a group, or administers it, is as good as a member. */
function shadowEntries(lines: readonly GroupLine[]): readonly PersistenceFact[] {
  return lines.flatMap((group) => {
    const open = group.password.state === 'set';
    const administrators = group.administrators.filter((name) => name !== 'root');
    if (!isPowerfulGroup(group.name) || (!open && administrators.length === 0)) return [];
    return [
      entry({
        source: { source: gshadowPath, line: group.line },
        mechanism: 'account-group',
        user: administrators[0] ?? phrase`every user`,
        trigger: phrase`newgrp`,
        command: phrase`member of ${group.name}`,
        language: 'none',
        marks: open ? ['opens-access'] : [],
        text: group.shown,
      }),
    ];
  });
}

export const groups: PersistenceArtifact = {
  id,
  sources: [groupPath, gshadowPath, passwdPath].map((path) => ({ kind: 'file', path, live: false })),
  mechanisms: ['account-group'],
  order: 14,
  required: true,
  gather(context) {
    const book = readAccounts(context, id);
    const secret = parseGroup(readFileNow(context, id, gshadowPath, 16 << 20).bytes, 'gshadow');
    return Promise.resolve([...shadowEntries(secret), ...groupEntries(book)].slice(0, mostEntries));
  },
};
