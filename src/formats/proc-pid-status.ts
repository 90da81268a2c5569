/**
 * /proc/pid/status: identity, memory, capabilities and limits of a process, in labelled lines.
 *
 * Why: locked memory and huge pages are how RandomX and CryptoNight prepare, the tracer and the CPU list tell
 * of guards and pinned threads, NSpid tells whose pid namespace it lives in.
 * What it is NOT: complete for kernel threads and zombies, which have no Vm lines.
 * Units: bytes (the kernel writes kB of 1024).
 * Source: proc_pid_status(5); fs/proc/array.c. `Name` is escaped there (`\n`, `\\`), so no name can forge a
 * line; the first line of each label is taken all the same.
 */
import { asciiText, decimal, decimals, find, newline, skipBlanks, startsWith } from './ascii.ts';

export interface ProcStatus {
  /** Thread group: differs from the pid of the path when the path names a thread. */
  readonly threadGroup: number;
  readonly tracer: number;
  /** Real, effective, saved, file system. */
  readonly uids: readonly number[];
  readonly gids: readonly number[];
  /** Outermost first, as seen from the reader's namespace. */
  readonly namespacedPids: readonly number[];
  readonly locked: number;
  readonly rss: number;
  readonly hugetlb: number;
  /** Hex as printed, without prefix. */
  readonly capabilities: string;
  readonly cpus: string;
  readonly threads: number;
}

interface Draft {
  threadGroup: number;
  tracer: number;
  uids: readonly number[];
  gids: readonly number[];
  namespacedPids: readonly number[];
  locked: number;
  rss: number;
  hugetlb: number;
  capabilities: string;
  cpus: string;
  threads: number;
}

type Take = (draft: Draft, bytes: Uint8Array, start: number, end: number) => void;

const number = (bytes: Uint8Array, start: number, end: number): number => {
  const value = decimal(bytes, start, end);
  return Number.isNaN(value) ? 0 : value;
};

// By the first letter, so that most of the sixty lines cost one comparison.
const labels: Readonly<Record<number, readonly (readonly [label: string, bit: number, take: Take])[]>> = {
  67: [
    ['CapEff:', 1, (draft, bytes, start, end) => (draft.capabilities = asciiText(bytes, start, end))],
    ['Cpus_allowed_list:', 2, (draft, bytes, start, end) => (draft.cpus = asciiText(bytes, start, end))],
  ],
  71: [['Gid:', 4, (draft, bytes, start, end) => (draft.gids = decimals(bytes, start, end, 4))]],
  72: [
    ['HugetlbPages:', 8, (draft, bytes, start, end) => (draft.hugetlb = number(bytes, start, end) * 1024)],
  ],
  78: [
    ['NSpid:', 16, (draft, bytes, start, end) => (draft.namespacedPids = decimals(bytes, start, end, 33))],
  ],
  84: [
    ['Tgid:', 32, (draft, bytes, start, end) => (draft.threadGroup = number(bytes, start, end))],
    ['TracerPid:', 64, (draft, bytes, start, end) => (draft.tracer = number(bytes, start, end))],
    ['Threads:', 128, (draft, bytes, start, end) => (draft.threads = number(bytes, start, end))],
  ],
  85: [['Uid:', 256, (draft, bytes, start, end) => (draft.uids = decimals(bytes, start, end, 4))]],
  86: [
    ['VmLck:', 512, (draft, bytes, start, end) => (draft.locked = number(bytes, start, end) * 1024)],
    ['VmRSS:', 1024, (draft, bytes, start, end) => (draft.rss = number(bytes, start, end) * 1024)],
  ],
};

/** The fields of a status file, or undefined when it holds no `Tgid` and `Uid`. */
export function parseProcStatus(bytes: Uint8Array): ProcStatus | undefined {
  const draft: Draft = {
    threadGroup: 0,
    tracer: 0,
    uids: [],
    gids: [],
    namespacedPids: [],
    locked: 0,
    rss: 0,
    hugetlb: 0,
    capabilities: '',
    cpus: '',
    threads: 0,
  };
  // One bit a label: a set would cost more than the parsing, 2,000 times a scan.
  let seen = 0;
  for (let start = 0; start < bytes.length; ) {
    const end = find(bytes, newline, start);
    const candidates = labels[bytes[start] ?? 0];
    if (candidates !== undefined) {
      for (const [label, bit, take] of candidates) {
        if (!startsWith(bytes, label, start, end)) continue;
        if ((seen & bit) === 0) take(draft, bytes, skipBlanks(bytes, start + label.length, end), end);
        seen |= bit;
        break;
      }
    }
    start = end + 1;
  }
  return draft.threadGroup > 0 && draft.uids.length === 4 ? draft : undefined;
}
