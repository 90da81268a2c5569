/**
 * Event logs of real Windows hosts: every record is read, its three forms agree, and what was changed is read as far
 * as it goes. The counts are those of the corpus's own list, confirmed by other readers; `event-log-readers.test.ts`
 * compares every value with them.
 */
import { describe, expect, spyOn, test } from 'bun:test';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { JsonPlan } from '../../src/formats/evtx/json-plan.ts';
import { askAll, mutated, randomOf } from '../../src/formats/evtx/mutate.fixture.ts';
import { jsonOf, readAll } from '../../src/formats/evtx/read-log.fixture.ts';
import type { EvtxValue } from '../../src/formats/evtx/value.ts';

const folder = join(process.env['DEMINE_CORPUS'] ?? join(import.meta.dir, '../../../shared/corpus'), 'evtx');
const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
  name.endsWith('.evtx'),
);
const read = (name: string): Buffer => readFileSync(join(folder, name));

const asJson = (value: EvtxValue): unknown =>
  typeof value === 'bigint' ? String(value) : Array.isArray(value) ? value.map(asJson) : value;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** All members below a value that are no objects, by name. */
function leaves(value: unknown, found: [string, unknown][] = []): [string, unknown][] {
  if (isObject(value))
    for (const [key, member] of Object.entries(value)) {
      if (isObject(member)) leaves(member, found);
      else found.push([key, member]);
    }
  return found;
}

describe('event logs of real hosts', () => {
  test('hold 8,255 records in 277 files, all of which are read', () => {
    const sum = { files: 0, records: 0, unread: 0, free: 0, json: 0, xml: 0 };
    const problems: string[] = [];
    for (const name of names) {
      const log = readAll(read(name), (record) => {
        sum.json += record.json() === undefined ? 0 : 1;
        sum.xml += record.xml() === undefined ? 0 : 1;
      });
      sum.files += 1;
      sum.records += log.counts.records.log;
      sum.free += log.counts.records.free;
      sum.unread += log.counts.unread;
      problems.push(...log.problems.map(({ kind }) => `${name}: ${kind}`));
    }
    expect(sum).toEqual({ files: 277, records: 8255, unread: 0, free: 6322, json: 14_577, xml: 14_577 });
    expect(problems).toEqual([]);
  }, 60_000);

  test('are in UTC, between the years in which they were made', () => {
    for (const name of names.slice(0, 100)) {
      const { records } = readAll(read(name), (record) => record.timeUs, { carve: false });
      for (const us of records) {
        expect(us).toBeGreaterThan(Date.UTC(2012, 0) * 1000);
        expect(us).toBeLessThan(Date.UTC(2023, 0) * 1000);
      }
    }
  });

  test('tell the same field by field, and as JSON', () => {
    let fields = 0;
    for (const name of names)
      readAll(
        read(name),
        (record) => {
          const json = jsonOf(record);
          const event = isObject(json) && isObject(json['Event']) ? json['Event'] : {};
          const { System: system, ...data } = event;
          const told = leaves(data);
          for (const [field, value] of record.fields()) {
            fields += 1;
            const same = told.filter(([key]) => key === field).map(([, member]) => member);
            expect(same).toContainEqual(asJson(value));
          }
          expect(isObject(system) && system['EventID']).toBe(record.eventId);
          // A few have a channel without a name.
          expect(isObject(system) && (system['Channel'] ?? '')).toBe(record.channel);
        },
        { carve: false },
      );
    expect(fields).toBeGreaterThan(80_000);
  }, 60_000);

  test('are the same JSON by steps and member by member', () => {
    const all = () => names.flatMap((name) => readAll(read(name), jsonOf).records);
    const bySteps = all();
    const spy = spyOn(JsonPlan.prototype, 'write').mockReturnValue(false);
    try {
      expect(all()).toEqual(bySteps);
    } finally {
      spy.mockRestore();
    }
  }, 60_000);

  test('that were changed at random are read as far as they go', () => {
    const random = randomOf(20_261_126);
    let read = 0;
    for (let round = 0; round < 500; round += 1) {
      const name = names[Math.floor(random() * names.length)] ?? '';
      const whole = readFileSync(join(folder, name));
      read += askAll(mutated(whole.subarray(0, 4096 + 2 * 65_536), random)).read;
    }
    expect(read).toBeGreaterThan(5000);
  }, 120_000);
});
