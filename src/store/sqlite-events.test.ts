import { Database } from 'bun:sqlite';
import { afterAll, describe, expect, test } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventFixture, logFixture } from '../model/facts/event.fixture.ts';
import type { LogEvent } from '../model/facts/event.ts';
import { printableText } from '../model/text.ts';
import type { CaseStore } from './case-store.ts';
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

describe('a case of the first version', () => {
  test('is brought to ours and keeps what it has', () => {
    const path = newPath();
    const store = openCase(path);
    store.close();
    const raw = new Database(path);
    for (const table of ['event', 'word', 'log', 'told']) raw.run(`drop table ${table}`);
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
      appearedUs: 1,
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
});
