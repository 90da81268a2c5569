/** Logs and events on SQLite. */
import type { Database, SQLQueryBindings, Statement } from 'bun:sqlite';
import type { EventBase, EventWhat, LogEvent } from '../model/facts/event.ts';
import type { LogFact } from '../model/facts/log.ts';
import type { PathText, Printable } from '../model/text.ts';
import type {
  EventHost,
  EventQuery,
  EventStore,
  EventWriter,
  LogBeginning,
  StoredEvent,
} from './event-store.ts';
import { KnownEvents } from './known-events.ts';

/** Events of one transaction: few enough to be lost, enough that waiting for the disk costs nothing. */
const batch = 50_000;
/** Words that are kept at hand; an attacker may send lines of any host. */
const mostWords = 10_000;

/** Numbers of words that repeat. */
class Words {
  readonly #known = new Map<string, number>();
  readonly #find: Statement<{ id: number }, [string]>;
  readonly #add: Statement<unknown, [string]>;

  constructor(database: Database) {
    this.#find = database.query('select id from word where text = ?');
    this.#add = database.query('insert into word (text) values (?)');
  }

  id(text: string): number {
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    const id = this.#find.get(text)?.id ?? Number(this.#add.run(text).lastInsertRowid);
    if (this.#known.size >= mostWords) this.#known.clear();
    this.#known.set(text, id);
    return id;
  }
}

/** A time is a whole number; what is none must not end the reading of a log. */
const whole = (us: number): number => (Number.isFinite(us) ? Math.round(us) : 0);

/** What only its own kind has, as JSON. */
function bodyOf(event: LogEvent): string {
  const {
    kind: _k,
    source: _s,
    us: _u,
    precision: _p,
    certain: _c,
    host: _h,
    text: _t,
    what: _w,
    ...own
  } = event;
  return JSON.stringify(own);
}

/** A log that is being written. */
interface OpenLog {
  readonly id: number;
  /** Rows of the same log that were left unfinished. */
  readonly unfinished: readonly number[];
  first: number;
  last: number;
  known: number;
}

class SqliteEventWriter implements EventWriter {
  readonly counts = { stored: 0, known: 0 };
  readonly #database: Database;
  readonly #words: Words;
  readonly #known: KnownEvents;
  readonly #insert: Statement<unknown, SQLQueryBindings[]>;
  readonly #logs = new Map<string, OpenLog>();
  #log: OpenLog | undefined;
  #host: Printable | '' = '';
  #open = 0;

  constructor(database: Database) {
    this.#database = database;
    this.#words = new Words(database);
    this.#known = new KnownEvents(database);
    this.#insert = database.query(
      'insert into event (us, log, host, what, precision, certain, line, offset, text, body) values (?,?,?,?,?,?,?,?,?,?)',
    );
  }

  begin({ source, log, format, host, fingerprint }: LogBeginning): void {
    this.#within();
    this.#known.look(source, fingerprint);
    const unfinished = this.#known.unfinished(source);
    const added = this.#database
      .query(
        `insert into log (source, log, format, host, status, events, body, first_event)
         values (?, ?, ?, ?, 'error', 0, '', (select coalesce(max(id), 0) + 1 from event))`,
      )
      .run(source, log, format, host);
    const id = Number(added.lastInsertRowid);
    this.#known.note(id, source, fingerprint);
    this.#log = { id, unfinished, first: 0, last: 0, known: 0 };
    this.#host = host;
    this.#logs.set(source, this.#log);
  }

