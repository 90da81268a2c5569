/**
 * How a record of utmp, wtmp or btmp lies in the file, and which of the layouts a file is in.
 *
 * Nothing in the file names its layout: it follows the machine that wrote it. So each is tried on the first records,
 * and the one that explains most of the bytes holds. All have `ut_type` and `ut_pid` first.
 *
 * - 384 bytes: glibc where 64-bit machines keep 32-bit programs company (x86, ppc64, s390x, mips64, sparc64), and all
 *   32-bit machines; the time has 32 bits
 * - 400 bytes: 64-bit time (aarch64, riscv64, loongarch64, and musl with utmps, which Alpine has); 396 on i386
 * - 56 bytes: libc5, with names of 8 characters
 *
 * Sources: glibc sysdeps/gnu/bits/utmp.h and bits/wordsize.h (__WORDSIZE_TIME64_COMPAT32); musl include/utmpx.h;
 * skalibs utmps include/utmps/utmpx.h; sysvinit src/oldutmp.h; utmp(5).
 */

/** `at` and `size` in bytes from the record's beginning. */
interface Field {
  readonly at: number;
  readonly size: number;
}

export interface UtmpLayout {
  readonly size: 384 | 400 | 396 | 56;
  readonly littleEndian: boolean;
  readonly line: Field;
  readonly id: Field;
  readonly user: Field;
  readonly host: Field;
  /** Seconds of 4 or 8 bytes. */
  readonly seconds: Field;
  /** Microseconds; none in the oldest. */
  readonly micro: Field | undefined;
  /** 4 or 16 bytes in network order. */
  readonly address: Field;
}

/** `ut_type`, utmp(5). */
export const utmpType = {
  empty: 0,
  runLevel: 1,
  boot: 2,
  newTime: 3,
  oldTime: 4,
  init: 5,
  login: 6,
  user: 7,
  dead: 8,
  accounting: 9,
} as const;

const glibc = {
  line: { at: 8, size: 32 },
  id: { at: 40, size: 4 },
  user: { at: 44, size: 32 },
  host: { at: 76, size: 256 },
};
const narrow = {
  ...glibc,
  size: 384,
  seconds: { at: 340, size: 4 },
  micro: { at: 344, size: 4 },
  address: { at: 348, size: 16 },
} as const;
const wide = {
  ...glibc,
  size: 400,
  seconds: { at: 344, size: 8 },
  micro: { at: 352, size: 8 },
  address: { at: 360, size: 16 },
} as const;
const libc5 = {
  size: 56,
  line: { at: 8, size: 12 },
  id: { at: 20, size: 4 },
  seconds: { at: 24, size: 4 },
  user: { at: 28, size: 8 },
  host: { at: 36, size: 16 },
  address: { at: 52, size: 4 },
  micro: undefined,
} as const;

/** The commonest first: of equals the first holds. */
const layouts: readonly UtmpLayout[] = [
  { ...narrow, littleEndian: true },
  { ...wide, littleEndian: true },
  { ...narrow, littleEndian: false },
  { ...wide, littleEndian: false },
  { ...wide, size: 396, littleEndian: true },
  { ...libc5, littleEndian: true },
  { ...libc5, littleEndian: false },
];

/** Seconds since 1970 of 4 bytes (unsigned) or 8. */
export function secondsAt(view: DataView, at: number, size: number, littleEndian: boolean): number {
  if (size === 4) return view.getUint32(at, littleEndian);
  const low = view.getUint32(littleEndian ? at : at + 4, littleEndian);
  const high = view.getUint32(littleEndian ? at + 4 : at, littleEndian);
  return high * 2 ** 32 + low;
}

const mostPid = 2 ** 22;
/** Linux is of 1991. */
const oldest = 662_688_000;
const newest = 2 ** 33;
/** A machine without a clock of its own boots in 1970. */
const sinceBoot = 86_400;

/** Nothing stands in `size` bytes at `at`. */
export function isBlank(bytes: Uint8Array, at: number, size: number): boolean {
  for (let index = at; index < at + size; index += 1) if (bytes[index] !== 0) return false;
  return true;
}

