/**
 * CPU that a control group used since it was made: `cpu.stat` (v2) and `cpuacct.usage` (v1).
 *
 * Why: the count outlives the processes that used it. What it is NOT: of one process; sub-groups are within.
 * Units: microseconds out; v1 counts nanoseconds. Sources: cgroup-v2.rst (cpu.stat `usage_usec`), cpuacct.rst.
 */
import { decimal, eachLine, startsWith } from './ascii.ts';

const label = 'usage_usec ';

export function parseCgroupCpu(bytes: Uint8Array, version: 1 | 2): number | undefined {
  let used = Number.NaN;
  if (version === 1) used = decimal(bytes, 0, bytes.length) / 1000;
  else {
    eachLine(bytes, (start, end) => {
      if (startsWith(bytes, label, start, end)) used = decimal(bytes, start + label.length, end);
      return Number.isNaN(used);
    });
  }
  return Number.isNaN(used) || used < 0 ? undefined : Math.round(used);
}
