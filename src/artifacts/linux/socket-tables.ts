/**
 * Reads the socket tables of one network namespace through /proc and through netlink.
 *
 * What it is NOT: the judge of differences (`socket-views.ts`) or of owners (`sockets.ts`).
 */
import {
  mostSockets,
  parseInetTable,
  parsePacketTable,
  parseUnixTable,
  tableInodes,
} from '../../formats/proc-net.ts';
import { diagInode, parseInetDiag, parsePacketDiag, parseUnixDiag } from '../../formats/socket-diag.ts';
import type { SocketEntry } from '../../formats/socket-entry.ts';
import type { Transport } from '../../model/facts/network.ts';
import type { SourceId, SourceStatus } from '../../model/source.ts';
import type { SourceLog } from '../../model/source-log.ts';
import { printableText } from '../../model/text.ts';
import type { NetlinkDump } from '../../native/port.ts';
import type { Target } from '../../target/port.ts';

export interface SocketTable {
  readonly transport: Transport;
  /** The same sockets over netlink; ping sockets have no diag family. */
  readonly dump: NetlinkDump | undefined;
}

const inet = (
  transport: Transport,
  family: 'inet' | 'inet6',
  protocol: 'tcp' | 'udp' | 'raw' | 'udplite',
): SocketTable => ({ transport, dump: { kind: 'inet-diag', family, protocol } });

export const socketTables: readonly SocketTable[] = [
  inet('tcp', 'inet', 'tcp'),
  inet('tcp6', 'inet6', 'tcp'),
  inet('udp', 'inet', 'udp'),
  inet('udp6', 'inet6', 'udp'),
  inet('raw', 'inet', 'raw'),
  inet('raw6', 'inet6', 'raw'),
  inet('udplite', 'inet', 'udplite'),
  inet('udplite6', 'inet6', 'udplite'),
  { transport: 'icmp', dump: undefined },
  { transport: 'icmp6', dump: undefined },
  { transport: 'packet', dump: { kind: 'packet-diag' } },
  { transport: 'unix', dump: { kind: 'unix-diag' } },
];

/** A line is about 150 bytes: 16 MiB are 110,000 sockets, more than are kept. */
const tableLimit = 16 * 1024 * 1024;

export interface TableReading {
  readonly status: SourceStatus;
  readonly source: SourceId;
  readonly entries: readonly SocketEntry[];
}

/** `self` for our own namespace, or a process that lives in the namespace. */
export type NamespaceHolder = number | 'self';

const isWhole = (status: SourceStatus): boolean => status === 'ok' || status === 'empty';

export function readWhole(reading: TableReading): boolean {
  return isWhole(reading.status);
}

function parseTable(bytes: Uint8Array, transport: Transport): readonly SocketEntry[] {
  if (transport === 'unix') return parseUnixTable(bytes);
  if (transport === 'packet') return parsePacketTable(bytes);
  return parseInetTable(bytes, transport);
}

function procFile(
  target: Target,
  log: SourceLog,
  artifact: string,
  holder: NamespaceHolder,
  transport: Transport,
): { readonly path: SourceId; readonly status: SourceStatus; readonly bytes: Uint8Array } {
  const path = printableText(`/proc/${holder}/net/${transport}`);
  const result = target.readNow({ kind: 'file', path, limit: tableLimit });
  log.record({
    source: path,
    artifact,
    status: result.status,
    bytes: result.bytes.length,
    ...(result.reason === undefined ? {} : { reason: result.reason }),
  });
  const readable = isWhole(result.status) || result.status === 'truncated';
  return { path, status: result.status, bytes: readable ? result.bytes : new Uint8Array(0) };
}

export function readProcTable(...place: Parameters<typeof procFile>): TableReading {
  const { path, status, bytes } = procFile(...place);
  const entries = parseTable(bytes, place[4]);
  if (entries.length < mostSockets || !isWhole(status)) return { status, source: path, entries };
  const [, log, artifact] = place;
  log.record({ source: path, artifact, status: 'truncated', reason: `${mostSockets} sockets`, bytes: 0 });
  return { status: 'truncated', source: path, entries };
}

/** A second look: who is still there. Undefined when it could not be read whole. */
export function procInodes(...place: Parameters<typeof procFile>): ReadonlySet<number> | undefined {
  const { status, bytes } = procFile(...place);
  return isWhole(status) ? tableInodes(bytes, place[4]) : undefined;
}

const dumpName = (dump: NetlinkDump): string =>
  dump.kind === 'inet-diag' ? `netlink:inet-diag/${dump.family}/${dump.protocol}` : `netlink:${dump.kind}`;

function parseMessage(payload: Uint8Array, dump: NetlinkDump): SocketEntry | undefined {
  switch (dump.kind) {
    case 'inet-diag':
      return parseInetDiag(payload, dump.protocol);
    case 'unix-diag':
      return parseUnixDiag(payload);
    case 'packet-diag':
      return parsePacketDiag(payload);
    case 'nftables':
      return undefined;
  }
}

function dumped(
  target: Target,
  log: SourceLog,
  artifact: string,
  holder: NamespaceHolder,
  dump: NetlinkDump,
): { readonly source: SourceId; readonly status: SourceStatus; readonly payloads: readonly Uint8Array[] } {
  const source = printableText(dumpName(dump));
  if (target.native === undefined) return { status: 'absent', source, payloads: [] };
  const answer = target.native.netlink(dump, holder === 'self' ? undefined : holder);
  const messages = answer.status === 'ok' ? answer.value : (answer.partial ?? []);
  const payloads = messages.map((message) => message.payload);
  const bytes = payloads.reduce((sum, one) => sum + one.length, 0);
  log.record({
    source,
    artifact,
    status: answer.status,
    bytes,
    ...(answer.status === 'ok' ? {} : { reason: answer.reason }),
  });
  return { status: answer.status, source, payloads };
}

export function readNetlinkTable(...place: Parameters<typeof dumped>): TableReading {
  const { source, status, payloads } = dumped(...place);
  const [, log, artifact, , dump] = place;
  const entries = payloads.flatMap((payload) => parseMessage(payload, dump) ?? []);
  const odd = payloads.length - entries.length;
  if (odd === 0) return { status, source, entries };
  // A view with such messages may have lost any socket: it is compared with nothing.
  const reason = `${odd} messages that are no socket`;
  log.record({ source, artifact, status: 'error', reason, bytes: 0 });
  return { status: 'error', source, entries };
}

/** A second look over netlink. */
export function netlinkInodes(...place: Parameters<typeof dumped>): ReadonlySet<number> | undefined {
  const { status, payloads } = dumped(...place);
  return status === 'ok' ? new Set(payloads.map(diagInode).filter((inode) => inode > 0)) : undefined;
}
