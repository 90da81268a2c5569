import { describe, expect, test } from 'bun:test';
import { ChunkWriter } from './binxml.fixture.ts';
import { chunksOf, fileOf, type GivenEvent, hollow, logOf, recordOf } from './evtx.fixture.ts';
import { chunkSize, fileHeadSize } from './layout.ts';
import { partsOf } from './log-file.ts';
import { readAll } from './read-log.fixture.ts';

const events = (count: number, from = 1): readonly GivenEvent[] =>
  Array.from({ length: count }, (_, index) => ({ number: from + index, data: { N: `${from + index}` } }));

const told = (bytes: Uint8Array, options = {}) =>
  readAll(bytes, (record) => [record.found, record.number, record.get('N')], options);
const log = (...numbers: readonly number[]) => numbers.map((number) => ['log', number, `${number}`]);
const upTo = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index + 1);

/** Three chunks of two records. */
const threeChunks = (): Buffer[] =>
  chunksOf([events(2), events(2, 3), events(2, 5)]).map(({ bytes }) => bytes);

/** A chunk with a record that was there before its own, where no record of its own is. */
function withRemains(before: GivenEvent, own: readonly GivenEvent[]): Buffer {
  const [old, fresh] = chunksOf([[...own, before], own]);
  const at = old?.places.at(-1) ?? 0;
  const bytes = fresh?.bytes ?? hollow();
  old?.bytes.copy(bytes, at, at);
  fresh?.seal();
  return bytes;
}

describe('a log', () => {
  test('gives its records in the order of the file', () => {
    const bytes = fileOf(threeChunks(), { next: 7 });
    const { records, kinds, counts } = told(bytes);
    expect(records).toEqual(log(1, 2, 3, 4, 5, 6));
    expect(kinds).toEqual([]);
    expect(counts.chunks).toBe(3);
  });

  test('is read in parts too, each part once', () => {
    const bytes = fileOf(threeChunks());
    const middle = fileHeadSize + chunkSize;
    expect(told(bytes, { to: middle }).records).toEqual(log(1, 2));
    expect(told(bytes, { from: middle }).records).toEqual(log(3, 4, 5, 6));
    expect(told(bytes, { from: middle, to: middle + 1 }).records).toEqual(log(3, 4));
  });

  test('tells which numbers are missing, and which come again', () => {
    expect(told(fileOf(chunksOf([events(2), events(2, 10)]).map(({ bytes }) => bytes))).problems).toEqual([
      { kind: 'numbers-missing', count: 7, offset: 0 },
    ]);
    expect(told(fileOf(chunksOf([events(3), events(2, 2)]).map(({ bytes }) => bytes))).problems).toEqual([
      { kind: 'numbers-again', count: 2, offset: 0 },
    ]);
    // A log that began anew at its beginning has its oldest chunk in the middle.
    expect(told(fileOf(chunksOf([events(2, 3), events(2)]).map(({ bytes }) => bytes))).kinds).toEqual([]);
  });

  test('that is none is foreign', () => {
    for (const bytes of [new Uint8Array(0), Buffer.from('MZ'), Buffer.alloc(200_000, 0x41)]) {
      const { records, isForeign } = told(bytes);
      expect([records, isForeign]).toEqual([[], true]);
    }
    expect(told(fileOf([])).isForeign).toBe(false);
  });
});

describe('parts', () => {
  const access = (bytes: Uint8Array) => ({
    read: (offset: number, length: number) => bytes.subarray(offset, offset + length),
  });

  test('are cut between chunks, and are all of the file', () => {
    const bytes = fileOf([...threeChunks(), hollow(), hollow()]);
    const parts = partsOf(access(bytes), bytes.length, 2 * chunkSize);
    const [first, second] = [fileHeadSize + 2 * chunkSize, fileHeadSize + 4 * chunkSize];
    expect(parts).toEqual([
      { from: 0, to: first },
      { from: first, to: second },
      { from: second, to: bytes.length },
    ]);
    expect(parts.flatMap((part) => told(bytes, part).records)).toEqual(log(1, 2, 3, 4, 5, 6));
  });

  test('are one where something moved the chunks, or there is little', () => {
    const bytes = fileOf(threeChunks());
    const moved = Buffer.concat([
      bytes.subarray(0, fileHeadSize),
      Buffer.from('x'),
      bytes.subarray(fileHeadSize),
    ]);
    for (const whole of [moved, fileOf([]), Buffer.alloc(100)])
      expect(partsOf(access(whole), whole.length, chunkSize)).toEqual([{ from: 0, to: whole.length }]);
  });
});

