/**
 * To which package a file belongs: dpkg, apk, pacman and rpm.
 *
 * Why: a busy program that no package owns deserves a look; one that a package owns seldom does. Asked only for
 * executables and libraries of suspects. What it is NOT: a check that the file is unchanged, and not an artifact
 * of the first stage.
 * Facts: `package` is empty only when every package database of the host was read whole and none has the path;
 * where one could not be read, or the host has none, there is no fact for the paths it left open.
 * Bounds: 5,000 paths, 100,000 lists, 8 MiB a list, 192 MiB for an rpm or apk database (a desktop's rpmdb has
 * 100–150 MiB, so the house's 64 MiB would not do).
 */
import {
  matchApkInstalled,
  matchDpkgList,
  matchPacmanFiles,
  PathMatcher,
  pacmanPackage,
  parseDiversions,
} from '../../formats/package-files.ts';
import type { FileOwnerFact } from '../../model/facts/host.ts';
import type { SourceRecord, SourceStatus } from '../../model/source.ts';
import { bytesOf, joinPath, type PathText, printableBytes, printableText } from '../../model/text.ts';
import type { Target } from '../../target/port.ts';
import { targetBehind } from '../../target/thrifty.ts';
import { MergedFolders } from './merged-usr.ts';
import { rpmFilesOf } from './rpm-database.ts';

const artifact = 'linux.file-owners';
const mostPaths = 5_000;
const mostLists = 100_000;
const mib = 1024 * 1024;
const listLimit = 8 * mib;
const databaseLimit = 192 * mib;

const dpkgInfo = printableText('/var/lib/dpkg/info');
const dpkgDiversions = printableText('/var/lib/dpkg/diversions');
const apkDatabases = [printableText('/lib/apk/db/installed'), printableText('/usr/lib/apk/db/installed')];
const pacmanLocal = printableText('/var/lib/pacman/local');

interface Owner {
  readonly package: string;
  readonly source: PathText;
}

interface Lookup {
  readonly manager: 'dpkg' | 'rpm' | 'apk' | 'pacman';
  /** By path as a Latin-1 string of its bytes. */
  readonly owners: ReadonlyMap<string, Owner>;
  readonly records: readonly SourceRecord[];
  /** False when a path that was not found may be owned all the same. */
  readonly whole: boolean;
}

const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');
const bytesOfLatin1 = (text: string): Uint8Array => Buffer.from(text, 'latin1');

function sourceRecord(source: PathText, status: SourceStatus, bytes: number, reason?: string): SourceRecord {
  return { source, artifact, status, bytes, ...(reason === undefined ? {} : { reason }) };
}

const isWhole = (status: SourceStatus): boolean => status === 'ok' || status === 'empty';

function lookInDpkg(target: Target, paths: ReadonlySet<string>): Lookup | undefined {
  const folder = target.readNow({ kind: 'directory', path: dpkgInfo, limit: 8 * mostLists });
  if (folder.status === 'absent') return undefined;
  const diverted = target.readNow({ kind: 'file', path: dpkgDiversions, limit: listLimit });
  const diversions = parseDiversions(diverted.bytes);
  const records: SourceRecord[] = [];
  if (!isWhole(diverted.status) && diverted.status !== 'absent') {
    records.push(sourceRecord(dpkgDiversions, diverted.status, diverted.bytes.length, diverted.reason));
  }
  // A file that was moved aside is listed under its first name, by any package but the one that moved it.
  const movedTo = new Map(diversions.map((entry) => [latin1(entry.to), entry]));
  const movedFrom = new Map(diversions.map((entry) => [latin1(entry.from), entry]));
  const asked = [...paths].flatMap((path) => {
    const moved = movedTo.get(path);
    return moved === undefined ? [path] : [path, latin1(moved.from)];
  });
  const matcher = new PathMatcher([...new Set(asked)].map(bytesOfLatin1));
  const owners = new Map<string, Owner>();
  let size = 0;
  let whole = isWhole(folder.status) && (isWhole(diverted.status) || diverted.status === 'absent');
  const lists = folder.entries.filter((entry) => entry.name.endsWith('.list'));
  if (lists.length > mostLists) whole = false;
  for (const { name } of lists.slice(0, mostLists)) {
    const source = joinPath(dpkgInfo, name);
    const list = target.readNow({ kind: 'file', path: source, limit: listLimit });
    size += list.bytes.length;
    if (!isWhole(list.status)) {
      whole = false;
      records.push(sourceRecord(source, list.status, list.bytes.length, list.reason));
      if (list.status !== 'truncated') continue;
    }
    const owner = { package: name.slice(0, -'.list'.length).split(':', 1)[0] ?? '', source };
    matchDpkgList(list.bytes, matcher, (found) => {
      const path = latin1(found);
      const away = movedFrom.get(path);
      if (away === undefined || away.package === owner.package) owners.set(path, owner);
      else owners.set(latin1(away.to), owner);
    });
  }
  records.push(sourceRecord(dpkgInfo, folder.status, size, folder.reason));
  return { manager: 'dpkg', owners, records, whole };
}

