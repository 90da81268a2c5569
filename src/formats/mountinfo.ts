/**
 * The mount table of one mount namespace: /proc/pid/mountinfo.
 *
 * Why: a bind mount over /proc/<pid> hides a miner from every listing, and the table shows it; the file system
 * type of a mount also says whether a read below it can hang (FUSE, NFS) before anything is touched.
 * What it is NOT: the truth of other namespaces; each has its own table.
 * Source: Documentation/filesystems/proc.rst §3.5; escapes from fs/proc_namespace.c, which writes space, tab,
 * newline and backslash as three octal digits (`\040 \011 \012 \134`), and `#` as `\043`.
 */
import type { PathText, Printable } from '../model/text.ts';
import { printableBytes } from '../model/text.ts';
import { decimal, eachLine, find, space } from './ascii.ts';

export interface MountEntry {
  readonly id: number;
  readonly parent: number;
  /** st_dev of files on it, in parts. */
  readonly major: number;
  readonly minor: number;
  /** The folder within the file system that forms the root of this mount; `/1` for a bind of /proc/1. */
  readonly root: PathText;
  readonly mountPoint: PathText;
  /** Per mount: `rw`, `nosuid`, `relatime`. */
  readonly options: readonly string[];
  /** Optional fields: `shared:7`, `master:1`, `propagate_from:2`, `unbindable`. */
  readonly propagation: readonly string[];
  /** `ext4`, `fuse.sshfs`; what follows `fuse.` was chosen by whoever mounted it. */
  readonly fileSystem: string;
  /** Mount source: a device, a name, or `none`. */
  readonly source: Printable;
  /** Per super block: `rw`, `errors=continue`, `lowerdir=…`. */
  readonly superOptions: readonly string[];
  /** One-based. */
  readonly line: number;
  readonly text: Printable;
}

/** fs.mount-max is 100,000 by default (fs/namespace.c); past it no namespace of a sane host grows. */
export const mostMounts = 100_000;
/** Past the bound only what lies over /proc is read, and of that as many again: no flood of mounts hides one there. */
const overProc = Buffer.from(' /proc/');
const mostOptions = 256;
const mostLists = 4096;

const isOctal = (byte: number | undefined): byte is number =>
  byte !== undefined && byte >= 0x30 && byte <= 0x37;

/** The bytes that an escaped field stands for. */
function unescaped(field: Uint8Array): Uint8Array {
  if (!field.includes(0x5c)) return field;
  const out = new Uint8Array(field.length);
  let length = 0;
  for (let at = 0; at < field.length; at += 1) {
    const [a, b, c] = [field[at + 1], field[at + 2], field[at + 3]];
    if (field[at] === 0x5c && isOctal(a) && a <= 0x33 && isOctal(b) && isOctal(c)) {
      out[length++] = ((a - 0x30) << 6) | ((b - 0x30) << 3) | (c - 0x30);
      at += 3;
    } else out[length++] = field[at] ?? 0;
  }
  return out.subarray(0, length);
}

/** Options are much the same in all lines of a table: each list is made once and shared. */
class Lists {
  readonly #known = new Map<string, readonly string[]>();

  of(field: Uint8Array): readonly string[] {
    const text = printableBytes(field);
    let list = this.#known.get(text);
    if (list === undefined) {
      list = text === '' ? [] : text.split(',', mostOptions);
      if (this.#known.size < mostLists) this.#known.set(text, list);
    }
    return list;
  }
}

function parseLine(bytes: Uint8Array, line: number, lists: Lists): MountEntry | undefined {
  const fields: Uint8Array[] = [];
  for (let at = 0; at <= bytes.length && fields.length < 64; ) {
    const end = find(bytes, space, at);
    fields.push(bytes.subarray(at, end));
    at = end + 1;
  }
  const dash = fields.findIndex((field, index) => index >= 6 && field.length === 1 && field[0] === 0x2d);
  const [id, parent, device, root, mountPoint, options] = fields;
  const fileSystem = fields[dash + 1];
  if (
    dash < 0 ||
    id === undefined ||
    parent === undefined ||
    device === undefined ||
    root === undefined ||
    mountPoint === undefined ||
    options === undefined ||
    fileSystem === undefined
  ) {
    return undefined;
  }
  const separator = find(device, 0x3a, 0);
  const numbers = [
    decimal(id, 0, id.length),
    decimal(parent, 0, parent.length),
    decimal(device, 0, separator),
    decimal(device, separator + 1, device.length),
  ] as const;
  if (numbers.some(Number.isNaN)) return undefined;
  return {
    id: numbers[0],
    parent: numbers[1],
    major: numbers[2],
    minor: numbers[3],
    root: printableBytes(unescaped(root)),
    mountPoint: printableBytes(unescaped(mountPoint)),
    options: lists.of(options),
    propagation: fields.slice(6, dash).map((field) => printableBytes(field)),
    fileSystem: printableBytes(unescaped(fileSystem)),
    source: printableBytes(unescaped(fields[dash + 2] ?? new Uint8Array(0))),
    superOptions: lists.of(unescaped(fields[dash + 3] ?? new Uint8Array(0))),
    line,
    text: printableBytes(bytes),
  };
}

/**
 * The mounts of a mountinfo file, in its order. A line that is not of the form is left out. As many as `mostMounts` or
 * more: the table goes on, and of its rest only mounts over /proc are here.
 */
export function parseMountInfo(bytes: Uint8Array): readonly MountEntry[] {
  const entries: MountEntry[] = [];
  const lists = new Lists();
  eachLine(bytes, (start, end, line) => {
    const text = bytes.subarray(start, end);
    if (
      entries.length >= mostMounts &&
      Buffer.from(text.buffer, text.byteOffset, text.length).indexOf(overProc) < 0
    )
      return true;
    const entry = parseLine(text, line, lists);
    if (entry !== undefined) entries.push(entry);
    return entries.length < 2 * mostMounts;
  });
  return entries;
}
