/**
 * How it got in, since when, who else is at risk and whose doing it is, in a few lines of a terminal. The scan's screen,
 * the timeline and the case show the same lines.
 */
import type { Language } from '../../messages/catalogue.ts';
import type { ScanResult } from '../../model/result.ts';
import { escapeTerminal } from '../escape.ts';
import { join, type Span, type Style, span } from '../line.ts';
import { dayOnce, inBrackets, incidentTexts, minuteOf, wayInTexts } from '../texts.ts';
import { cutEnd, displayWidth } from '../width.ts';
import { earlierOnset, isNotLooked, neighbourText, opens, type Story, storyOf, toldText } from './story.ts';

export interface StoryLine {
  readonly label: 'wayIn' | 'told' | 'risk' | 'family' | 'hosts';
  readonly spans: readonly Span[];
  /** What is left out first where there is no room: the largest. */
  readonly rank: number;
}

const styles: Readonly<Record<'confirmed' | 'probable' | 'possible', Style>> = {
  confirmed: 'red',
  probable: 'yellow',
  possible: 'blue',
};

/** Of a name of an account, an address. */
const mostName = 40;
const mostNeighbours = 3;
const mostHosts = 1;
const between = ' · ';

const short = (text: string): string => cutEnd(escapeTerminal(text), mostName);

export interface LinesView {
  readonly language: Language;
  /** Columns beside the label. */
  readonly room: number;
}

/** @returns nothing of a clean host but which other hosts its logs accuse */
export function storyLines(result: ScanResult, view: LinesView): readonly StoryLine[] {
  const { language } = view;
  const story = storyOf(result);
  const { screen } = wayInTexts(language);
  const notLooked: StoryLine = { label: 'wayIn', spans: [span(screen.notLooked, 'dim')], rank: 0 };
  const own =
    story === undefined
      ? [isNotLooked(result) ? notLooked : undefined]
      : [
          ...wayLines(result, story, view),
          missingLine(story, language),
          toldLine(result, story, language),
          riskLine(result, language),
          familyLine(result, language),
        ];
  const lines = [...own, hostsLine(result, language)];
  return lines.flatMap((one) => (one === undefined || one.spans.length === 0 ? [] : [one]));
}

/** How, by whom and when; who it was goes to the second line where the first has no room for it. */
function wayLines(result: ScanResult, story: Story, { language, room }: LinesView): readonly StoryLine[] {
  const { screen } = wayInTexts(language);
  const [way] = story.ways;
  const when = whenSpans(result, story, language);
  if (way === undefined) {
    return [
      { label: 'wayIn', spans: [span(screen.unknown[story.reach])], rank: 0 },
      { label: 'wayIn', spans: join(when, between), rank: 1 },
    ];
  }
  const { vectors, grades } = incidentTexts(language);
  const { attackers, account, vector, grade } = way;
  const how = [
    span(grades[grade], styles[grade]),
    span(language === 'en' ? ': ' : '：'),
    span(vectors[vector], 'bold'),
  ];
  const from = short(attackers[0] ?? '');
  const who = span(screen.who({ account: short(account), from, more: attackers.length - 1 }));
  const used = [...how, who].reduce((sum, { text }) => sum + displayWidth(text), between.length);
  const first = who.text !== '' && used <= room;
  return [
    { label: 'wayIn', spans: first ? [...how, span(between, 'dim'), who] : how, rank: 0 },
    { label: 'wayIn', spans: join(first ? when : [who, ...when], between), rank: 1 },
  ];
}

function whenSpans(result: ScanResult, story: Story, language: Language): readonly Span[] {
  const { screen } = wayInTexts(language);
  const { window } = story;
  const onset = earlierOnset(result, story);
  const from = window === undefined ? undefined : opens(window);
  const to = minuteOf(window?.to ?? '');
  const infected =
    from === undefined
      ? screen.until({ to })
      : screen.between({ from: minuteOf(from), to: dayOnce(minuteOf(from), to) });
  const mined =
    onset === undefined ? '' : screen.onset({ time: minuteOf(onset.time), certain: onset.certain });
  return [span(window === undefined ? '' : infected), span(mined)];
}

