/** Texts of the summary of event logs in a language, and what all its forms say in the same words. */
import type { Language } from '../../messages/catalogue.ts';
import { eventLogs as english } from '../../messages/en/event-logs.ts';
import {
  type EventLogProblem,
  type EventLogTexts,
  type NamedEvent,
  namedEvents,
} from '../../messages/event-logs.ts';
import { eventLogs as chinese } from '../../messages/zh-CN/event-logs.ts';
import type { EventKind, EventLogFile, EventLogSummary, LogonKind } from '../../model/event-log.ts';
import { countText } from '../timeline/texts.ts';

export const eventLogTexts = (language: Language): EventLogTexts => (language === 'en' ? english : chinese);

export interface ToldSummary {
  readonly summary: EventLogSummary;
  readonly where: string | undefined;
  /** Folders that could not be listed. */
  readonly unread: readonly { readonly path: string; readonly reason: string }[];
  readonly version: string;
}

const letters: readonly (readonly [channel: RegExp, letter: string])[] = [
  [/^Security$/, ''],
  [/^System$/, 'S'],
  [/^Microsoft-Windows-Sysmon\/Operational$/, 'Y'],
  [/^Microsoft-Windows-TaskScheduler\/Operational$/, 'T'],
  [/^(Microsoft-Windows-PowerShell|PowerShellCore)\/Operational$/, 'P'],
  [/^Microsoft-Windows-TerminalServices-LocalSessionManager\/Operational$/, 'L'],
  [/^Microsoft-Windows-TerminalServices-RemoteConnectionManager\/Operational$/, 'R'],
  [/^Microsoft-Windows-Windows Defender\/Operational$/, 'D'],
  [/^Microsoft-Windows-WMI-Activity\/Operational$/, 'W'],
  [/^Microsoft-Windows-Bits-Client\/Operational$/, 'B'],
];

const isNamed = (name: string): name is NamedEvent => namedEvents.some((one) => one === name);

/** What an event is; nothing where it is none of those that we name. */
export function eventName({ channel, eventId }: EventKind, texts: EventLogTexts): string {
  const letter = letters.find(([pattern]) => pattern.test(channel))?.[1];
  const name = letter === undefined ? '' : `${letter}${eventId}`;
  return isNamed(name) ? texts.events[name] : '';
}

export const logonType = ({ type }: LogonKind, texts: EventLogTexts): string =>
  type < 0 ? '' : (texts.types[String(type)] ?? String(type));

const isProblem = (kind: string, texts: EventLogTexts): kind is EventLogProblem =>
  Object.hasOwn(texts.marks.problems, kind);

const mostGaps = 3;

/** What is to be known of a file before its events are relied on. */
export function fileMarks(file: EventLogFile, texts: EventLogTexts): readonly string[] {
  const { marks } = texts;
  if (file.status === 'foreign') return [marks.foreign];
  const carved = (['hidden', 'stray', 'free'] as const).flatMap((found) =>
    file.carved[found] === 0 ? [] : [marks.carved[found]({ count: countText(file.carved[found]) })],
  );
  const problems = file.problems.flatMap(({ kind, count }) =>
    isProblem(kind, texts) ? [marks.problems[kind]({ count: countText(count) })] : [],
  );
  const gaps = file.gaps
    .slice(0, mostGaps)
    .map(({ after, before }) => marks.gap({ after: countText(after), before: countText(before) }));
  return [
    ...(file.status === 'unread' ? [marks.unread({ reason: file.reason ?? '' })] : []),
    ...problems,
    ...gaps,
    ...carved,
    ...(file.isDirty ? [marks.dirty] : []),
  ];
}

/** Older records and a log that was not closed are usual; the rest is not. */
export const isOdd = (file: EventLogFile): boolean =>
  file.status !== 'read' || file.problems.length > 0 || file.carved.hidden > 0 || file.carved.stray > 0;

/** `1.2 GB`, of millions of bytes. */
export function sizeText(bytes: number): string {
  if (bytes < 1e6) return `${(bytes / 1e3).toFixed(0)} KB`;
  return bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}
