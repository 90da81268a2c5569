/**
 * Small files of the machine: loadavg, uptime, meminfo, cpuinfo.
 *
 * Why: they give a scan its scale (cores, memory) and a first history of load.
 * What they are NOT: per container; all count the machine.
 * Units: memory in bytes (the kernel writes kB of 1024), uptime in seconds, load in tasks.
 * Sources: proc_loadavg(5), proc_uptime(5), proc_meminfo(5), proc_cpuinfo(5); arch/x86/kernel/cpu/proc.c and
 * arch/arm64/kernel/cpuinfo.c for the labels of cpuinfo.
 */
import type { Printable } from '../model/text.ts';
import { printableBytes } from '../model/text.ts';
import { colon, decimal, eachLine, find, skipBlanks, startsWith } from './ascii.ts';

export interface LoadAverage {
  readonly one: number;
  readonly five: number;
  readonly fifteen: number;
  readonly running: number;
  readonly tasks: number;
  readonly lastPid: number;
}

const ascii = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

export function parseLoadAverage(bytes: Uint8Array): LoadAverage | undefined {
  const match = /^(\d+\.\d+) (\d+\.\d+) (\d+\.\d+) (\d+)\/(\d+) (\d+)/.exec(ascii(bytes.subarray(0, 256)));
  if (match === null) return undefined;
  const [one = 0, five = 0, fifteen = 0, running = 0, tasks = 0, lastPid = 0] = match.slice(1).map(Number);
  return { one, five, fifteen, running, tasks, lastPid };
}

/** Seconds since boot. */
export function parseUptime(bytes: Uint8Array): number | undefined {
  const match = /^\d+(?:\.\d+)?/.exec(ascii(bytes.subarray(0, 64)));
  return match === null ? undefined : Number(match[0]);
}

/** Bytes of memory and of huge pages. */
export interface MemoryInfo {
  readonly total: number;
  readonly available: number;
  /** Count and size of the default huge page. */
  readonly hugePages: number;
  readonly hugePagesFree: number;
  readonly hugePageSize: number;
}

export function parseMemoryInfo(bytes: Uint8Array): MemoryInfo | undefined {
  const wanted = ['MemTotal:', 'MemAvailable:', 'HugePages_Total:', 'HugePages_Free:', 'Hugepagesize:'];
  const found = new Map<string, number>();
  eachLine(bytes, (start, end) => {
    for (const label of wanted) {
      if (!startsWith(bytes, label, start, end) || found.has(label)) continue;
      const value = decimal(bytes, skipBlanks(bytes, start + label.length, end), end);
      if (!Number.isNaN(value)) found.set(label, value);
    }
    return found.size < wanted.length;
  });
  const total = found.get('MemTotal:');
  if (total === undefined) return undefined;
  return {
    total: total * 1024,
    available: (found.get('MemAvailable:') ?? 0) * 1024,
    hugePages: found.get('HugePages_Total:') ?? 0,
    hugePagesFree: found.get('HugePages_Free:') ?? 0,
    hugePageSize: (found.get('Hugepagesize:') ?? 0) * 1024,
  };
}

export interface CpuInfo {
  readonly count: number;
  /** Empty on arm64, which prints none. */
  readonly model: Printable;
}

export function parseCpuInfo(bytes: Uint8Array): CpuInfo {
  let count = 0;
  let model = printableBytes(new Uint8Array(0));
  eachLine(bytes, (start, end) => {
    if (startsWith(bytes, 'processor\t', start, end)) count += 1;
    else if (model === '' && startsWith(bytes, 'model name', start, end)) {
      const at = find(bytes, colon, start, end);
      model = printableBytes(bytes.subarray(skipBlanks(bytes, Math.min(at + 1, end), end), end));
    }
    return true;
  });
  return { count, model };
}
