/**
 * What logs cost: text to events, stored and found again, a gigabyte past all ways in, the journal, memory, and the
 * same files by log2timeline.
 *
 * Everything is counted in CPU seconds of a process from its start to its end, all of its threads together: that is
 * what one core does, whatever else the machine does. Logs are written anew (`written-logs.ts`) and read the way a
 * scan reads them. To be called in namespaces that end with the caller, for it mounts.
 */
import { copyFileSync, cpSync, mkdirSync, rmSync, statSync, utimesSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { log2timeline } from './log2timeline.ts';
import { packed, writeJournal } from './made-in-root.ts';
import { BenchError, type Cost, costOf, type Stage } from './stage.ts';
import { line, median, type Row } from './table.ts';
import { type LogName, writeLog } from './written-logs.ts';

const megabyte = 1e6;
/** When the logs end: what has no year belongs to that one. */
const written = new Date(Date.UTC(2024, 2, 20));
const places: Readonly<Record<LogName, string>> = {
  auth: 'var/log/auth.log',
  syslog: 'var/log/syslog',
  access: 'var/log/nginx/access.log',
  audit: 'var/log/audit/audit.log',
  journal: 'var/log/journal/9c2e7a41d5f84b06b3a81c0e6f7d2945',
};
const texts = ['auth', 'syslog', 'access', 'audit'] as const;

const cpuOf = (costs: readonly Cost[]): number => median(costs.map((cost) => cost.cpuSeconds));
const peakOf = (costs: readonly Cost[]): number =>
  Math.max(...costs.map((cost) => cost.peakBytes)) / megabyte;
const repeat = (times: number, once: () => Cost): readonly Cost[] => Array.from({ length: times }, once);
const count = (value: number): string => value.toLocaleString('en-US');

/** A root file system that has nothing but logs. Ended by whoever takes it. */
class LogRoot {
  readonly path: string;
  lines = 0;

  constructor(stage: Stage, name: string) {
    this.path = join(stage.folder, `root-${name}`);
    for (const folder of ['etc', 'usr']) mkdirSync(join(this.path, folder), { recursive: true });
  }

  /** The folder of its logs. */
  get logs(): string {
    return join(this.path, 'var/log');
  }

  place(name: LogName): string {
    const path = join(this.path, places[name]);
    mkdirSync(dirname(path), { recursive: true });
    return path;
  }

  /** @returns its lines */
  write(name: (typeof texts)[number], bytes: number, secondsBetween?: number): number {
    const path = this.place(name);
    const { lines } = writeLog(name, path, bytes, secondsBetween);
    utimesSync(path, written, written);
    this.lines += lines;
    return lines;
  }

  remove(): void {
    rmSync(this.path, { recursive: true });
  }
}

function measured(stage: Stage, command: readonly string[]): Cost {
  const cost = costOf(stage, command);
  if (cost.exitCode !== 0) throw new BenchError(`${command.join(' ')} ended with ${cost.exitCode}`);
  return cost;
}

const part = (stage: Stage, what: 'decode' | 'ways', { path, lines }: LogRoot): Cost =>
  measured(stage, [stage.part, 'log', what, String(lines), path]);

interface Measured {
  readonly rows: readonly Row[];
  /** MB, of the largest process. */
  readonly peak: number;
}

function decoding(stage: Stage, runs: number): Measured {
  let peak = 0;
  const rows = texts.map((name): Row => {
    const root = new LogRoot(stage, name);
    try {
      root.write(name, 100e6);
      const costs = repeat(runs, () => part(stage, 'decode', root));
      peak = Math.max(peak, peakOf(costs));
      return {
        what: `${places[name]} to events: ${count(root.lines)} lines, 100 MB`,
        target: 500_000,
        measured: root.lines / cpuOf(costs),
        unit: 'lines/s',
        note: `CPU ${cpuOf(costs).toFixed(2)} s, ${peakOf(costs).toFixed(0)} MB`,
      };
    } finally {
      root.remove();
    }
  });
  return { rows, peak };
}

function ways(stage: Stage, runs: number): Measured {
  const root = new LogRoot(stage, 'ways');
  try {
    root.write('access', 1e9);
    const costs = repeat(Math.min(runs, 3), () => part(stage, 'ways', root));
    const what = `1 GB of access logs past all ways in: ${count(root.lines)} lines`;
    const row: Row = {
      what,
      target: 20,
      measured: cpuOf(costs),
      unit: 's',
      note: `${peakOf(costs).toFixed(0)} MB`,
    };
    return { rows: [row], peak: peakOf(costs) };
  } finally {
    root.remove();
  }
}

function journal(stage: Stage, runs: number): Measured {
  const root = new LogRoot(stage, 'journal');
  try {
    const exported = join(stage.folder, 'journal.export');
    writeLog('journal', exported, 400e6);
    root.lines = writeJournal(stage, exported, root.place('journal'));
    rmSync(exported);
    const costs = repeat(runs, () => part(stage, 'decode', root));
    const row: Row = {
      what: `journal to events: ${count(root.lines)} entries of 24 fields, large values packed`,
      target: 200_000,
      measured: root.lines / cpuOf(costs),
      unit: 'entries/s',
      note: `CPU ${cpuOf(costs).toFixed(2)} s, ${peakOf(costs).toFixed(0)} MB`,
    };
    return { rows: [row], peak: peakOf(costs) };
  } finally {
    root.remove();
  }
}

/** A case that holds no events yet; a copy of it is one too. */
function emptyCase(stage: Stage, root: LogRoot): string {
  const path = join(stage.folder, 'empty-case');
  const scan = [stage.demine, 'scan', root.path, '--no-logs', '--no-persistence', '--out', path];
  const { exitCode } = costOf(stage, scan);
  if (exitCode === 2) throw new BenchError('no case was made');
  return path;
}

/** Reads the logs of a root into a case of their own; the case stays until the next. */
function stored(stage: Stage, root: LogRoot, empty: string): Cost {
  const path = join(stage.folder, 'case');
  rmSync(path, { recursive: true, force: true });
  cpSync(empty, path, { recursive: true });
  return measured(stage, [stage.demine, 'case', 'add', path, root.logs]);
}

function storedAlone(stage: Stage, root: LogRoot): Cost {
  const path = join(stage.folder, 'alone.sqlite');
  rmSync(path, { force: true });
  try {
    return measured(stage, [stage.part, 'log', 'store', String(root.lines), root.logs, path]);
  } finally {
    rmSync(path, { force: true });
  }
}

function storing(stage: Stage, runs: number): Measured {
  const root = new LogRoot(stage, 'store');
  try {
    for (const name of texts) root.write(name, 40e6);
    const empty = emptyCase(stage, root);
    const costs = repeat(Math.min(runs, 3), () => stored(stage, root, empty));
    const alone = repeat(Math.min(runs, 3), () => storedAlone(stage, root));
    const search = [
      stage.demine,
      'timeline',
      join(stage.folder, 'case'),
      '--grep',
      'Accepted publickey for carol',
    ];
    const searches = repeat(runs, () => measured(stage, search));
    const size = statSync(join(stage.folder, 'case', 'case.sqlite')).size / megabyte;
    const rows: readonly Row[] = [
      {
        what: `\`demine case add\`: ${count(root.lines)} lines of the four to a case, secrets masked`,
        target: 80_000,
        measured: root.lines / cpuOf(costs),
        unit: 'lines/s',
        note: `CPU ${cpuOf(costs).toFixed(2)} s, ${peakOf(costs).toFixed(0)} MB; the case ${size.toFixed(0)} MB`,
      },
      {
        what: 'the same without the analysis of each host: read, masked and stored alone',
        measured: root.lines / cpuOf(alone),
        unit: 'lines/s',
        note: `CPU ${cpuOf(alone).toFixed(2)} s, ${peakOf(alone).toFixed(0)} MB`,
      },
      {
        what: `\`demine timeline --grep\` over them`,
        measured: cpuOf(searches),
        unit: 's',
        note: `${peakOf(searches).toFixed(0)} MB`,
      },
    ];
    return { rows, peak: Math.max(peakOf(costs), peakOf(alone), peakOf(searches)) };
  } finally {
    root.remove();
    for (const name of ['case', 'empty-case'])
      rmSync(join(stage.folder, name), { recursive: true, force: true });
  }
}

/** Four logs in a row, each packed with the largest window that zstd takes without being asked for more. */
function windows(stage: Stage): Measured {
  const root = new LogRoot(stage, 'windows');
  try {
    const lines = root.write('auth', 300e6);
    const log = root.place('auth');
    const first = packed(stage, log, 27);
    rmSync(log);
    for (const age of [1, 2, 3, 4]) copyFileSync(first, `${log}.${age}.zst`);
    rmSync(first);
    for (const age of [1, 2, 3, 4]) utimesSync(`${log}.${age}.zst`, written, written);
    root.lines = 4 * lines;
    const cost = part(stage, 'decode', root);
    const what = 'memory for four logs of 300 MB in zstd with a window of 128 MiB';
    const row: Row = {
      what,
      target: 256,
      measured: peakOf([cost]),
      unit: 'MB',
      note: `CPU ${cost.cpuSeconds.toFixed(2)} s`,
    };
    return { rows: [row], peak: peakOf([cost]) };
  } finally {
    root.remove();
  }
}

/** The same files, once each; both write what they found to a store of their own. */
function beside(stage: Stage): Measured {
  const root = new LogRoot(stage, 'beside');
  try {
    for (const name of texts) root.write(name, 4e6);
    const exported = join(stage.folder, 'journal.export');
    writeLog('journal', exported, 6e6);
    root.lines += writeJournal(stage, exported, root.place('journal'));
    rmSync(exported);
    const empty = emptyCase(stage, root);
    const ours = stored(stage, root, empty);
    const theirs = log2timeline(stage, root.logs);
    const row: Row = {
      what: `the five kinds, ${count(root.lines)} lines and entries, to a store`,
      target: theirs.cpuSeconds / 50,
      measured: ours.cpuSeconds,
      unit: 's',
      note: `CPU; ${(theirs.cpuSeconds / ours.cpuSeconds).toFixed(0)} times faster, ${peakOf([ours]).toFixed(0)} MB; theirs ${count(theirs.events)} events, ${theirs.peakMegabytes.toFixed(0)} MB`,
      peer: {
        name: `log2timeline ${theirs.version}${theirs.isSingle ? ', one process' : ''}`,
        measured: theirs.cpuSeconds,
      },
    };
    return { rows: [row], peak: peakOf([ours]) };
  } finally {
    root.remove();
    for (const name of ['case', 'empty-case'])
      rmSync(join(stage.folder, name), { recursive: true, force: true });
  }
}

const told = ({ rows, peak }: Measured): Measured => {
  for (const row of rows) process.stderr.write(`${line(row)}\n`);
  return { rows, peak };
};

/** Each row is told when it is there as well: the last of them takes minutes. */
export function logRows(stage: Stage, runs: number): readonly Row[] {
  const all = [decoding, journal, ways, storing].map((measure) => told(measure(stage, runs)));
  const packedLogs = told(windows(stage));
  const peak = Math.max(...all.map((one) => one.peak));
  return [
    ...all.flatMap(({ rows }) => rows),
    { what: 'memory, the largest of all these', target: 256, measured: peak, unit: 'MB' },
    ...packedLogs.rows,
    ...told(beside(stage)).rows,
  ];
}
