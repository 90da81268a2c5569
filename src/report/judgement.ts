/** How a judgement of a process is marked on screen: a sign, a word and a colour. */
import type { ReportTexts } from '../messages/report.ts';
import type { ResultContainer, ResultProcess } from '../model/result.ts';
import { type Span, type Style, span } from './line.ts';

export type Judgement = ResultProcess['judgement'];

interface Look {
  readonly sign: string;
  readonly style: Style;
  /** Worse first. */
  readonly rank: number;
}

const looks: Readonly<Record<Judgement, Look>> = {
  mining: { sign: '✗', style: 'red', rank: 0 },
  suspicious: { sign: '!', style: 'yellow', rank: 1 },
  unusual: { sign: '~', style: 'blue', rank: 2 },
  excused: { sign: '=', style: 'dim', rank: 3 },
  benign: { sign: ' ', style: 'plain', rank: 4 },
};

export function lookOf(judgement: Judgement): Look {
  return looks[judgement];
}

/** The word for a judgement that is worth one. */
export function judgementSpan(row: ResultProcess, texts: ReportTexts): Span | undefined {
  if (row.judgement === 'benign') return undefined;
  const score = row.score > 0 ? ` ${row.score}` : '';
  return span(`${texts.judgement[row.judgement]}${score}`, looks[row.judgement].style);
}

/** Worst first, then the busiest. */
export function byJudgement(a: ResultProcess, b: ResultProcess): number {
  return (
    looks[a.judgement].rank - looks[b.judgement].rank ||
    b.score - a.score ||
    (b.cpu ?? 0) - (a.cpu ?? 0) ||
    a.pid - b.pid
  );
}

/** How a container is named to people. */
export function containerLabel(container: ResultContainer): string {
  return container.name ?? container.pod ?? container.id.slice(0, 12);
}
