/**
 * `linux.processes`: every process that /proc lists, with what ranking and judging need of all of them.
 *
 * Why: a miner is a process; name, parent, executable, unit, container, CPU and descriptors of all others are
 * what it is judged against.
 * What it is NOT: the search for hidden processes (`probe/`), nor a look into memory. Threads are counted and
 * are no processes.
 * Cost: 2,000 processes within 0.25 s and 40 MB. A target that does not run has no processes: absent.
 * Sources: proc(5).
 */
import type { ProcessFact } from '../../model/facts/process.ts';
import type { Printable } from '../../model/text.ts';
import type { Target } from '../../target/port.ts';
import type { Artifact } from '../artifact.ts';
import { ProcessReader, processesArtifact, procFolder, type ReaderOptions } from './process-reader.ts';

/** Three times the pids of a busy large host; past it the listing counts as truncated. */
const mostProcesses = 100_000;

/** The pid that a name in /proc stands for. */
export function pidOf(name: Printable): number | undefined {
  return /^[1-9]\d{0,9}$/.test(name) ? Number(name) : undefined;
}

/** One process by its pid, listed or not. Undefined when it is gone. */
export function readProcess(
  target: Target,
  pid: number,
  options: ReaderOptions = {},
): ProcessFact | undefined {
  const reader = new ProcessReader(target, options);
  const fact = reader.read(pid);
  reader.finish();
  return fact;
}

export const processes: Artifact = {
  id: processesArtifact,
  order: 1,
  required: true,
  sources: [
    { kind: 'directory', path: '/proc', live: true },
    { kind: 'glob', path: '/proc/[0-9]*/{stat,status,cmdline,cgroup,limits}', live: true },
    { kind: 'link', path: '/proc/[0-9]*/{exe,cwd,root,ns/*}', live: true },
    { kind: 'directory', path: '/proc/[0-9]*/fd', live: true },
    { kind: 'file', path: '/proc/stat', live: true },
    { kind: 'file', path: '/etc/passwd', live: false },
  ],
  gather(context) {
    const { target, log } = context;
    const listing = target.readNow({ kind: 'directory', path: procFolder });
    const pids = listing.entries.flatMap((entry) => pidOf(entry.name) ?? []);
    const cut = pids.length > mostProcesses;
    const nothing = pids.length === 0;
    const listed = listing.status === 'ok' || listing.status === 'empty';
    log.record({
      source: procFolder,
      artifact: processesArtifact,
      status: cut ? 'truncated' : nothing && listed ? 'absent' : listing.status,
      bytes: 0,
      ...(cut
        ? { reason: `more than ${mostProcesses} processes` }
        : nothing
          ? { reason: listing.reason ?? 'no process is shown here: the target does not run' }
          : {}),
    });
    if (nothing) return Promise.resolve([]);
    const reader = new ProcessReader(target, { log });
    const facts = pids.slice(0, mostProcesses).flatMap((pid) => reader.read(pid) ?? []);
    reader.finish();
    return Promise.resolve(facts);
  },
};
