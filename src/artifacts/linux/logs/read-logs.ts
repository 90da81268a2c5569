/**
 * Logs of a host, or of a folder of logs: found, chosen, read, and told.
 *
 * Why: the way in, and when it was. What it is NOT: a store; events go to whoever takes them, one at a time, and are
 * gone. Each log ends as a `LogFact` and a source of the scan; what was left out for want of time is told.
 */

import type { FirstTime, ScannedYears } from '../../../formats/log/years.ts';
import type { LogEvent } from '../../../model/facts/event.ts';
import type { LogDoubtKind, LogFact } from '../../../model/facts/log.ts';
import type { SourceRecord } from '../../../model/source.ts';
import type { SourceLog } from '../../../model/source-log.ts';
import { printableText } from '../../../model/text.ts';
import type { Target } from '../../../target/port.ts';
import { accountsByNumber } from '../accounts/by-number.ts';
import { fingerprintOf } from './beginning.ts';
import type { FoundLogs, LogFile } from './find-logs.ts';
import { type Planned, planOf } from './plan.ts';
import { type ReadContext, readLog, yearsOf } from './read-log.ts';
import { SilenceWatch } from './silence.ts';
import type { Unpack } from './unpack.ts';
import { type HostZone, hostZone } from './zone.ts';

export interface LogBounds {
  /** Bytes of content in all. */
  readonly bytes: number;
  readonly ms: number;
}

/** Bytes a second that are read, decoded and stored on a slow host: time is planned with it before it is spent. */
const slowBytes = 8 << 20;

/** Whoever is told of logs while they are read. */
export interface LogTaker {
  /** A file is read now. */
  begin(file: LogFile): void;
  event(event: LogEvent): void;
  /** The file is read; gaps are told with its set. */
  end(fact: LogFact): void;
  /** Answers why the reading must end, or nothing. */
  stopped?(): string | undefined;
}

export interface LogRequest {
  readonly target: Target;
  readonly log: SourceLog;
  readonly found: FoundLogs;
  readonly unpack: Unpack;
  readonly nowUs: number;
  readonly bounds: LogBounds;
  readonly zone?: HostZone;
}

function* setsOf<T extends { readonly file: LogFile }>(planned: readonly T[]): Generator<readonly T[]> {
  let set: T[] = [];
  for (const one of planned) {
    if (set[0] !== undefined && set[0].file.set !== one.file.set) {
      yield set;
      set = [];
    }
    set.push(one);
  }
  if (set.length > 0) yield set;
}

const doubtWords: Readonly<Record<LogDoubtKind, string>> = {
  claimed: 'messages in the name of a program that did not send them',
  unproven: 'messages of which nobody knows who sent them',
  changed: 'parts that are not what was written',
  missing: 'numbered records that are not there',
  disordered: 'records that stand behind later ones',
  checksum: 'checksums that are not those of the content',
};

/** How it is told: what was read whole and cannot be relied on is told too. */
function toldOf({ status, reason, doubts = [] }: LogFact): Pick<SourceRecord, 'status' | 'reason'> {
  const words = doubts.map(({ what, count }) => `${doubtWords[what]}: ${count}`);
  const all = [...(reason === undefined ? [] : [reason]), ...words];
  if (all.length === 0) return { status };
  return { status, reason: printableText(all.join('; ')) };
}

/**
 * The years of a set whose files were written in another order than their lines: a copy that lost its times. Each file
 * ends before the next one begins. Nothing for a set that is as it was rotated.
 */
function yearsOfSet(
  context: ReadContext,
  set: readonly Planned[],
  deadline: number,
): ReadonlyMap<LogFile, ScannedYears> {
  const found = new Map<LogFile, ScannedYears>();
  const isLost = set.some(({ file }, index) => {
    const next = set[index + 1]?.file;
    return next !== undefined && file.namedUs === undefined && file.modifiedUs >= next.modifiedUs;
  });
  if (!isLost) return found;
  let next: FirstTime | undefined;
  for (const { file, bytes } of set.toReversed()) {
    const years = yearsOf(context, file, { bytes, deadline }, next);
    if (years === undefined) continue;
    found.set(file, years);
    next = years.first ?? next;
  }
  return found;
}

/** Reads logs within the bounds. Answers what is known of each, in the order in which they were read. */
export function readLogs(request: LogRequest, taker: LogTaker): readonly LogFact[] {
  const { target, log, found, bounds, unpack, nowUs } = request;
  const zone = request.zone ?? hostZone(target);
  const context: ReadContext = { target, unpack, nowUs, zone, accounts: accountsByNumber(target) };
  const deadline = performance.now() + bounds.ms;
  const plan = planOf(found.files, Math.min(bounds.bytes, Math.ceil((bounds.ms / 1000) * slowBytes)));
  const left = (file: LogFile, reason: string): void =>
    log.record({ source: file.source, artifact: file.log, status: 'truncated', reason, bytes: 0 });
  for (const path of found.cut) {
    log.record({
      source: path,
      artifact: 'linux.log',
      status: 'truncated',
      reason: 'a folder with more',
      bytes: 0,
    });
  }
  for (const file of plan.left) left(file, 'left out: newer logs took the time');
  const facts: LogFact[] = [];
  for (const set of setsOf(plan.chosen)) {
    const silence = new SilenceWatch();
    const ofSet: LogFact[] = [];
    const years = yearsOfSet(context, set, deadline);
    for (const { file, bytes } of set) {
      const stopped = taker.stopped?.() ?? (performance.now() > deadline ? 'time is up' : undefined);
      if (stopped !== undefined) {
        left(file, stopped);
        silence.interrupt();
        continue;
      }
      if (bytes < file.size) silence.interrupt();
      const fingerprint = fingerprintOf(target, file, unpack);
      const known = fingerprint === undefined ? file : { ...file, fingerprint };
      taker.begin(known);
      const take = (event: LogEvent): void => {
        silence.see(event);
        taker.event(event);
      };
      const read = readLog(context, known, { bytes, deadline }, take, years.get(file));
      // Whoever takes may have failed within: what was read after that nobody has.
      const lost = taker.stopped?.();
      const fact: LogFact = lost === undefined ? read : { ...read, status: 'truncated', reason: lost };
      log.record({ source: file.source, artifact: file.log, bytes: fact.bytes, ...toldOf(fact) });
      const { status } = fact;
      if (status !== 'ok' && status !== 'empty') silence.interrupt();
      ofSet.push(fact);
    }
    const gaps = silence.gaps();
    for (const fact of ofSet) {
      const whole = { ...fact, gaps: gaps.get(fact.source.source) ?? [] };
      facts.push(whole);
      taker.end(whole);
    }
  }
  return facts;
}
