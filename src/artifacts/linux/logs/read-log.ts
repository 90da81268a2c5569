/**
 * One file of a log, read piece by piece from the target, unpacked where it is packed, and given on as events.
 *
 * A log without years is read twice: first for the turns of the year, which its last line and the time of its last
 * writing decide. Nothing of a file is held but the piece at hand. A file that is larger than what may be read of it
 * is read at its end, where it is not packed: what is newest counts most, and its lines then have no number.
 */
import { newline } from '../../../formats/ascii.ts';
import type { LogFlaw, LogOutcome } from '../../../formats/log/decode-log.ts';
import { LineReader } from '../../../formats/log/line-reader.ts';
import { type FirstTime, type ScannedYears, YearScan } from '../../../formats/log/years.ts';
import type { RandomAccess } from '../../../formats/random-access.ts';
import type { LogEvent } from '../../../model/facts/event.ts';
import type { LogDoubt, LogFact } from '../../../model/facts/log.ts';
import type { SourceStatus } from '../../../model/source.ts';
import { type Printable, printableText } from '../../../model/text.ts';
import type { Target } from '../../../target/port.ts';
import type { LogFile } from './find-logs.ts';
import type { LogFeed, RandomReading } from './log-kind.ts';
import type { Unpack, Unpacker } from './unpack.ts';
import type { HostZone } from './zone.ts';

/** Bytes read at once: what fits into the buffer that a target uses again and again. */
const piece = 768 << 10;
/** Content that a packed file may give for each of its bytes before it is taken for a bomb. */
const mostRatio = 400;
const leastContent = 64 << 20;
/**
 * Content of a packed file after which what its lines left behind, some six times as much, is cleared away; sooner where
 * the process holds much. Beside a window of 128 MiB the engine would let it grow by more than half of that.
 */
const clearedAfter = 16 << 20;
const clearedSoonAfter = 2 << 20;
const much = 160 << 20;
/** A log that is written now grows while it is read. */
const growth = 4 << 20;

export interface ReadBounds {
  /** Bytes of the file. */
  readonly bytes: number;
  /** As `performance.now()` counts. */
  readonly deadline: number;
}

export interface ReadContext {
  readonly target: Target;
  readonly zone: HostZone;
  readonly unpack: Unpack;
  readonly nowUs: number;
  /** Names of the host's accounts by their numbers. */
  readonly accounts: ReadonlyMap<number, Printable>;
}

interface Flow {
  readonly status: SourceStatus;
  readonly reason?: string;
  readonly bytes: number;
  /** Of the checksums of a packed file. */
  readonly mismatches?: number;
}

/** Pushes a file from `start` on, unpacked. `more` answers why it must end, or nothing. */
function pour(
  { target, unpack }: ReadContext,
  { path }: LogFile,
  start: number,
  { bytes: most, deadline }: ReadBounds,
  push: (bytes: Uint8Array) => void,
): Flow {
  let at = start;
  let unpacker: Unpacker | undefined;
  let fed = 0;
  let given = 0;
  let cleared = 0;
  let stopped = '';
  // A piece of a packed file may hold hundreds of times its size, so bounds are looked at within it.
  const counted = (bytes: Uint8Array): void => {
    given += bytes.length;
    push(bytes);
    const left = given - cleared;
    if (left >= clearedAfter || (left >= clearedSoonAfter && process.memoryUsage.rss() > much)) {
      cleared = given;
      Bun.gc(true);
    }
    if (given > Math.max(leastContent, fed * mostRatio)) stopped = 'content without end';
    else if (performance.now() > deadline) stopped = 'time is up';
    if (stopped !== '') unpacker?.stop();
  };
  for (;;) {
    const limit = Math.min(piece, start + most - at);
    const { status, reason, bytes } = target.readNow({ kind: 'file', path, limit, offset: at });
    const size = bytes.length;
    fed += size;
    if (at === start && start === 0) unpacker = unpack(bytes, counted);
    if (unpacker === undefined) push(bytes);
    else unpacker.push(bytes);
    at += size;
    const told = reason === undefined ? {} : { reason };
    const read = at - start;
    const isFailed = status !== 'ok' && status !== 'empty' && status !== 'truncated';
    const outOfTime = performance.now() > deadline;
    if (status === 'truncated' && size > 0 && read < most && !outOfTime && unpacker?.done !== true) continue;
    const packed = unpacker?.end();
    const counts = { bytes: read, ...(packed === undefined ? {} : { mismatches: packed.mismatches }) };
    if (isFailed) return { status, ...told, ...counts };
    if (packed?.state === 'error') {
      return { status: 'error', reason: printableText(packed.flaw ?? 'unreadable'), ...counts };
    }
    if (packed?.state === 'stopped') return { status: 'truncated', reason: stopped, ...counts };
    // What the source did not give is missing for another reason than that the file was cut.
    const isWhole = status !== 'truncated' || size === 0 || unpacker?.done === true;
    if (packed?.state === 'truncated' && isWhole) {
      return { status: 'truncated', reason: 'it ends within', ...counts };
    }
    if (isWhole) return { status: read === 0 ? 'empty' : 'ok', ...counts };
    return { status: 'truncated', reason: outOfTime ? 'time is up' : 'the bound on bytes', ...counts };
  }
}

