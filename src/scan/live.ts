/**
 * The scan of a live host: gather → rank → probe suspects → judge.
 *
 * The first look at CPU comes first and the second last, so that all the cheap reading happens within the
 * interval. Hidden processes are swept for by child processes from the first moment on.
 */
import { agents } from '../artifacts/linux/agents.ts';
import { bpf } from '../artifacts/linux/bpf.ts';
import { attachContainers, containers } from '../artifacts/linux/containers.ts';
import { droppedFiles } from '../artifacts/linux/dropped-files.ts';
import { forwards } from '../artifacts/linux/forwards.ts';
import { ftrace } from '../artifacts/linux/ftrace.ts';
import { gpu, isGpuDevice } from '../artifacts/linux/gpu.ts';
import { host as hostArtifact } from '../artifacts/linux/host.ts';
import { hostsFile } from '../artifacts/linux/hosts-file.ts';
import { kernelSettings } from '../artifacts/linux/kernel-settings.ts';
import { load } from '../artifacts/linux/load.ts';
import { loadHistory } from '../artifacts/linux/load-history.ts';
import { modules } from '../artifacts/linux/modules.ts';
import { mounts } from '../artifacts/linux/mounts.ts';
import { msr } from '../artifacts/linux/msr.ts';
import { processes as processesArtifact, readProcess } from '../artifacts/linux/processes.ts';
import { sockets } from '../artifacts/linux/sockets.ts';
import { type Judgement, judge } from '../detect/judge.ts';
import { unownedCpuJudged } from '../detect/unowned-cpu.ts';
import { messagesFor } from '../messages/index.ts';
import type { ProcessFact } from '../model/facts/process.ts';
import { severityRank } from '../model/finding.ts';
import type { Native } from '../native/port.ts';
import { CpuProbe, lookTimes } from '../probe/cpu.ts';
import { argumentTraces } from '../probe/mining-traces.ts';
import { PauseWatch, pauseIntervalSeconds } from '../probe/pauses.ts';
import { act } from './active.ts';
import { gatherInto, hostOf, recordAll, type ScanContext } from './context.ts';
import { type CoverageRow, liveCoverage } from './coverage.ts';
import { asksForContents, gatherContents } from './file-contents.ts';
import { gatherFileTimes } from './file-times.ts';
import { beginSweep, lookForHidden } from './hidden.ts';
import { limitsOf } from './options.ts';
import { ourselves } from './ourselves.ts';
import { gatherPersistence } from './persistence.ts';
import { type RankSigns, rank } from './rank.ts';
import { sightCheap, sightEnvironments, sightProbed } from './sightings.ts';
import { probeExecutables, probeSuspects } from './suspects.ts';

/** Milliseconds of the interval that contents of programs may take: twice what they took on a slow machine. */
const roomForContents = 500;
/** Between two looks at processes that no listing shows. */
const hiddenLookMs = 200;

export interface LiveOutcome {
  readonly judgement: Judgement;
  readonly coverage: readonly CoverageRow[];
}

const loopback = /^(127\.|::1$|0\.0\.0\.0$|::$|$)/;

function signsOf(
  context: ScanContext,
  traced: ReadonlyMap<number, number>,
): (process: ProcessFact) => RankSigns {
  const { facts } = context;
  const uses = new Map(facts.of('cpu-use').map((use) => [use.pid, use]));
  const sighted = new Set(facts.of('sighting').map((sighting) => sighting.pid));
  const hidden = new Set(facts.of('hidden-process').map((one) => one.pid));
  const connected = new Set(
    facts
      .of('socket')
      .filter((socket) => socket.state === 'established' && !loopback.test(socket.remote.address))
      .flatMap((socket) => socket.owners),
  );
  return (process) => ({
    use: uses.get(process.pid),
    argumentTraces: traced.get(process.pid) ?? 0,
    sighted: sighted.has(process.pid),
    hidden: hidden.has(process.pid),
    holdsGpu: process.descriptors.some((one) => one.kind === 'device' && isGpuDevice(one.path)),
    connected: connected.has(process.pid),
    asked: process.pid === context.options.lookAt,
  });
}

/** Processes, containers, connections, kernel: all that is cheap, in the order of volatility. */
async function gatherCheap(context: ScanContext): Promise<void> {
  const { options, facts } = context;
  options.onStage?.('processes');
  await gatherInto(context, hostArtifact);
  await gatherInto(context, containers);
  const found = await processesArtifact.gather({ ...context, thorough: options.thorough });
  const attached = attachContainers(
    found.filter((fact) => fact.kind === 'process'),
    facts.of('container'),
  );
  facts.addAll(attached);
  options.onStage?.('network');
  await gatherInto(context, mounts);
  await gatherInto(context, sockets);
  await gatherInto(context, forwards);
  options.onStage?.('kernel');
  for (const artifact of [modules, kernelSettings, msr, bpf, ftrace, load, loadHistory, hostsFile, agents]) {
    await gatherInto(context, artifact);
  }
  if (options.persistence !== false) {
    options.onStage?.('persistence');
    await gatherPersistence(context);
  }
  // Up to two seconds, for what does not run now: not of every scan.
  if (options.thorough) await gatherInto(context, droppedFiles);
  gatherFileTimes(context);
}

/** Processes that were born after the listing and are already busy. */
function readNewcomers(context: ScanContext, pids: readonly number[]): void {
  for (const pid of pids) {
    if (context.facts.process(pid) !== undefined) continue;
    const found = readProcess(context.target, pid, { log: context.log });
    // Children that this scan starts, to sweep and to read, are no newcomers.
    if (found === undefined || found.parent === process.pid) continue;
    context.facts.addAll(attachContainers([found], context.facts.of('container')));
  }
}

