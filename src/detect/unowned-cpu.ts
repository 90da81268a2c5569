/**
 * CPU that no visible process used.
 *
 * What: in every usable window of the interval the kernel's total exceeds the sum over visible processes, with
 * reaped children, by at least 20 % of one core. Usable: at least 5 s long, with few forks. At least 5 of them.
 * Why: a process can hide from every list; the time it takes from others stays in the total.
 * What it is NOT: the plain difference of two sums, which is wrong on a clean host (601 against 394 ticks
 * measured) because short-lived children die between samples. Interrupt time is not in the total, and inside a
 * container or pid namespace the total is that of the whole machine, so it is not judged there.
 * Units: microseconds; percent of one core. Source: linux-hiding §3.2 (measured).
 */
import type { FactSet } from '../model/fact.ts';
import type { CpuLedgerFact, CpuWindow } from '../model/facts/kernel.ts';
import { printableText } from '../model/text.ts';
import { type Analyzer, finding, type JudgeContext } from './analyzer.ts';

export const unownedIntervalSeconds = 30;
const windowsNeeded = 5;
/** A little under 5 s: a timer fires early by a tick. */
const windowUs = 4_900_000;
const forksPerSecond = 10;
const gapPercent = 20;

function usable(ledger: CpuLedgerFact): readonly CpuWindow[] {
  return ledger.windows.filter(
    (window) => window.wallUs >= windowUs && window.forks / (window.wallUs / 1e6) <= forksPerSecond,
  );
}

const gapOf = (window: CpuWindow): number => ((window.totalUs - window.visibleUs) / window.wallUs) * 100;

/** Whether the question could be answered at all; else the result says that it was not judged. */
export function unownedCpuJudged(facts: FactSet, context: Pick<JudgeContext, 'interval'>): boolean {
  const [ledger] = facts.of('cpu-ledger');
  const scope = facts.of('host')[0]?.scope ?? 'host';
  return (
    context.interval >= unownedIntervalSeconds &&
    scope === 'host' &&
    ledger !== undefined &&
    usable(ledger).length >= windowsNeeded
  );
}

export const unownedCpu: Analyzer = {
  id: 'unowned-cpu',
  rules: ['cpu.unowned'],
  analyze(facts, context) {
    const [ledger] = facts.of('cpu-ledger');
    if (ledger === undefined || !unownedCpuJudged(facts, context)) return [];
    const windows = usable(ledger);
    const gaps = windows.map(gapOf);
    // One window without the gap is an explanation: what is hidden does not stop for us.
    if (!gaps.every((gap) => gap >= gapPercent)) return [];
    const percent = Math.round(Math.min(...gaps));
    return [
      finding(
        'cpu.unowned',
        { windows: windows.length, percent },
        {
          severity: percent >= 100 ? 'high' : 'medium',
          confidence: percent >= 100 ? 85 : 70,
          technique: 'T1014',
          bearing: 'hides',
          witness: 'cpu',
          subject: { kind: 'host' },
          evidence: windows.slice(0, 12).map((window) => ({
            ...ledger.source,
            text: printableText(
              `window of ${(window.wallUs / 1e6).toFixed(1)} s: total ${Math.round(window.totalUs / 1000)} ms, visible ${Math.round(window.visibleUs / 1000)} ms, ${window.forks} forks`,
            ),
          })),
          benign: ['interrupt-time', 'short-lived'],
        },
      ),
    ];
  },
};
