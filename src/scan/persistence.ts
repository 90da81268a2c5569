/**
 * What starts by itself: the entries of all mechanisms, then the files that they rest on.
 *
 * First every artifact tells its entries; then each entry is read for the files it runs, and those files and the
 * entries' own are looked at: kind, owner, flags, package. What it is NOT: a judgement (`detect/persistence`), nor a
 * walk. Both a live host and a folder go this way.
 */
import { fileFactsOf } from '../artifacts/linux/file-facts.ts';
import { integrityOf } from '../artifacts/linux/file-integrity.ts';
import { ownersOf } from '../artifacts/linux/file-owners.ts';
import { persistenceArtifacts } from '../artifacts/linux/persistence.ts';
import { candidatesOf, readEntry } from '../detect/command/read-entry.ts';
import type { SourceLog } from '../model/source-log.ts';
import { folderOf, type PathText } from '../model/text.ts';
import { gatherInto, recordAll, type ScanContext } from './context.ts';

/** Kernel files have no owner and no content of anybody's. */
const isFile = (path: PathText): boolean => path.startsWith('/') && !/^\/(?:proc|sys)\//.test(path);

/** The files behind all entries, each with the folder it lies in: a locked folder guards what is in it. */
function restOn(context: ScanContext): ReadonlySet<PathText> {
  const paths = new Set<PathText>();
  for (const fact of context.facts.of('persistence')) {
    const reading = readEntry(fact);
    for (const path of [fact.source.source, ...reading.targets, ...candidatesOf(reading)]) {
      if (!isFile(path)) continue;
      paths.add(path);
      paths.add(folderOf(path));
    }
  }
  return paths;
}

/** Bytes that reading may add before what it left over is cleared away: 10 ms for what would be memory for good. */
const growth = 12 << 20;

class Sweeper {
  #low = process.memoryUsage.rss();

  sweep(): void {
    if (process.memoryUsage.rss() - this.#low < growth) return;
    Bun.gc(true);
    this.#low = process.memoryUsage.rss();
  }
}

export async function gatherPersistence(context: ScanContext): Promise<void> {
  const sweeper = new Sweeper();
  for (const artifact of persistenceArtifacts) {
    await gatherInto(context, artifact);
    sweeper.sweep();
  }
  const paths = restOn(context);
  sweeper.sweep();
  const files = fileFactsOf(context.target, paths);
  context.facts.addAll(files.facts);
  recordAll(context, files.sources);
  // A link and what it leads to have owners of their own, and the program that runs is the latter.
  const behind = files.facts.flatMap(({ leadsTo }) => (leadsTo === undefined ? [] : [leadsTo]));
  const owners = await ownersOf(context.target, [...paths, ...behind]);
  context.facts.addAll(owners.facts);
  recordAll(context, owners.sources);
  sweeper.sweep();
  // Only what runs or is read is compared: a folder has no hash, and a file that is not there none either.
  const present = files.facts
    .filter(({ type, status }) => type === 'file' && status === 'ok')
    .map(({ path }) => path);
  const hashes = await integrityOf(context.target, [...present, ...behind]);
  context.facts.addAll(hashes.facts);
  recordAll(context, hashes.sources);
  sweeper.sweep();
}

/** Whether every place that a verdict of clean needs was read; the first that was not. */
export function persistenceGap(log: SourceLog): string | undefined {
  const required = new Set(persistenceArtifacts.filter((one) => one.required).map((one) => one.id));
  const gap = log.listed.find(
    ({ artifact, status, reason }) =>
      required.has(artifact) &&
      status !== 'absent' &&
      status !== 'empty' &&
      // A pipe or a folder where a table belongs is read by nobody.
      !(status === 'error' && reason?.startsWith('not a ') === true),
  );
  if (gap === undefined) return undefined;
  return `${gap.source}: ${gap.status}${gap.reason === undefined ? '' : `, ${gap.reason}`}`;
}
