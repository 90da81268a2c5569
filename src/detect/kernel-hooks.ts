/**
 * Interception inside the kernel: traced functions that make listings, and eBPF programs of odd owners.
 *
 * What: ftrace or kprobes on the functions that print directories, sockets and modules; eBPF programs that can
 * observe or change others, held by a process that runs from a drop place or whose file is gone.
 * Why: that is how module and eBPF rootkits remove entries from lists.
 * What it is NOT: a list of all tracing. Security agents trace exec, open, connect and kill, and systemd loads
 * cgroup programs: those functions and owners are not named here.
 * Source: linux-hiding §3.4.
 */
import type { BpfProgramFact } from '../model/facts/kernel.ts';
import type { Finding } from '../model/finding.ts';
import { type Analyzer, finding } from './analyzer.ts';
import { isDropPlace } from './place.ts';
import { exeEvidence, type ProcessRecords, recordsOf, subjectOf } from './process-record.ts';

/** Printers of /proc and directory entries; agents have no use for them. */
const listings = new Set([
  ...['filldir', 'filldir64', 'compat_filldir', 'fillonedir', 'compat_fillonedir', 'proc_pid_readdir'],
  ...['tcp4_seq_show', 'tcp6_seq_show', 'udp4_seq_show', 'udp6_seq_show', 'unix_seq_show', 'raw_seq_show'],
  ...['m_show', 'packet_seq_show', 'proc_root_getattr', 'proc_root_readdir', 'find_task_by_vpid'],
]);
/** Agents may trace these; it is worth knowing and no more. */
const sensitive = new Set([
  '__x64_sys_getdents64',
  '__x64_sys_getdents',
  '__arm64_sys_getdents64',
  'iterate_dir',
]);

const observing = new Set([
  ...[
    'kprobe',
    'tracepoint',
    'raw_tracepoint',
    'raw_tracepoint_writable',
    'tracing',
    'lsm',
    'perf_event',
    'ext',
  ],
  ...['xdp', 'sched_cls', 'sched_act', 'socket_filter'],
]);

function programFinding(program: BpfProgramFact, records: ProcessRecords): Finding | undefined {
  if (!observing.has(program.type)) return undefined;
  for (const pid of program.owners) {
    const record = records.byPid(pid);
    const exe = record?.process.exe;
    if (record === undefined || exe === undefined || record.owner === 'package') continue;
    if (!isDropPlace(record.place) && !exe.memfd) continue;
    return finding(
      'kernel.unknown-bpf-program',
      { process: record.name, pid, program: program.name, type: program.type },
      {
        severity: 'medium',
        confidence: 65,
        technique: 'T1014',
        bearing: 'hides',
        witness: 'kernel',
        subject: subjectOf(record.process),
        evidence: [{ ...program.source, text: program.text }, exeEvidence(record.process)],
        benign: ['security-agent', 'tracing-tool'],
      },
    );
  }
  return undefined;
}

export const kernelHooks: Analyzer = {
  id: 'kernel-hooks',
  rules: ['kernel.listing-hooked', 'kernel.unknown-bpf-program'],
  analyze(facts, context) {
    const records = recordsOf(facts, context);
    const hooks = facts
      .of('traced-function')
      .filter((fact) => listings.has(fact.name) || sensitive.has(fact.name))
      .slice(0, 50)
      .map((fact) => {
        const strong = listings.has(fact.name);
        return finding(
          'kernel.listing-hooked',
          { function: fact.name },
          {
            severity: strong ? 'medium' : 'low',
            confidence: strong ? 70 : 35,
            technique: 'T1014',
            bearing: 'hides',
            witness: 'kernel',
            subject: { kind: 'host' },
            evidence: [{ ...fact.source, text: fact.text }],
            benign: ['tracing-tool', 'security-agent'],
          },
        );
      });
    const programs = facts.of('bpf-program').map((program) => programFinding(program, records));
    return [...hooks, ...programs].filter((found) => found !== undefined);
  },
};
