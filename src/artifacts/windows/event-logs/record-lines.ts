/**
 * Records of event logs as lines of JSON: where each stands, how it was found, and the event.
 *
 * `{"file":"…","offset":4608,"Event":{…}}`, with `"found":"free"` and the like for records that the log itself does not
 * have, and `"namesLost":true` where fields have no names any more. Of a record that cannot be read its number and the
 * time at which it was written are told.
 */
import type { JsonWriter } from '../../../formats/evtx/json-writer.ts';
import type { EvtxRecord } from '../../../formats/evtx/record.ts';

const newline = 0x0a;

export class RecordLines {
  readonly #writer: JsonWriter;
  readonly #head: Uint8Array;

  /** `path` in printable form. */
  constructor(writer: JsonWriter, path: string) {
    this.#writer = writer;
    this.#head = Buffer.from(`{"file":${JSON.stringify(path)},"offset":`);
  }

  write(record: EvtxRecord): void {
    const writer = this.#writer;
    writer.raw(this.#head);
    writer.ascii(`${record.offset},`);
    if (record.found !== 'log') {
      writer.ascii(`"found":"${record.found}",`);
      if (record.lostNames) writer.ascii('"namesLost":true,');
    }
    if (record.isCut) writer.ascii('"cut":true,');
    if (!record.writeMembers(writer))
      writer.ascii(`"unread":true,"number":"${record.number}","writtenUs":${record.writtenUs}`);
    writer.close(0x7d);
    writer.byte(newline);
  }
}
