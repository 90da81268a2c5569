/**
 * `linux.mounts`: the mount tables of all mount namespaces.
 *
 * Reads: /proc/<pid>/mountinfo of one process per mount namespace.
 * Why: a folder bound over /proc/<pid> hides a miner in one namespace and stands in its table (linux-hiding
 * §3.1). What it is NOT: fstab, and nothing is mounted or unmounted. A host with many containers has the same
 * few hundred mounts in each; past the bound only what lies over /proc is kept.
 */
import { type MountEntry, mostMounts as mostOfTable, parseMountInfo } from '../../formats/mountinfo.ts';
import type { Fact } from '../../model/fact.ts';
import type { ProcessFact } from '../../model/facts/process.ts';
import { printableText } from '../../model/text.ts';
import type { Artifact, ArtifactContext } from '../artifact.ts';
import { readFileNow, recordCall, releaseAfter } from './reading.ts';

const artifact = 'linux.mounts';
const mostNamespaces = 2048;
const mostMounts = 20_000;
const triesPerNamespace = 3;
/** A table of a thousand mounts is about 200 KiB; overlay lines of many layers reach a page each. */
const tableLimit = 16 * 1024 * 1024;

type Holder = number | 'self';

function namespaceHolders(
  processes: readonly ProcessFact[],
): readonly (readonly [number, readonly Holder[]])[] {
  const found = new Map<number, number[]>();
  for (const process of processes) {
    const namespace = process.namespaces.mnt;
    if (namespace === undefined || process.state === 'Z' || process.state === 'X') continue;
    const holders = found.get(namespace);
    if (holders === undefined) found.set(namespace, [process.pid]);
    else if (holders.length < triesPerNamespace) holders.push(process.pid);
  }
  return found.size > 0 ? [...found] : [[0, ['self']]];
}

/** Mounts over /proc are what hides processes: they are never left out. */
const coversProc = (entry: MountEntry): boolean => entry.mountPoint.startsWith('/proc/');

interface TableRead {
  readonly facts: readonly Fact[];
  /** Mounts past the bound of all tables. */
  readonly left: number;
}

function readTable(
  context: ArtifactContext,
  namespace: number,
  holder: Holder,
  kept: number,
): TableRead | undefined {
  const path = printableText(`/proc/${holder}/mountinfo`);
  const reading = readFileNow(context, artifact, path, tableLimit);
  if (!reading.readable || reading.bytes.length === 0) return undefined;
  const entries = parseMountInfo(reading.bytes);
  if (entries.length >= mostOfTable && reading.status === 'ok') {
    const reason = `more than ${mostOfTable} mounts`;
    recordCall(context, artifact, path, { status: 'truncated', reason });
  }
  let room = mostMounts - kept;
  const wanted = entries.filter((entry) => coversProc(entry) || room-- > 0);
  const facts = wanted.map(
    (entry): Fact => ({
      kind: 'mount',
      source: { source: path, line: entry.line },
      mountPoint: entry.mountPoint,
      root: entry.root,
      fileSystem: entry.fileSystem,
      device: entry.source,
      options: [...entry.options, ...entry.superOptions],
      namespace,
      text: entry.text,
    }),
  );
  return { facts, left: entries.length - wanted.length };
}

export const mounts: Artifact = {
  id: artifact,
  sources: [{ kind: 'glob', path: '/proc/[0-9]*/mountinfo', live: true }],
  order: 3,
  required: true,
  gather(context) {
    const processes = context.facts.of('process');
    if (context.target.kind === 'folder' && processes.length === 0) return Promise.resolve([]);
    const facts: Fact[] = [];
    const namespaces = namespaceHolders(processes);
    let unread = Math.max(0, namespaces.length - mostNamespaces);
    let left = 0;
    for (const [namespace, holders] of namespaces.slice(0, mostNamespaces)) {
      let table: TableRead | undefined;
      for (const holder of holders) {
        table = readTable(context, namespace, holder, facts.length);
        if (table !== undefined) break;
      }
      if (table === undefined) unread += 1;
      left += table?.left ?? 0;
      releaseAfter((table?.left ?? 0) + (table?.facts.length ?? 0));
      for (const fact of table?.facts ?? []) facts.push(fact);
    }
    if (unread > 0) {
      const reason = `${unread} mount namespaces not read`;
      recordCall(context, artifact, 'mount namespaces', { status: 'truncated', reason });
    }
    // What is left out lies over no process: that the verdict rests on, so the table still counts as read.
    if (left > 0)
      recordCall(context, artifact, 'mounts', {
        status: 'truncated',
        reason: `${left} mounts past the bound`,
      });
    return Promise.resolve(facts);
  },
};
