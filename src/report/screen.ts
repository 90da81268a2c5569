/**
 * What the blocks of the screen after a scan share: what is shown, in which words, and on how many columns.
 */
import type { Language } from '../messages/catalogue.ts';
import type { ReportTexts } from '../messages/report.ts';
import type { TerminalTexts } from '../messages/terminal.ts';
import type { ScanResult } from '../model/result.ts';
import { cell, fit, type Span, span } from './line.ts';
import { labelOf, type StoryLine } from './way-in/lines.ts';
import { displayWidth } from './width.ts';

export interface Screen {
  readonly result: ScanResult;
  readonly words: TerminalTexts;
  readonly shared: ReportTexts;
  readonly width: number;
  readonly color: boolean;
  readonly language: Language;
  /** How it got in and since when. */
  readonly story: readonly StoryLine[];
}

export function line(screen: Screen, ...spans: readonly Span[]): string {
  return fit(spans, screen.width, screen.color);
}

/** Labels of one column. */
export function labelled(screen: Screen, label: string, spans: readonly Span[]): string {
  return line(screen, cell(label, labelWidth(screen), 'dim'), span(' '), ...spans);
}

export function labelWidth(screen: Screen): number {
  const { host, since, why, next } = screen.words.labels;
  const told = screen.story.map((_, index) => labelOf(screen.story, index, screen.language));
  return Math.max(...[host, since, why, next, ...told].map(displayWidth)) + 1;
}
