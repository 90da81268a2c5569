import { describe, expect, test } from 'bun:test';
import { compress, concat, logOf, noise, read, recorded } from './compress.fixture.ts';

const log = logOf(60);

function withSize(packed: Uint8Array, size: number): Uint8Array {
  const bytes = packed.slice();
  Buffer.from(bytes.buffer).writeBigUInt64LE(BigInt(size), 5);
  return bytes;
}

describe('a file of LZMA alone', () => {
  test('may say its size, with an end marker or without', () => {
    expect(read('lzma', withSize(recorded.lzma, 7)).outcome).toMatchObject({ state: 'whole', given: 7 });
    expect(read('lzma', withSize(recorded.lzma, 4)).outcome).toMatchObject({ state: 'whole', given: 4 });
    expect(read('lzma', withSize(recorded.lzma, 8)).outcome).toMatchObject({ flaw: 'size', given: 7 });
  });

  test('with properties that cannot be, or bytes that no range coder begins with, is an error', () => {
    const properties = recorded.lzma.slice();
    properties[0] = 225;
    expect(read('lzma', properties).outcome).toMatchObject({ flaw: 'header' });
    const start = recorded.lzma.slice();
    start[13] = 1;
    expect(read('lzma', start).outcome).toMatchObject({ flaw: 'data' });
  });

  test('of noise behind a good header ends, whatever its properties', () => {
    for (let seed = 0; seed < 200; seed += 1) {
      const head = Uint8Array.of(seed, 0, 0, 1, 0, ...new Array<number>(8).fill(255), 0);
      const { outcome } = read('lzma', concat(head, noise(300, seed)), () => 50, { most: 1 << 16 });
      expect(['error', 'truncated', 'whole', 'stopped']).toContain(outcome.state);
    }
  });

  test('keeps no larger window than it may', () => {
    const far = concat(log, new Uint8Array(Buffer.alloc(200_000, 'a quiet night\n')), log);
    const packed = compress('lzma', far, '--lzma1=dict=1GiB');
    expect(read('lzma', packed).outcome).toMatchObject({ state: 'whole', given: far.length });
    const small = read('lzma', packed, () => 100, { window: 65_536 });
    expect(small.outcome).toMatchObject({ state: 'error', flaw: 'window' });
  });
});
