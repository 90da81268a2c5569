/**
 * The screen after a scan: the answer, the miners, what brings them back, the ten worst findings, what was not
 * checked, what to do.
 * It fits on one screen, 24 to 50 lines as the terminal has; what has no room is in the report.
 */
import type { Language } from '../messages/catalogue.ts';
import type { Headline } from '../messages/report.ts';
import type { ResultFinding, ScanResult } from '../model/result.ts';
import { worstFirst } from '../model/worst-first.ts';
import { escapeTerminal } from './escape.ts';
import { cell, join, type Span, type Style, span } from './line.ts';
import { nextSteps } from './next-steps.ts';
import { labelled, labelWidth, line, type Screen } from './screen.ts';
import { entryLines, fewestEntryLines } from './screen-entries.ts';
import { minerLines } from './screen-miners.ts';
import {
  coverageText,
  findingTexts,
  headlineOf,
  minuteOf,
  reportTexts,
  secondsBetween,
  terminalTexts,
} from './texts.ts';
import { keptLines, labelOf, storyLines } from './way-in/lines.ts';
import { cutEnd, displayWidth, wrap } from './width.ts';

export interface TerminalOptions {
  /** Columns of the terminal. */
  readonly width: number;
  readonly color: boolean;
  readonly language: Language;
  /** Lines of the terminal, where there is one. */
  readonly height?: number;
  /** Path of the HTML report, when one was written. */
  readonly reportPath?: string;
}

const fewestRows = 23;
const usualRows = 30;
const mostRows = 50;
const fewestFindings = 5;
/** Beside entries that bring a miner back: the worst of those are among the findings too. */
const fewestBesideEntries = 3;
const mostFindings = 10;
const mostWhy = 6;
const widest = 140;

/** Sign and ground of each answer. The sign and the words say it without colour too. */
const banners: Readonly<Record<Headline, { readonly sign: string; readonly style: Style }>> = {
  clean: { sign: '✓', style: 'on-green' },
  suspicious: { sign: '!', style: 'on-yellow' },
  'mining-running': { sign: '✗', style: 'on-red' },
  'mining-stopped': { sign: '✗', style: 'on-red' },
  'mining-traces': { sign: '!', style: 'on-yellow' },
  inconclusive: { sign: '?', style: 'on-blue' },
};

const severityStyles: Readonly<Record<ResultFinding['severity'], Style>> = {
  critical: 'red',
  high: 'red',
  medium: 'yellow',
  low: 'blue',
  info: 'dim',
};

const clamp = (value: number, least: number, most: number): number => Math.min(most, Math.max(least, value));

export function renderScan(result: ScanResult, options: TerminalOptions): string {
  const most = clamp(options.height ?? usualRows, fewestRows, mostRows);
  const screen: Screen = {
    result,
    story: [],
    words: terminalTexts(options.language),
    shared: reportTexts(options.language),
    width: Math.min(Math.max(options.width, 40), widest),
    color: options.color,
    language: options.language,
  };
  return joined(layout(screen, most, options.reportPath), most);
}

/**
 * Lines of the way in and miners that have room whatever else there is to say: less of both where the ten worst findings
 * would not find theirs.
 */
function sharesOf(most: number): readonly (readonly [story: number, miners: number])[] {
  if (most < usualRows) return [[1, 4]];
  const usual = [[4, 4] as const, [4, 2] as const, [3, 2] as const, [2, 2] as const];
  return most > usualRows ? [[7, 4], [6, 4], [5, 4], ...usual] : usual;
}

/** The blocks from top to bottom. */
function layout(bare: Screen, most: number, reportPath: string | undefined): readonly (readonly string[])[] {
  const { result } = bare;
  const all = storyLines(result, { language: bare.language, room: bare.width - storyLabel });
  const wanted = Math.min(mostFindings, grouped(bare).length);
  const plans = sharesOf(most).map(([story, miners]) => {
    const screen: Screen = { ...bare, story: keptLines(all, story) };
    const top = [...hostLines(screen), ...wayInLines(screen)];
    const open = [...notCheckedLines(screen), ...nextLines(screen, reportPath)];
    const fewestMiners = result.miners.length === 0 ? 0 : 1 + Math.min(miners, result.miners.length);
    const fewestEntries = fewestEntryLines(screen, most < usualRows ? 1 : 3);
    const around = 1 + top.length + 1 + fewestMiners + fewestEntries + open.length;
    return { screen, top, open, fewestEntries, around };
  });
  const fits = plans.find(({ around }) => most - around - 1 >= wanted) ?? plans.at(-1);
  if (fits === undefined) return [];
  const { screen, top, open, fewestEntries, around } = fits;
  const banner = [bannerLine(screen)];
  const least = fewestEntries === 0 ? fewestFindings : fewestBesideEntries;
  const findings = findingLines(screen, clamp(most - around - 1, least, mostFindings));
  const bottom = around + findings.length < most ? [...open, exitLine(screen)] : open;
  const fixed = banner.length + top.length + findings.length + bottom.length;
  const reasons = whyLines(screen, mostWhy);
  // Two lines of reasons before the miners get what is left: the second says on what evidence.
  const two = most < usualRows ? 1 : Math.min(2, reasons.length);
  const room = most - fixed - fewestEntries;
  const many = minerLines(screen, room - two);
  const few = minerLines(screen, room - 1);
  // One or two of them in full are worth that line.
  const [miners, keptReasons] =
    result.miners.length <= 2 && few.length > many.length ? [few, 1] : [many, two];
  const entries = entryLines(screen, most - fixed - keptReasons - miners.length);
  const used = fixed + miners.length + entries.length;
  const why = whyLines(screen, clamp(most - used - 2, 1, mostWhy));
  return [banner, top, why, miners, entries, findings, bottom].filter((block) => block.length > 0);
}

