/**
 * Under which name others see this process: ps(1), pgrep(1) and every guard that goes through /proc.
 *
 * What: the name of the main thread (PR_SET_NAME) and the arguments, over which the new name is written where the kernel
 * keeps them (`arg_start` to `arg_end` of proc_pid_stat(5)), as setproctitle(3) does.
 * Why: a guard that knows the names of tools kills them, or waits until they have gone.
 * What it is NOT: hiding. The link /proc/pid/exe leads to our program as before.
 */
import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { setThreadName } from './namespaces.ts';

/** Fields 48 and 49, counted behind the last `)`: state is field 3. */
function argumentArea(): { readonly start: number; readonly size: number } | undefined {
  const stat = readFileSync('/proc/self/stat', 'latin1');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [start, end] = [Number(fields[48 - 3]), Number(fields[49 - 3])];
  const size = end - start;
  return Number.isSafeInteger(start) && start > 0 && size > 1 && size < 2 ** 22 ? { start, size } : undefined;
}

/** @returns false where the arguments could not be written over: then they stand as they were given */
export function renameProcess(name: string): boolean {
  setThreadName(name);
  const area = argumentArea();
  if (area === undefined) return false;
  const bytes = Buffer.alloc(area.size);
  bytes.write(name, 0, Math.max(0, area.size - 1), 'latin1');
  try {
    const descriptor = openSync('/proc/self/mem', 'r+');
    try {
      return writeSync(descriptor, bytes, 0, bytes.length, area.start) === bytes.length;
    } finally {
      closeSync(descriptor);
    }
  } catch {
    // Not ours to write (a hardened kernel): the name of the thread is changed all the same.
    return false;
  }
}
