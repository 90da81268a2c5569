/**
 * Loadable kernel modules: /proc/modules, the `[module]` marks of /proc/kallsyms and /proc/vmallocinfo, and
 * the taint mask.
 *
 * Why: a rootkit takes itself out of one list and forgets another. What it is NOT: a list of built-in code;
 * built-ins stand in /sys/module only.
 * Source: kernel/module/procfs.c m_show (`name size refs users state address (taint)`), kernel/kallsyms.c
 * s_show (`address type name<TAB>[module]`), lib/vsprintf.c %pS (`function+0x1/0x2 [module]`),
 * Documentation/admin-guide/tainted-kernels.rst.
 */
import type { Printable } from '../model/text.ts';
import { printableBytes } from '../model/text.ts';
import { decimals, eachLine, find, space } from './ascii.ts';

export interface ModuleLine {
  readonly name: Printable;
  /** `Live`, `Loading`, `Unloading`. */
  readonly state: string;
  /** Letters in the last parentheses, empty when it taints nothing. */
  readonly taint: string;
  readonly line: number;
  readonly text: Printable;
}

/** No kernel holds as many; a file that is longer was made up, and its end is not read. */
export const mostModules = 20_000;
const longestName = 64;

/** Modules of /proc/modules. */
export function parseModules(bytes: Uint8Array): readonly ModuleLine[] {
  const modules: ModuleLine[] = [];
  eachLine(bytes, (start, end, line) => {
    const text = printableBytes(bytes.subarray(start, end));
    const fields = text.split(' ', 8);
    const [name, size, references, , state] = fields;
    if (
      name === undefined ||
      name === '' ||
      size === undefined ||
      references === undefined ||
      state === undefined
    )
      return undefined;
    if (!/^\d+$/.test(size)) return undefined;
    modules.push({
      name: printableBytes(bytes.subarray(start, find(bytes, space, start, end))),
      state,
      taint: /\(([A-Z+-]{1,16})\)/.exec(fields.slice(5).join(' '))?.[1] ?? '',
      line,
      text,
    });
    return modules.length < mostModules;
  });
  return modules;
}

/** Marks that are no module: programs and trampolines that the kernel made itself (kernel/kallsyms.c). */
const madeByKernel = (name: string): boolean => name === 'bpf' || name.startsWith('__builtin__');

/** Names in brackets at the end of a line, with the line where each stands first. */
function bracketNames(bytes: Uint8Array, before: number): ReadonlyMap<Printable, number> {
  const names = new Map<Printable, number>();
  let line = 1;
  let counted = 0;
  let lastEnd = -1;
  // Names of one module stand together, so that most lines are decided by comparing with the last one.
  let last: Uint8Array = new Uint8Array(0);
  for (let open = bytes.indexOf(0x5b); open >= 0; open = bytes.indexOf(0x5b, open + 1)) {
    if (open <= lastEnd || bytes[open - 1] !== before) continue;
    const close = bytes.indexOf(0x5d, open);
    if (close < 0) break;
    if (close - open - 1 > longestName || close === open + 1) continue;
    lastEnd = close;
    const name = bytes.subarray(open + 1, close);
    if (name.length === last.length && name.every((byte, at) => byte === last[at])) continue;
    last = name;
    const text = printableBytes(name);
    if (names.has(text) || madeByKernel(text)) continue;
    for (let at = bytes.indexOf(0x0a, counted); at >= 0 && at < open; at = bytes.indexOf(0x0a, at + 1)) {
      line += 1;
      counted = at + 1;
    }
    names.set(text, line);
    if (names.size >= mostModules) break;
  }
  return names;
}

/** Modules that own symbols, by the first line of each. */
export function parseKallsymsModules(bytes: Uint8Array): ReadonlyMap<Printable, number> {
  return bracketNames(bytes, 0x09);
}

/** Modules that asked for kernel memory. Most never do, so a name that is missing here means nothing. */
export function parseVmallocModules(bytes: Uint8Array): ReadonlyMap<Printable, number> {
  return bracketNames(bytes, 0x20);
}

/** Letters of the mask, bit 0 first; bit 0 is shown as P (its opposite, G, says nothing). */
const taintLetters = 'PFSRMBUDAWCIOELKXTNJ';

/** Bits of /proc/sys/kernel/tainted; undefined when it holds no number. */
export function parseTaint(
  bytes: Uint8Array,
): { readonly mask: number; readonly letters: string } | undefined {
  const [mask] = decimals(bytes, 0, bytes.length, 1);
  if (mask === undefined || mask < 0) return undefined;
  let letters = '';
  for (let bit = 0; bit < taintLetters.length; bit += 1) {
    if (Math.floor(mask / 2 ** bit) % 2 === 1) letters += taintLetters[bit] ?? '';
  }
  return { mask, letters };
}
