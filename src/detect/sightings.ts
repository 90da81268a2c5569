/**
 * Places where an indicator of the alert (`--seen`) was met.
 *
 * What: each indicator with its first places, about the process that holds it where there is one.
 * Why: it is the first thread to pull; the person who gave it already has a reason.
 * What it is NOT: proof. Addresses are shared by many services; the indicator itself is never judged.
 */
import type { SightingFact } from '../model/facts/host.ts';
import type { Finding } from '../model/finding.ts';
import { type Analyzer, finding } from './analyzer.ts';
import { subjectOf } from './process-record.ts';

const evidenceShown = 5;

const holder = (fact: SightingFact): string =>
  fact.pid === undefined ? `${fact.source.source}` : `${fact.pid}:${fact.startTicks ?? ''}`;

export const sightings: Analyzer = {
  id: 'sightings',
  rules: ['indicator.seen'],
  analyze(facts) {
    const found: Finding[] = [];
    const groups = Map.groupBy(facts.of('sighting'), (fact) => `${fact.indicator}\0${holder(fact)}`);
    for (const group of groups.values()) {
      const [first] = group;
      if (first === undefined) continue;
      const { pid, startTicks } = first;
      const process = pid === undefined ? undefined : facts.process(pid);
      const start = startTicks ?? process?.startTicks;
      found.push(
        finding(
          'indicator.seen',
          { indicator: first.indicator, place: first.place },
          {
            severity: 'high',
            confidence: first.type === 'hash' ? 95 : 75,
            technique: '',
            bearing: 'supports',
            witness: 'indicator',
            subject:
              pid === undefined || start === undefined
                ? { kind: 'host' }
                : subjectOf({ pid, startTicks: start }),
            evidence: group.slice(0, evidenceShown).map((fact) => ({ ...fact.source, text: fact.text })),
            benign: first.type === 'hash' ? [] : ['shared-address'],
          },
        ),
      );
    }
    return found;
  },
};
