/**
 * The miners on the screen after a scan: three lines each where there is room, one where there are many.
 */
import { coinName } from '../messages/coins.ts';
import type { ResultMiner } from '../model/result.ts';
import { escapeTerminal } from './escape.ts';
import { cell, join, type Span, span } from './line.ts';
import { line, type Screen } from './screen.ts';
import { inBrackets, lastComponent, percentText, secondsBetween, shortWallet } from './texts.ts';
import { cutEnd, cutMiddle, displayWidth } from './width.ts';

/** All of them in full, or a line each, or as many lines as there is room for and the number of the rest. */
export function minerLines(screen: Screen, room: number): readonly string[] {
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
  const deleted = miner.deleted ? inBrackets(screen.shared.deleted, screen.language) : '';
  const exeRoom = Math.max(20, screen.width - 7 - displayWidth(container) - displayWidth(deleted));
  const second = join(
    [
      span(`${cutMiddle(escapeTerminal(miner.exe), exeRoom)}${deleted}`, miner.deleted ? 'yellow' : 'plain'),
      span(container, 'cyan'),
    ],
    ' · ',
  );
  const third = join([...target(screen, miner), walletSpan(screen, miner)], ' · ');
  const lines = [line(screen, span('  '), ...first), line(screen, span('    '), ...second)];
  if (third.length > 0) lines.push(line(screen, span('    '), ...third));
  return lines;
}

/** `rx/0 (Monero) → pool` */
function target(screen: Screen, miner: Pick<ResultMiner, 'algorithm' | 'coin' | 'pool'>): readonly Span[] {
  const coin = miner.coin === undefined ? '' : coinName(miner.coin, screen.language);
  const what = screen.words.mines({ algorithm: miner.algorithm ?? '', coin });
  const pool = miner.pool === undefined ? '' : `→ ${miner.pool}`;
  const text = [what, pool].filter((part) => part !== '').join(' ');
  return text === '' ? [] : [span(text)];
}

function walletSpan(screen: Screen, miner: ResultMiner): Span | undefined {
  return miner.wallet === undefined
    ? undefined
    : span(screen.words.wallet({ wallet: shortWallet(miner.wallet) }));
}

/** What a miner is, in one line, where there are many: where the money goes before what it costs. */
function minerRow(screen: Screen, miner: ResultMiner): string {
  return line(
    screen,
    span('  '),
    cell(String(miner.pid), 7, 'red', 'right'),
    span('  '),
    ...join(
      [
        span(cutEnd(escapeTerminal(nameOf(screen, miner)), 18), 'bold'),
        marks(screen, miner),
        // The coin is told by the wallet beside it: 80 columns have no room for both.
        ...target(screen, miner.algorithm === undefined ? miner : { ...miner, coin: undefined }),
        span(miner.wallet === undefined ? '' : shortWallet(miner.wallet)),
        span(screen.words.cpu({ percent: percentText(miner.cpu) })),
        span(screen.shared.duration({ seconds: secondsBetween(miner.startTime, screen.result.finished) })),
        span(cutEnd(escapeTerminal(miner.user), 16)),
        span(miner.container?.name ?? '', 'cyan'),
      ],
      ' · ',
    ),
  );
}
