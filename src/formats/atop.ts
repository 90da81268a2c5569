/**
 * CPU use over time from a raw log of atop (`/var/log/atop/atop_YYYYMMDD`).
 *
 * Why: see `cpu-history.ts`. atop writes a sample each ten minutes with what happened since the one before.
 * What it is NOT: processes. Their structure changes with each version of atop; the first 160 bytes of the
 * system's structure, which hold the ticks of all processors together, are the same from 2.0 to 2.13 on 64-bit
 * machines (offsets compared over all of prev/photosyst_*.h). Other versions, and 32-bit machines (records of
 * another length), are told and not read. The first sample of a file covers the time since boot and is left out.
 * Units: microseconds UTC, percent.
 * Source: atop 2.13, rawlog.h (struct rawheader, struct rawrecord), rawlog.c (order after a record: sstat, tstat,
 * since 2.11 cstat and its list of pids), atop.h (RRBOOT), photosyst.h and prev/ (struct cpustat, struct percpu),
 * photosyst.c (guest time is within user and nice).
 */
import { inflateStart } from './atop-inflate.ts';
import { type CpuHistory, type CpuSample, plausibleSeconds } from './cpu-history.ts';
import { long } from './sysstat-layout.ts';

const magic = 0xfeedbeef;
const headLeast = 444;
const headMost = 4096;
/** sizeof(struct rawrecord) where time_t and the alignment of long long are 8 bytes. */
const recordSize = 96;
const sinceBoot = 0x0001;
const newestKnown = 13;
/** Control groups follow the processes, and cpustat has two numbers of CPUs instead of a long one. */
const withGroups = 11;
const withIntCpus = 13;
/** cpustat up to and with `all.steal`. */
const wanted = 152;
/** stime, utime, ntime, itime, wtime, Itime, Stime, steal of `all`. */
const tickFields = [88, 96, 104, 112, 120, 128, 136, 144];
const idleFields: ReadonlySet<number> = new Set([112, 120, 144]);
const mostProcessors = 8192;
/** A day with a sample each ten seconds; each costs some 50 µs. */
const mostSamples = 10_000;
/** A file with more of what cannot be is not worth its time. */
const mostOdd = 100;

interface Head {
  readonly littleEndian: boolean;
  readonly minor: number;
  readonly size: number;
  readonly ticksPerSecond: number;
  readonly program: string;
  /** Why the records cannot be read. */
  readonly refusal: string | undefined;
}

function parseHead(view: DataView): Head | undefined {
  if (view.byteLength < 16) return undefined;
  const littleEndian = view.getUint32(0, true) === magic;
  if (!littleEndian && view.getUint32(0, false) !== magic) return undefined;
  const short = (at: number): number => view.getUint16(at, littleEndian);
  const version = short(4);
  const [major, minor] = [(version >> 8) & 0x7f, version & 0xff];
  const named = (version & 0x8000) !== 0;
  const program = named ? `atop ${major}.${minor}` : 'atop';
  const refusal =
    !named || major !== 2 || minor > newestKnown
      ? `atop version ${major}.${minor} not read`
      : short(12) !== recordSize
        ? `atop records of ${short(12)} bytes not read`
        : undefined;
  return { littleEndian, minor, size: short(10), ticksPerSecond: short(14), program, refusal };
}

/** What the record says of itself. */
interface Sample {
  readonly seconds: number;
  readonly interval: number;
  readonly sstat: Uint8Array;
}

/** Undefined where the structure says more time than there was, or none: then it is not what we think. */
function busyPercent(head: Head, sample: Sample): number | undefined {
  const start = inflateStart(sample.sstat, wanted);
  if (start === undefined) return undefined;
  const view = new DataView(start.buffer, start.byteOffset, start.byteLength);
  const processors =
    head.minor >= withIntCpus ? view.getUint32(0, head.littleEndian) : long(view, 0, head.littleEndian);
  if (processors < 1 || processors > mostProcessors) return undefined;
  let [total, idle] = [0, 0];
  for (const at of tickFields) {
    const ticks = long(view, at, head.littleEndian);
    total += ticks;
    if (idleFields.has(at)) idle += ticks;
  }
  // The clock may tick a little more than the interval in whole seconds says.
  const possible = processors * head.ticksPerSecond * (sample.interval + 2) * 1.1;
  return total > 0 && total <= possible ? ((total - idle) / total) * 100 : undefined;
}

function readRecords(bytes: Uint8Array, view: DataView, head: Head): Omit<CpuHistory, 'program'> {
  const samples: CpuSample[] = [];
  let [at, beganUs, odd] = [head.size, 0, 0];
  const ending = (end: CpuHistory['end'], reason: string): Omit<CpuHistory, 'program'> => ({
    beganUs,
    samples,
    end,
    reason,
  });
  while (at < bytes.length) {
    if (samples.length >= mostSamples) return ending('cut', `more than ${mostSamples} samples`);
    if (at + recordSize > bytes.length) return ending('cut', 'ends within a record');
    const word = (offset: number): number => view.getUint32(at + offset, head.littleEndian);
    const seconds = long(view, at, head.littleEndian);
    if (!plausibleSeconds(seconds)) return ending('broken', `the record at byte ${at} says what cannot be`);
    if (beganUs === 0) beganUs = seconds * 1e6;
    const sstatAt = at + recordSize;
    const groups = head.minor >= withGroups ? word(72) + word(84) : 0;
    const next = sstatAt + word(16) + word(20) + groups;
    if (sstatAt + word(16) > bytes.length) return ending('cut', 'ends within a record');
    const interval = word(24);
    if ((view.getUint16(at + 8, head.littleEndian) & sinceBoot) === 0 && interval > 0) {
      const sstat = bytes.subarray(sstatAt, sstatAt + word(16));
      const percent = busyPercent(head, { seconds, interval, sstat });
      const fromUs = (seconds - interval) * 1e6;
      if (percent === undefined) odd += 1;
      if (odd > mostOdd) return ending('broken', `more than ${mostOdd} samples say what cannot be`);
      if (percent !== undefined)
        samples.push({ fromUs, toUs: seconds * 1e6, busyPercent: percent, offset: at });
    }
    at = next;
  }
  if (at > bytes.length) return ending('cut', 'ends within a record');
  if (odd > 0) return ending('broken', `${odd} samples say what cannot be`);
  return { beganUs, samples, end: 'whole' };
}

/** When the first sample was written; the first 16 KiB of the file are enough. Undefined where there is none. */
export function atopBeganUs(start: Uint8Array): number | undefined {
  const view = new DataView(start.buffer, start.byteOffset, start.byteLength);
  const head = parseHead(view);
  if (head === undefined || head.size + 8 > start.length) return undefined;
  const seconds = long(view, head.size, head.littleEndian);
  return plausibleSeconds(seconds) ? seconds * 1e6 : undefined;
}

/** Undefined where atop did not write the file. */
export function parseAtop(bytes: Uint8Array): CpuHistory | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const head = parseHead(view);
  if (head === undefined) return undefined;
  const { program, refusal, size } = head;
  const none = { program, beganUs: 0, samples: [] };
  if (refusal !== undefined) return { ...none, end: 'unknown', reason: refusal };
  if (size < headLeast || size > headMost || head.ticksPerSecond === 0) {
    return { ...none, end: 'broken', reason: 'its head says what cannot be' };
  }
  return { program, ...readRecords(bytes, view, head) };
}
