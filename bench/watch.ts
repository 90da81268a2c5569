/**
 * What a watch costs while nothing happens, and while somebody writes into a place that it watches ten thousand times a
 * second. CPU of its own process by the kernel's word; scans run in children and are measured as scans.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BenchError, type Stage } from './stage.ts';
import type { Row } from './table.ts';

const idleSeconds = 90;
const floodSeconds = 20;
const writesPerSecond = 10_000;
const names = 200;
const place = '/etc/cron.d';
/** USER_HZ of x64 and arm64. */
const ticksPerSecond = 100;

interface Told {
  readonly seconds: number;
  readonly resident: number;
  readonly anonymous: number;
}

function look(pid: number): Told {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  const fields = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  const status = readFileSync(`/proc/${pid}/status`, 'latin1');
  const kilobytes = (label: string): number =>
    Number(new RegExp(`^${label}:\\s*(\\d+)`, 'm').exec(status)?.[1]) * 1024;
  // proc_pid_stat(5): utime and stime are fields 14 and 15, and the first here is field 3.
  const ticks = (fields[11] ?? 0) + (fields[12] ?? 0);
  return { seconds: ticks / ticksPerSecond, resident: kilobytes('VmRSS'), anonymous: kilobytes('RssAnon') };
}

interface Recorded {
  readonly looks: readonly unknown[];
  readonly counts: { readonly events: number; readonly overflows: number };
}

function recordOf(folder: string): Recorded | undefined {
  try {
    const record: Recorded = JSON.parse(readFileSync(join(folder, 'watch-1', 'record.json'), 'utf8'));
    return record;
  } catch {
    // Not made yet.
    return undefined;
  }
}

/** So many files a second are written anew, in pieces of ten milliseconds. */
async function flood(): Promise<void> {
  const began = performance.now();
  let written = 0;
  for (;;) {
    const passed = performance.now() - began;
    if (passed > floodSeconds * 1000) return;
    for (const wanted = (passed / 1000) * writesPerSecond; written < wanted; written += 1)
      writeFileSync(join(place, `n${written % names}`), '# x\n');
    await Bun.sleep(10);
  }
}

async function firstLook(folder: string): Promise<void> {
  for (let tries = 0; tries < 600; tries += 1) {
    if ((recordOf(folder)?.looks.length ?? 0) > 0) return;
    await Bun.sleep(200);
  }
  throw new BenchError('the watch did not begin');
}

export async function watchRows(stage: Stage, processes: number): Promise<readonly Row[]> {
  mkdirSync(place, { recursive: true });
  const mounted = Bun.spawnSync(['mount', '-t', 'tmpfs', 'watched', place]);
  if (mounted.exitCode !== 0) throw new BenchError(mounted.stderr.toString());
  const folder = join(stage.folder, 'watched');
  Bun.spawnSync([stage.demine, 'scan', '--out', folder, '--no-ask'], {
    stdio: ['ignore', 'ignore', 'ignore'],
  });
  const watch = Bun.spawn([stage.demine, 'watch', folder, '--for', '1h'], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  try {
    await firstLook(folder);
    await Bun.sleep(3_000);
    const before = look(watch.pid);
    await Bun.sleep(idleSeconds * 1000);
    const idle = look(watch.pid);
    const eventsBefore = recordOf(folder)?.counts.events ?? 0;
    await flood();
    const flooded = look(watch.pid);
    // What was told is saved with the next minute.
    await Bun.sleep(61_000);
    const counts = recordOf(folder)?.counts ?? { events: 0, overflows: 0 };
    const told = Math.round((counts.events - eventsBefore) / floodSeconds);
    const percent = (a: Told, b: Told, seconds: number): number => ((b.seconds - a.seconds) / seconds) * 100;
    return [
      {
        what: `\`demine watch\` of a host with ${processes} processes on which nothing happens, CPU of one core`,
        target: 1,
        measured: percent(before, idle, idleSeconds),
        unit: '%',
        note: `over ${idleSeconds} s`,
      },
      {
        what: `the same while ${writesPerSecond.toLocaleString('en-US')} files a second are written into a watched folder`,
        target: 25,
        measured: percent(idle, flooded, floodSeconds),
        unit: '%',
        note: `${told.toLocaleString('en-US')} events/s told, the queue was full ${counts.overflows} times`,
      },
      {
        what: 'its memory after that',
        target: 90,
        measured: flooded.resident / 1e6,
        unit: 'MB',
        note: `${Math.round(flooded.anonymous / 1e6)} MB of its own; before ${Math.round(idle.resident / 1e6)} MB`,
      },
    ];
  } finally {
    watch.kill('SIGINT');
    await watch.exited;
  }
}