/** Passes over what is left of a line in whose middle the reading began. */
function fromNextLine(
  push: (bytes: Uint8Array) => void,
  begun: (skipped: number) => void,
): (bytes: Uint8Array) => void {
  let skipped = 0;
  let inside = true;
  return (bytes) => {
    if (!inside) return push(bytes);
    const at = bytes.indexOf(newline);
    skipped += at < 0 ? bytes.length : at + 1;
    if (at < 0) return;
    inside = false;
    begun(skipped);
    push(bytes.subarray(at + 1));
  };
}

/** What of a file is read: all, or the end of one that is larger than what may be read of it. */
function partOf(file: LogFile, given: ReadBounds): { readonly start: number; readonly bounds: ReadBounds } {
  const isPart = file.size > given.bytes && !file.packed && file.reading.shape === 'lines';
  const start = isPart ? file.size - given.bytes : 0;
  return { start, bounds: { ...given, bytes: file.size - start + growth } };
}

/**
 * Looks through a log whose lines have no year; nothing where they have one.
 *
 * @param next what the next file of the set begins with, where the times of the files are not to be trusted
 */
export function yearsOf(
  context: ReadContext,
  file: LogFile,
  given: ReadBounds,
  next?: FirstTime,
): ScannedYears | undefined {
  const { reading, modifiedUs, namedUs } = file;
  if (reading.shape !== 'lines' || reading.yearless === undefined) return undefined;
  const { start, bounds } = partOf(file, given);
  const scan = new YearScan(reading.yearless);
  const reader = new LineReader((line) => scan.see(line.bytes, line.start, line.end, line.number), {
    longest: 4096,
  });
  const push = (bytes: Uint8Array): void => reader.push(bytes);
  pour(context, file, start, bounds, start > 0 ? fromNextLine(push, () => {}) : push);
  reader.end();
  // A copy that lost its times was written long after the day that rotation wrote into its name.
  const twoDays = 2 * 86_400e6;
  const byName = namedUs !== undefined && (modifiedUs <= 0 || modifiedUs > namedUs + twoDays);
  if (byName) return scan.resolve({ us: namedUs + 86_399e6, isWritten: true, next });
  return modifiedUs > 0
    ? scan.resolve({ us: modifiedUs, isWritten: true, next })
    : scan.resolve({ us: context.nowUs, isWritten: false, next });
}

/** The host that most lines name; few names are kept, however many a log has. */
class Hosts {
  readonly #counts = new Map<Printable, number>();

