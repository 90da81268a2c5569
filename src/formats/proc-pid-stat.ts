/**
 * /proc/pid/stat and /proc/pid/task/tid/stat: one line of a process's or thread's identity and CPU.
 *
 * Why: it is the one cheap file that every process has, kernel threads and zombies too, and the kernel writes
 * it, so name, parent, CPU and start cannot be argued away as argv can.
 * What it is NOT: proof of what runs; `comm` is chosen by the process.
 * Units: CPU and start in clock ticks (USER_HZ), rss in pages, virtual in bytes.
 * Source: proc_pid_stat(5); fs/proc/array.c do_task_stat. comm is written raw: it may hold `)`, spaces and
 * newlines, so it ends at the last `)` of the file, after which the kernel writes only numbers and a letter.
 */
import type { Printable } from '../model/text.ts';
import { printableBytes } from '../model/text.ts';
import { decimal, space } from './ascii.ts';

export interface ProcStat {
  readonly pid: number;
  readonly name: Printable;
  readonly state: string;
  readonly parent: number;
  readonly group: number;
  readonly session: number;
  readonly terminal: number;
  /** PF_* of include/linux/sched.h. */
  readonly flags: number;
  readonly minorFaults: number;
  readonly majorFaults: number;
  readonly userTicks: number;
  readonly systemTicks: number;
  readonly childUserTicks: number;
  readonly childSystemTicks: number;
  readonly priority: number;
  readonly nice: number;
  readonly threads: number;
  readonly startTicks: number;
  readonly virtual: number;
  readonly rssPages: number;
  /** CPU it last ran on. */
  readonly processor: number;
  readonly realtimePriority: number;
  readonly policy: number;
}

/** include/linux/sched.h: PF_KTHREAD. */
const kernelThreadFlag = 0x0020_0000;

export function isKernelThread(flags: number): boolean {
  // Flags are unsigned 32 bits; the kernel prints them as such and `&` takes them modulo 2^32.
  return (flags & kernelThreadFlag) !== 0;
}

// Fields after comm and state, by their number in proc_pid_stat(5): the first is field 4.
const firstNumber = 4;
const lastNumber = 41;

/** Numbers of the last line that was parsed; reused, since parsing is synchronous and frequent. */
const numbers = new Float64Array(lastNumber + 1);

/** The fields of a stat file, or undefined where it is not of the form (cut short, empty). */
export function parseProcStat(bytes: Uint8Array): ProcStat | undefined {
  const open = bytes.indexOf(0x28);
  const close = bytes.lastIndexOf(0x29);
  if (open < 2 || close < open || bytes[close + 1] !== space) return undefined;
  const pid = decimal(bytes, 0, open);
  const letter = bytes[close + 2] ?? 0;
  let at = close + 4;
  let field = firstNumber;
  for (; field <= lastNumber && at < bytes.length; field += 1) {
    let value = 0;
    const negative = bytes[at] === 0x2d;
    if (negative) at += 1;
    const first = at;
    for (; at < bytes.length; at += 1) {
      const digit = (bytes[at] ?? 0) - 0x30;
      if (digit < 0 || digit > 9) break;
      value = value * 10 + digit;
    }
    if (at === first) break;
    numbers[field] = negative ? -value : value;
    at += 1;
  }
  if (Number.isNaN(pid) || letter < 0x41 || letter > 0x7a || field <= lastNumber) return undefined;
  const number = (index: number): number => numbers[index] ?? 0;
  return {
    pid,
    name: printableBytes(bytes.subarray(open + 1, close)),
    state: String.fromCharCode(letter),
    parent: number(4),
    group: number(5),
    session: number(6),
    terminal: number(7),
    flags: number(9),
    minorFaults: number(10),
    majorFaults: number(12),
    userTicks: number(14),
    systemTicks: number(15),
    childUserTicks: number(16),
    childSystemTicks: number(17),
    priority: number(18),
    nice: number(19),
    threads: number(20),
    startTicks: number(22),
    virtual: number(23),
    rssPages: number(24),
    processor: number(39),
    realtimePriority: number(40),
    policy: number(41),
  };
}
