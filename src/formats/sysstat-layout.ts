/**
 * The head of a binary file of sysstat's sadc: which records follow, and where their fields stand.
 *
 * Why: `/var/log/sysstat/saDD` has the CPU use of the last days every ten minutes on most servers.
 * What it is NOT: the reports `sarDD`, which are text, nor compressed files.
 *
 * Since format 0x2175 (sysstat 11.7.1) a file describes itself: each structure is a number of 8-byte fields, of
 * `unsigned long` in 8-byte slots, of 4-byte fields, then characters, and the file has these three numbers and
 * the size. Fields are only ever added at the end of their kind, so known ones are found in any later version.
 * The formats before have fixed structures. Format 0x2170 (sysstat 9.0) is not read.
 *
 * Source: sysstat 12.7, sa.h "System activity data files" (file_magic, file_header, file_activity, extra_desc
 * and their sanity bounds), sa_common.c (swap_struct, remap_struct: the order of kinds and their slots);
 * sa_conv.h for 0x2171 (9.1.6 to 10.2.1) and 0x2173 (10.3.1 to 11.6): old_file_activity, old_record_header.
 */
import { plausibleSeconds } from './cpu-history.ts';

/** One activity: how many structures of which size it adds to each record. */
export interface SysstatActivity {
  readonly id: number;
  /** Version of its structure. */
  readonly magic: number;
  readonly items: number;
  readonly partsPerItem: number;
  /** Each record says the number of items anew. */
  readonly counted: boolean;
  readonly size: number;
  /** 8-byte fields; undefined in formats that do not say. */
  readonly longFields: number | undefined;
}

export interface SysstatLayout {
  /** `12.6.1` */
  readonly version: string;
  readonly littleEndian: boolean;
  readonly beganSeconds: number;
  readonly activities: readonly SysstatActivity[];
  readonly recordsAt: number;
  readonly record: {
    readonly size: number;
    readonly timeAt: number;
    readonly timeSize: 4 | 8;
    /** Flag that extra structures follow; older formats have none. */
    readonly extraAt: number | undefined;
    readonly typeAt: number;
  };
  /** What stands after a record of a restart: the number of CPUs, or this many activities with new counts. */
  readonly afterRestart: 'cpu-count' | { readonly activities: number };
  /** Bytes from one CPU counter to the next, and the structure version they are of. */
  readonly cpu: { readonly stride: 8 | 16; readonly magic: number };
}

export type SysstatHead =
  | { readonly status: 'ok'; readonly layout: SysstatLayout }
  | {
      readonly status: 'foreign' | 'unknown' | 'cut' | 'broken';
      readonly reason: string;
      /** Empty where the file does not get that far. */
      readonly version: string;
    };

export const oldActivitySize = 20;
const extraSize = 24;
const bound = {
  header: 8192,
  activities: 256,
  activity: 1024,
  record: 512,
  item: 1024,
  items: 65_536 * 4096,
  parts: 4096,
  extras: 8192,
  extra: 1024,
};

/** An unsigned 8-byte number. Past 2^53 it loses its last bits, which no counter or time reaches. */
export function long(view: DataView, at: number, littleEndian: boolean): number {
  const [first, second] = [view.getUint32(at, littleEndian), view.getUint32(at + 4, littleEndian)];
  return littleEndian ? second * 2 ** 32 + first : first * 2 ** 32 + second;
}

/** Numbers of 8-byte fields, `unsigned long` and 4-byte fields of a structure. */
class Shape {
  readonly longs: number;
  /** Where the 4-byte fields begin, and where the characters after them do. */
  readonly wordsAt: number;
  readonly words: number;
  readonly charactersAt: number;

  constructor(view: DataView, at: number, littleEndian: boolean) {
    this.longs = view.getUint32(at, littleEndian);
    this.wordsAt = (this.longs + view.getUint32(at + 4, littleEndian)) * 8;
    this.words = view.getUint32(at + 8, littleEndian);
    this.charactersAt = this.wordsAt + this.words * 4;
  }
}

/** Where the extra structures that begin at `at` end; undefined when they cannot be. */
export function afterExtras(view: DataView, at: number, littleEndian: boolean): number | 'cut' | undefined {
  for (let next = at; ; ) {
    if (next + extraSize > view.byteLength) return 'cut';
    const count = view.getUint32(next, littleEndian);
    const size = view.getUint32(next + 4, littleEndian);
    const more = view.getUint32(next + 8, littleEndian);
    if (count > bound.extras || size > bound.extra) return undefined;
    next += extraSize + count * size;
    if (more === 0) return next;
  }
}

function possible(activity: SysstatActivity): boolean {
  const { items, partsPerItem, size, longFields } = activity;
  return (
    items >= 1 &&
    items <= bound.items &&
    partsPerItem >= 1 &&
    partsPerItem <= bound.parts &&
    size >= 1 &&
    size <= bound.item &&
    (longFields ?? 0) * 8 <= size
  );
}

/** The activity of format 0x2171 and 0x2173 at `at`. */
export function oldActivity(view: DataView, at: number, littleEndian: boolean): SysstatActivity {
  const word = (index: number): number => view.getInt32(at + index * 4, littleEndian);
  return {
    id: word(0),
    magic: word(1),
    items: word(2),
    partsPerItem: word(3),
    counted: false,
    size: word(4),
    longFields: undefined,
  };
}

