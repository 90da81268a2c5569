/** `demine ps`: every process as a tree, with what it uses, where it talks to and how it is judged. */
import type { Language } from '../messages/catalogue.ts';
import type { ReportTexts } from '../messages/report.ts';
import type { TerminalTexts } from '../messages/terminal.ts';
import type { ResultProcess, ResultSocket, ScanResult } from '../model/result.ts';
import { escapeTerminal } from './escape.ts';
import { byJudgement, containerLabel, judgementSpan, lookOf } from './judgement.ts';
import { cell, fit, join, type Span, span } from './line.ts';
import { hasPeer, isListener, isLocal, isOver, splitEndpoint } from './socket-view.ts';
import { lastComponent, percentText, reportTexts, terminalTexts } from './texts.ts';
import { cutEnd, cutMiddle, displayWidth } from './width.ts';

export interface ProcessTreeOptions {
  readonly width: number;
  readonly color: boolean;
  readonly language: Language;
  /** Kernel threads too, one line each. */
  readonly all?: boolean;
}

interface Tree {
  readonly width: number;
  readonly color: boolean;
  readonly words: TerminalTexts;
  readonly texts: ReportTexts;
  readonly sockets: ReadonlyMap<number, readonly ResultSocket[]>;
  readonly hidden: ReadonlySet<number>;
}

const pidWidth = 8;
const cpuWidth = 6;
const userWidth = 10;
/** Deeper levels are drawn at this depth: a chain of a thousand forks must not push names off the screen. */
const deepest = 12;

export function renderProcessTree(result: ScanResult, options: ProcessTreeOptions): string {
  const words = terminalTexts(options.language);
  const tree: Tree = {
    width: Math.max(40, options.width),
    color: options.color,
    words,
    texts: reportTexts(options.language),
    sockets: socketsByPid(result.sockets),
    hidden: new Set(result.miners.filter((miner) => miner.hidden).map((miner) => miner.pid)),
  };
  const quiet = (row: ResultProcess): boolean => row.kernelThread && row.judgement === 'benign';
  const threads = result.processes.filter((row) => row.kernelThread).length;
  const folded = options.all === true ? [] : result.processes.filter(quiet);
  const shown = options.all === true ? result.processes : result.processes.filter((row) => !quiet(row));
  const lines = [
    fit(
      [
        span(
          words.tree.heading({
            host: result.host.name,
            processes: result.processes.length - threads,
            kernelThreads: threads,
          }),
          'bold',
        ),
      ],
      tree.width,
      tree.color,
    ),
    ...judgedLines(tree, result.processes),
    '',
    fit(
      [
        span('  '),
        cell(words.tree.columns.pid, pidWidth, 'dim', 'right'),
        cell(words.tree.columns.cpu, cpuWidth + 1, 'dim', 'right'),
        span('  '),
        cell(words.tree.columns.user, userWidth, 'dim'),
        span(' '),
        span(words.tree.columns.process, 'dim'),
      ],
      tree.width,
      tree.color,
    ),
    ...branches(shown).map(({ row, lead }) => rowLine(tree, row, lead)),
  ];
  if (folded.length > 0) {
    const text = words.tree.kernelThreads({ count: folded.length });
    lines.push('', fit([span(`  ${text}`, 'dim')], tree.width, tree.color));
  }
  return lines.join('\n');
}

/** The processes that need a look, before the long tree. */
function judgedLines(tree: Tree, processes: readonly ResultProcess[]): readonly string[] {
  const judged = processes
    .filter((row) => row.judgement === 'mining' || row.judgement === 'suspicious')
    .toSorted(byJudgement);
  if (judged.length === 0) return [fit([span(tree.words.tree.noneJudged, 'green')], tree.width, tree.color)];
  return [
    fit([span(tree.words.tree.judged({ count: judged.length }), 'bold')], tree.width, tree.color),
    ...judged.slice(0, 10).flatMap((row) => judgedBlock(tree, row)),
    ...(judged.length > 10
      ? [
          fit(
            [span(`  ${tree.words.tree.moreJudged({ count: judged.length - 10 })}`, 'dim')],
            tree.width,
            tree.color,
          ),
        ]
      : []),
  ];
}

/** What it is, then where it lies and where it talks to. */
function judgedBlock(tree: Tree, row: ResultProcess): readonly string[] {
  const talks = connections(tree, row.pid);
  const taken = talks.reduce((sum, { text }) => sum + 2 + displayWidth(text), 4 + pidWidth);
  const exe = cutMiddle(escapeTerminal(row.exe ?? row.commandLine), Math.max(20, tree.width - taken));
  const below = join([span(exe, row.deleted === true ? 'yellow' : 'plain'), ...talks], '  ');
  return [
    fit([...leadSpans(row, ''), ...factSpans(tree, row)], tree.width, tree.color),
    ...(below.length === 0 ? [] : [fit([span(' '.repeat(4 + pidWidth)), ...below], tree.width, tree.color)]),
  ];
}

function socketsByPid(sockets: readonly ResultSocket[]): ReadonlyMap<number, readonly ResultSocket[]> {
  const map = new Map<number, ResultSocket[]>();
  for (const socket of sockets) {
    for (const pid of socket.pids) {
      const list = map.get(pid);
      if (list === undefined) map.set(pid, [socket]);
      else list.push(socket);
    }
  }
  return map;
}

interface Branch {
  readonly row: ResultProcess;
  /** What is drawn before the name. */
  readonly lead: string;
}

