/**
 * `linux.load`: what the kernel remembers of load, so that "since when" has a history.
 *
 * Reads: /proc/loadavg, /proc/pressure/cpu, and the CPU that control groups used since they began.
 * Why: a miner that pauses when watched cannot take back averages and totals, and a unit or container that used
 * most of the CPU since boot is where to look.
 * What it is NOT: sysstat and atop, which remember days (another artifact), nor per process (`userUs`).
 * Units: load average in tasks; pressure and groups in percent of all cores over the time the value covers. A
 * group may be younger than the boot; its share is then told too low, never too high.
 * Sources: proc_loadavg(5); Documentation/accounting/psi.rst; Documentation/admin-guide/cgroup-v2.rst
 * (`cpu.stat usage_usec`) and cgroup-v1/cpuacct.rst (`cpuacct.usage`, nanoseconds).
 */
import { parseCgroupCpu } from '../../formats/cgroup-cpu.ts';
import { parseMountInfo } from '../../formats/mountinfo.ts';
import { parseLoadAverage, parseUptime } from '../../formats/proc-system.ts';
import { parseSystemStat } from '../../formats/proc-system-stat.ts';
import { parsePressure } from '../../formats/psi.ts';
import type { LoadFact } from '../../model/facts/kernel.ts';
import { joinPath, type PathText, type Printable, phrase, printableText } from '../../model/text.ts';
import type { Artifact, ArtifactContext } from '../artifact.ts';
import { readFileNow } from './reading.ts';

const artifact = 'linux.load';
const mostGroups = 2000;
const deepest = 4;
const mostTold = 24;
/** Groups below this share of all cores are not worth a line. */
const leastPercent = 0.1;

interface Clock {
  readonly nowUs: number;
  readonly bootUs: number;
  readonly cores: number;
}

const path = (text: string): PathText => printableText(text);

function firstLine(bytes: Uint8Array): Printable {
  const text = Buffer.from(bytes.subarray(0, 256)).toString('latin1');
  return printableText(text.split('\n', 1)[0] ?? '');
}

function loadAverages(context: ArtifactContext, clock: Clock): readonly LoadFact[] {
  const file = readFileNow(context, artifact, path('/proc/loadavg'), 4096);
  const load = parseLoadAverage(file.bytes);
  if (load === undefined) return [];
  const text = firstLine(file.bytes);
  return (
    [
      [load.one, 1],
      [load.five, 5],
      [load.fifteen, 15],
    ] as const
  ).map(([value, minutes]) => ({
    kind: 'load',
    source: { source: file.source, line: 1 },
    view: 'loadavg',
    value,
    fromUs: clock.nowUs - minutes * 60e6,
    toUs: clock.nowUs,
    text,
  }));
}

function pressure(context: ArtifactContext, clock: Clock): readonly LoadFact[] {
  const file = readFileNow(context, artifact, path('/proc/pressure/cpu'), 4096);
  const { some } = parsePressure(file.bytes);
  if (some === undefined) return [];
  const text = firstLine(file.bytes);
  const upUs = Math.max(1, clock.nowUs - clock.bootUs);
  const spans: readonly (readonly [percent: number, us: number])[] = [
    [some.avg10, 10e6],
    [some.avg60, 60e6],
    [some.avg300, 300e6],
    ...(clock.bootUs > 0 ? [[(some.totalUs / upUs) * 100, upUs] as const] : []),
  ];
  return spans.map(([value, us]) => ({
    kind: 'load',
    source: { source: file.source, line: 1 },
    view: 'pressure',
    value,
    fromUs: clock.nowUs - us,
    toUs: clock.nowUs,
    text,
  }));
}

interface Hierarchy {
  readonly folder: PathText;
  readonly file: Printable;
  readonly version: 1 | 2;
}

/** The hierarchy that counts CPU: v1's cpuacct where it is mounted, since v2 then does not have the controller. */
function cpuHierarchy(context: ArtifactContext): Hierarchy | undefined {
  const file = readFileNow(context, artifact, path('/proc/self/mountinfo'), 16 * 1024 * 1024);
  const mounts = parseMountInfo(file.bytes);
  const v1 = mounts.find((mount) => mount.fileSystem === 'cgroup' && mount.superOptions.includes('cpuacct'));
  if (v1 !== undefined) return { folder: v1.mountPoint, file: path('cpuacct.usage'), version: 1 };
  const v2 = mounts.find((mount) => mount.fileSystem === 'cgroup2');
  return v2 === undefined ? undefined : { folder: v2.mountPoint, file: path('cpu.stat'), version: 2 };
}

