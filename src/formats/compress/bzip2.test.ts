import { describe, expect, test } from 'bun:test';
import { compress, concat, logOf, noise, read, recorded } from './compress.fixture.ts';

const log = logOf(3000);
const demine = Buffer.from('demine\n');

/** The recorded file with one bit changed; bits are counted from the first of the file. */
function withBit(bit: number): Uint8Array {
  const bytes = recorded.bz2.slice();
  bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (0x80 >> (bit & 7));
  return bytes;
}

describe('a file of bzip2', () => {
  test('with a shuffled block, as nobody has written since 1999, is unsupported', () => {
    // Behind the header of 32 bits, the magic number of 48 and the CRC of 32.
    expect(read('bz2', withBit(112)).outcome).toMatchObject({ state: 'error', flaw: 'unsupported' });
  });

  test('with a wrong CRC of a block is read on, and the mismatch is counted', () => {
    const { outcome, bytes } = read('bz2', concat(withBit(80), recorded.bz2));
    // The CRC of the stream is made of those of its blocks.
    expect(outcome).toMatchObject({ state: 'whole', mismatches: 2 });
    expect(bytes).toEqual(concat(demine, demine));
  });

  test('whose transform begins outside of its block is an error', () => {
    expect(read('bz2', withBit(113)).outcome).toMatchObject({ state: 'error', flaw: 'data', given: 0 });
  });

  test('of noise behind a good beginning ends', () => {
    for (let seed = 0; seed < 100; seed += 1) {
      const packed = concat(recorded.bz2.subarray(0, 14), noise(20_000, seed));
      expect(['error', 'truncated']).toContain(read('bz2', packed).outcome.state);
    }
  });

  test('with several blocks gives those before the damaged one', () => {
    const packed = compress('bz2', log, '-1');
    const place = packed.length - 400;
    packed[place] = (packed[place] ?? 0) ^ 0xff;
    const { outcome, bytes } = read('bz2', packed);
    expect(outcome.state === 'error' || outcome.mismatches > 0).toBe(true);
    expect(bytes.subarray(0, 100_000)).toEqual(new Uint8Array(log.subarray(0, 100_000)));
  });

  test('with every length of runs is read', () => {
    const runs = concat(
      ...Array.from({ length: 600 }, (_, at) => new Uint8Array(at).fill(at & 3)),
      new Uint8Array(1_000_000).fill(65),
    );
    const { outcome, bytes } = read('bz2', compress('bz2', runs, '-1'));
    expect(outcome).toMatchObject({ state: 'whole', mismatches: 0 });
    expect(Buffer.compare(bytes, runs)).toBe(0);
  });
});
