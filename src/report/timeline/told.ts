/** What a case was told, what follows from it, and what the case holds, on a screen. */
import type { Language } from '../../messages/catalogue.ts';
import type { ScanResult } from '../../model/result.ts';
import { type Told, type ToldTime, toldMoments } from '../../model/told.ts';
import type { StoredScan } from '../../store/case-store.ts';
import { cell, fit, span } from '../line.ts';
import { incidentTexts, wayInTexts } from '../texts.ts';
import { labelOf, storyLines } from '../way-in/lines.ts';
import { neighbourText, opens } from '../way-in/story.ts';
import { wrap } from '../width.ts';
import { minuteOf, secondOf, timelineTexts } from './texts.ts';

interface ToldView {
  readonly told: Told;
  /** The last scan with what was told; absent where a case holds none. */
  readonly result?: ScanResult;
  readonly width: number;
  readonly color: boolean;
  readonly language: Language;
}

export interface CaseView extends ToldView {
  readonly name: string;
  readonly scans: readonly StoredScan[];
}

/** Columns before the way in. */
const labelColumns = 17;
/** Rows of the network and of neighbours that a screen takes. */
const mostRows = 20;
const dayUs = 86_400e6;
const minuteUs = 60e6;

/** As exactly as it was told. */
function toldText({ us, lengthUs }: ToldTime): string {
  if (lengthUs >= dayUs && us % dayUs === 0) return minuteOf(us).slice(0, 10);
  return lengthUs >= minuteUs && us % minuteUs === 0 ? minuteOf(us) : secondOf(us);
}

/** `2024-01-02T03:04:05Z` as it is shown. */
const shownTime = (utc: string): string => utc.replace('T', ' ').replace('Z', '').slice(0, 16);

class CaseScreen {
  readonly #view: ToldView;
  readonly #texts: ReturnType<typeof timelineTexts>['case'];

  constructor(view: ToldView) {
    this.#view = view;
    this.#texts = timelineTexts(view.language).case;
  }

  line(...spans: Parameters<typeof fit>[0]): string {
    return fit(spans, this.#view.width, this.#view.color);
  }

  heading(text: string): string {
    return this.line(span(text, 'bold'));
  }

  #cut(rows: readonly string[]): readonly string[] {
    if (rows.length <= mostRows) return rows;
    const more = this.#texts.more({ count: String(rows.length - mostRows) });
    return [...rows.slice(0, mostRows), this.line(span(`  … ${more}`, 'dim'))];
  }

  times(): readonly string[] {
    const { told } = this.#view;
    return toldMoments.map((moment) => {
      const time = told[moment];
      const shown = time === undefined ? this.#texts.notTold : toldText(time);
      return this.line(span('  '), cell(this.#texts[moment], 14), span(shown));
    });
  }

  network(): readonly string[] {
    const { zone: zoneWord, reach: reachWord, nothing, notTold } = this.#texts;
    const rows = this.#view.told.network.map(({ subnet, zone, reach }) =>
      this.line(
        span('  '),
        cell(subnet, 22),
        span(' '),
        cell(`${zoneWord} ${zone}`, 22),
        span(` ${reachWord} ${reach.length === 0 ? nothing : reach.join(', ')}`),
      ),
    );
    return rows.length === 0 ? [this.line(span(`  ${notTold}`))] : this.#cut(rows);
  }

  /** The way in and the family, as on the screen after a scan; the times have parts of their own. */
  story(): readonly string[] {
    const { result, width, language } = this.#view;
    if (result === undefined) return [];
    const lines = storyLines(result, { language, room: width - labelColumns }).filter(
      ({ label }) => label === 'wayIn' || label === 'family',
    );
    return lines.map(({ spans }, index) =>
      this.line(span('  '), cell(labelOf(lines, index, language), labelColumns - 3), span(' '), ...spans),
    );
  }

  /** When it began, and what speaks against what was told. */
  window(): readonly string[] {
    const { result, width, language } = this.#view;
    const window = result?.infectionWindow;
    const { bounds, conflicts } = incidentTexts(language);
    const rows: string[] = [];
    const edge = (label: string, time: string | undefined, by: keyof typeof bounds | undefined): void => {
      const shown = time === undefined ? this.#texts.unknown : shownTime(time);
      rows.push(
        this.line(span('  '), cell(label, 14), cell(shown, 18), span(by === undefined ? '' : bounds[by])),
      );
    };
    if (window !== undefined) {
      const from = opens(window);
      edge(this.#texts.after, from, from === undefined ? undefined : window.boundedBy.from);
      edge(this.#texts.until, window.to, window.boundedBy.to);
    }
    for (const { what, told, evidence } of result?.told?.contradictions ?? []) {
      const facts = this.#texts.against({ told: shownTime(told), evidence: shownTime(evidence) });
      const [first = '', ...rest] = wrap(
        `${conflicts[what]}${language === 'en' ? ' ' : ''}${facts}`,
        width - 4,
      );
      rows.push(this.line(span('  ! ', 'yellow'), span(first)));
      for (const more of rest) rows.push(this.line(span(`    ${more}`)));
    }
    return rows.length === 0 ? [] : ['', this.heading(this.#texts.window), ...rows];
  }

  neighbours(): readonly string[] {
    const { result, language } = this.#view;
    const { neighbours: reasons } = incidentTexts(language);
    const rows = (result?.neighbours ?? []).map((one) =>
      this.line(
        span('  '),
        cell(neighbourText(one, wayInTexts(language)), 22),
        span(' '),
        cell(one.zone ?? '', 16),
        span(` ${one.why.map((reason) => reasons[reason]).join(this.#texts.between)}`),
      ),
    );
    return rows.length === 0 ? [] : ['', this.heading(this.#texts.neighbours), ...this.#cut(rows)];
  }
}

/** What was told and what follows, without the case around it. */
export function renderTold(view: ToldView): string {
  const screen = new CaseScreen(view);
  const texts = timelineTexts(view.language).case;
  return [
    screen.heading(texts.times),
    ...screen.times(),
    '',
    screen.heading(texts.network),
    ...screen.network(),
    ...screen.window(),
    ...screen.neighbours(),
    '',
  ].join('\n');
}

export function renderCase(view: CaseView): string {
  const screen = new CaseScreen(view);
  const texts = timelineTexts(view.language).case;
  return [
    screen.heading(view.name),
    '',
    renderTold(view),
    screen.heading(texts.scans),
    ...view.scans.map(({ started, verdict }) => screen.line(span(`  ${shownTime(started)}  ${verdict}`))),
    ...screen.story(),
    '',
  ].join('\n');
}
