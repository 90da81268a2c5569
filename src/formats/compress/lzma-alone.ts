/**
 * Files of LZMA alone (`.lzma`), as lzma-utils wrote them before xz.
 *
 * What it is NOT: checked; the format has no checksum. What stands behind the stream is counted as trailing.
 * Source: "The .lzma File Format" (xz, doc/lzma-file-format.txt) §1.1 (header), §1.2 (end marker).
 */
import { refuse, type Steps } from './flow.ts';
import type { Input } from './input.ts';
import { LzmaDecoder, lzmaProperties, symbolBytes } from './lzma.ts';
import type { Output, UnpackBounds } from './output.ts';
import { passOver } from './trailing.ts';
import { Window } from './window.ts';
import { xzWindow } from './xz.ts';

const headerSize = 13;
const rangeCoderStart = 5;
/** lc = 3, lp = 0, pb = 2. */
const usualProperties = 0x5d;
const smallestDictionary = 4096;

/**
 * Whether the bytes are a header that a writer makes: there is no magic number, so the usual properties, a dictionary of
 * 2^n or 2^n + 2^(n-1) bytes and a believable size have to do.
 */
export function isLzmaHeader(first: Uint8Array): boolean {
  if (first.length < headerSize || first[0] !== usualProperties) return false;
  const view = new DataView(first.buffer, first.byteOffset, headerSize);
  const dictionary = view.getUint32(1, true);
  const top = dictionary >>> Math.max(0, 30 - Math.clz32(dictionary));
  const isUsual =
    dictionary >= smallestDictionary && top * 2 ** Math.max(0, 30 - Math.clz32(dictionary)) === dictionary;
  const [low, high] = [view.getUint32(5, true), view.getUint32(9, true)];
  return isUsual && ((low === 0xffff_ffff && high === 0xffff_ffff) || high < 64);
}

export function* lzmaFile(input: Input, output: Output, { window: limit = xzWindow }: UnpackBounds): Steps {
  yield* input.need(headerSize);
  const properties = lzmaProperties(input.byte());
  if (properties === undefined) return refuse('header');
  const dictionary = Math.max(input.u32(), smallestDictionary);
  const [low, high] = [input.u32(), input.u32()];
  const unknown = low === 0xffff_ffff && high === 0xffff_ffff;
  let left = unknown ? Number.POSITIVE_INFINITY : low + high * 0x1_0000_0000;
  const window = new Window(output, limit);
  window.begin(dictionary);
  const decoder = new LzmaDecoder(window);
  decoder.reset(properties);
  yield* input.need(rangeCoderStart);
  decoder.begin(input);
  for (let total = 0; left > 0; ) {
    yield* input.want(symbolBytes);
    const stop = input.ended ? Number.POSITIVE_INFINITY : input.end - symbolBytes + 1;
    const ended = decoder.run(input, left, stop, input.end);
    left -= window.total - total;
    total = window.total;
    if (ended === 'marker') {
      if (!unknown && left > 0) refuse('size');
      break;
    }
  }
  yield* passOver(input, output);
}
