/**
 * A process whose name, path, folder and arguments are any bytes: a copy of perl that sleeps.
 *
 * A shell cannot say such bytes, so they go as hexadecimal digits to a launcher that becomes the process.
 */
import { readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { LabHost, Running } from '../lab/harness.ts';

export interface ProcessBytes {
  /** Absolute path of the program; its folder is made. */
  readonly path: Uint8Array;
  /** What it is called with; the first is argv[0]. */
  readonly argv: readonly Uint8Array[];
  readonly cwd?: Uint8Array;
  /** Program that runs under that path. */
  readonly program?: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** What the program says when it is complete; nothing for one that says nothing. */
  readonly readyLine?: string;
  /** Removes the file once it runs. */
  readonly remove?: boolean;
}

const launcher = `
import os, shutil, sys
path, cwd, program, *argv = sys.argv[1:]
path, cwd, argv = bytes.fromhex(path), bytes.fromhex(cwd), [bytes.fromhex(one) for one in argv]
os.makedirs(os.path.dirname(path), exist_ok=True)
shutil.copy(program, path)
os.makedirs(cwd, exist_ok=True)
os.chdir(cwd)
print("launched", flush=True)
os.execv(path, argv)
`;

export const bytes = (text: string): Uint8Array => Buffer.from(text, 'utf8');
const hex = (part: Uint8Array): string => Buffer.from(part).toString('hex');

/** Waits until the launcher has become the program: until then its executable is the interpreter. */
async function untilRunning(host: LabHost, pid: number, path: Uint8Array): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const link = readlinkSync(join(host.root, 'proc', String(pid), 'exe'), 'buffer');
    // Seen from outside, the path has the lab's root before it.
    if (link.subarray(-path.length).equals(Buffer.from(path))) return;
    await Bun.sleep(25);
  }
  const said = readFileSync(join(host.root, 'proc', String(pid), 'cmdline'), 'latin1');
  throw new Error(`process ${pid} did not become ${Buffer.from(path).toString('latin1')}: ${said}`);
}

export async function startBytes(host: LabHost, process: ProcessBytes): Promise<Running> {
  const { path, argv, cwd = bytes('/'), program = '/usr/bin/perl' } = process;
  const running = await host.start(
    ['python3', '-c', launcher, hex(path), hex(cwd), program, ...argv.map(hex)],
    {
      readyLine: process.readyLine ?? 'launched',
      ...(process.environment === undefined ? {} : { environment: process.environment }),
    },
  );
  await untilRunning(host, running.pid, path);
  if (process.remove === true) {
    await host.run(['python3', '-c', 'import os, sys; os.unlink(bytes.fromhex(sys.argv[1]))', hex(path)]);
  }
  return running;
}

/** argv of a perl that sleeps, with `rest` behind. */
export const sleeper = (name: Uint8Array, ...rest: readonly Uint8Array[]): readonly Uint8Array[] => [
  name,
  bytes('-e'),
  bytes('sleep 600'),
  ...rest,
];
