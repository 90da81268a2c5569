/**
 * Who runs, and who ran a moment ago: a small memory of processes, so that a writer that has ended can be named with its
 * parents. Looked at once when a process is met; what ended stays for a while.
 *
 * A pid is given to another process later, never with the same start. A parent that started after its child is another
 * process under its number, and is not taken for the parent.
 */

import { cgroupPaths, parseCgroup, unitOfEntries } from '../../formats/cgroup.ts';
import { containerOfPaths } from '../../formats/container-id.ts';
import { parseCmdline } from '../../formats/proc-cmdline.ts';
import { isKernelThread, parseProcStat } from '../../formats/proc-pid-stat.ts';
import { maskArguments } from '../../model/mask.ts';
import { beginningOf, type PathText, type Printable, printableBytes } from '../../model/text.ts';
import type { ProcessLink } from '../../model/watch.ts';
import { scriptOf } from '../execute/script-of.ts';

/** What /proc answers; undefined where the process has gone, or it is refused. */
export interface ProcessWorld {
  readonly file: (
    pid: number,
    name: 'stat' | 'cmdline' | 'cgroup' | 'status' | 'loginuid',
  ) => Uint8Array | undefined;
  readonly link: (pid: number, name: 'exe' | 'cwd') => Uint8Array | undefined;
  /** Name of an account. */
  readonly user: (uid: number) => Printable | undefined;
}

export interface Met {
  readonly link: ProcessLink;
  readonly parent: number;
  readonly terminal: boolean;
  readonly loginUid: number | undefined;
  readonly kernel: boolean;
  /** Paths that it runs: its program, and the script that an interpreter was given. */
  readonly runs: readonly PathText[];
}

const mostArguments = 24;
const longestArgument = 400;
/** Characters of all arguments of one process: a record holds thousands of them at worst. */
const mostText = 800;
/** Of processes that have ended. */
const mostEnded = 2_048;
const mostChain = 24;
/** Characters of a chain: paths may be long, and a record holds two hundred chains. */
const mostChainText = 24_000;
const deletedMark = / \(deleted\)$/;
const noLogin = 0xffff_ffff;

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

function argvOf(bytes: Uint8Array | undefined): readonly Printable[] {
  return bytes === undefined ? [] : parseCmdline(bytes).argv;
}

function shortened(argv: readonly Printable[]): Printable[] {
  const kept: Printable[] = [];
  let room = mostText;
  for (const word of argv) {
    if (room <= 0) break;
    const short = beginningOf(word, Math.min(longestArgument, room));
    kept.push(short);
    room -= short.length + 1;
  }
  return kept;
}

function uidOf(status: Uint8Array | undefined): number | undefined {
  const found = status === undefined ? null : /^Uid:\s*(\d+)/m.exec(text(status));
  return found === null ? undefined : Number(found[1]);
}

export class ProcessBook {
  readonly #world: ProcessWorld;
  readonly #running = new Map<number, Met>();
  readonly #ended = new Map<number, Met>();

  constructor(world: ProcessWorld) {
    this.#world = world;
  }

  get size(): number {
    return this.#running.size + this.#ended.size;
  }

  /** Looks at a process now, all of it. */
  meet(pid: number): Met | undefined {
    const bytes = this.#world.file(pid, 'stat');
    const stat = bytes === undefined ? undefined : parseProcStat(bytes);
    if (stat === undefined) {
      this.gone(pid);
      return undefined;
    }
    const { startTicks, name } = stat;
    const exeBytes = this.#world.link(pid, 'exe');
    const exeText = exeBytes === undefined ? undefined : printableBytes(exeBytes);
    const deleted = exeText !== undefined && deletedMark.test(exeText);
    const exe = exeText?.replace(deletedMark, '') as PathText | undefined;
    const argv = argvOf(this.#world.file(pid, 'cmdline'));
    const cwd = this.#world.link(pid, 'cwd');
    const script =
      exe === undefined
        ? undefined
        : (scriptOf(exe, argv.slice(1), cwd === undefined ? undefined : printableBytes(cwd)) as
            | PathText
            | undefined);
    const uid = uidOf(this.#world.file(pid, 'status'));
    const user = uid === undefined ? undefined : this.#world.user(uid);
    const groups = this.#world.file(pid, 'cgroup');
    const entries = groups === undefined ? [] : parseCgroup(groups);
    const unit = unitOfEntries(entries);
    const container = containerOfPaths(cgroupPaths(entries));
    const login = this.#world.file(pid, 'loginuid');
    const loginUid = login === undefined ? noLogin : Number(text(login));
    const met: Met = {
      link: {
        pid,
        startTicks,
        name,
        ...(exe === undefined ? {} : { exe }),
        ...(deleted ? { deleted } : {}),
        argv: shortened(maskArguments(argv.slice(0, mostArguments))),
        ...(script === undefined ? {} : { script }),
        ...(uid === undefined ? {} : { uid }),
        ...(user === undefined ? {} : { user }),
        ...(unit === undefined ? {} : { unit }),
        ...(container === undefined ? {} : { container: `${container.runtime} ${container.id}` }),
      },
      parent: stat.parent,
      terminal: stat.terminal !== 0,
      loginUid: Number.isFinite(loginUid) && loginUid !== noLogin ? loginUid : undefined,
      kernel: isKernelThread(stat.flags),
      runs: [...(exe === undefined ? [] : [exe]), ...(script === undefined ? [] : [script])],
    };
    const before = this.#running.get(pid);
    if (before !== undefined && before.link.startTicks !== startTicks) this.#end(pid, before);
    this.#running.set(pid, met);
    return met;
  }

  /** What is known of a process: as it is now, or as it was before it ended. */
  recall(pid: number): Met | undefined {
    return this.#running.get(pid) ?? this.#ended.get(pid);
  }

  gone(pid: number): void {
    const met = this.#running.get(pid);
    if (met === undefined) return;
    this.#running.delete(pid);
    this.#end(pid, met);
  }

  #end(pid: number, met: Met): void {
    this.#ended.delete(pid);
    this.#ended.set(pid, met);
    for (const oldest of this.#ended.keys()) {
      if (this.#ended.size <= mostEnded) break;
      this.#ended.delete(oldest);
    }
  }

  /** Those that a listing does not name any more have ended. */
  listed(pids: ReadonlySet<number>): void {
    for (const pid of this.#running.keys()) if (!pids.has(pid)) this.gone(pid);
  }

  /** Whether a process is the one that was met before: one small read. */
  isStill(pid: number, startTicks: number): boolean {
    const bytes = this.#world.file(pid, 'stat');
    return bytes !== undefined && parseProcStat(bytes)?.startTicks === startTicks;
  }

  isKnown(pid: number): boolean {
    return this.#running.has(pid);
  }

  /** The parents of a process up to the first, each as it is, or as it was. */
  chainOf(met: Met): readonly ProcessLink[] {
    const chain = [met.link];
    let room = mostChainText - JSON.stringify(met.link).length;
    let at = met;
    while (at.parent > 0 && chain.length < mostChain) {
      const now = this.meet(at.parent) ?? this.recall(at.parent);
      const before = this.#ended.get(at.parent);
      const startTicks = at.link.startTicks;
      const parent = [now, before].find((one) => one !== undefined && one.link.startTicks <= startTicks);
      if (parent === undefined || chain.some(({ pid }) => pid === parent.link.pid)) break;
      room -= JSON.stringify(parent.link).length;
      if (room < 0) break;
      chain.push(parent.link);
      at = parent;
    }
    return chain;
  }
}
