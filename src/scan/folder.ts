/** The scan of a folder that is a root file system: nothing runs there, so only traces can be found. */
import { agents } from '../artifacts/linux/agents.ts';
import { containers } from '../artifacts/linux/containers.ts';
import { droppedFiles } from '../artifacts/linux/dropped-files.ts';
import { host as hostArtifact } from '../artifacts/linux/host.ts';
import { hostsFile } from '../artifacts/linux/hosts-file.ts';
import { type Judgement, judge } from '../detect/judge.ts';
import { messagesFor } from '../messages/index.ts';
import { gatherInto, type ScanContext } from './context.ts';
import { type CoverageRow, folderCoverage } from './coverage.ts';
import { gatherContents } from './file-contents.ts';
import { gatherFileTimes } from './file-times.ts';
import { gatherPersistence } from './persistence.ts';
import { sightCheap } from './sightings.ts';

export async function scanFolder(
  context: ScanContext,
): Promise<{ readonly judgement: Judgement; readonly coverage: readonly CoverageRow[] }> {
  const { facts, options, log } = context;
  options.onStage?.('processes');
  for (const artifact of [hostArtifact, containers, hostsFile, agents, droppedFiles]) {
    await gatherInto(context, artifact);
  }
  if (options.persistence !== false) {
    await gatherPersistence(context);
    gatherContents(context);
  }
  gatherFileTimes(context);
  facts.addAll(sightCheap(options.seen, facts, new Set()));
  options.onStage?.('judging');
  const coverage = folderCoverage(log, messagesFor(options.language).coverage, options.persistence !== false);
  const judgeContext = { config: options.config, nowUs: context.nowUs, interval: options.interval };
  return { judgement: judge(facts, judgeContext, coverage), coverage };
}
