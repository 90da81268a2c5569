/** A recorded /proc that lies as it is told to: views that no honest process can produce. */
import type { Answer, Native, RawEntry } from '../native/port.ts';
import { recordedNative } from '../native/recorded.ts';

export interface FakeProcess {
  readonly pid: number;
  readonly startTicks: number;
  /** Tids but its own. */
  readonly threads: readonly number[];
}

/** Pids (and tids) that a view does not show. */
export interface Lies {
  readonly library?: readonly number[];
  readonly kernel?: readonly number[];
  /** /proc/N cannot be opened. */
  readonly folder?: readonly number[];
  readonly kill?: readonly number[];
  readonly scheduler?: readonly number[];
  /** Further names in the listing of the kernel. */
  readonly odd?: readonly string[];
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const otherFolders = ['sys', 'bus'];
const absent = { status: 'absent', reason: 'ENOENT' } as const;

const entry = (name: string, type = 4): RawEntry => ({ inode: 1, type, name: encoder.encode(name) });

export function procTree(processes: readonly FakeProcess[], lies: Lies = {}): Native {
  const hides = (view: keyof Omit<Lies, 'odd'>, pid: number): boolean => lies[view]?.includes(pid) === true;
  const owner = new Map(
    processes.flatMap((one) => [one.pid, ...one.threads].map((tid) => [tid, one] as const)),
  );
  const listed = (view: 'library' | 'kernel'): number[] =>
    processes.map(({ pid }) => pid).filter((pid) => !hides(view, pid));
  const bits = (view: 'kill' | 'scheduler' | 'folder', limit: number): Uint8Array => {
    const set = new Uint8Array((limit >> 3) + 1);
    for (const tid of owner.keys()) {
      if (!hides(view, tid)) set[tid >> 3] = (set[tid >> 3] ?? 0) | (1 << (tid & 7));
    }
    return set;
  };

  function listDirectory(bytes: Uint8Array): Answer<readonly RawEntry[]> {
    const path = decoder.decode(bytes);
    if (path === '/proc') {
      const names = [...otherFolders, ...(lies.odd ?? []), ...listed('kernel').map(String)];
      // A name that is no folder is not counted by the link count.
      return {
        status: 'ok',
        value: names.map((name) => entry(name, lies.odd?.includes(name) === true ? 8 : 4)),
      };
    }
    const pid = Number(/^\/proc\/(\d+)\/task$/.exec(path)?.[1] ?? 0);
    const one = hides('folder', pid) ? undefined : owner.get(pid);
    if (one === undefined) return absent;
    return { status: 'ok', value: [one.pid, ...one.threads].map((tid) => entry(String(tid))) };
  }

  function readFile(bytes: Uint8Array): Answer<Uint8Array> {
    const [, name = '', file] = /^\/proc\/(\d+)\/(stat|status)$/.exec(decoder.decode(bytes)) ?? [];
    const tid = Number(name);
    const one = hides('folder', tid) ? undefined : owner.get(tid);
    if (one === undefined) return absent;
    const text =
      file === 'stat'
        ? `${tid} (x) S 1 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 ${one.startTicks} 0 0 ${'0 '.repeat(27)}\n`
        : `Name:\tx\nTgid:\t${one.pid}\nPid:\t${tid}\nTracerPid:\t0\nUid:\t0\t0\t0\t0\nGid:\t0\t0\t0\t0\n`;
    return { status: 'ok', value: encoder.encode(text) };
  }

  return recordedNative({
    listDirectory,
    readFile,
    listByLibrary: () => ({
      status: 'ok',
      value: [...otherFolders, ...listed('library')].map((name) => encoder.encode(String(name))),
    }),
    linkCount: () => ({ status: 'ok', value: processes.length + otherFolders.length + 2 }),
    pidByKill: (pid) => owner.has(pid) && !hides('kill', pid),
    pidByScheduler: (pid) => owner.has(pid) && !hides('scheduler', pid),
    sweepPids: (limit, options) =>
      Promise.resolve({
        status: 'ok',
        value: {
          limit,
          kill: bits('kill', limit),
          scheduler: bits('scheduler', limit),
          ...(options?.stat === true ? { stat: bits('folder', limit) } : {}),
        },
      }),
  });
}
