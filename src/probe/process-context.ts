/**
 * In which namespaces a suspect lives, all eight kinds, and its limits.
 *
 * Why: a namespace of its own that no container explains is a place to hide in; unlimited locked memory is what
 * RandomX with huge pages wants. For all processes only those namespaces are read that decide where to look.
 * What it is NOT: a judgement; browsers and build tools make namespaces too.
 * Units: inode numbers of namespaces; bytes and count of limits. Sources: namespaces(7), proc_pid_limits(5).
 */
import { parseLimits } from '../formats/proc-limits.ts';
import type { NamespaceKind, ProcessContextFact } from '../model/facts/process.ts';
import type { ProcessIdentity } from '../model/identity.ts';
import type { SourceRecord } from '../model/source.ts';
import { joinPath, phrase, printableText } from '../model/text.ts';
import type { Target } from '../target/port.ts';
import { isStill } from './memory-map.ts';

const artifact = 'probe.process-context';
const kinds: readonly NamespaceKind[] = ['cgroup', 'ipc', 'mnt', 'net', 'pid', 'time', 'user', 'uts'];
const limitsSize = 8192;

export interface ProcessContextResult {
  readonly facts: readonly ProcessContextFact[];
  readonly sources: readonly SourceRecord[];
}

export function probeProcessContext(target: Target, process: ProcessIdentity): ProcessContextResult {
  const { pid, startTicks } = process;
  const folder = phrase`/proc/${pid}/ns`;
  const sources: SourceRecord[] = [];
  const namespaces: Partial<Record<NamespaceKind, number>> = {};
  for (const kind of kinds) {
    const source = joinPath(folder, printableText(kind));
    const { status, reason, target: text } = target.readNow({ kind: 'link', path: source });
    sources.push({ source, artifact, status, bytes: 0, ...(reason === undefined ? {} : { reason }) });
    const inode = Number(/:\[(\d{1,15})\]$/.exec(text)?.[1]);
    if (status === 'ok' && !Number.isNaN(inode)) namespaces[kind] = inode;
    // Where one is refused all are: the same check stands before each. Old kernels lack some.
    if (status !== 'ok' && status !== 'absent') break;
  }
  const source = phrase`/proc/${pid}/limits`;
  const { status, reason, bytes } = target.readNow({ kind: 'file', path: source, limit: limitsSize });
  const size = bytes.length;
  sources.push({ source, artifact, status, bytes: size, ...(reason === undefined ? {} : { reason }) });
  const limits = parseLimits(bytes);
  if (!isStill(target, process)) {
    const ended = { source: phrase`/proc/${pid}`, artifact, reason: 'process ended', bytes: 0 };
    return { facts: [], sources: [{ ...ended, status: 'absent' }] };
  }
  const fact = { kind: 'process-context', source: { source: folder }, pid, startTicks } as const;
  return { facts: [{ ...fact, namespaces, limits }], sources };
}