/**
 * Rows in the order of the tree. A process whose parent is not shown is a root. Parents come from the target,
 * so a circle is possible: what no root reaches becomes a root itself.
 */
function branches(rows: readonly ResultProcess[]): readonly Branch[] {
  const byPid = new Map(rows.map((row) => [row.pid, row]));
  const children = new Map<number, ResultProcess[]>();
  const roots: ResultProcess[] = [];
  for (const row of rows) {
    if (row.ppid === row.pid || !byPid.has(row.ppid)) {
      roots.push(row);
      continue;
    }
    const list = children.get(row.ppid);
    if (list === undefined) children.set(row.ppid, [row]);
    else list.push(row);
  }
  const out: Branch[] = [];
  const done = new Set<number>();
  const walk = (start: ResultProcess): void => {
    const stack: { row: ResultProcess; prefix: string; last: boolean; depth: number }[] = [
      { row: start, prefix: '', last: true, depth: 0 },
    ];
    for (let item = stack.pop(); item !== undefined; item = stack.pop()) {
      const { row, prefix, last, depth } = item;
      if (done.has(row.pid)) continue;
      done.add(row.pid);
      out.push({ row, lead: depth === 0 ? '' : `${prefix}${last ? '└─ ' : '├─ '}` });
      const own = (children.get(row.pid) ?? []).toSorted((a, b) => a.pid - b.pid);
      const below = depth === 0 || depth >= deepest ? prefix : `${prefix}${last ? '   ' : '│  '}`;
      for (const [index, child] of [...own.entries()].toReversed()) {
        stack.push({ row: child, prefix: below, last: index === own.length - 1, depth: depth + 1 });
      }
    }
  };
  for (const root of roots.toSorted((a, b) => a.pid - b.pid)) walk(root);
  for (const row of rows) if (!done.has(row.pid)) walk(row);
  return out;
}

/** Sign, pid, CPU, user, and what is drawn before the name. */
function leadSpans(row: ResultProcess, lead: string): readonly Span[] {
  const { sign, style } = lookOf(row.judgement);
  const { cpu } = row;
  const busy = cpu !== undefined && cpu >= 50;
  return [
    cell(sign, 2, style),
    cell(String(row.pid), pidWidth, style, 'right'),
    cell(cpu === undefined ? '' : percentText(cpu), cpuWidth + 1, busy ? 'bold' : 'plain', 'right'),
    span('  '),
    cell(row.user, userWidth, row.uid === 0 ? 'dim' : 'plain'),
    span(' '),
    span(lead, 'dim'),
  ];
}

/** Name, judgement and marks. */
function factSpans(tree: Tree, row: ResultProcess): readonly Span[] {
  const name = row.kernelThread ? `[${row.name}]` : row.name;
  const { container } = row;
  return join(
    [
      span(
        cutEnd(escapeTerminal(name), 32),
        row.judgement === 'benign' ? 'bold' : lookOf(row.judgement).style,
      ),
      judgementSpan(row, tree.texts),
      tree.hidden.has(row.pid) ? span(tree.texts.hidden, 'red') : undefined,
      row.deleted === true ? span(tree.texts.deleted, 'yellow') : undefined,
      container === undefined
        ? undefined
        : span(tree.words.container({ name: cutEnd(escapeTerminal(containerLabel(container)), 20) }), 'cyan'),
    ],
    '  ',
  );
}

function rowLine(tree: Tree, row: ResultProcess, lead: string): string {
  const spans = [...leadSpans(row, lead), ...factSpans(tree, row)];
  for (const talk of connections(tree, row.pid)) spans.push(span('  '), talk);
  const used = spans.reduce((sum, { text }) => sum + displayWidth(escapeTerminal(text)), 0);
  const room = tree.width - used - 2;
  const exe = row.exe ?? '';
  // A path that only repeats the name tells nothing; a cut one shows its end.
  const redundant = lastComponent(exe) === row.name && /^\/usr\/s?bin\/[^/]+$/.test(exe);
  if (exe !== '' && !redundant && room >= 8) {
    spans.push(span('  '), span(cutMiddle(escapeTerminal(exe), room), 'dim'));
  }
  return fit(spans, tree.width, tree.color);
}

/** Listening ports and the first outward connections of a process. */
function connections(tree: Tree, pid: number): readonly Span[] {
  const own = tree.sockets.get(pid) ?? [];
  const ports = [
    ...new Set(
      own.filter((socket) => isListener(socket) && !isLocal(socket)).map((s) => splitEndpoint(s.local).port),
    ),
  ];
  const remotes = [
    ...new Set(
      own.filter((s) => !isListener(s) && hasPeer(s) && !isLocal(s) && !isOver(s)).map((s) => s.remote),
    ),
  ];
  const spans: Span[] = [];
  if (remotes.length > 0) {
    const more = remotes.length > 1 ? ` ${tree.words.more({ count: remotes.length - 1 })}` : '';
    spans.push(span(`→ ${cutEnd(escapeTerminal(remotes[0] ?? ''), 47)}${more}`));
  }
  if (ports.length > 0) {
    const more = ports.length > 3 ? ` ${tree.words.more({ count: ports.length - 3 })}` : '';
    const addresses = `${ports
      .slice(0, 3)
      .map((port) => `:${cutEnd(escapeTerminal(port), 8)}`)
      .join(' ')}${more}`;
    spans.push(span(tree.words.tree.listens({ addresses })));
  }
  return spans;
}