describe('a head', () => {
  test('that counts wrongly is not believed', () => {
    const { records, kinds } = told(fileOf(threeChunks(), { chunks: 1 }));
    expect(records).toHaveLength(6);
    expect(kinds).toEqual(['counts-differ']);
    // Of a log that was not closed, it says so itself.
    expect(told(fileOf(threeChunks(), { chunks: 1, flags: 1 })).kinds).toEqual([]);
  });

  test('that is broken or gone is no reason to stop', () => {
    const changed = fileOf(threeChunks());
    changed[30] = 0xff;
    expect(told(changed).kinds).toEqual(['head-checksum']);
    const broken = fileOf(threeChunks());
    broken.fill(0, 0, 8);
    expect(told(broken)).toMatchObject({ records: log(1, 2, 3, 4, 5, 6), kinds: ['head-broken'] });
    expect(told(broken.subarray(fileHeadSize)).records).toEqual(log(1, 2, 3, 4, 5, 6));
  });
});

describe('a chunk', () => {
  test('that was changed is told, and read', () => {
    const chunks = threeChunks();
    const text = Buffer.from('HOST', 'utf16le');
    chunks[1]?.write('J', chunks[1].indexOf(text), 'utf16le');
    const { problems, records } = told(fileOf(chunks));
    expect(records).toHaveLength(6);
    expect(problems).toEqual([{ kind: 'records-checksum', count: 1, offset: fileHeadSize + chunkSize }]);
  });

  test('whose head is gone is read by its records, which are strays', () => {
    const chunks = threeChunks();
    chunks[1]?.fill(0, 0, 512);
    const { records, kinds } = told(fileOf(chunks));
    expect(records).toEqual([...log(1, 2), ['stray', 3, '3'], ['stray', 4, '4'], ...log(5, 6)]);
    expect(kinds).toEqual(['chunk-broken', 'counts-differ', 'numbers-missing']);
  });

  test('of zeros is room, not damage', () => {
    const { records, kinds, counts } = told(fileOf([...threeChunks(), hollow()], { chunks: 3 }));
    expect([records.length, kinds, counts.chunks]).toEqual([6, [], 3]);
  });

  test('that bytes before it moved is found where it is', () => {
    const whole = fileOf(threeChunks());
    const at = fileHeadSize + chunkSize;
    for (const gap of [1, 8, 4096, chunkSize - 3]) {
      const bytes = Buffer.concat([whole.subarray(0, at), Buffer.alloc(gap, 0x20), whole.subarray(at)]);
      expect(told(bytes)).toMatchObject({ records: log(1, 2, 3, 4, 5, 6), kinds: ['chunk-broken'] });
    }
  });

  test('that was cut short in the middle of a file ends where the next begins', () => {
    const [first, second, third] = threeChunks();
    if (first === undefined || second === undefined || third === undefined) throw new Error('no chunks');
    const rest = first.readUInt32LE(44) + 20;
    const { records } = told(Buffer.concat([fileOf([]), first.subarray(0, rest), second, third]));
    expect(records).toEqual(log(1, 3, 4, 5, 6));
  });

  test('that the end of the file cuts gives what it has, half a record too', () => {
    const bytes = fileOf(threeChunks());
    const last = bytes.lastIndexOf(Buffer.from('**\0\0', 'latin1'));
    const size = bytes.readUInt32LE(last + 4);
    const { records, kinds } = readAll(bytes.subarray(0, last + size - 8), (record) => [
      record.number,
      record.computer,
      record.get('N'),
    ]);
    expect(records.at(-1)?.slice(0, 2)).toEqual([6, 'HOST']);
    expect(kinds).toContain('chunk-cut');
    for (let cut = 1; cut < chunkSize; cut += 997) {
      const part = told(bytes.subarray(0, bytes.length - cut));
      expect(part.records.slice(0, 4)).toEqual(log(1, 2, 3, 4));
    }
  });
});

