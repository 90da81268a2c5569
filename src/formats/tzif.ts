/**
 * Time zones as the host keeps them: /etc/localtime in TZif, and the rule for the time after its last transition.
 *
 * Why: syslog, cron and web servers write the host's own wall clock, and an image is read elsewhere. What it is NOT:
 * a calendar; leap seconds are left out, as POSIX does. Where a wall clock shows an hour twice the first is given, and
 * `certain` says so; a moment that it leaps over counts with the offset before.
 * Units: microseconds; offsets are seconds east of Greenwich.
 * Source: RFC 8536 (version 1 to 4); POSIX.1-2024 §8.3 (the TZ rule of the footer).
 */

export interface LocalTime {
  /** Microseconds UTC. */
  readonly us: number;
  /** False where that wall clock came twice, or never. */
  readonly certain: boolean;
}

export interface Zone {
  /** `CET`, `UTC`, or what the file calls its last. */
  readonly name: string;
  /** From a wall clock, given as if it were UTC. */
  fromLocal(wallUs: number): LocalTime;
  /** Seconds east of Greenwich at a moment. */
  offsetAt(us: number): number;
}

interface Transition {
  readonly us: number;
  readonly offset: number;
}

const second = 1_000_000;
const mostTransitions = 5_000;

class Transitions implements Zone {
  readonly name: string;
  readonly #first: number;
  readonly #all: readonly Transition[];
  readonly #rule: Rule | undefined;

  constructor(name: string, first: number, all: readonly Transition[], rule: Rule | undefined) {
    this.name = name;
    this.#first = first;
    this.#all = all;
    this.#rule = rule;
  }

  offsetAt(us: number): number {
    const all = this.#all;
    const last = all.at(-1);
    if (this.#rule !== undefined && (last === undefined || us >= last.us)) return this.#rule.offsetAt(us);
    let low = 0;
    let high = all.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((all[middle]?.us ?? 0) <= us) low = middle + 1;
      else high = middle;
    }
    return low === 0 ? this.#first : (all[low - 1]?.offset ?? this.#first);
  }

  fromLocal(wallUs: number): LocalTime {
    // No zone is more than a day away: the offsets before and after are those that may hold.
    const before = this.offsetAt(wallUs - 86_400 * second);
    const after = this.offsetAt(wallUs + 86_400 * second);
    const early = wallUs - before * second;
    if (before === after) return { us: early, certain: this.offsetAt(early) === before };
    const late = wallUs - after * second;
    const earlyHolds = this.offsetAt(early) === before;
    const lateHolds = this.offsetAt(late) === after;
    if (earlyHolds) return { us: early, certain: !lateHolds || early === late };
    return lateHolds ? { us: late, certain: true } : { us: early, certain: false };
  }
}

export const utc: Zone = {
  name: 'UTC',
  fromLocal: (wallUs) => ({ us: wallUs, certain: true }),
  offsetAt: () => 0,
};

/** A moment of a year as POSIX writes it. */
interface RuleDate {
  readonly form: 'julian' | 'zero-based' | 'weekday';
  readonly day: number;
  readonly week: number;
  readonly month: number;
  /** Seconds of local time. */
  readonly seconds: number;
}

const day = 86_400;

function momentOf(date: RuleDate, year: number): number {
  const start = Date.UTC(year, 0, 1) / 1000;
  const leap = new Date(Date.UTC(year, 1, 29)).getUTCMonth() === 1;
  switch (date.form) {
    case 'julian':
      return start + (date.day - 1 + (leap && date.day > 59 ? 1 : 0)) * day + date.seconds;
    case 'zero-based':
      return start + date.day * day + date.seconds;
    case 'weekday': {
      const first = new Date(Date.UTC(year, date.month - 1, 1));
      const length = new Date(Date.UTC(year, date.month, 0)).getUTCDate();
      let wanted = 1 + ((date.day - first.getUTCDay() + 7) % 7) + (date.week - 1) * 7;
      while (wanted > length) wanted -= 7;
      return first.getTime() / 1000 + (wanted - 1) * day + date.seconds;
    }
  }
}

interface Rule {
  readonly name: string;
  offsetAt(us: number): number;
}

const nameForm = '(?:<([A-Za-z0-9+-]{1,16})>|([A-Za-z]{3,16}))';
const offsetForm = '([+-]?\\d{1,3}(?::\\d{2}(?::\\d{2})?)?)';
const ruleForm = new RegExp(
  `^${nameForm}${offsetForm}(?:${nameForm}${offsetForm}?(?:,([^,\\s]{1,32}),([^,\\s]{1,32}))?)?$`,
);

function secondsOf(text: string): number {
  const negative = text.startsWith('-');
  const [hours = 0, minutes = 0, seconds = 0] = text.replace(/^[+-]/, '').split(':').map(Number);
  const total = hours * 3600 + minutes * 60 + seconds;
  return negative ? -total : total;
}

