/**
 * Files of LZ4: frames one after the other, skippable ones among them.
 *
 * What it is NOT: a reader of the legacy frames of 2011 (`lz4 -l`), nor of frames with a dictionary, which no log has.
 * Source: "LZ4 Frame Format Description" 1.6: frame descriptor, data blocks, checksums, skippable frames.
 */
import { Halt, refuse, type Steps } from './flow.ts';
import { frames } from './frames.ts';
import type { Input } from './input.ts';
import { lz4Block, lz4Window } from './lz4-block.ts';
import type { Output } from './output.ts';
import { Window } from './window.ts';
import { Xxh32, xxh32 } from './xxh32.ts';

export const lz4Magic = [0x04, 0x22, 0x4d, 0x18] as const;
const flags = { dictionary: 1, reserved: 2, contentCheck: 4, contentSize: 8, blockCheck: 16 } as const;
const version = 1;
const stored = 0x8000_0000;

interface Descriptor {
  readonly flag: number;
  /** Content of the largest block, bytes. */
  readonly block: number;
  readonly content: number | undefined;
}

function* descriptor(input: Input, output: Output): Steps<Descriptor> {
  yield* input.need(2);
  const start = input.at;
  const flag = input.bytes[start] ?? 0;
  const block = (input.bytes[start + 1] ?? 0) >> 4;
  if (flag >> 6 !== version || (flag & (flags.reserved | flags.dictionary)) !== 0) refuse('unsupported');
  if (block < 4 || block > 7) refuse('header');
  const withSize = (flag & flags.contentSize) !== 0;
  yield* input.need(withSize ? 11 : 3);
  const bytes = input.bytes.subarray(input.at, input.at + (withSize ? 10 : 2));
  input.at += 2;
  const content = withSize ? input.u64() : undefined;
  output.expect(input.byte() === ((xxh32(bytes) >>> 8) & 0xff));
  return { flag, block: 1 << (2 * block + 8), content };
}

function* block(input: Input, output: Output, window: Window, word: number, frame: Descriptor): Steps {
  const size = word % stored;
  if (size > frame.block) refuse('size');
  const whole = yield* input.want(size);
  const bytes = input.slice(Math.min(size, input.left));
  if (word >= stored) window.append(bytes);
  else lz4Block(bytes, 0, bytes.length, window, frame.block, !whole);
  if (!whole) throw new Halt('truncated');
  if ((frame.flag & flags.blockCheck) === 0) return;
  const hash = xxh32(bytes);
  yield* input.need(4);
  output.expect(input.u32() === hash);
}

function* frame(input: Input, output: Output, window: Window): Steps {
  const described = yield* descriptor(input, output);
  const hash = (described.flag & flags.contentCheck) !== 0 ? new Xxh32() : undefined;
  window.begin(lz4Window, hash);
  while (true) {
    yield* input.need(4);
    const word = input.u32();
    if (word === 0) break;
    yield* block(input, output, window, word, described);
  }
  window.flush();
  output.expect(described.content === undefined || described.content === window.total);
  if (hash === undefined) return;
  yield* input.need(4);
  output.expect(input.u32() === hash.digest());
}

export function* lz4File(input: Input, output: Output): Steps {
  const window = new Window(output, lz4Window);
  yield* frames(input, output, lz4Magic, () => frame(input, output, window));
}
