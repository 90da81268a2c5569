/**
 * CPU use over time from a binary file of sysstat's sadc (`/var/log/sysstat/saDD`, `/var/log/sa/saDD`).
 *
 * Why: see `cpu-history.ts`. A record has the counters of /proc/stat for all processors together as item 0 of
 * the activity A_CPU; the difference of two records is the use between them.
 * What it is NOT: the sum over single processors that `sar` prints; offline ones can make them differ a little.
 * Counters that go back (a restart without its record) end a series; idle and iowait may go back on a live
 * kernel (proc_stat(5)) and then count as no time.
 * Units: microseconds UTC, percent.
 * Source: sysstat 12.7, sa.h (record types, MAX_COMMENT_LEN), sa_common.c (read_record_hdr, read_file_stat_bunch),
 * sa_conv.c (upgrade_restart_record), rd_stats.h (stats_cpu: user, nice, sys, idle, iowait, steal, hardirq,
 * softirq, guest, guest_nice; guests are within user and nice).
 */
import { type CpuHistory, type CpuSample, plausibleSeconds } from './cpu-history.ts';
import {
  afterExtras,
  long,
  oldActivity,
  oldActivitySize,
  parseSysstatHead,
  type SysstatLayout,
} from './sysstat-layout.ts';

const activityCpu = 1;
const recordRestart = 2;
const recordComment = 4;
const recordExtra = 5;
const lastRecordType = 15;
const commentSize = 64;
const counters = 8;
const mostItems = 65_536 * 4096;
/** A day with a sample each two seconds. */
const mostSamples = 50_000;

interface Reading {
  readonly seconds: number;
  readonly offset: number;
  /** user, nice, sys, idle, iowait, steal, hardirq, softirq in ticks. */
  readonly ticks: readonly number[];
}

/** Ends the walk over records. */
type End = Pick<CpuHistory, 'end' | 'reason'>;
const cut: End = { end: 'cut', reason: 'ends within a record' };
const broken = (offset: number): End => ({
  end: 'broken',
  reason: `the record at byte ${offset} says what cannot be`,
});

/** Share of all processors between two readings; undefined where the counters do not belong together. */
function busyPercent(before: readonly number[], after: readonly number[]): number | undefined {
  let [total, rest] = [0, 0];
  for (let field = 0; field < counters; field += 1) {
    const passed = (after[field] ?? 0) - (before[field] ?? 0);
    const mayGoBack = field === 3 || field === 4;
    if (passed < 0 && !mayGoBack) return undefined;
    total += Math.max(0, passed);
    if (mayGoBack || field === 5) rest += Math.max(0, passed);
  }
  return total > 0 ? ((total - rest) / total) * 100 : undefined;
}

class SysstatRecords {
  readonly samples: CpuSample[] = [];
  readonly #view: DataView;
  readonly #layout: SysstatLayout;
  /** Items of each activity; a restart can change them in older formats. */
  readonly #items: number[];
  #before: Reading | undefined;

  constructor(view: DataView, layout: SysstatLayout) {
    this.#view = view;
    this.#layout = layout;
    this.#items = layout.activities.map((activity) => activity.items);
  }

  read(): End {
    for (let at = this.#layout.recordsAt; ; ) {
      if (at === this.#view.byteLength) return { end: 'whole' };
      if (this.samples.length >= mostSamples)
        return { end: 'cut', reason: `more than ${mostSamples} samples` };
      const next = this.#record(at);
      if (typeof next !== 'number') return next;
      at = next;
    }
  }

  /** Where the next record begins. */
  #record(at: number): number | End {
    const { record, littleEndian } = this.#layout;
    const view = this.#view;
    if (at + record.size > view.byteLength) return cut;
    const type = view.getUint8(at + record.typeAt);
    const timeAt = at + record.timeAt;
    const seconds =
      record.timeSize === 8 ? long(view, timeAt, littleEndian) : view.getUint32(timeAt, littleEndian);
    if (type === 0 || type > lastRecordType || !plausibleSeconds(seconds)) return broken(at);
    const hasExtra = record.extraAt !== undefined && view.getUint32(at + record.extraAt, littleEndian) !== 0;
    const body = at + record.size;
    if (type === recordRestart || type === recordComment) {
      if (type === recordRestart) this.#before = undefined;
      const end = type === recordComment ? body + commentSize : this.#restart(body);
      if (end > view.byteLength) return cut;
      return hasExtra ? this.#extras(end, at) : end;
    }
    const start = hasExtra ? this.#extras(body, at) : body;
    if (typeof start !== 'number' || type >= recordExtra) return start;
    return this.#statistics(start, seconds, at);
  }

