/** Two ways in which miners stay under a threshold: a quota of the control group, and stop and go. */
import { mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseMountInfo } from '../formats/mountinfo.ts';
import { bytesOf } from '../model/text.ts';
import { mount } from '../native/namespaces.ts';
import { groupName } from './places.ts';

/** The hierarchy that limits CPU, and how it is told. */
export interface CpuHierarchy {
  readonly folder: string;
  readonly version: 1 | 2;
}

const decoder = new TextDecoder();

/**
 * cgroups(7), Documentation/admin-guide/cgroup-v2.rst; `undefined` where nothing may be limited.
 *
 * @param own an empty folder to mount the older kind of hierarchy on, where none is mounted
 */
export function cpuHierarchy(own: string): CpuHierarchy | undefined {
  for (const entry of parseMountInfo(readFileSync('/proc/self/mountinfo'))) {
    const folder = decoder.decode(bytesOf(entry.mountPoint));
    if (entry.fileSystem === 'cgroup' && entry.superOptions.includes('cpu')) return { folder, version: 1 };
    if (entry.fileSystem !== 'cgroup2') continue;
    // Only where the controller is handed down already: the drill changes no setting of the host.
    const handed = readFileSync(join(folder, 'cgroup.subtree_control'), 'utf8').trim().split(/\s+/);
    if (handed.includes('cpu')) return { folder, version: 2 };
  }
  for (const data of ['cpu', 'cpu,cpuacct']) {
    const mounted = mount({ source: 'cgroup', target: own, type: 'cgroup', data });
    if (mounted.status === 'ok') return { folder: own, version: 1 };
  }
  return undefined;
}

const periodUs = 100_000;

/** A group of our own that holds one process at `percent` of a core; it can be removed once that has ended. */
export function limitByQuota(
  hierarchy: CpuHierarchy,
  pid: number,
  percent: number,
): { readonly folder: string } {
  const name = `demine-drill-${Bun.hash(`${process.hrtime.bigint()}`).toString(16).padStart(16, '0').slice(0, 8)}`;
  const folder = join(hierarchy.folder, name);
  mkdirSync(folder);
  const quota = Math.round((periodUs * percent) / 100);
  if (hierarchy.version === 1) {
    writeFileSync(join(folder, 'cpu.cfs_period_us'), `${periodUs}`);
    writeFileSync(join(folder, 'cpu.cfs_quota_us'), `${quota}`);
  } else {
    writeFileSync(join(folder, 'cpu.max'), `${quota} ${periodUs}`);
  }
  writeFileSync(join(folder, 'cgroup.procs'), `${pid}`);
  return { folder };
}

/** Removes groups that a drill left which was ended by force. @returns how many */
export function sweepGroups(hierarchy: CpuHierarchy): number {
  let swept = 0;
  for (const name of readdirSync(hierarchy.folder).filter((entry) => groupName.test(entry))) {
    try {
      rmdirSync(join(hierarchy.folder, name));
      swept += 1;
    } catch {
      // Another drill still runs in it: the kernel removes no group that holds a process.
    }
  }
  return swept;
}

/** SIGSTOP and SIGCONT by turns, so that a process runs `percent` of the time. @returns how to end it */
export function limitByPulse(pid: number, percent: number): () => void {
  const cycleMs = 100;
  let going = true;
  const turn = async (): Promise<void> => {
    while (going) {
      process.kill(pid, 'SIGCONT');
      await Bun.sleep((cycleMs * percent) / 100);
      if (!going) return;
      process.kill(pid, 'SIGSTOP');
      await Bun.sleep((cycleMs * (100 - percent)) / 100);
    }
  };
  const turning = turn().catch(() => undefined); // The process ended between two signals: there is nothing to limit.
  return () => {
    going = false;
    turning.finally(() => undefined);
  };
}
