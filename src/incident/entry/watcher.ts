/**
 * A watcher of one way in: sees every event of all logs once, in the order of each log, and keeps little.
 *
 * Logs come one after the other and not by time: whoever needs an order over several keeps what it has to compare and
 * sorts it in the end. Whatever an attacker can make many of (addresses, accounts, requests) is bounded.
 */
import type { LogEvent } from '../../model/facts/event.ts';
import type { Scene } from '../scene.ts';
import type { Vector, WayIn } from '../way-in.ts';

/** What was tried and is no door, in numbers: scans that were refused. */
export interface Excluded {
  readonly vector: Vector;
  readonly service: string;
  /** Which of its shapes, `phpunit-eval-stdin`. */
  readonly what: string;
  /** The answer, 404. */
  readonly status: number;
  readonly count: number;
}

export interface EntryWatcher {
  see(event: LogEvent): void;
  conclude(scene: Scene): readonly WayIn[];
  excluded?(): readonly Excluded[];
}
