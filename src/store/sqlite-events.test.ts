import { Database } from 'bun:sqlite';
import { afterAll, describe, expect, test } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventFixture, logFixture } from '../model/facts/event.fixture.ts';
import type { LogEvent } from '../model/facts/event.ts';
import { printableText } from '../model/text.ts';
import type { CaseStore } from './case-store.ts';
import type { ClueMarker, EventWriter } from './event-store.ts';
import { openCase, openExistingCase } from './sqlite.ts';

const scratch = mkdtempSync(join(tmpdir(), 'demine-events-'));
afterAll(() => rmSync(scratch, { recursive: true }));

let number = 0;
const newPath = (): string => {
  number += 1;
  return join(scratch, `${number}.sqlite`);
};

function storeOf(events: readonly LogEvent[], path = newPath()): CaseStore {
  const store = openCase(path);
  const writer = store.events.writer();
  writer.begin({ ...logFixture, source: logFixture.source.source });
  for (const event of events) writer.event(event);
  writer.end(logFixture);
  writer.close();
  return store;
}

const found = (store: CaseStore, query: Parameters<CaseStore['events']['search']>[0]): readonly number[] =>
  [...store.events.search(query)].map(({ event }) => event.us);

describe('events of a case', () => {
  test('come back as they were given, by time', () => {
    const late = eventFixture({ us: 2_000_000, what: 'login' });
    const early = eventFixture({ us: 1_000_000, what: 'message' });
    const store = storeOf([late, early]);
    expect([...store.events.search({})].map(({ event }) => event)).toEqual([early, late]);
    expect(store.events.logs()).toEqual([logFixture]);
    expect([...store.events.counts({})]).toEqual(
      expect.arrayContaining([
        ['login', 1],
        ['message', 1],
      ]),
    );
    store.close();
  });

  test('are found by time, kind, host and words, each narrowing the other', () => {
    const store = storeOf([
      eventFixture({ us: 1, what: 'login', host: printableText('a'), text: printableText('one 100%') }),
      eventFixture({ us: 2, what: 'message', host: printableText('a'), text: printableText('two_') }),
      eventFixture({
        us: 3,
        what: 'login',
        host: printableText('b'),
        text: printableText("three '; drop table event; --"),
      }),
      eventFixture({ us: 4, what: 'login', host: printableText(''), text: printableText('four "quoted"') }),
    ]);
    expect(found(store, { fromUs: 2, toUs: 4 })).toEqual([2, 3]);
    expect(found(store, { kinds: ['login'] })).toEqual([1, 3, 4]);
    expect(found(store, { hosts: ['a'] })).toEqual([1, 2]);
    // A line that names no host is of the host of its log.
    expect(found(store, { hosts: ['web-1'] })).toEqual([4]);
    expect(found(store, { contains: '100%25' })).toEqual([1]);
    expect(found(store, { contains: '_' })).toEqual([2]);
    expect(found(store, { contains: "'; drop" })).toEqual([3]);
    expect(found(store, { contains: '"quoted"', hosts: ['web-1'] })).toEqual([4]);
    // What was read of the line is searched too.
    expect(found(store, { contains: '192.0.2.7', kinds: ['login'] })).toEqual([1, 3, 4]);
    expect(found(store, { matches: (text) => /^t[wh]/.test(text) })).toEqual([2, 3]);
    expect(found(store, { hosts: ['nowhere'] })).toEqual([]);
    store.close();
  });

  test('of many transactions are all there, and a search may be left at any point', () => {
    const path = newPath();
    const store = openCase(path);
    const writer = store.events.writer();
    writer.begin({ ...logFixture, source: logFixture.source.source });
    for (let us = 120_000; us > 0; us -= 1) writer.event(eventFixture({ us, what: 'message' }));
    writer.end(logFixture);
    writer.close();
    const search = store.events.search({});
    expect(search.next().value?.event.us).toBe(1);
    search.return?.(undefined);
    store.close();
    const again = openExistingCase(path);
    expect([...again.events.counts({})]).toEqual([['message', 120_000]]);
    again.close();
  });

  test('with times that are none, or no whole numbers, are kept all the same', () => {
    const store = storeOf(
      [1.5, Number.NaN, Number.POSITIVE_INFINITY, -1, 9e18].map((us) =>
        eventFixture({ us, what: 'message' }),
      ),
    );
    expect(found(store, {})).toEqual([-1, 0, 0, 2, 9e18]);
    store.close();
  });

  test('a log that was never begun is a mistake of ours', () => {
    const store = openCase(newPath());
    expect(() => store.events.writer().end(logFixture)).toThrow('never begun');
    store.close();
  });
});

