/**
 * Blocks of LZ4.
 *
 * Source: "LZ4 Block Format Description" (lz4_Block_format.md): sequences, tokens, lengths, offsets, end of block.
 */
import { Halt, refuse } from './flow.ts';
import type { Window } from './window.ts';

/** An offset has 16 bits. */
export const lz4Window = 64 << 10;
const lowestMatch = 4;
const longestCopy = 64 << 10;

/**
 * Decodes the block that stands at `from` to `end` into the window, `most` bytes at most. A block that was `cut` ends
 * as truncated, with what its bytes say.
 */
export function lz4Block(
  bytes: Uint8Array,
  from: number,
  end: number,
  window: Window,
  most: number,
  cut: boolean,
): void {
  let at = from;
  let left = most;
  const over = (): never => {
    throw new Halt(cut ? 'truncated' : 'data');
  };
  const length = (start: number): number => {
    let value = start;
    if (start !== 15) return value;
    for (let more = 255; more === 255; at += 1) {
      if (at >= end) over();
      more = bytes[at] ?? 0;
      value += more;
    }
    return value;
  };
  while (true) {
    if (at >= end) over();
    const token = bytes[at] ?? 0;
    at += 1;
    const plain = length(token >> 4);
    if (plain > left) refuse('size');
    const there = Math.min(plain, end - at);
    copyIn(bytes, at, there, window);
    if (there < plain) over();
    at += plain;
    left -= plain;
    if (at === end && !cut) return;
    if (at + 2 > end) over();
    const distance = (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8);
    at += 2;
    const match = length(token & 15) + lowestMatch;
    if (match > left) refuse('size');
    if (distance === 0 || distance > window.at) refuse('data');
    repeat(distance, match, window);
    left -= match;
  }
}

function copyIn(from: Uint8Array, start: number, count: number, window: Window): void {
  if (count > 32) {
    window.append(from.subarray(start, start + count));
    return;
  }
  window.room(count);
  const { bytes, at } = window;
  for (let index = 0; index < count; index += 1) bytes[at + index] = from[start + index] ?? 0;
  window.at = at + count;
}

function repeat(distance: number, count: number, window: Window): void {
  for (let left = count; left > 0; ) {
    const part = Math.min(left, longestCopy);
    window.room(part);
    const { bytes } = window;
    let out = window.at;
    const end = out + part;
    for (let source = out - distance; out < end; out += 1, source += 1) bytes[out] = bytes[source] ?? 0;
    window.at = out;
    left -= part;
  }
}