/** Text up to the first NUL has only NULs behind it, and no control character in it. */
function isPadded(bytes: Uint8Array, from: number, { at, size }: Field): boolean {
  let ended = false;
  for (let index = from + at; index < from + at + size; index += 1) {
    const byte = bytes[index] ?? 0;
    if (byte === 0) ended = true;
    else if (ended || byte < 0x20) return false;
  }
  return true;
}

const isClean = (bytes: Uint8Array, at: number, { line, user, host }: UtmpLayout): boolean =>
  isPadded(bytes, at, line) && isPadded(bytes, at, user) && isPadded(bytes, at, host);

/** What stands at `at`: a record, one that is blank, or what cannot be one. */
export function recordAt(
  view: DataView,
  bytes: Uint8Array,
  at: number,
  layout: UtmpLayout,
): 'record' | 'blank' | 'odd' {
  const { littleEndian, seconds, micro, size } = layout;
  const type = view.getInt16(at, littleEndian);
  if (type < 0 || type > 9) return 'odd';
  const time = secondsAt(view, at + seconds.at, seconds.size, littleEndian);
  if (type === utmpType.empty && time === 0 && isBlank(bytes, at, size)) return 'blank';
  const pid = view.getInt32(at + 4, littleEndian);
  if (pid < 0 || pid > mostPid) return 'odd';
  if (micro !== undefined && secondsAt(view, at + micro.at, micro.size, littleEndian) >= 1e6) return 'odd';
  if (time >= oldest && time < newest)
    return type !== utmpType.empty || isClean(bytes, at, layout) ? 'record' : 'odd';
  // Nearly any bytes could be a time of 1970: then the texts must be some.
  const mayBeEarly = type !== utmpType.user && time < sinceBoot && bytes[at + layout.line.at] !== 0;
  return mayBeEarly && isClean(bytes, at, layout) ? 'record' : 'odd';
}

/** True where records go on at `at`: it is one of a known type, and the next is one, blank, or the end. */
export function goesOnAt(view: DataView, bytes: Uint8Array, at: number, layout: UtmpLayout): boolean {
  if (bytes[at] === 0 && bytes[at + 1] === 0) return false;
  if (at + layout.size > bytes.length || recordAt(view, bytes, at, layout) !== 'record') return false;
  const next = at + layout.size;
  if (next + layout.size > bytes.length) return next === bytes.length;
  return recordAt(view, bytes, next, layout) !== 'odd';
}

/** Where records go on behind `at`, at most one record's length away. */
export function nextRecord(
  view: DataView,
  bytes: Uint8Array,
  at: number,
  layout: UtmpLayout,
): number | undefined {
  for (let from = at + 1; from < at + layout.size; from += 1)
    if (goesOnAt(view, bytes, from, layout)) return from;
  return undefined;
}

/** Records that a layout explains of `bytes`; those whose texts are well padded count twice. */
function explained(bytes: Uint8Array, layout: UtmpLayout): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let score = 0;
  for (let at = 0; at + layout.size <= bytes.length; ) {
    const found = recordAt(view, bytes, at, layout);
    if (found === 'record') {
      score += isClean(bytes, at, layout) ? 2 : 1;
    }
    at = found === 'odd' ? (nextRecord(view, bytes, at, layout) ?? at + layout.size) : at + layout.size;
  }
  return score * layout.size;
}

/** Bytes that are enough to tell. */
export const sampleSize = 32 << 10;

/** The layout of a file that begins with `sample`; undefined where no record of any stands in it. */
export function utmpLayoutOf(sample: Uint8Array): UtmpLayout | undefined {
  const bytes = sample.subarray(0, sampleSize);
  // A type is below ten in two bytes, so one of them is zero: text is none of them, and was asked seven times.
  if (!bytes.includes(0)) return undefined;
  let best: UtmpLayout | undefined;
  let most = 0;
  for (const layout of layouts) {
    const score = explained(bytes, layout);
    if (score > most) [best, most] = [layout, score];
  }
  return best;
}
