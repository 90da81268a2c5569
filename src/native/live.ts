/** The kernel of this host. The only `Native` that is not recorded. */

import { auxiliaryValue } from './auxiliary.ts';
import { readDevice } from './block-device.ts';
import { bpfPrograms } from './bpf.ts';
import { linkCount, listDirectory, readFile, uncoveredProc } from './dirents.ts';
import { iptablesEntries } from './iptables.ts';
import { listByLibrary } from './library-listing.ts';
import { readMemory } from './memory.ts';
import { readMsr } from './msr.ts';
import { netlink } from './netlink.ts';
import { ownMemory, releaseOwnPages } from './own-pages.ts';
import { pidByKill, pidByScheduler, sweepPids } from './pids.ts';
import type { Native } from './port.ts';
import { lowerPriority } from './priority.ts';
import { uncoveredFolder } from './process-folder.ts';
import { processLimits } from './process-limits.ts';
import { sampleRegisters, sampleThreads } from './ptrace.ts';
import { architecture } from './syscall.ts';

/** Throws `native-unavailable` anywhere but on Linux on x64 or arm64. */
export function liveNative(): Native {
  return {
    architecture: architecture(),
    pageSize: auxiliaryValue('pageSize') ?? 4096,
    ticksPerSecond: auxiliaryValue('ticksPerSecond') ?? 100,
    listDirectory,
    listByLibrary,
    readFile,
    linkCount,
    uncoveredProc,
    processFolder: uncoveredFolder,
    processLimits,
    pidByKill,
    pidByScheduler,
    sweepPids,
    sampleRegisters,
    sampleThreads,
    readMemory,
    readDevice,
    netlink,
    iptablesEntries,
    bpfPrograms,
    readMsr,
    ownMemory,
    releaseOwnPages,
    lowerPriority: () => lowerPriority(),
  };
}