describe('a log that is added again', () => {
  const beginning = { ...logFixture, source: logFixture.source.source, fingerprint: 'f1' };
  const line = (us: number, offset: number, host = '') =>
    eventFixture({
      us,
      what: 'login',
      host: printableText(host),
      source: { source: beginning.source, offset },
    });
  const add = (
    store: CaseStore,
    events: readonly LogEvent[],
    parts: Partial<Parameters<EventWriter['begin']>[0]> = {},
    isEnded = true,
  ) => {
    const writer = store.events.writer();
    const log = { ...beginning, ...parts };
    writer.begin(log);
    for (const event of events) writer.event(event);
    if (isEnded)
      writer.end({ ...logFixture, source: { source: log.source }, host: log.host, fingerprint: 'f1' });
    writer.close();
    return writer.counts;
  };
  const name = printableText;

  test('is stored once, also under another name, and leaves no second log', () => {
    const store = openCase(newPath());
    const lines = [line(1, 0), line(1, 60), line(2, 120)];
    expect(add(store, lines)).toEqual({ stored: 3, known: 0 });
    expect(add(store, lines)).toEqual({ stored: 0, known: 3 });
    expect(add(store, lines, { source: name('/copy/auth.log.1') })).toEqual({ stored: 0, known: 3 });
    expect(found(store, {})).toEqual([1, 1, 2]);
    expect(store.events.logs()).toHaveLength(1);
    store.close();
  });

  test('and has grown gives what is new', () => {
    const path = newPath();
    const store = openCase(path);
    add(store, [line(1, 0), line(2, 60)]);
    store.close();
    const again = openExistingCase(path);
    expect(add(again, [line(1, 0), line(2, 60), line(3, 120)])).toEqual({ stored: 1, known: 2 });
    expect(add(again, [line(1, 0), line(2, 60), line(3, 120)])).toEqual({ stored: 0, known: 3 });
    expect(found(again, {})).toEqual([1, 2, 3]);
    again.close();
  });

  test('of another host, or another log of the same name, is another', () => {
    const store = openCase(newPath());
    add(store, [line(1, 0)]);
    expect(add(store, [line(1, 0)], { source: name('/db-1/auth.log'), host: name('db-1') }).stored).toBe(1);
    expect(add(store, [line(7, 0)], { fingerprint: 'f2' }).stored).toBe(1);
    expect(add(store, [line(1, 0)], { source: name('/other'), fingerprint: 'f3' }).stored).toBe(1);
    expect(store.events.logs()).toHaveLength(4);
    store.close();
  });

  test('within itself may say the same twice', () => {
    const store = openCase(newPath());
    expect(add(store, [line(1, 0), line(1, 0)])).toEqual({ stored: 2, known: 0 });
    store.close();
  });

  test('after its reading was ended takes over what was read; until then it is told as unfinished', () => {
    const path = newPath();
    const store = openCase(path);
    add(store, [line(1, 0), line(2, 60)], {}, false);
    store.close();
    const again = openExistingCase(path);
    expect(again.events.logs()).toMatchObject([
      { status: 'error', reason: 'its reading was not finished', events: 2, firstUs: 1, lastUs: 2 },
    ]);
    expect(add(again, [line(1, 0), line(2, 60), line(3, 120)])).toEqual({ stored: 1, known: 2 });
    expect(again.events.logs()).toMatchObject([{ status: 'ok' }]);
    expect(add(again, [line(1, 0), line(2, 60), line(3, 120)])).toEqual({ stored: 0, known: 3 });
    expect([...again.events.search({})].map(({ event }) => event.source.offset)).toEqual([0, 60, 120]);
    again.close();
  });
});