describe('records that the log does not know', () => {
  test('are found behind those that it does, and told apart', () => {
    const bytes = fileOf([withRemains({ number: 900, data: { N: '900' } }, events(2))]);
    expect(told(bytes)).toMatchObject({ records: [...log(1, 2), ['free', 900, '900']], kinds: [] });
    expect(told(bytes, { carve: false }).records).toEqual(log(1, 2));
  });

  test('that are copies of such that it has are not told twice', () => {
    const copy = (): Buffer =>
      withRemains({ number: 2, data: { N: '2' } }, [...events(1, 3), ...events(1, 4)]);
    const chunks = [...chunksOf([events(2)]).map(({ bytes }) => bytes), copy()];
    expect(told(fileOf(chunks)).records).toEqual(log(1, 2, 3, 4));
    expect(told(fileOf(chunks), { from: fileHeadSize + chunkSize }).records).toEqual(log(3, 4));
  });

  test('are part of the log where it was not closed and they go on with its numbers', () => {
    const [chunk] = chunksOf([events(3)]);
    const bytes = chunk?.bytes ?? hollow();
    bytes.writeUInt32LE(chunk?.places[2] ?? 0, 48);
    chunk?.seal();
    expect(told(fileOf([bytes], { flags: 1 })).records).toEqual(log(1, 2, 3));
    expect(told(fileOf([bytes])).records).toEqual([...log(1, 2), ['free', 3, '3']]);
  });

  test('are found in a record that was made longer to hide them', () => {
    const [chunk] = chunksOf([events(4)]);
    const [, second = 0, third = 0, fourth = 0] = chunk?.places ?? [];
    const bytes = chunk?.bytes ?? hollow();
    // As those do who take records out: the one before takes in the next, and the end tells the new size.
    bytes.writeUInt32LE(fourth - second, second + 4);
    bytes.writeUInt32LE(fourth - second, fourth - 4);
    chunk?.seal();
    const { records, problems } = told(fileOf([bytes]));
    expect(records).toEqual([...log(1, 2), ['hidden', 3, '3'], ...log(4)]);
    expect(problems).toEqual([{ kind: 'numbers-missing', count: 1, offset: 0 }]);
    expect(bytes.readUInt32LE(third)).toBe(0x2a2a);
  });

  test('follow a record that is broken, and are of the log', () => {
    const [chunk] = chunksOf([events(5)]);
    const bytes = chunk?.bytes ?? hollow();
    bytes.writeUInt32LE(0xffff_ffff, (chunk?.places[2] ?? 0) + 4);
    chunk?.seal();
    const { records, kinds } = told(fileOf([bytes]));
    expect(records).toEqual(log(1, 2, 4, 5));
    expect(kinds).toEqual(['record-broken', 'numbers-missing']);
  });
});

describe('numbers', () => {
  test('of records above 2^53 are told exactly', () => {
    const chunk = new ChunkWriter();
    chunk.record({ ...recordOf({}, 1), number: 1 });
    const bytes = chunk.finish();
    bytes.writeBigUInt64LE(0xffff_ffff_ffff_fff0n, 512 + 8);
    chunk.seal();
    expect(readAll(fileOf([bytes]), (record) => record.number).records).toEqual([
      18_446_744_073_709_551_600n,
    ]);
  });

  test('of many chunks are all there', () => {
    const { records } = readAll(logOf(events(500)), (record) => record.number);
    expect(records).toEqual(upTo(500));
  });
});
