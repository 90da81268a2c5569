/** The case store on SQLite (`bun:sqlite`). */
import { Database } from 'bun:sqlite';
import { closeSync, constants, openSync } from 'node:fs';
import { DemineError, errorText } from '../model/error.ts';
import type { Fact, FactKind } from '../model/fact.ts';
import { type ScanResult, storedResult } from '../model/result.ts';
import { type HostAnalyses, hostAnalyses } from '../model/result-incident.ts';
import { nothingTold, storedTold, type Told } from '../model/told.ts';
import { type CaseStore, type ScanRecord, type StoredScan, storeVersion } from './case-store.ts';
import { clues, derived, eventRanges, eventTables } from './event-tables.ts';
import { SqliteEvents } from './sqlite-events.ts';

const tables = `
create table scan (
  id integer primary key,
  started text not null,
  verdict text not null,
  result text not null
) strict;
create table source_group (
  scan integer not null references scan (id),
  artifact text not null,
  status text not null,
  count integer not null,
  bytes integer not null
) strict;
create table source (
  scan integer not null references scan (id),
  source text not null,
  artifact text not null,
  status text not null,
  reason text,
  bytes integer not null
) strict;
create table fact (
  id integer primary key,
  scan integer not null references scan (id),
  kind text not null,
  pid integer,
  source text not null,
  line integer,
  body text not null
) strict;
create index fact_kind on fact (scan, kind);
create index fact_pid on fact (scan, pid) where pid is not null;
create table finding (
  scan integer not null references scan (id),
  id text not null,
  rule text not null,
  severity text not null,
  confidence integer not null,
  pid integer,
  path text,
  primary key (scan, id)
) strict;
create table evidence (
  scan integer not null,
  finding text not null,
  source text not null,
  line integer,
  offset integer,
  text text not null,
  foreign key (scan, finding) references finding (scan, id)
) strict;
`;

/** What a scan was for. */
const scanPurpose = "alter table scan add column purpose text not null default 'scan';";

/** JSON has no Infinity; limits do. It is written as the word and read back. */
const write = (_key: string, value: unknown): unknown =>
  value === Number.POSITIVE_INFINITY ? 'Infinity' : typeof value === 'bigint' ? value.toString() : value;

/** Characters of text that are written before the writer is let breathe. */
const breath = 1 << 20;

class SqliteCase implements CaseStore {
  readonly #database: Database;
  readonly events: SqliteEvents;

  constructor(database: Database) {
    this.#database = database;
    this.events = new SqliteEvents(database);
  }

  saveScan({ result, facts, groups, incomplete, purpose = 'scan', scene, breathe }: ScanRecord): number {
    const db = this.#database;
    let written = 0;
    const wrote = (text: string): string => {
      written += text.length;
      if (written >= breath) {
        written = 0;
        breathe?.();
      }
      return text;
    };
    const run = db.transaction((): number => {
      const scan = Number(
        db
          .query("insert into scan (started, verdict, result, purpose) values (?, ?, '', ?)")
          .run(result.started, result.verdict, purpose).lastInsertRowid,
      );
      if (scene !== undefined) this.#derive(sceneKey(scan), scene);
      const group = db.query('insert into source_group values (?, ?, ?, ?, ?)');
      for (const row of groups) group.run(scan, row.artifact, row.status, row.count, row.bytes);
      const source = db.query('insert into source values (?, ?, ?, ?, ?, ?)');
      for (const row of incomplete) {
        source.run(scan, row.source, row.artifact, row.status, row.reason ?? null, row.bytes);
      }
      const fact = db.query(
        'insert into fact (scan, kind, pid, source, line, body) values (?, ?, ?, ?, ?, ?)',
      );
      for (const row of facts) {
        const pid = 'pid' in row && row.pid !== undefined ? row.pid : null;
        const body = wrote(JSON.stringify(row, write));
        fact.run(scan, row.kind, pid, row.source.source, row.source.line ?? null, body);
      }
      // After the facts, which whoever gave them may have let go by now: its text is as large as all of them.
      breathe?.();
      db.query('update scan set result = ? where id = ?').run(JSON.stringify(result), scan);
      breathe?.();
      const finding = db.query('insert into finding values (?, ?, ?, ?, ?, ?, ?)');
      const evidence = db.query('insert into evidence values (?, ?, ?, ?, ?, ?)');
      for (const row of result.findings) {
        finding.run(scan, row.id, row.rule, row.severity, row.confidence, row.pid ?? null, row.path ?? null);
        for (const line of row.evidence) {
          evidence.run(scan, row.id, line.source, line.line ?? null, line.offset ?? null, line.text);
        }
      }
      return scan;
    });
    return run.immediate();
  }

  scans(): readonly StoredScan[] {
    return this.#database
      .query<StoredScan, []>('select id, started, verdict, purpose from scan order by id')
      .all();
  }

