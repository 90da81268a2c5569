/**
 * /proc/pid/cmdline: argv as the process shows it now.
 *
 * Why: pool, wallet and algorithm often stand there, and a process that writes over its argv to look like
 * another is itself a sign.
 * What it is NOT: what the process was started with. It owns that memory; the kernel copies what is there.
 * Source: proc_pid_cmdline(5); fs/proc/base.c get_mm_cmdline. Arguments end in NUL. Where the last byte of the
 * argument area is not NUL, the process wrote over it (setproctitle) and the text may run on into what was
 * the environment.
 */
import type { Printable } from '../model/text.ts';
import { printableBytes } from '../model/text.ts';
import { find } from './ascii.ts';

const mostArguments = 4096;

export interface CommandLine {
  readonly argv: readonly Printable[];
  /** True when arguments past the bound were left out. */
  readonly truncated: boolean;
}

export function parseCmdline(bytes: Uint8Array): CommandLine {
  // Title writers pad with NUL or space up to the length of the old argv; padding says nothing.
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end -= 1;
  if (!bytes.subarray(0, end).includes(0)) while (end > 0 && bytes[end - 1] === 0x20) end -= 1;
  const argv: Printable[] = [];
  for (let at = 0; at < end; ) {
    if (argv.length === mostArguments) return { argv, truncated: true };
    const stop = find(bytes, 0, at, end);
    argv.push(printableBytes(bytes.subarray(at, stop)));
    at = stop + 1;
  }
  return { argv, truncated: false };
}
