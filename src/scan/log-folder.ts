/** Logs of a folder that is no root file system, added to a case. */
import { findInFolder } from '../artifacts/linux/logs/log-folder.ts';
import { readLogs } from '../artifacts/linux/logs/read-logs.ts';
import { logReadings } from '../artifacts/linux/logs/table.ts';
import { utc } from '../formats/tzif.ts';
import { Clues } from '../incident/clue.ts';
import { DemineError, errorText } from '../model/error.ts';
import type { LogFact } from '../model/facts/log.ts';
import type { SourceRecord } from '../model/source.ts';
import { SourceLog } from '../model/source-log.ts';
import type { PathText } from '../model/text.ts';
import type { EventStore, EventWriter } from '../store/event-store.ts';
import type { Target } from '../target/port.ts';
import { KeptEvents, unpack, wholeBounds } from './logs.ts';
import { redactor } from './redact.ts';

export interface AddedLogs {
  readonly facts: readonly LogFact[];
  /** Files that no reader knows. */
  readonly unknown: readonly PathText[];
  /** Events that were written, and that the case had already. */
  readonly stored: number;
  readonly known: number;
  /** Folders that were not listed whole, and logs for which there was no time or room. */
  readonly left: readonly SourceRecord[];
}

/** @throws DemineError `case-unwritable` where the store fails; what was written before stays */
export function addLogFolder(target: Target, events: EventStore, keepSecrets: boolean): AddedLogs {
  let writer: EventWriter | undefined;
  const open = (): EventWriter => {
    writer = events.writer(new Clues());
    return writer;
  };
  const kept = new KeptEvents(open, redactor(keepSecrets));
  const log = new SourceLog();
  const found = findInFolder(target, logReadings, unpack);
  // Whose clock a line shows is nowhere told in such a folder: UTC is assumed, and what rests on it is uncertain.
  const zone = { zone: utc, zoneKnown: false };
  const request = {
    target,
    log,
    found,
    unpack,
    nowUs: Date.now() * 1000,
    bounds: wholeBounds,
    zone,
  };
  const facts = readLogs(request, kept);
  kept.close();
  if (kept.failed !== undefined) {
    throw new DemineError('case-unwritable', errorText(kept.failed), { subject: '', cause: kept.failed });
  }
  const read = new Set(facts.map(({ source }) => source.source));
  const left = log.listed.filter(({ source }) => !read.has(source));
  return { facts, unknown: found.unknown, stored: 0, known: 0, ...writer?.counts, left };
}
