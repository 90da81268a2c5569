/**
 * Floating-point control words of a running thread.
 *
 * PTRACE_SEIZE and PTRACE_INTERRUPT, unlike PTRACE_ATTACH, send no signal; the thread is held for the
 * microseconds of one read and let go on every path. Should we die in the middle, the kernel lets it go
 * (exit_ptrace in kernel/ptrace.c). A thread that waits in a system call would see EINTR from a stop, so only a
 * thread that computes is taken, and that is looked at before each sample: for the same reason nothing is held
 * between two samples, because letting go needs a stop.
 *
 * Gaps between samples are of the thread's own time. On a crowded host it stops the moment it gets a core, having
 * computed nothing since the last sample: such a stop says nothing new, is not counted, and it is left alone longer.
 *
 * A thread that has not stopped by the deadline (throttled by its cgroup, or gone into a device) cannot be let
 * go at once, because detaching needs a stop. It is kept on a list and let go as soon as it does stop.
 */
import { openForReading, readFile } from './dirents.ts';
import { errno, failure } from './failure.ts';
import type { Answer, Patience, RegisterSamples, SamplingPlan, ThreadIdentity } from './port.ts';
import { uncoveredFolder } from './process-folder.ts';
import {
  type Architecture,
  architecture,
  close,
  encodePath,
  pinned,
  sleepMicroseconds,
  systemCall,
} from './syscall.ts';

/** include/uapi/linux/ptrace.h; PTRACE_GETFPREGS of arch/x86/include/uapi/asm/ptrace-abi.h. */
const request = {
  getFpRegs: 14,
  detach: 17,
  getRegSet: 0x4204,
  seize: 0x4206,
  interrupt: 0x4207,
} as const;
const eventStop = 128;
const sigTrap = 5;
/** WNOHANG, __WALL; WSTOPPED, WEXITED, WNOWAIT of include/uapi/linux/wait.h. */
const noHang = 1 | 0x40000000;
const peek = noHang | 2 | 4 | 0x1000000;
/** P_PID of waitid(2). */
const byPid = 1;
/** CLD_EXITED, CLD_KILLED, CLD_DUMPED: up to here the thread is dead. */
const lastDeath = 3;
/** NT_PRFPREG of include/uapi/linux/elf.h. */
const floatingPointSet = 2;

/**
 * PR_SET_TIMERSLACK, PR_GET_TIMERSLACK of include/uapi/linux/prctl.h, in nanoseconds. A thread of ours sleeps some
 * 50 µs longer than it asks for, which is longer than a stop takes.
 */
const setTimerSlack = 29;
const getTimerSlack = 30;
const shortSlack = 1000;

const usualPatience: Patience = { stopUs: 150_000, totalUs: 400_000 };
const maxSamples = 64;
const maxGapUs = 20_000;
/** A thread that did not run in a gap waits for a core: so long it is left alone before the next stop. */
const leastWaitUs = 200;
const maxWaitUs = 50_000;

/** siginfo_t: si_code at 8, si_pid at 16, si_status at 24. */
const info = pinned(128);
/** FXSAVE area of x64 (512 bytes); struct user_fpsimd_state of arm64 (528 bytes). */
const registers = pinned(544);
const vector = pinned(16);

const nowUs = (): number => Bun.nanoseconds() / 1000;

const text = (path: string): string | undefined => {
  const file = readFile(encodePath(path), 8192);
  return file.status === 'ok' ? Buffer.from(file.value).toString('latin1') : undefined;
};

/** Parent of a thread, a dead one too; the name may hold any character and ends at the last parenthesis. */
function parentOf(tid: number): number | undefined {
  const stat = text(`${uncoveredFolder(tid)}/stat`);
  return stat === undefined ? undefined : Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
}

type Stop =
  | { readonly kind: 'stopped'; readonly signal: number; readonly group: boolean }
  | { readonly kind: 'late' }
  | { readonly kind: 'gone' };

/**
 * One look, without waiting. A stop is only looked at and never taken: what follows needs the stop, not the
 * wait. A death is taken, so that the parent hears of it, unless we are the parent and wait for it elsewhere.
 */
