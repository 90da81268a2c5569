/**
 * The screen after a scan: the answer, the miners, the ten worst findings, what was not checked, what to do.
 * It fits on one screen of 30 lines; what has no room is in the report.
 */
import type { Language } from '../messages/catalogue.ts';
import type { Headline, ReportTexts } from '../messages/report.ts';
import type { TerminalTexts } from '../messages/terminal.ts';
import type { ResultFinding, ResultMiner, ScanResult } from '../model/result.ts';
import { worstFirst } from '../model/worst-first.ts';
import { escapeTerminal } from './escape.ts';
import { cell, fit, join, type Span, type Style, span } from './line.ts';
import { nextSteps } from './next-steps.ts';
import {
  coverageText,
  findingTexts,
  headlineOf,
  lastComponent,
  minuteOf,
  percentText,
  reportTexts,
  secondsBetween,
  shortWallet,
  terminalTexts,
} from './texts.ts';
import { cutEnd, cutMiddle, displayWidth, wrap } from './width.ts';

export interface TerminalOptions {
  /** Columns of the terminal. */
  readonly width: number;
  readonly color: boolean;
  readonly language: Language;
  /** Path of the HTML report, when one was written. */
  readonly reportPath?: string;
}

const mostRows = 30;
const mostFindings = 10;
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

interface Screen {
  readonly result: ScanResult;
  readonly words: TerminalTexts;
  readonly shared: ReportTexts;
  readonly width: number;
  readonly color: boolean;
  readonly language: Language;
}

