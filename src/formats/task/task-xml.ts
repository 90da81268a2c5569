/**
 * Scheduled tasks as XML: the files below `System32\Tasks`, and the text that event 4698 keeps of a new task.
 *
 * What it is NOT: the scheduler: whether a task is run decides the TaskCache of the registry, and a file alone starts
 * nothing. Everything is optional here, since an attacker's file need not follow the schema.
 * Source: [MS-TSCH] §2.5 (XML task definition language), appendix B (schema).
 */
import { decodeUnicode, type TextEncoding } from '../unicode-text.ts';
import { elementAt, readXml, textAt, type XmlElement, type XmlFlaw } from '../xml/read-xml.ts';
import { durationSeconds } from './duration.ts';
import type { TaskAction, TaskPrincipal, TaskTrigger, TriggerKind } from './task.ts';

/** Of each. An honest task has a handful. */
const most = 256;

export interface XmlTask {
  /** The path of the task as it knows it: `\Microsoft\Windows\Defrag\ScheduledDefrag`. */
  readonly uri: string | undefined;
  readonly author: string | undefined;
  readonly description: string | undefined;
  readonly source: string | undefined;
  /** When it was registered, as it is written: whoever registers it may write anything. */
  readonly date: string | undefined;
  /** In SDDL. */
  readonly security: string | undefined;
  readonly enabled: boolean;
  /** Not shown by the management console. */
  readonly hidden: boolean;
  readonly principals: readonly TaskPrincipal[];
  readonly triggers: readonly TaskTrigger[];
  readonly actions: readonly TaskAction[];
  /** What of the file is no XML, or not allowed in it; what stands before is read. */
  readonly flaw: XmlFlaw | undefined;
}

const triggerKinds: Readonly<Record<string, TriggerKind>> = {
  BootTrigger: 'boot',
  LogonTrigger: 'logon',
  TimeTrigger: 'time',
  CalendarTrigger: 'calendar',
  EventTrigger: 'event',
  IdleTrigger: 'idle',
  RegistrationTrigger: 'registration',
  SessionStateChangeTrigger: 'session',
  WnfStateChangeTrigger: 'state',
};

/** The scheduler takes `true` and `1`, and these are what is said where nothing is. */
function isTrue(text: string | undefined, otherwise: boolean): boolean {
  return text === undefined ? otherwise : /^(?:true|1)$/i.test(text);
}

/** What a calendar trigger says of its days: the names of its elements and their values. */
function scheduleOf(trigger: XmlElement): string | undefined {
  const schedule = trigger.elements.find(({ name }) => name.startsWith('ScheduleBy'));
  if (schedule === undefined) return undefined;
  const parts = (own: XmlElement, depth: number): string => {
    const below = depth > 4 ? [] : own.elements.slice(0, 64);
    const text = own.text.trim();
    const inner = below.map((one) => parts(one, depth + 1)).join(' ');
    return [own.name.replace('ScheduleBy', ''), text, inner].filter((part) => part !== '').join(' ');
  };
  return parts(schedule, 0);
}

function triggerOf(own: XmlElement): TaskTrigger {
  const kind = triggerKinds[own.name] ?? 'other';
  const detail =
    kind === 'event'
      ? textAt(own, 'Subscription')
      : kind === 'session'
        ? textAt(own, 'StateChange')
        : kind === 'state'
          ? textAt(own, 'StateName')
          : kind === 'calendar'
            ? scheduleOf(own)
            : kind === 'other'
              ? own.name
              : undefined;
  return {
    kind,
    enabled: isTrue(textAt(own, 'Enabled'), true),
    start: textAt(own, 'StartBoundary'),
    end: textAt(own, 'EndBoundary'),
    everySeconds: durationSeconds(textAt(own, 'Repetition', 'Interval')),
    delaySeconds: durationSeconds(textAt(own, 'Delay') ?? textAt(own, 'RandomDelay')),
    user: textAt(own, 'UserId'),
    detail,
  };
}

function actionOf(own: XmlElement): TaskAction {
  switch (own.name) {
    case 'Exec':
      return {
        kind: 'run',
        command: textAt(own, 'Command') ?? '',
        arguments: textAt(own, 'Arguments') ?? '',
        folder: textAt(own, 'WorkingDirectory') ?? '',
      };
    case 'ComHandler':
      return { kind: 'class', classId: textAt(own, 'ClassId') ?? '', data: textAt(own, 'Data') ?? '' };
    case 'SendEmail':
      return { kind: 'mail', to: textAt(own, 'To') ?? '', subject: textAt(own, 'Subject') ?? '' };
    case 'ShowMessage':
      return { kind: 'message', title: textAt(own, 'Title') ?? '', body: textAt(own, 'Body') ?? '' };
    default:
      return { kind: 'other', name: own.name };
  }
}

const principalOf = (own: XmlElement): TaskPrincipal => ({
  id: own.attributes.get('id'),
  user: textAt(own, 'UserId'),
  group: textAt(own, 'GroupId'),
  logonType: textAt(own, 'LogonType'),
  runLevel: textAt(own, 'RunLevel'),
});

/** The task of a text; undefined where its root is no task. */
export function parseTaskXml(text: string): XmlTask | undefined {
  const { root, flaw } = readXml(text);
  if (root?.name !== 'Task') return undefined;
  // Every list may be there more than once where the file was written by hand.
  const all = (name: string): readonly XmlElement[] =>
    root.elements
      .filter((one) => one.name === name)
      .flatMap(({ elements }) => elements)
      .slice(0, most);
  const info = elementAt(root, 'RegistrationInfo');
  const settings = elementAt(root, 'Settings');
  return {
    uri: textAt(info, 'URI'),
    author: textAt(info, 'Author'),
    description: textAt(info, 'Description'),
    source: textAt(info, 'Source'),
    date: textAt(info, 'Date'),
    security: textAt(info, 'SecurityDescriptor'),
    enabled: isTrue(textAt(settings, 'Enabled'), true),
    hidden: isTrue(textAt(settings, 'Hidden'), false),
    principals: all('Principals').map(principalOf),
    triggers: all('Triggers').map(triggerOf),
    actions: all('Actions').map(actionOf),
    flaw,
  };
}

/** The task of a file, in whichever encoding it is; undefined where it holds none. */
export function readTaskFile(
  bytes: Uint8Array,
): { readonly task: XmlTask; readonly encoding: TextEncoding } | undefined {
  const { text, encoding } = decodeUnicode(bytes);
  const task = parseTaskXml(text);
  return task === undefined ? undefined : { task, encoding };
}
