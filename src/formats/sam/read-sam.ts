/**
 * The SAM hive: accounts, the names under which they are found, and local groups with their members.
 *
 * An account stands in several places: a key by its number (`Users\000003E9`), in which F and V repeat number and name, a
 * key by its name (`Users\Names\guest`) whose value has the number as its TYPE, and lists of groups. Nothing is joined here:
 * what does not agree is for the analyzer to see. What it is NOT: a reader of domain accounts, which stand in ntds.dit.
 */
import type { Filetime } from '../filetime.ts';
import type { Hive } from '../registry/hive.ts';
import type { HiveKey } from '../registry/key.ts';
import { sidText } from '../security-identifier.ts';
import { parseAlias, type SamAlias } from './alias.ts';
import { parseUserNumbers, parseUserTexts, type UserNumbers, type UserTexts } from './user.ts';

/** Accounts, names and groups that are read of each. */
const most = 20_000;
/** Far above any value F, V or C; one that is larger is cut. */
const mostBytes = 1 << 20;

export interface SamUser {
  /** The name of its key as a number; undefined where it is none. */
  readonly keyRid: number | undefined;
  readonly keyName: string;
  /** Of its key: when F or V were last changed, a logon included. */
  readonly written: Filetime;
  readonly numbers: UserNumbers | undefined;
  readonly texts: UserTexts | undefined;
}

export interface SamName {
  readonly name: string;
  /** The type of its default value; undefined without one. */
  readonly rid: number | undefined;
  /** When the name was made, since nothing is ever changed in it. */
  readonly written: Filetime;
}

export interface SamGroup extends SamAlias {
  /** `Builtin` holds Administrators and Users, `Account` what was made on this host. */
  readonly domain: 'Builtin' | 'Account';
  readonly written: Filetime;
}

export interface Sam {
  /** `S-1-5-21-…` of this host; an account's is this with its number. */
  readonly machineSid: string | undefined;
  readonly users: readonly SamUser[];
  readonly names: readonly SamName[];
  readonly groups: readonly SamGroup[];
  /** Numbers of the local groups of each member, by SID: the second list, kept apart from that in the groups. */
  readonly memberships: ReadonlyMap<string, readonly number[]>;
  /** When an account or a name was last made, changed or removed, as the times of their keys tell it. */
  readonly changed: Filetime;
  /** There was more than is read. */
  readonly cut: boolean;
}

function bytesOf(key: HiveKey, name: string): Uint8Array | undefined {
  return key.value(name)?.data(mostBytes).bytes;
}

function hexNumber(name: string): number | undefined {
  return /^[0-9a-f]{1,8}$/i.test(name) ? Number.parseInt(name, 16) : undefined;
}

function userOf(key: HiveKey): SamUser {
  const [f, v] = [bytesOf(key, 'F'), bytesOf(key, 'V')];
  return {
    keyRid: hexNumber(key.name),
    keyName: key.name,
    written: key.lastWritten,
    numbers: f === undefined ? undefined : parseUserNumbers(f),
    texts: v === undefined ? undefined : parseUserTexts(v),
  };
}

/** The SID at the end of the domain's value V. */
function machineSidOf(account: HiveKey | undefined): string | undefined {
  const v = account === undefined ? undefined : bytesOf(account, 'V');
  if (v === undefined || v.length < 24) return undefined;
  const sid = sidText(v, v.length - 24, 24);
  return sid?.startsWith('S-1-5-21-') === true ? sid : undefined;
}

function readMemberships(members: HiveKey | undefined, into: Map<string, readonly number[]>): void {
  for (const authority of members?.subkeys() ?? [])
    for (const key of authority.subkeys()) {
      const rid = hexNumber(key.name);
      const bytes = key.value('')?.data(mostBytes).bytes;
      if (rid === undefined || bytes === undefined || into.size >= most) continue;
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      const groups = Array.from({ length: bytes.length >> 2 }, (_, index) => view.getUint32(index * 4, true));
      const sid = `${authority.name}-${rid}`;
      into.set(sid, [...(into.get(sid) ?? []), ...groups]);
    }
}

/** Reads a SAM hive; undefined where it has no accounts domain, so that it is none. */
export function readSam(hive: Hive): Sam | undefined {
  const domains = hive.key('SAM\\Domains');
  const account = domains?.subkey('Account');
  const usersKey = account?.subkey('Users');
  if (domains === undefined || usersKey === undefined) return undefined;
  const users: SamUser[] = [];
  const names: SamName[] = [];
  const groups: SamGroup[] = [];
  const memberships = new Map<string, readonly number[]>();
  let cut = false;
  let changed = usersKey.lastWritten;
  for (const key of usersKey.subkeys()) {
    if (key.lastWritten > changed) changed = key.lastWritten;
    if (key.name.toLowerCase() === 'names') {
      for (const name of key.subkeys()) {
        if (names.length >= most) cut = true;
        else names.push({ name: name.name, rid: name.value('')?.type, written: name.lastWritten });
        if (cut) break;
      }
    } else if (users.length < most) users.push(userOf(key));
    else cut = true;
    if (cut) break;
  }
  for (const domain of ['Builtin', 'Account'] as const) {
    const aliases = domains.subkey(domain)?.subkey('Aliases');
    for (const key of aliases?.subkeys() ?? []) {
      const c = hexNumber(key.name) === undefined ? undefined : bytesOf(key, 'C');
      const alias = c === undefined ? undefined : parseAlias(c);
      if (groups.length >= most) cut = true;
      else if (alias !== undefined) groups.push({ ...alias, domain, written: key.lastWritten });
      if (cut) break;
    }
    readMemberships(aliases?.subkey('Members'), memberships);
  }
  for (const { written } of names) if (written > changed) changed = written;
  return { machineSid: machineSidOf(account), users, names, groups, memberships, changed, cut };
}