  result(scan: number): ScanResult | undefined {
    const text = this.resultText(scan);
    return text === undefined ? undefined : storedResult(JSON.parse(text));
  }

  resultText(scan: number): string | undefined {
    const row = this.#database
      .query<{ result: string }, [number]>('select result from scan where id = ?')
      .get(scan);
    return row?.result;
  }

  facts(scan: number, kind: FactKind): readonly Fact[] {
    const rows = this.#database
      .query<{ body: string }, [number, string]>(
        'select body from fact where scan = ? and kind = ? order by id',
      )
      .all(scan, kind);
    return rows.map((row): Fact => JSON.parse(row.body));
  }

  told(): Told {
    const row = this.#database
      .query<{ value: string }, [string]>('select value from told where key = ?')
      .get(toldKey);
    return row === null ? nothingTold : storedTold(JSON.parse(row.value));
  }

  saveTold(told: Told): void {
    this.#database
      .query('insert or replace into told (key, value) values (?, ?)')
      .run(toldKey, JSON.stringify(told));
  }

  scene(scan: number): unknown {
    return this.#derived(sceneKey(scan));
  }

  hostAnalyses(): HostAnalyses | undefined {
    const stored = this.#derived(hostsKey);
    return stored === undefined ? undefined : hostAnalyses.parse(stored);
  }

  saveHostAnalyses(analyses: HostAnalyses): void {
    this.#derive(hostsKey, analyses);
  }

  #derived(key: string): unknown {
    const row = this.#database
      .query<{ value: string }, [string]>('select value from derived where key = ?')
      .get(key);
    return row === null ? undefined : JSON.parse(row.value);
  }

  #derive(key: string, value: unknown): void {
    this.#database
      .query('insert or replace into derived (key, value) values (?, ?)')
      .run(key, JSON.stringify(value));
  }

  close(): void {
    this.#database.close();
  }
}

/** All that the customer told is one value: it is given and shown as one. */
const toldKey = 'incident';

const hostsKey = 'hosts';
const sceneKey = (scan: number): string => `scene ${scan}`;

/** What each version added to the tables of the one before. */
const steps: readonly string[] = [tables, eventTables, eventRanges, derived, scanPurpose, clues];

/** Brings the tables to our version. @throws Error where they are of a newer one */
function migrate(database: Database): void {
  const version =
    database.query<{ user_version: number }, []>('pragma user_version').get()?.user_version ?? 0;
  if (version > storeVersion) {
    throw new Error(
      `it was written by a newer Demine (store version ${version}, this one knows ${storeVersion})`,
    );
  }
  database.run('pragma foreign_keys = on');
  if (version < storeVersion) {
    database.run(`begin; ${steps.slice(version).join('')} pragma user_version = ${storeVersion}; commit;`);
  }
}

function opened(path: string, flags: number): CaseStore {
  // Made for its owner alone before the first byte; journals of SQLite take the rights of their file.
  closeSync(openSync(path, flags | constants.O_NOFOLLOW, 0o600));
  const database = new Database(path, { create: true, strict: true });
  migrate(database);
  return new SqliteCase(database);
}

/**
 * Opens or makes the case file at `path`.
 * @throws DemineError `case-unwritable` when it cannot be opened or is of a newer version.
 */
export function openCase(path: string): CaseStore {
  try {
    return opened(path, constants.O_RDWR | constants.O_CREAT);
  } catch (cause) {
    throw new DemineError('case-unwritable', `cannot use the case file: ${errorText(cause)}`, {
      subject: path,
      hint: 'Give another folder with --out, on a disk with free space that you may write to.',
      cause,
    });
  }
}

/**
 * The text of a result in a case that may lie on a medium nobody can write to, and stays of the version that it is.
 * @returns `unreadable` where the case cannot be opened; without a text where it holds no such scan
 */
export function resultTextIn(path: string, scan: number): { readonly text?: string } | 'unreadable' {
  let database: Database | undefined;
  try {
    closeSync(openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW));
    database = new Database(path, { readonly: true, strict: true });
    const row = database
      .query<{ result: string }, [number]>('select result from scan where id = ?')
      .get(scan);
    return row === null ? {} : { text: row.result };
  } catch (thrown) {
    if (!(thrown instanceof Error && 'code' in thrown)) throw thrown;
    // What is no store any more holds no scan; one that cannot be opened here may hold it all the same.
    return /^SQLITE_(?:NOTADB|CORRUPT|ERROR)/.test(String(thrown.code)) ? {} : 'unreadable';
  } finally {
    database?.close();
  }
}

/**
 * Opens the case file at `path`, which must be there. A case of an older version is brought to ours.
 * @throws DemineError `case-unreadable`
 */
export function openExistingCase(path: string): CaseStore {
  try {
    return opened(path, constants.O_RDWR);
  } catch (cause) {
    throw new DemineError('case-unreadable', errorText(cause), { subject: path, cause });
  }
}
