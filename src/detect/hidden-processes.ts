/**
 * Processes that one view of the kernel shows and another does not, and mounts that cover /proc.
 *
 * What: each hidden process the probe confirmed (twice, one start time, no thread), with the views that
 * disagree; mounts over /proc/PID in any mount namespace; mounts over the files by which the host is watched.
 * Why: no ordinary program hides a process; a contradiction between views is stronger than any name.
 * What it is NOT: a check of hidepid, which only limits other users, nor of containers, whose own mounts over
 * /proc files are normal and lie in their own namespaces (lxcfs is known).
 * Sources: linux-hiding §3.1 (measured mountinfo lines), §3.6 (false alarms).
 */
import type { FactSet } from '../model/fact.ts';
import type { MountFact } from '../model/facts/kernel.ts';
import type { HiddenProcessFact } from '../model/facts/process.ts';
import type { Evidence, Finding } from '../model/finding.ts';
import { printableText } from '../model/text.ts';
import { type Analyzer, finding } from './analyzer.ts';
import {
  cpuEvidence,
  exeEvidence,
  nameOf,
  type ProcessRecords,
  recordsOf,
  subjectOf,
} from './process-record.ts';

const overProcess = /^\/proc\/(\d{1,10})(?:\/|$)/;

/** By these the host is watched or loads libraries; containers mount over them in their own namespaces. */
const watchedFiles = new Set([
  ...['/proc/stat', '/proc/loadavg', '/proc/cpuinfo', '/proc/meminfo', '/proc/uptime', '/proc/modules'],
  ...['/proc/net/tcp', '/proc/net/tcp6', '/proc/mounts', '/etc/ld.so.preload', '/etc/crontab'],
  ...['/usr/bin/ps', '/usr/bin/top', '/usr/bin/ss', '/usr/bin/lsof', '/usr/bin/netstat', '/usr/bin/crontab'],
  ...['/bin/ps', '/bin/top', '/bin/ss', '/bin/netstat', '/bin/lsof'],
]);

function hidden(fact: HiddenProcessFact, records: ProcessRecords): Finding {
  const record = records.of(fact);
  const process = nameOf(records, fact);
  const seen = fact.seenBy.join(', ');
  const missing = fact.missingFrom.join(', ');
  const views: Evidence = {
    ...fact.source,
    text: printableText(`pid ${fact.pid}: shown by ${seen}; missing from ${missing}`),
  };
  const rest = record === undefined ? [] : [exeEvidence(record.process), ...cpuEvidence(record)];
  const common = {
    bearing: 'hides' as const,
    witness: 'view' as const,
    subject: subjectOf(fact),
    benign: ['short-lived'],
  };
  const { coveredBy } = fact;
  if (coveredBy !== undefined) {
    return finding(
      'hidden.process-by-mount',
      { process, pid: fact.pid, mount: `/proc/${fact.pid}` },
      {
        ...common,
        severity: 'critical',
        confidence: 97,
        technique: 'T1564.013',
        evidence: [coveredBy, views, ...rest],
      },
    );
  }
  return finding(
    'hidden.process',
    { process, pid: fact.pid, missing, seen },
    {
      ...common,
      severity: record?.cpu.hog === true ? 'critical' : 'high',
      confidence: fact.seenBy.length >= 2 ? 95 : 85,
      technique: 'T1014',
      evidence: [views, ...rest],
    },
  );
}

function mountFinding(
  mount: MountFact,
  rule: 'hidden.mount-over-process' | 'hidden.mount-over-file',
): Finding {
  const process = rule === 'hidden.mount-over-process';
  return finding(
    rule,
    { mount: mount.mountPoint },
    {
      severity: process ? 'high' : 'medium',
      confidence: process ? 90 : 65,
      technique: 'T1564.013',
      bearing: 'hides',
      witness: 'kernel',
      subject: { kind: 'host' },
      evidence: [{ ...mount.source, text: mount.text }],
      benign: ['container-runtime'],
    },
  );
}

/** Mounts that no hidden process explains, one finding for each place. */
function mounts(facts: FactSet): readonly Finding[] {
  const explained = new Set(facts.of('hidden-process').map((fact) => fact.pid));
  const home = facts.process(1)?.namespaces.mnt;
  const wholeHost = facts.of('host')[0]?.scope === 'host';
  const places = new Map<string, Finding>();
  for (const mount of facts.of('mount')) {
    if (places.has(mount.mountPoint)) continue;
    const pid = overProcess.exec(mount.mountPoint)?.[1];
    if (pid !== undefined) {
      if (!explained.has(Number(pid))) {
        places.set(mount.mountPoint, mountFinding(mount, 'hidden.mount-over-process'));
      }
      continue;
    }
    const ownNamespace = wholeHost && home !== undefined && mount.namespace === home;
    if (!ownNamespace || !watchedFiles.has(mount.mountPoint) || /lxcfs/.test(mount.fileSystem)) continue;
    places.set(mount.mountPoint, mountFinding(mount, 'hidden.mount-over-file'));
  }
  return [...places.values()];
}

export const hiddenProcesses: Analyzer = {
  id: 'hidden-processes',
  rules: ['hidden.process', 'hidden.process-by-mount', 'hidden.mount-over-process', 'hidden.mount-over-file'],
  analyze(facts, context) {
    const records = recordsOf(facts, context);
    return [...facts.of('hidden-process').map((fact) => hidden(fact, records)), ...mounts(facts)];
  },
};
