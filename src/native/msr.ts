/** Model-specific registers through /dev/cpu/N/msr, where the module is loaded; it is never loaded by us. */
import { openForReading } from './dirents.ts';
import { failure } from './failure.ts';
import type { Answer } from './port.ts';
import { close, encodePath, pinned, systemCall } from './syscall.ts';

const value = pinned(8);

export function readMsr(cpu: number, register: number): Answer<bigint> {
  const descriptor = openForReading(encodePath(`/dev/cpu/${cpu}/msr`));
  if (descriptor < 0) return failure(descriptor);
  try {
    const size = systemCall('pread64', descriptor, value.address, 8, register);
    if (size < 0) return failure(size);
    if (size !== 8) return { status: 'truncated', reason: `${size} of 8 bytes` };
    return { status: 'ok', value: value.view.getBigUint64(0, true) };
  } finally {
    close(descriptor);
  }
}
