/**
 * The pids that the control groups list: a view of processes that few rootkits think of (linux-hiding §3.2).
 *
 * Not an artifact of its own: it gives no facts, only numbers for the comparison of views. A pid of another
 * namespace is shown as 0 and left out. Bounded by folders and bytes.
 */
import type { SourceLog } from '../../model/source-log.ts';
import { joinPath, type PathText, printableText } from '../../model/text.ts';
import type { Target } from '../../target/port.ts';

const artifact = 'probe.cgroup-pids';
const mostFolders = 20_000;
const fileLimit = 1 << 20;
const procs = printableText('cgroup.procs');

/** Roots to walk: the unified tree, the unified part of a hybrid host, and systemd's own tree of v1. */
const roots = ['/sys/fs/cgroup', '/sys/fs/cgroup/unified', '/sys/fs/cgroup/systemd'].map(printableText);

export function listCgroupPids(target: Target, log: SourceLog): readonly number[] {
  const pids = new Set<number>();
  const seen = new Set<PathText>();
  for (const root of roots) {
    const own = target.readNow({ kind: 'file', path: joinPath(root, procs), limit: fileLimit });
    if (own.status !== 'ok' && own.status !== 'empty' && own.status !== 'truncated') continue;
    const waiting: PathText[] = [root];
    for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
      if (seen.has(folder)) continue;
      seen.add(folder);
      if (seen.size > mostFolders) {
        log.record({
          source: root,
          artifact,
          status: 'truncated',
          reason: `${mostFolders} groups`,
          bytes: 0,
        });
        return [...pids];
      }
      const path = joinPath(folder, procs);
      const file = target.readNow({ kind: 'file', path, limit: fileLimit });
      for (const line of Buffer.from(file.bytes).toString('latin1').split('\n')) {
        const pid = Number(line);
        if (pid > 0) pids.add(pid);
      }
      for (const { name, type } of target.readNow({ kind: 'directory', path: folder }).entries) {
        if (type === 'directory') waiting.push(joinPath(folder, name));
      }
    }
    log.record({ source: root, artifact, status: 'ok', bytes: 0 });
  }
  if (seen.size === 0) log.record({ source: roots[0] ?? procs, artifact, status: 'absent', bytes: 0 });
  return [...pids];
}
