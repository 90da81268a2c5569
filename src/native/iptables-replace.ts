/**
 * Reads a legacy table whole and puts another in its place: getsockopt(2) and setsockopt(2) of raw sockets.
 *
 * One replacement is one step of the kernel. What other entries counted is added back, as iptables(8) does it.
 * Two writers are kept apart by the lock of iptables (/run/xtables.lock, flock(2)), where it is there, and by the number
 * of entries, which the kernel compares.
 * What it is NOT: passive. No scan calls it, and it makes the kernel load nothing (`kernel-part.ts`).
 * Source: include/uapi/linux/netfilter_ipv4/ip_tables.h (IPT_SO_SET_REPLACE, IPT_SO_SET_ADD_COUNTERS), x_tables.h.
 */
import { closeSync, openSync } from 'node:fs';
import { mayChange } from './apart.ts';
import { done, errno, failure, passOn } from './failure.ts';
import { lockWhole } from './file-change.ts';
import { kernelPart } from './kernel-part.ts';
import { insideNetworkOf } from './namespaces.ts';
import type { Answer } from './port.ts';
import { close, pinned, systemCall } from './syscall.ts';
import { buildXtTable, parseXtTable, type XtEntry, type XtFamily, type XtTable } from './xt-table.ts';

const closeOnExec = 0x80000;
const rawSocket = 3;
const rawProtocol = 255;
const families = {
  ip: { domain: 2, level: 0, module: 'iptable_' },
  ip6: { domain: 10, level: 41, module: 'ip6table_' },
} as const;
const option = { info: 64, entries: 65, replace: 64, addCounters: 65 } as const;
const infoSize = 84;
const entriesHead = 40;
const sizeLimit = 64 * 1024 * 1024;
const counterSize = 16;

function onSocket<T>(
  family: XtFamily,
  namespaceOf: number | undefined,
  action: (socket: number) => Answer<T>,
): Answer<T> {
  const open = (): Answer<number> => {
    const socket = systemCall('socket', families[family].domain, rawSocket | closeOnExec, rawProtocol);
    return socket < 0 ? failure(socket) : { status: 'ok', value: socket };
  };
  const socket = namespaceOf === undefined ? open() : insideNetworkOf(namespaceOf, open);
  if (socket.status !== 'ok') return passOn(socket);
  try {
    return action(socket.value);
  } finally {
    close(socket.value);
  }
}

function read(socket: number, family: XtFamily, name: string): Answer<XtTable> {
  const { level } = families[family];
  const length = pinned(4);
  const info = pinned(infoSize);
  info.bytes.set(Buffer.from(name, 'latin1'));
  length.view.setUint32(0, infoSize, true);
  const known = systemCall('getsockopt', socket, level, option.info, info.address, length.address);
  if (known < 0) return failure(known);
  const size = info.view.getUint32(infoSize - 4, true);
  if (size > sizeLimit) return { status: 'truncated', reason: `a table of ${size} bytes` };
  const entries = pinned(entriesHead + size);
  entries.bytes.set(Buffer.from(name, 'latin1'));
  entries.view.setUint32(32, size, true);
  length.view.setUint32(0, entries.bytes.length, true);
  const got = systemCall('getsockopt', socket, level, option.entries, entries.address, length.address);
  if (got < 0) return failure(got);
  const table = parseXtTable(family, info.bytes, entries.bytes.subarray(entriesHead));
  return table === undefined ? { status: 'error', reason: 'EPROTO' } : { status: 'ok', value: table };
}

/** `absent` where the kernel would have to load it first. */
function isThere(family: XtFamily, name: string): Answer<true> {
  return kernelPart(`${families[family].module}${name}`);
}

export function readXtTable(family: XtFamily, name: string, namespaceOf?: number): Answer<XtTable> {
  const there = isThere(family, name);
  if (there.status !== 'ok') return passOn(there);
  return onSocket(family, namespaceOf, (socket) => read(socket, family, name));
}

/** What those that stay have counted, in the order of the new table. */
function addCounters(
  socket: number,
  before: XtTable,
  after: readonly XtEntry[],
  old: Uint8Array,
): Answer<true> {
  const place = new Map(before.entries.map((entry, index) => [entry, index]));
  const head = 40;
  const counters = pinned(head + after.length * counterSize);
  counters.bytes.set(Buffer.from(before.name, 'latin1'));
  counters.view.setUint32(32, after.length, true);
  for (const [index, entry] of after.entries()) {
    const from = place.get(entry);
    if (from === undefined) continue;
    counters.bytes.set(
      old.subarray(from * counterSize, (from + 1) * counterSize),
      head + index * counterSize,
    );
  }
  const { level } = families[before.family];
  const added = systemCall(
    'setsockopt',
    socket,
    level,
    option.addCounters,
    counters.address,
    counters.bytes.length,
  );
  return added < 0 ? failure(added) : done;
}

/** Runs with the lock of iptables, where this host has one. */
function locked<T>(action: () => Answer<T>): Answer<T> {
  let descriptor: number;
  try {
    descriptor = openSync('/run/xtables.lock', 'r');
  } catch {
    // No iptables has run here since the start: nobody else knows the lock.
    return action();
  }
  try {
    const lock = lockWhole(descriptor);
    if (lock.status === 'ok' && !lock.value) return { status: 'timeout', reason: 'iptables is at work' };
    return action();
  } finally {
    closeSync(descriptor);
  }
}

const attempts = 3;

/**
 * @param change the table as it is to be; entries that stay are the same objects
 * @param namespaceOf a pid in whose network namespace it is done, instead of ours
 */
export function changeXtTable(
  family: XtFamily,
  name: string,
  change: (table: XtTable) => XtTable,
  namespaceOf?: number,
): Answer<true> {
  const may = mayChange();
  if (may.status !== 'ok') return may;
  const there = isThere(family, name);
  if (there.status !== 'ok') return there;
  return onSocket(family, namespaceOf, (socket) =>
    locked(() => {
      for (let attempt = 0; ; attempt += 1) {
        const before = read(socket, family, name);
        if (before.status !== 'ok') return passOn(before);
        const after = change(before.value);
        const { bytes, countersAt } = buildXtTable(after);
        const old = pinned(Math.max(1, before.value.entries.length) * counterSize);
        const replacement = pinned(bytes.length);
        replacement.bytes.set(bytes);
        // struct ipt_replace: the number of old counters, behind it the address to which they are written.
        replacement.view.setUint32(countersAt, before.value.entries.length, true);
        replacement.view.setBigUint64(countersAt + 4, BigInt(old.address), true);
        const { level } = families[family];
        const set = systemCall(
          'setsockopt',
          socket,
          level,
          option.replace,
          replacement.address,
          bytes.length,
        );
        if (set >= 0) return addCounters(socket, before.value, after.entries, old.bytes);
        // EAGAIN: another writer changed the number of entries in between.
        if (set !== -errno.EAGAIN || attempt >= attempts) return failure(set);
      }
    }),
  );
}
