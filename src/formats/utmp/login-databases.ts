/**
 * What replaces wtmp and lastlog where times must outlive 2038: wtmpdb and lastlog2, both of SQLite.
 *
 * `/var/lib/wtmpdb/wtmp.db` has one row for a session or boot, from its beginning to its end; ids that are missing
 * between rows are counted, because nothing but `wtmpdb rotate` and a cleaner takes rows away. What `lastlog2.db` is
 * NOT: a history. Units there: microseconds UTC in wtmpdb, seconds in lastlog2.
 * Sources: wtmpdb lib/sqlite.c and lib/wtmpdb.h (Type: 1 boot, 2 runlevel, 3 user); util-linux
 * liblastlog2/src/lastlog2.c.
 */
import type { EventDetail, LogEvent } from '../../model/facts/event.ts';
import type { SourceId } from '../../model/source.ts';
import { type Printable, phrase, printableBytes, printableText } from '../../model/text.ts';
import type { Precision } from '../../model/time.ts';
import { askSqlite, type SqliteError } from '../sqlite-bytes.ts';
import { isoOf } from './record.ts';

const mostRows = 1_000_000;
/** Year 2255, to which microseconds are exact. */
const newestUs = 9e15;
const nothing = printableText('');

export interface LoginDatabase {
  readonly status: 'ok';
  readonly rows: number;
  readonly events: number;
  /** Rows whose times cannot be. */
  readonly odd: number;
  /** Ids between the first and the last that have no row; zero in lastlog2, which has none. */
  readonly missing: number;
  /** Rows whose time is before the one of the row before them. */
  readonly backwards: number;
  readonly bounded: boolean;
}

type Column = number | string | Uint8Array | null;

/** Columns are asked as blobs, so that text which is no UTF-8 stays what it is. */
const textOf = (column: Column | undefined): Printable =>
  column instanceof Uint8Array ? printableBytes(column.subarray(0, 4096)) : nothing;

const timeOf = (column: Column | undefined, unit: number): number | undefined =>
  typeof column === 'number' && column > 0 && column * unit < newestUs ? column * unit : undefined;

interface Row {
  readonly type: Column;
  readonly id: Column;
  readonly user: Column;
  readonly login: Column;
  readonly logout: Column;
  readonly tty: Column;
  readonly host: Column;
  readonly service: Column;
}

type Give = (us: number, detail: EventDetail) => void;

function giveRow(row: Row, from: number | undefined, to: number | undefined, give: Give): void {
  const host = textOf(row.host);
  if (row.type === 1) {
    if (from !== undefined) give(from, { what: 'host', action: 'booted', detail: host });
    if (to !== undefined) give(to, { what: 'host', action: 'halted', detail: host });
    return;
  }
  if (row.type === 2) {
    if (from !== undefined) give(from, { what: 'host', action: 'runlevel', detail: textOf(row.user) });
    return;
  }
  const service = textOf(row.service);
  const who = { account: textOf(row.user), from: host, terminal: textOf(row.tty) };
  const named = { what: 'session', service: service === '' ? 'wtmpdb' : service, ...who } as const;
  if (from !== undefined) give(from, { ...named, phase: 'opened' });
  if (to !== undefined) give(to, { ...named, phase: 'closed' });
}

/** Gives `take` the events of one row at a time; `source.line` is the row's id. */
function giver(source: SourceId, precision: Precision, take: (event: LogEvent) => void) {
  return (line: number, us: number, text: Printable, detail: EventDetail): void =>
    take({
      kind: 'event',
      source: { source, line },
      us,
      precision,
      certain: true,
      host: nothing,
      text,
      ...detail,
    });
}

/** Sessions, boots and halts of wtmpdb. */
export function readWtmpdb(
  source: SourceId,
  bytes: Uint8Array,
  take: (event: LogEvent) => void,
): LoginDatabase | SqliteError {
  const give = giver(source, 'microsecond', take);
  return askSqlite(bytes, ['wtmp'], 'wtmpdb', (database): LoginDatabase => {
    let [rows, events, odd, missing, backwards, before, latest] = [0, 0, 0, 0, 0, 0, 0];
    const found = database
      .query<Row, []>(
        `SELECT rowid AS id, Type AS type, CAST(User AS BLOB) AS user, Login AS login, Logout AS logout,
         CAST(TTY AS BLOB) AS tty, CAST(RemoteHost AS BLOB) AS host, CAST(Service AS BLOB) AS service
         FROM wtmp ORDER BY rowid LIMIT ${mostRows}`,
      )
      .iterate();
    for (const row of found) {
      const id = typeof row.id === 'number' ? row.id : 0;
      if (rows > 0) missing += Math.max(0, id - before - 1);
      before = id;
      rows += 1;
      const from = timeOf(row.login, 1);
      const to = timeOf(row.logout, 1);
      if (from === undefined) odd += 1;
      else {
        if (from < latest) backwards += 1;
        latest = from;
      }
      const shown = (us: number | undefined): Printable => (us === undefined ? nothing : isoOf(us));
      const kind = typeof row.type === 'number' ? row.type : -1;
      const text = phrase`[${kind}] [${textOf(row.user)}] [${textOf(row.tty)}] [${textOf(row.host)}] [${shown(from)}] [${shown(to)}] [${textOf(row.service)}]`;
      giveRow(row, from, to, (us, detail) => {
        events += 1;
        give(id, us, text, detail);
      });
    }
    return { status: 'ok', rows, events, odd, missing, backwards, bounded: rows >= mostRows };
  });
}

/** The last login of each account. */
export function readLastlog2(
  source: SourceId,
  bytes: Uint8Array,
  take: (event: LogEvent) => void,
): LoginDatabase | SqliteError {
  const give = giver(source, 'second', take);
  return askSqlite(bytes, ['lastlog2'], 'lastlog2', (database): LoginDatabase => {
    let [rows, events, odd] = [0, 0, 0];
    const found = database
      .query<Omit<Row, 'type' | 'logout'>, []>(
        `SELECT rowid AS id, CAST(Name AS BLOB) AS user, Time AS login, CAST(TTY AS BLOB) AS tty,
         CAST(RemoteHost AS BLOB) AS host, CAST(Service AS BLOB) AS service FROM Lastlog2 LIMIT ${mostRows}`,
      )
      .iterate();
    for (const row of found) {
      rows += 1;
      const us = timeOf(row.login, 1e6);
      if (us === undefined) {
        // Accounts that never logged in have a row with the time zero after an import.
        if (row.login !== 0) odd += 1;
        continue;
      }
      const account = textOf(row.user);
      const from = textOf(row.host);
      const service = textOf(row.service);
      const text = phrase`[${account}] [${textOf(row.tty)}] [${from}] [${isoOf(us)}] [${service}]`;
      events += 1;
      give(typeof row.id === 'number' ? row.id : 0, us, text, {
        what: 'login',
        outcome: 'accepted',
        service: service === '' ? 'lastlog' : service,
        account,
        known: true,
        from,
        method: nothing,
      });
    }
    return { status: 'ok', rows, events, odd, missing: 0, backwards: 0, bounded: rows >= mostRows };
  });
}
