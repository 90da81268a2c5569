/**
 * Processes that pause while somebody watches.
 *
 * What: CPU before, during and after a watcher. With `--active` the watcher is a decoy that carries the name of
 * a process monitor; without, a pause within an interval of 30 s and more is recorded and stays low.
 * Why: miners stop when top or htop runs, so that whoever looks finds a quiet host.
 * What it is NOT: a proof by one pause. Work comes in bursts; the fall must be deep and the return clear.
 * Units: percent of one core. Source: linux-hiding §3.1; families (pausing on monitors).
 */
import { printableText } from '../model/text.ts';
import { type Analyzer, finding } from './analyzer.ts';
import { exeEvidence, hogPercent, nameOf, recordsOf, subjectOf } from './process-record.ts';

const deepestShare = 0.3;
const returnShare = 0.6;

export const watchReaction: Analyzer = {
  id: 'watch-reaction',
  rules: ['cpu.pauses-when-watched'],
  analyze(facts, context) {
    const records = recordsOf(facts, context);
    return facts
      .of('watch-reaction')
      .filter(
        (fact) =>
          fact.percentBefore >= hogPercent &&
          fact.percentWatched <= fact.percentBefore * deepestShare &&
          fact.percentAfter >= fact.percentBefore * returnShare,
      )
      .map((fact) => {
        const record = records.of(fact);
        const decoy = fact.watcher !== 'none';
        const before = Math.round(fact.percentBefore);
        const watched = Math.round(fact.percentWatched);
        const after = Math.round(fact.percentAfter);
        return finding(
          'cpu.pauses-when-watched',
          { process: nameOf(records, fact), pid: fact.pid, watcher: fact.watcher, before, watched, after },
          {
            severity: decoy ? 'high' : 'low',
            confidence: decoy ? 80 : 30,
            technique: 'T1497',
            bearing: 'hides',
            witness: 'cpu',
            subject: subjectOf(fact),
            evidence: [
              {
                ...fact.source,
                text: printableText(
                  `watcher ${fact.watcher}: ${before} %, then ${watched} %, then ${after} %`,
                ),
              },
              ...(record === undefined ? [] : [exeEvidence(record.process)]),
            ],
            benign: ['bursty-work'],
          },
        );
      });
  },
};
