/**
 * The package database of an rpm host, in whichever of its three formats: SQLite (`rpmdb.sqlite`, rpm 4.16 and
 * later), rpm's own (`Packages.db`, SUSE) and a Berkeley DB hash (`Packages`, RHEL 5 to 8, Amazon Linux 2).
 *
 * Why: whom a file belongs to and what it should be is known to the database alone. What it is NOT: a look-up by the
 * host's rpm, which may be replaced, and no check of signatures.
 * Only SQLite has an index that we use; of the others every header is gone through once. Bounds: 192 MiB of a
 * database (a desktop's has 100 to 150 MiB), 10 s.
 */
import { readBerkeleyHash } from '../../formats/berkeley-hash.ts';
import { RpmHeader } from '../../formats/rpm-header.ts';
import { isNdb, readNdb } from '../../formats/rpm-ndb.ts';
import type { SourceStatus } from '../../model/source.ts';
import { joinPath, type PathText, printableText } from '../../model/text.ts';
import type { Target } from '../../target/port.ts';
import { eachSqliteHeader, type RpmLookup, type RpmOwned, rpmSqliteFiles } from './rpm-sqlite.ts';

const folders = [printableText('/var/lib/rpm'), printableText('/usr/lib/sysimage/rpm')];
/** The newest first: a migrated host may keep the old one beside it. */
const names = ['rpmdb.sqlite', 'Packages.db', 'Packages'].map(printableText);
const databaseLimit = 192 << 20;
const mostMilliseconds = 10_000;

const sqliteMagic = 'SQLite format 3';
const isSqlite = (bytes: Uint8Array): boolean =>
  Buffer.from(bytes.subarray(0, sqliteMagic.length)).toString('latin1') === sqliteMagic;

type Outcome = { readonly status: 'ok' } | { readonly status: 'error'; readonly reason: string };

function eachBlob(blobs: Iterable<Uint8Array>, take: (header: RpmHeader) => void): Outcome {
  const started = performance.now();
  let unread = 0;
  for (const blob of blobs) {
    const header = RpmHeader.parse(blob);
    if (header === undefined) unread += 1;
    else take(header);
    if (performance.now() - started > mostMilliseconds)
      return { status: 'error', reason: 'the rpm database took more than 10 s' };
  }
  return unread === 0
    ? { status: 'ok' }
    : { status: 'error', reason: `${unread} packages could not be read` };
}

/** The key 0 holds the next package number and no header. */
function* packagesOf(records: Iterable<{ readonly key: Uint8Array; readonly value: Uint8Array }>) {
  for (const { key, value } of records) {
    if (key.some((byte) => byte !== 0)) yield value;
  }
}

/** Gives every package header of a database to `take`. */
export function eachRpmHeader(bytes: Uint8Array, take: (header: RpmHeader) => void): Outcome {
  if (isSqlite(bytes)) return eachSqliteHeader(bytes, take);
  if (isNdb(bytes)) {
    const packages = readNdb(bytes);
    const outcome = eachBlob(packages?.blobs ?? [], take);
    const broken = packages?.broken ?? 0;
    return outcome.status === 'ok' && broken > 0
      ? { status: 'error', reason: `${broken} packages could not be read` }
      : outcome;
  }
  const hash = readBerkeleyHash(bytes);
  if (hash === undefined) return { status: 'error', reason: 'rpm database format not read' };
  const outcome = eachBlob(packagesOf(hash.records), take);
  return outcome.status === 'ok' && hash.broken() > 0
    ? { status: 'error', reason: `${hash.broken()} packages could not be read` }
    : outcome;
}

function lookUp(bytes: Uint8Array, paths: ReadonlySet<string>): RpmLookup {
  if (isSqlite(bytes)) return rpmSqliteFiles(bytes, paths);
  const bases = new Set([...paths].map((path) => path.slice(path.lastIndexOf('/') + 1)));
  const owned = new Map<string, RpmOwned>();
  const outcome = eachRpmHeader(bytes, (header) => {
    for (const file of header.files(bases)) {
      if (paths.has(file.path)) owned.set(file.path, { package: header.name, file });
    }
  });
  return outcome.status === 'ok' ? { status: 'ok', owned } : { ...outcome, owned };
}

export interface RpmReading {
  readonly source: PathText;
  readonly status: SourceStatus;
  readonly reason?: string;
  /** Bytes of the database. */
  readonly size: number;
  readonly owned: ReadonlyMap<string, RpmOwned>;
  /** False where a path that was not found may be owned all the same. */
  readonly whole: boolean;
}

const nobody: ReadonlyMap<string, RpmOwned> = new Map();

/** The first database that is there; its bytes are good until the next read of the target. */
export function rpmDatabaseOf(target: Target):
  | {
      readonly source: PathText;
      readonly status: SourceStatus;
      readonly reason?: string;
      readonly bytes: Uint8Array;
    }
  | undefined {
  for (const name of names) {
    for (const folder of folders) {
      const source = joinPath(folder, name);
      const { status, reason, bytes } = target.readNow({ kind: 'file', path: source, limit: databaseLimit });
      if (status === 'absent') continue;
      return { source, status, bytes, ...(reason === undefined ? {} : { reason }) };
    }
  }
  return undefined;
}

/** What the host's database says of paths (Latin-1 strings of their bytes); undefined where it has none. */
export function rpmFilesOf(target: Target, paths: ReadonlySet<string>): RpmReading | undefined {
  const database = rpmDatabaseOf(target);
  if (database === undefined) return undefined;
  const { source, status, reason, bytes } = database;
  if (status !== 'ok') {
    const told = reason === undefined ? {} : { reason };
    return { source, status, size: bytes.length, owned: nobody, whole: status === 'empty', ...told };
  }
  const found = lookUp(bytes, paths);
  if (found.status === 'ok') {
    return { source, status: 'ok', size: bytes.length, owned: found.owned, whole: true };
  }
  const owned = found.owned ?? nobody;
  return { source, status: 'error', reason: found.reason, size: bytes.length, owned, whole: false };
}
