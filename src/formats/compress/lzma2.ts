/**
 * LZMA2: LZMA in chunks of 2 MiB of content at most, each saying its sizes and what it resets.
 *
 * Source: "The .xz file format" 1.2.1 §5.3.1 (dictionary size). The chunks have no specification of their own; they are
 * as the LZMA SDK (public domain) defines them, and checked against files of xz.
 */
import { Halt, refuse, type Steps } from './flow.ts';
import type { Input } from './input.ts';
import { LzmaDecoder, lzmaProperties } from './lzma.ts';
import { copyRaw } from './stored.ts';
import type { Window } from './window.ts';

const mostContext = 4;
const rangeCoderStart = 5;

/** Control bytes. */
const controls = { end: 0, storedReset: 1, stored: 2, coded: 0x80 } as const;
/** Of coded chunks: bits 5 and 6 of the control byte, each including the one before. */
const resets = { state: 1, properties: 2, dictionary: 3 } as const;

/** Bytes of the dictionary; undefined where the byte stands for none. */
export function lzma2Dictionary(byte: number): number | undefined {
  if (byte > 40) return undefined;
  return byte === 40 ? 0xffff_ffff : (2 | (byte & 1)) * 2 ** ((byte >> 1) + 11);
}

const u16 = (input: Input): number => (input.byte() << 8) | input.byte();

function* coded(input: Input, decoder: LzmaDecoder, control: number): Steps {
  const reset = (control >> 5) & 3;
  const withProperties = reset >= resets.properties;
  yield* input.need(withProperties ? 5 : 4);
  const content = ((control & 0x1f) << 16) + u16(input) + 1;
  const packed = u16(input) + 1;
  if (withProperties) {
    const properties = lzmaProperties(input.byte());
    if (properties === undefined) return refuse('header');
    if (properties.literalContext + properties.literalPosition > mostContext) refuse('header');
    decoder.reset(properties);
  } else if (reset === resets.state) decoder.reset();
  if (packed < rangeCoderStart) refuse('size');
  const whole = yield* input.want(packed);
  // Of a chunk that ends early, the content up to there counts too.
  if (input.left < rangeCoderStart) throw new Halt('truncated');
  const end = input.at + Math.min(packed, input.left);
  decoder.begin(input);
  let ended = 'input';
  try {
    ended = decoder.run(input, content, Number.POSITIVE_INFINITY, end);
  } catch (thrown) {
    // A whole chunk cannot be truncated: its content is longer than it says.
    if (whole && thrown instanceof Halt && thrown.end === 'truncated') refuse('data');
    throw thrown;
  }
  if (ended !== 'content' || input.at !== end || !decoder.finished) refuse(whole ? 'data' : 'size');
}

/** Reads chunks to the end marker. The window is that of the block. */
export function* lzma2(input: Input, window: Window): Steps {
  const decoder = new LzmaDecoder(window);
  let needsDictionary = true;
  let needsProperties = true;
  let needsState = true;
  while (true) {
    yield* input.need(1);
    const control = input.byte();
    if (control === controls.end) return;
    const isCoded = control >= controls.coded;
    const reset = isCoded ? (control >> 5) & 3 : 0;
    if (isCoded ? reset === resets.dictionary : control === controls.storedReset) {
      window.restart();
      needsDictionary = false;
    }
    if (needsDictionary || (!isCoded && control > controls.stored)) refuse('data');
    if (!isCoded) {
      yield* input.need(2);
      yield* copyRaw(input, window, u16(input) + 1);
      continue;
    }
    if (reset >= resets.properties) needsProperties = false;
    if (reset >= resets.state) needsState = false;
    if (needsProperties || needsState) refuse('data');
    yield* coded(input, decoder, control);
  }
}
