/**
 * The stage: namespaces of the drill's own, seen from their first process. It keeps what a scenario builds and
 * takes it down again, so that the next one starts on an empty stage.
 *
 * All it writes lies on tmpfs in its own mount namespace and ends with it; /etc is an overlay, so the host's
 * files are read and never written. The one thing outside is a control group, see `throttle.ts`.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { DemineError } from '../model/error.ts';
import { childCommand } from '../native/child.ts';
import { raiseLoopback } from '../native/loopback.ts';
import { type MountRequest, mount, mountFlag, umount, umountFlag } from '../native/namespaces.ts';
import { entryFile } from './entry.ts';
import { markerPath, ownerFolder, poolAddress, stageFolder } from './places.ts';
import type { Role } from './role.ts';
import { type CpuHierarchy, cpuHierarchy, limitByPulse, limitByQuota, sweepGroups } from './throttle.ts';

/** How a stand-in is started. */
export interface Look {
  /**
   * Where its executable lies: our own file, bind-mounted there and never copied. `undefined` runs it from
   * where it is.
   */
  readonly executable?: string;
  /**
   * Runs it from an overlay and removes the file there: `gone` leaves nothing, `replaced` puts a new file in
   * its place, as an upgrade does. The value is the folder that shows our program's folder.
   */
  readonly deleted?: { readonly folder: string; readonly leaves: 'gone' | 'replaced' };
  readonly environment?: Readonly<Record<string, string>>;
}

const readyWithinMs = 60_000;

function mustMount(request: MountRequest): void {
  const answer = mount(request);
  if (answer.status !== 'ok') {
    throw new DemineError('drill-unavailable', 'A mount of the drill was refused.', {
      subject: `${request.target}: ${answer.reason}`,
    });
  }
}

export class Stage {
  /** In the reverse order they are undone. */
  readonly #undo: (() => void | Promise<void>)[] = [];
  #count = 0;
  /** What lies in the stage's folder between scenarios. */
  #standing: ReadonlySet<string> = new Set();

  /** Where CPU can be limited; undefined where this host allows it nowhere. */
  readonly cpuHierarchy: CpuHierarchy | undefined;

  private constructor(hierarchy: CpuHierarchy | undefined) {
    this.cpuHierarchy = hierarchy;
  }

  /** Makes the stage; only in the first process of new namespaces. */
  static open(): Stage {
    if (process.pid !== 1) {
      throw new DemineError('drill-unavailable', 'The stage opens only as the first process of namespaces.');
    }
    mustMount({ target: '/', flags: mountFlag.recursive | mountFlag.private });
    mustMount({ source: 'proc', target: '/proc', type: 'proc' });
    mustMount({ source: 'demine-drill', target: stageFolder, type: 'tmpfs', data: 'mode=0755,size=64m' });
    const owners = ownerFolder();
    if (owners !== stageFolder) {
      mustMount({ source: 'demine-drill', target: owners, type: 'tmpfs', data: 'mode=0755,size=1m' });
    }
    // The root file system becomes read-only for this namespace: a slip of ours cannot reach the host.
    mustMount({ target: '/', flags: mountFlag.remount | mountFlag.bind | mountFlag.readOnly });
    writeFileSync(markerPath, '');
    const raised = raiseLoopback(poolAddress);
    if (raised.status !== 'ok') {
      throw new DemineError('drill-unavailable', 'The loopback of the drill could not be raised.', {
        subject: raised.reason,
      });
    }
    const groups = join(stageFolder, 'groups');
    mkdirSync(groups);
    const hierarchy = cpuHierarchy(groups);
    if (hierarchy !== undefined) sweepGroups(hierarchy);
    const stage = new Stage(hierarchy);
    stage.#overlay('/etc', '/etc');
    stage.#undo.length = 0;
    stage.#standing = new Set(readdirSync(stageFolder));
    return stage;
  }

