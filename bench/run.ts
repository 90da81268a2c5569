/**
 * `npm run bench`: what a scan of a host with 2,000 processes costs, side by side with `ps` and `lsof`, and what its
 * logs cost, side by side with log2timeline, and event logs of Windows, beside libevtx and winevtx.
 *
 *   bun bench/run.ts [host] [logs] [evtx] [hives] [watch] [removal] [--runs N] [--json FILE]
 *
 * `npm run bench -- logs` measures the logs alone, in some minutes, `evtx` event logs of Windows, `hives` its hives, `watch`
 * a watch in three, `removal` a removal on a host that boots;
 * `host` the rest.
 * Prints a Markdown table and ends with 1 when a target is missed. Everything runs in private namespaces: the
 * processes that are counted, read and stopped are those of the benchmark. Each figure is the median of N runs,
 * with a peer's runs between ours, so that a machine that is busy with other things slows both.
 */
import { rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, release } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { labRoot } from '../scripts/lab-root.ts';
import { TestRootError } from '../scripts/root-cache.ts';
import { testRoot } from '../scripts/test-root.ts';
import { windowsTools } from '../scripts/windows-tools.ts';
import { outerNamespaces, ownNamespaces } from '../src/native/apart.ts';
import { evtxRows } from './evtx.ts';
import { hiveRows } from './hives.ts';
import { logRows } from './logs.ts';
import { plasoRoot } from './plaso.ts';
import { removalRows } from './removal.ts';
import {
  BenchError,
  type Cost,
  costOf,
  crowdSize,
  gatherCrowd,
  peer,
  prepare,
  type Stage,
  startHasher,
  startHolder,
} from './stage.ts';
import { markdown, median, missed, type Row } from './table.ts';
import { watchRows } from './watch.ts';

const entered = 'DEMINE_BENCH_STAGE';
const megabyte = 1e6;
/** Seconds between the two looks at CPU of a scan that is asked for nothing else. */
const interval = 3;

function fail(message: string): never {
  process.stderr.write(`bench: ${message}\n`);
  process.exit(2);
}

const { values: options, positionals } = parseArgs({
  options: { runs: { type: 'string', default: '5' }, json: { type: 'string' } },
  allowPositionals: true,
});
const parts = ['host', 'logs', 'evtx', 'hives', 'watch', 'removal'] as const;
const unknown = positionals.find((name) => !parts.some((part) => part === name));
if (unknown !== undefined) fail(`${unknown} is none of ${parts.join(', ')}`);
const isAsked = (name: (typeof parts)[number]): boolean =>
  positionals.length === 0 || positionals.includes(name);
const runs = Number(options.runs);
if (!Number.isInteger(runs) || runs < 1 || runs > 50) fail('--runs takes a number from 1 to 50');

interface Told {
  readonly ms: number;
  readonly count: number;
  readonly note?: string;
}

