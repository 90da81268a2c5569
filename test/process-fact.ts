/** A process fact with ordinary values, for tests that care about one or two of them. */
import type { ProcessFact } from '../src/model/facts/process.ts';
import { printableText } from '../src/model/text.ts';

export function processFact(pid: number, rest: Partial<ProcessFact> = {}): ProcessFact {
  return {
    kind: 'process',
    source: { source: printableText(`/proc/${pid}`) },
    pid,
    startTicks: 100 + pid,
    parent: 1,
    session: pid,
    group: pid,
    terminal: 0,
    state: 'S',
    kernelThread: false,
    startTime: { us: 1_700_000_000_000_000, precision: 'tick', source: 'test', certain: true },
    name: printableText('program'),
    argv: [printableText('program')],
    userUs: 0,
    systemUs: 0,
    childUs: 0,
    nice: 0,
    policy: 0,
    threads: 1,
    rss: 0,
    virtual: 0,
    locked: 0,
    hugetlb: 0,
    user: { uid: 0, name: printableText('root') },
    effectiveUid: 0,
    tracer: 0,
    cpus: '0-1',
    namespacedPids: [pid],
    exeStatus: 'ok',
    cgroups: [],
    namespaces: {},
    limits: {},
    descriptors: [],
    descriptorCount: 0,
    missing: {},
    ...rest,
  };
}
