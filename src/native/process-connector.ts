/**
 * The kernel's process connector: netlink(7), NETLINK_CONNECTOR. It only tells.
 *
 * Where it is refused or nothing answers (another pid or network namespace, a kernel without it) there is none, and
 * whoever listens must look at listings instead. Datagrams of others than the kernel are dropped.
 */

import { errno, failure } from './failure.ts';
import type { Answer } from './port.ts';
import { listenRequest, type ProcessEvent, readProcessEvents } from './process-events.ts';
import { addressOf, close, pinned, systemCall } from './syscall.ts';
import { waitReadable } from './wait-readable.ts';

const netlinkFamily = 16;
/** SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK */
const kind = 2 | 0x80000 | 0x800;
const connector = 11;
const groupOfProcesses = 1;
const answerMs = 300;

const address = pinned(12);
const sender = pinned(16);
const chunk = pinned(64 << 10);

/** Datagrams that wait, `most` at once. ENOBUFS: some were lost, and the socket goes on. */
export function readConnector(
  descriptor: number,
  most: number,
  take: (event: ProcessEvent) => void,
): Answer<{ readonly lost: boolean }> {
  let lost = false;
  for (let count = 0; count < most; count += 1) {
    sender.view.setUint32(12, 12, true);
    const size = systemCall(
      'recvfrom',
      descriptor,
      chunk.address,
      chunk.bytes.length,
      0,
      sender.address,
      sender.address + 12,
    );
    if (size === -errno.EAGAIN) break;
    if (size === -errno.EINTR) continue;
    if (size === -errno.ENOBUFS) {
      lost = true;
      continue;
    }
    if (size < 0) return failure(size);
    if (sender.view.getUint32(4, true) === 0) readProcessEvents(chunk.bytes.subarray(0, size), take);
  }
  return { status: 'ok', value: { lost } };
}

/** Opened, and answered by the kernel. */
export function openConnector(): Answer<number> {
  const descriptor = systemCall('socket', netlinkFamily, kind, connector);
  if (descriptor < 0) return failure(descriptor);
  const end = (result: number): Answer<number> => {
    close(descriptor);
    return failure(result);
  };
  address.bytes.fill(0);
  address.view.setUint16(0, netlinkFamily, true);
  address.view.setUint32(8, groupOfProcesses, true);
  const bound = systemCall('bind', descriptor, address.address, 12);
  if (bound < 0) return end(bound);
  const request = listenRequest(0);
  const sent = systemCall('sendto', descriptor, addressOf(request), request.length, 0, 0, 0);
  if (sent < 0) return end(sent);
  let answer: number | undefined;
  waitReadable([descriptor], answerMs);
  const read = readConnector(descriptor, 64, (event) => {
    if (event.kind === 'answer') answer = event.error;
  });
  if (read.status !== 'ok' || answer === undefined) return end(-errno.ENOSYS);
  return answer === 0 ? { status: 'ok', value: descriptor } : end(-answer);
}

export const closeConnector = (descriptor: number): void => close(descriptor);
