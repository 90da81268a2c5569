/**
 * Fields of an event log, alone in a process: `part evtx FILE`. Provider, event id, channel, computer, time and number
 * of every record, and the first ten data of every tenth.
 *
 * Ends with 1 where a record has none of these: what read nothing is not fast.
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { readEvtx } from '../src/formats/evtx/log-file.ts';

const every = 10;
const most = 10;

export function runEvtxPart([path = '']: readonly string[]): number {
  const descriptor = openSync(path, 'r');
  const { size } = fstatSync(descriptor);
  const room = new Uint8Array(65_536);
  const read = (offset: number, length: number): Uint8Array =>
    room.subarray(0, readSync(descriptor, room, 0, length, offset));
  /** Names of the data of an event, as a rule would name them. */
  const names = new Map<string, readonly string[]>();
  let records = 0;
  let fields = 0;
  for (const record of readEvtx({ read }, size).records()) {
    const { provider, eventId, channel, computer, timeUs, number } = record;
    if (
      provider === '' ||
      channel === '' ||
      computer === '' ||
      eventId < 0 ||
      timeUs <= 0 ||
      Number(number) <= 0
    )
      return 1;
    records += 1;
    if (records % every !== 0) continue;
    const key = `${provider} ${eventId}`;
    let known = names.get(key);
    if (known === undefined) {
      known = record
        .fields()
        .slice(0, most)
        .map(([name]) => name);
      names.set(key, known);
    }
    for (const name of known) if (record.data(name) !== undefined) fields += 1;
  }
  closeSync(descriptor);
  process.stdout.write(JSON.stringify({ records, fields }));
  return fields > records / every ? 0 : 1;
}