function ruleDate(text: string): RuleDate | undefined {
  const found = /^(?:J(\d{1,3})|(\d{1,3})|M(\d{1,2})\.(\d)\.(\d))(?:\/([+-]?\d{1,3}(?::\d{2}){0,2}))?$/.exec(
    text,
  );
  if (found === null) return undefined;
  const seconds = secondsOf(found[6] ?? '2');
  const given = { week: 0, month: 0, seconds };
  if (found[1] !== undefined) return { ...given, form: 'julian', day: Number(found[1]) };
  if (found[2] !== undefined) return { ...given, form: 'zero-based', day: Number(found[2]) };
  const month = Number(found[3]);
  if (month < 1 || month > 12) return undefined;
  return { seconds, form: 'weekday', month, week: Number(found[4]), day: Number(found[5]) };
}

/** The TZ rule at the end of a file, `CET-1CEST,M3.5.0,M10.5.0/3`; undefined for what is none. */
export function parseRule(text: string): Rule | undefined {
  const found = ruleForm.exec(text);
  if (found === null) return undefined;
  // POSIX counts west of Greenwich as positive.
  const standard = -secondsOf(found[3] ?? '0');
  const name = found[1] ?? found[2] ?? 'UTC';
  const summerName = found[4] ?? found[5];
  if (summerName === undefined) return { name, offsetAt: () => standard };
  const summer = found[6] === undefined ? standard + 3600 : -secondsOf(found[6]);
  const [from, to] = [ruleDate(found[7] ?? 'M3.2.0'), ruleDate(found[8] ?? 'M11.1.0')];
  if (from === undefined || to === undefined) return { name, offsetAt: () => standard };
  return {
    name,
    offsetAt(us) {
      const seconds = us / second;
      const year = new Date((seconds + standard) * 1000).getUTCFullYear();
      const begins = momentOf(from, year) - standard;
      const ends = momentOf(to, year) - summer;
      const isSummer =
        begins < ends ? seconds >= begins && seconds < ends : seconds >= begins || seconds < ends;
      return isSummer ? summer : standard;
    },
  };
}

interface Header {
  readonly version: number;
  readonly isUt: number;
  readonly isStandard: number;
  readonly leaps: number;
  readonly transitions: number;
  readonly types: number;
  readonly characters: number;
}

const headerSize = 44;

function headerAt(view: DataView, at: number): Header | undefined {
  if (at + headerSize > view.byteLength || view.getUint32(at) !== 0x545a6966) return undefined;
  const count = (index: number): number => view.getUint32(at + 20 + index * 4);
  const version = view.getUint8(at + 4);
  return {
    version: version === 0 ? 1 : version - 0x30,
    isUt: count(0),
    isStandard: count(1),
    leaps: count(2),
    transitions: count(3),
    types: count(4),
    characters: count(5),
  };
}

const bodySize = (header: Header, wide: number): number =>
  header.transitions * (wide + 1) +
  header.types * 6 +
  header.characters +
  header.leaps * (wide + 4) +
  header.isStandard +
  header.isUt;

function body(bytes: Uint8Array, view: DataView, at: number, header: Header, wide: 4 | 8): Zone | undefined {
  const { transitions, types, characters } = header;
  if (transitions > mostTransitions || types === 0 || types > 256) return undefined;
  const end = at + bodySize(header, wide);
  if (end > bytes.length) return undefined;
  const indexes = at + transitions * wide;
  const kinds = indexes + transitions;
  const names = kinds + types * 6;
  const offsetOf = (type: number): number => (type < types ? view.getInt32(kinds + type * 6) : 0);
  const all: Transition[] = [];
  for (let index = 0; index < transitions; index += 1) {
    const seconds = wide === 8 ? Number(view.getBigInt64(at + index * 8)) : view.getInt32(at + index * 4);
    all.push({ us: seconds * second, offset: offsetOf(bytes[indexes + index] ?? 0) });
  }
  const lastType = transitions > 0 ? (bytes[indexes + transitions - 1] ?? 0) : 0;
  const nameAt = names + (bytes[kinds + lastType * 6 + 5] ?? 0);
  const nameEnd = bytes.indexOf(0, nameAt);
  const name = Buffer.from(bytes.subarray(nameAt, nameEnd < 0 ? names + characters : nameEnd)).toString(
    'latin1',
  );
  const footer =
    wide === 8
      ? /^\n([^\n]{0,200})\n/.exec(Buffer.from(bytes.subarray(end, end + 202)).toString('latin1'))
      : null;
  const rule = footer?.[1] === undefined ? undefined : parseRule(footer[1]);
  return new Transitions(name === '' ? 'UTC' : name, offsetOf(0), all, rule);
}

/** The zone of a TZif file; undefined for what is none. */
export function parseZone(bytes: Uint8Array): Zone | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const first = headerAt(view, 0);
  if (first === undefined) return undefined;
  if (first.version < 2) return body(bytes, view, headerSize, first, 4);
  const at = headerSize + bodySize(first, 4);
  const header = headerAt(view, at);
  if (header !== undefined) return body(bytes, view, at + headerSize, header, 8);
  // Cut behind the part for old readers, which new files leave empty.
  return first.transitions > 0 ? body(bytes, view, headerSize, first, 4) : undefined;
}