function missingLine({ ways }: Story, language: Language): StoryLine | undefined {
  const [what] = ways[0]?.missing ?? [];
  if (what === undefined) return undefined;
  const text = wayInTexts(language).screen.missing({
    what: incidentTexts(language).missing[what],
    more: (ways[0]?.missing.length ?? 1) - 1,
  });
  return { label: 'wayIn', spans: [span(text, 'dim')], rank: 3 };
}

/** Without the year where it is that of the scan: three times have to fit beside each other. */
function brief(text: string, finished: string): string {
  const minute = text.replace(/ UTC$/, '');
  return minute.slice(0, 5) === finished.slice(0, 5) ? minute.slice(5) : minute;
}

function toldLine({ finished }: ScanResult, { told }: Story, language: Language): StoryLine | undefined {
  const { times } = wayInTexts(language).screen;
  const spans = (['appeared', 'discovered', 'handled'] as const).map((kind) => {
    const time = told?.[kind];
    return time === undefined
      ? undefined
      : span(times[kind]({ time: brief(toldText(told, kind), finished) }));
  });
  return { label: 'told', spans: join(spans, between), rank: 2 };
}

function riskLine({ neighbours = [] }: ScanResult, language: Language): StoryLine | undefined {
  if (neighbours.length === 0) return undefined;
  const texts = incidentTexts(language).neighbours;
  const names = neighbours.slice(0, mostNeighbours).map((one) => {
    const [reason] = one.why;
    const because = reason === undefined ? '' : inBrackets(texts[reason], language);
    return `${short(neighbourText(one, wayInTexts(language)))}${because}`;
  });
  const text = wayInTexts(language).screen.neighbours({
    names: names.join(language === 'en' ? ', ' : '、'),
    more: neighbours.length - names.length,
  });
  return { label: 'risk', spans: [span(text)], rank: 4 };
}

function familyLine({ families = [] }: ScanResult, language: Language): StoryLine | undefined {
  const { standings } = incidentTexts(language);
  const named = families.filter(({ standing }) => standing !== 'lead').slice(0, 2);
  const spans = named.map(({ name, standing }) =>
    span(`${short(name[language])}${inBrackets(standings[standing], language)}`),
  );
  return { label: 'family', spans: join(spans, between), rank: 5 };
}

/** A lead is no way in: what is said of a host that nobody looked at has to be sure. */
function hostsLine({ hosts = [] }: ScanResult, language: Language): StoryLine | undefined {
  const { vectors, grades } = incidentTexts(language);
  const accused = hosts.flatMap(({ name, entry: [way] = [] }) => {
    if (way === undefined || way.grade === 'possible') return [];
    const how = `${grades[way.grade]}${language === 'en' ? ': ' : '：'}${vectors[way.vector]}`;
    return [`${short(name)}${inBrackets(how, language)}`];
  });
  if (accused.length === 0) return undefined;
  const names = accused.slice(0, mostHosts).join(language === 'en' ? ', ' : '、');
  const text = wayInTexts(language).screen.hosts({ names, more: accused.length - mostHosts });
  return { label: 'hosts', spans: [span(text)], rank: 2 };
}

/** As many as there is room for, the least needed left out first. */
export function keptLines(lines: readonly StoryLine[], most: number): readonly StoryLine[] {
  if (lines.length <= most) return lines;
  const chosen = new Set(lines.toSorted((a, b) => a.rank - b.rank).slice(0, Math.max(0, most)));
  return lines.filter((one) => chosen.has(one));
}

/** The label of a line; none where the one above has the same. */
export function labelOf(lines: readonly StoryLine[], index: number, language: Language): string {
  const label = lines[index]?.label;
  if (label === undefined || lines[index - 1]?.label === label) return '';
  return wayInTexts(language).screen.labels[label];
}
