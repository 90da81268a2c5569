/** Logs and events on SQLite. */
import type { Database, SQLQueryBindings, Statement } from 'bun:sqlite';
import type { EventBase, EventWhat, LogEvent } from '../model/facts/event.ts';
import type { LogFact } from '../model/facts/log.ts';
import type { Printable } from '../model/text.ts';
import type { EventQuery, EventStore, EventWriter, LogBeginning, StoredEvent } from './event-store.ts';

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

class SqliteEventWriter implements EventWriter {
  readonly #database: Database;
  readonly #words: Words;
  readonly #insert: Statement<unknown, SQLQueryBindings[]>;
  readonly #ids = new Map<string, number>();
  #log = 0;
  #host: Printable | '' = '';
  #open = 0;

  constructor(database: Database) {
    this.#database = database;
    this.#words = new Words(database);
    this.#insert = database.query(
      'insert into event (us, log, host, what, precision, certain, line, offset, text, body) values (?,?,?,?,?,?,?,?,?,?)',
    );
  }

  begin({ source, log, format, host }: LogBeginning): void {
    this.#within();
    const added = this.#database
      .query(
        "insert into log (source, log, format, host, status, events, body) values (?, ?, ?, ?, 'error', 0, '')",
      )
      .run(source, log, format, host);
    this.#log = Number(added.lastInsertRowid);
    this.#host = host;
    this.#ids.set(source, this.#log);
  }

  event(event: LogEvent): void {
    this.#within();
    const words = this.#words;
    const { source } = event;
    this.#insert.run(
      whole(event.us),
      this.#log,
      words.id(event.host === '' ? this.#host : event.host),
      words.id(event.what),
      words.id(event.precision),
      event.certain ? 1 : 0,
      source.line ?? null,
      source.offset ?? null,
      event.text,
      bodyOf(event),
    );
    this.#open += 1;
    if (this.#open >= batch) this.#commit();
  }

  end(fact: LogFact): void {
    const id = this.#ids.get(fact.source.source);
    if (id === undefined) throw new TypeError(`the log ${fact.source.source} was never begun`);
    this.#within();
    this.#database
      .query(
        'update log set host = ?, status = ?, events = ?, first_us = ?, last_us = ?, body = ? where id = ?',
      )
      .run(
        fact.host,
        fact.status,
        fact.events,
        fact.firstUs ?? null,
        fact.lastUs ?? null,
        JSON.stringify(fact),
        id,
      );
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
      .query<{ body: string }, []>("select body from log where body <> '' order by id")
      .all();
    return rows.map(({ body }): LogFact => JSON.parse(body));
  }

  *search(query: EventQuery): IterableIterator<StoredEvent> {
    const { sql, values } = whereOf(query);
    const rows = this.#database
      .query<Row, SQLQueryBindings[]>(
        `select e.us, l.source, l.log, l.format, h.text as host, w.text as what, p.text as precision, e.certain,
          e.line, e.offset, e.text, e.body
        from event e cross join log l on l.id = e.log cross join word h on h.id = e.host
          cross join word w on w.id = e.what cross join word p on p.id = e.precision
        ${sql} order by e.us, e.id`,
      )
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
