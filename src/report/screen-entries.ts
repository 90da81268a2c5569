/**
 * What brings a miner back, on the screen after a scan: the entries that are suspicious or malicious, with the place,
 * the reasons and what the command hides. What is of no concern is counted only; all of it is in the report.
 */
import type { ResultPersistence } from '../model/result.ts';
import { escapeTerminal } from './escape.ts';
import { cell, join, type Style, span } from './line.ts';
import { line, type Screen } from './screen.ts';
import { entryJudgementText, isGrave, mechanismText, placeOf, sentences } from './texts.ts';
import { cutEnd, cutMiddle, displayWidth } from './width.ts';

export const entryStyles: Readonly<Record<ResultPersistence['judgement'], Style>> = {
  malicious: 'red',
  suspicious: 'yellow',
  unusual: 'blue',
  benign: 'dim',
};

/** Longest part of a layer of a command that is looked at: the first line of a terminal never needs more. */
const mostCharacters = 400;

/** Lines that are kept for it, whatever else there is to say. */
export function fewestEntryLines(screen: Screen, most: number): number {
  const grave = screen.result.persistence.filter(isGrave).length;
  return grave === 0 ? 0 : 1 + Math.min(most, grave);
}

/** Each entry in full, or in one line, or as many as there is room for and the number of the rest. */
export function entryLines(screen: Screen, room: number): readonly string[] {
  const { persistence } = screen.result;
  const grave = persistence.filter(isGrave);
  if (grave.length === 0) return [];
  const unusual = persistence.filter(({ judgement }) => judgement === 'unusual').length;
  const benign = persistence.length - grave.length - unusual;
  const quiet = unusual + benign === 0 ? '' : screen.words.quietEntries({ unusual, benign });
  const heading = line(screen, span(screen.words.comesBack({ count: grave.length, quiet }), 'bold'));
  const full = grave.flatMap((entry) => entryBlock(screen, entry));
  if (full.length + 1 <= room) return [heading, ...full];
  const fits = Math.max(1, room - 1);
  if (grave.length <= fits) return [heading, ...grave.map((entry) => entryRow(screen, entry))];
  if (fits === 1) return [heading, ...grave.slice(0, 1).map((entry) => entryRow(screen, entry))];
  return [
    heading,
    ...grave.slice(0, fits - 1).map((entry) => entryRow(screen, entry)),
    line(screen, span(`  ${screen.words.moreEntries({ count: grave.length - (fits - 1) })}`, 'dim')),
  ];
}

/** That it starts a miner is told beside its place; the other reasons get the room. */
function reasonsOf(screen: Screen, entry: ResultPersistence): readonly string[] {
  const others = entry.reasons.filter(({ id }) => id !== 'running-miner');
  const told = broughtBack(screen, entry) === '' || others.length === 0 ? entry.reasons : others;
  return told.map(({ texts }) => texts[screen.language]);
}

/** The innermost layer tells what is really run. */
function decodedText(screen: Screen, { decoded }: ResultPersistence): string {
  const command = decoded.at(-1)?.slice(0, mostCharacters).replace(/\s+/g, ' ').trim() ?? '';
  return command === '' ? '' : screen.words.decoded({ command });
}

/** Miners named of one entry. */
const mostNamed = 2;

/** `→ PID 4711, 4712 +3`: the miners that it brings back. */
function broughtBack(screen: Screen, { id }: ResultPersistence): string {
  const pids = screen.result.miners
    .filter(({ persistence }) => persistence.some(({ entry }) => entry === id))
    .map(({ pid }) => pid);
  if (pids.length === 0) return '';
  const rest = pids.length - mostNamed;
  const more = rest > 0 ? ` ${screen.words.more({ count: rest })}` : '';
  return `→ PID ${pids.slice(0, mostNamed).join(', ')}${more}`;
}

function entryBlock(screen: Screen, entry: ResultPersistence): readonly string[] {
  const name = mechanismText(entry.mechanism, screen.language);
  const judgement = entryJudgementText(entry.judgement, screen.language);
  const miners = broughtBack(screen, entry);
  const room = screen.width - displayWidth(judgement) - displayWidth(name) - displayWidth(miners) - 8;
  const first = join(
    [
      span(judgement, entryStyles[entry.judgement]),
      span(name, 'bold'),
      span(cutMiddle(escapeTerminal(placeOf(entry)), Math.max(20, room))),
      span(miners, 'red'),
    ],
    '  ',
  );
  const decoded = decodedText(screen, entry);
  const said = sentences(reasonsOf(screen, entry), screen.language);
  return [
    line(screen, span('  '), ...first),
    ...(said === '' ? [] : [line(screen, span('    '), span(said))]),
    ...(decoded === '' ? [] : [line(screen, span('    '), span(decoded, 'cyan'))]),
  ];
}

/** One line: what it is, where, and as much of the reason as there is room for. */
function entryRow(screen: Screen, entry: ResultPersistence): string {
  const [reason = ''] = reasonsOf(screen, entry);
  const widest = Math.max(
    ...(['malicious', 'suspicious'] as const).map((one) =>
      displayWidth(entryJudgementText(one, screen.language)),
    ),
  );
  return line(
    screen,
    span('  '),
    cell(entryJudgementText(entry.judgement, screen.language), widest, entryStyles[entry.judgement]),
    span('  '),
    ...join(
      [
        span(cutEnd(mechanismText(entry.mechanism, screen.language), 24), 'bold'),
        span(cutMiddle(escapeTerminal(placeOf(entry)), Math.max(16, Math.floor(screen.width / 3)))),
        span(broughtBack(screen, entry), 'red'),
        span(reason, 'dim'),
      ],
      '  ',
    ),
  );
}
