/**
 * Reads the socket tables of one network namespace through /proc and through netlink.
 *
 * What it is NOT: the judge of differences (`socket-views.ts`) or of owners (`sockets.ts`).
 */
import { parseInetTable, parsePacketTable, parseUnixTable } from '../../formats/proc-net.ts';
import { parseInetDiag, parsePacketDiag, parseUnixDiag } from '../../formats/socket-diag.ts';
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

/** A line is about 150 bytes: 32 MiB are 200,000 sockets. */
const tableLimit = 32 * 1024 * 1024;

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

export function readProcTable(
  target: Target,
  log: SourceLog,
  artifact: string,
  holder: NamespaceHolder,
  transport: Transport,
): TableReading {
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
  return {
    status: result.status,
    source: path,
    entries: readable ? parseTable(result.bytes, transport) : [],
  };
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

export function readNetlinkTable(
  target: Target,
  log: SourceLog,
  artifact: string,
  holder: NamespaceHolder,
  dump: NetlinkDump,
): TableReading {
  const source = printableText(dumpName(dump));
  if (target.native === undefined) return { status: 'absent', source, entries: [] };
  const answer = target.native.netlink(dump, holder === 'self' ? undefined : holder);
  if (answer.status !== 'ok') {
    log.record({ source, artifact, status: answer.status, reason: answer.reason, bytes: 0 });
    return { status: answer.status, source, entries: [] };
  }
  const entries: SocketEntry[] = [];
  let size = 0;
  for (const message of answer.value) {
    size += message.payload.length;
    const entry = parseMessage(message.payload, dump);
    if (entry !== undefined) entries.push(entry);
  }
  log.record({ source, artifact, status: 'ok', bytes: size });
  return { status: 'ok', source, entries };
}