  event(event: LogEvent): void {
    const log = this.#log;
    if (log === undefined) throw new TypeError('an event of a log that was never begun');
    this.#within();
    const words = this.#words;
    const { line, offset } = event.source;
    const us = whole(event.us);
    const host = words.id(event.host === '' ? this.#host : event.host);
    const what = words.id(event.what);
    if (this.#known.has({ us, at: offset ?? line ?? -1, host, what })) {
      log.known += 1;
      this.counts.known += 1;
      return;
    }
    const added = this.#insert.run(
      us,
      log.id,
      host,
      what,
      words.id(event.precision),
      event.certain ? 1 : 0,
      line ?? null,
      offset ?? null,
      event.text,
      bodyOf(event),
    );
    log.last = Number(added.lastInsertRowid);
    if (log.first === 0) log.first = log.last;
    this.counts.stored += 1;
    this.#open += 1;
    if (this.#open >= batch) this.#commit();
  }

  end(fact: LogFact): void {
    const log = this.#logs.get(fact.source.source);
    if (log === undefined) throw new TypeError(`the log ${fact.source.source} was never begun`);
    this.#within();
    this.#logs.delete(fact.source.source);
    const isThere = log.known > 0 && log.first === 0 && log.unfinished.length === 0;
    if (isThere) {
      this.#database.query('delete from log where id = ?').run(log.id);
      return;
    }
    const { first, last } = this.#joined(log);
    this.#database
      .query(
        `update log set host = ?, status = ?, events = ?, first_us = ?, last_us = ?, body = ?, first_event = ?,
         last_event = ? where id = ?`,
      )
      .run(
        fact.host,
        fact.status,
        fact.events,
        fact.firstUs ?? null,
        fact.lastUs ?? null,
        JSON.stringify(fact),
        first,
        last,
        log.id,
      );
  }

  /** Takes over what was left unfinished. Answers where the events of the log stand. */
  #joined({ id, unfinished, first, last }: OpenLog): { readonly first: number; readonly last: number } {
    for (const old of unfinished) {
      this.#database.query('update event set log = ? where log = ?').run(id, old);
      this.#database.query('delete from log where id = ?').run(old);
    }
    if (unfinished.length === 0) return { first, last };
    const found = this.#database
      .query<{ first: number | null; last: number | null }, [number]>(
        'select min(id) as first, max(id) as last from event where log = ?',
      )
      .get(id);
    return { first: found?.first ?? 0, last: found?.last ?? 0 };
  }

  close(): void {
    this.#commit();
    this.#database.run('pragma cache_size = -2000');
    this.#database.run('pragma shrink_memory');
  }

  #within(): void {
    if (!this.#database.inTransaction) this.#database.run('begin immediate');
  }

  #commit(): void {
    if (this.#database.inTransaction) this.#database.run('commit');
    this.#open = 0;
  }
}

interface LogRow {
  readonly id: number;
  readonly source: PathText;
  readonly log: string;
  readonly format: string;
  readonly host: Printable;
  /** Empty where its reading was not finished. */
  readonly body: string;
}

interface Row {
  readonly us: number;
  readonly source: string;
  readonly log: string;
  readonly format: string;
  readonly host: string;
  readonly what: string;
  readonly precision: EventBase['precision'];
  readonly certain: number;
  readonly line: number | null;
  readonly offset: number | null;
  readonly text: string;
  readonly body: string;
}

function storedOf(row: Row): StoredEvent {
  const source = {
    source: row.source,
    ...(row.line === null ? {} : { line: row.line }),
    ...(row.offset === null ? {} : { offset: row.offset }),
  };
  const { us, precision, text, host, what } = row;
  const certain = row.certain === 1;
  const common = { kind: 'event', source, us, precision, certain, host, text, what };
  // The store gives back what it was given: the columns and the body together are one event.
  const event: LogEvent = Object.assign(JSON.parse(row.body), common);
  return { event, host: row.host as Printable, log: row.log, format: row.format };
}

interface Where {
  readonly sql: string;
  readonly values: SQLQueryBindings[];
}

const among = (column: string, texts: readonly string[]): string =>
  `${column} in (select id from word where text in (${texts.map(() => '?').join(', ')}))`;

function whereOf({ fromUs, toUs, kinds, hosts, contains }: EventQuery): Where {
  const parts: string[] = [];
  const values: SQLQueryBindings[] = [];
  const add = (sql: string, ...given: readonly (string | number)[]): void => {
    parts.push(sql);
    values.push(...given);
  };
  if (fromUs !== undefined) add('e.us >= ?', fromUs);
  if (toUs !== undefined) add('e.us < ?', toUs);
  if (kinds !== undefined && kinds.length > 0) add(among('e.what', kinds), ...kinds);
  if (hosts !== undefined && hosts.length > 0) add(among('e.host', hosts), ...hosts);
  if (contains !== undefined && contains !== '') {
    add('(instr(e.text, ?) > 0 or instr(e.body, ?) > 0)', contains, JSON.stringify(contains).slice(1, -1));
  }
  return { sql: parts.length === 0 ? '' : `where ${parts.join(' and ')}`, values };
}

