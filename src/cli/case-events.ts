/** Events of logs on their way into a case that is being made. */
import { statfsSync } from 'node:fs';
import { join } from 'node:path';
import { DemineError, errorText } from '../model/error.ts';
import { KeptEvents } from '../scan/logs.ts';
import { redactor } from '../scan/redact.ts';
import type { CaseStore } from '../store/case-store.ts';
import { openCase } from '../store/sqlite.ts';

export const storeName = 'case.sqlite';

/** What a byte of a log takes in the store, at most. */
const storedRatio = 4;
/** Of the free space of the disk, which may be that of the host under attack. */
const share = 0.25;

/** Bytes of logs for which the disk has room beside everything else. */
function roomFor(folder: string): number {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return Math.floor((bavail * bsize * share) / storedRatio);
  } catch {
    // Then the store will say what is wrong with the disk.
    return Number.MAX_SAFE_INTEGER;
  }
}

export class CaseEvents {
  readonly taker: KeptEvents;
  readonly mostBytes: number;
  readonly #folder: string;
  #store: CaseStore | undefined;

  constructor(folder: string, keepSecrets: boolean) {
    this.#folder = folder;
    this.mostBytes = roomFor(folder);
    const open = () => {
      this.#store = openCase(join(folder, storeName));
      return this.#store.events.writer();
    };
    this.taker = new KeptEvents(open, redactor(keepSecrets));
  }

  /** What kept some of the events out of the store. */
  get failed(): DemineError | undefined {
    const { failed } = this.taker;
    if (failed === undefined || failed instanceof DemineError) return failed;
    return new DemineError('case-unwritable', errorText(failed), { subject: this.#folder, cause: failed });
  }

  /** All that was taken is in the store. */
  close(): void {
    this.taker.close();
    this.#store?.close();
  }
}
