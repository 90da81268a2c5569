/** Starts and ends the processes of tests. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

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
  // The last first: one that is held by another is only gone once its holder is.
  for (const one of started.splice(0).reverse()) await one.end();
}

export interface Stat {
  readonly pid: number;
  readonly state: string;
  readonly userTicks: number;
  readonly nice: number;
  readonly startTicks: number;
}

/** The stat line of a thread or process, as the test sees it; its name has no parenthesis here. */
export function statOf(pid: number, tid = pid): Stat {
  const text = readFileSync(`/proc/${pid}/task/${tid}/stat`, 'latin1');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  // proc_pid_stat(5) counts from 1, and what stands here begins with field 3.
  const field = (number: number): number => Number(fields[number - 3]);
  return {
    pid: Number.parseInt(text, 10),
    state: fields[0] ?? '',
    userTicks: field(14),
    nice: field(19),
    startTicks: field(22),
  };
}

/** Waits until it is so; a test that waits for ever fails by its own time limit. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await Bun.sleep(5);
}
