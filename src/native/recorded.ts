/** A `Native` of recorded answers, for tests: what is not given is absent, as on a host without it. */
import type { Native, RegisterSamples, SamplingPlan } from './port.ts';

const absent = { status: 'absent', reason: 'not recorded' } as const;

/** The row as far as it would have been taken. */
function upTo(row: RegisterSamples, enough: NonNullable<SamplingPlan['enough']>): RegisterSamples {
  const { architecture, samples } = row;
  const last = samples.findIndex((_, at) => enough({ architecture, samples: samples.slice(0, at + 1) }));
  return last < 0 ? row : { ...row, samples: samples.slice(0, last + 1) };
}

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
    sampleThreads(threads, { gapsUs, enough }) {
      return threads.map(({ pid, tid }) => {
        const answer = this.sampleRegisters(pid, tid, gapsUs.length + 1, gapsUs[0] ?? 0);
        return answer.status === 'ok' && enough !== undefined
          ? { ...answer, value: upTo(answer.value, enough) }
          : answer;
      });
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
