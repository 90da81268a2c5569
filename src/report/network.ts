/** `demine net`: sockets by process, listeners first, with exposure and with what somebody hides. */
import type { Language } from '../messages/catalogue.ts';
import type { ReportTexts } from '../messages/report.ts';
import type { TerminalTexts } from '../messages/terminal.ts';
import type { ResultProcess, ResultSocket, ScanResult } from '../model/result.ts';
import { escapeTerminal } from './escape.ts';
import { byJudgement, containerLabel, judgementSpan, lookOf } from './judgement.ts';
import { cell, fit, join, type Span, type Style, span } from './line.ts';
import { exposureOf, hasPeer, hiddenFrom, isInteresting, isListener, isNetwork } from './socket-view.ts';
import { reportTexts, terminalTexts } from './texts.ts';
import { cutEnd } from './width.ts';

export interface NetworkOptions {
  readonly width: number;
  readonly color: boolean;
  readonly language: Language;
  /** Local, closed and unix sockets too. */
  readonly all?: boolean;
}

interface Group {
  /** Undefined for sockets that no visible process owns. */
  readonly process: ResultProcess | undefined;
  readonly pid: number | undefined;
  readonly sockets: ResultSocket[];
}

interface Sheet {
  readonly result: ScanResult;
  readonly width: number;
  readonly color: boolean;
  readonly words: TerminalTexts;
  readonly texts: ReportTexts;
}

export function renderNetwork(result: ScanResult, options: NetworkOptions): string {
  const sheet: Sheet = {
    result,
    width: Math.max(40, options.width),
    color: options.color,
    words: terminalTexts(options.language),
    texts: reportTexts(options.language),
  };
  const { network } = sheet.words;
  const suspects = new Set(
    result.processes
      .filter((row) => row.judgement === 'mining' || row.judgement === 'suspicious')
      .map((row) => row.pid),
  );
  const shown =
    options.all === true
      ? result.sockets
      : result.sockets.filter((socket) => isInteresting(socket, suspects));
  const listeners = shown.filter(isListener).length;
  const connections = shown.filter((socket) => isNetwork(socket) && !isListener(socket)).length;
  const lines = [
    put(
      sheet,
      span(result.host.name, 'bold'),
      span(sheet.words.colon),
      span(network.heading({ listeners, connections })),
    ),
  ];
  if (shown.length === 0) lines.push('', put(sheet, span(network.nothing, 'dim')));
  for (const group of grouped(shown, result.processes)) lines.push('', ...groupLines(sheet, group));
  const quiet = result.sockets.length - shown.length;
  if (quiet > 0) lines.push('', put(sheet, span(network.quiet({ count: quiet }), 'dim')));
  return lines.join('\n');
}

function put(sheet: Sheet, ...spans: readonly Span[]): string {
  return fit(spans, sheet.width, sheet.color);
}

/** A socket that several processes share belongs to the worst judged of them, then to the oldest. */
function ownerOf(socket: ResultSocket, processes: ReadonlyMap<number, ResultProcess>): number | undefined {
  const known = socket.pids.flatMap((pid) => processes.get(pid) ?? []);
  const [first] = known.toSorted(
    (a, b) => lookOf(a.judgement).rank - lookOf(b.judgement).rank || a.pid - b.pid,
  );
  return first?.pid ?? socket.pids[0];
}

/** Suspects first, then what listens, then by pid; what nobody owns stands at the end. */
function grouped(sockets: readonly ResultSocket[], processes: readonly ResultProcess[]): readonly Group[] {
  const byPid = new Map(processes.map((row) => [row.pid, row]));
  const groups = new Map<number | undefined, Group>();
  for (const socket of sockets) {
    const pid = ownerOf(socket, byPid);
    const group = groups.get(pid);
    if (group === undefined) {
      groups.set(pid, { pid, process: pid === undefined ? undefined : byPid.get(pid), sockets: [socket] });
    } else group.sockets.push(socket);
  }
  const order = (group: Group): number => {
    if (group.sockets.some((socket) => hiddenFrom(socket).length > 0)) return 0;
    if (group.process !== undefined && group.process.judgement !== 'benign') return 1;
    if (group.pid === undefined) return 4;
    return group.sockets.some(isListener) ? 2 : 3;
  };
  return [...groups.values()].toSorted(
    (a, b) =>
      order(a) - order(b) ||
      (order(a) === 1 && a.process !== undefined && b.process !== undefined
        ? byJudgement(a.process, b.process)
        : (a.pid ?? 0) - (b.pid ?? 0)),
  );
}

function groupLines(sheet: Sheet, group: Group): readonly string[] {
  const { process } = group;
  const title: readonly Span[] =
    process === undefined
      ? [span(group.pid === undefined ? sheet.words.network.nobody : `PID ${group.pid}`, 'dim')]
      : join(
          [
            span(
              `${lookOf(process.judgement).sign} ${process.pid}`.trim(),
              process.judgement === 'benign' ? 'plain' : lookOf(process.judgement).style,
            ),
            span(cutEnd(escapeTerminal(process.name), 32), 'bold'),
            judgementSpan(process, sheet.texts),
            span(process.user),
            process.container === undefined ? undefined : span(containerLabel(process.container), 'cyan'),
            span(process.exe ?? '', 'dim'),
          ],
          '  ',
        );
  const sorted = group.sockets.toSorted(
    (a, b) => Number(isListener(b)) - Number(isListener(a)) || a.local.localeCompare(b.local),
  );
  return [put(sheet, ...title), ...sorted.flatMap((socket) => socketLines(sheet, socket))];
}

const riskStyles: Readonly<Record<'low' | 'medium' | 'high', Style>> = {
  low: 'dim',
  medium: 'yellow',
  high: 'red',
};

function socketLines(sheet: Sheet, socket: ResultSocket): readonly string[] {
  const exposed = exposureOf(socket, sheet.result.exposure);
  const tags: readonly Span[] =
    exposed === undefined
      ? []
      : [
          span('  '),
          span(
            sheet.words.network.exposed({
              service: exposed.service,
              reach: sheet.texts.reach[exposed.reach],
              risk: sheet.texts.risk[exposed.risk],
            }),
            riskStyles[exposed.risk],
          ),
        ];
  const hidden = hiddenSpan(socket, sheet.words);
  return [
    put(sheet, span('    '), ...socketSpans(socket, sheet.words), ...tags),
    ...(hidden === undefined ? [] : [put(sheet, span('           '), hidden)]),
  ];
}

/** Transport, state and ends of a socket. */
export function socketSpans(socket: ResultSocket, words: TerminalTexts): readonly Span[] {
  const listens = isListener(socket);
  const state = listens ? words.network.listens : (words.network.states[socket.state] ?? socket.state);
  const local = cutEnd(escapeTerminal(socket.local), 60);
  const ends = hasPeer(socket) ? `${local} → ${cutEnd(escapeTerminal(socket.remote), 60)}` : local;
  return [cell(socket.transport, 7, 'dim'), cell(state, 12, listens ? 'bold' : 'plain'), span(ends)];
}

/** Says from which view a socket is hidden, if from any. */
export function hiddenSpan(socket: ResultSocket, words: TerminalTexts): Span | undefined {
  const names: Readonly<Record<string, string>> = { ...words.network.views };
  const hidden = hiddenFrom(socket).map((view) => names[view] ?? view);
  return hidden.length === 0
    ? undefined
    : span(words.network.hiddenFrom({ views: hidden.join(words.separator) }), 'red');
}