interface GroupUse {
  readonly source: PathText;
  /** Path within the hierarchy. */
  readonly group: PathText;
  readonly usedUs: number;
}

interface Group {
  readonly folder: PathText;
  readonly group: PathText;
  readonly depth: number;
}

const root = path('/');

function useOf(context: ArtifactContext, hierarchy: Hierarchy, at: Group): GroupUse | undefined {
  const source = joinPath(at.folder, hierarchy.file);
  const file = context.target.readNow({ kind: 'file', path: source, limit: 4096 });
  // Groups come and go, and one without the controller has no such file.
  if (file.status !== 'ok') return undefined;
  context.log.countOk(artifact, 1, file.bytes.length);
  const usedUs = parseCgroupCpu(file.bytes, hierarchy.version);
  return usedUs === undefined ? undefined : { source, group: at.group, usedUs };
}

/** Groups from the root down, breadth first, so that a bound cuts the deep ones. */
function groupUses(context: ArtifactContext, hierarchy: Hierarchy): readonly GroupUse[] {
  const waiting: Group[] = [{ folder: hierarchy.folder, group: root, depth: 0 }];
  const uses: GroupUse[] = [];
  for (let next = 0; next < waiting.length; next += 1) {
    const at = waiting[next];
    if (at === undefined) break;
    const use = useOf(context, hierarchy, at);
    if (use !== undefined) uses.push(use);
    // What a group did not use, no group within it used.
    if (at.depth === deepest || (use !== undefined && use.usedUs === 0)) continue;
    const listing = context.target.readNow({ kind: 'directory', path: at.folder, limit: mostGroups * 2 });
    for (const { name, type } of listing.entries) {
      if (type !== 'directory') continue;
      if (waiting.length >= mostGroups) {
        const reason = `more than ${mostGroups} control groups`;
        context.log.record({ source: hierarchy.folder, artifact, status: 'truncated', reason, bytes: 0 });
        return uses;
      }
      waiting.push({
        folder: joinPath(at.folder, name),
        group: joinPath(at.group, name),
        depth: at.depth + 1,
      });
    }
  }
  return uses;
}

function groups(context: ArtifactContext, clock: Clock): readonly LoadFact[] {
  const hierarchy = cpuHierarchy(context);
  if (hierarchy === undefined || clock.bootUs === 0) return [];
  const couldUs = Math.max(1, clock.nowUs - clock.bootUs) * Math.max(1, clock.cores);
  return groupUses(context, hierarchy)
    .map((use) => ({ ...use, percent: (use.usedUs / couldUs) * 100 }))
    .filter((use) => use.group === root || use.percent >= leastPercent)
    .sort((a, b) => b.usedUs - a.usedUs)
    .slice(0, mostTold)
    .map(({ source, group, usedUs, percent }) => ({
      kind: 'load',
      source: { source },
      view: 'cgroup',
      value: percent,
      fromUs: clock.bootUs,
      toUs: clock.nowUs,
      text: phrase`${group} used ${Math.round(usedUs / 1e6)} s of CPU`,
    }));
}

export const load: Artifact = {
  id: artifact,
  order: 2,
  required: false,
  sources: [
    { kind: 'file', path: '/proc/loadavg', live: true },
    { kind: 'file', path: '/proc/pressure/cpu', live: true },
    { kind: 'file', path: '/proc/{stat,uptime}', live: true },
    { kind: 'glob', path: '/sys/fs/cgroup/**/{cpu.stat,cpuacct.usage}', live: true },
  ],
  gather(context) {
    if (context.target.kind !== 'live') return Promise.resolve([]);
    const stat = parseSystemStat(readFileNow(context, artifact, path('/proc/stat'), 4 * 1024 * 1024).bytes);
    const uptime = parseUptime(readFileNow(context, artifact, path('/proc/uptime'), 256).bytes);
    // Boot as the wall clock of the scan sees it, so that spans fit whatever the clock says.
    const bootUs = uptime === undefined ? 0 : Math.round(context.nowUs - uptime * 1e6);
    const clock = { nowUs: context.nowUs, bootUs, cores: stat?.cpus ?? 1 };
    return Promise.resolve([
      ...loadAverages(context, clock),
      ...pressure(context, clock),
      ...groups(context, clock),
    ]);
  },
};
