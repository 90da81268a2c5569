/**
 * Journal files as journald writes them, for tests: objects one after the other, an entry array that doubles, hash
 * tables that are there and empty (readers of entries do not use them).
 */

import { wordsOf } from './blocks.ts';
import { hashed, jenkinsHash, sipHash, sipKey } from './hash.ts';
import type { JournalState } from './layout.ts';

export interface EntryGiven {
  readonly fields: Readonly<Record<string, string>>;
  readonly seqnum: number;
  readonly us: number;
  readonly monotonicUs?: number;
  /** One digit, which the id consists of. */
  readonly boot?: string;
  /** The writer stopped before it linked it. */
  readonly unlinked?: boolean;
}

export interface JournalGiven {
  readonly entries: readonly EntryGiven[];
  readonly compact?: boolean;
  readonly keyed?: boolean;
  readonly state?: JournalState;
  /** Compresses values of 512 bytes and more, with the flag of that kind. */
  readonly compress?: { readonly flag: 1 | 2 | 4; readonly with: (bytes: Uint8Array) => Uint8Array };
  /** Bytes that are made and not used yet. */
  readonly spare?: number;
}

const headerSize = 272;
const fileId = Uint8Array.from({ length: 16 }, (_, index) => index + 1);
const key = sipKey(fileId);
const align = (size: number): number => Math.ceil(size / 8) * 8;

class Writer {
  bytes = new Uint8Array(1 << 16);
  view = new DataView(this.bytes.buffer);
  end = headerSize;
  objects = 0;

  /** @returns where it begins */
  object(type: number, size: number, flags = 0): number {
    const offset = this.end;
    this.end = offset + align(size);
    while (this.end > this.bytes.length) {
      const larger = new Uint8Array(this.bytes.length * 2);
      larger.set(this.bytes);
      this.bytes = larger;
      this.view = new DataView(larger.buffer);
    }
    this.view.setUint8(offset, type);
    this.view.setUint8(offset + 1, flags);
    this.long(offset + 8, size);
    this.objects += 1;
    return offset;
  }

  long(at: number, value: number): void {
    this.view.setBigUint64(at, BigInt(value), true);
  }
}

/** The whole file. */
export function journalFile(given: JournalGiven): Uint8Array {
  const { entries, compact = false, keyed = true, state = 'offline', compress, spare = 4096 } = given;
  const writer = new Writer();
  const tables = [writer.object(4, 16 + 16 * 8), writer.object(5, 16 + 16 * 4)];
  const known = new Map<string, { readonly offset: number; readonly low: number; readonly high: number }>();
  let [arrays, data, linked] = [0, 0, 0];
  const width = compact ? 4 : 8;

  const datum = (text: string) => {
    const found = known.get(text);
    if (found !== undefined) {
      writer.view.setUint32(found.offset + 56, writer.view.getUint32(found.offset + 56, true) + 1, true);
      return found;
    }
    const plain = Uint8Array.from(Buffer.from(text, 'latin1'));
    if (keyed) sipHash(key, wordsOf(plain), 0, plain.length);
    else jenkinsHash(wordsOf(plain), 0, plain.length);
    const { low, high } = hashed;
    const packed = compress !== undefined && plain.length >= 512;
    const payload = packed ? compress.with(plain) : plain;
    const payloadAt = compact ? 72 : 64;
    const offset = writer.object(1, payloadAt + payload.length, packed ? compress.flag : 0);
    writer.view.setUint32(offset + 16, low, true);
    writer.view.setUint32(offset + 20, high, true);
    writer.view.setUint32(offset + 56, 1, true);
    writer.bytes.set(payload, offset + payloadAt);
    data += 1;
    const made = { offset, low, high };
    known.set(text, made);
    return made;
  };

  let array = { offset: 0, room: 0, used: 0 };
  let firstArray = 0;
  const link = (entry: number): void => {
    if (array.used === array.room) {
      const room = Math.max(4, array.room * 2);
      const offset = writer.object(6, 24 + room * width);
      if (array.offset > 0) writer.long(array.offset + 16, offset);
      else firstArray = offset;
      array = { offset, room, used: 0 };
      arrays += 1;
    }
    const at = array.offset + 24 + array.used * width;
    if (compact) writer.view.setUint32(at, entry, true);
    else writer.long(at, entry);
    array.used += 1;
    linked += 1;
  };

  for (const { fields, seqnum, us, monotonicUs = us % 1e12, boot = 'a', unlinked = false } of entries) {
    const items = Object.entries(fields)
      .map(([name, value]) => datum(`${name}=${value}`))
      .sort((one, other) => one.offset - other.offset);
    const itemSize = compact ? 4 : 16;
    const offset = writer.object(3, 64 + items.length * itemSize);
    writer.long(offset + 16, seqnum);
    writer.long(offset + 24, us);
    writer.long(offset + 32, monotonicUs);
    writer.bytes.set(Buffer.from(boot.repeat(32), 'hex'), offset + 40);
    let [low, high] = [0, 0];
    for (const [index, item] of items.entries()) {
      const at = offset + 64 + index * itemSize;
      if (compact) writer.view.setUint32(at, item.offset, true);
      else {
        writer.long(at, item.offset);
        writer.view.setUint32(at + 8, item.low, true);
        writer.view.setUint32(at + 12, item.high, true);
      }
      [low, high] = [low ^ item.low, high ^ item.high];
    }
    writer.view.setInt32(offset + 56, low, true);
    writer.view.setInt32(offset + 60, high, true);
    if (!unlinked) link(offset);
  }

  const bytes = new Uint8Array(align(writer.end + spare));
  bytes.set(writer.bytes.subarray(0, writer.end));
  const view = new DataView(bytes.buffer);
  const long = (at: number, value: number): void => view.setBigUint64(at, BigInt(value), true);
  bytes.set(Buffer.from('LPKSHHRH', 'latin1'));
  view.setUint32(
    12,
    (keyed ? 4 : 0) |
      (compact ? 16 : 0) |
      (compress === undefined ? 0 : ([0, 1, 2, 0, 8][compress.flag] ?? 0)),
    true,
  );
  bytes[16] = ['offline', 'online', 'archived'].indexOf(state);
  bytes.set(fileId, 24);
  bytes.fill(0xbb, 40, 56);
  bytes.fill(0xcc, 72, 88);
  long(88, headerSize);
  long(96, bytes.length - headerSize);
  long(104, (tables[0] ?? 0) + 16);
  long(112, 16 * 8);
  long(120, (tables[1] ?? 0) + 16);
  long(128, 16 * 4);
  long(144, writer.objects);
  long(152, linked);
  long(160, entries.at(-1)?.seqnum ?? 0);
  long(168, entries[0]?.seqnum ?? 0);
  long(176, firstArray);
  long(208, data);
  long(232, arrays);
  return bytes;
}
