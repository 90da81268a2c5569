/**
 * The processes that are frozen and killed: proven miners, and what brings them back. They are one set, stopped at
 * once, whoever respawns first: a respawner that runs while its miner is killed starts another, and two that watch each
 * other do so for ever.
 *
 * Respawner: a process that runs a file which the plan takes, or whose findings have two witnesses, or that is a parent
 * of a miner and runs such a file. Never: kernel threads, the first process, what the owner declared, and programs
 * that a package brought, unless they run a script which the plan takes. Of a container whose engine does not answer
 * those that are proven by themselves; where it answers, it holds and ends the container as a whole.
 */
import type { ProcessFact } from '../../model/facts/process.ts';
import type { Breakage, LeftOut, PlannedProcess } from '../../model/plan.ts';
import type { ResultMiner } from '../../model/result.ts';
import { type PathText, phrase } from '../../model/text.ts';
import { scriptOf } from '../execute/script-of.ts';
import { type CaseView, isSurveyed, type Survey } from './case-view.ts';
import { type Draft, leftOut } from './draft.ts';
import type { Drafted } from './drafted.ts';
import type { Declared } from './guards.ts';
import { printableOf } from './printable-of.ts';
import type { Signals } from './signals.ts';
import { minerPrograms } from './target-drafts.ts';

/** Files that a process runs: its program, and the script that an interpreter was given. */
export function filesOf({ exe, argv, cwd }: ProcessFact): readonly string[] {
  if (exe === undefined) return [];
  const script = scriptOf(exe.path, argv.slice(1), cwd);
  return [exe.path, ...(script === undefined ? [] : [script])];
}

const judged: ReadonlySet<string> = new Set(['mining', 'suspicious']);

/** Whose miner it is, its owner knows by these alone. Text of the target: what does not fit a line is no wallet. */
const mostOfTold = 256;

const toldOf = (miner: ResultMiner | undefined): Pick<PlannedProcess, 'pool' | 'wallet'> => ({
  ...(miner?.pool === undefined ? {} : { pool: printableOf(miner.pool.slice(0, mostOfTold)) }),
  ...(miner?.wallet === undefined ? {} : { wallet: printableOf(miner.wallet.slice(0, mostOfTold)) }),
});

interface Chosen {
  readonly process: ProcessFact;
  readonly role: PlannedProcess['role'];
  readonly findings: readonly string[];
  readonly told: Pick<PlannedProcess, 'pool' | 'wallet'>;
}

interface Grounds {
  readonly view: CaseView;
  readonly survey: Survey;
  readonly signals: Signals;
  readonly declared: Declared;
}

/** How containers are dealt with, by id. */
export interface OfContainers {
  /** They stand still and end by their engine: their processes are not dealt with one by one. */
  readonly whole: ReadonlySet<string>;
  /** Made by the attacker, of an engine that does not answer: all that runs in them is his. */
  readonly condemned: ReadonlySet<string>;
}

function choose(
  { view, survey, signals, declared }: Grounds,
  taken: ReadonlySet<string>,
  { whole, condemned }: OfContainers,
) {
  const ofPackage = (path: string | undefined): boolean => {
    const found = path === undefined ? undefined : survey.at(path);
    return found !== undefined && isSurveyed(found) && found.owner.kind === 'package';
  };
  const miners = new Map(signals.miners.map((miner) => [miner.pid, miner]));
  const rows = new Map(view.result.processes.map((row) => [row.pid, row]));
  const chosen: Chosen[] = [];
  const left: LeftOut[] = [];
  for (const process of view.processes) {
    const row = rows.get(process.pid);
    const miner = miners.get(process.pid);
    const { container } = process;
    // A path within a container is another file than that of the host.
    const runsTaken = container === undefined && filesOf(process).some((path) => taken.has(path));
    const proven =
      row !== undefined &&
      judged.has(row.judgement) &&
      signals.witnessesOf(process.pid).size >= 2 &&
      (container !== undefined || !ofPackage(process.exe?.path));
    const ofHis = container !== undefined && condemned.has(container.id);
    if (miner === undefined && !runsTaken && !proven && !ofHis) continue;
    const subject = `pid ${process.pid}`;
    const what = phrase`${process.name} (${process.pid})`;
    if (process.pid <= 1) continue;
    if (process.kernelThread) left.push(leftOut(subject, what, 'kernel-thread'));
    else if (declared.pids.has(process.pid)) left.push(leftOut(subject, what, 'declared'));
    else if (container !== undefined && whole.has(container.id)) continue;
    else {
      chosen.push({
        process,
        role: miner === undefined ? 'respawner' : 'miner',
        findings: miner?.findings ?? row?.findings ?? [],
        told: toldOf(miner),
      });
    }
  }
  return { chosen, left };
}

