/** Logs that somebody wrote to be read wrongly, or for ever: bounded work, bounded output, and nothing thrown. */
import { describe, expect, test } from 'bun:test';
import {
  ChunkWriter,
  type GivenElement,
  type GivenTemplate,
  type GivenValue,
  given,
} from './binxml.fixture.ts';
import { chunksOf, fileOf, hollow, logOf } from './evtx.fixture.ts';
import { chunkHeadSize, limits } from './layout.ts';
import { jsonOf, readAll } from './read-log.fixture.ts';

const guid = (byte: number): Uint8Array => new Uint8Array(16).fill(byte);
const template = (byte: number, root: GivenElement): GivenTemplate => ({ guid: guid(byte), root });
const hole = (value: number) => ({ value, optional: false });

function one(root: GivenElement, values: readonly GivenValue[]): Buffer {
  const chunk = new ChunkWriter();
  chunk.record({ number: 1, template: template(9, root), values });
  return fileOf([chunk.finish()]);
}

/** All ways of asking, of every record. */
const asked = (bytes: Uint8Array) =>
  readAll(bytes, (record) => ({
    json: record.json()?.length ?? 0,
    xml: record.xml()?.length ?? 0,
    fields: record.fields().length,
    got: record.get('X'),
  }));

/** The chunk of one record, changed before its checksums are made. */
function changed(change: (bytes: Buffer, at: number) => void): Buffer {
  const [chunk] = chunksOf([[{ data: { N: 'x' } }]]);
  const bytes = chunk?.bytes ?? hollow();
  change(bytes, chunk?.places[0] ?? 0);
  chunk?.seal();
  return fileOf([bytes]);
}

