/**
 * Programs that run from temporary, device or hidden folders.
 *
 * What: the executable lies in /tmp, /var/tmp, below /dev or in a hidden folder that no known tool makes.
 * Why: droppers write where every account may write.
 * What it is NOT: a judgement. `go run`, test runners, installers and AppImages run from /tmp; without CPU it
 * is a note, with CPU it is low and counts beside other signs. Programs below /dev are no custom of anybody.
 * Source: families (paths); placeOf for the folders.
 */
import type { Finding, Severity } from '../model/finding.ts';
import { type Analyzer, finding } from './analyzer.ts';
import { isDropPlace } from './place.ts';
import { cpuEvidence, exeEvidence, type ProcessRecord, recordsOf, subjectOf } from './process-record.ts';

function judge(record: ProcessRecord): Finding | undefined {
  const { process, cpu, owner, place } = record;
  if (process.exe === undefined || owner === 'package' || !isDropPlace(place)) return undefined;
  const severity: Severity = !cpu.hog ? 'info' : place === 'device' ? 'medium' : 'low';
  return finding(
    'disguise.unusual-folder',
    { process: record.name, pid: process.pid, path: process.exe.path },
    {
      severity,
      confidence: severity === 'medium' ? 60 : 30,
      technique: place === 'hidden' ? 'T1564.001' : 'T1036.005',
      bearing: severity === 'info' ? 'context' : 'supports',
      witness: 'file',
      subject: subjectOf(process),
      evidence: [exeEvidence(process), ...cpuEvidence(record)],
      benign: ['developer-build'],
    },
  );
}

export const unusualFolder: Analyzer = {
  id: 'unusual-folder',
  rules: ['disguise.unusual-folder'],
  analyze(facts, context) {
    return [...recordsOf(facts, context)].map(judge).filter((found) => found !== undefined);
  },
};
