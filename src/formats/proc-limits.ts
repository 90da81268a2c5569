/**
 * /proc/pid/limits: the soft limits that miners raise.
 *
 * Why: RandomX with huge pages wants unlimited locked memory; a proxy wants many files. Units: bytes, count.
 * What it is NOT: use; a high limit alone says nothing.
 * Source: proc_pid_limits(5); fs/proc/base.c proc_pid_limits prints name, soft, hard, unit in fixed columns.
 */
import { decimal, eachLine, skipBlanks, startsWith } from './ascii.ts';

export interface SoftLimits {
  readonly lockedMemory?: number;
  readonly openFiles?: number;
}

const lockedMemory = 'Max locked memory';
const openFiles = 'Max open files';

function soft(bytes: Uint8Array, start: number, end: number): number {
  const at = skipBlanks(bytes, start, end);
  return startsWith(bytes, 'unlimited', at, end) ? Number.POSITIVE_INFINITY : decimal(bytes, at, end);
}

export function parseLimits(bytes: Uint8Array): SoftLimits {
  const limits: { lockedMemory?: number; openFiles?: number } = {};
  eachLine(bytes, (start, end) => {
    if (startsWith(bytes, lockedMemory, start, end)) {
      const value = soft(bytes, start + lockedMemory.length, end);
      if (!Number.isNaN(value)) limits.lockedMemory = value;
    } else if (startsWith(bytes, openFiles, start, end)) {
      const value = soft(bytes, start + openFiles.length, end);
      if (!Number.isNaN(value)) limits.openFiles = value;
    }
    return limits.lockedMemory === undefined || limits.openFiles === undefined;
  });
  return limits;
}
