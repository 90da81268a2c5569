/** Waits for descriptors without a thread of its own: ppoll(2), which holds this thread. */
import { errno } from './failure.ts';
import { pinned, systemCall } from './syscall.ts';

const mostDescriptors = 16;
const readable = 0x1;
const list = pinned(mostDescriptors * 8);
const interval = pinned(16);

/**
 * Which of the descriptors can be read; none when the time is over or a signal came.
 * @param milliseconds this thread does nothing else for so long: a fraction of a second
 */
export function waitReadable(descriptors: readonly number[], milliseconds: number): readonly number[] {
  const some = descriptors.slice(0, mostDescriptors);
  some.forEach((descriptor, at) => {
    list.view.setInt32(at * 8, descriptor, true);
    list.view.setUint16(at * 8 + 4, readable, true);
    list.view.setUint16(at * 8 + 6, 0, true);
  });
  const whole = Math.floor(milliseconds / 1000);
  interval.view.setBigInt64(0, BigInt(whole), true);
  interval.view.setBigInt64(8, BigInt(Math.round((milliseconds - whole * 1000) * 1e6)), true);
  const ready = systemCall('ppoll', list.address, some.length, interval.address, 0, 8);
  if (ready === -errno.EINTR || ready <= 0) return [];
  return some.filter((_, at) => list.view.getUint16(at * 8 + 6, true) !== 0);
}
