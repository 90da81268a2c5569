/**
 * What starts by itself: the entries of all mechanisms, then the files that they rest on.
 *
 * First every artifact tells its entries; then each entry is read for the files it runs, and those files and the
 * entries' own are looked at: kind, owner, flags, package. Scripts that no package owns are read and followed, three
 * deep. What stands in programs is read later (`file-contents.ts`). What it is NOT: a judgement (`detect/persistence`), nor a
 * walk. Both a live host and a folder go this way.
 */
import { fileFactsOf } from '../artifacts/linux/file-facts.ts';
import { integrityOf } from '../artifacts/linux/file-integrity.ts';
import { ownersOf } from '../artifacts/linux/file-owners.ts';
import { scriptsOf } from '../artifacts/linux/file-scripts.ts';
import { packageTimesOf } from '../artifacts/linux/package-times.ts';
import { persistenceArtifacts } from '../artifacts/linux/persistence.ts';
import {
  allFollowed,
  candidatesOf,
  ReadingBudget,
  readEntry,
  type Scripts,
} from '../detect/command/read-entry.ts';
import { FilesKnown } from '../detect/persistence/files-known.ts';
import { filesStopped } from '../detect/persistence/own-software.ts';
import type { SourceLog } from '../model/source-log.ts';
import { folderOf, type PathText, printableText } from '../model/text.ts';
import { thriftyTarget } from '../target/thrifty.ts';
import { gatherInto, recordAll, type ScanContext } from './context.ts';

/** Kernel files have no owner and no content of anybody's. */
const isFile = (path: PathText): boolean => path.startsWith('/') && !/^\/(?:proc|sys)\//.test(path);

/** Under which it is told that commands were not followed to their end. */
const entriesRead = 'linux.entries';

/** Scripts that run scripts: so deep they are followed. */
const rounds = 3;

interface RestOn {
  /** The files behind all entries, each with the folder it lies in: a locked folder guards what is in it. */
  readonly paths: ReadonlySet<PathText>;
  /** What is run or sourced, beside the entries' own files. */
  readonly run: ReadonlySet<PathText>;
}

function restOn(context: ScanContext, scripts: Scripts, budget: ReadingBudget): RestOn {
  const paths = new Set<PathText>();
  const run = new Set<PathText>();
  for (const fact of context.facts.of('persistence')) {
    const reading = readEntry(fact, scripts, budget);
    const candidates = candidatesOf(reading);
    for (const path of [
      fact.source.source,
      ...reading.targets,
      ...candidates,
      ...filesStopped(fact, reading),
    ]) {
      if (!isFile(path)) continue;
      paths.add(path);
      paths.add(folderOf(path));
    }
    for (const { path, how } of reading.uses) if (how !== 'loaded' && isFile(path)) run.add(path);
    for (const path of candidates) run.add(path);
    run.delete(fact.source.source);
  }
  return { paths, run };
}

/** Kind, owner and state of files. */
async function lookAt(context: ScanContext, paths: readonly PathText[]): Promise<void> {
  const files = fileFactsOf(context.target, paths);
  context.facts.addAll(files.facts);
  recordAll(context, files.sources);
  // A link and what it leads to have owners of their own, and the program that runs is the latter.
  const behind = files.facts.flatMap(({ leadsTo }) => (leadsTo === undefined ? [] : [leadsTo]));
  const owners = await ownersOf(context.target, [...paths, ...behind]);
  context.facts.addAll(owners.facts);
  recordAll(context, owners.sources);
  context.sweeper.sweep();
  // Only what runs or is read is compared: a folder has no hash, and a file that is not there none either.
  const present = files.facts
    .filter(({ type, status }) => type === 'file' && status === 'ok')
    .map(({ path }) => path);
  const hashes = await integrityOf(context.target, [...present, ...behind]);
  context.facts.addAll(hashes.facts);
  recordAll(context, hashes.sources);
  context.sweeper.sweep();
}

export async function gatherPersistence(context: ScanContext): Promise<void> {
  const thrifty: ScanContext = { ...context, target: thriftyTarget(context.target) };
  for (const artifact of persistenceArtifacts) await gatherInto(thrifty, artifact);
  const times = packageTimesOf(context.target);
  if (times !== undefined) context.facts.add(times);
  const looked = new Set<PathText>();
  const budget = new ReadingBudget();
  let scripts: Scripts = new Map();
  for (let round = 0; round < rounds; round += 1) {
    const { paths, run } = restOn(context, scripts, budget);
    context.sweeper.sweep();
    const fresh = [...paths].filter((path) => !looked.has(path));
    if (fresh.length === 0) break;
    for (const path of fresh) looked.add(path);
    await lookAt(context, fresh);
    const files = new FilesKnown(context.facts);
    const own = [...run].filter((path) => {
      const file = files.file(path);
      const text = file?.status === 'ok' && (file.format === 'script' || file.format === 'text');
      // Of a package only what somebody edited: settings that its scripts source are shell text too.
      return text && !files.scripts.has(path) && !(files.owned(path) === 'package' && files.unchanged(path));
    });
    const read = scriptsOf(context.target, own, files.scripts.size);
    recordAll(context, read.sources);
    if (read.facts.length === 0) break;
    context.facts.addAll(read.facts);
    scripts = new FilesKnown(context.facts).scripts;
  }
  context.sweeper.sweep();
  for (const { path, names, unread } of context.log.flooded)
    context.facts.add({ kind: 'flooded-folder', source: { source: path }, path, names, unread });
  const cut = (artifact: string, source: PathText, reason: string): void =>
    context.log.record({ source, artifact, status: 'truncated', reason, bytes: 0 });
  const [first] = scripts.keys();
  if (first !== undefined && !allFollowed(scripts))
    cut('linux.file-scripts', printableText(first), 'too much in scripts to follow');
  if (budget.shallow > 0) {
    const reason = `too much to follow; ${budget.shallow} were read in part`;
    cut(entriesRead, printableText('commands of entries'), reason);
  }
}

/** Whether every place that a verdict of clean needs was read; the first that was not. */
export function persistenceGap(log: SourceLog): string | undefined {
  const required = new Set(persistenceArtifacts.filter((one) => one.required).map((one) => one.id));
  required.add(entriesRead);
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
