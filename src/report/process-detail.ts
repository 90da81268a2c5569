/** `demine ps PID`: one process with its files, connections, memory, children and what brings it back. */
import type { Language } from '../messages/catalogue.ts';
import type { ReportTexts } from '../messages/report.ts';
import type { TerminalTexts } from '../messages/terminal.ts';
import type { ResultFinding, ResultPersistence, ResultProcess, ResultSocket } from '../model/result.ts';
import { escapeTerminal } from './escape.ts';
import { containerLabel, judgementSpan, lookOf } from './judgement.ts';
import { cell, fit, join, type Span, span } from './line.ts';
import { hiddenSpan, socketSpans } from './network.ts';
import { entryStyles } from './screen-entries.ts';
import {
  entryJudgementText,
  findingTexts,
  inBrackets,
  mechanismText,
  minuteOf,
  percentText,
  placeOf,
  reportTexts,
  secondsBetween,
  sentences,
  terminalTexts,
} from './texts.ts';
import { cutEnd, cutMiddle, displayWidth, wrap } from './width.ts';

/** An open file, device or anonymous object of a process. */
interface ProcessFile {
  readonly fd: number;
  readonly path: string;
  readonly deleted: boolean;
}

interface ProcessMapping {
  /** Bytes. */
  readonly size: number;
  readonly resident?: number;
  /** `rw-p` */
  readonly access: string;
  /** Empty for anonymous memory. */
  readonly path: string;
}

/** Shape of memory; `status` says why when it could not be read. */
export type ProcessMemory =
  | {
      readonly status: 'ok';
      readonly mappings: number;
      /** Bytes. */
      readonly resident: number;
      /** Mappings that are writable and executable at once. */
      readonly rwx: number;
      /** Largest first. */
      readonly largest: readonly ProcessMapping[];
      /** What the shape looks like, in words; empty where it is like nothing known. */
      readonly shape: string;
    }
  | { readonly status: 'unread'; readonly reason: string };

/** An entry that brings the process back, or a parent of it. */
export interface ProcessEntry {
  readonly entry: ResultPersistence;
  readonly by: 'program' | 'unit' | 'container';
  readonly ancestor?: { readonly pid: number; readonly name: string };
}

export interface ProcessDetail {
  readonly row: ResultProcess;
  readonly parent?: ResultProcess;
  readonly workingFolder?: string;
  readonly files: readonly ProcessFile[];
  readonly sockets: readonly ResultSocket[];
  readonly memory: ProcessMemory;
  readonly children: readonly ResultProcess[];
  /** Kinds and inode numbers. */
  readonly namespaces: Readonly<Record<string, number>>;
  /** Soft limits; bytes or count, Infinity for unlimited. */
  readonly limits: { readonly lockedMemory?: number; readonly openFiles?: number };
  /** The entries that start it or one of its parents, worst first. */
  readonly persistence: readonly ProcessEntry[];
  /** Of its container. */
  readonly restartPolicy?: string;
  readonly findings: readonly ResultFinding[];
  /** Names only; values are never shown. */
  readonly environmentNames: readonly string[];
  /** When it was looked at, RFC 3339. */
  readonly at: string;
}

export interface ProcessOptions {
  readonly width: number;
  readonly color: boolean;
  readonly language: Language;
  /** Everything, where else a list is cut after its first lines. */
  readonly all?: boolean;
}

interface Sheet {
  readonly width: number;
  readonly color: boolean;
  readonly words: TerminalTexts;
  readonly texts: ReportTexts;
  readonly language: Language;
  /** Lines of a list before it is cut. */
  readonly most: number;
}

export function renderProcess(detail: ProcessDetail, options: ProcessOptions): string {
  const sheet: Sheet = {
    width: Math.max(40, options.width),
    color: options.color,
    words: terminalTexts(options.language),
    texts: reportTexts(options.language),
    language: options.language,
    most: options.all === true ? Number.POSITIVE_INFINITY : 12,
  };
  const { headings } = sheet.words.process;
  const blocks = [
    [...titleLines(sheet, detail), ...factLines(sheet, detail)],
    section(sheet, headings.findings, findingLines(sheet, detail)),
    section(sheet, headings.sockets, socketLines(sheet, detail)),
    section(sheet, headings.files, fileLines(sheet, detail)),
    section(sheet, headings.memory, memoryLines(sheet, detail.memory)),
    section(
      sheet,
      headings.children,
      detail.children.map((row) => processLine(sheet, row)),
    ),
    section(sheet, headings.persistence, persistenceLines(sheet, detail)),
    section(sheet, headings.environment, environmentLines(sheet, detail.environmentNames)),
  ];
  return blocks.map((block) => block.join('\n')).join('\n\n');
}

