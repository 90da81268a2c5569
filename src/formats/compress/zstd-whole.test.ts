import { describe, expect, test } from 'bun:test';
import { concat, logOf, noise, seeded } from './compress.fixture.ts';
import { unzstd } from './whole.ts';
import { quickZstd } from './zstd-whole.ts';

const limit = 1 << 20;
/** As a library packs what it has whole: the frame says how large its content is. */
const frame = (bytes: Uint8Array): Uint8Array => new Uint8Array(Bun.zstdCompressSync(bytes));

describe('a frame that is whole', () => {
  test('gives what our own decoder gives, whatever its size and blocks', () => {
    for (const size of [1, 255, 256, 257, 65_791, 65_792, 300_000]) {
      for (const content of [logOf(4000).subarray(0, size), noise(size), new Uint8Array(size)]) {
        const packed = frame(content);
        const quick = quickZstd(packed, limit);
        expect(quick?.length).toBe(size);
        expect(Buffer.compare(quick ?? packed, content)).toBe(0);
        expect(Buffer.compare(unzstd(packed, limit).bytes, content)).toBe(0);
      }
    }
  });

  test('is none where more stands behind it, where it is cut, or where it is no frame', () => {
    const packed = frame(logOf(20));
    const skippable = Uint8Array.of(0x50, 0x2a, 0x4d, 0x18, 0, 0, 0, 0);
    for (const bytes of [
      concat(packed, packed),
      concat(packed, Uint8Array.of(0)),
      concat(skippable, packed),
      skippable,
      packed.subarray(1),
      new Uint8Array(0),
      noise(100),
    ])
      expect(quickZstd(bytes, limit)).toBeUndefined();
    for (let end = 0; end < packed.length; end += 1)
      expect(quickZstd(packed.subarray(0, end), limit)).toBeUndefined();
  });

  test('is not asked for more than the limit, whatever it says of its size', () => {
    const content = logOf(100);
    const packed = frame(content);
    expect(quickZstd(packed, content.length - 1)).toBeUndefined();
    expect(quickZstd(packed, content.length)?.length).toBe(content.length);
    // A byte that repeats, 128 KiB in each of many blocks, in a frame that owns up to ten bytes.
    const block = [0x02, 0x00, 0x10, 0x61];
    const bomb = Uint8Array.from([
      ...[0x28, 0xb5, 0x2f, 0xfd, 0x20, 10],
      ...Array.from({ length: 500 }, () => block).flat(),
      ...[0x03, 0x00, 0x10, 0x61],
    ]);
    expect(quickZstd(bomb, limit)).toBeUndefined();
  });

  test('that was damaged gives nothing, or as many bytes as it says', () => {
    const next = seeded(5);
    const content = logOf(10);
    for (let round = 0; round < 2000; round += 1) {
      const packed = frame(content);
      for (let count = next(3); count >= 0; count -= 1) packed[4 + next(packed.length - 4)] = next(256);
      expect(quickZstd(packed, limit)?.length ?? 0).toBeLessThanOrEqual(limit);
    }
  });
});
