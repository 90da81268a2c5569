/**
 * /proc/pid/maps: one line for each mapping of a process.
 *
 * Why: sizes and access of anonymous memory show which algorithm a process runs, and which files it holds.
 * What it is NOT: trustworthy about paths: a file may be named anything, also ` (deleted)` or `[heap]`. The kernel
 * writes a newline in a path as `\012`; every other byte stands as it is, so a line is always one mapping.
 * Units: bytes; addresses exact up to 2^53 (user space of x86-64 ends at 2^47, of arm64 at 2^48 or 2^52).
 * Source: proc_pid_maps(5); kernel fs/proc/task_mmu.c show_map_vma, seq_file mangle_path with "\n".
 */
import type { Mapping } from '../model/facts/process.ts';
import { type PathText, printableBytes } from '../model/text.ts';
import { decimal, eachLine, find, skipBlanks, space } from './ascii.ts';

const dash = 0x2d;
/** vm.max_map_count is 65,530; a file with more is not the kernel's. */
const mostMappings = 131_072;

/** The hexadecimal number in `start … end`; NaN where a byte is none or it is not exact. */
function hexadecimal(bytes: Uint8Array, start: number, end: number): number {
  if (start >= end || end - start > 16) return Number.NaN;
  let value = 0;
  for (let at = start; at < end; at += 1) {
    const byte = bytes[at] ?? 0;
    const digit =
      byte >= 0x30 && byte <= 0x39 ? byte - 0x30 : byte >= 0x61 && byte <= 0x66 ? byte - 0x57 : -1;
    if (digit < 0) return Number.NaN;
    value = value * 16 + digit;
  }
  return Number.isSafeInteger(value) ? value : Number.NaN;
}

/** A path with the kernel's `\012` for a newline undone. */
function pathOf(bytes: Uint8Array, start: number, end: number): PathText {
  const raw = bytes.subarray(start, end);
  const text = Buffer.from(raw.buffer, raw.byteOffset, raw.length).toString('latin1');
  return text.includes('\\012')
    ? printableBytes(Buffer.from(text.replaceAll('\\012', '\n'), 'latin1'))
    : printableBytes(raw);
}

/** One line of maps, or the head line of a mapping in smaps; nothing where it is no such line. */
export function decodeMapping(
  bytes: Uint8Array,
  start: number,
  end: number,
  line: number,
): Mapping | undefined {
  const minus = find(bytes, dash, start, end);
  const first = hexadecimal(bytes, start, minus);
  const afterRange = find(bytes, space, minus, end);
  const last = hexadecimal(bytes, minus + 1, afterRange);
  if (Number.isNaN(first) || Number.isNaN(last) || last <= first) return undefined;
  const access = afterRange + 1;
  if (access + 4 >= end || bytes[access + 4] !== space) return undefined;
  const text = String.fromCharCode(...bytes.subarray(access, access + 4));
  if (!/^[r-][w-][x-][ps]$/.test(text)) return undefined;
  const afterOffset = find(bytes, space, access + 5, end);
  const offset = hexadecimal(bytes, access + 5, afterOffset);
  const afterDevice = find(bytes, space, afterOffset + 1, end);
  const inode = decimal(bytes, afterDevice + 1, end);
  if (Number.isNaN(offset) || Number.isNaN(inode)) return undefined;
  const afterInode = find(bytes, space, afterDevice + 1, end);
  // The path is padded to column 73; a path may itself begin with a blank only when it is a name of shared memory.
  const path = skipBlanks(bytes, afterInode, end);
  return {
    start: first,
    size: last - first,
    access: text,
    offset,
    inode,
    path: pathOf(bytes, path, end),
    line,
  };
}

/** All mappings, in the order of addresses; lines that are none are left out. */
export function decodeMaps(bytes: Uint8Array): readonly Mapping[] {
  const mappings: Mapping[] = [];
  eachLine(bytes, (start, end, line) => {
    const mapping = decodeMapping(bytes, start, end, line);
    if (mapping !== undefined) mappings.push(mapping);
    return mappings.length < mostMappings;
  });
  return mappings;
}