  see(host: Printable): void {
    if (host === '') return;
    const count = this.#counts.get(host);
    if (count !== undefined || this.#counts.size < 64) this.#counts.set(host, (count ?? 0) + 1);
  }

  get most(): Printable {
    let [most, name] = [0, printableText('')];
    for (const [host, count] of this.#counts) if (count > most) [most, name] = [count, host];
    return name;
  }
}

interface Reading {
  readonly flow: Flow;
  readonly outcome: LogOutcome;
}

function readForward(feed: LogFeed, poured: (push: (bytes: Uint8Array) => void) => Flow): Reading {
  const flow = poured((bytes) => feed.push(bytes));
  return { flow, outcome: feed.end() };
}

/** What was read whole and says nothing is not read. */
function flawOf({ lines, events, flaw }: LogOutcome): Partial<LogFlaw> {
  if (flaw !== undefined || lines === 0 || events > 0) return flaw ?? {};
  return { status: 'error', reason: 'nothing in it is a line of this log' };
}

/** Of what a log shows by itself, and of the checksums it was packed with. */
function doubtsOf({ doubts = [] }: LogOutcome, { mismatches = 0 }: Flow): readonly LogDoubt[] {
  return mismatches === 0 ? doubts : [...doubts, { what: 'checksum', count: mismatches }];
}

/** Thrown into a reader that goes about in a file, where its time is up. */
class TimeIsUp extends Error {}

const nothingRead: LogOutcome = {
  lines: 0,
  events: 0,
  continued: 0,
  unreadable: 0,
  nulBytes: 0,
  cutLines: 0,
  steps: [],
};

function readAbout(
  { target, accounts }: ReadContext,
  { path, source, size }: LogFile,
  reading: RandomReading,
  { deadline }: ReadBounds,
  see: (event: LogEvent) => void,
): Reading {
  let [bytes, events] = [0, 0];
  let failed: Flow | undefined;
  const part = (offset: number, length: number, into?: Uint8Array): Uint8Array => {
    if (performance.now() > deadline) throw new TimeIsUp();
    const result = target.readNow({ kind: 'file', path, offset, limit: Math.min(length, piece) });
    const { status, reason } = result;
    bytes += result.bytes.length;
    if (status !== 'ok' && status !== 'empty' && status !== 'truncated') {
      failed ??= { status, bytes, ...(reason === undefined ? {} : { reason }) };
    }
    const { length: size } = result.bytes;
    // The next read of the target would write over it.
    if (into === undefined || into.length < size) return result.bytes.slice();
    into.set(result.bytes);
    return into.subarray(0, size);
  };
  const access: RandomAccess = {
    read(offset, length, into) {
      const first = part(offset, length, into);
      if (length <= piece || first.length < piece) return first;
      const parts = [first];
      for (let at = piece; at < length && (parts.at(-1)?.length ?? 0) === piece; at += piece) {
        parts.push(part(offset + at, length - at));
      }
      return Buffer.concat(parts);
    },
  };
  const take = (event: LogEvent): void => {
    events += 1;
    see(event);
  };
  try {
    const outcome = reading.read({ file: access, size, source, accounts }, take);
    return { outcome, flow: failed ?? { status: bytes === 0 ? 'empty' : 'ok', bytes } };
  } catch (thrown) {
    if (!(thrown instanceof TimeIsUp)) throw thrown;
    const outcome = { ...nothingRead, lines: events, events };
    return { outcome, flow: { status: 'truncated', reason: 'time is up', bytes } };
  }
}

/**
 * Reads one file of a log.
 *
 * @param take is given each event; what it throws ends the reading and goes on
 * @param known the years of a log without any, where they follow from the other files of its set
 * @returns what is known of the log; its gaps are for whoever sees all files of a set
 */
export function readLog(
  context: ReadContext,
  file: LogFile,
  given: ReadBounds,
  take: (event: LogEvent) => void,
  known?: ScannedYears,
): LogFact {
  const { reading } = file;
  const { start, bounds } = partOf(file, given);
  const years = known ?? yearsOf(context, file, given);
  const written = file.modifiedUs > 0 ? { writtenUs: file.modifiedUs } : {};
  const clock = { ...context.zone, ...(years === undefined ? {} : { years }), ...written };
  let [first, last, uncertain, shift] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 0];
  const hosts = new Hosts();
  const see = (event: LogEvent): void => {
    if (event.us < first) first = event.us;
    if (event.us > last) last = event.us;
    if (!event.certain) uncertain += 1;
    hosts.see(event.host);
    if (start === 0) {
      take(event);
      return;
    }
    const { line: _, offset = 0, ...source } = event.source;
    take({ ...event, source: { ...source, offset: offset + shift } });
  };
  const begun = (skipped: number): void => {
    shift = start + skipped;
  };
  const { flow, outcome } =
    reading.shape === 'random'
      ? readAbout(context, file, reading, bounds, see)
      : readForward(reading.open(file.source, clock, see), (push) =>
          pour(context, file, start, bounds, start > 0 ? fromNextLine(push, begun) : push),
        );
  const read =
    start > 0 && flow.status === 'ok'
      ? { ...flow, status: 'truncated' as const, reason: 'its end alone' }
      : flow.status === 'ok'
        ? { ...flow, ...flawOf(outcome) }
        : flow;
  const doubts = doubtsOf(outcome, flow);
  const horizon = first <= last ? { firstUs: first, lastUs: last } : {};
  return {
    kind: 'log',
    source: { source: file.source },
    log: file.log,
    format: reading.id,
    verified: reading.verified,
    host: file.host === '' ? hosts.most : file.host,
    status: read.status,
    ...(read.reason === undefined ? {} : { reason: read.reason }),
    bytes: read.bytes,
    lines: outcome.lines,
    events: outcome.events,
    unreadable: outcome.unreadable,
    nulBytes: outcome.nulBytes,
    cutLines: outcome.cutLines,
    uncertain,
    ...horizon,
    modifiedUs: file.modifiedUs,
    steps: outcome.steps,
    gaps: [],
    ...(doubts.length === 0 ? {} : { doubts }),
    ...(file.fingerprint === undefined ? {} : { fingerprint: file.fingerprint }),
    ...(reading.lastOnly === true ? { lastOnly: true } : {}),
  };
}
