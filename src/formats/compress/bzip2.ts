/**
 * Files of bzip2: streams one after the other, each of blocks of 100 to 900 kB with their CRC.
 *
 * What it is NOT: a reader of shuffled ("randomised") blocks, which no writer has made since 1999; they are
 * `unsupported`. Nothing of a block is content until all of it is there: a truncated file ends before its last block.
 * Source: "BZIP2: Format Specification" (J. Tsai, 2016): stream header, block, footer; M. Burrows, D. Wheeler, "A
 * Block-sorting Lossless Data Compression Algorithm" (SRC report 124, 1994).
 */
import { Bits } from './bzip2-bits.ts';
import { BlockReader } from './bzip2-block.ts';
import { refuse, type Steps } from './flow.ts';
import type { Input } from './input.ts';
import type { Output } from './output.ts';
import { passOver } from './trailing.ts';

export const bzip2Magic = [0x42, 0x5a, 0x68] as const;
const levelBytes = 100_000;
/** Digits of pi, and of its square root. */
const blockMagic = [0x314159, 0x265359] as const;
const endMagic = [0x177245, 0x385090] as const;

/** Whether a block or the end of an empty stream stands behind the magic number and the level. */
export function isBzip2Block(first: Uint8Array): boolean {
  const level = (first[3] ?? 0) - 0x30;
  const u24 = (at: number): number =>
    ((first[at] ?? 0) << 16) | ((first[at + 1] ?? 0) << 8) | (first[at + 2] ?? 0);
  const is = ([high, low]: readonly [number, number]): boolean => u24(4) === high && u24(7) === low;
  return level >= 1 && level <= 9 && (is(blockMagic) || is(endMagic));
}

function* stream(input: Input, output: Output, bits: Bits, reader: BlockReader): Steps {
  yield* input.need(4);
  if (!input.startsWith(bzip2Magic)) refuse('header');
  input.at += bzip2Magic.length;
  const level = input.byte() - 0x30;
  if (level < 1 || level > 9) refuse('header');
  for (let crc = 0; ; ) {
    yield* bits.want(16);
    const [high, low] = [bits.take(24), bits.take(24)];
    bits.checkEnd();
    if (high === endMagic[0] && low === endMagic[1]) {
      output.expect(bits.take32() === crc);
      bits.checkEnd();
      bits.align();
      return;
    }
    if (high !== blockMagic[0] || low !== blockMagic[1]) refuse('data');
    crc = (((crc << 1) | (crc >>> 31)) ^ (yield* reader.read(level * levelBytes))) >>> 0;
  }
}

export function* bzip2File(input: Input, output: Output): Steps {
  const bits = new Bits(input);
  const reader = new BlockReader(bits, output);
  do {
    yield* stream(input, output, bits, reader);
  } while ((yield* input.want(bzip2Magic.length)) && input.startsWith(bzip2Magic));
  yield* passOver(input, output);
}
