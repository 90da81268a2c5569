/**
 * The words around a find, as evidence: without secrets, printable, and short.
 *
 * Why: a claim needs its line, and memory, environments and files hold the owner's secrets beside it.
 * How: a wide window is masked first and cut afterwards, because a cut before masking could part a secret from the
 * name that tells it.
 * What it is NOT: the whole text; what is longer than 200 characters is left out.
 */
import type { MiningTrace } from '../model/facts/process.ts';
import { maskSecrets } from '../model/mask.ts';
import { type Printable, printableBytes } from '../model/text.ts';
import { classes, isText } from './alphabet.ts';

export const excerptLength = 200;
const window = 1024;
/** Characters that are shown before the find. */
const lead = 60;

/** Text that must stand in the excerpt for it to prove the trace. */
export function needleOf(trace: MiningTrace): string {
  switch (trace.kind) {
    case 'wallet':
      return trace.address.slice(trace.address.indexOf(':') + 1);
    case 'pool':
      return trace.host;
    case 'stratum':
      return trace.method === 'noise' ? 'Noise_NX' : trace.method;
    case 'config':
      return trace.keys[0] ?? '';
    case 'program':
      return trace.mark;
    case 'algorithm':
      return trace.name;
  }
}

const latin1 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');

/** The excerpt of text that holds one character for each byte. */
export function excerptOfText(text: string, trace: MiningTrace, near = 0): Printable {
  const from = Math.max(0, near - window);
  const masked = maskSecrets(text.slice(from, near + 2 * window));
  const at = masked.toLowerCase().indexOf(needleOf(trace).toLowerCase());
  const start = Math.max(0, at - lead);
  return printableBytes(Buffer.from(masked.slice(start, start + excerptLength).trim(), 'latin1'));
}

/** The excerpt of a line, wherever in it the find stands: a dropper may write all of its settings into one. */
export function excerptOfLine(line: string, trace: MiningTrace): Printable {
  return excerptOfText(line, trace, Math.max(0, line.toLowerCase().indexOf(needleOf(trace).toLowerCase())));
}

/** The excerpt of bytes around `offset`, only as far as they are text. */
export function excerptOfBytes(
  bytes: Uint8Array,
  offset: number,
  length: number,
  trace: MiningTrace,
): Printable {
  const plain = (at: number): boolean => ((classes[bytes[at] ?? 0] ?? 0) & isText) !== 0;
  let start = offset;
  while (start > 0 && offset - start < window && plain(start - 1)) start -= 1;
  let end = Math.min(bytes.length, offset + Math.min(length, window));
  while (end < bytes.length && end - offset < 2 * window && plain(end)) end += 1;
  return excerptOfText(latin1(bytes.subarray(start, end)), trace, offset - start);
}

/** The same for UTF-16LE text. */
export function excerptOfWide(
  bytes: Uint8Array,
  offset: number,
  length: number,
  trace: MiningTrace,
): Printable {
  const from = Math.max(offset % 2, offset - window);
  const to = Math.min(bytes.length - 1, offset + length + window);
  const narrow: number[] = [];
  let near = 0;
  for (let at = from; at < to; at += 2) {
    if (at === offset) near = narrow.length;
    narrow.push(bytes[at + 1] === 0 ? (bytes[at] ?? 0) : 0);
  }
  return excerptOfBytes(Uint8Array.from(narrow), near, length / 2, trace);
}
