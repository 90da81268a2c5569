/**
 * One pid against all views of one moment.
 *
 * What: whether it lives, what shows it, what should show it and does not, which mount lies over its folder,
 * and when it was started, by whichever way still tells.
 * Why: each way of hiding leaves other views alone; which ones is what names the way.
 * What it is NOT: a verdict. A pid that is born or dies while we look disagrees with itself; the caller asks
 * again. A refused scheduler call alone is no disagreement: seccomp and security modules refuse it too.
 * Sources: linux-hiding §3.1, §3.6.
 */
import type { MountFact } from '../model/facts/kernel.ts';
import type { ProcessView } from '../model/facts/process.ts';
import type { Native } from '../native/port.ts';
import { type Folder, folderOf, startByThread } from './pid-listing.ts';

export interface Sighting {
  /** 0 where no view tells it. */
  readonly startTicks: number;
  readonly seenBy: readonly ProcessView[];
  readonly missingFrom: readonly ProcessView[];
  readonly mount?: MountFact;
}

export interface JudgeOptions {
  readonly readdirPids: readonly number[];
  readonly cgroupPids: readonly number[];
  readonly socketOwnerPids: readonly number[];
  readonly mounts: readonly MountFact[];
}

export interface Moment {
  readonly kernel: ReadonlySet<number>;
  /** Absent where the C library cannot be asked. */
  readonly library: ReadonlySet<number> | undefined;
  readonly tids: ReadonlySet<number>;
  /** Where /proc shows what lies beneath mounts. */
  readonly uncovered: string | undefined;
}

/** Tids above a pid at which its threads are looked for, where nothing else tells its start. */
const threadsTried = 64;

export class PidJudge {
  readonly #native: Native;
  readonly #moment: Moment;
  readonly #mounts: ReadonlyMap<number, MountFact>;
  readonly #cgroup: ReadonlySet<number>;
  readonly #socket: ReadonlySet<number>;
  readonly #readdir: ReadonlySet<number>;
  #newest: number | undefined;

  constructor(native: Native, options: JudgeOptions, moment: Moment) {
    this.#native = native;
    this.#moment = moment;
    this.#cgroup = new Set(options.cgroupPids);
    this.#socket = new Set(options.socketOwnerPids);
    this.#readdir = new Set(options.readdirPids);
    const mounts = new Map<number, MountFact>();
    for (const mount of options.mounts) {
      const pid = /^\/proc\/(\d{1,10})(?:\/|$)/.exec(mount.mountPoint)?.[1];
      if (pid === undefined) continue;
      const known = mounts.get(Number(pid));
      // One over the folder itself explains more than one over a file in it.
      if (known === undefined || mount.mountPoint.length < known.mountPoint.length) {
        mounts.set(Number(pid), mount);
      }
    }
    this.#mounts = mounts;
  }

  /** Undefined when all views agree, when it is a thread, or when it is gone. */
  judge(pid: number): Sighting | undefined {
    const folder = folderOf(this.#native, '/proc', pid);
    if (folder.kind === 'thread') return undefined;
    const beneath = this.#beneath(pid, folder);
    if (beneath.kind === 'thread') return undefined;
    // A listed thread whose own folder says nothing is still a thread.
    const listed = this.#moment.kernel.has(pid) || this.#moment.library?.has(pid) === true;
    if (folder.kind === 'none' && !listed && this.#moment.tids.has(pid)) return undefined;

    const kill = this.#native.pidByKill(pid);
    const scheduler = this.#native.pidByScheduler(pid);
    const alive = kill || scheduler || folder.kind === 'process' || beneath.kind === 'process';
    if (!alive) return undefined;
    const startTicks = this.#start(pid, folder, beneath);

    const readdir = this.#inReaddir(pid, startTicks);
    const views: readonly (readonly [ProcessView, boolean | undefined])[] = [
      ['readdir', readdir],
      ['getdents', this.#moment.kernel.has(pid)],
      ['stat', folder.kind === 'process'],
      ['kill', kill],
      ['scheduler', scheduler],
      ['cgroup', this.#cgroup.has(pid) || undefined],
      ['socket', this.#socket.has(pid) || undefined],
    ];
    const seenBy = views.filter(([, seen]) => seen === true).map(([view]) => view);
    const missingFrom = views.filter(([, seen]) => seen === false).map(([view]) => view);
    const fromFiles = missingFrom.some((view) => ['readdir', 'getdents', 'stat'].includes(view));
    if (!fromFiles && (kill || scheduler)) return undefined;
    const mount = folder.kind === 'process' ? undefined : this.#mounts.get(pid);
    return {
      startTicks,
      seenBy: mount === undefined ? seenBy : [...seenBy, 'mount'],
      missingFrom,
      ...(mount === undefined ? {} : { mount }),
    };
  }

  /** What the folder shows beneath a mount; the folder itself where nothing lies over it. */
  #beneath(pid: number, folder: Folder): Folder {
    const { uncovered } = this.#moment;
    if (folder.kind === 'process' || uncovered === undefined) return folder;
    return folderOf(this.#native, uncovered, pid);
  }

  #start(pid: number, folder: Folder, beneath: Folder): number {
    if (folder.kind === 'process') return folder.startTicks;
    if (beneath.kind === 'process') return beneath.startTicks;
    // Threads of a process are mostly started right after it; /proc/tid is not covered by a mount over /proc/pid.
    for (let tid = pid + 1; tid <= pid + threadsTried; tid += 1) {
      if (this.#moment.kernel.has(tid)) continue;
      const start = startByThread(this.#native, tid, pid);
      if (start !== undefined) return start;
    }
    return 0;
  }

  /**
   * Where the C library cannot be asked again, the listing of the scan stands for it. It is older than this
   * moment: a process is missing from it only if it was started before one that stands in it.
   */
  #inReaddir(pid: number, startTicks: number): boolean | undefined {
    if (this.#moment.library !== undefined) return this.#moment.library.has(pid);
    if (this.#readdir.size === 0) return undefined;
    if (this.#readdir.has(pid)) return true;
    if (startTicks === 0) return undefined;
    return startTicks < this.#newestListed() ? false : undefined;
  }

  #newestListed(): number {
    if (this.#newest === undefined) {
      let newest = 0;
      for (const pid of this.#readdir) {
        const folder = folderOf(this.#native, '/proc', pid);
        if (folder.kind === 'process') newest = Math.max(newest, folder.startTicks);
      }
      this.#newest = newest;
    }
    return this.#newest;
  }
}
