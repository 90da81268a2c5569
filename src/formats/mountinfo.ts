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
const mostEntries = 100_000;
const mostOptions = 256;

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

const list = (field: Uint8Array): readonly string[] =>
  field.length === 0 ? [] : printableBytes(field).split(',', mostOptions);

function parseLine(bytes: Uint8Array, line: number): MountEntry | undefined {
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
    options: list(options),
    propagation: fields.slice(6, dash).map((field) => printableBytes(field)),
    fileSystem: printableBytes(unescaped(fileSystem)),
    source: printableBytes(unescaped(fields[dash + 2] ?? new Uint8Array(0))),
    superOptions: list(unescaped(fields[dash + 3] ?? new Uint8Array(0))),
    line,
    text: printableBytes(bytes),
  };
}

/** The mounts of a mountinfo file, in its order. A line that is not of the form is left out. */
export function parseMountInfo(bytes: Uint8Array): readonly MountEntry[] {
  const entries: MountEntry[] = [];
  eachLine(bytes, (start, end, line) => {
    const entry = parseLine(bytes.subarray(start, end), line);
    if (entry !== undefined) entries.push(entry);
    return entries.length < mostEntries;
  });
  return entries;
}