/** The processes whose executables are worth reading: those that something speaks against. */
function accused(context: ScanContext, judgement: Judgement): readonly ProcessFact[] {
  const pids = new Set(
    judgement.findings
      .filter((finding) => severityRank(finding.severity) >= severityRank('low'))
      .flatMap((finding) => (finding.subject.kind === 'process' ? [finding.subject.pid] : [])),
  );
  return context.facts.of('process').filter((process) => pids.has(process.pid));
}

export async function scanLive(context: ScanContext, native: Native): Promise<LiveOutcome> {
  const { target, options, facts, log } = context;
  const started = performance.now();
  const reach = (ms: number): Promise<void> => Bun.sleep(Math.max(0, started + ms - performance.now()));
  const sweep = beginSweep(context, native);
  const cpu = new CpuProbe(target);
  cpu.first();
  await gatherCheap(context);
  const own = ourselves(facts);
  const others = facts.of('process').filter(({ pid }) => !own.pids.has(pid));
  const pauses = options.interval >= pauseIntervalSeconds ? new PauseWatch(target, others) : undefined;
  pauses?.begin();
  const hiding = lookForHidden(context, native, own, sweep);
  // Where the interval has no room for it, it waits until nothing is measured by the clock any more.
  const left = started + options.interval * 1000 - performance.now();
  const contentsWanted = options.persistence !== false || asksForContents(context);
  const contentsRead = !contentsWanted || left >= roomForContents;
  if (contentsWanted && contentsRead) gatherContents(context);
  options.onStage?.('waiting');
  for (const time of lookTimes(options.interval)) {
    await reach(time);
    cpu.look();
  }
  await reach(options.interval * 1000);
  facts.addAll(pauses?.end() ?? []);
  options.onStage?.('hidden');
  const swept = await hiding;
  facts.addAll(swept.facts);
  const hidden = facts.of('hidden-process').map((one) => one.pid);
  readNewcomers(context, hidden);
  // No listing shows them, so their CPU is taken apart from the interval: seen, hot, threads.
  if (hidden.length > 0) cpu.alsoWatch(hidden);
  for (let look = 0; look < (hidden.length > 0 ? 2 : 0); look += 1) {
    cpu.look();
    await Bun.sleep(hiddenLookMs);
  }
  const second = cpu.second(facts.of('process'));
  facts.addAll(second.use);
  facts.add(second.ledger);
  recordAll(context, second.sources);
  readNewcomers(
    context,
    second.use.map((use) => use.pid),
  );

  context.sweeper.sweep();
  options.onStage?.('suspects');
  const traced = new Map<number, number>();
  for (const [index, process] of facts.of('process').entries()) {
    if (index % 512 === 511) context.sweeper.sweep();
    if (own.pids.has(process.pid)) continue;
    const traces = argumentTraces(process);
    facts.addAll(traces);
    if (traces.length > 0) traced.set(process.pid, traces.length);
  }
  if (!contentsRead) gatherContents(context);
  context.sweeper.sweep();
  facts.addAll(sightCheap(options.seen, facts, own.family));
  facts.addAll(sightEnvironments(options.seen, target, facts, own.family));
  const candidates = facts.of('process').filter((process) => !own.pids.has(process.pid));
  context.sweeper.sweep();
  const ranked = rank(candidates, signsOf(context, traced), limitsOf(options).suspects);
  const outcome = await probeSuspects(context, native, ranked.suspects);
  context.sweeper.sweep();
  // Only with the memory maps of suspects is it known which libraries compute on a card.
  await gatherInto(context, gpu);
  if (options.active) await act(context, ranked.suspects);

  options.onStage?.('judging');
  // What the reading left over goes before judgement takes its own room: 10 ms for 6 MB at the peak.
  context.sweeper.sweep();
  const host = hostOf(context);
  if (host === undefined) throw new TypeError('the host artifact gave no host');
  const all = facts.of('process');
  const coverage = liveCoverage(
    {
      host,
      log,
      interval: options.interval,
      processes: all.length,
      asRoot: process.geteuid?.() === 0,
      processesDenied: all.filter((process) => process.exeStatus === 'denied').length,
      processesUnread: all.filter(({ exeStatus }) => exeStatus === 'timeout' || exeStatus === 'error').length,
      pidSweep: swept.outcome,
      hot: outcome.hot,
      hotSampled: outcome.hotSampled,
      ...(outcome.hotReason === undefined ? {} : { hotReason: outcome.hotReason }),
      suspectsLeft: ranked.left,
      suspectsUnread: outcome.unread,
      persistence: options.persistence !== false,
      unownedJudged: unownedCpuJudged(facts, options),
    },
    messagesFor(options.language).coverage,
  );
  const judgeContext = {
    config: options.config,
    nowUs: context.nowUs,
    interval: options.interval,
    ourselves: own.pids,
  };
  const first = judge(facts, judgeContext, coverage);
  const known = facts.size;
  const wanted = options.seen.some((indicator) => indicator.type === 'hash')
    ? ranked.suspects.map((suspect) => suspect.process)
    : accused(context, first);
  probeExecutables(context, wanted);
  facts.addAll(sightProbed(options.seen, facts));
  return { judgement: facts.size === known ? first : judge(facts, judgeContext, coverage), coverage };
}
