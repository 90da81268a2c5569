/**
 * Programs without a file: deleted while running, or never on disk (memfd).
 *
 * What: a running executable whose file is gone from a drop place and that uses CPU; an executable in
 * anonymous memory.
 * Why: droppers delete their file so that scanners find nothing. It can still be copied from /proc/PID/exe.
 * What it is NOT: an alarm about upgrades. After an upgrade old files of packages are deleted while they run;
 * system folders, containers, rebuilt programs of developers and tests that a build runner waits for stay quiet or low. runc runs from memory for a
 * moment when it starts a container.
 * Source: linux-hiding §3.1; memfd_create(2).
 */
import type { Finding } from '../model/finding.ts';
import { baseName } from '../model/text.ts';
import { type Analyzer, finding } from './analyzer.ts';
import { isDropPlace } from './place.ts';
import {
  cpuEvidence,
  exeEvidence,
  type ProcessRecord,
  type ProcessRecords,
  recordsOf,
  subjectOf,
} from './process-record.ts';

function inMemory(record: ProcessRecord, path: string): Finding {
  const runtime = /^\/?memfd:(?:runc_cloned|crun|lxc|youki|runsc)/.test(path) && !record.cpu.hog;
  return finding(
    'disguise.memory-executable',
    { process: record.name, pid: record.process.pid, path },
    {
      severity: runtime ? 'info' : record.cpu.hog ? 'high' : 'medium',
      confidence: runtime ? 20 : record.cpu.hog ? 85 : 65,
      technique: 'T1620',
      bearing: runtime ? 'context' : 'hides',
      witness: 'file',
      subject: subjectOf(record.process),
      evidence: [exeEvidence(record.process), ...cpuEvidence(record)],
      benign: ['container-runtime'],
    },
  );
}

/** Started by a program that is still there and is itself no stranger: a test of a build runner, a tool's helper. */
function isAttended(record: ProcessRecord, records: ProcessRecords): boolean {
  const parent = records.byPid(record.process.parent);
  if (parent === undefined || parent.process.pid <= 1 || parent.process.parent === 0) return false;
  const { exe } = parent.process;
  if (exe === undefined || exe.deleted || exe.memfd || isDropPlace(parent.place)) return false;
  // Orphans go to the manager of their user's session where there is one.
  return !(parent.owner === 'package' && baseName(exe.path) === 'systemd');
}

function deleted(record: ProcessRecord, path: string, records: ProcessRecords): Finding | undefined {
  const { process, cpu, owner, place } = record;
  if (owner === 'package' || (process.container !== undefined && !isDropPlace(place))) return undefined;
  const dropped = isDropPlace(place);
  if (!dropped && !cpu.hog) return undefined;
  const daemon = process.terminal === 0;
  const strong = dropped && cpu.hog && daemon && (place !== 'temporary' || !isAttended(record, records));
  return finding(
    'disguise.deleted-executable',
    { process: record.name, pid: process.pid, path },
    {
      severity: strong ? 'medium' : 'low',
      confidence: strong ? 70 : 35,
      technique: 'T1070.004',
      bearing: 'hides',
      witness: 'file',
      subject: subjectOf(process),
      evidence: [exeEvidence(process), ...cpuEvidence(record)],
      benign: ['package-upgrade', 'developer-build'],
    },
  );
}

export const missingExecutable: Analyzer = {
  id: 'missing-executable',
  rules: ['disguise.deleted-executable', 'disguise.memory-executable'],
  analyze(facts, context) {
    const found: Finding[] = [];
    const records = recordsOf(facts, context);
    for (const record of records) {
      const { exe } = record.process;
      if (exe === undefined) continue;
      const one = exe.memfd
        ? inMemory(record, exe.path)
        : exe.deleted
          ? deleted(record, exe.path, records)
          : undefined;
      if (one !== undefined) found.push(one);
    }
    return found;
  },
};
