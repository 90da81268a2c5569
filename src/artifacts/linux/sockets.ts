/**
 * `linux.sockets`: every socket of every network namespace, by three views.
 *
 * Reads: /proc/<pid>/net/* of one process per namespace, the diag families over netlink in the same namespace,
 * and the descriptors that `linux.processes` found.
 * Why: the pool session, the exposed service it came in by, and sockets that one view hides.
 * What it is NOT: a sniffer; nothing of the traffic is read. A descriptor that stands in no table is no fact:
 * sockets that were never bound, netlink and vsock sockets are like that on every host. A table entry without a
 * descriptor is normal as well (kernel sockets, descriptors in flight, processes we may not read).
 * Volatile: it goes first, right after the processes. Source: linux-hiding §3.3.
 */
import type { SocketEntry } from '../../formats/socket-entry.ts';
import type { SocketFact, SocketView } from '../../model/facts/network.ts';
import type { ProcessFact } from '../../model/facts/process.ts';
import type { SourceId } from '../../model/source.ts';
import { printableText } from '../../model/text.ts';
import type { Artifact, ArtifactContext } from '../artifact.ts';
import { releaseAfter } from './reading.ts';
import {
  type NamespaceHolder,
  netlinkInodes,
  procInodes,
  readNetlinkTable,
  readProcTable,
  readWhole,
  type SocketTable,
  socketTables,
  type TableReading,
} from './socket-tables.ts';
import { hiddenSockets, type Reading, suspectsLeft } from './socket-views.ts';

const artifact = 'linux.sockets';
const mostNamespaces = 256;
/** Processes tried per namespace: the first may be gone by now. */
const triesPerNamespace = 3;
const mostSockets = 100_000;
const mostUnixSockets = 50_000;
/** Sockets that no process holds any more tell little; a busy proxy has tens of thousands, and these do. */
const mostWaiting = 2_000;
const mostOwners = 64;
/** Hidden ones are kept past every other bound, up to this: one is enough for a verdict. */
const mostHidden = 1_000;
/** Accepted by one process: a proxy holds a hundred thousand of its clients, and nobody mines by being called. */
const mostOfProcess = 5_000;
/** What is left out of them is told by this name. */
export const acceptedSockets = 'accepted sockets';
const nobody: readonly number[] = [];
/** Kernel's own id for "cannot be told" (/proc/sys/kernel/overflowuid). */
const overflowUid = 65_534;

/** One live process per network namespace, with spares. */
export function namespaceHolders(
  processes: readonly ProcessFact[],
): readonly (readonly [namespace: number, holders: readonly NamespaceHolder[]])[] {
  const found = new Map<number, number[]>();
  for (const process of processes) {
    const namespace = process.namespaces.net;
    // The net folder of a zombie cannot be read.
    if (namespace === undefined || process.state === 'Z' || process.state === 'X') continue;
    const holders = found.get(namespace);
    if (holders === undefined) found.set(namespace, [process.pid]);
    else if (holders.length < triesPerNamespace) holders.push(process.pid);
  }
  return found.size > 0 ? [...found] : [[0, ['self']]];
}

/** inode → pids, from the descriptors of all processes. */
function ownersByInode(processes: readonly ProcessFact[]): ReadonlyMap<number, readonly number[]> {
  const owners = new Map<number, number[]>();
  for (const process of processes) {
    for (const descriptor of process.descriptors) {
      if (descriptor.kind !== 'socket') continue;
      const pids = owners.get(descriptor.inode);
      if (pids === undefined) owners.set(descriptor.inode, [process.pid]);
      else if (pids.length < mostOwners && pids.at(-1) !== process.pid) pids.push(process.pid);
    }
  }
  return owners;
}

type ViewReading = TableReading & { readonly view: Reading['view'] };

interface Seen {
  readonly entry: SocketEntry;
  readonly source: SourceId;
  /** Each once. There may be a hundred thousand of these, and a Set is five times as large. */
  readonly views: SocketView[];
  readonly traffic?: SocketEntry['traffic'];
}

/** A name with a newline in it writes lines of its choice into /proc/net/unix: what stands there alone may be no socket. */
const writesLines = ({ entries }: ViewReading): boolean =>
  entries.some(({ path }) => path?.includes('%0A') === true);

const keyOf = (entry: SocketEntry): string | number =>
  entry.inode !== 0
    ? entry.inode
    : `${entry.state} ${entry.local.address} ${entry.local.port} ${entry.remote.address} ${entry.remote.port}`;

function note(views: SocketView[], view: SocketView): void {
  if (!views.includes(view)) views.push(view);
}

