/**
 * Programs that show the name of a kernel thread.
 *
 * What: `[kworker/0:1]`, `kdevtmpfs`, `ksoftirqd/0` and their look-alikes on a process that has an executable
 * and is no kernel thread by the kernel's own flag.
 * Why: administrators skip kernel threads when they read a process list (kdevtmpfsi, kworkerds, kthrotlds).
 * What it is NOT: a check of brackets. Services print titles in brackets; only names of kernel threads count,
 * or any bracketed word on a program in a drop place.
 * Sources: linux-hiding §3.1; PF_KTHREAD of include/linux/sched.h.
 */
import type { Finding } from '../model/finding.ts';
import { phrase, printableText } from '../model/text.ts';
import { type Analyzer, finding } from './analyzer.ts';
import { isDropPlace } from './place.ts';
import { cpuEvidence, exeEvidence, type ProcessRecord, recordsOf, subjectOf } from './process-record.ts';

/** Words no honest program chooses; a prefix, so that `kworkerds` and `kdevtmpfsi` are met too. */
const unmistakable =
  /^(?:kworker|ksoftirqd|kthreadd|kdevtmpfs|khugepaged|kauditd|kswapd\d|kblockd|khungtaskd|kcompactd|kthrotld|kintegrityd|migration\/|cpuhp\/|idle_inject\/|scsi_eh_|jbd2\/|xfsaild\/|ext4-rsv|rcu_(?:sched|preempt|bh|gp|par_gp|tasks)|irq\/\d|watchdog\/\d|(?:ksmd|oom_reaper)$)/;
/** Names that are ordinary words without their brackets. */
const bracketedOnly =
  /^(?:ata_sff|bioset|card\d|crypto|deferwq|devfreq_wq|edac-poller|events|ipv6_addrconf|kaluad|kpsmoused|kstrp|md|mm_percpu_wq|netns|nvme|slub_flushwq|watchdogd|writeback)\b/;

function judge(record: ProcessRecord): Finding | undefined {
  const { process } = record;
  if (process.kernelThread || process.exe === undefined) return undefined;
  const title = process.argv[0] ?? process.name;
  const bracketed = /^\[([^\]\s]{1,64})\]?/.exec(title)?.[1];
  const byTitle =
    bracketed !== undefined &&
    (unmistakable.test(bracketed) || bracketedOnly.test(bracketed) || isDropPlace(record.place));
  const byName = unmistakable.test(process.name) && record.owner !== 'package';
  if (!byTitle && !byName) return undefined;
  const shown = byTitle ? title : process.name;
  return finding(
    'disguise.kernel-thread-name',
    { process: record.name, pid: process.pid, shown, path: process.exe.path },
    {
      severity: 'high',
      confidence: 92,
      technique: byTitle ? 'T1036.011' : 'T1036.005',
      bearing: 'hides',
      witness: 'name',
      subject: subjectOf(process),
      evidence: [
        {
          source: printableText(`/proc/${process.pid}/${byTitle ? 'cmdline' : 'comm'}`),
          text: phrase`${shown}`,
        },
        exeEvidence(process),
        ...cpuEvidence(record),
      ],
      benign: ['title-rewriting'],
    },
  );
}

export const kernelThreadName: Analyzer = {
  id: 'kernel-thread-name',
  rules: ['disguise.kernel-thread-name'],
  analyze(facts, context) {
    return [...recordsOf(facts, context)].map(judge).filter((found) => found !== undefined);
  },
};
