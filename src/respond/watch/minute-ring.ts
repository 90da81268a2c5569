/**
 * A record by the minute in a file of a fixed size: one slot for each minute of the watch, written over when it goes
 * round. The newest slot is also the last moment that is known to have been watched.
 *
 * A slot is a line of JSON, filled up with blanks; one that was torn by a power loss is no JSON and is left out.
 */
import { closeSync, constants, fstatSync, openSync, readSync, writeSync } from 'node:fs';
import { DemineError, errorText } from '../../model/error.ts';
import type { Minute } from './minutes.ts';

const slotBytes = 768;
/** A week of minutes: 7.7 MB. */
const mostSlots = 7 * 24 * 60;

export const slotsFor = (seconds: number): number =>
  Math.min(mostSlots, Math.max(2, Math.ceil(seconds / 60) + 2));

export const ringBytes = (seconds: number): number => slotsFor(seconds) * slotBytes;

/** The line of a minute; programs are left out from the end until it fits. */
export function slotOf(minute: Minute): Uint8Array {
  for (let rows = minute.top; ; rows = rows.slice(0, -1)) {
    const text = Buffer.from(JSON.stringify({ ...minute, top: rows }));
    if (text.length < slotBytes) {
      const slot = Buffer.alloc(slotBytes, 0x20);
      text.copy(slot);
      slot[slotBytes - 1] = 0x0a;
      return slot;
    }
    if (rows.length === 0) throw new RangeError('a minute without programs is larger than its slot');
  }
}

const isMinute = (value: unknown): value is Minute =>
  typeof value === 'object' &&
  value !== null &&
  'at' in value &&
  typeof value.at === 'number' &&
  'top' in value &&
  Array.isArray(value.top);

function parsed(slot: Uint8Array): Minute | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(slot).toString('utf8'));
    return isMinute(value) ? value : undefined;
  } catch (thrown) {
    if (thrown instanceof SyntaxError) return undefined;
    throw thrown;
  }
}

/** Writes one minute; the file is opened for it alone, so that no descriptor tells of it. @throws DemineError */
export function putMinute(path: string, slots: number, minute: Minute): void {
  try {
    const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_NOFOLLOW;
    const descriptor = openSync(path, flags, 0o600);
    try {
      const at = (Math.floor(minute.at / 60_000) % slots) * slotBytes;
      writeSync(descriptor, slotOf(minute), 0, slotBytes, at);
    } finally {
      closeSync(descriptor);
    }
  } catch (cause) {
    throw new DemineError('case-unwritable', errorText(cause), { subject: path, cause });
  }
}

/** All that is there, the oldest first. */
export function readMinutes(path: string): readonly Minute[] {
  let descriptor: number;
  try {
    descriptor = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return [];
    throw new DemineError('case-unreadable', errorText(cause), { subject: path, cause });
  }
  try {
    const size = Math.min(fstatSync(descriptor).size, mostSlots * slotBytes);
    const minutes: Minute[] = [];
    const slot = new Uint8Array(slotBytes);
    for (let at = 0; at + slotBytes <= size; at += slotBytes) {
      if (readSync(descriptor, slot, 0, slotBytes, at) !== slotBytes) break;
      const minute = slot[0] === 0x7b ? parsed(slot) : undefined;
      if (minute !== undefined) minutes.push(minute);
    }
    return minutes.sort((a, b) => a.at - b.at);
  } finally {
    closeSync(descriptor);
  }
}