function part(stage: Stage, name: string, pid = 0): Told {
  const run = Bun.spawnSync([stage.part, name, String(pid)], {
    cwd: stage.folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  if (run.exitCode !== 0)
    throw new BenchError(`part ${name} ended with ${run.exitCode}: ${run.stderr.toString().trim()}`);
  const told: Told = JSON.parse(run.stdout.toString());
  return told;
}

const repeat = <T>(times: number, once: (_: unknown, index: number) => T): readonly T[] =>
  Array.from({ length: times }, once);
const secondsOf = (costs: readonly Cost[]): number => median(costs.map((cost) => cost.seconds));
const peakOf = (costs: readonly Cost[]): number => median(costs.map((cost) => cost.peakBytes)) / megabyte;
const cpuOf = (costs: readonly Cost[]): number => median(costs.map((cost) => cost.cpuSeconds));
const cpu = (costs: readonly Cost[]): string => `CPU ${cpuOf(costs).toFixed(2)} s`;
const msOf = (all: readonly Told[]): number => median(all.map((told) => told.ms));

/** A whole scan, and the snapshot of processes against the two programs that people take for it. */
function wholeScan(stage: Stage): readonly Row[] {
  const ps = [...peer(stage, 'ps'), 'auxww'];
  const lsof = [...peer(stage, 'lsof'), '-nP'];
  const rounds = repeat(runs, (_, index) => ({
    usual: costOf(stage, [stage.demine, 'scan', '--out', join(stage.folder, `case-${index}`)]),
    whole: costOf(stage, [stage.demine, 'scan', '--no-case', '--interval', '0']),
    scan: costOf(stage, [stage.demine, 'scan', '--no-case', '--no-persistence', '--interval', '0']),
    ps: costOf(stage, ps),
    snapshot: costOf(stage, [stage.part, 'snapshot']),
    lsof: costOf(stage, lsof),
  }));
  const usual = rounds.map((round) => round.usual);
  const whole = rounds.map((round) => round.whole);
  const scan = rounds.map((round) => round.scan);
  const snapshot = rounds.map((round) => round.snapshot);
  const bothSeconds = median(rounds.map((round) => round.ps.seconds + round.lsof.seconds));
  const both = { name: 'ps auxww + lsof -nP', measured: bothSeconds };
  const cpuOfBoth = median(rounds.map((round) => round.ps.cpuSeconds + round.lsof.cpuSeconds));
  const seen = part(stage, 'snapshot').count;
  if (seen < crowdSize) throw new BenchError(`the snapshot holds ${seen} processes`);
  return [
    {
      what: `whole scan of ${seen} processes with its case, beyond the interval of ${interval} s`,
      target: 0.9,
      measured: secondsOf(usual) - interval,
      unit: 's',
      note: cpu(usual),
      peer: both,
    },
    { what: 'its memory, with the case', target: 120, measured: peakOf(usual), unit: 'MB' },
    {
      what: `the same with \`--interval 0\`: nothing is read while CPU is watched`,
      measured: secondsOf(whole),
      unit: 's',
      note: cpu(whole),
      peer: both,
    },
    { what: 'its memory', measured: peakOf(whole), unit: 'MB' },
    {
      what: `scan of ${seen} processes, \`--interval 0 --no-persistence\``,
      target: 0.9,
      measured: secondsOf(scan),
      unit: 's',
      note: cpu(scan),
      peer: both,
    },
    {
      what: 'its memory, the largest of its processes',
      target: 120,
      measured: peakOf(scan),
      unit: 'MB',
    },
    {
      what: 'process snapshot, from start to end of a process',
      target: bothSeconds / 2,
      measured: secondsOf(snapshot),
      unit: 's',
      note: `${cpu(snapshot)}; theirs ${cpuOfBoth.toFixed(2)} s`,
      peer: both,
    },
  ];
}

/** The shared walk against find, of the same tree in turn; from start to end of a process, as find is. */
function walk(stage: Stage): readonly Row[] {
  const find = peer(stage, 'find');
  const rounds = repeat(runs, () => ({
    ours: costOf(stage, [stage.part, 'walk']),
    theirs: costOf(stage, [...find, '/usr', '-xdev']),
  }));
  const ours = rounds.map((round) => round.ours);
  const theirs = secondsOf(rounds.map((round) => round.theirs));
  const { count, note } = part(stage, 'walk');
  const fileSystem = Bun.spawnSync(['stat', '-f', '-c', '%T', '/usr']).stdout.toString().trim();
  const what = `shared walk of /usr with flags and capabilities: ${count} names, ${note} (${fileSystem}, warm)`;
  return [
    {
      what,
      target: 3 * theirs,
      measured: secondsOf(ours),
      unit: 's',
      note: cpu(ours),
      peer: { name: 'find /usr -xdev', measured: theirs },
    },
    { what: 'its memory', target: 120, measured: peakOf(ours), unit: 'MB' },
  ];
}

function sweep(stage: Stage): Row {
  const all = repeat(runs, () => part(stage, 'sweep'));
  const what = 'kill(0) and scheduler over 4,194,304 pids';
  return { what, target: 1.2, measured: msOf(all) / 1000, unit: 's' };
}

async function registers(stage: Stage): Promise<Row> {
  const hasher = await startHasher(stage);
  try {
    const all = repeat(runs, () => part(stage, 'registers', hasher.pid));
    if (all.every((told) => told.count === 0)) throw new BenchError('no register was sampled');
    const note = all.find((told) => told.count > 0)?.note ?? '';
    const what = 'registers of one thread of librandomx';
    return { what, target: 2.5, measured: msOf(all), unit: 'ms', note };
  } finally {
    hasher.kill('SIGKILL');
    await hasher.exited;
  }
}

async function memory(stage: Stage): Promise<Row> {
  const holder = await startHolder(64);
  try {
    const all = repeat(runs, () => part(stage, 'memory', holder.pid));
    const read = Math.min(...all.map((told) => told.count));
    if (read < 60 << 20) throw new BenchError(`only ${read} bytes of memory were read`);
    return { what: '64 MiB of a suspect’s memory', target: 400, measured: msOf(all), unit: 'ms' };
  } finally {
    holder.kill('SIGKILL');
    await holder.exited;
  }
}

function report(stage: Stage): Row {
  const all = repeat(Math.min(runs, 3), () => part(stage, 'report'));
  const size = median(all.map((told) => told.count));
  const what = `HTML report of ${crowdSize} processes`;
  return { what, measured: msOf(all), unit: 'ms', note: `${(size / megabyte).toFixed(1)} MB` };
}

function version(stage: Stage): Row {
  const all = repeat(Math.max(runs, 9), () => costOf(stage, [stage.demine, '--version']));
  return { what: '`demine --version`', target: 25, measured: secondsOf(all) * 1000, unit: 'ms' };
}

function priority(stage: Stage): Row {
  const { count, note } = part(stage, 'priority');
  return { what: 'own priority during a scan', target: 5, measured: count, unit: 'nice', note: note ?? '' };
}

function machine(load: number): string {
  const [first] = cpus();
  const words = [`Linux ${release()}`, `${cpus().length} cores`, first?.model ?? process.arch];
  return `${words.join(', ')}; load before ${load.toFixed(1)}; median of ${runs} runs`;
}

async function hostRows(stage: Stage): Promise<readonly Row[]> {
  const rows: Row[] = [version(stage)];
  rows.push(...wholeScan(stage), ...walk(stage), sweep(stage), report(stage), priority(stage));
  rows.push(await registers(stage), await memory(stage));
  return rows;
}

/** Inside the namespaces. */
async function measure(stage: Stage): Promise<number> {
  const [load = 0] = loadavg();
  const rows: Row[] = [];
  // The logs first: the crowd of the host stays until the end.
  if (isAsked('logs')) rows.push(...logRows(stage, runs));
  if (isAsked('evtx')) rows.push(...evtxRows(stage, runs));
  if (isAsked('hives')) rows.push(...hiveRows(stage, runs));
  if (isAsked('removal')) rows.push(...(await removalRows(runs)));
  if (isAsked('host') || isAsked('watch')) await gatherCrowd(stage);
  if (isAsked('watch')) rows.push(...(await watchRows(stage, crowdSize)));
  if (isAsked('host')) rows.unshift(...(await hostRows(stage)));
  const text = machine(load);
  process.stdout.write(`${text}\n\n${markdown(rows)}\n`);
  if (load > cpus().length / 2) {
    process.stdout.write(
      `\nOther work had this machine at load ${load.toFixed(1)}: the times tell of it too.\n`,
    );
  }
  if (options.json !== undefined) {
    const told = rows.map((row) => ({ ...row, missed: missed(row) }));
    writeFileSync(options.json, `${JSON.stringify({ machine: text, rows: told }, null, 2)}\n`);
  }
  return rows.some(missed) ? 1 : 0;
}

/** What hosts of the lab are made of, as `scripts/test.ts` tells it. */
const labOf = ({ root }: Stage): Readonly<Record<string, string>> =>
  isAsked('removal')
    ? {
        DEMINE_TEST_ROOT: root.root,
        DEMINE_TEST_STANDINS: root.standIns,
        DEMINE_TEST_LAB_ROOT: labRoot(),
      }
    : {};

/** The same program again, in namespaces of its own that end with it. */
function enter(stage: Stage): number {
  const rights = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user'];
  const kinds = ['--mount', '--pid', '--fork', '--net', '--ipc', '--uts', '--cgroup', '--mount-proc'];
  const command = [process.execPath, import.meta.path, ...process.argv.slice(2)];
  const run = Bun.spawnSync(
    ['unshare', ...rights, ...kinds, '--kill-child', '--propagation', 'private', ...command],
    {
      stdio: ['ignore', 'inherit', 'inherit'], // The second lets the stand-ins of the lab run here.
      env: {
        ...process.env,
        ...labOf(stage),
        [entered]: JSON.stringify(stage),
        [outerNamespaces]: ownNamespaces(),
        DEMINE_IN_NAMESPACE: '1',
      },
    },
  );
  return run.exitCode;
}

try {
  const given = process.env[entered];
  if (given !== undefined) {
    const stage: Stage = JSON.parse(given);
    // What still runs in here ends with this process, and must not keep it.
    process.exit(await measure(stage));
  } else {
    // Where there is a network; inside the namespaces there is none.
    if (isAsked('logs')) plasoRoot();
    if (isAsked('evtx') || isAsked('hives')) windowsTools();
    const stage = await prepare(testRoot());
    try {
      process.exitCode = enter(stage);
    } finally {
      rmSync(stage.folder, { recursive: true });
    }
  }
} catch (thrown) {
  if (thrown instanceof BenchError || thrown instanceof TestRootError) fail(thrown.message);
  throw thrown;
}
