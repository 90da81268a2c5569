import { describe, expect, test } from 'bun:test';
import type { LogEvent } from '../../model/facts/event.ts';
import { printableText } from '../../model/text.ts';
import type { RandomAccess } from '../random-access.ts';
import { type LastlogRequest, readLastlog } from './lastlog.ts';
import { lastlogRecord } from './utmp.fixture.ts';

const source = printableText('/var/log/lastlog');
const noon = 1_700_000_000;

/** A file with holes: bytes by where they stand. */
class Sparse implements RandomAccess {
  asked = 0;
  readonly #parts: ReadonlyMap<number, Uint8Array>;
  readonly size: number;
  constructor(parts: ReadonlyMap<number, Uint8Array>, size: number) {
    this.#parts = parts;
    this.size = size;
  }
  read(offset: number, length: number): Uint8Array {
    const bytes = new Uint8Array(Math.max(0, Math.min(length, this.size - offset)));
    this.asked += bytes.length;
    for (const [at, part] of this.#parts) {
      for (let index = 0; index < part.length; index += 1) {
        const place = at + index - offset;
        if (place >= 0 && place < bytes.length) bytes[place] = part[index] ?? 0;
      }
    }
    return bytes;
  }
}

function read(file: Sparse, given: Partial<LastlogRequest> = {}) {
  const events: LogEvent[] = [];
  const outcome = readLastlog({ source, file, size: file.size, ...given }, (event) => events.push(event));
  return {
    outcome,
    told: events.map((event) => (event.what === 'login' ? `${event.account} ${event.from}` : '')),
    events,
  };
}

describe('lastlog', () => {
  test.each([
    [292, true],
    [296, true],
    [292, false],
    [296, false],
  ] as const)('of %d bytes, little-endian %p', (size, littleEndian) => {
    const record = (uid: number): readonly [number, Uint8Array] => [
      uid * size,
      lastlogRecord(
        { size, littleEndian },
        { seconds: noon + uid, line: 'pts/0', host: `192.0.2.${uid % 200}` },
      ),
    ];
    for (const uids of [[0], [0, 1, 1000], [1000, 1001], [65_534]]) {
      const last = Math.max(...uids);
      const file = new Sparse(new Map(uids.map(record)), (last + 1) * size);
      const { outcome, events, told } = read(file, { accounts: new Map([[1000, printableText('ada')]]) });
      expect(outcome).toEqual({
        recordSize: size,
        events: uids.length,
        odd: 0,
        restBytes: 0,
        bounded: false,
      });
      expect(told).toEqual(uids.map((uid) => `${uid === 1000 ? 'ada' : uid} 192.0.2.${uid % 200}`));
      expect(events[0]?.us).toBe((noon + (uids[0] ?? 0)) * 1e6);
    }
  });

  const machine = { size: 292, littleEndian: true } as const;
  const nobody = 4_294_967_294;
  const huge = new Map([
    [0, lastlogRecord(machine, { seconds: noon, line: 'tty1' })],
    [nobody * 292, lastlogRecord(machine, { seconds: noon, line: 'pts/9', host: '192.0.2.9' })],
  ]);

  test('of a terabyte of holes is read where it has bytes', () => {
    const file = new Sparse(huge, (nobody + 1) * 292);
    const extents = [
      { from: 0, to: 4096 },
      { from: nobody * 292 - 100, to: file.size },
    ];
    expect(read(file, { extents }).told).toEqual(['0 ', `${nobody} 192.0.2.9`]);
    expect(file.asked).toBeLessThan(100_000);
  });

  test('of a terabyte of holes that nobody knows of is bounded, and says so', () => {
    const file = new Sparse(huge, (nobody + 1) * 292);
    const { outcome, told } = read(file, { accounts: new Map([[nobody, printableText('nobody')]]) });
    expect(outcome.bounded).toBe(true);
    expect(told).toEqual(['0 ', 'nobody 192.0.2.9']);
  });

  test('that is odd, cut, blank or empty', () => {
    const cut = new Sparse(new Map([[0, lastlogRecord(machine, { seconds: noon, line: 'tty1' })]]), 292 + 17);
    expect(read(cut).outcome).toMatchObject({ events: 1, restBytes: 17 });
    const odd = new Sparse(new Map([...huge].slice(0, 1).concat([[292, new Uint8Array(292).fill(7)]])), 584);
    // One against one decides nothing.
    expect(read(odd).outcome.recordSize).toBeUndefined();
    expect(read(new Sparse(new Map(), 292_000)).outcome).toMatchObject({ events: 0, recordSize: undefined });
    expect(read(new Sparse(new Map(), 0)).outcome.events).toBe(0);
    const text = '\x1b]0;x\x07';
    const named = new Sparse(
      new Map([[0, lastlogRecord(machine, { seconds: noon, line: 'pts/0', host: text })]]),
      292,
    );
    expect(read(named).told).toEqual(['0 %1B]0;x%07']);
  });
});
