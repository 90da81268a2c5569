/** Starts and ends the processes of tests. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseProcStat } from '../formats/proc-pid-stat.ts';

export interface Started {
  readonly pid: number;
  /** What stood behind `ready`. */
  readonly said: string;
  end(): Promise<void>;
  kill(signal: NodeJS.Signals): void;
}

const started: Started[] = [];

async function firstLine(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<string> {
  let text = '';
  const reader = stream.getReader();
  while (!text.includes('\n')) {
    const { value, done } = await reader.read();
    if (done) break;
    text += new TextDecoder().decode(value);
  }
  reader.releaseLock();
  return text.slice(0, Math.max(0, text.indexOf('\n')));
}

/** A role of `process.fixture.ts`; returns when it is ready. */
export async function startRole(role: string, ...args: string[]): Promise<Started> {
  const child = Bun.spawn([process.execPath, join(import.meta.dir, 'process.fixture.ts'), role, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const line = await firstLine(child.stdout);
  if (!line.startsWith('ready')) throw new Error(`${role} did not become ready`);
  return keep(child, line.slice(5).trim());
}

/** A program of this system, which is ready at once. */
export function startProgram(...command: string[]): Started {
  return keep(Bun.spawn(command, { stdio: ['ignore', 'ignore', 'inherit'] }), '');
}

function keep(child: Bun.Subprocess, said: string): Started {
  const one: Started = {
    pid: child.pid,
    said,
    end: async () => {
      child.kill('SIGKILL');
      await child.exited;
    },
    kill: (signal) => {
      child.kill(signal);
    },
  };
  started.push(one);
  return one;
}

/** For `afterEach`. */
export async function endAll(): Promise<void> {
  for (const one of started.splice(0)) await one.end();
}

/** The stat line of a thread or process, as the test sees it. */
export function statOf(pid: number, tid = pid): NonNullable<ReturnType<typeof parseProcStat>> {
  const stat = parseProcStat(readFileSync(`/proc/${pid}/task/${tid}/stat`));
  if (stat === undefined) throw new Error(`no stat of ${pid}/${tid}`);
  return stat;
}

/** Waits until it is so; a test that waits for ever fails by its own time limit. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await Bun.sleep(5);
}
