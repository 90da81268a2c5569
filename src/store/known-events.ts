/**
 * Which events of a log a case has already, so that what is added twice is stored once.
 *
 * Logs that may be the same have the same name or begin alike. Their events are put into a table of this connection, at
 * most those of one log at a time; nothing of it is held in memory.
 */
import type { Database, Statement } from 'bun:sqlite';

/** What makes an event of a log the one that it is. Numbers of words, as the store has them. */
export interface EventKey {
  readonly us: number;
  /** Byte offset, or the line where there is none. */
  readonly at: number;
  readonly host: number;
  readonly what: number;
}

interface LogRow {
  readonly id: number;
  readonly source: string;
  readonly fingerprint: string | null;
  readonly unfinished: number;
}

const add = (lists: Map<string, number[]>, key: string, id: number): void => {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [id]);
  else list.push(id);
};

export class KnownEvents {
  readonly #database: Database;
  readonly #bySource = new Map<string, number[]>();
  readonly #byFingerprint = new Map<string, number[]>();
  readonly #unfinished = new Set<number>();
  readonly #has: Statement<{ found: number }, [number, number, number, number]>;
  #any = false;

  constructor(database: Database) {
    this.#database = database;
    database.run(
      'create temp table if not exists known (us integer, at integer, host integer, what integer, primary key (us, at, host, what)) without rowid',
    );
    this.#has = database.query(
      'select 1 as found from known where us = ? and at = ? and host = ? and what = ?',
    );
    const rows = database
      .query<LogRow, []>(
        `select id, source, body = '' as unfinished,
          case when body = '' then null else json_extract(body, '$.fingerprint') end as fingerprint from log`,
      )
      .all();
    for (const { id, source, fingerprint, unfinished } of rows) {
      this.note(id, source, fingerprint ?? undefined);
      if (unfinished === 1) this.#unfinished.add(id);
    }
  }

  /** A log of the case, which another may be the same as. */
  note(id: number, source: string, fingerprint: string | undefined): void {
    add(this.#bySource, source, id);
    if (fingerprint !== undefined) add(this.#byFingerprint, fingerprint, id);
  }

  /** Logs of that name whose reading was not finished: what they have belongs to the one that is. */
  unfinished(source: string): readonly number[] {
    return (this.#bySource.get(source) ?? []).filter((id) => this.#unfinished.delete(id));
  }

  /** From now on events are compared with those of logs that may be the same. */
  look(source: string, fingerprint: string | undefined): void {
    if (this.#any) this.#database.run('delete from known');
    const ids = new Set([
      ...(this.#bySource.get(source) ?? []),
      ...(fingerprint === undefined ? [] : (this.#byFingerprint.get(fingerprint) ?? [])),
    ]);
    this.#any = ids.size > 0;
    const fill = this.#database.query(
      `insert or ignore into known select e.us, coalesce(e.offset, e.line, -1), e.host, e.what from event e, log l
       where l.id = ? and e.log = l.id and e.id >= coalesce(l.first_event, 0)
         and e.id <= coalesce(l.last_event, 9223372036854775807)`,
    );
    for (const id of ids) fill.run(id);
  }

  has({ us, at, host, what }: EventKey): boolean {
    return this.#any && this.#has.get(us, at, host, what) !== null;
  }
}