type Head = Omit<SysstatLayout, 'activities' | 'recordsAt'> & {
  readonly activityCount: number;
  readonly activitySize: number;
  readonly activitiesAt: number;
  readonly extraNext: boolean;
  readonly activity: (at: number) => SysstatActivity;
};

const recordOfOld = { size: 48, timeAt: 32, extraAt: undefined, typeAt: 40 } as const;

/** sa_ust_time as an `unsigned long` of a machine with 4 or 8 bytes for it. */
const oldTime = (view: DataView, at: number, wide: boolean, littleEndian: boolean): number =>
  wide ? long(view, at, littleEndian) : view.getUint32(at, littleEndian);

function headOfOld(
  view: DataView,
  version: string,
  littleEndian: boolean,
  at: number,
  end: number,
  isFirst: boolean,
): Head {
  const wide = view.getUint8(at + (isFirst ? 15 : 23)) === 8;
  return {
    version,
    littleEndian,
    beganSeconds: oldTime(view, at, wide, littleEndian),
    activityCount: view.getUint32(at + (isFirst ? 8 : 12), littleEndian),
    activitySize: oldActivitySize,
    activitiesAt: end,
    extraNext: false,
    activity: (from) => oldActivity(view, from, littleEndian),
    record: { ...recordOfOld, timeSize: wide ? 8 : 4 },
    afterRestart: { activities: isFirst ? 0 : view.getUint32(at + 16, littleEndian) },
    cpu: { stride: 16, magic: 0x8a },
  };
}

function headOfSelfDescribing(
  view: DataView,
  version: string,
  littleEndian: boolean,
  at: number,
  size: number,
): Head | undefined {
  const header = new Shape(view, 16, littleEndian);
  if (header.longs < 1 || header.words < 11 || header.charactersAt > size) return undefined;
  const word = (index: number): number => view.getUint32(at + header.wordsAt + index * 4, littleEndian);
  const activity = new Shape(view, at + header.wordsAt + 12, littleEndian);
  const record = new Shape(view, at + header.wordsAt + 24, littleEndian);
  const [activitySize, recordSize] = [word(9), word(10)];
  if (activity.words < 9 || activity.charactersAt > activitySize || activitySize > bound.activity) {
    return undefined;
  }
  if (record.longs < 2 || record.charactersAt + 4 > recordSize || recordSize > bound.record) return undefined;
  return {
    version,
    littleEndian,
    beganSeconds: long(view, at, littleEndian),
    activityCount: word(1),
    activitySize,
    activitiesAt: at + size,
    extraNext: header.words > 11 && word(11) !== 0,
    activity: (from) => {
      const field = (index: number): number =>
        view.getInt32(from + activity.wordsAt + index * 4, littleEndian);
      return {
        id: field(0),
        magic: field(1),
        items: field(2),
        partsPerItem: field(3),
        counted: field(4) !== 0,
        size: field(5),
        longFields: view.getUint32(from + activity.wordsAt + 24, littleEndian),
      };
    },
    record: {
      size: recordSize,
      timeAt: 8,
      timeSize: 8,
      extraAt: record.words > 0 ? record.wordsAt : undefined,
      typeAt: record.charactersAt,
    },
    afterRestart: 'cpu-count',
    cpu: { stride: 8, magic: 0x8b },
  };
}

/** The head of a file; `foreign` where sysstat did not write it. */
export function parseSysstatHead(bytes: Uint8Array): SysstatHead {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 8 || (view.getUint16(0) !== 0xd596 && view.getUint16(0) !== 0x96d5)) {
    return { status: 'foreign', reason: 'no file of sysstat', version: '' };
  }
  const littleEndian = view.getUint16(0) === 0x96d5;
  const version = `${view.getUint8(4)}.${view.getUint8(5)}.${view.getUint8(6)}`;
  const cut: SysstatHead = { status: 'cut', reason: 'ends within its head', version };
  const broken: SysstatHead = { status: 'broken', reason: 'its head says what cannot be', version };
  const format = view.getUint16(2, littleEndian);
  if (format !== 0x2171 && format !== 0x2173 && format !== 0x2175) {
    const reason = `format 0x${format.toString(16)} of sysstat ${version} not read`;
    return { status: 'unknown', reason, version };
  }
  if (format !== 0x2171 && bytes.length < 76) return cut;
  const at = format === 0x2171 ? 8 : 76;
  const size = format === 0x2171 ? 280 : view.getUint32(8, littleEndian);
  if (size < 32 || size > bound.header) return broken;
  if (at + size > bytes.length) return cut;
  const head =
    format === 0x2175
      ? headOfSelfDescribing(view, version, littleEndian, at, size)
      : headOfOld(view, version, littleEndian, at, at + size, format === 0x2171);
  if (head === undefined || head.activityCount > bound.activities) return broken;
  if (!plausibleSeconds(head.beganSeconds)) return broken;
  const { activityCount, activitySize, activitiesAt, extraNext, activity, ...rest } = head;
  const end = activitiesAt + activityCount * activitySize;
  if (end > bytes.length) return cut;
  const activities = Array.from({ length: activityCount }, (_, index) =>
    activity(activitiesAt + index * activitySize),
  );
  if (!activities.every(possible)) return broken;
  const recordsAt = extraNext ? afterExtras(view, end, littleEndian) : end;
  if (recordsAt === 'cut') return cut;
  if (recordsAt === undefined) return broken;
  return { status: 'ok', layout: { ...rest, activities, recordsAt } };
}