/**
 * The monitor that podman gives each container starts it again by its policy when its process ends (conmon(8), `--cid`
 * and `--exit-command`): where nothing asks podman for another policy, it goes first.
 */
function monitorsOf(view: CaseView, chosen: readonly Chosen[]): readonly Chosen[] {
  const byContainer = new Map(
    chosen.flatMap((one) => {
      const { container } = one.process;
      return container?.runtime === 'podman' ? [[container.id, one] as const] : [];
    }),
  );
  if (byContainer.size === 0) return [];
  return view.processes.flatMap((process): readonly Chosen[] => {
    const { pid, exe, argv } = process;
    const isMonitor =
      exe?.path.endsWith('/conmon') === true && chosen.every((one) => one.process.pid !== pid);
    const word = argv.findIndex((one) => one === '-c' || one === '--cid');
    const of = isMonitor && word > 0 ? byContainer.get(argv[word + 1] ?? '') : undefined;
    return of === undefined ? [] : [{ process, role: 'respawner', findings: of.findings, told: {} }];
  });
}

/** Parents before children, so that none is left to start another; miners after all that respawn. */
function inOrder(chosen: readonly Chosen[]): readonly Chosen[] {
  const byPid = new Map(chosen.map((one) => [one.process.pid, one]));
  const depth = (one: Chosen): number => {
    let steps = 0;
    let parent = byPid.get(one.process.parent);
    while (parent !== undefined && steps <= chosen.length) {
      steps += 1;
      parent = byPid.get(parent.process.parent);
    }
    return steps;
  };
  // A process that has children in the set starts them, also where it mines itself.
  const parents = new Set(chosen.map(({ process }) => process.parent));
  const rank = (one: Chosen): number => (one.role === 'respawner' || parents.has(one.process.pid) ? 0 : 1);
  return chosen.toSorted((a, b) => rank(a) - rank(b) || depth(a) - depth(b) || a.process.pid - b.process.pid);
}

function listening(view: CaseView, pids: ReadonlySet<number>): readonly Breakage[] {
  return view.result.sockets
    .filter(({ state, pids: own }) => state === 'listen' && own.some((pid) => pids.has(pid)))
    .slice(0, 20)
    .map(({ local }) => ({ id: 'listening', subject: printableOf(local) }));
}

/** Files that the set is known by: what the plan takes, and programs of miners that no package owns. */
function programsOf({ survey, signals }: Grounds, taken: ReadonlySet<string>): readonly PathText[] {
  const miners = [...minerPrograms(signals).keys()].filter((path) => {
    const found = survey.at(path);
    return !isSurveyed(found) || found.owner.kind !== 'package';
  });
  const isFolder = (path: string): boolean => {
    const found = survey.at(path);
    return isSurveyed(found) && found.file.state.type !== 'file';
  };
  return [...new Set([...taken, ...miners])]
    .filter((path) => path.startsWith('/') && !isFolder(path))
    .map(printableOf);
}

/** @param taken real paths that the plan takes */
export function processDrafts(
  grounds: Grounds,
  taken: ReadonlySet<string>,
  containers: OfContainers,
): Drafted {
  const { view } = grounds;
  const { chosen, left } = choose(grounds, taken, containers);
  const programs = [...programsOf(grounds, taken)];
  if (chosen.length === 0 && programs.length === 0) return { drafts: [], left };
  const ordered = inOrder([...chosen, ...monitorsOf(view, chosen)]);
  const processes = ordered.map(
    ({ process, role, told }): PlannedProcess => ({
      pid: process.pid,
      startTicks: process.startTicks,
      name: process.name,
      exe: process.exe?.path ?? printableOf(''),
      role,
      ...told,
    }),
  );
  const { bootId } = view.result.host;
  const shared = {
    findings: [...new Set(ordered.flatMap(({ findings }) => findings))],
    preconditions: processes.map(
      ({ pid, startTicks }) => ({ kind: 'process', pid, startTicks, bootId }) as const,
    ),
    breaks: listening(view, new Set(processes.map(({ pid }) => pid))),
  };
  const freeze: Draft = {
    ...shared,
    phase: 'freeze',
    change: { kind: 'freeze', processes, programs },
    reversibility: 'reversible',
    verify: 'stopped',
  };
  const kill: Draft = {
    ...shared,
    phase: 'kill',
    change: { kind: 'kill', processes, programs },
    reversibility: 'irreversible',
    verify: 'ended',
  };
  // A service manager that has its unit in memory starts it once more before the file is gone.
  return { drafts: [freeze, kill, { ...kill, phase: 'verify' }], left };
}
