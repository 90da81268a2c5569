/** Logs and events on SQLite. */
import type { Database, SQLQueryBindings, Statement } from 'bun:sqlite';
import type { EventWhat, LogEvent } from '../model/facts/event.ts';
import type { LogFact } from '../model/facts/log.ts';
import type { PathText, Printable } from '../model/text.ts';
import type {
  ClueMarker,
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
  readonly #texts = new Map<number, string>();
  readonly #find: Statement<{ id: number }, [string]>;
  readonly #add: Statement<unknown, [string]>;
  readonly #text: Statement<{ text: string }, [number]>;

  constructor(database: Database) {
    this.#find = database.query('select id from word where text = ?');
    this.#add = database.query('insert into word (text) values (?)');
    this.#text = database.query('select text from word where id = ?');
  }

  text(id: number): string {
    const known = this.#texts.get(id);
    if (known !== undefined) return known;
    const text = this.#text.get(id)?.text ?? '';
    if (this.#texts.size >= mostWords) this.#texts.clear();
    this.#texts.set(id, text);
    return text;
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
  // Most lines are messages, which have little: picking it out of a copy cost as much as writing the row.
  if (event.what === 'message' && event.unverified === undefined) {
    const { program, pid } = event;
    return JSON.stringify(pid === undefined ? { program } : { program, pid });
  }
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
  readonly #marker: ClueMarker | undefined;
  readonly #insert: Statement<unknown, SQLQueryBindings[]>;
  readonly #logs = new Map<string, OpenLog>();
  #log: OpenLog | undefined;
  #host: Printable | '' = '';
  #open = 0;

  constructor(database: Database, marker?: ClueMarker) {
    this.#database = database;
    this.#marker = marker;
    this.#words = new Words(database);
    this.#known = new KnownEvents(database);
    this.#insert = database.query(
      'insert into event (us, log, host, what, precision, certain, line, offset, text, body, clue) values (?,?,?,?,?,?,?,?,?,?,?)',
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
    this.#markLast();
    this.#marker?.begin();
    this.#logs.set(source, this.#log);
  }

  event(event: LogEvent): void {
    const log = this.#log;
    if (log === undefined) throw new TypeError('an event of a log that was never begun');
    this.#within();
    const words = this.#words;
    const { line, offset } = event.source;
    const us = whole(event.us);
    const hostName = event.host === '' ? this.#host : event.host;
    const host = words.id(hostName);
    const what = words.id(event.what);
    if (this.#known.has({ us, at: offset ?? line ?? -1, host, what })) {
      log.known += 1;
      this.counts.known += 1;
      return;
    }
    const isClue = this.#marker?.isClue(event, us, hostName) !== false;
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
      isClue ? 1 : 0,
    );
    log.last = Number(added.lastInsertRowid);
    if (!isClue) this.#marker?.placed(log.last);
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
    if (log === this.#log) this.#markLast();
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

  /** Which events were the last of their kind is known at the end alone. */
  #markLast(): void {
    const mark = this.#database.query('update event set clue = 1 where id = ?');
    for (const id of this.#marker?.end() ?? []) mark.run(id);
  }

  /** Takes over what was left unfinished. Answers where the events of the log stand. */
  #joined({ id, unfinished, first, last }: OpenLog): { readonly first: number; readonly last: number } {
    for (const old of unfinished) {
      this.#database.query('update event set log = ?, clue = 1 where log = ?').run(id, old);
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
    this.#markLast();
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

/** Words by their numbers: to join them would cost as much as reading the rest of the row. */
interface Row {
  readonly us: number;
  readonly log: number;
  readonly host: number;
  readonly what: number;
  readonly precision: number;
  readonly certain: number;
  readonly line: number | null;
  readonly offset: number | null;
  readonly text: string;
  readonly body: string;
}

type NamedLog = Pick<LogRow, 'id' | 'source' | 'log' | 'format'>;

/** Makes events of rows. */
class RowReader {
  readonly #words: Words;
  readonly #logs: Map<number, NamedLog>;

  constructor(database: Database) {
    this.#words = new Words(database);
    const rows = database.query<NamedLog, []>('select id, source, log, format from log').all();
    this.#logs = new Map(rows.map((row) => [row.id, row]));
  }

  stored(row: Row): StoredEvent | undefined {
    const log = this.#logs.get(row.log);
    if (log === undefined) return undefined;
    const words = this.#words;
    const source = {
      source: log.source,
      ...(row.line === null ? {} : { line: row.line }),
      ...(row.offset === null ? {} : { offset: row.offset }),
    };
    const { us, text } = row;
    const certain = row.certain === 1;
    const host = words.text(row.host) as Printable;
    const [what, precision] = [words.text(row.what), words.text(row.precision)];
    // The store gives back what it was given: the columns and the body together are one event.
    const event: LogEvent = Object.assign(JSON.parse(row.body), {
      ...{ kind: 'event', source, us, precision, certain, host, text, what },
    });
    return { event, host, log: log.log, format: log.format };
  }

  *all(rows: Iterable<Row>): IterableIterator<StoredEvent> {
    for (const row of rows) {
      const stored = this.stored(row);
      if (stored !== undefined) yield stored;
    }
  }
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

const eventColumns =
  'select e.us, e.log, e.host, e.what, e.precision, e.certain, e.line, e.offset, e.text, e.body from event e';

interface HostRow {
  readonly host: Printable;
  readonly log: string;
  readonly events: number;
  readonly firstUs: number;
  readonly lastUs: number;
}

export class SqliteEvents implements EventStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  writer(marker?: ClueMarker): EventWriter {
    // Pages of the index by time: with the usual 2 MiB each event of an older log would wait for the disk.
    this.#database.run('pragma cache_size = -16384');
    return new SqliteEventWriter(this.#database, marker);
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
    const rows = this.#database
      .query<HostRow, []>(
        `select h.text as host, l.log, e.events, e.firstUs, e.lastUs
        from (
          select host, log, count(*) as events, min(us) as firstUs, max(us) as lastUs from event group by host, log
        ) e cross join word h on h.id = e.host cross join log l on l.id = e.log order by e.host`,
      )
      .all();
    return [...Map.groupBy(rows, ({ host }) => host)].map(([host, of]) => {
      const byLog = new Map<string, number>();
      for (const { log, events } of of) byLog.set(log, (byLog.get(log) ?? 0) + events);
      return {
        host,
        byLog,
        events: of.reduce((sum, { events }) => sum + events, 0),
        firstUs: of.reduce((first, { firstUs }) => Math.min(first, firstUs), Number.POSITIVE_INFINITY),
        lastUs: of.reduce((last, { lastUs }) => Math.max(last, lastUs), Number.NEGATIVE_INFINITY),
      };
    });
  }

  isOfSeveralHosts(): boolean {
    const other = this.#database
      .query('select 1 from event where host <> (select host from event limit 1) limit 1')
      .get();
    return other !== null;
  }

  byHost<T>(use: (cluesOf: (host: Printable) => IterableIterator<StoredEvent>) => T): T {
    // Whoever ended the reading of a log marked none of its last ones. Asked first: it goes through all events.
    if (this.#database.query("select 1 from log where body = '' limit 1").get() !== null)
      this.#database.run(
        `update event set clue = 1 where log in (select id from log where body = '') and clue = 0`,
      );
    this.#database.run('create index if not exists event_clue on event (host, us) where clue = 1');
    try {
      const reader = new RowReader(this.#database);
      return use((host) => this.#cluesOf(host, reader));
    } finally {
      this.#database.run('drop index if exists event_clue');
    }
  }

  #cluesOf(host: Printable, reader: RowReader): IterableIterator<StoredEvent> {
    const rows = this.#database
      .query<Row, [string]>(
        `${eventColumns} where e.host = (select id from word where text = ?) and e.clue = 1 order by e.us, e.id`,
      )
      .iterate(host);
    return reader.all(rows);
  }

  *search(query: EventQuery): IterableIterator<StoredEvent> {
    const { sql, values } = whereOf(query);
    const reader = new RowReader(this.#database);
    const rows = this.#database
      .query<Row, SQLQueryBindings[]>(`${eventColumns} ${sql} order by e.us, e.id`)
      .iterate(...values);
    const { matches } = query;
    for (const row of rows) {
      if (matches !== undefined && !matches(row.text) && !matches(row.body)) continue;
      const stored = reader.stored(row);
      if (stored !== undefined) yield stored;
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
