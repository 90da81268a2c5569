import { describe, expect, test } from 'bun:test';
import { compress, concat, logOf, noise, read, seeded, zst } from './compress.fixture.ts';
import { unpacker } from './unpack.ts';

const log = logOf(60);
const magic = Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd);
/** A frame with a window of 1 KiB times two to the `exponent`, of blocks as they stand. */
const frame = (exponent: number, ...blocks: readonly Uint8Array[]): Uint8Array =>
  concat(magic, Uint8Array.of(0, exponent << 3), ...blocks);

function block(kind: number, size: number, content: Uint8Array, last = true): Uint8Array {
  const word = (size << 3) | (kind << 1) | (last ? 1 : 0);
  return concat(Uint8Array.of(word, word >> 8, word >> 16), content);
}

const skippable = (size: number): Uint8Array =>
  concat(Uint8Array.of(0x5e, 0x2a, 0x4d, 0x18, size, size >> 8, 0, 0), noise(size));

describe('a file of Zstandard', () => {
  test('may have frames that say nothing between the others', () => {
    const packed = concat(skippable(0), skippable(300), zst(log), skippable(70), zst(log), skippable(9));
    const { outcome, bytes } = read('zst', packed, () => 2);
    expect(outcome).toMatchObject({ state: 'whole', mismatches: 0, trailing: 0 });
    expect(bytes).toEqual(concat(log, log));
    expect(read('zst', packed.subarray(0, packed.length - 1)).outcome.state).toBe('truncated');
  });

  test('has blocks as they stand and blocks of one byte', () => {
    const packed = frame(7, block(0, 3, Buffer.from('abc'), false), block(1, 5, Buffer.from('x')));
    expect(read('zst', packed).bytes).toEqual(new Uint8Array(Buffer.from('abcxxxxx')));
    expect(read('zst', packed.subarray(0, 11)).bytes).toEqual(new Uint8Array(Buffer.from('ab')));
  });

  test('of endless blocks of one byte is given in pieces of bounded size', () => {
    const bomb = concat(...Array.from({ length: 2000 }, () => block(1, 128 << 10, Buffer.from('x'), false)));
    let [given, largest] = [0, 0];
    const stream = unpacker('zst', ({ length }) => {
      given += length;
      largest = Math.max(largest, length);
    });
    stream.push(frame(31, bomb));
    expect(stream.end().state).toBe('truncated');
    expect(given).toBe(2000 * (128 << 10));
    expect(largest).toBeLessThanOrEqual(1 << 19);
  });

  test('with blocks that are larger than they may be is an error', () => {
    expect(read('zst', frame(0, block(1, 1025, Buffer.from('x')))).outcome).toMatchObject({ flaw: 'size' });
    expect(read('zst', frame(20, block(1, (128 << 10) + 1, Buffer.from('x')))).outcome).toMatchObject({
      flaw: 'size',
    });
    expect(read('zst', frame(7, block(3, 1, Buffer.from('x')))).outcome).toMatchObject({ flaw: 'data' });
  });

  test('made with a dictionary, or with bits that have no meaning yet, is unsupported', () => {
    const dictionary = concat(magic, Uint8Array.of(1, 0x38, 7), block(0, 1, Buffer.from('x')));
    const reserved = concat(magic, Uint8Array.of(8, 0x38), block(0, 1, Buffer.from('x')));
    expect(read('zst', dictionary).outcome).toMatchObject({ flaw: 'unsupported' });
    expect(read('zst', reserved).outcome).toMatchObject({ flaw: 'unsupported' });
  });

  test('that lies about its size is read, and the lie is counted', () => {
    const single = concat(magic, Uint8Array.of(0x20, 9), block(0, 3, Buffer.from('abc')));
    expect(read('zst', single).outcome).toMatchObject({ state: 'whole', given: 3, mismatches: 1 });
    const endless = concat(magic, Uint8Array.of(0xe0), new Uint8Array(8).fill(0xff), block(0, 3, log));
    expect(read('zst', endless).outcome).toMatchObject({ state: 'whole', given: 3, mismatches: 1 });
  });

  test('of compressed blocks of noise ends', () => {
    const next = seeded(11);
    for (let seed = 0; seed < 3000; seed += 1) {
      const size = 3 + next(60);
      const content = noise(size, seed);
      // Short literals of all kinds, so that the sequences are reached.
      content[0] = (content[0] ?? 0) & (next(2) === 0 ? 0x3b : 0xff);
      const { outcome } = read('zst', frame(7, block(2, size, content)), () => 100, { most: 1 << 20 });
      expect(['error', 'whole']).toContain(outcome.state);
    }
  });

  test('keeps no larger window than it may, and reads what does not need it', () => {
    const far = concat(log, noise(300_000), log);
    const packed = compress('zst', far, '--long=31', '-19', '--no-check');
    expect(read('zst', packed).outcome).toMatchObject({ state: 'whole', mismatches: 0 });
    const small = read('zst', packed, () => 5000, { window: 65_536 });
    expect(small.outcome).toMatchObject({ state: 'error', flaw: 'window' });
    expect(small.bytes.length).toBeGreaterThan(100_000);
  });
});
