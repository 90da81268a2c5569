/**
 * The soft limits of a process that miners raise, by prlimit(2).
 *
 * Why: /proc/pid/limits prints sixteen limits in two columns, each time, of which two are read. Of 2,000 processes
 * that is a tenth of a snapshot; two calls that copy sixteen bytes do not show.
 * What it is NOT: for whoever may read the file alone. The kernel asks for the same user or CAP_SYS_RESOURCE here
 * (kernel/sys.c, check_prlimit_permission), and refuses others, who read the file.
 * Units: bytes, count. Source: prlimit(2); include/uapi/asm-generic/resource.h, the same numbers on both architectures.
 */
import { errno, failure } from './failure.ts';
import type { Answer, SoftLimits } from './port.ts';
import { boundCall, pinned } from './syscall.ts';

const openFiles = 7;
const lockedMemory = 8;
/** struct rlimit64: soft, hard. */
const answer = pinned(16);

let call: ReturnType<typeof boundCall> | undefined;

/** The soft limit that stands in `answer`; RLIM64_INFINITY is all bits. */
function soft(): number {
  const { view } = answer;
  const [low, high] = [view.getUint32(0, true), view.getUint32(4, true)];
  return low === 0xffffffff && high === 0xffffffff ? Number.POSITIVE_INFINITY : high * 2 ** 32 + low;
}

export function processLimits(pid: number): Answer<SoftLimits> {
  call ??= boundCall('prlimit64');
  // A limit that is not given is only asked for. Of pid 0 we would ask ourselves.
  const locked = pid > 0 ? call(pid, lockedMemory, 0, answer.address) : -errno.ESRCH;
  if (locked < 0) return failure(locked);
  const lockedBytes = soft();
  const files = call(pid, openFiles, 0, answer.address);
  return files < 0
    ? failure(files)
    : { status: 'ok', value: { lockedMemory: lockedBytes, openFiles: soft() } };
}
