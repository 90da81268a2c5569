/**
 * What people answer when they are asked for the three times and the network file, on a command line or after a scan:
 * one way to read it, one way to refuse it.
 */
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { DemineError, errorText } from '../model/error.ts';
import { type Told, type ToldMoment, type ToldTime, toldMoments } from '../model/told.ts';
import { mostNetworkBytes, parseNetwork } from '../scan/network-file.ts';
import { usage } from './usage.ts';

/** What each answer is called where it is refused: an option, or the word of a question. */
export type Names = Readonly<Record<ToldMoment, string>>;

/**
 * Three times in an order that cannot have been are a mistake of whoever typed them. Who says a day for one of them and
 * an hour of it for another contradicts nothing.
 * @throws DemineError `usage`
 */
export function checkOrder(told: Told, names: Names): void {
  let before: { readonly name: string; readonly time: ToldTime } | undefined;
  for (const moment of toldMoments) {
    const time = told[moment];
    if (time === undefined) continue;
    if (before !== undefined && time.us + time.lengthUs <= before.time.us) {
      usage('not-order', names[moment], before.name);
    }
    // The latest beginning so far: a day may hold the hour that was told before it.
    if (before === undefined || time.us > before.time.us) before = { name: names[moment], time };
  }
}

/** A network file, whatever its path leads to: a pipe that nobody writes to must not hold anybody up. */
function boundedText(path: string): string {
  const descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  try {
    const status = fstatSync(descriptor);
    if (!status.isFile()) {
      throw new DemineError('network-invalid', 'no file', { subject: path, problem: 'no-regular-file' });
    }
    const bytes = Buffer.alloc(Math.min(status.size, mostNetworkBytes) + 1);
    let size = 0;
    for (let more = 1; more > 0 && size < bytes.length; size += more) {
      more = readSync(descriptor, bytes, size, bytes.length - size, size);
    }
    if (size > mostNetworkBytes) {
      throw new DemineError('network-invalid', 'too large', { subject: path, problem: 'network-large' });
    }
    return new TextDecoder('utf-8').decode(bytes.subarray(0, size));
  } finally {
    closeSync(descriptor);
  }
}

/** @throws DemineError `network-invalid` */
export function networkFrom(path: string): Told['network'] {
  let text: string;
  try {
    text = boundedText(path);
  } catch (cause) {
    if (cause instanceof DemineError) throw cause;
    throw new DemineError('network-invalid', errorText(cause), { subject: path, cause });
  }
  return parseNetwork(text, path);
}
