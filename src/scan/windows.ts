/**
 * The scan of what is left of a Windows host: a mounted image, the output of a collector, or single files.
 *
 * The way is that of a root folder of Linux: the host, what starts by itself, the files that it rests on, judgement. What a
 * collector did not take is not there to be missed: only where Windows' own programs are here is a file told as absent.
 * A copied file keeps the time at which it was last written, and no other: so its inode is asked for nothing.
 */
import { fileFactsOf } from '../artifacts/linux/file-facts.ts';
import { doorSettings } from '../artifacts/windows/door-settings.ts';
import { windowsDroppedFiles } from '../artifacts/windows/dropped-files.ts';
import { fileOrigins } from '../artifacts/windows/file-origins.ts';
import { scriptsOf } from '../artifacts/windows/file-scripts.ts';
import { windowsHost } from '../artifacts/windows/host.ts';
import { windowsHostsFile } from '../artifacts/windows/hosts-file.ts';
import { windowsArtifacts } from '../artifacts/windows/index.ts';
import { programTrustOf } from '../artifacts/windows/program-trust.ts';
import { viewOf } from '../artifacts/windows/view.ts';
import { ReadingBudget, readEntry, type Scripts } from '../detect/command/read-entry.ts';
import { type Judgement, judge } from '../detect/judge.ts';
import { FilesKnown } from '../detect/persistence/files-known.ts';
import { isWindowsPath } from '../formats/windows-path.ts';
import { messagesFor } from '../messages/index.ts';
import { type PathText, printableText } from '../model/text.ts';
import { gatherInto, recordAll, type ScanContext } from './context.ts';
import type { CoverageRow } from './coverage.ts';
import { gatherContents } from './file-contents.ts';
import { sightCheap } from './sightings.ts';
import { windowsCoverage } from './windows-coverage.ts';
import { lookAtDeleted } from './windows-deleted.ts';
import { lookAtTyped } from './windows-typed.ts';

/** Scripts that run scripts: so deep they are followed. */
const rounds = 3;
const script = /\.(?:ps1|psm1|bat|cmd|vbs|js|wsf|hta)$/i;

/** The files behind all entries, and the scripts among them. */
async function lookAtFiles(context: ScanContext): Promise<void> {
  const { facts, target } = context;
  const { whole } = viewOf(context);
  const looked = new Set<PathText>();
  const budget = new ReadingBudget();
  let scripts: Scripts = new Map();
  for (let round = 0; round < rounds; round += 1) {
    const fresh = new Set<PathText>();
    for (const fact of facts.of('persistence')) {
      const reading = readEntry(fact, scripts, budget);
      // A page of a web server is its own program: when it was written tells when it came.
      const own = fact.mechanism === 'windows-web-page' ? [fact.source.source] : [];
      for (const path of [...own, ...reading.uses.map((use) => use.path)])
        if (isWindowsPath(path) && !looked.has(path)) fresh.add(path);
    }
    if (fresh.size === 0) break;
    for (const path of fresh) looked.add(path);
    const found = fileFactsOf(target, [...fresh]);
    recordAll(
      context,
      found.sources.filter(({ status }) => status !== 'absent'),
    );
    for (const fact of found.facts) {
      if (fact.status === 'absent' && !whole) continue;
      const { bornUs: _, ...rest } = fact;
      facts.add({ ...rest, uid: -1, gid: -1, mode: 0, changedUs: 0, flags: [], capabilities: '' });
    }
    const known = new FilesKnown(facts);
    const texts = [...fresh].filter((path) => script.test(path) && known.file(path)?.status === 'ok');
    const read = scriptsOf(target, texts, known.scripts.size);
    recordAll(context, read.sources);
    if (read.facts.length === 0) break;
    facts.addAll(read.facts);
    scripts = new FilesKnown(facts).scripts;
    context.sweeper.sweep();
  }
  if (budget.shallow > 0) {
    const reason = `too much to follow; ${budget.shallow} were read in part`;
    context.log.record({
      source: printableText('commands of entries'),
      artifact: 'windows.entries',
      status: 'truncated',
      reason,
      bytes: 0,
    });
  }
}

/** Programs that entries rest on, and who vouches for each. */
function lookAtTrust(context: ScanContext): void {
  const { facts, target } = context;
  const programs = facts
    .of('file')
    .filter(({ path, format, status }) => status === 'ok' && format === 'pe' && isWindowsPath(path));
  const { registry, whole } = viewOf(context);
  const paths = programs.map(({ path }) => path);
  const found = programTrustOf(target, registry, paths, whole);
  recordAll(context, found.sources);
  facts.addAll(found.facts);
  context.sweeper.sweep();
}

export interface WindowsScan {
  readonly judgement: Judgement;
  readonly coverage: readonly CoverageRow[];
  /** With the facts that logs brought since. */
  readonly judgeAgain: () => Judgement;
}

export async function scanWindows(context: ScanContext): Promise<WindowsScan> {
  const { facts, options } = context;
  options.onStage?.('persistence');
  for (const artifact of [windowsHost, windowsHostsFile, windowsDroppedFiles])
    await gatherInto(context, artifact);
  const wanted = options.persistence !== false;
  if (wanted) {
    for (const artifact of windowsArtifacts) await gatherInto(context, artifact);
    await lookAtFiles(context);
    lookAtTrust(context);
    gatherContents(context);
  }
  const dropped = [...facts.of('file'), ...facts.of('file-trace')].map(({ path }) => path);
  facts.addAll(fileOrigins(context, dropped.filter(isWindowsPath)));
  for (const { id, state, source } of doorSettings(context))
    facts.add({ kind: 'setting', source, name: `windows.${id}`, value: printableText(state) });
  viewOf(context).registry.tellFlaws();
  if (wanted) {
    lookAtDeleted(context);
    lookAtTyped(context);
  }
  facts.addAll(sightCheap(options.seen, facts, new Set()));
  options.onStage?.('judging');
  const coverage = windowsCoverage(context, messagesFor(options.language).coverage, wanted);
  const judgeContext = { config: options.config, nowUs: context.nowUs, interval: options.interval };
  const judgeAgain = (): Judgement => judge(facts, judgeContext, coverage);
  return { judgement: judgeAgain(), coverage, judgeAgain };
}
