/** A quiet process and a target of files in memory, for tests of probes. */
import type { ProcessFact } from '../model/facts/process.ts';
import { printableText } from '../model/text.ts';
import type { Request, ResultFor, SourceResult, Target } from '../target/port.ts';

export function suspect(parts: Partial<ProcessFact> = {}): ProcessFact {
  const pid = parts.pid ?? 100;
  return {
    kind: 'process',
    source: { source: printableText(`/proc/${pid}`) },
    pid,
    startTicks: 1000,
    parent: 1,
    session: pid,
    group: pid,
    terminal: 0,
    state: 'S',
    kernelThread: false,
    startTime: { us: 1_700_000_000_000_000, precision: 'tick', source: 'kernel start time', certain: true },
    name: printableText('daemon'),
    argv: [printableText('/usr/sbin/daemon')],
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
    user: { uid: 1000, name: printableText('web') },
    effectiveUid: 1000,
    tracer: 0,
    namespacedPids: [pid],
    capabilities: '0',
    cpus: '0-1',
    exeStatus: 'ok',
    cgroups: [],
    namespaces: {},
    limits: {},
    descriptors: [],
    descriptorCount: 0,
    missing: {},
    ...parts,
  };
}

/** A line of /proc/pid/stat with only what is read here. */
export function statLine(pid: number, startTicks: number, userTicks = 0): string {
  const zeros = (count: number): string => Array.from({ length: count }, () => '0').join(' ');
  return `${pid} (d) R 1 ${zeros(9)} ${userTicks} ${zeros(7)} ${startTicks} ${zeros(30)}\n`;
}

type Contents = string | Uint8Array | (() => string) | undefined;

const isFor = <R extends Request>(request: R, result: SourceResult): result is ResultFor<R['kind']> =>
  result.kind === request.kind;

/** Files by path; what is not there is absent, and what does not fit is truncated. */
export function filesTarget(files: Readonly<Record<string, Contents>>): Target {
  const answer = <R extends Request>(request: R): ResultFor<R['kind']> => {
    const held = Object.hasOwn(files, request.path) ? files[request.path] : undefined;
    const contents = typeof held === 'function' ? held() : held;
    const all = typeof contents === 'string' ? new TextEncoder().encode(contents) : contents;
    const limit = request.kind === 'file' ? (request.limit ?? Number.POSITIVE_INFINITY) : 0;
    const bytes = (all ?? new Uint8Array()).subarray(0, limit);
    const status = all === undefined ? 'absent' : bytes.length < all.length ? 'truncated' : 'ok';
    const result: SourceResult = { kind: 'file', request, status, bytes };
    if (isFor(request, result)) return result;
    throw new TypeError(`no ${request.kind} in this fixture`);
  };
  return {
    kind: 'live',
    name: printableText('test'),
    native: undefined,
    gather: () => {
      throw new TypeError('no batches in this fixture');
    },
    read: (request) => Promise.resolve(answer(request)),
    readNow: answer,
    close: () => Promise.resolve(),
  };
}