function put(sheet: Sheet, ...spans: readonly Span[]): string {
  return fit(spans, sheet.width, sheet.color);
}

function section(sheet: Sheet, heading: string, lines: readonly string[]): readonly string[] {
  const count = lines.length === 0 ? `  ${sheet.words.process.none}` : '';
  const shown = lines.slice(0, sheet.most);
  const rest = lines.length - shown.length;
  return [
    put(sheet, span(heading, 'bold'), span(count, 'dim')),
    ...shown,
    ...(rest > 0 ? [put(sheet, span(`  ${sheet.words.process.moreLines({ count: rest })}`, 'dim'))] : []),
  ];
}

function titleLines(sheet: Sheet, { row }: ProcessDetail): readonly string[] {
  const { sign, style } = lookOf(row.judgement);
  return [
    put(
      sheet,
      ...join(
        [
          span(`${sign} PID ${row.pid}`.trim(), style === 'plain' ? 'bold' : style),
          span(row.kernelThread ? `[${row.name}]` : row.name, 'bold'),
          judgementSpan(row, sheet.texts),
        ],
        '  ',
      ),
    ),
  ];
}

function factLines(sheet: Sheet, detail: ProcessDetail): readonly string[] {
  const { row, parent } = detail;
  const { labels, states } = sheet.words.process;
  const width = Math.max(...Object.values(labels).map(displayWidth)) + 2;
  const lines: string[] = [];
  const fact = (label: string, text: string, style: Span['style'] = 'plain'): void => {
    if (text === '') return;
    lines.push(put(sheet, span('  '), cell(label, width, 'dim'), span(text, style)));
  };
  const deleted = row.deleted === true ? inBrackets(sheet.texts.deleted, sheet.language) : '';
  const room = sheet.width - width - 2;
  const exe = row.exe === undefined ? '' : cutMiddle(escapeTerminal(row.exe), room - displayWidth(deleted));
  fact(labels.exe, `${exe}${deleted}`, row.deleted === true ? 'yellow' : 'plain');
  // The command line tells most, so it may take three lines.
  for (const [index, text] of wrap(escapeTerminal(row.commandLine), room).slice(0, 3).entries()) {
    fact(index === 0 ? labels.commandLine : '', text);
  }
  fact(labels.folder, detail.workingFolder ?? '');
  const { user, uid } = row;
  fact(labels.user, uid === undefined ? user : sheet.words.process.uid({ user, uid }));
  const seconds = secondsBetween(row.startTime, detail.at);
  fact(
    labels.started,
    sheet.words.process.startedAt({
      time: minuteOf(row.startTime),
      duration: sheet.texts.duration({ seconds }),
    }),
  );
  fact(labels.parent, parent === undefined ? String(row.ppid) : `${parent.pid}  ${parent.name}`);
  fact(labels.state, states[row.state] ?? row.state);
  if (row.cpu !== undefined) {
    const total = sheet.texts.duration({ seconds: row.cpuTotal });
    fact(labels.cpu, sheet.words.process.cpuUse({ percent: percentText(row.cpu), total }));
  }
  fact(labels.memory, sheet.texts.bytes({ bytes: row.rss }));
  fact(labels.threads, String(row.threads));
  const namespaces = Object.entries(detail.namespaces).map(([kind, inode]) => `${kind} ${inode}`);
  for (const [index, text] of wrap(namespaces.join('  '), room).slice(0, 4).entries()) {
    fact(index === 0 ? labels.namespaces : '', text);
  }
  fact(labels.limits, limitsText(sheet, detail.limits));
  fact(labels.unit, row.unit ?? '');
  if (row.container !== undefined) {
    const { image, runtime, restartPolicy } = row.container;
    fact(
      labels.container,
      [containerLabel(row.container), image ?? '', runtime, restartPolicy ?? '']
        .filter((t) => t !== '')
        .join(' · '),
      'cyan',
    );
  }
  return lines;
}

function limitsText(sheet: Sheet, { lockedMemory, openFiles }: ProcessDetail['limits']): string {
  if (lockedMemory === undefined && openFiles === undefined) return '';
  const { limits, unlimited } = sheet.words.process;
  const shown = (value: number | undefined, text: (known: number) => string): string =>
    value === undefined ? '?' : value === Number.POSITIVE_INFINITY ? unlimited : text(value);
  return limits({
    lockedMemory: shown(lockedMemory, (bytes) => sheet.texts.bytes({ bytes })),
    openFiles: shown(openFiles, String),
  });
}

function findingLines(sheet: Sheet, detail: ProcessDetail): readonly string[] {
  return detail.findings.flatMap((finding) => {
    const words = findingTexts(finding, sheet.language);
    return [
      put(
        sheet,
        span('  '),
        span(sheet.texts.severity[finding.severity], severityStyle(finding.severity)),
        span(`  ${words.title}`),
      ),
      ...finding.evidence
        .slice(0, 2)
        .map((line) => put(sheet, span(`      ${line.source}  ${line.text}`, 'dim'))),
    ];
  });
}

