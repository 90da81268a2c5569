/**
 * Files of rpm packages, from rpmdb.sqlite (rpm 4.16 and later).
 *
 * What it is NOT: a reader of the older Berkeley DB and ndb databases; there the status says so and nothing is
 * claimed. The database is opened in memory from the bytes that were read: the target's file is never opened by
 * SQLite, which would make lock and journal files beside it. What still stands in a write-ahead log is not seen.
 * A hostile database could bring views in place of tables; the schema is checked before anything is asked.
 * Source: rpm lib/backend/sqlite.cc (tables Packages: hnum, blob; Basenames: key, hnum, idx).
 */
import { Database } from 'bun:sqlite';
import { RpmHeader } from '../../formats/rpm-header.ts';
import { errorText } from '../../model/error.ts';

const mostRows = 1000;
/** A real database answers from its index; one without makes every question a walk over all rows. */
const mostMilliseconds = 2_000;

export type RpmLookup =
  | { readonly status: 'ok'; readonly owners: ReadonlyMap<string, string> }
  | { readonly status: 'error'; readonly reason: string };

/** Journal mode of the header (bytes 18 and 19): 2 asks for a write-ahead log, which memory does not have. */
function withoutLog(bytes: Uint8Array): Uint8Array {
  const copy = Uint8Array.from(bytes);
  if (copy[18] === 2) copy[18] = 1;
  if (copy[19] === 2) copy[19] = 1;
  return copy;
}

/** Plain tables only: no view, no generated column can make a query run code of the database. */
function isPlain(database: Database): boolean {
  const rows = database
    .query<{ type: string; name: string; sql: string | null }, []>(
      "SELECT type, name, sql FROM sqlite_master WHERE lower(name) IN ('packages', 'basenames') LIMIT 8",
    )
    .all();
  return (
    rows.length === 2 &&
    rows.every(
      (row) => row.type === 'table' && row.sql !== null && !/\b(?:AS|VIRTUAL|CHECK|DEFAULT)\b/i.test(row.sql),
    )
  );
}

function ownerOf(database: Database, path: string): string | undefined {
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
    if (Buffer.from(header?.folderOf(row.idx) ?? []).toString('latin1') === folder) return header?.name;
  }
  return undefined;
}

/** Owners of paths (Latin-1 strings of their bytes). */
export function rpmOwners(bytes: Uint8Array, paths: Iterable<string>): RpmLookup {
  let database: Database | undefined;
  try {
    database = Database.deserialize(withoutLog(bytes), true);
    database.run('PRAGMA trusted_schema = OFF');
    if (!isPlain(database)) return { status: 'error', reason: 'not the schema of an rpm database' };
    const owners = new Map<string, string>();
    const started = performance.now();
    for (const path of paths) {
      if (performance.now() - started > mostMilliseconds)
        return { status: 'error', reason: 'the rpm database took more than 2 s' };
      const owner = ownerOf(database, path);
      if (owner !== undefined) owners.set(path, owner);
    }
    return { status: 'ok', owners };
  } catch (thrown) {
    return { status: 'error', reason: errorText(thrown) };
  } finally {
    database?.close();
  }
}
