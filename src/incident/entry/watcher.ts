/**
 * A watcher of one way in: sees every event of all logs once, in the order of each log, and keeps little.
 *
 * Logs come one after the other and not by time: whoever needs an order over several keeps what it has to compare and
 * sorts it in the end. Whatever an attacker can make many of (addresses, accounts, requests) is bounded.
 */
import type { LogEvent, RequestEvent } from '../../model/facts/event.ts';
import type { Scene } from '../scene.ts';
import type { Excluded, WayIn } from '../way-in.ts';

export type { Excluded };

export interface EntryWatcher {
  see(event: LogEvent): void;
  /**
   * False where seeing the request would change nothing of what is concluded, but for the first and the last of all.
   * Absent where no request does.
   */
  heeds?(request: RequestEvent): boolean;
  conclude(scene: Scene): readonly WayIn[];
  /** What it looked at and does not take for a door; asked after `conclude`. */
  excluded?(): readonly Excluded[];
  /** Scripts that were asked for as a web shell is, as their requests name them: what they hold is for others to read. */
  pages?(): readonly string[];
}