function look(tid: number): Stop {
  info.view.setUint32(16, 0, true);
  const result = systemCall('waitid', byPid, tid, info.address, peek, 0);
  if (result === -errno.EINTR || (result === 0 && info.view.getUint32(16, true) === 0))
    return { kind: 'late' };
  if (result < 0) return { kind: 'gone' };
  if (info.view.getInt32(8, true) <= lastDeath) {
    if (parentOf(tid) !== process.pid) systemCall('wait4', tid, 0, noHang, 0);
    return { kind: 'gone' };
  }
  const word = info.view.getUint32(24, true);
  const signal = word & 0x7f;
  const event = word >>> 8;
  if (event === eventStop) return { kind: 'stopped', signal: 0, group: signal !== sigTrap };
  // Any other stop is a signal on its way to the thread: it is handed on.
  return { kind: 'stopped', signal: event === 0 ? signal : 0, group: false };
}

function controlWord(tid: number, machine: Architecture): number {
  if (machine === 'x64') {
    const result = systemCall('ptrace', request.getFpRegs, tid, 0, registers.address);
    return result < 0 ? result : registers.view.getUint32(24, true);
  }
  vector.view.setBigUint64(0, BigInt(registers.address), true);
  vector.view.setBigUint64(8, 528n, true);
  const result = systemCall('ptrace', request.getRegSet, tid, floatingPointSet, vector.address);
  // vregs 32 × 16 bytes, fpsr, fpcr.
  return result < 0 ? result : registers.view.getUint32(516, true);
}

/** Threads that were told to stop and had not yet when we gave up waiting. */
const outstanding = new Set<number>();
let releasing: ReturnType<typeof setInterval> | undefined;

/** Lets go of every thread on the list that has stopped by now; the number that is left. */
export function releaseOutstanding(): number {
  for (const tid of outstanding) {
    const stop = look(tid);
    if (stop.kind === 'late') continue;
    if (stop.kind === 'stopped') systemCall('ptrace', request.detach, tid, 0, stop.signal);
    outstanding.delete(tid);
  }
  if (outstanding.size === 0 && releasing !== undefined) {
    clearInterval(releasing);
    releasing = undefined;
  }
  return outstanding.size;
}

function releaseLater(tid: number): void {
  outstanding.add(tid);
  if (releasing === undefined) {
    releasing = setInterval(releaseOutstanding, 2);
    // Our end lets go of them as well, so the list need not keep us alive.
    releasing.unref();
  }
}

type Refusal = Exclude<Answer<never>, { readonly status: 'ok' }>;

const late: Refusal = { status: 'timeout', reason: 'the thread did not stop in time' };

const content = pinned(1024);

/** Reads a file of /proc from its start: it is made anew each time, of the thread it was opened for. */
const readAgain = (descriptor: number): number =>
  systemCall('pread64', descriptor, content.address, content.bytes.length, 0);

const ended: Refusal = { status: 'absent', reason: 'the thread has ended' };
const closing = 0x29;
const runs = 0x52;
/** The first letter of `running`. */
const running = 0x72;

/** What a thread does now, asked before each stop; its files are opened once. */
class Watch {
  readonly #stat: number;
  readonly #call: number;
  readonly #scheduled: number;

  constructor(folder: string) {
    this.#stat = openForReading(encodePath(`${folder}/stat`));
    this.#call = openForReading(encodePath(`${folder}/syscall`));
    this.#scheduled = openForReading(encodePath(`${folder}/schedstat`));
  }

  /** CPU that it used up to now, exact while it is stopped; undefined where the kernel keeps no such count. */
  ranUs(): number | undefined {
    const size = this.#scheduled < 0 ? 0 : readAgain(this.#scheduled);
    if (size <= 0) return undefined;
    // Nanoseconds on the CPU come first (Documentation/scheduler/sched-stats.rst).
    return Number.parseInt(Buffer.from(content.bytes.buffer, 0, size).toString('latin1'), 10) / 1000;
  }

