/**
 * The loopback interface of a fresh network namespace: up, and with an address of a documentation range so
 * that a stand-in pool looks like one far away. Nothing leaves the namespace.
 *
 * struct ifreq and SIOCS* of include/uapi/linux/if.h, sockios.h; netdevice(7).
 */
import { cLibrary, long } from './c-library.ts';
import { errno, failure } from './failure.ts';
import type { Answer } from './port.ts';
import { close, pinned, systemCall } from './syscall.ts';

const AF_INET = 2;
const SOCK_DGRAM_CLOEXEC = 2 | 0x80000;
const SIOCGIFFLAGS = 0x8913;
const SIOCSIFFLAGS = 0x8914;
const SIOCSIFADDR = 0x8916;
const IFF_UP = 1;
/** union in struct ifreq, after 16 bytes of name. */
const unionAt = 16;

/** @param address dotted quad, given to `lo:1` beside 127.0.0.1 */
export function raiseLoopback(address?: string): Answer<true> {
  const { ioctl } = cLibrary({ ioctl: { args: ['i32', long, long], returns: 'i32' } });
  const socket = systemCall('socket', AF_INET, SOCK_DGRAM_CLOEXEC, 0);
  if (socket < 0) return failure(socket);
  const request = pinned(40);
  const named = (name: string): void => {
    request.bytes.fill(0);
    request.bytes.set(new TextEncoder().encode(name));
  };
  try {
    named('lo');
    if (ioctl(socket, SIOCGIFFLAGS, request.address) !== 0) return failure(-errno.ENODEV);
    request.view.setUint16(unionAt, request.view.getUint16(unionAt, true) | IFF_UP, true);
    if (ioctl(socket, SIOCSIFFLAGS, request.address) !== 0) return failure(-errno.EPERM);
    if (address !== undefined) {
      named('lo:1');
      request.view.setUint16(unionAt, AF_INET, true);
      request.bytes.set(address.split('.').map(Number), unionAt + 4);
      if (ioctl(socket, SIOCSIFADDR, request.address) !== 0) return failure(-errno.EPERM);
    }
    return { status: 'ok', value: true };
  } finally {
    close(socket);
  }
}
