/**
 * Files of Zstandard: frames one after the other, skippable ones among them.
 *
 * What it is NOT: a reader of frames made with a dictionary, which no log has; such a frame is `unsupported`.
 * Source: RFC 8878 §3.1.1 (frames, header, blocks), §3.1.2 (skippable frames).
 */
import { refuse, type Steps } from './flow.ts';
import { frames } from './frames.ts';
import type { Input } from './input.ts';
import type { Output, UnpackBounds } from './output.ts';
import { copyRaw } from './stored.ts';
import { Window } from './window.ts';
import { Xxh64 } from './xxh64.ts';
import { BlockDecoder, Literals, mostBlock } from './zstd-block.ts';

export const zstdMagic = [0x28, 0xb5, 0x2f, 0xfd] as const;
/** What `zstd --ultra -22` uses, in bytes. */
const zstdWindow = 128 << 20;
const smallestWindow = 1024;
const blocks = { raw: 0, constant: 1, compressed: 2 } as const;

interface FrameHeader {
  readonly window: number;
  readonly content: number | undefined;
  readonly checked: boolean;
}

/** §3.1.1.1.4: two bytes begin at 256. */
function sizeAt(input: Input, bytes: number): number {
  if (bytes === 1) return input.byte();
  if (bytes === 2) return input.u16() + 256;
  return bytes === 4 ? input.u32() : input.u64();
}

/** §3.1.1.1, from behind the magic number. */
function* frameHeader(input: Input): Steps<FrameHeader> {
  yield* input.need(1);
  const descriptor = input.byte();
  if ((descriptor & 0x08) !== 0) refuse('unsupported');
  const single = (descriptor & 0x20) !== 0;
  const dictionarySize = [0, 1, 2, 4][descriptor & 3] ?? 0;
  const contentSize = [single ? 1 : 0, 2, 4, 8][descriptor >> 6] ?? 0;
  yield* input.need((single ? 0 : 1) + dictionarySize + contentSize);
  let window = 0;
  if (!single) {
    const byte = input.byte();
    const base = 2 ** (10 + (byte >> 3));
    window = base + (base / 8) * (byte & 7);
  }
  if (input.slice(dictionarySize).some((value) => value !== 0)) refuse('unsupported');
  const content = contentSize === 0 ? undefined : sizeAt(input, contentSize);
  if (single) window = content ?? 0;
  return { window: Math.max(window, smallestWindow), content, checked: (descriptor & 4) !== 0 };
}

function repeat(window: Window, value: number, size: number): void {
  window.room(size);
  window.bytes.fill(value, window.at, window.at + size);
  window.at += size;
}

function* frame(input: Input, output: Output, window: Window, literals: Literals): Steps {
  const header = yield* frameHeader(input);
  const hash = header.checked ? new Xxh64() : undefined;
  window.begin(header.window, hash);
  const decoder = new BlockDecoder(window, literals);
  const most = Math.min(header.window, mostBlock);
  for (let last = false; !last; ) {
    yield* input.need(3);
    const word = input.u16() | (input.byte() << 16);
    last = (word & 1) === 1;
    const kind = (word >> 1) & 3;
    const size = word >> 3;
    if (size > most) refuse('size');
    if (kind === blocks.raw) yield* copyRaw(input, window, size);
    else if (kind === blocks.constant) {
      yield* input.need(1);
      repeat(window, input.byte(), size);
    } else if (kind === blocks.compressed) {
      yield* input.need(size);
      const start = input.at;
      input.at += size;
      decoder.decode(input.bytes, start, start + size, most);
    } else refuse('data');
  }
  window.flush();
  output.expect(header.content === undefined || header.content === window.total);
  if (hash === undefined) return;
  yield* input.need(4);
  output.expect(input.u32() === hash.digest32());
}

export function* zstdFile(input: Input, output: Output, { window: limit = zstdWindow }: UnpackBounds): Steps {
  const window = new Window(output, limit);
  const literals = new Literals();
  yield* frames(input, output, zstdMagic, () => frame(input, output, window, literals));
}