/** Readings as one list of sockets; the line of /proc is kept for evidence, the counters of netlink. */
function merged(readings: readonly ViewReading[]): Iterable<Seen> {
  const sockets = new Map<string | number, Seen>();
  for (const reading of readings) {
    for (const entry of reading.entries) {
      const key = keyOf(entry);
      const seen = sockets.get(key);
      if (seen === undefined) {
        sockets.set(key, {
          entry,
          source: reading.source,
          views: [reading.view],
          traffic: entry.traffic,
        });
        continue;
      }
      note(seen.views, reading.view);
      const uid = seen.entry.uid ?? entry.uid;
      // A newline in the name of a unix socket ends its line in /proc; over netlink the name comes whole.
      const path = entry.path ?? seen.entry.path;
      if (entry.traffic !== undefined || uid !== seen.entry.uid || path !== seen.entry.path) {
        sockets.set(key, {
          ...seen,
          entry: {
            ...seen.entry,
            ...(uid === undefined ? {} : { uid }),
            ...(path === undefined ? {} : { path }),
          },
          traffic: entry.traffic ?? seen.traffic,
        });
      }
    }
  }
  return sockets.values();
}

const nowhere: ReadonlySet<string> = new Set();
const anyAddress = ['0.0.0.0', '::'] as const;
const isUnixTable = ({ transport }: SocketTable): boolean => transport === 'unix';

/** Where the processes of a namespace listen, `192.0.2.1 443`. */
const servedBy = (readings: readonly ViewReading[]): ReadonlySet<string> =>
  new Set(
    readings.flatMap(({ entries }) =>
      entries.flatMap(({ state, local }) => (state === 'listen' ? [`${local.address} ${local.port}`] : [])),
    ),
  );

/** A client of a server of this host: not who calls himself, by which a call to others could be crowded out. */
const isAccepted = ({ local, remote }: SocketEntry, served: ReadonlySet<string>): boolean =>
  remote.address !== local.address &&
  !/^(?:127\.|::1$)/.test(remote.address) &&
  [local.address, ...anyAddress].some((address) => served.has(`${address} ${local.port}`));

class SocketCollector {
  readonly facts: SocketFact[] = [];
  #inet = 0;
  #unix = 0;
  #waiting = 0;
  #hidden = 0;
  #left = 0;
  /** Sockets of each process, and those that were left of processes with very many. */
  readonly #held = new Map<number, number>();
  #ofMany = 0;
  readonly #context: ArtifactContext;
  readonly #owners: ReadonlyMap<number, readonly number[]>;

  constructor(context: ArtifactContext) {
    this.#context = context;
    this.#owners = ownersByInode(context.facts.of('process'));
  }

  /** False when the holder is gone, so that another may be tried. */
  readNamespace(namespace: number, holder: NamespaceHolder): boolean {
    const { target, log } = this.#context;
    let rows = 0;
    for (const table of socketTables) {
      // By now nobody holds the readings of the table before.
      releaseAfter(rows);
      const first = readProcTable(target, log, artifact, holder, table.transport);
      const unreadable = first.status === 'absent' || first.status === 'error';
      if (unreadable && table.transport === 'tcp' && holder !== 'self') return false;
      const readings: ViewReading[] = [{ ...first, view: 'proc' }];
      if (table.dump !== undefined)
        readings.push({ ...readNetlinkTable(target, log, artifact, holder, table.dump), view: 'netlink' });
      rows = readings.reduce((sum, { entries }) => sum + entries.length, 0);
      this.#keep(namespace, table, readings, this.#looks(table, holder, readings));
    }
    return true;
  }