export function renderScan(result: ScanResult, options: TerminalOptions): string {
  const screen: Screen = {
    result,
    words: terminalTexts(options.language),
    shared: reportTexts(options.language),
    width: Math.min(Math.max(options.width, 40), widest),
    color: options.color,
    language: options.language,
  };
  const banner = [bannerLine(screen)];
  const top = hostLines(screen);
  const findings = findingLines(screen);
  const bottom = [...notCheckedLines(screen), ...nextLines(screen, options.reportPath), exitLine(screen)];
  const fixed = 1 + top.length + findings.length + bottom.length;
  const miners = minerLines(screen, mostRows - fixed - 1);
  const why = whyLines(screen, Math.min(3, Math.max(1, mostRows - fixed - miners.length - 5)));
  // Lines between the blocks are the first thing to go when the screen is full.
  const blocks = [banner, top, why, miners, findings, bottom].filter((block) => block.length > 0);
  const rows = blocks.reduce((sum, block) => sum + block.length, 0);
  let gaps = Math.max(0, mostRows - rows);
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

function line(screen: Screen, ...spans: readonly Span[]): string {
  return fit(spans, screen.width, screen.color);
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
  const scored = headline !== 'clean' && headline !== 'inconclusive';
  if (scored && room >= 0) spans.push(span(' '.repeat(room + 3)), span(score, 'dim'));
  return line(screen, ...spans);
}

/** Labels of one column. */
function labelled(screen: Screen, label: string, spans: readonly Span[]): string {
  return line(screen, cell(label, labelWidth(screen), 'dim'), span(' '), ...spans);
}

function labelWidth(screen: Screen): number {
  const { host, since, why } = screen.words.labels;
  return Math.max(...[host, since, why].map(displayWidth)) + 1;
}

function hostLines(screen: Screen): readonly string[] {
  const { host, since, finished } = screen.result;
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
  const about = join(
    [
      span(host.name, 'bold'),
      limited,
      span(host.os),
      span(`${host.kernel} ${host.architecture}`.trim()),
      host.cores > 0 ? span(screen.words.cores({ count: host.cores })) : undefined,
    ],
    ' · ',
  );
  const lines = [labelled(screen, screen.words.labels.host, about)];
  if (since !== undefined) {
    const text = screen.words.since({
      time: minuteOf(since),
      duration: screen.shared.duration({ seconds: secondsBetween(since, finished) }),
    });
    lines.push(labelled(screen, screen.words.labels.since, [span(text, 'bold')]));
  }
  return lines;
}

/** The reasons for the verdict, as far as there is room. */
function whyLines(screen: Screen, room: number): readonly string[] {
  const width = screen.width - labelWidth(screen) - 1;
  const wrapped = screen.result.why.flatMap((reason) => wrap(escapeTerminal(reason), width));
  const shown = wrapped.slice(0, room);
  return shown.map((text, index) => {
    const last = index === shown.length - 1 && wrapped.length > shown.length;
    return labelled(screen, index === 0 ? screen.words.labels.why : '', [
      span(last ? `${cutEnd(text, width - 1).replace(/…$/u, '')}…` : text),
    ]);
  });
}

function minerLines(screen: Screen, room: number): readonly string[] {
  const { miners } = screen.result;
  if (miners.length === 0) return [];
  const heading = line(screen, span(screen.words.miners({ count: miners.length }), 'bold'));
  const full = miners.flatMap((miner) => minerBlock(screen, miner));
  if (full.length + 1 <= room) return [heading, ...full];
  const one = miners.map((miner) => minerRow(screen, miner));
  const fits = Math.max(2, room - 1);
  if (one.length <= fits) return [heading, ...one];
  const left = miners.length - (fits - 1);
  return [
    heading,
    ...one.slice(0, fits - 1),
    line(screen, span(`  ${screen.words.moreMiners({ count: left })}`, 'dim')),
  ];
}

function nameOf(screen: Screen, miner: ResultMiner): string {
  const row = screen.result.processes.find((process) => process.pid === miner.pid);
  return row?.name || lastComponent(miner.exe);
}

function runtime(screen: Screen, miner: ResultMiner): string {
  const seconds = secondsBetween(miner.startTime, screen.result.finished);
  return screen.words.runsFor({ duration: screen.shared.duration({ seconds }) });
}

function marks(screen: Screen, miner: ResultMiner): Span | undefined {
  const words = [
    miner.hidden ? screen.shared.hidden : '',
    miner.state === 'stopped' ? screen.shared.minerState.stopped : '',
  ].filter((text) => text !== '');
  return words.length === 0 ? undefined : span(words.join(screen.words.separator), 'red');
}

function containerName(miner: ResultMiner): string {
  const { container } = miner;
  if (container === undefined) return '';
  return [container.name ?? container.pod ?? container.id.slice(0, 12), container.image ?? '']
    .filter((text) => text !== '')
    .join(' ');
}

/** What a miner is, in three lines. */
function minerBlock(screen: Screen, miner: ResultMiner): readonly string[] {
  const { words } = screen;
  const first = join(
    [
      span(`PID ${miner.pid}`, 'red'),
      span(cutEnd(escapeTerminal(nameOf(screen, miner)), 24), 'bold'),
      span(words.cpu({ percent: percentText(miner.cpu) })),
      span(runtime(screen, miner)),
      marks(screen, miner),
      span(words.user({ user: cutEnd(escapeTerminal(miner.user), 16) })),
    ],
    '  ',
  );
  const name = containerName(miner);
  const container = name === '' ? '' : cutEnd(escapeTerminal(words.container({ name })), 36);
  const deleted = miner.deleted ? ` (${screen.shared.deleted})` : '';
  const exeRoom = Math.max(20, screen.width - 7 - displayWidth(container) - displayWidth(deleted));
  const second = join(
    [
      span(`${cutMiddle(escapeTerminal(miner.exe), exeRoom)}${deleted}`, miner.deleted ? 'yellow' : 'plain'),
      span(container, 'cyan'),
    ],
    ' · ',
  );
  const third = join([...target(miner), walletSpan(screen, miner)], ' · ');
  const lines = [line(screen, span('  '), ...first), line(screen, span('    '), ...second)];
  if (third.length > 0) lines.push(line(screen, span('    '), ...third));
  return lines;
}

/** `rx/0 (Monero) → pool` */
function target(miner: ResultMiner): readonly Span[] {
  const what = [miner.algorithm ?? '', miner.coin === undefined ? '' : `(${miner.coin})`]
    .filter((text) => text !== '')
    .join(' ');
  const pool = miner.pool === undefined ? '' : `→ ${miner.pool}`;
  const text = [what, pool].filter((part) => part !== '').join(' ');
  return text === '' ? [] : [span(text)];
}

function walletSpan(screen: Screen, miner: ResultMiner): Span | undefined {
  return miner.wallet === undefined
    ? undefined
    : span(screen.words.wallet({ wallet: shortWallet(miner.wallet) }));
}

/** What a miner is, in one line, where there are many. */
function minerRow(screen: Screen, miner: ResultMiner): string {
  return line(
    screen,
    span('  '),
    cell(String(miner.pid), 8, 'red', 'right'),
    span('  '),
    ...join(
      [
        span(nameOf(screen, miner), 'bold'),
        span(screen.words.cpu({ percent: percentText(miner.cpu) })),
        span(screen.shared.duration({ seconds: secondsBetween(miner.startTime, screen.result.finished) })),
        marks(screen, miner),
        ...target(miner),
        span(miner.user),
        span(miner.container?.name ?? '', 'cyan'),
      ],
      ' · ',
    ),
  );
}

function findingLines(screen: Screen): readonly string[] {
  const worst = worstFirst(screen.result.findings);
  if (worst.length === 0) return [line(screen, span(screen.words.noFindings, 'dim'))];
  const shown = worst.slice(0, mostFindings);
  const idWidth = Math.max(...shown.map(({ id }) => displayWidth(id)));
  const severityWidth = Math.max(
    ...shown.map(({ severity }) => displayWidth(screen.shared.severity[severity])),
  );
  return [
    line(screen, span(screen.words.findings({ shown: shown.length, all: worst.length }), 'bold')),
    ...shown.map((finding) =>
      line(
        screen,
        span('  '),
        cell(finding.id, idWidth, 'dim'),
        span('  '),
        cell(screen.shared.severity[finding.severity], severityWidth, severityStyles[finding.severity]),
        span(`  ${findingTexts(finding, screen.language).title}`),
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
  const lines = [line(screen, span(screen.words.labels.next, 'bold'))];
  for (const [index, step] of steps.entries()) {
    const text = screen.shared.next[step.id];
    const number = `  ${index + 1}. `;
    const command = step.command;
    if (command === undefined) {
      lines.push(line(screen, span(number), span(text)));
      continue;
    }
    // A command is never cut: it is there to be copied. One that does not fit gets lines of its own.
    const safe = escapeTerminal(command);
    if (displayWidth(number + text) + 2 + displayWidth(safe) <= screen.width) {
      lines.push(line(screen, span(number), span(text), span('  '), span(safe, 'cyan')));
      continue;
    }
    lines.push(line(screen, span(number), span(text)));
    for (const part of wrap(safe, screen.width - 5))
      lines.push(line(screen, span('     '), span(part, 'cyan')));
  }
  return lines;
}

function exitLine(screen: Screen): string {
  return line(screen, span(screen.words.exit[screen.result.verdict], 'dim'));
}
