/** The order in which findings are shown to people. */
import { type Severity, severityRank } from './finding.ts';

interface Ranked {
  readonly severity: Severity;
  readonly bearing: 'proof' | 'supports' | 'hides' | 'context';
  readonly confidence: number;
}

/** Worst first: severity, then proof before the rest, then confidence; ties keep the order of the result. */
export function worstFirst<T extends Ranked>(findings: readonly T[]): readonly T[] {
  return findings.toSorted(
    (a, b) =>
      severityRank(b.severity) - severityRank(a.severity) ||
      Number(b.bearing === 'proof') - Number(a.bearing === 'proof') ||
      b.confidence - a.confidence,
  );
}