  /**
   * The readings as sets of inodes, with further looks while a socket stands in one view only: mostly the next
   * look explains it, and four give two bracketed omissions in each view. On a quiet host there is none.
   */
  #looks(table: SocketTable, holder: NamespaceHolder, readings: readonly ViewReading[]): readonly Reading[] {
    const { target, log } = this.#context;
    const { dump, transport } = table;
    const looks: Reading[] = readings.map(({ view, entries }) => ({
      view,
      inodes: new Set(entries.map((entry) => entry.inode).filter((inode) => inode > 0)),
    }));
    if (dump === undefined || !readings.every(readWhole) || !suspectsLeft(looks)) return looks;
    const again = {
      proc: () => procInodes(target, log, artifact, holder, transport),
      netlink: () => netlinkInodes(target, log, artifact, holder, dump),
    };
    for (const view of ['proc', 'netlink', 'proc', 'netlink'] as const) {
      const inodes = again[view]();
      if (inodes === undefined) break;
      looks.push({ view, inodes });
      if (!suspectsLeft(looks)) break;
    }
    return looks;
  }

  #keep(
    namespace: number,
    table: SocketTable,
    readings: readonly ViewReading[],
    looks: readonly Reading[],
  ): void {
    const hidden = readings.every(readWhole)
      ? hiddenSockets(looks)
      : new Map<number, readonly SocketView[]>();
    const later = looks.slice(readings.length);
    const served = isUnixTable(table) ? nowhere : servedBy(readings);
    const isUnix = table.transport === 'unix';
    const written = isUnix && readings.some(writesLines);
    for (const { entry, source, views, traffic } of merged(readings)) {
      const owners = this.#owners.get(entry.inode) ?? nobody;
      if (owners.length > 0) note(views, 'descriptor');
      for (const look of later) if (look.inodes.has(entry.inode)) note(views, look.view);
      if (written && owners.length === 0 && views.every((view) => view === 'proc')) continue;
      const missing = hidden.get(entry.inode);
      const missingFrom = written && missing?.includes('netlink') === true ? undefined : missing;
      if (isUnix && owners.length === 0 && entry.path === undefined && missingFrom === undefined) continue;
      if (entry.inode === 0 && ++this.#waiting > mostWaiting) continue;
      const accepted = entry.state === 'established' && isAccepted(entry, served);
      if (missingFrom === undefined && accepted && this.#isOneOfMany(owners)) {
        this.#ofMany += 1;
        continue;
      }
      const hasRoom = missingFrom === undefined ? this.#hasRoom(isUnix) : ++this.#hidden <= mostHidden;
      if (!hasRoom) {
        this.#left += 1;
        continue;
      }
      this.facts.push({
        kind: 'socket',
        source: { source, ...(entry.line === undefined ? {} : { line: entry.line }) },
        transport: entry.transport,
        state: entry.state,
        local: entry.local,
        remote: entry.remote,
        inode: entry.inode,
        uid: entry.uid ?? this.#ownerUid(owners),
        namespace,
        owners,
        seenBy: views,
        ...(missingFrom === undefined ? {} : { missingFrom }),
        ...(traffic === undefined ? {} : { traffic }),
        ...(entry.path === undefined ? {} : { path: entry.path }),
        text: entry.text,
      });
    }
  }

  /** Whether the process that accepted it has shown as many as tell of it: those beyond are no gap. */
  #isOneOfMany(owners: readonly number[]): boolean {
    const [owner] = owners;
    if (owner === undefined) return false;
    const held = (this.#held.get(owner) ?? 0) + 1;
    this.#held.set(owner, held);
    return held > mostOfProcess;
  }

  #hasRoom(isUnix: boolean): boolean {
    if (isUnix) return ++this.#unix <= mostUnixSockets;
    return ++this.#inet <= mostSockets;
  }

  #ownerUid(owners: readonly number[]): number {
    const [first] = owners;
    return (
      (first === undefined ? undefined : this.#context.facts.process(first)?.effectiveUid) ?? overflowUid
    );
  }

  /** Says in the log what the bounds left out. */
  close(namespacesLeft: number): void {
    if (this.#ofMany > 0) {
      const reason = `${this.#ofMany} more clients of processes that have more than ${mostOfProcess}`;
      const source = printableText(acceptedSockets);
      this.#context.log.record({ source, artifact, status: 'truncated', reason, bytes: 0 });
    }
    const parts: string[] = [];
    if (this.#left > 0) parts.push(`${this.#left} sockets past the bound`);
    if (namespacesLeft > 0) parts.push(`${namespacesLeft} network namespaces not read`);
    if (parts.length === 0) return;
    this.#context.log.record({
      source: printableText('sockets'),
      artifact,
      status: 'truncated',
      reason: parts.join(', '),
      bytes: 0,
    });
  }
}

export const sockets: Artifact = {
  id: artifact,
  sources: [
    ...socketTables.map(({ transport }) => ({
      kind: 'glob' as const,
      path: `/proc/[0-9]*/net/${transport}`,
      live: true,
    })),
    { kind: 'call', path: 'netlink:inet-diag', live: true },
    { kind: 'call', path: 'netlink:unix-diag', live: true },
    { kind: 'call', path: 'netlink:packet-diag', live: true },
  ],
  order: 2,
  required: true,
  async gather(context) {
    const processes = context.facts.of('process');
    if (context.target.kind === 'folder' && processes.length === 0) return [];
    const namespaces = namespaceHolders(processes);
    const collector = new SocketCollector(context);
    let unread = Math.max(0, namespaces.length - mostNamespaces);
    for (const [namespace, holders] of namespaces.slice(0, mostNamespaces)) {
      if (!holders.some((holder) => collector.readNamespace(namespace, holder))) unread += 1;
    }
    collector.close(unread);
    return collector.facts;
  },
};
