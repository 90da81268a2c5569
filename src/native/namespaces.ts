/**
 * Namespaces and mounts, for the drill, for tests, and for looking into another namespace.
 *
 * All of it acts on the calling thread or on the whole process; nothing here is called by a scan but
 * `insideNetworkOf`. A process with several threads (Bun always is) cannot enter a user namespace, and can
 * enter a mount namespace only after `unshare(namespace.files)` on that thread, for synchronous calls.
 */
import { DemineError } from '../model/error.ts';
import { openForReading } from './dirents.ts';
import { errno, failure, outcome, passOn } from './failure.ts';
import type { Answer } from './port.ts';
import { uncoveredFolder } from './process-folder.ts';
import { addressOf, close, encodePath, systemCall, terminated } from './syscall.ts';

/** CLONE_* of include/uapi/linux/sched.h. */
export const namespace = {
  files: 0x200,
  mount: 0x20000,
  cgroup: 0x2000000,
  uts: 0x4000000,
  ipc: 0x8000000,
  user: 0x10000000,
  pid: 0x20000000,
  network: 0x40000000,
} as const;

/** MS_* of include/uapi/linux/mount.h. */
export const mountFlag = {
  readOnly: 0x1,
  noSetuid: 0x2,
  noDevices: 0x4,
  noExecute: 0x8,
  remount: 0x20,
  bind: 0x1000,
  recursive: 0x4000,
  unbindable: 0x20000,
  private: 0x40000,
  slave: 0x80000,
  shared: 0x100000,
} as const;

/** MNT_DETACH and MNT_FORCE; UMOUNT_NOFOLLOW. */
export const umountFlag = { force: 1, detach: 2, noFollow: 8 } as const;

type Path = string | Uint8Array;

/** Runs a call with NUL-terminated arguments that stay alive until it returns. */
function withPaths(
  paths: readonly (Path | undefined)[],
  call: (addresses: number[]) => number,
): Answer<true> {
  const texts: (Uint8Array | undefined)[] = [];
  for (const path of paths) {
    const text = path === undefined ? undefined : terminated(encodePath(path));
    if (path !== undefined && text === undefined) return failure(-errno.EINVAL);
    texts.push(text);
  }
  const result = call(texts.map((text) => (text === undefined ? 0 : addressOf(text))));
  return outcome(result);
}

export const unshare = (flags: number): Answer<true> => outcome(systemCall('unshare', flags));

export const setns = (descriptor: number, kind: number): Answer<true> =>
  outcome(systemCall('setns', descriptor, kind));

export interface MountRequest {
  readonly source?: Path;
  readonly target: Path;
  readonly type?: string;
  readonly flags?: number;
  readonly data?: string;
}

export const mount = (request: MountRequest): Answer<true> =>
  withPaths([request.source, request.target, request.type, request.data], ([source, target, type, data]) =>
    systemCall('mount', source, target, type, request.flags ?? 0, data),
  );

export const umount = (target: Path, flags = 0): Answer<true> =>
  withPaths([target], ([address]) => systemCall('umount2', address, flags));

/** PR_SET_PDEATHSIG: the signal this process gets when the thread that started it ends. 0 for none. */
export const signalOnParentDeath = (signal: number): Answer<true> => outcome(systemCall('prctl', 1, signal));

/** PR_SET_NAME: the name of the calling thread, cut at 15 bytes by the kernel. */
export const setThreadName = (name: Path): Answer<true> =>
  withPaths([name], ([address]) => systemCall('prctl', 15, address));

export type NamespaceFile = 'cgroup' | 'ipc' | 'mnt' | 'net' | 'pid' | 'time' | 'user' | 'uts';

/** A descriptor of a namespace of a process, for `setns`; the caller closes it. */
export function openNamespace(pid: number | 'self', file: NamespaceFile): Answer<number> {
  const folder = pid === 'self' ? '/proc/self' : uncoveredFolder(pid);
  const descriptor = openForReading(encodePath(`${folder}/ns/${file}`));
  return descriptor < 0 ? failure(descriptor) : { status: 'ok', value: descriptor };
}

/**
 * Runs `action` with this thread in the network namespace of `pid`, and returns always. A socket stays in the
 * namespace in which it was made, so the action only makes one.
 */
export function insideNetworkOf<T>(pid: number, action: () => Answer<T>): Answer<T> {
  // `self` is the whole process, and only this thread changes: thread-self would follow it.
  const home = openNamespace('self', 'net');
  if (home.status !== 'ok') return passOn(home);
  const there = openNamespace(pid, 'net');
  if (there.status !== 'ok') {
    close(home.value);
    return passOn(there);
  }
  const entered = setns(there.value, namespace.network);
  close(there.value);
  try {
    return entered.status === 'ok' ? action() : passOn(entered);
  } finally {
    const back = entered.status === 'ok' ? setns(home.value, namespace.network) : entered;
    close(home.value);
    if (entered.status === 'ok' && back.status !== 'ok') {
      // Going on would scan another namespace than the result says.
      // biome-ignore lint/correctness/noUnsafeFinally: nothing that the action returned may be used then
      throw new DemineError('internal', 'The way back from a network namespace is closed.', {
        subject: `pid ${pid}`,
      });
    }
  }
}
