/** Memory of a process through /proc/pid/mem: the process is neither stopped nor traced for it. */

import { openForReading } from './dirents.ts';
import { errno, failure } from './failure.ts';
import type { Answer } from './port.ts';
import { uncoveredFolder } from './process-folder.ts';
import { addressOf, close, encodePath, systemCall } from './syscall.ts';

/** Fills `into` as far as memory is mapped; a hole after the first byte ends it, one at the start is a failure. */
export function readMemory(pid: number, address: number, into: Uint8Array): Answer<number> {
  if (!Number.isSafeInteger(address) || address < 0) return failure(-errno.EINVAL);
  const descriptor = openForReading(encodePath(`${uncoveredFolder(pid)}/mem`));
  if (descriptor < 0) return failure(descriptor);
  try {
    let total = 0;
    while (total < into.length) {
      const rest = into.subarray(total);
      const size = systemCall('pread64', descriptor, addressOf(rest), rest.length, address + total);
      if (size === -errno.EINTR) continue;
      if (size < 0 && total === 0) return failure(size);
      if (size <= 0) break;
      total += size;
    }
    return { status: 'ok', value: total };
  } finally {
    close(descriptor);
  }
}