function joined(blocks: readonly (readonly string[])[], most: number): string {
  const rows = blocks.reduce((sum, block) => sum + block.length, 0);
  // Lines between the blocks are the first thing to go when the screen is full.
  let gaps = Math.max(0, most - rows);
  const lines: string[] = [];
  for (const [index, block] of blocks.entries()) {
    if (index > 0 && gaps > 0) {
      lines.push('');
      gaps -= 1;
    }
    lines.push(...block);
  }
  return lines.join('\n');
}

function bannerLine(screen: Screen): string {
  const headline = headlineOf(screen.result);
  const { sign, style } = banners[headline];
  const words = screen.shared.headline[headline];
  const label = ` ${sign} ${screen.language === 'en' ? words.toUpperCase() : words} `;
  const score = screen.words.score({ score: screen.result.score });
  const sentence = screen.shared.sentence[headline];
  const room = screen.width - displayWidth(label) - displayWidth(sentence) - displayWidth(score) - 4;
  const spans: Span[] = [span(label, style), span(` ${sentence}`, 'bold')];
  // The score stands at the right edge, or not at all: the sentence matters more.
  const scored = headline !== 'clean' && headline !== 'inconclusive' && screen.result.score > 0;
  if (scored && room >= 0) spans.push(span(' '.repeat(room + 3)), span(score, 'dim'));
  return line(screen, ...spans);
}

function hostLines(screen: Screen): readonly string[] {
  const { host, since, busySince, finished, verdict } = screen.result;
  const limited =
    host.scope === 'host' && host.privileged
      ? undefined
      : span(
          [
            host.scope === 'host' ? '' : screen.shared.scope[host.scope],
            host.privileged || host.scope === 'files' ? '' : screen.shared.unprivileged,
          ]
            .filter((text) => text !== '')
            .join(screen.words.separator),
          'yellow',
        );
  const parts = [
    span(host.name === '' ? screen.result.options.target : host.name, 'bold'),
    limited,
    // The code name of a release is the first thing that an 80-column screen can do without.
    span(host.os.replace(/ \([\w ./-]+\)$/, '')),
    span(`${host.kernel} ${host.architecture}`.trim()),
  ];
  const cores = host.cores > 0 ? span(screen.words.cores({ count: host.cores })) : undefined;
  const about = join([...parts, cores], ' · ');
  const fits = displayWidth(about.map(({ text }) => text).join('')) < screen.width - labelWidth(screen);
  // The number of cores is the next: a separator with nothing behind it looks like something lost.
  const lines = [labelled(screen, screen.words.labels.host, fits ? about : join(parts, ' · '))];
  if (since !== undefined) {
    const text = screen.words.since({
      time: minuteOf(since),
      duration: screen.shared.duration({ seconds: secondsBetween(since, finished) }),
    });
    lines.push(labelled(screen, screen.words.labels.since, [span(text, 'bold')]));
  }
  if (busySince !== undefined && verdict !== 'clean') {
    const text = screen.shared.busySince({ time: minuteOf(busySince.from), certain: busySince.certain });
    lines.push(labelled(screen, since === undefined ? screen.words.labels.since : '', [span(text)]));
  }
  return lines;
}

/** Columns of the longest label and its blank. */
const storyLabel = 9;
const wayInLines = (screen: Screen): readonly string[] =>
  screen.story.map(({ spans }, index) =>
    labelled(screen, labelOf(screen.story, index, screen.language), spans),
  );

/** The reasons for the verdict, as far as there is room. */
function whyLines(screen: Screen, room: number): readonly string[] {
  const width = screen.width - labelWidth(screen) - 1;
  const wrapped = screen.result.why.flatMap((reason) => wrap(escapeTerminal(reason), width));
  const shown = wrapped.slice(0, room);
  return shown.map((text, index) => {
    const last = index === shown.length - 1 && wrapped.length > shown.length;
    return labelled(screen, index === 0 ? screen.words.labels.why : '', [
      span(last ? `${cutEnd(text, width - 1).replace(/[….。]+$/u, '')} …` : text),
    ]);
  });
}

