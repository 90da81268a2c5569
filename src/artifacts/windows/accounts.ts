/**
 * Accounts of this host: the account database (SAM), who is an administrator, whose profiles there are, and who is kept
 * off the logon screen.
 *
 * Why: shadow accounts (影子账户). A clone carries the number of the built-in administrator in its record; a name that ends
 * in `$` is left out of `net user`; an account that was exported, deleted and imported again stands in one place only.
 * The key below `Names` is written when the account is made and then no more: its time is when it came.
 * Sources: knowledge on Windows §4.1; `formats/sam/`.
 */
import { type Filetime, momentUs } from '../../formats/filetime.ts';
import { readProfileList } from '../../formats/profile-list.ts';
import { valueNumber } from '../../formats/registry/data.ts';
import { readSam, type Sam, type SamUser } from '../../formats/sam/read-sam.ts';
import { accountFlag } from '../../formats/sam/user.ts';
import type { PersistenceFact, PersistenceMark } from '../../model/facts/persistence.ts';
import { type Printable, phrase, printableText } from '../../model/text.ts';
import type { PersistenceArtifact } from '../linux/persistence-artifact.ts';
import { entry, samHive, softwareHive, tellBound } from './entry.ts';
import { keyName, type OpenHive, refOf } from './hives.ts';
import { installedUs } from './host.ts';
import { viewOf, type WindowsView } from './view.ts';

export const accountsArtifact = 'windows.accounts';
const artifact = accountsArtifact;
const mostAccounts = 5_000;
const guest = 501;
const monthUs = 30 * 86_400e6;
const administratorsGroup = 544;
const userList = 'Microsoft\\Windows NT\\CurrentVersion\\Winlogon\\SpecialAccounts\\UserList';

/** Numbers of accounts of this host in the local administrators, by either list. */
function administrators(sam: Sam): ReadonlySet<number> {
  const rids = new Set<number>();
  const add = (sid: string): void => {
    const rid =
      sam.machineSid !== undefined && sid.startsWith(`${sam.machineSid}-`)
        ? Number(sid.slice(sam.machineSid.length + 1))
        : Number.NaN;
    if (Number.isInteger(rid)) rids.add(rid);
  };
  for (const group of sam.groups)
    if (group.domain === 'Builtin' && group.rid === administratorsGroup) group.members.forEach(add);
  for (const [sid, groups] of sam.memberships) if (groups.includes(administratorsGroup)) add(sid);
  return rids;
}

/** Accounts that the logon screen leaves out. */
function hiddenNames(view: WindowsView): ReadonlySet<string> {
  const names = new Set<string>();
  for (const value of view.registry.key('SOFTWARE', userList)?.key.values() ?? [])
    if (valueNumber(value) === 0) names.add(value.name.toLowerCase());
  return names;
}

const second = (us: number): string => new Date(us / 1000).toISOString().slice(0, 19).replace('T', ' ');
const timed = (what: string, time: Filetime | undefined): readonly string[] => {
  const us = time === undefined ? undefined : momentUs(time);
  return us === undefined ? [] : [`${what} ${second(us)}`];
};

interface Known {
  readonly view: WindowsView;
  readonly of: OpenHive;
  readonly sam: Sam;
  readonly admins: ReadonlySet<number>;
  readonly hidden: ReadonlySet<string>;
  /** The latest that any account tells, microseconds UTC. */
  readonly latestUs: number;
}

const lineOf = ({ of }: Known, key: string, what: string): Printable =>
  phrase`${printableText(`${of.root}\\SAM\\Domains\\Account\\Users\\${key}`)}: ${printableText(what.slice(0, 2_000))}`;

function accountFact(user: SamUser, known: Known): PersistenceFact | undefined {
  const { view, of, sam, admins, hidden, latestUs } = known;
  const { keyRid: rid, numbers, texts } = user;
  if (rid === undefined) return undefined;
  const named = sam.names.find((name) => name.rid === rid);
  const name = texts?.name ?? named?.name ?? '';
  const enabled = numbers === undefined || (numbers.flags & accountFlag.disabled) === 0;
  const admin = admins.has(rid) || rid === 500;
  const madeUs = momentUs(named?.written ?? 0n);
  const marks: PersistenceMark[] = [];
  if (numbers !== undefined && numbers.rid !== rid) marks.push('cloned-account');
  if (named === undefined) marks.push('account-in-one-place');
  if (name.endsWith('$')) marks.push('dollar-account');
  if (hidden.has(name.toLowerCase())) marks.push('hidden-at-logon');
  if (rid === guest && enabled) marks.push('guest-enabled');
  if (admin) marks.push('administrator');
  const installed = installedUs(view);
  const late = madeUs !== undefined && installed !== undefined && madeUs > installed + monthUs;
  if (rid >= 1000 && late && madeUs > latestUs - monthUs) marks.push('fresh-account');
  const shown = [
    `${name === '' ? '(no name)' : name}, RID ${rid}`,
    ...(numbers !== undefined && numbers.rid !== rid ? [`its record says RID ${numbers.rid}`] : []),
    enabled ? 'enabled' : 'disabled',
    ...(admin ? ['Administrators'] : []),
    ...timed('made', named?.written),
    ...timed('last logon', numbers?.lastLogon),
    ...(numbers === undefined ? [] : [`${numbers.logons} logons`]),
  ];
  return entry({
    source: { source: of.path },
    mechanism: 'windows-account',
    name: printableText(name.slice(0, 256)),
    ...(sam.machineSid === undefined ? {} : { sid: `${sam.machineSid}-${rid}` }),
    ...(madeUs === undefined ? {} : { writtenUs: madeUs }),
    user: printableText(name.slice(0, 256)),
    language: 'none',
    active: enabled,
    marks,
    text: lineOf(known, user.keyName, shown.join(', ')),
  });
}

