/**
 * Freezing by control group: all of it at once, no process can undo it or notices, and no parent is told.
 *
 * A group is frozen only where all of its processes, and those of the groups below it, are to be frozen: a service or
 * a container of the attacker's own. Nobody is moved into another group, because systemd takes a service for dead whose
 * processes went elsewhere, and starts it again.
 * Source: Documentation/admin-guide/cgroup-v2.rst (`cgroup.freeze`, `cgroup.events`: `frozen 1` when it is done),
 * cgroup-v1/freezer-subsystem.rst (`freezer.state`: FROZEN, FREEZING, THAWED).
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CgroupEntry, parseCgroup } from '../../formats/cgroup.ts';
import { parseMountInfo } from '../../formats/mountinfo.ts';
import { bytesOf } from '../../model/text.ts';
import { mayChange } from '../../native/apart.ts';
import type { Native } from '../../native/port.ts';
import { processFolder } from '../../native/process-folder.ts';

export interface FreezerMount {
  readonly version: 1 | 2;
  readonly path: string;
}

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const mostGroups = 1000;
const mostDepth = 16;

/** Where groups can be frozen, the newer hierarchy first. Only mounts of a hierarchy's own root. */
export function freezerMounts(native: Native): readonly FreezerMount[] {
  const table = native.readFile(encode('/proc/self/mountinfo'), 4 << 20);
  if (table.status !== 'ok') return [];
  const mounts = parseMountInfo(table.value).filter(({ root }) => root === '/');
  const at = (version: 1 | 2, wanted: (mount: (typeof mounts)[number]) => boolean): FreezerMount[] =>
    mounts
      .filter(wanted)
      .slice(0, 1)
      .map(({ mountPoint }) => ({ version, path: Buffer.from(bytesOf(mountPoint)).toString() }));
  return [
    ...at(2, ({ fileSystem }) => fileSystem === 'cgroup2'),
    ...at(1, ({ fileSystem, superOptions }) => fileSystem === 'cgroup' && superOptions.includes('freezer')),
  ];
}

const isOf = (mount: FreezerMount, { hierarchy, controllers }: CgroupEntry): boolean =>
  mount.version === 2 ? hierarchy === 0 : controllers.split(',').includes('freezer');

/** Folders of groups that a process is in, one for each hierarchy; not the root, which holds everybody. */
export function groupsOf(native: Native, mounts: readonly FreezerMount[], pid: number): readonly string[] {
  // A mount over the folder of a process would tell another group, or none: then it is held by a signal in a frozen group.
  const file = native.readFile(encode(`${processFolder(pid)}/cgroup`), 64 << 10);
  if (file.status !== 'ok') return [];
  const entries = parseCgroup(file.value);
  return mounts.flatMap((mount) => {
    const path = entries.find((entry) => isOf(mount, entry))?.path;
    // Above the root of our namespace it begins with "/..".
    if (path === undefined || path === '/' || path.split('/').includes('..')) return [];
    return [join(mount.path, Buffer.from(bytesOf(path)).toString())];
  });
}

/** Processes of a group and of those below it; undefined where they cannot be told for certain. */
export function membersOf(folder: string): ReadonlySet<number> | undefined {
  const pids = new Set<number>();
  const waiting: (readonly [string, number])[] = [[folder, 0]];
  try {
    for (let count = 0; waiting.length > 0; count += 1) {
      const [at = '', depth = 0] = waiting.pop() ?? [];
      if (count > mostGroups || depth > mostDepth) return undefined;
      for (const line of readFileSync(join(at, 'cgroup.procs'), 'latin1').split('\n')) {
        // 0 stands for a process that is in none of our namespaces.
        if (line === '0') return undefined;
        if (/^\d+$/.test(line)) pids.add(Number(line));
      }
      for (const entry of readdirSync(at, { withFileTypes: true }))
        if (entry.isDirectory()) waiting.push([join(at, entry.name), depth + 1]);
    }
  } catch {
    // A group that went away, or one of threads: then signals have to do.
    return undefined;
  }
  return pids;
}

const versionOf = (folder: string): 1 | 2 | undefined => {
  try {
    const names = readdirSync(folder);
    return names.includes('cgroup.freeze') ? 2 : names.includes('freezer.state') ? 1 : undefined;
  } catch {
    return undefined;
  }
};

/** Whether the group can be frozen, and is not. */
export function canFreeze(folder: string): boolean {
  const version = versionOf(folder);
  if (version === undefined) return false;
  const state = readFileSync(
    join(folder, version === 2 ? 'cgroup.freeze' : 'freezer.state'),
    'latin1',
  ).trim();
  return state === (version === 2 ? '0' : 'THAWED');
}

/** @throws the error of the system */
export function setFrozen(folder: string, frozen: boolean): void {
  const may = mayChange();
  if (may.status !== 'ok') throw new Error(may.reason);
  if (versionOf(folder) === 2) writeFileSync(join(folder, 'cgroup.freeze'), frozen ? '1' : '0');
  else writeFileSync(join(folder, 'freezer.state'), frozen ? 'FROZEN' : 'THAWED');
}

export function isFrozen(folder: string): boolean {
  try {
    return versionOf(folder) === 2
      ? /^frozen 1$/m.test(readFileSync(join(folder, 'cgroup.events'), 'latin1'))
      : readFileSync(join(folder, 'freezer.state'), 'latin1').trim() === 'FROZEN';
  } catch {
    return false;
  }
}