function severityStyle(severity: ResultFinding['severity']): Span['style'] {
  if (severity === 'critical' || severity === 'high') return 'red';
  return severity === 'medium' ? 'yellow' : 'dim';
}

function socketLines(sheet: Sheet, detail: ProcessDetail): readonly string[] {
  return detail.sockets.flatMap((socket) => {
    const hidden = hiddenSpan(socket, sheet.words);
    return [
      put(sheet, span('  '), ...socketSpans(socket, sheet.words)),
      ...(hidden === undefined ? [] : [put(sheet, span('         '), hidden)]),
    ];
  });
}

function fileLines(sheet: Sheet, detail: ProcessDetail): readonly string[] {
  return detail.files.map((file) => {
    const mark = file.deleted ? inBrackets(sheet.texts.deleted, sheet.language) : '';
    const path = cutMiddle(escapeTerminal(file.path), sheet.width - 8 - displayWidth(mark));
    return put(
      sheet,
      cell(String(file.fd), 6, 'dim', 'right'),
      span('  '),
      span(`${path}${mark}`, file.deleted ? 'yellow' : 'plain'),
    );
  });
}

function memoryLines(sheet: Sheet, memory: ProcessMemory): readonly string[] {
  if (memory.status === 'unread') {
    return [put(sheet, span(`  ${sheet.words.process.memoryUnread({ reason: memory.reason })}`, 'yellow'))];
  }
  const { bytes } = sheet.texts;
  const totals = sheet.words.process.memoryTotals({
    mappings: memory.mappings,
    resident: bytes({ bytes: memory.resident }),
    rwx: memory.rwx,
  });
  return [
    put(sheet, span(`  ${totals}`)),
    ...(memory.shape === '' ? [] : [put(sheet, span(`  ${memory.shape}`, 'yellow'))]),
    ...memory.largest.map((mapping) =>
      put(
        sheet,
        cell(bytes({ bytes: mapping.size }), 12, 'plain', 'right'),
        span(`  ${mapping.access}  `, /w.*x/.test(mapping.access) ? 'yellow' : 'dim'),
        span(cutMiddle(escapeTerminal(mapping.path), Math.max(10, sheet.width - 20)), 'dim'),
      ),
    ),
  ];
}

/** What brings it back: the worst first, each with where it stands, what it runs and why it is judged so. */
function persistenceLines(sheet: Sheet, detail: ProcessDetail): readonly string[] {
  const { startedBy, ofAncestor, restartPolicy, persistenceUnknown } = sheet.words.process;
  const policy = detail.restartPolicy;
  const lines = detail.persistence.flatMap(({ entry, by, ancestor }) => {
    const name = mechanismText(entry.mechanism, sheet.language);
    const why = [
      startedBy[by],
      ancestor === undefined ? '' : ofAncestor({ pid: ancestor.pid, name: cutEnd(ancestor.name, 16) }),
    ];
    const said =
      entry.judgement === 'benign'
        ? ''
        : sentences(
            entry.reasons.map((one) => one.texts[sheet.language]),
            sheet.language,
          );
    return [
      put(
        sheet,
        span('  '),
        span(entryJudgementText(entry.judgement, sheet.language), entryStyles[entry.judgement]),
        span('  '),
        ...join([span(name, 'bold'), span(placeOf(entry))], '  '),
      ),
      put(sheet, span('      '), span(why.filter((text) => text !== '').join(' · '), 'dim')),
      ...[entry.command, entry.decoded.at(-1) ?? '', said]
        .filter((text) => text !== '')
        .map((text) => put(sheet, span(`      ${text}`))),
    ];
  });
  const policyLines = policy === undefined ? [] : [put(sheet, span(`  ${restartPolicy({ policy })}`))];
  if (lines.length + policyLines.length > 0) return [...policyLines, ...lines];
  return wrap(persistenceUnknown, sheet.width - 2).map((text) => put(sheet, span(`  ${text}`, 'dim')));
}

function processLine(sheet: Sheet, row: ResultProcess): string {
  return put(
    sheet,
    cell(String(row.pid), 10, lookOf(row.judgement).style, 'right'),
    span('  '),
    ...join([span(row.name, 'bold'), judgementSpan(row, sheet.texts), span(row.commandLine, 'dim')], '  '),
  );
}

function environmentLines(sheet: Sheet, names: readonly string[]): readonly string[] {
  return wrap(names.map(escapeTerminal).join(' '), sheet.width - 2).map((text) =>
    put(sheet, span(`  ${text}`, 'dim')),
  );
}
