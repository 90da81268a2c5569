/** Work in the folder of one file: a name aside, and the folder's own flags as before when it ends. */
import type { RecordedFile } from '../../model/ledger.ts';
import { bytesOf, phrase, printableText } from '../../model/text.ts';
import { flush, lock } from '../../native/file-change.ts';
import { besideIt, type PlaceInFolder } from '../../native/place-in-folder.ts';
import type { Result } from './file-steps.ts';
import { atPath, isStop, stopOf } from './look.ts';
import type { Performed } from './port.ts';

/** @param root descriptor of the target's root @param token in the name of what is made beside the file */
export function inFolder(
  root: number,
  { path, folder }: Pick<RecordedFile, 'path' | 'folder'>,
  token: string,
  action: (place: PlaceInFolder, aside: PlaceInFolder) => Result,
): Performed {
  const result = atPath(root, path, (place): Result => {
    // A name that begins with a dot and has no known end: cron, sudo, run-parts, udev and systemd read no such file.
    const aside = besideIt(place, bytesOf(phrase`.demine-${printableText(token)}`));
    const unlocked = lock(place.folder, 0);
    if (unlocked.status !== 'ok') return stopOf(unlocked, path);
    const outcome = action(place, aside);
    const flushed = flush(place.folder);
    const locked = lock(place.folder, folder.flags ?? 0);
    if (isStop(outcome)) return outcome;
    if (flushed.status !== 'ok') return stopOf(flushed, path);
    return locked.status === 'ok' ? outcome : [...outcome, { part: 'flags', detail: locked.reason }];
  });
  return isStop(result) ? { kind: 'stopped', stop: result } : { kind: 'done', notes: result };
}
