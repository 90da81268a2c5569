/**
 * The binary values of a task in the registry's TaskCache: Actions, Triggers, DynamicInfo.
 *
 * Why: the scheduler runs what stands here, and not what the XML file says; a task that was written into the registry alone
 * leaves no event. Microsoft documents none of it.
 * Source: G DATA Advanced Analytics, "Windows Registry Analysis – Today's Episode: Tasks" (cyber.wtf, 2022) and the
 * structures of winreg-tasks (kaitai/*.ksy), for Windows 7 to 10.
 */
import type { Filetime } from '../filetime.ts';
import { guidText } from '../guid.ts';
import { TaskBlob } from './blob.ts';
import type { TaskAction, TaskTrigger, TriggerKind } from './task.ts';

const most = 256;

export interface CacheActions {
  /** The principal whose rights the actions have. */
  readonly context: string | undefined;
  readonly actions: readonly TaskAction[];
  /** Something in it is not known or not whole; what stands before is read. */
  readonly damaged: boolean;
}

const actionMark = { run: 0x6666, class: 0x7777, mail: 0x8888, message: 0x9999 } as const;

function mailOf(blob: TaskBlob): TaskAction {
  blob.text();
  const to = blob.text();
  for (let skipped = 0; skipped < 4; skipped += 1) blob.text();
  const subject = blob.text();
  blob.text();
  for (let files = blob.long(); files > 0 && !blob.cut; files -= 1) blob.text();
  for (let headers = blob.long(); headers > 0 && !blob.cut; headers -= 1) {
    blob.text();
    blob.text();
  }
  return { kind: 'mail', to, subject };
}

/** The value Actions; undefined where its version is not known. */
export function parseCacheActions(bytes: Uint8Array): CacheActions | undefined {
  const blob = new TaskBlob(bytes);
  const version = blob.short();
  if (version < 1 || version > 3) return undefined;
  const context = version >= 2 ? blob.text() : undefined;
  const actions: TaskAction[] = [];
  let unknown = false;
  while (blob.left >= 6 && !blob.cut && !unknown && actions.length < most) {
    const mark = blob.short();
    blob.text();
    if (mark === actionMark.run) {
      const [command, parameters, folder] = [blob.text(), blob.text(), blob.text()];
      if (version >= 3) blob.short();
      actions.push({ kind: 'run', command, arguments: parameters, folder });
    } else if (mark === actionMark.class) {
      const id = blob.bytes(16);
      actions.push({ kind: 'class', classId: id.length === 16 ? guidText(id, 0) : '', data: blob.text() });
    } else if (mark === actionMark.mail) actions.push(mailOf(blob));
    else if (mark === actionMark.message)
      actions.push({ kind: 'message', title: blob.text(), body: blob.text() });
    else {
      actions.push({ kind: 'other', name: `0x${mark.toString(16)}` });
      unknown = true;
    }
  }
  return { context, actions, damaged: unknown || blob.cut || blob.left > 0 };
}

/** Bits of the job bucket that matter here. */
const bucketFlag = { enabled: 0x40_0000, hidden: 0x80_0000, highest: 0x100_0000 } as const;

export interface CacheTriggers {
  readonly enabled: boolean;
  readonly hidden: boolean;
  /** With all rights of the user. */
  readonly highest: boolean;
  /** CRC-32 of the task's XML. */
  readonly crc: number;
  readonly principal: string | undefined;
  /** Whose rights the task has. */
  readonly user: string | undefined;
  readonly triggers: readonly TaskTrigger[];
  readonly damaged: boolean;
}

const triggerMarks: Readonly<Record<number, TriggerKind>> = {
  26214: 'state',
  30583: 'session',
  34952: 'registration',
  43690: 'logon',
  52428: 'event',
  56797: 'time',
  61166: 'idle',
  65535: 'boot',
};
const sessions = [
  '',
  'ConsoleConnect',
  'ConsoleDisconnect',
  'RemoteConnect',
  'RemoteDisconnect',
  'SessionLock',
  'SessionUnlock',
] as const;
const calendars = ['', 'Day', 'Week', 'Month', 'MonthDayOfWeek'] as const;
/** From this version on each trigger has a name. */
const named = 0x16;

function idOf(blob: TaskBlob, version: number): void {
  if (version < named) return;
  const size = blob.long();
  blob.skip(size);
  blob.skip((8 - ((size + 4) % 8)) % 8);
}

