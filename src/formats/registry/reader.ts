/** What keys and values of one hive share: its pages, names, flaws, and what reading it may still cost. */
import type { RandomAccess } from '../random-access.ts';
import type { FlawLog } from './flaws.ts';
import { NameTable } from './names.ts';
import { HivePages } from './pages.ts';
import type { LoggedPage } from './recovery.ts';

/** What an offset is that points nowhere. */
export const nowhere = 0xffff_ffff;

/**
 * Elements of lists that all readings of one hive may look at: lists of a hostile one may all be the same long list. An
 * honest hive of 500 MB has some ten millions.
 */
const mostElements = 200_000_000;

export class HiveReader {
  readonly pages: HivePages;
  readonly names = new NameTable();
  readonly flaws: FlawLog;
  /** Of the base block: big data is of 4 and later. */
  readonly minor: number;
  #left = mostElements;

  constructor(access: RandomAccess, logged: readonly LoggedPage[], minor: number, flaws: FlawLog) {
    this.pages = new HivePages(access, logged, flaws);
    this.minor = minor;
    this.flaws = flaws;
  }

  /** False, with a flaw, when nothing more may be read of this hive's lists. */
  spend(): boolean {
    this.#left -= 1;
    if (this.#left >= 0) return true;
    this.flaws.add('budget');
    return false;
  }
}
