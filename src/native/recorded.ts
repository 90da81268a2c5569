/** A `Native` of recorded answers, for tests: what is not given is absent, as on a host without it. */
import type { Native } from './port.ts';

const absent = { status: 'absent', reason: 'not recorded' } as const;

export function recordedNative(overrides: Partial<Native> = {}): Native {
  return {
    architecture: 'x64',
    pageSize: 4096,
    ticksPerSecond: 100,
    listDirectory: () => absent,
    listByLibrary: () => absent,
    readFile: () => absent,
    linkCount: () => absent,
    uncoveredProc: () => absent,
    pidByKill: () => false,
    pidByScheduler: () => false,
    sweepPids: () => Promise.resolve(absent),
    sampleRegisters: () => absent,
    sampleThreads(threads, count, gapUs) {
      return threads.map(({ pid, tid }) => this.sampleRegisters(pid, tid, count, gapUs));
    },
    readMemory: () => absent,
    netlink: () => absent,
    iptablesEntries: () => absent,
    bpfPrograms: () => absent,
    readMsr: () => absent,
    lowerPriority: () => absent,
    ...overrides,
  };
}