function lookInApk(target: Target, paths: ReadonlySet<string>): Lookup | undefined {
  for (const source of apkDatabases) {
    const database = target.readNow({ kind: 'file', path: source, limit: databaseLimit });
    if (database.status === 'absent') continue;
    const owners = new Map<string, Owner>();
    matchApkInstalled(database.bytes, paths, (path, name) => owners.set(path, { package: name, source }));
    const records = [sourceRecord(source, database.status, database.bytes.length, database.reason)];
    return { manager: 'apk', owners, records, whole: isWhole(database.status) };
  }
  return undefined;
}

function lookInPacman(target: Target, paths: ReadonlySet<string>): Lookup | undefined {
  const folder = target.readNow({ kind: 'directory', path: pacmanLocal, limit: mostLists });
  if (folder.status === 'absent') return undefined;
  const matcher = new PathMatcher([...paths].map((path) => bytesOfLatin1(path.slice(1))));
  const owners = new Map<string, Owner>();
  const records: SourceRecord[] = [];
  let whole = isWhole(folder.status);
  let size = 0;
  for (const entry of folder.entries.slice(0, mostLists)) {
    if (entry.type !== 'directory') continue;
    const source = joinPath(joinPath(pacmanLocal, entry.name), printableText('files'));
    const list = target.readNow({ kind: 'file', path: source, limit: listLimit });
    size += list.bytes.length;
    if (!isWhole(list.status)) {
      whole = false;
      records.push(sourceRecord(source, list.status, list.bytes.length, list.reason));
    }
    const owner = { package: pacmanPackage(entry.name), source };
    matchPacmanFiles(list.bytes, matcher, (path) => owners.set(`/${latin1(path)}`, owner));
  }
  records.push(sourceRecord(pacmanLocal, folder.status, size, folder.reason));
  return { manager: 'pacman', owners, records, whole };
}

function lookInRpm(target: Target, paths: ReadonlySet<string>): Lookup | undefined {
  const found = rpmFilesOf(target, paths);
  if (found === undefined) return undefined;
  const { source, status, size, reason, owned, whole } = found;
  const owners = new Map([...owned].map(([path, { package: name }]) => [path, { package: name, source }]));
  return { manager: 'rpm', owners, records: [sourceRecord(source, status, size, reason)], whole };
}

interface Owners {
  readonly facts: readonly FileOwnerFact[];
  /** What was read for it: nothing where all was known. */
  readonly sources: readonly SourceRecord[];
}

/** What is known of a target's paths; undefined for those that the databases left open. */
const known = new WeakMap<Target, Map<PathText, FileOwnerFact | undefined>>();
const mostKnown = 50_000;

function knownOf(target: Target): Map<PathText, FileOwnerFact | undefined> {
  const key = targetBehind(target);
  let owners = known.get(key);
  if (owners === undefined || owners.size > mostKnown) {
    owners = new Map();
    known.set(key, owners);
  }
  return owners;
}

function lookUp(target: Target, asked: readonly PathText[]): Owners {
  const folders = new MergedFolders(target);
  const spellings = new Map(asked.map((path) => [path, folders.spellings(latin1(bytesOf(path)))]));
  const wanted = new Set([...spellings.values()].flat());
  const lookups = [lookInDpkg, lookInApk, lookInPacman, lookInRpm]
    .map((look) => look(target, wanted))
    .filter((lookup) => lookup !== undefined);
  const [main] = lookups;
  // A stray rpm database that we cannot read says nothing about a host that another manager keeps.
  const whole = lookups.every((lookup) => lookup.whole || (lookup.manager === 'rpm' && lookup !== main));
  const facts: FileOwnerFact[] = [];
  for (const [path, spelled] of spellings) {
    const owned = lookups
      .flatMap((lookup) => spelled.map((spelling) => ({ lookup, owner: lookup.owners.get(spelling) })))
      .find(({ owner }) => owner !== undefined);
    if (owned?.owner !== undefined) {
      facts.push({
        kind: 'file-owner',
        source: { source: owned.owner.source },
        path,
        manager: owned.lookup.manager,
        package: printableBytes(bytesOfLatin1(owned.owner.package)),
      });
    } else if (main !== undefined && whole) {
      const source = main.records.at(-1)?.source ?? dpkgInfo;
      facts.push({ kind: 'file-owner', source: { source }, path, manager: main.manager, package: '' });
    }
  }
  return { facts, sources: lookups.flatMap((lookup) => lookup.records) };
}

/** Owners of `paths`. What a target was once asked is remembered: reading thousands of lists is the dear part. */
export function ownersOf(target: Target, paths: readonly PathText[]): Promise<Owners> {
  const asked = [...new Set(paths)].filter((path) => path.startsWith('/')).slice(0, mostPaths);
  const owners = knownOf(target);
  const fresh = asked.filter((path) => !owners.has(path));
  let sources: readonly SourceRecord[] = [];
  if (fresh.length > 0) {
    const found = lookUp(target, fresh);
    ({ sources } = found);
    for (const path of fresh) owners.set(path, undefined);
    for (const fact of found.facts) owners.set(fact.path, fact);
  }
  const facts = asked.flatMap((path) => owners.get(path) ?? []);
  return Promise.resolve({ facts, sources });
}