  /** Why a stop would disturb this thread now, or undefined when it computes. */
  busyElsewhere(): Refusal | undefined {
    if (this.#stat < 0) return ended;
    const { bytes } = content;
    const size = readAgain(this.#stat);
    if (size <= 0) return ended;
    // The name stands in parentheses and may hold any character; the state follows the last one.
    const state = bytes[bytes.lastIndexOf(closing, size - 1) + 2] ?? 0;
    if (state !== runs) {
      return { status: 'empty', reason: `the thread does not run (state ${String.fromCharCode(state)})` };
    }
    // Not every kernel has this file; where it is, it tells a call from a computation.
    if (this.#call >= 0 && readAgain(this.#call) > 0 && bytes[0] !== running) {
      return { status: 'empty', reason: 'the thread is in a system call' };
    }
    return undefined;
  }

  close(): void {
    for (const descriptor of [this.#stat, this.#call, this.#scheduled])
      if (descriptor >= 0) close(descriptor);
  }
}

const tracerMark = '\nTracerPid:\t';

function tracerOf(folder: string): number {
  const status = text(`${folder}/status`) ?? '';
  const at = status.indexOf(tracerMark);
  return at < 0 ? 0 : Number.parseInt(status.slice(at + tracerMark.length), 10);
}

/** Why this thread must not be held at all. */
function refusal(pid: number, tid: number): Refusal | undefined {
  if (![pid, tid].every((id) => Number.isSafeInteger(id) && id > 0)) return failure(-errno.EINVAL);
  if (pid === 1 || tid === 1) return { status: 'denied', reason: 'process 1 is never held' };
  if (pid === process.pid || tid === process.pid) return { status: 'denied', reason: 'this is us' };
  // It would wait for us and we for it, at the first signal that either of us gets.
  const ours = tracerOf('/proc/self');
  if (ours !== 0 && (ours === pid || text(`${uncoveredFolder(pid)}/task/${ours}/stat`) !== undefined))
    return { status: 'denied', reason: 'it traces us' };
  const tracer = tracerOf(`${uncoveredFolder(pid)}/task/${tid}`);
  if (tracer === 0) return undefined;
  // Told to stop before, and still waiting for a core to do so.
  if (tracer === process.pid) return late;
  return { status: 'denied', reason: `process ${tracer} traces it` };
}

/** A thread that executes a program takes the number of its process: the trace goes on under that number. */
function followExec(pid: number, tid: number): void {
  if (pid !== tid && tracerOf(uncoveredFolder(pid)) === process.pid) releaseLater(pid);
}

/** One thread whose row of samples is being taken. */
interface Row {
  readonly pid: number;
  readonly tid: number;
  readonly watch: Watch | undefined;
  readonly samples: number[];
  /** CPU that it had used at its last sample. */
  ranUs: number | undefined;
  /** Microseconds until the next one. */
  waitUs: number;
  heldUs: number;
  /** When it was told to stop; undefined while it runs freely. */
  askedUs: number | undefined;
  /** Not before: it runs between two samples. */
  nextUs: number;
  /** Why the row ended, where it ended before its time. */
  end: Refusal | undefined;
  done: boolean;
}

function finish(row: Row, end?: Refusal): true {
  row.done = true;
  row.end = end;
  return true;
}

/** Dead, or not stopped yet: it is waited for, so that neither a held thread nor a zombie is left. */
function abandon(row: Row, end: Refusal): true {
  releaseLater(row.tid);
  releaseOutstanding();
  followExec(row.pid, row.tid);
  return finish(row, end);
}

/** Seizes it and tells it to stop, where it computes at this moment. */
function ask(row: Row, nowAt: number): true {
  const elsewhere = row.watch === undefined ? ended : row.watch.busyElsewhere();
  if (elsewhere !== undefined) return finish(row, elsewhere);
  const seized = systemCall('ptrace', request.seize, row.tid, 0, 0);
  if (seized < 0) return finish(row, failure(seized));
  systemCall('ptrace', request.interrupt, row.tid, 0, 0);
  row.askedUs = nowAt;
  return true;
}

/** Whether it computed since its last sample, for half of the gap at least. */
function hasRun(row: Row, ranUs: number | undefined, plan: Plan): boolean {
  if (ranUs === undefined || row.ranUs === undefined) return true;
  return ranUs - row.ranUs >= (plan.gapsUs[row.samples.length - 1] ?? 0) / 2;
}

/** Reads it and lets it go, where it has stopped. */
function take(row: Row, askedUs: number, plan: Plan): boolean {
  const stop = look(row.tid);
  if (stop.kind === 'gone') return abandon(row, { status: 'absent', reason: 'the thread has ended' });
  if (stop.kind === 'late') {
    return nowUs() > Math.min(plan.endUs, askedUs + plan.stopUs) ? abandon(row, late) : false;
  }
  const from = nowUs();
  const word = controlWord(row.tid, plan.machine);
  const ranUs = row.watch?.ranUs();
  // A thread that somebody else stopped stays stopped when it is let go, as it was meant to be.
  const letGo = systemCall('ptrace', request.detach, row.tid, 0, stop.signal) >= 0;
  const until = nowUs();
  if (!letGo) abandon(row, late);
  if (word < 0) return finish(row, failure(word));
  row.heldUs += until - from;
  row.askedUs = undefined;
  if (hasRun(row, ranUs, plan)) {
    row.samples.push(word);
    row.ranUs = ranUs;
    const gapUs = plan.gapsUs[row.samples.length - 1];
    if (gapUs === undefined || plan.enough(row.samples)) return finish(row);
    row.waitUs = gapUs;
  } else row.waitUs = Math.min(maxWaitUs, Math.max(row.waitUs, leastWaitUs) * 2);
  if (!letGo || stop.group) return finish(row);
  row.nextUs = until + row.waitUs;
  return until > plan.endUs ? finish(row, late) : true;
}

interface Plan {
  readonly machine: Architecture;
  readonly gapsUs: readonly number[];
  readonly enough: (samples: readonly number[]) => boolean;
  readonly stopUs: number;
  readonly endUs: number;
}

function answerOf(row: Row, machine: Architecture): Answer<RegisterSamples> {
  if (row.samples.length === 0) return row.end ?? late;
  const value = { architecture: machine, samples: row.samples, heldUs: Math.round(row.heldUs) };
  return { status: 'ok', value: row.end?.status === 'timeout' ? { ...value, cut: true } : value };
}

/**
 * Rows of samples of several threads at once. Where threads wait for a core, one after the other would take as
 * long as all their waits together; so all of them are asked, and each is read and let go as it stops.
 */
export function sampleThreads(
  threads: readonly ThreadIdentity[],
  { gapsUs, enough, patience = usualPatience }: SamplingPlan,
): readonly Answer<RegisterSamples>[] {
  const machine = architecture();
  releaseOutstanding();
  const plan: Plan = {
    machine,
    gapsUs: gapsUs.slice(0, maxSamples - 1).map((gapUs) => Math.min(Math.max(0, gapUs), maxGapUs)),
    enough: (samples) => enough?.({ architecture: machine, samples }) === true,
    stopUs: patience.stopUs,
    endUs: nowUs() + patience.totalUs,
  };
  const rows = threads.map(({ pid, tid }): Row => {
    const end = refusal(pid, tid);
    const watch = end === undefined ? new Watch(`${uncoveredFolder(pid)}/task/${tid}`) : undefined;
    const done = end !== undefined;
    const none = { ranUs: undefined, waitUs: 0, heldUs: 0, askedUs: undefined, nextUs: 0 };
    return { pid, tid, watch, samples: [], ...none, end, done };
  });
  const slack = systemCall('prctl', getTimerSlack);
  systemCall('prctl', setTimerSlack, shortSlack);
  try {
    let pending = rows.filter((row) => !row.done);
    for (let idle = 0; pending.length > 0; ) {
      let moved = false;
      for (const row of pending) {
        const at = nowUs();
        if (row.askedUs !== undefined) moved = take(row, row.askedUs, plan) || moved;
        else if (at > plan.endUs) moved = finish(row, late);
        else if (at >= row.nextUs) moved = ask(row, at);
      }
      pending = pending.filter((row) => !row.done);
      idle = moved ? 0 : idle + 1;
      // A thread on another core stops within some 20 µs; one that waits for a core takes as long as it takes.
      if (idle > 40) sleepMicroseconds(idle > 80 ? 200 : 20);
    }
  } finally {
    for (const row of rows) if (!row.done && row.askedUs !== undefined) abandon(row, late);
    for (const { watch } of rows) watch?.close();
    systemCall('prctl', setTimerSlack, Math.max(0, slack));
  }
  return rows.map((row) => answerOf(row, machine));
}

/** `patience` is for tests: the usual one bounds a sleep of a throttled thread. */
export function sampleRegisters(
  pid: number,
  tid: number,
  count: number,
  gapUs: number,
  patience: Patience = usualPatience,
): Answer<RegisterSamples> {
  const gapsUs = Array<number>(Math.min(Math.max(1, count), maxSamples) - 1).fill(gapUs);
  return sampleThreads([{ pid, tid }], { gapsUs, patience })[0] ?? late;
}
