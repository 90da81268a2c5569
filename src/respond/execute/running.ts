/**
 * Which processes run one of some files now: as their program, or as the script that an interpreter was given.
 *
 * Why: between the plan and the moment at which it is carried out a respawner starts its miner anew; a pid of the plan is
 * stale within seconds, the file is not. Only in our own mount namespace: the same path in a container is another file.
 * What it is NOT: a search for hidden processes; those are in the plan by their pids.
 */
import { readlinkSync } from 'node:fs';
import { type ProcStat, parseProcStat } from '../../formats/proc-pid-stat.ts';
import { printableBytes } from '../../model/text.ts';
import type { Native } from '../../native/port.ts';
import { processFolder } from '../../native/process-folder.ts';
import type { Member } from '../freeze/freeze.ts';
import { scriptOf } from './script-of.ts';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const deleted = / \(deleted\)$/;

export function statOf(native: Native, pid: number): ProcStat | undefined {
  const file = native.readFile(encode(`${processFolder(pid)}/stat`), 4096);
  return file.status === 'ok' ? parseProcStat(file.value) : undefined;
}

function linkOf(path: string): Uint8Array | undefined {
  try {
    return readlinkSync(path, 'buffer');
  } catch {
    // It ended, or is a thread of the kernel: then it runs none of the files.
    return undefined;
  }
}

const same = (a: Uint8Array | undefined, b: Uint8Array | undefined): boolean =>
  a !== undefined && b !== undefined && Buffer.compare(a, b) === 0;

function runsOneOf(native: Native, folder: string, programs: ReadonlySet<string>): boolean {
  const exe = linkOf(`${folder}/exe`);
  if (exe === undefined) return false;
  const program = printableBytes(exe).replace(deleted, '');
  if (programs.has(program)) return true;
  const line = native.readFile(encode(`${folder}/cmdline`), 65_536);
  if (line.status !== 'ok') return false;
  const words = Buffer.from(line.value).toString('latin1').split('\0').slice(1);
  const cwd = linkOf(`${folder}/cwd`);
  const printable = words.map((word) => printableBytes(Buffer.from(word, 'latin1')));
  const script = scriptOf(program, printable, cwd === undefined ? undefined : printableBytes(cwd));
  return script !== undefined && programs.has(script);
}

/** Whether a process of this name runs, by the file that it runs and not by what it calls itself. */
export function isRunning(native: Native, name: string): boolean {
  const listing = native.listDirectory(encode('/proc'));
  // Who cannot look does not say that it is not there.
  if (listing.status !== 'ok') return true;
  return listing.value.some((entry) => {
    const text = Buffer.from(entry.name).toString('latin1');
    if (!/^[1-9]\d*$/.test(text)) return false;
    const exe = linkOf(`${processFolder(Number(text))}/exe`);
    return exe !== undefined && printableBytes(exe).replace(deleted, '').endsWith(`/${name}`);
  });
}

export function runningFrom(native: Native, programs: readonly string[]): readonly Member[] {
  if (programs.length === 0) return [];
  const wanted = new Set(programs);
  const listing = native.listDirectory(encode('/proc'));
  if (listing.status !== 'ok') return [];
  const own = linkOf('/proc/thread-self/ns/mnt');
  return listing.value.flatMap(({ name }): readonly Member[] => {
    const text = Buffer.from(name).toString('latin1');
    if (!/^[1-9]\d*$/.test(text)) return [];
    const pid = Number(text);
    const folder = processFolder(pid);
    if (!same(linkOf(`${folder}/ns/mnt`), own) || !runsOneOf(native, folder, wanted)) return [];
    const stat = statOf(native, pid);
    return stat === undefined || stat.state === 'Z'
      ? []
      : [{ pid, startTicks: stat.startTicks, role: 'respawner' }];
  });
}