function timeTrigger(blob: TaskBlob, version: number): TaskTrigger {
  const [start, end] = [blob.boundary(), blob.boundary()];
  blob.boundary();
  const everySeconds = blob.long();
  blob.skip(8);
  const mode = blob.long();
  const numbers = [blob.short(), blob.short(), blob.short()];
  blob.skip(2);
  const flags = blob.long();
  blob.skip(4);
  const delaySeconds = blob.long();
  blob.skip(4);
  idOf(blob, version);
  return {
    kind: mode === 0 ? 'time' : 'calendar',
    enabled: (flags & 0xff00) !== 0,
    start,
    end,
    everySeconds,
    delaySeconds,
    user: undefined,
    detail: mode === 0 ? undefined : `${calendars[mode] ?? mode} ${numbers.join(' ')}`,
  };
}

function eventQuery(blob: TaskBlob): string {
  const query = blob.unitsText();
  blob.skip(8);
  blob.unitsText();
  for (let queries = blob.block(); queries > 0 && !blob.cut; queries -= 1) {
    blob.unitsText();
    blob.unitsText();
  }
  return query;
}

function otherTrigger(blob: TaskBlob, version: number, kind: TriggerKind): TaskTrigger {
  const [start, end] = [blob.boundary(), blob.boundary()];
  const delaySeconds = blob.long();
  blob.skip(4);
  const everySeconds = blob.long();
  blob.skip(12);
  const enabled = (blob.block() & 0xff) !== 0;
  blob.skip(8);
  idOf(blob, version);
  let user: string | undefined;
  let detail: string | undefined;
  if (kind === 'logon') user = blob.user();
  else if (kind === 'session') {
    const change = blob.block();
    detail = sessions[change] ?? `${change}`;
    user = blob.user();
  } else if (kind === 'event') detail = eventQuery(blob);
  else if (kind === 'state') {
    detail = Buffer.from(blob.bytes(8)).toString('hex');
    blob.skip(blob.block());
  }
  return { kind, enabled, start, end, everySeconds, delaySeconds, user, detail };
}

/** The value Triggers; undefined where its version is not known. */
export function parseCacheTriggers(bytes: Uint8Array): CacheTriggers | undefined {
  const blob = new TaskBlob(bytes);
  const version = blob.block() & 0xff;
  if (version < 0x10 || version > 0x20) return undefined;
  blob.boundary();
  blob.boundary();
  const flags = blob.block();
  const crc = blob.block();
  const principal = version >= named ? blob.blockText() : undefined;
  if (version >= 0x17) blob.blockText();
  const user = blob.user();
  blob.skip(blob.block());
  // The settings are not padded, and what follows begins at a block of eight.
  blob.skip((8 - (blob.at % 8)) % 8);
  const triggers: TaskTrigger[] = [];
  let unknown = false;
  while (blob.left >= 8 && !blob.cut && !unknown && triggers.length < most) {
    const mark = blob.block();
    const kind = triggerMarks[mark];
    if (kind === undefined) unknown = true;
    else triggers.push(kind === 'time' ? timeTrigger(blob, version) : otherTrigger(blob, version, kind));
  }
  return {
    enabled: (flags & bucketFlag.enabled) !== 0,
    hidden: (flags & bucketFlag.hidden) !== 0,
    highest: (flags & bucketFlag.highest) !== 0,
    crc,
    principal,
    user,
    triggers,
    damaged: unknown || blob.cut,
  };
}

export interface DynamicInfo {
  /** When the task was registered. */
  readonly created: Filetime;
  /** When it was last started; 0 for never. */
  readonly lastRun: Filetime;
  /** HRESULT of the last run. */
  readonly lastResult: number;
  /** When a run last ended well; 0 for never, and on Windows 7, which does not keep it. */
  readonly lastSuccess: Filetime;
}

/** The value DynamicInfo, of 28 bytes on Windows 7 and 36 since; undefined for what is none. */
export function parseDynamicInfo(bytes: Uint8Array): DynamicInfo | undefined {
  if (bytes.length < 28) return undefined;
  const blob = new TaskBlob(bytes);
  blob.skip(4);
  const [created, lastRun] = [blob.time(), blob.time()];
  blob.skip(4);
  const lastResult = blob.long();
  return { created, lastRun, lastResult, lastSuccess: bytes.length >= 36 ? blob.time() : 0n };
}