const eventColumns = `select e.us, l.source, l.log, l.format, h.text as host, w.text as what, p.text as precision,
  e.certain, e.line, e.offset, e.text, e.body
from event e cross join log l on l.id = e.log cross join word h on h.id = e.host
  cross join word w on w.id = e.what cross join word p on p.id = e.precision`;

export class SqliteEvents implements EventStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  writer(): EventWriter {
    // Pages of the index by time: with the usual 2 MiB each event of an older log would wait for the disk.
    this.#database.run('pragma cache_size = -16384');
    return new SqliteEventWriter(this.#database);
  }

  logs(): readonly LogFact[] {
    const rows = this.#database
      .query<LogRow, []>('select id, source, log, format, host, body from log order by id')
      .all();
    return rows.map((row): LogFact => (row.body === '' ? this.#unfinished(row) : JSON.parse(row.body)));
  }

  /** What is known of a log whose reading somebody or something ended. */
  #unfinished({ id, source, log, format, host }: LogRow): LogFact {
    const found = this.#database
      .query<{ events: number; first: number | null; last: number | null }, [number]>(
        'select count(*) as events, min(us) as first, max(us) as last from event where log = ?',
      )
      .get(id);
    const { events = 0, first = null, last = null } = found ?? {};
    return {
      kind: 'log',
      source: { source },
      ...{ log, format, host, events, lines: events },
      ...{ verified: false, status: 'error', reason: 'its reading was not finished' },
      ...{ bytes: 0, unreadable: 0, nulBytes: 0, cutLines: 0, uncertain: 0, modifiedUs: 0 },
      ...(first === null || last === null ? {} : { firstUs: first, lastUs: last }),
      steps: [],
      gaps: [],
    };
  }

  hosts(): readonly EventHost[] {
    return this.#database
      .query<EventHost, []>(
        `select h.text as host, count(*) as events, min(e.us) as firstUs, max(e.us) as lastUs
        from event e cross join word h on h.id = e.host group by e.host`,
      )
      .all();
  }

  isOfSeveralHosts(): boolean {
    const other = this.#database
      .query('select 1 from event where host <> (select host from event limit 1) limit 1')
      .get();
    return other !== null;
  }

  byHost<T>(use: (eventsOf: (host: Printable) => IterableIterator<StoredEvent>) => T): T {
    this.#database.run('create index if not exists event_host on event (host, us)');
    try {
      return use((host) => this.#ofHost(host));
    } finally {
      this.#database.run('drop index if exists event_host');
    }
  }

  *#ofHost(host: Printable): IterableIterator<StoredEvent> {
    const rows = this.#database
      .query<Row, [string]>(
        `${eventColumns} where e.host = (select id from word where text = ?) order by e.us, e.id`,
      )
      .iterate(host);
    for (const row of rows) yield storedOf(row);
  }

  *search(query: EventQuery): IterableIterator<StoredEvent> {
    const { sql, values } = whereOf(query);
    const rows = this.#database
      .query<Row, SQLQueryBindings[]>(`${eventColumns} ${sql} order by e.us, e.id`)
      .iterate(...values);
    const { matches } = query;
    for (const row of rows) {
      if (matches !== undefined && !matches(row.text) && !matches(row.body)) continue;
      yield storedOf(row);
    }
  }

  counts(query: EventQuery): ReadonlyMap<EventWhat, number> {
    const { sql, values } = whereOf(query);
    const rows = this.#database
      .query<{ what: EventWhat; count: number }, SQLQueryBindings[]>(
        `select w.text as what, count(*) as count from event e cross join word w on w.id = e.what ${sql}
        group by e.what order by count desc`,
      )
      .all(...values);
    return new Map(rows.map(({ what, count }) => [what, count]));
  }
}
