/**
 * Files of frames, as Zstandard and LZ4 share them: each with a magic number, some of which say nothing of content.
 *
 * Source: RFC 8878 §3.1.2 and "LZ4 Frame Format Description" 1.6 (skippable frames, the same in both).
 */
import { refuse, type Steps } from './flow.ts';
import type { Input } from './input.ts';
import type { Output } from './output.ts';
import { passOver, skip } from './trailing.ts';

const magicSize = 4;

/** Whether a skippable frame begins there. */
export const isSkippable = (bytes: Uint8Array, at: number): boolean =>
  ((bytes[at] ?? 0) & 0xf0) === 0x50 &&
  bytes[at + 1] === 0x2a &&
  bytes[at + 2] === 0x4d &&
  bytes[at + 3] === 0x18;

/** Reads frames to the end of the file; `frame` reads one from behind its magic number. */
export function* frames(input: Input, output: Output, magic: readonly number[], frame: () => Steps): Steps {
  yield* input.need(magicSize);
  for (let first = true; yield* input.want(magicSize); first = false) {
    if (input.startsWith(magic)) {
      input.at += magicSize;
      yield* frame();
    } else if (isSkippable(input.bytes, input.at)) {
      input.at += magicSize;
      yield* input.need(4);
      yield* skip(input, input.u32());
    } else if (first) refuse('header');
    else break;
  }
  yield* passOver(input, output);
}
