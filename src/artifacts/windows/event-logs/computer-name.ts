/**
 * Which host event logs are of, where no hive says so: the computer that the first record of each names.
 *
 * Undefined where they disagree: logs of several hosts lie together, as a collector of events has them, or samples.
 */
import { EvtxLog } from '../../../formats/evtx/log-file.ts';
import { type Printable, printableText } from '../../../model/text.ts';
import type { Target } from '../../../target/port.ts';
import { findEventLogs } from './evtx-reading.ts';

const mostLogs = 16;
/** A head and its first two chunks: the first may hold nothing any more. */
const mostBytes = 4_096 + 2 * 65_536;

/** `WEB-07` of `WEB-07.corp.example`. */
export function computerOfLogs(target: Target): Printable | undefined {
  let known: string | undefined;
  for (const { path } of findEventLogs(target).files.slice(0, mostLogs)) {
    const { bytes } = target.readNow({ kind: 'file', path, limit: mostBytes });
    const file = { read: (at: number, size: number) => bytes.subarray(at, at + size) };
    let name = '';
    for (const record of new EvtxLog(file, bytes.length, { carve: false }).records()) {
      if (record.isReadable) name = record.computer.split('.', 1)[0] ?? '';
      if (name !== '') break;
    }
    if (name === '') continue;
    if (known !== undefined && known.toLowerCase() !== name.toLowerCase()) return undefined;
    known ??= name;
  }
  return known === undefined ? undefined : printableText(known.slice(0, 255));
}