  #scratch(name: string): string {
    this.#count += 1;
    const folder = join(stageFolder, `${name}-${this.#count}`);
    mkdirSync(folder);
    return folder;
  }

  #mount(request: MountRequest & { readonly target: string }): void {
    mustMount(request);
    this.#undo.push(() => {
      umount(request.target, umountFlag.detach);
    });
  }

  /** A writable view of a folder, at another place or over itself. */
  #overlay(lower: string, target: string): void {
    const upper = this.#scratch('upper');
    const work = this.#scratch('work');
    const data = `lowerdir=${lower},upperdir=${upper},workdir=${work}`;
    this.#mount({ source: 'overlay', target, type: 'overlay', data });
  }

  /** A new file on the stage. */
  write(path: string, content: string): void {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
    this.#undo.push(() => rmSync(path, { force: true }));
  }

  /** Other words in a file of /etc; the host's own is not touched. */
  edit(path: string, content: string): void {
    const before = existsSync(path) ? readFileSync(path) : undefined;
    writeFileSync(path, content);
    this.#undo.push(() => (before === undefined ? rmSync(path) : writeFileSync(path, before)));
  }

  /** Mounts an empty folder over `target`. */
  cover(target: string): void {
    this.#mount({ source: this.#scratch('empty'), target, flags: mountFlag.bind });
  }

  onClear(action: () => void): void {
    this.#undo.push(action);
  }

  #programAt(look: Look): { readonly path: string; readonly started: () => void } {
    if (look.deleted !== undefined) {
      const { folder, leaves } = look.deleted;
      if (!existsSync(folder)) mkdirSync(folder, { recursive: true });
      this.#overlay(dirname(process.execPath), folder);
      const path = join(folder, basename(process.execPath));
      return {
        path,
        started: () => {
          rmSync(path);
          if (leaves === 'replaced') writeFileSync(path, '\x7fELF', { mode: 0o755 });
        },
      };
    }
    if (look.executable === undefined) return { path: process.execPath, started: () => undefined };
    const path = look.executable;
    if (!existsSync(path)) this.write(path, '');
    this.#mount({ source: process.execPath, target: path, flags: mountFlag.bind });
    return { path, started: () => undefined };
  }

  /** Starts a stand-in and waits until it plays its role. @returns its pid */
  async start(role: Role, look: Look = {}): Promise<number> {
    const { path, started } = this.#programAt(look);
    // Room for the argv that it will show.
    const [, ...rest] = childCommand('drill-stand-in', [' '.repeat(160)], entryFile);
    const child = Bun.spawn([path, ...rest], {
      stdio: [new Blob([JSON.stringify(role)]), 'pipe', 'pipe'],
      env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', ...look.environment },
    });
    this.#undo.push(async () => {
      child.kill('SIGKILL');
      await child.exited;
    });
    // Kept for the case that it fails; the loader complains here about a preload that is only a wish.
    const complaints = new Response(child.stderr).text();
    if (!(await ready(child.stdout))) {
      child.kill('SIGKILL');
      throw new DemineError('drill-unavailable', 'A stand-in did not start.', {
        subject: `${role.part.kind}: ${(await complaints).trim().slice(-300)}`,
      });
    }
    started();
    return child.pid;
  }

  limitByQuota(hierarchy: CpuHierarchy, pid: number, percent: number): void {
    const { folder } = limitByQuota(hierarchy, pid, percent);
    // The group is empty only after its process has ended: it goes below it in the order of undoing.
    this.#undo.unshift(() => rmdirSync(folder));
  }

  limitByPulse(pid: number, percent: number): void {
    this.#undo.push(limitByPulse(pid, percent));
  }

  /** Ends all that was started and takes down all that was built. */
  async clear(): Promise<void> {
    for (let undo = this.#undo.pop(); undo !== undefined; undo = this.#undo.pop()) await undo();
    for (const name of readdirSync(stageFolder)) {
      if (!this.#standing.has(name)) rmSync(join(stageFolder, name), { recursive: true });
    }
  }
}

/** Whether it said anything in time: its one word is `ready`. */
async function ready(stream: ReadableStream<Uint8Array>): Promise<boolean> {
  const late = Bun.sleep(readyWithinMs).then(() => true);
  const reader = stream.getReader();
  const first = await Promise.race([reader.read().then(({ done }) => done), late]);
  reader.releaseLock();
  return !first;
}