/** Names of which there is no account. */
function namesAlone(known: Known): readonly PersistenceFact[] {
  const rids = new Set(known.sam.users.map(({ keyRid }) => keyRid));
  return known.sam.names
    .filter(({ rid }) => rid === undefined || !rids.has(rid))
    .slice(0, mostAccounts)
    .map(({ name, written }) =>
      entry({
        source: { source: known.of.path },
        mechanism: 'windows-account',
        name: printableText(name.slice(0, 256)),
        user: printableText(name.slice(0, 256)),
        language: 'none',
        marks: ['account-in-one-place', ...(name.endsWith('$') ? (['dollar-account'] as const) : [])],
        text: lineOf(
          known,
          'Names',
          [`${name}, a name without an account`, ...timed('made', written)].join(', '),
        ),
      }),
    );
}

/** Profiles of accounts of this host that are no more: left behind, or of an account that was hidden for a while. */
function profilesAlone({ view, sam }: Known): readonly PersistenceFact[] {
  const software = view.registry.get('SOFTWARE');
  const profiles = software === undefined ? undefined : readProfileList(software.hive);
  if (software === undefined || profiles === undefined || sam.machineSid === undefined) return [];
  const own = `${sam.machineSid}-`;
  const known = new Set(sam.users.flatMap(({ keyRid }) => (keyRid === undefined ? [] : [`${own}${keyRid}`])));
  return profiles
    .filter(({ sid }) => sid.startsWith(own) && /^\d+$/.test(sid.slice(own.length)) && !known.has(sid))
    .slice(0, mostAccounts)
    .map(({ sid, folder = '', loaded }) => {
      const name = folder.slice(folder.lastIndexOf('\\') + 1);
      const what = [`${folder}: a profile without an account`, ...timed('loaded', loaded)].join(', ');
      return entry({
        source: { source: software.path },
        mechanism: 'windows-account',
        name: printableText(name.slice(0, 256)),
        user: printableText(name.slice(0, 256)),
        language: 'none',
        active: false,
        marks: ['account-in-one-place'],
        text: phrase`${printableText(`${software.root}\\...\\ProfileList\\${sid}`)}: ${printableText(what.slice(0, 1_000))}`,
      });
    });
}

export const accounts: PersistenceArtifact = {
  id: artifact,
  order: 6,
  required: true,
  mechanisms: ['windows-account', 'logon-screen-list'],
  sources: [samHive, softwareHive],
  gather(context) {
    const view = viewOf(context);
    const of = view.registry.get('SAM');
    const facts: PersistenceFact[] = [];
    const hidden = hiddenNames(view);
    const sam = of === undefined ? undefined : readSam(of.hive);
    if (of !== undefined && sam === undefined)
      context.log.record({
        source: of.path,
        artifact,
        status: 'error',
        reason: 'no account database in it',
        bytes: 0,
      });
    if (of !== undefined && sam !== undefined) {
      if (sam.cut || sam.users.length > mostAccounts || sam.names.length > mostAccounts)
        context.log.record({
          source: of.path,
          artifact,
          status: 'truncated',
          reason: 'more accounts than are read',
          bytes: 0,
        });
      const times = [
        ...sam.users.flatMap(({ numbers }) => numbers?.lastLogon ?? []),
        ...sam.names.map(({ written }) => written),
      ];
      const latestUs = Math.max(0, ...times.map((time) => momentUs(time) ?? 0));
      const known: Known = { view, of, sam, admins: administrators(sam), hidden, latestUs };
      for (const user of sam.users.slice(0, mostAccounts)) {
        const fact = accountFact(user, known);
        if (fact !== undefined) facts.push(fact);
      }
      facts.push(...namesAlone(known), ...profilesAlone(known));
    }
    const list = view.registry.key('SOFTWARE', userList);
    for (const value of list?.key.values() ?? []) {
      if (list === undefined || valueNumber(value) !== 0 || facts.length >= 2 * mostAccounts) continue;
      facts.push(
        entry({
          source: refOf(list.of, value),
          mechanism: 'logon-screen-list',
          name: printableText(value.name.slice(0, 256)),
          user: printableText(value.name.slice(0, 256)),
          language: 'none',
          marks: ['hidden-at-logon'],
          text: phrase`${keyName(list.of, list.key)}: ${printableText(value.name.slice(0, 256))} = 0`,
        }),
      );
    }
    tellBound(context, artifact, softwareHive, facts.length, 2 * mostAccounts);
    return Promise.resolve(facts);
  },
};
