import { describe, expect, test } from 'bun:test';
import { compress, concat, logOf, read } from './compress.fixture.ts';
import { xxh32 } from './xxh32.ts';

const magic = Uint8Array.of(0x04, 0x22, 0x4d, 0x18);

function frame(flag: number, ...blocks: readonly Uint8Array[]): Uint8Array {
  const descriptor = Uint8Array.of(flag, 0x40);
  const end = new Uint8Array(4);
  return concat(magic, descriptor, Uint8Array.of(xxh32(descriptor) >>> 8), ...blocks, end);
}

function block(bytes: readonly number[], high = 0): Uint8Array {
  return concat(Uint8Array.of(bytes.length, bytes.length >> 8, 0, high), Uint8Array.from(bytes));
}

const letters = (text: string): number[] => [...Buffer.from(text)];

describe('a file of LZ4', () => {
  test('has blocks as they stand and blocks of sequences, which may go back over blocks', () => {
    const plain = block(letters('abcd'), 0x80);
    // One literal, four bytes from four before, and one last literal.
    const coded = block([0x10, 0x2d, 0x05, 0x00, 0x10, 0x2e]);
    const { outcome, bytes } = read('lz4', frame(0x40, plain, coded), () => 1);
    expect(outcome).toMatchObject({ state: 'whole', mismatches: 0 });
    expect(bytes).toEqual(new Uint8Array(Buffer.from('abcd-abcd.')));
  });

  test('with what no compressor writes is an error', () => {
    const before = block([0x10, 0x2d, 0x05, 0x00, 0x10, 0x2e]);
    expect(read('lz4', frame(0x40, before)).outcome).toMatchObject({ state: 'error', flaw: 'data' });
    expect(read('lz4', frame(0x40, block([0x10, 0x2d, 0, 0, 0x10, 0x2e]))).outcome).toMatchObject({
      flaw: 'data',
    });
    expect(read('lz4', frame(0x40, block([0xf0, 0xff]))).outcome).toMatchObject({ flaw: 'data' });
    expect(
      read('lz4', frame(0x40, block([0xf0, ...new Array<number>(300).fill(255), 0]))).outcome,
    ).toMatchObject({ flaw: 'size' });
    expect(read('lz4', frame(0x40, Uint8Array.of(0, 0, 0, 0x7f))).outcome).toMatchObject({ flaw: 'size' });
    expect(read('lz4', frame(0x80)).outcome).toMatchObject({ flaw: 'unsupported' });
    expect(read('lz4', frame(0x41)).outcome).toMatchObject({ flaw: 'unsupported' });
  });

  test('of one repetition gives no more than a block may have', () => {
    // 64 KiB from a few bytes, and one more byte than that.
    const most = [0x1f, 0x61, 1, 0, ...new Array<number>(256).fill(255), 0, 0x00];
    const { outcome, bytes } = read('lz4', frame(0x40, block(most)));
    expect(outcome.state).toBe('whole');
    expect(bytes.length).toBe(1 + 4 + 15 + 256 * 255);
    const more = [0x1f, 0x61, 1, 0, ...new Array<number>(257).fill(255), 0, 0x00];
    expect(read('lz4', frame(0x40, block(more))).outcome).toMatchObject({ flaw: 'size', given: 1 });
  });

  test('with a wrong checksum is read on, and the mismatch is counted', () => {
    const log = logOf(50);
    const packed = compress('lz4', log);
    packed[packed.length - 1] = (packed[packed.length - 1] ?? 0) ^ 1;
    packed[6] = (packed[6] ?? 0) ^ 1;
    const { outcome, bytes } = read('lz4', concat(packed, compress('lz4', log)));
    expect(outcome).toMatchObject({ state: 'whole', mismatches: 2 });
    expect(bytes).toEqual(concat(log, log));
  });
});