  #extras(from: number, at: number): number | End {
    const end = afterExtras(this.#view, from, this.#layout.littleEndian);
    return end === undefined ? broken(at) : end === 'cut' || end > this.#view.byteLength ? cut : end;
  }

  #restart(at: number): number {
    const { afterRestart, littleEndian, activities } = this.#layout;
    if (afterRestart === 'cpu-count') return at + 4;
    const end = at + afterRestart.activities * oldActivitySize;
    for (
      let from = at;
      from < end && from + oldActivitySize <= this.#view.byteLength;
      from += oldActivitySize
    ) {
      const changed = oldActivity(this.#view, from, littleEndian);
      const index = activities.findIndex((activity) => activity.id === changed.id);
      if (index >= 0 && changed.items > 0) this.#items[index] = changed.items;
    }
    return end;
  }

  #statistics(start: number, seconds: number, record: number): number | End {
    const { activities, littleEndian, cpu } = this.#layout;
    let at = start;
    for (const [index, activity] of activities.entries()) {
      let items = this.#items[index] ?? 0;
      if (activity.counted) {
        if (at + 4 > this.#view.byteLength) return cut;
        items = this.#view.getInt32(at, littleEndian);
        at += 4;
      }
      if (items < 0 || items > mostItems) return broken(record);
      const end = at + items * activity.partsPerItem * activity.size;
      if (end > this.#view.byteLength) return cut;
      if (activity.id === activityCpu && activity.magic === cpu.magic && items > 0)
        this.#cpu(at, seconds, record);
      at = end;
    }
    return at;
  }

  #cpu(at: number, seconds: number, offset: number): void {
    const { littleEndian, cpu } = this.#layout;
    const ticks = Array.from({ length: counters }, (_, field) =>
      long(this.#view, at + field * cpu.stride, littleEndian),
    );
    const before = this.#before;
    this.#before = { seconds, offset, ticks };
    if (before === undefined || seconds <= before.seconds) return;
    const percent = busyPercent(before.ticks, ticks);
    if (percent === undefined) return;
    this.samples.push({ fromUs: before.seconds * 1e6, toUs: seconds * 1e6, busyPercent: percent, offset });
  }
}

/** When the file says it begins; its first 16 KiB are enough. Undefined where sysstat did not write it. */
export function sysstatBeganUs(start: Uint8Array): number | undefined {
  const head = parseSysstatHead(start);
  return head.status === 'ok' ? head.layout.beganSeconds * 1e6 : undefined;
}

/** Undefined where sysstat did not write the file. */
export function parseSysstat(bytes: Uint8Array): CpuHistory | undefined {
  const head = parseSysstatHead(bytes);
  if (head.status === 'foreign') return undefined;
  if (head.status !== 'ok') {
    const { version, status, reason } = head;
    return { program: `sysstat ${version}`, beganUs: 0, samples: [], end: status, reason };
  }
  const { layout } = head;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const history = {
    program: `sysstat ${layout.version}`,
    beganUs: layout.beganSeconds * 1e6,
  };
  const cpu = layout.activities.find((activity) => activity.id === activityCpu);
  const fits =
    cpu !== undefined &&
    cpu.magic === layout.cpu.magic &&
    (cpu.longFields ?? counters) >= counters &&
    cpu.size >= counters * layout.cpu.stride;
  if (!fits)
    return { ...history, samples: [], end: 'unknown', reason: 'holds no CPU counters in a known form' };
  const records = new SysstatRecords(view, layout);
  return { ...history, ...records.read(), samples: records.samples };
}
