/** What a watch wrote to be started with its host, taken away again: at its end, by `--stop` and by `demine undo`. */
import { join } from 'node:path';
import type { WatchScreen } from '../report/watch/watch-screen.ts';
import { ledgerEntries, ledgerName, openLedger } from '../respond/ledger/ledger-file.ts';
import { removeStarter, type StarterRemoval, starterOf } from '../respond/watch/starter.ts';
import { isHeld, newestWatch, wishStop } from '../respond/watch/watch-folder.ts';

/** Takes away what starts the watch again, where that was written. */
export function endStarter(caseFolder: string): StarterRemoval {
  const path = join(caseFolder, ledgerName);
  if (starterOf(ledgerEntries(path)).length === 0) return { removed: [], stays: [] };
  const ledger = openLedger(path);
  try {
    return removeStarter(ledger);
  } finally {
    ledger.close();
  }
}

export function starterText(screen: WatchScreen, { removed, stays }: StarterRemoval): string {
  return [
    ...removed.flatMap((path) => screen.words(screen.texts.starter.removed({ path }))),
    ...stays.flatMap((path) => screen.words(screen.texts.starter.stays({ path }), 'yellow')),
  ].join('\n');
}

/** Asks a watch that runs to end. @returns whether there is one */
export function endRunning(caseFolder: string): boolean {
  const stored = newestWatch(caseFolder);
  if (stored === undefined || stored.record.ended !== undefined || !isHeld(stored.folder)) return false;
  wishStop(stored.folder);
  return true;
}
