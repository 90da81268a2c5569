import { Database } from 'bun:sqlite';
import { describe, expect, test } from 'bun:test';
import type { LogEvent } from '../../model/facts/event.ts';
import { printableText } from '../../model/text.ts';
import { readLastlog2, readWtmpdb } from './login-databases.ts';

const source = printableText('/var/lib/wtmpdb/wtmp.db');
const noon = 1_700_000_000_000_000;

function made(...statements: readonly string[]): Uint8Array {
  const database = new Database(':memory:');
  for (const statement of statements) database.run(statement);
  const bytes = database.serialize();
  database.close();
  return bytes;
}

// wtmpdb lib/sqlite.c, add_entry.
const wtmp =
  'CREATE TABLE IF NOT EXISTS wtmp(ID INTEGER PRIMARY KEY, Type INTEGER, User TEXT NOT NULL, Login INTEGER, Logout INTEGER, TTY TEXT, RemoteHost TEXT, Service TEXT) STRICT;';
/** Of wtmpdb 0.1 to 0.6. */
const oldWtmp =
  'CREATE TABLE IF NOT EXISTS wtmp(Type INTEGER, User TEXT NOT NULL, PID INTEGER, Login INTEGER, Logout INTEGER, TTY TEXT, RemoteHost TEXT, Service TEXT) STRICT;';
const rows = (columns: string): string => `INSERT INTO wtmp ${columns} VALUES
  (1, 'reboot', ${noon}, ${noon + 9e9}, '~', '6.12.0', NULL),
  (3, 'ada', ${noon + 1e6}, ${noon + 2e6}, 'pts/0', '192.0.2.7', 'sshd'),
  (3, 'root', ${noon + 3e6}, NULL, 'tty1', NULL, 'login')`;
const columns = '(Type, User, Login, Logout, TTY, RemoteHost, Service)';

function read(bytes: Uint8Array, reader = readWtmpdb) {
  const events: LogEvent[] = [];
  const outcome = reader(source, bytes, (event) => events.push(event));
  const told = events.map((event) => {
    if (event.what === 'session') return `${event.phase} ${event.account} ${event.from} ${event.service}`;
    if (event.what === 'login') return `${event.outcome} ${event.account} ${event.from} ${event.service}`;
    return event.what === 'host' ? `${event.action} ${event.detail}` : event.what;
  });
  return { events, outcome, told };
}

describe('wtmpdb', () => {
  test.each([wtmp, oldWtmp])('%s', (table) => {
    const { events, outcome, told } = read(made(table, rows(columns)));
    expect(told).toEqual([
      'booted 6.12.0',
      'halted 6.12.0',
      'opened ada 192.0.2.7 sshd',
      'closed ada 192.0.2.7 sshd',
      'opened root  login',
    ]);
    expect(outcome).toEqual({
      status: 'ok',
      rows: 3,
      events: 5,
      odd: 0,
      missing: 0,
      backwards: 0,
      bounded: false,
    });
    expect(events[2]).toMatchObject({ us: noon + 1e6, source: { line: 2 } });
    expect(String(events[4]?.text)).toBe('[3] [root] [tty1] [] [2023-11-14T22:13:23.000Z] [] [login]');
  });

  test('rows that were taken away, times that go back or cannot be', () => {
    const bytes = made(
      wtmp,
      rows(columns),
      'DELETE FROM wtmp WHERE ID = 2',
      `INSERT INTO wtmp ${columns} VALUES (3, 'eve', ${noon}, -5, 'pts/1', '', ''), (3, 'x', 9223372036854775807, NULL, '', '', '')`,
    );
    expect(read(bytes).outcome).toMatchObject({ rows: 4, missing: 1, backwards: 1, odd: 1 });
  });

  test('texts are bytes', () => {
    const bytes = made(
      wtmp,
      `INSERT INTO wtmp ${columns} VALUES (3, CAST(x'61ff1b5b' AS TEXT), ${noon}, NULL, '', '', '')`,
    );
    expect(read(bytes).told).toEqual(['opened a%FF%1B[  wtmpdb']);
  });

  test('a view in its place, other tables, and what is no database are refused', () => {
    for (const bytes of [
      made('CREATE TABLE a(x)', 'CREATE VIEW wtmp AS SELECT 1 AS Type FROM a'),
      made('CREATE TABLE a(x)'),
      made(wtmp).subarray(0, 700),
      new Uint8Array(4096),
      new Uint8Array(0),
    ]) {
      expect(read(bytes).outcome.status).toBe('error');
    }
  });
});

describe('lastlog2', () => {
  test('has the last login of each account', () => {
    const bytes = made(
      'CREATE TABLE IF NOT EXISTS Lastlog2(Name TEXT PRIMARY KEY, Time INTEGER, TTY TEXT, RemoteHost TEXT, Service TEXT);',
      `INSERT INTO Lastlog2 VALUES ('root', 1700000000, 'tty1', NULL, 'login'), ('ada', 1700000001, 'pts/0', '2001:db8::7', 'sshd'), ('bob', 0, '', '', ''), ('eve', -1, '', '', '')`,
    );
    const { events, outcome, told } = read(bytes, readLastlog2);
    expect(told).toEqual(['accepted root  login', 'accepted ada 2001:db8::7 sshd']);
    expect(outcome).toMatchObject({ rows: 4, events: 2, odd: 1 });
    expect(events[0]).toMatchObject({ us: 1_700_000_000e6, precision: 'second' });
  });
});
