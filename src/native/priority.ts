/**
 * Our own priority: nice 5, and the lowest best-effort class for the disk. The idle class is not taken: on a
 * disk that a miner or a database keeps busy it may never get its turn, and a scan has to end. Nor is a lower
 * priority: where a miner at nice 0 holds every core, nice 5 leaves us a quarter of one and nice 10 a tenth
 * (sched_prio_to_weight of kernel/sched/core.c: 1024 to 335 or 110), and the answer is wanted within seconds.
 * Where more than two threads for each core want to run, nice 0 is kept: beside twenty of them it is a twentieth
 * of a core, and nice 5 would be a sixtieth: a minute for a second of CPU.
 */
import { listDirectory } from './dirents.ts';
import { done, outcome } from './failure.ts';
import { readProc } from './kernel-text.ts';
import type { Answer } from './port.ts';
import { encodePath, systemCall } from './syscall.ts';

const nice = 5;
/** include/uapi/linux/ioprio.h: IOPRIO_CLASS_BE, lowest of its eight levels. */
const bestEffortLowest = (2 << 13) | 7;
const ioprioWhoProcess = 1;

/** Threads for each core from which a host is crowded. */
const crowd = 2;

/** By the fourth field of /proc/loadavg: threads that are runnable now, we among them. */
function isCrowded(): boolean {
  const file = readProc('/proc/loadavg', 256);
  if (file.status !== 'ok') return false;
  const runnable = Number(/ (\d+)\/\d+ /.exec(Buffer.from(file.value).toString('latin1'))?.[1] ?? 0);
  return runnable - 1 > crowd * navigator.hardwareConcurrency;
}

/** Both are kept per thread, so every thread of ours is told. */
export function lowerPriority(crowded: boolean = isCrowded()): Answer<true> {
  const threads = listDirectory(encodePath('/proc/self/task'));
  const ids =
    threads.status === 'ok'
      ? threads.value.map(({ name }) => Number(Buffer.from(name).toString('latin1')))
      : [];
  let last = done;
  // 0 is the thread that calls.
  for (const id of [0, ...ids]) {
    // The system call answers 20 - nice.
    const now = 20 - systemCall('getpriority', 0, id);
    if (!crowded && now < nice) last = outcome(systemCall('setpriority', 0, id, nice));
    systemCall('ioprio_set', ioprioWhoProcess, id, bestEffortLowest);
  }
  return last.status === 'absent' ? done : last;
}

/**
 * Nice 0 for the calling thread. A sweep over four million pids is two seconds of CPU; where forty threads
 * compete for two cores, nice 5 makes minutes of it, and what is hidden may be gone.
 */
export function usualPriority(): Answer<true> {
  return outcome(systemCall('setpriority', 0, 0, 0));
}
