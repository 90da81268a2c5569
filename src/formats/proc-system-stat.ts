/**
 * /proc/stat: CPU time of the whole machine, boot time, forks.
 *
 * Why: the sum over the machine against the sum over visible processes shows CPU that nobody owns.
 * What it is NOT: of the container or pid namespace; it counts the whole machine. Rootkits are known to fake it.
 * Units: clock ticks (USER_HZ); boot in seconds UTC. Source: proc_stat(5); fs/proc/stat.c. `user` and `nice`
 * contain guest time already.
 */
import { decimal, decimals, eachLine, startsWith } from './ascii.ts';

export interface SystemStat {
  readonly userTicks: number;
  readonly niceTicks: number;
  readonly systemTicks: number;
  readonly idleTicks: number;
  readonly ioWaitTicks: number;
  readonly irqTicks: number;
  readonly softIrqTicks: number;
  readonly stealTicks: number;
  /** CPUs that are on line. */
  readonly cpus: number;
  /** Seconds UTC; 0 when the file has none. */
  readonly bootSeconds: number;
  /** Forks since boot. */
  readonly forks: number;
  readonly running: number;
}

export function parseSystemStat(bytes: Uint8Array): SystemStat | undefined {
  let ticks: readonly number[] | undefined;
  let cpus = 0;
  let bootSeconds = 0;
  let forks = 0;
  let running = 0;
  const number = (start: number, end: number): number => {
    const value = decimal(bytes, start, end);
    return Number.isNaN(value) ? 0 : value;
  };
  eachLine(bytes, (start, end) => {
    if (startsWith(bytes, 'cpu ', start, end)) ticks ??= decimals(bytes, start + 4, end, 10);
    else if (startsWith(bytes, 'cpu', start, end)) cpus += 1;
    else if (startsWith(bytes, 'btime ', start, end)) bootSeconds = number(start + 6, end);
    else if (startsWith(bytes, 'processes ', start, end)) forks = number(start + 10, end);
    else if (startsWith(bytes, 'procs_running ', start, end)) running = number(start + 14, end);
    return true;
  });
  if (ticks === undefined || ticks.length < 4) return undefined;
  const [user = 0, nice = 0, system = 0, idle = 0, ioWait = 0, irq = 0, softIrq = 0, steal = 0] = ticks;
  return {
    userTicks: user,
    niceTicks: nice,
    systemTicks: system,
    idleTicks: idle,
    ioWaitTicks: ioWait,
    irqTicks: irq,
    softIrqTicks: softIrq,
    stealTicks: steal,
    cpus,
    bootSeconds,
    forks,
    running,
  };
}
