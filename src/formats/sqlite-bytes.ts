/**
 * A database of SQLite that a target holds, asked in memory from the bytes that were read.
 *
 * Why: opened in place, SQLite makes locks and journals beside the file, and would change the evidence. What it is
 * NOT: a reader of the write-ahead log; what still stands in one is not seen. A hostile database could bring views,
 * generated columns or checks in place of plain tables; so the schema is looked at before anything is asked.
 * Source: sqlite.org/fileformat2.html §1.3 (bytes 18 and 19: 2 asks for a write-ahead log), sqlite.org/security.html.
 */
import { Database } from 'bun:sqlite';
import { errorText } from '../model/error.ts';

export interface SqliteError {
  readonly status: 'error';
  readonly reason: string;
}

/** Memory has no write-ahead log. */
function withoutLog(bytes: Uint8Array): Uint8Array {
  const copy = Uint8Array.from(bytes);
  if (copy[18] === 2) copy[18] = 1;
  if (copy[19] === 2) copy[19] = 1;
  return copy;
}

/** Plain tables only: no view, no generated column can make a query run code of the database. */
function isPlain(database: Database, tables: readonly string[]): boolean {
  const rows = database
    .query<{ type: string; sql: string | null }, string[]>(
      `SELECT type, sql FROM sqlite_master WHERE lower(name) IN (${tables.map(() => '?').join(', ')}) LIMIT 8`,
    )
    .all(...tables);
  return (
    rows.length === tables.length &&
    rows.every(
      (row) => row.type === 'table' && row.sql !== null && !/\b(?:AS|VIRTUAL|CHECK|DEFAULT)\b/i.test(row.sql),
    )
  );
}

/**
 * Opens a database in memory, asks, and closes it.
 *
 * @param tables names in lower case; a database in which one of them is missing or no plain table is refused
 * @param kind for the reason: `an rpm database`
 */
export function askSqlite<T>(
  bytes: Uint8Array,
  tables: readonly string[],
  kind: string,
  ask: (database: Database) => T,
): T | SqliteError {
  let database: Database | undefined;
  try {
    database = Database.deserialize(withoutLog(bytes), true);
    database.run('PRAGMA trusted_schema = OFF');
    if (!isPlain(database, tables)) return { status: 'error', reason: `not the schema of ${kind}` };
    return ask(database);
  } catch (thrown) {
    return { status: 'error', reason: errorText(thrown) };
  } finally {
    database?.close();
  }
}
