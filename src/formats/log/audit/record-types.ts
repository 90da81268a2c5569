/**
 * Types of records, each known by its bytes once it was seen: a log has millions of records of some twenty types.
 *
 * What a type says of its own (`user-records.ts`), what its records are as messages, and which part of an event about a
 * program that was run it is.
 */
import type { EventDetail } from '../../../model/facts/event.ts';
import { said } from '../messages/message.ts';
import type { RecordFields } from './fields.ts';
import { userReaders } from './user-records.ts';

export interface RecordType {
  readonly name: string;
  /** Of the records that tell of a program that was run. */
  readonly part: 'call' | 'arguments' | 'folder' | 'end' | undefined;
  /** What its records say; undefined where they are kept as they stand. */
  readonly read: ((record: RecordFields) => EventDetail | undefined) | undefined;
  readonly message: EventDetail;
}

const parts: ReadonlyMap<string, RecordType['part']> = new Map([
  ['SYSCALL', 'call'],
  ['EXECVE', 'arguments'],
  ['CWD', 'folder'],
  ['PROCTITLE', 'end'],
  ['EOE', 'end'],
]);

const typeOf = (name: string): RecordType => ({
  name,
  part: parts.get(name),
  read: userReaders.get(name),
  message: { what: 'message', program: said(name) },
});

interface Kept {
  readonly bytes: Uint8Array;
  readonly type: RecordType;
}

const places = 1024;
/** An attacker may write records of any type. */
const mostTypes = places / 2;

/** Open addressing by the hash that whoever looked for the end of the name made of it. */
export class RecordTypes {
  readonly #kept: (Kept | undefined)[] = new Array(places).fill(undefined);
  #count = 0;

  at(bytes: Uint8Array, start: number, end: number, hash: number): RecordType {
    let place = hash & (places - 1);
    for (let kept = this.#kept[place]; kept !== undefined; kept = this.#kept[place]) {
      if (isAt(kept.bytes, bytes, start, end)) return kept.type;
      place = (place + 1) & (places - 1);
    }
    const type = typeOf(Buffer.from(bytes.subarray(start, end)).toString('latin1'));
    if (this.#count >= mostTypes) return type;
    this.#count += 1;
    this.#kept[place] = { bytes: bytes.slice(start, end), type };
    return type;
  }
}

function isAt(name: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
  if (name.length !== end - start) return false;
  for (let index = 0; index < name.length; index += 1) if (name[index] !== bytes[start + index]) return false;
  return true;
}
