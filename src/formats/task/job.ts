/**
 * Tasks of Windows XP and of at(1) on Windows: files below `Windows\Tasks` whose name ends in `.job`. Later systems run
 * those that they were told to take over, and attackers' `At1.job` lies there since.
 *
 * Source: [MS-TSCH] §2.4 (.JOB file format); libyal/dtformats, "The Windows Job file format".
 */

import { systemtimeText } from '../filetime.ts';
import { guidText } from '../guid.ts';
import { u16, u32 } from '../little-endian.ts';
import type { TaskTrigger, TriggerKind } from './task.ts';

const fixedSize = 68;
const triggerSize = 48;
const mostTriggers = 256;

const jobFlag = { disabled: 0x4, hidden: 0x200 } as const;
const triggerFlag = { hasEnd: 0x1, disabled: 0x4 } as const;

/** Product versions of §2.4.1: what is none of them is no job. */
const products: ReadonlySet<number> = new Set([
  0x400, 0x500, 0x501, 0x502, 0x600, 0x601, 0x602, 0x603, 0xa00,
]);

const triggerKinds: readonly TriggerKind[] = [
  'time',
  'calendar',
  'calendar',
  'calendar',
  'calendar',
  'idle',
  'boot',
  'logon',
];
const calendarNames = ['', 'Day', 'Week', 'Month', 'MonthDayOfWeek'] as const;

export interface JobTask {
  readonly id: string;
  readonly command: string;
  readonly arguments: string;
  readonly folder: string;
  /** Who made it. */
  readonly author: string;
  readonly comment: string;
  readonly enabled: boolean;
  readonly hidden: boolean;
  /** Local time, as `2024-03-01T08:15:00.000`; undefined where it never ran. */
  readonly lastRun: string | undefined;
  readonly exitCode: number;
  readonly triggers: readonly TaskTrigger[];
  /** It ends before its parts do; what is there is read. */
  readonly cut: boolean;
}

const two = (value: number): string => String(value).padStart(2, '0');

function localTime(
  year: number,
  month: number,
  day: number,
  hour: number,
  minute: number,
): string | undefined {
  if (year < 1601 || year > 30_827 || month < 1 || month > 12 || day < 1 || day > 31) return undefined;
  return `${year}-${two(month)}-${two(day)}T${two(hour)}:${two(minute)}:00`;
}

function triggerAt(bytes: Uint8Array, at: number): TaskTrigger {
  const flags = u32(bytes, at + 28);
  const type = u32(bytes, at + 32);
  const kind = triggerKinds[type] ?? 'other';
  const numbers = [u16(bytes, at + 36), u16(bytes, at + 38), u16(bytes, at + 40)];
  const [hour, minute] = [u16(bytes, at + 16), u16(bytes, at + 18)];
  const date = (from: number): [number, number, number] => [
    u16(bytes, from),
    u16(bytes, from + 2),
    u16(bytes, from + 4),
  ];
  return {
    kind,
    enabled: (flags & triggerFlag.disabled) === 0,
    start: localTime(...date(at + 4), hour, minute),
    end: (flags & triggerFlag.hasEnd) === 0 ? undefined : localTime(...date(at + 10), 0, 0),
    everySeconds: u32(bytes, at + 24) * 60,
    delaySeconds: 0,
    user: undefined,
    detail: kind === 'calendar' ? `${calendarNames[type] ?? ''} ${numbers.join(' ')}` : undefined,
  };
}

/** A job file; undefined for what is none. */
export function parseJob(bytes: Uint8Array): JobTask | undefined {
  if (bytes.length < fixedSize || !products.has(u16(bytes, 0)) || u16(bytes, 2) !== 1) return undefined;
  const nameAt = u16(bytes, 20);
  if (nameAt < fixedSize) return undefined;
  let at = nameAt;
  let cut = false;
  // A number of units with the NUL at their end, then the units.
  const text = (): string => {
    const units = u16(bytes, at);
    const from = at + 2;
    const end = from + units * 2;
    if (end > bytes.length) cut = true;
    at = end;
    return Buffer.prototype.ucs2Slice
      .call(bytes, Math.min(from, bytes.length), Math.min(end, bytes.length))
      .replace(/\0.*$/s, '');
  };
  const [command, parameters, folder, author, comment] = [text(), text(), text(), text(), text()];
  const triggersAt = u16(bytes, 22);
  const count = Math.min(u16(bytes, triggersAt), mostTriggers);
  const triggers: TaskTrigger[] = [];
  for (let index = 0; index < count; index += 1) {
    const from = triggersAt + 2 + index * triggerSize;
    if (from + triggerSize > bytes.length) {
      cut = true;
      break;
    }
    triggers.push(triggerAt(bytes, from));
  }
  const flags = u32(bytes, 48);
  return {
    id: guidText(bytes, 4),
    command,
    arguments: parameters,
    folder,
    author,
    comment,
    enabled: (flags & jobFlag.disabled) === 0,
    hidden: (flags & jobFlag.hidden) !== 0,
    // It is local time, so the zone that the form of the text would promise is taken off.
    lastRun: systemtimeText(bytes, 52)?.replace(/Z$/, ''),
    exitCode: u32(bytes, 40),
    triggers,
    cut,
  };
}
