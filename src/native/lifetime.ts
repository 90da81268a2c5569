/** How long a process of ours may live, kept by the kernel and so also when our own code hangs. */
import { cLibrary, long } from './c-library.ts';
import { pinned } from './syscall.ts';

/** SIGALRM, which ends the process, after so many seconds (alarm(2)). */
export function endAfter(seconds: number): void {
  cLibrary({ alarm: { args: ['u32'], returns: 'u32' } }).alarm(seconds);
}

/** Pins the calling thread to the first CPU it may use (sched_setaffinity(2)); false when refused. */
export function pinToOneCpu(): boolean {
  const { sched_getaffinity, sched_setaffinity } = cLibrary({
    sched_getaffinity: { args: ['i32', long, long], returns: 'i32' },
    sched_setaffinity: { args: ['i32', long, long], returns: 'i32' },
  });
  const mask = pinned(128);
  if (sched_getaffinity(0, mask.bytes.length, mask.address) !== 0) return false;
  const at = mask.bytes.findIndex((byte) => byte !== 0);
  const first = mask.bytes[at] ?? 0;
  mask.bytes.fill(0);
  mask.bytes[at] = first & -first;
  return sched_setaffinity(0, mask.bytes.length, mask.address) === 0;
}