interface FindingGroup {
  readonly first: ResultFinding;
  readonly count: number;
  readonly title: string;
}

/** Findings that say the same about several processes take one line, which names them. */
function grouped(screen: Screen): readonly FindingGroup[] {
  const byTitle = Map.groupBy(
    worstFirst(screen.result.findings),
    (finding) => `${finding.severity} ${findingTexts(finding, screen.language).title}`,
  );
  return [...byTitle.values()].flatMap((same) => {
    const [first] = same;
    if (first === undefined) return [];
    const { title } = findingTexts(first, screen.language);
    const named = same.flatMap(({ pid }) => (pid === undefined ? [] : [pid]));
    const pids = same.length > 1 ? [...new Set(named)] : [];
    return [
      {
        first,
        count: same.length,
        title: pids.length === 0 ? title : `${title}${screen.words.about({ pids: pids.join(', ') })}`,
      },
    ];
  });
}

function findingLines(screen: Screen, room: number): readonly string[] {
  const worst = grouped(screen);
  if (worst.length === 0) return [line(screen, span(screen.words.noFindings, 'dim'))];
  const shown = worst.slice(0, room);
  const all = screen.result.findings.length;
  const idWidth = Math.max(...shown.map(({ first }) => displayWidth(first.id)));
  const severityWidth = Math.max(
    ...shown.map(({ first }) => displayWidth(screen.shared.severity[first.severity])),
  );
  const heading = screen.words.findings({ shown: shown.reduce((sum, { count }) => sum + count, 0), all });
  return [
    line(screen, span(heading, 'bold')),
    ...shown.map(({ first, title }) =>
      line(
        screen,
        span('  '),
        cell(first.id, idWidth, 'dim'),
        span('  '),
        cell(screen.shared.severity[first.severity], severityWidth, severityStyles[first.severity]),
        span(`  ${title}`),
      ),
    ),
  ];
}

/** What the verdict needs comes first; what has no room is counted. */
function notCheckedLines(screen: Screen): readonly string[] {
  const open = screen.result.coverage.filter((row) => !row.checked);
  const label = span(`${screen.words.labels.notChecked}${screen.words.colon}`, 'bold');
  if (open.length === 0) return [line(screen, label, span(screen.words.allChecked, 'green'))];
  const required = open.filter((row) => row.required);
  const rows = [...required, ...open.filter((row) => !row.required)];
  const lines: Span[][] = [[label]];
  const mostLines = required.length > 0 ? 2 : 1;
  let used = displayWidth(label.text);
  for (const [index, row] of rows.entries()) {
    const name = escapeTerminal(coverageText(row.id, screen.language));
    const separator = index === rows.length - 1 ? '' : screen.words.separator;
    const rest = span(screen.words.more({ count: rows.length - index }), 'dim');
    // Room for the count of the others is kept on the last line.
    const kept = lines.length === mostLines && index < rows.length - 1 ? displayWidth(rest.text) : 0;
    if (used + displayWidth(name + separator.trimEnd()) + kept > screen.width && index > 0) {
      if (lines.length === mostLines) {
        lines.at(-1)?.push(rest);
        break;
      }
      lines.push([span('  ')]);
      used = 2;
    }
    lines.at(-1)?.push(span(name, row.required ? 'yellow' : 'plain'), span(separator, 'dim'));
    used += displayWidth(name + separator);
  }
  return lines.map((spans) => line(screen, ...spans));
}

function nextLines(screen: Screen, reportPath: string | undefined): readonly string[] {
  const steps = nextSteps(screen.result, reportPath === undefined ? {} : { reportPath });
  const width = screen.width - labelWidth(screen) - 1;
  const lines: string[] = [];
  const put = (...spans: readonly Span[]): void => {
    lines.push(labelled(screen, lines.length === 0 ? screen.words.labels.next : '', spans));
  };
  for (const [index, step] of steps.entries()) {
    const text = `${index + 1}. ${screen.shared.next[step.id]}`;
    if (step.command === undefined) {
      put(span(text));
      continue;
    }
    // A command is never cut: it is there to be copied. One that does not fit gets lines of its own.
    const safe = escapeTerminal(step.command);
    if (displayWidth(text) + 2 + displayWidth(safe) <= width) {
      put(span(text), span('  '), span(safe, 'cyan'));
      continue;
    }
    put(span(text));
    for (const part of wrap(safe, width - 3)) put(span('   '), span(part, 'cyan'));
  }
  return lines;
}

function exitLine(screen: Screen): string {
  return line(screen, span(screen.words.exit[screen.result.verdict], 'dim'));
}