describe('hosts of a case', () => {
  test('are counted with their times, and give their events by time, one host after the other', () => {
    const store = storeOf([
      eventFixture({ us: 3, what: 'message', host: printableText('a') }),
      eventFixture({ us: 1, what: 'message', host: printableText('a') }),
      eventFixture({ us: 2, what: 'login', host: printableText('b\x1b[2J') }),
    ]);
    expect(store.events.hosts()).toEqual([
      { host: printableText('a'), events: 2, byLog: new Map([[logFixture.log, 2]]), firstUs: 1, lastUs: 3 },
      {
        ...{ host: printableText('b\x1b[2J'), events: 1, firstUs: 2, lastUs: 2 },
        byLog: new Map([[logFixture.log, 1]]),
      },
    ]);
    const times = store.events.byHost((cluesOf) =>
      store.events.hosts().map(({ host }) => [...cluesOf(host)].map(({ event }) => event.us)),
    );
    expect(times).toEqual([[1, 3], [2]]);
    expect(store.events.byHost((cluesOf) => [...cluesOf(printableText('nobody'))])).toEqual([]);
    store.close();
  });

  test('are one or several, whatever logs are named after', () => {
    const one = storeOf([eventFixture({ us: 1, what: 'message', host: printableText('') })]);
    expect(one.events.isOfSeveralHosts()).toBe(false);
    const two = storeOf([
      eventFixture({ us: 1, what: 'message', host: printableText('a') }),
      eventFixture({ us: 2, what: 'message', host: printableText('b') }),
    ]);
    expect(two.events.isOfSeveralHosts()).toBe(true);
    one.close();
    two.close();
    expect(openCase(newPath()).events.isOfSeveralHosts()).toBe(false);
  });

  test('give the events that are clues, those that were named at the end of a log among them', () => {
    const placed: number[] = [];
    const marker: ClueMarker = {
      begin: () => {},
      isClue: (event) => event.what === 'login',
      placed: (id) => placed.push(id),
      end: () => placed.splice(0).slice(-1),
    };
    const store = openCase(newPath());
    const writer = store.events.writer(marker);
    const write = (us: number, what: 'login' | 'message'): void =>
      writer.event(eventFixture({ us, what, source: { source: logFixture.source.source, offset: us } }));
    const clues = (): readonly number[] =>
      store.events.byHost((cluesOf) => [...cluesOf(printableText('web-1'))].map(({ event }) => event.us));
    const beginning = { ...logFixture, source: logFixture.source.source };
    writer.begin(beginning);
    write(3, 'message');
    write(2, 'login');
    write(1, 'message');
    writer.end(logFixture);
    const other = { source: printableText('/var/log/syslog') };
    writer.begin({ ...beginning, ...other });
    write(4, 'message');
    write(5, 'message');
    writer.close();
    // Nobody knows what would have been named of a log that was left.
    expect(clues()).toEqual([1, 2, 4, 5]);
    writer.begin(beginning);
    write(6, 'message');
    write(7, 'message');
    writer.begin({ ...beginning, source: printableText('/var/log/messages') });
    writer.end(logFixture);
    writer.end({ ...logFixture, source: { source: printableText('/var/log/messages') } });
    writer.close();
    expect(clues()).toEqual([1, 2, 4, 5, 7]);
    store.close();
  });

  test('leave nothing behind that costs those who write later, also where looking at them failed', () => {
    const path = newPath();
    const store = storeOf([eventFixture({ us: 1, what: 'message' })], path);
    expect(() =>
      store.events.byHost(() => {
        throw new Error('out of time');
      }),
    ).toThrow('out of time');
    store.close();
    const raw = new Database(path);
    expect(raw.query("select name from sqlite_master where name = 'event_clue'").all()).toEqual([]);
    raw.close();
  });
});

describe('a case of the first version', () => {
  test('is brought to ours and keeps what it has', () => {
    const path = newPath();
    const store = openCase(path);
    store.close();
    const raw = new Database(path);
    for (const table of ['event', 'word', 'log', 'told', 'derived']) raw.run(`drop table ${table}`);
    raw.run('alter table scan drop column purpose');
    raw.run("insert into scan (started, verdict, result) values ('2024-01-01T00:00:00Z', 'clean', '{}')");
    raw.run('pragma user_version = 1');
    raw.close();
    const again = openExistingCase(path);
    expect(again.scans()).toHaveLength(1);
    expect(again.events.logs()).toEqual([]);
    expect(found(again, {})).toEqual([]);
    expect(again.told()).toEqual({ network: [] });
    again.close();
  });

  test('that is not there is not made', () => {
    expect(() => openExistingCase(join(scratch, 'nowhere.sqlite'))).toThrow();
  });
});

describe('what the customer told', () => {
  test('is kept, and told again whole', () => {
    const path = newPath();
    const told = {
      appeared: { us: 1, lengthUs: 60e6 },
      network: [{ subnet: '192.0.2.0/24', zone: printableText('dmz'), reach: [printableText('*')] }],
    };
    const store = openCase(path);
    store.saveTold(told);
    store.saveTold(told);
    store.close();
    const again = openExistingCase(path);
    expect(again.told()).toEqual(told);
    again.close();
  });

  test('to an older Demine is told in today’s form', () => {
    const path = newPath();
    openCase(path).close();
    const raw = new Database(path);
    raw.run(`insert into told values ('incident', '{"appearedUs":5,"network":[]}')`);
    raw.close();
    const store = openExistingCase(path);
    expect(store.told()).toEqual({ appeared: { us: 5, lengthUs: 0 }, network: [] });
    store.close();
  });
});
