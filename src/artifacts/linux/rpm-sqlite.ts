/**
 * Files of rpm packages, from rpmdb.sqlite (rpm 4.16 and later).
 *
 * What it is NOT: a reader of the other two databases of rpm (`rpm-database.ts`). The database is asked in memory
 * (`sqlite-bytes.ts`).
 * Source: rpm lib/backend/sqlite.cc (tables Packages: hnum, blob; Basenames: key, hnum, idx).
 */
import type { Database } from 'bun:sqlite';
import { type RpmFile, RpmHeader } from '../../formats/rpm-header.ts';
import { askSqlite } from '../../formats/sqlite-bytes.ts';

const mostRows = 1000;
const mostPackages = 100_000;
/** A real database answers from its index; one without makes every question a walk over all rows. */
const mostMilliseconds = 2_000;

export interface RpmOwned {
  readonly package: string;
  readonly file: RpmFile;
}

export type RpmLookup =
  | { readonly status: 'ok'; readonly owned: ReadonlyMap<string, RpmOwned> }
  /** `owned` is what was found all the same. */
  | { readonly status: 'error'; readonly reason: string; readonly owned?: ReadonlyMap<string, RpmOwned> };

function ownerOf(database: Database, path: string): RpmOwned | undefined {
  const slash = path.lastIndexOf('/') + 1;
  const rows = database
    .query<{ idx: number; blob: unknown }, [string]>(
      `SELECT b.idx AS idx, p.blob AS blob FROM Basenames b JOIN Packages p ON p.hnum = b.hnum
       WHERE b.key = ? LIMIT ${mostRows}`,
    )
    .iterate(Buffer.from(path.slice(slash), 'latin1').toString('utf8'));
  const folder = path.slice(0, slash);
  for (const row of rows) {
    if (!(row.blob instanceof Uint8Array) || typeof row.idx !== 'number') continue;
    const header = RpmHeader.parse(row.blob);
    if (Buffer.from(header?.folderOf(row.idx) ?? []).toString('latin1') !== folder) continue;
    const file = header?.fileAt(row.idx);
    if (header !== undefined && file !== undefined) return { package: header.name, file };
  }
  return undefined;
}

const asked = <T>(bytes: Uint8Array, ask: (database: Database) => T) =>
  askSqlite(bytes, ['packages', 'basenames'], 'an rpm database', ask);

/** Gives every header to `take`. */
export function eachSqliteHeader(
  bytes: Uint8Array,
  take: (header: RpmHeader) => void,
): { readonly status: 'ok' } | { readonly status: 'error'; readonly reason: string } {
  return asked(bytes, (database): { readonly status: 'ok' } => {
    const rows = database
      .query<{ blob: unknown }, []>(`SELECT blob FROM Packages LIMIT ${mostPackages}`)
      .iterate();
    for (const { blob } of rows) {
      const header = blob instanceof Uint8Array ? RpmHeader.parse(blob) : undefined;
      if (header !== undefined) take(header);
    }
    return { status: 'ok' };
  });
}

/** What the database says of paths (Latin-1 strings of their bytes). */
export function rpmSqliteFiles(bytes: Uint8Array, paths: Iterable<string>): RpmLookup {
  return asked(bytes, (database): RpmLookup => {
    const owned = new Map<string, RpmOwned>();
    const started = performance.now();
    for (const path of paths) {
      if (performance.now() - started > mostMilliseconds)
        return { status: 'error', reason: 'the rpm database took more than 2 s' };
      const found = ownerOf(database, path);
      if (found !== undefined) owned.set(path, found);
    }
    return { status: 'ok', owned };
  });
}
