import { describe, expect, test } from 'bun:test';
import { compress, concat, logOf, noise, recorded, zst } from './compress.fixture.ts';
import { unlz4, unxz, unzstd } from './whole.ts';

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString();

/** As journald keeps a field: the size, then a block of literals alone or as given. */
function sized(size: number, block: readonly number[]): Uint8Array {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(size));
  return concat(bytes, Uint8Array.from(block));
}

const message = 'MESSAGE=x';
const literals = [0x90, ...Buffer.from(message)];

describe('a compressed field of a journal', () => {
  test('is read whole', () => {
    expect(unxz(recorded.xz, 100)).toMatchObject({ state: 'whole', mismatches: 0 });
    expect(text(unxz(recorded.xz, 100).bytes)).toBe('demine\n');
    expect(text(unzstd(zst(Buffer.from(message)), 100).bytes)).toBe(message);
    expect(text(unlz4(sized(9, literals), 100).bytes)).toBe(message);
  });

  test('is cut at the limit', () => {
    const log = logOf(5000);
    for (const limit of [0, 1, 1000, 300_000]) {
      const cut = unzstd(zst(log), limit);
      expect(cut).toMatchObject({ state: 'stopped', given: limit });
      expect(Buffer.compare(cut.bytes, log.subarray(0, limit))).toBe(0);
    }
    expect(unxz(recorded.xz, 3)).toMatchObject({ state: 'stopped', given: 3 });
    expect(text(unlz4(sized(9, literals), 7).bytes)).toBe('MESSAGE');
  });

  test('that is damaged or cut short says so', () => {
    expect(unlz4(sized(10, literals), 100)).toMatchObject({ state: 'error', flaw: 'size' });
    expect(unlz4(sized(8, literals), 100)).toMatchObject({ state: 'error', flaw: 'size' });
    expect(unlz4(sized(9, literals.slice(0, -1)), 100)).toMatchObject({ state: 'error', flaw: 'data' });
    expect(unlz4(new Uint8Array(5), 100).state).toBe('truncated');
    expect(unxz(noise(100), 100)).toMatchObject({ state: 'error', flaw: 'header' });
    expect(unzstd(new Uint8Array(0), 100).state).toBe('truncated');
  });

  test('of LZ4 that claims endless content gives up at the limit', () => {
    const bomb = sized(2 ** 50, [0x1f, 0x61, 1, 0, ...new Array<number>(20_000).fill(255), 0, 0]);
    expect(unlz4(bomb, 100_000)).toMatchObject({ state: 'stopped', given: 100_000 });
  });

  test('of LZ4 holds a block as the tool makes it', () => {
    const log = logOf(300);
    // A frame of one block: 7 bytes before it and its size of 4, an end mark behind.
    const frame = compress('lz4', log, '--no-frame-crc');
    const block = frame.subarray(11, frame.length - 4);
    const read = unlz4(sized(log.length, [...block]), 1 << 20);
    expect(read.state).toBe('whole');
    expect(Buffer.compare(read.bytes, log)).toBe(0);
  });
});