describe('a hostile log', () => {
  test('that makes much of little in every record is given up by the chunk, and that is told', () => {
    const again = (byte: number, name: string): GivenTemplate =>
      template(byte, {
        name,
        content: Array.from({ length: 60 }, () => ({ name: 'E', content: [hole(0)] })),
      });
    const levels = [1, 2, 3, 4].map((level) => again(level, `L${level}`));
    const top = template(9, { name: 'Event', content: [hole(0)] });
    const chunk = new ChunkWriter();
    for (let number = 1; number <= 100; number += 1) {
      let value: GivenValue = given.text('x'.repeat(50));
      for (const own of levels) value = { template: own, values: [value] };
      chunk.record({ number, template: top, values: [value] });
    }
    const { records, kinds } = readAll(
      fileOf([chunk.finish(), chunk.bytes]),
      (record) => record.json()?.length ?? 0,
    );
    expect(records).toHaveLength(200);
    // Some were tried, then the chunk was given up; the next one begins anew.
    expect(kinds).toEqual(['too-much', 'numbers-again']);
    expect(records.every((length) => length < limits.output)).toBe(true);
  });

  test('whose value holds the template that it is a value of stops at a depth', () => {
    const own = template(1, { name: 'R', content: [{ name: 'E', content: ['x'] }, hole(0)] });
    let value: GivenValue = given.text('end');
    for (let level = 0; level < 100; level += 1) value = { template: own, values: [value] };
    const bytes = one({ name: 'Event', content: [hole(0)] }, [value]);
    const { records } = asked(bytes);
    expect(records[0]?.json).toBeGreaterThan(20);
    expect(JSON.stringify(readAll(bytes, jsonOf).records[0]).split('"R"')).toHaveLength(limits.nesting);
  });

  test('whose definition names one value again and again has an end', () => {
    const again = (byte: number, name: string): GivenTemplate =>
      template(byte, {
        name,
        content: Array.from({ length: 300 }, () => ({ name: 'E', content: [hole(0)] })),
      });
    let value: GivenValue = given.text('x'.repeat(500));
    for (let level = 0; level < 6; level += 1)
      value = { template: again(level, `L${level}`), values: [value] };
    const bytes = one({ name: 'Event', content: [hole(0)] }, [value]);
    const { records } = asked(bytes);
    // More than any record has: not told, where 300^6 would be.
    expect(records).toMatchObject([{ json: 0, xml: 0 }]);
  });

  test('whose text is named again and again is no larger than a record may be', () => {
    const content = Array.from({ length: 900 }, () => ({ name: 'E', content: [hole(0)] }));
    const { records } = asked(one({ name: 'R', content }, [given.text('\u202e'.repeat(12_000))]));
    expect(records).toMatchObject([{ json: 0, xml: 0 }]);
    const mixed = asked(
      one({ name: 'R', content: Array.from({ length: 2000 }, () => hole(0)) }, [
        given.text('x'.repeat(12_000)),
      ]),
    );
    expect(mixed.records).toMatchObject([{ json: 0, xml: 0 }]);
  });

  test('whose elements stand within each other without end is not read', () => {
    const deep = (depth: number): GivenElement =>
      depth === 0 ? { name: 'X', content: ['x'] } : { name: 'E', content: [deep(depth - 1)] };
    expect(asked(one(deep(limits.elements - 1), [])).records[0]?.got).toBe('x');
    const { counts, kinds } = asked(one(deep(limits.elements + 1), []));
    expect([counts.unread, kinds]).toEqual([1, ['record-unread']]);
  });

  test('whose chains of names are circles is read as if they were none', () => {
    const bytes = changed((chunk, at) => {
      for (let slot = 128; slot < chunkHeadSize; slot += 4) chunk.writeUInt32LE(at + 60, slot);
    });
    expect(readAll(bytes, (record) => record.get('N')).records).toEqual(['x']);
  });

  test('whose definition lies outside, in itself, or is another by now is not read', () => {
    const places = [0, 8, 65_535, 65_520, 0x7fff_ffff, 0xffff_ffff, chunkHeadSize + 24];
    for (const place of places) {
      const { counts, records } = asked(changed((chunk, at) => chunk.writeUInt32LE(place, at + 34)));
      expect(counts.unread).toBe(1);
      expect(records).toEqual([{ json: 0, xml: 0, fields: 0, got: undefined }]);
    }
  });

  test('whose counts and sizes are lies gives what is there', () => {
    const valuesAt = (chunk: Buffer, at: number): number => at + 38 + 24 + chunk.readUInt32LE(at + 38 + 20);
    const count = asked(changed((chunk, at) => chunk.writeUInt32LE(0xffff_ffff, valuesAt(chunk, at))));
    expect(count.kinds).toContain('record-unread');
    const size = readAll(
      changed((chunk, at) => chunk.writeUInt16LE(0xffff, valuesAt(chunk, at) + 4 + 17 * 4)),
      (record) => [record.eventId, record.channel, record.computer, record.isCut],
    );
    expect(size.records).toEqual([[1, 'System', '', true]]);
    expect(size.kinds).toEqual(['values-cut']);
  });

  test('whose room begins anywhere is not believed', () => {
    for (const free of [0, 511, 65_537, 0xffff_ffff]) {
      const bytes = changed((chunk) => chunk.writeUInt32LE(512, 48));
      bytes.writeUInt32LE(free, 4096 + 48);
      expect(readAll(bytes, (record) => record.get('N')).records).toEqual(['x']);
    }
  });

  test('of nothing but signatures has no records', () => {
    const chunk = Buffer.alloc(65_536, '**\0\0', 'latin1');
    expect(asked(fileOf([chunk])).records).toEqual([]);
    chunk.write('ElfChnk\0', 0, 'latin1');
    expect(asked(fileOf([chunk, chunk, chunk])).records).toEqual([]);
    expect(asked(Buffer.alloc(300_000, 'ElfChnk\0', 'latin1')).records).toEqual([]);
  });

  test('with names of markup cannot break out of its JSON', () => {
    const name = '"},"Event":{"x';
    const bytes = logOf([{ data: { [name]: 'v"\\' } }]);
    const { records } = readAll(bytes, jsonOf);
    expect(records).toMatchObject([{ Event: { EventData: { [name]: 'v"\\' } } }]);
  });
});
