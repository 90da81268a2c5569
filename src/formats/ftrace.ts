/**
 * Functions of the kernel that something hooked: tracefs `enabled_functions` and debugfs `kprobes/list`.
 *
 * Why: rootkits of today hook `__x64_sys_getdents64` or `tcp4_seq_show` through ftrace or kprobes, and both
 * leave a line here. What it is NOT: proof by itself; tracers, live patches and security agents do the same.
 * Source: kernel/trace/ftrace.c t_show (`name (count) flags…`, from 6.x with the trampolines after `->`);
 * kernel/kprobes.c report_probe (`address  k|r  symbol+offset  [module] [FLAGS]`).
 */
import type { Printable } from '../model/text.ts';
import { printableBytes, printableText } from '../model/text.ts';
import { eachLine, find, skipBlanks, space } from './ascii.ts';

export interface HookedFunction {
  readonly name: Printable;
  readonly line: number;
  readonly text: Printable;
}

const mostFunctions = 100_000;

export function parseEnabledFunctions(bytes: Uint8Array): readonly HookedFunction[] {
  const functions: HookedFunction[] = [];
  eachLine(bytes, (start, end, line) => {
    const stop = find(bytes, space, start, end);
    // A line that begins with a blank or tab goes on about the function before it.
    if (stop === start || bytes[start] === 0x09 || stop === end) return undefined;
    functions.push({
      name: printableBytes(bytes.subarray(start, stop)),
      line,
      text: printableBytes(bytes.subarray(start, end)),
    });
    return functions.length < mostFunctions;
  });
  return functions;
}

export function parseKprobes(bytes: Uint8Array): readonly HookedFunction[] {
  const functions: HookedFunction[] = [];
  eachLine(bytes, (start, end, line) => {
    const addressEnd = find(bytes, space, start, end);
    const typeAt = skipBlanks(bytes, addressEnd, end);
    const symbolAt = skipBlanks(bytes, typeAt + 1, end);
    const type = bytes[typeAt];
    if (addressEnd === start || symbolAt >= end || (type !== 0x6b && type !== 0x72)) return undefined;
    const symbol = printableBytes(bytes.subarray(symbolAt, find(bytes, space, symbolAt, end)));
    functions.push({
      name: printableText(/^[\w.$]{1,256}/.exec(symbol)?.[0] ?? '?'),
      line,
      text: printableBytes(bytes.subarray(start, end)),
    });
    return functions.length < mostFunctions;
  });
  return functions;
}
