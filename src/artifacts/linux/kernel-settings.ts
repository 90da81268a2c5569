/**
 * `linux.kernel-settings`: what the kernel is set to where a miner or its dropper likes to change it.
 *
 * Why: huge pages reserved by hand, a watchdog that was switched off for speed, MSR writes allowed, a core
 * pattern that runs a program. What it is NOT: the settings files; sysctl.d is another artifact, and a value
 * here tells nothing of who set it. Values are passed on as the kernel prints them, without the last newline.
 * Source: Documentation/admin-guide/sysctl/{kernel,vm}.rst, admin-guide/mm/hugetlbpage.rst;
 * miner-fingerprints §1.3.
 */
import type { Fact } from '../../model/fact.ts';
import { joinPath, type PathText, type Printable, printableBytes, printableText } from '../../model/text.ts';
import type { Artifact, ArtifactContext, SourceDeclaration } from '../artifact.ts';
import { listNow, readFileNow } from './reading.ts';

const artifact = 'linux.kernel-settings';
const valueLimit = 4096;
const mostNodes = 256;
const mostSizes = 16;

/** Name of the setting to its file. */
const files: readonly (readonly [name: string, path: string])[] = [
  ['vm.nr_hugepages', '/proc/sys/vm/nr_hugepages'],
  ['vm.nr_overcommit_hugepages', '/proc/sys/vm/nr_overcommit_hugepages'],
  ['kernel.nmi_watchdog', '/proc/sys/kernel/nmi_watchdog'],
  ['kernel.yama.ptrace_scope', '/proc/sys/kernel/yama/ptrace_scope'],
  ['kernel.perf_event_paranoid', '/proc/sys/kernel/perf_event_paranoid'],
  ['kernel.pid_max', '/proc/sys/kernel/pid_max'],
  ['kernel.core_pattern', '/proc/sys/kernel/core_pattern'],
  ['kernel.randomize_va_space', '/proc/sys/kernel/randomize_va_space'],
  ['kernel.modules_disabled', '/proc/sys/kernel/modules_disabled'],
  ['kernel.modprobe', '/proc/sys/kernel/modprobe'],
  ['kernel.ftrace_enabled', '/proc/sys/kernel/ftrace_enabled'],
  ['kernel.sched_rt_runtime_us', '/proc/sys/kernel/sched_rt_runtime_us'],
  ['msr.allow_writes', '/sys/module/msr/parameters/allow_writes'],
  ['transparent_hugepage.enabled', '/sys/kernel/mm/transparent_hugepage/enabled'],
];

const hugeFolder = printableText('/sys/kernel/mm/hugepages');
const nodeFolder = printableText('/sys/devices/system/node');
const countFile = printableText('nr_hugepages');

function readSetting(context: ArtifactContext, name: string, path: PathText): readonly Fact[] {
  const reading = readFileNow(context, artifact, path, valueLimit);
  if (!reading.readable) return [];
  const end = reading.bytes.at(-1) === 0x0a ? reading.bytes.length - 1 : reading.bytes.length;
  const value: Printable = printableBytes(reading.bytes.subarray(0, end));
  return [{ kind: 'setting', source: { source: path, line: 1 }, name, value }];
}

/** Pools of one folder: `hugepages-2048kB/nr_hugepages`. */
function readPools(context: ArtifactContext, folder: PathText, prefix: string): readonly Fact[] {
  const { entries } = listNow(context, artifact, folder, mostSizes);
  return entries
    .filter((entry) => entry.type === 'directory' && /^hugepages-\d{1,9}kB$/.test(entry.name))
    .slice(0, mostSizes)
    .flatMap((entry) =>
      readSetting(context, `${prefix}${entry.name}`, joinPath(joinPath(folder, entry.name), countFile)),
    );
}

/** `hugepages-2048kB` for the whole host, `node0.hugepages-2048kB` per NUMA node. */
function readHugePages(context: ArtifactContext): readonly Fact[] {
  const facts = [...readPools(context, hugeFolder, '')];
  const { entries } = listNow(context, artifact, nodeFolder, 4 * mostNodes);
  const nodes = entries.filter((entry) => /^node\d{1,4}$/.test(entry.name)).slice(0, mostNodes);
  for (const node of nodes) {
    const folder = joinPath(joinPath(nodeFolder, node.name), printableText('hugepages'));
    facts.push(...readPools(context, folder, `${node.name}.`));
  }
  return facts;
}

export const kernelSettings: Artifact = {
  id: artifact,
  sources: [
    ...files.map(([, path]): SourceDeclaration => ({ kind: 'file', path, live: true })),
    { kind: 'glob', path: '/sys/kernel/mm/hugepages/*/nr_hugepages', live: true },
    { kind: 'glob', path: '/sys/devices/system/node/node*/hugepages/*/nr_hugepages', live: true },
  ],
  order: 3,
  required: false,
  gather(context) {
    const facts = files.flatMap(([name, path]) => readSetting(context, name, printableText(path)));
    return Promise.resolve([...facts, ...readHugePages(context)]);
  },
};
