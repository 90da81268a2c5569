/**
 * Rules of the legacy tables: getsockopt(2) with IPT_SO_GET_INFO and IPT_SO_GET_ENTRIES.
 *
 * Asking for a table that is not there makes the kernel load its module, so the list of tables of that namespace
 * (/proc/pid/net) is read first. A socket stays in the namespace that it was made in. Source: include/uapi/linux/netfilter_ipv4/ip_tables.h and its twin for IPv6.
 */
import { readFile } from './dirents.ts';
import { errno, failure, passOn } from './failure.ts';
import { insideNetworkOf } from './namespaces.ts';
import type { Answer } from './port.ts';
import { uncoveredFolder } from './process-folder.ts';
import { close, encodePath, pinned, systemCall } from './syscall.ts';

const closeOnExec = 0x80000;
const rawSocket = 3;
const rawProtocol = 255;
const families = {
  ip: { domain: 2, level: 0, names: 'ip_tables_names' },
  ip6: { domain: 10, level: 41, names: 'ip6_tables_names' },
} as const;
const getInfo = 64;
const getEntries = 65;
/** struct ipt_getinfo; `size` is its last number. */
const infoSize = 84;
/** Name and size of struct ipt_get_entries, and the gap before the entries. */
const entriesHead = 40;
const sizeLimit = 64 * 1024 * 1024;
/** XT_TABLE_MAXNAMELEN, with the final NUL. */
const nameLength = 32;

function ask(descriptor: number, level: number, table: Uint8Array): Answer<Uint8Array> {
  const length = pinned(4);
  const info = pinned(infoSize);
  info.bytes.set(table);
  length.view.setUint32(0, infoSize, true);
  const known = systemCall('getsockopt', descriptor, level, getInfo, info.address, length.address);
  if (known < 0) return failure(known);
  const size = info.view.getUint32(infoSize - 4, true);
  if (size > sizeLimit) return { status: 'truncated', reason: `a table of ${size} bytes` };
  const entries = pinned(entriesHead + size);
  entries.bytes.set(table);
  entries.view.setUint32(nameLength, size, true);
  length.view.setUint32(0, entries.bytes.length, true);
  const got = systemCall('getsockopt', descriptor, level, getEntries, entries.address, length.address);
  return got < 0 ? failure(got) : { status: 'ok', value: entries.bytes };
}

function openSocket(domain: number): Answer<number> {
  const descriptor = systemCall('socket', domain, rawSocket | closeOnExec, rawProtocol);
  return descriptor < 0 ? failure(descriptor) : { status: 'ok', value: descriptor };
}

export function iptablesEntries(
  family: 'ip' | 'ip6',
  table: string,
  namespaceOf?: number,
): Answer<Uint8Array> {
  const { domain, level, names } = families[family];
  const name = encodePath(table);
  if (name.length === 0 || name.length >= nameLength) return failure(-errno.EINVAL);
  // /proc/net is that of the process which is named, whatever namespace this thread is in.
  const folder = namespaceOf === undefined ? '/proc/self' : uncoveredFolder(namespaceOf);
  const list = readFile(encodePath(`${folder}/net/${names}`), 64 * 1024);
  if (list.status !== 'ok') return passOn(list);
  if (!Buffer.from(list.value).toString('latin1').split('\n').includes(table)) {
    return { status: 'absent', reason: `no table ${table}` };
  }
  const socket =
    namespaceOf === undefined ? openSocket(domain) : insideNetworkOf(namespaceOf, () => openSocket(domain));
  if (socket.status !== 'ok') return passOn(socket);
  const descriptor = socket.value;
  try {
    // EAGAIN: the table was replaced between the two questions.
    let answer = ask(descriptor, level, name);
    for (let round = 0; round < 3 && answer.status === 'timeout'; round += 1) {
      answer = ask(descriptor, level, name);
    }
    return answer;
  } finally {
    close(descriptor);
  }
}
