/**
 * /proc/pid/environ: the environment a process was started with, `NAME=value` each ended by a zero byte.
 *
 * Why: preload rootkits and some families leave marks there.
 * What it is NOT: what the process sees now: it may have changed its environment, or written over this memory.
 * Values are secrets: this decoder gives where they stand and never copies them.
 * Units: byte offsets. Source: proc_pid_environ(5).
 */
import { type Printable, printableBytes } from '../model/text.ts';
import { find } from './ascii.ts';

export interface Variable {
  readonly name: Printable;
  /** Where the entry begins, where its value begins and ends. */
  readonly offset: number;
  readonly valueStart: number;
  readonly valueEnd: number;
}

const equals = 0x3d;
const mostVariables = 4096;
/** A name longer than this is shown cut: no honest one is. */
const longestName = 256;

/** The variables; entries without `=` are names without a value. */
export function decodeEnviron(bytes: Uint8Array): readonly Variable[] {
  const variables: Variable[] = [];
  for (let start = 0; start < bytes.length && variables.length < mostVariables; ) {
    const end = find(bytes, 0, start);
    if (end > start) {
      const mark = find(bytes, equals, start, end);
      const name = printableBytes(bytes.subarray(start, Math.min(mark, start + longestName)));
      variables.push({ name, offset: start, valueStart: Math.min(mark + 1, end), valueEnd: end });
    }
    start = end + 1;
  }
  return variables;
}
