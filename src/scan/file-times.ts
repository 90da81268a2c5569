/** Times of files that no package owns: asked when it is known what starts by itself and what holds traces of a miner. */
import { fileTimesOf } from '../artifacts/linux/file-times.ts';
import { FilesKnown } from '../detect/persistence/files-known.ts';
import type { PathText } from '../model/text.ts';
import type { ScanContext } from './context.ts';

/** Files that no package owns, of those that start by themselves or hold traces of a miner. */
function* unowned({ facts }: ScanContext): Generator<PathText> {
  const files = new FilesKnown(facts);
  for (const { path, leadsTo, type, status } of facts.of('file')) {
    if (type === 'file' && status === 'ok' && files.owned(path) === 'none') yield leadsTo ?? path;
  }
  for (const { path } of facts.of('file-trace')) if (files.owned(path) === 'none') yield path;
}

export function gatherFileTimes(context: ScanContext): void {
  context.facts.addAll(fileTimesOf(context.target, unowned(context)));
}
