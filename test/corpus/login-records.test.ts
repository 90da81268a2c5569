/** Login records that real hosts wrote: each record of them is read, and nothing is made up. */
import { describe, expect, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { UtmpKind } from '../../src/formats/utmp/meaning.ts';
import { UtmpReader } from '../../src/formats/utmp/reader.ts';
import type { LogEvent } from '../../src/model/facts/event.ts';
import { printableText } from '../../src/model/text.ts';

const corpus = process.env['DEMINE_CORPUS'] ?? join(import.meta.dir, '../../../shared/corpus');

function read(name: string, kind: UtmpKind) {
  const events: LogEvent[] = [];
  const reader = new UtmpReader(printableText(name), kind, (event) => events.push(event));
  reader.push(readFileSync(join(corpus, 'linux-logs/utmp', name)));
  return { events, outcome: reader.end() };
}

describe('login records of real hosts', () => {
  test.each([
    ['utmp', 'utmp', 14, 0],
    ['wtmp.1', 'wtmp', 4, 1],
    ['utmp_x86_64', 'utmp', 6, 0],
  ] as const)('%s', (name, kind, slots, restBytes) => {
    const { events, outcome } = read(name, kind);
    expect(outcome.records + outcome.blank).toBe(slots);
    expect(outcome).toMatchObject({ layout: { size: 384, littleEndian: true }, restBytes, strayBytes: 0 });
    expect(events.length).toBeGreaterThan(0);
    for (const { us, what } of events) {
      expect(['host', 'session']).toContain(what);
      expect(us).toBeGreaterThan(Date.UTC(2005, 0) * 1000);
      expect(us).toBeLessThan(Date.UTC(2030, 0) * 1000);
    }
  });
});
