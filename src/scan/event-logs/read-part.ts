/** One part of an event log file: its records tested, written as lines, counted. */
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { RecordLines } from '../../artifacts/windows/event-logs/record-lines.ts';
import { EventTallies, type EventTally } from '../../artifacts/windows/event-logs/tally.ts';
import type { EvtxHead } from '../../formats/evtx/head.ts';
import { JsonWriter } from '../../formats/evtx/json-writer.ts';
import { type EvtxCounts, type EvtxPart, readEvtx } from '../../formats/evtx/log-file.ts';
import type { NumberRange } from '../../formats/evtx/numbers.ts';
import type { EvtxProblemCount } from '../../formats/evtx/problems.ts';
import type { EvtxRecord } from '../../formats/evtx/record.ts';
import type { RandomAccess } from '../../formats/random-access.ts';
import { errorText } from '../../model/error.ts';
import { printableText } from '../../model/text.ts';
import {
  compileExpression,
  type Fields,
  type FieldValue,
  type Test,
} from '../../rules/field-expression/compile.ts';
import { parseExpression } from '../../rules/field-expression/expression.ts';

export interface PartJob {
  readonly path: string;
  readonly part: EvtxPart;
  /** An expression that was parsed before. */
  readonly where: string | undefined;
  readonly lines: boolean;
  readonly tally: boolean;
}

export type PartResult =
  | { readonly status: 'unread'; readonly reason: string }
  | {
      readonly status: 'read';
      readonly head: EvtxHead | undefined;
      readonly isForeign: boolean;
      readonly counts: EvtxCounts;
      readonly problems: readonly EvtxProblemCount[];
      readonly ranges: readonly NumberRange[];
      readonly tally: EventTally | undefined;
      /** Records that fit. */
      readonly fitting: number;
    };

/** Of all parts that this process reads, one after the other. */
const writer = new JsonWriter();

/** Lines are handed on in pieces of about so many bytes. */
const pieceSize = 512 << 10;

/** A file that a person named. What is no regular file is refused, without waiting for it. */
export class OpenFile implements RandomAccess {
  readonly size: number;
  readonly #descriptor: number;
  #room: Uint8Array = new Uint8Array(65_536);

  /** @throws Error of the system, or that it is no regular file */
  constructor(path: string) {
    // Opening a pipe waits for a writer.
    const flags =
      process.platform === 'win32' ? constants.O_RDONLY : constants.O_RDONLY | constants.O_NONBLOCK;
    this.#descriptor = openSync(path, flags);
    const status = fstatSync(this.#descriptor);
    this.size = status.size;
    if (!status.isFile()) {
      this.close();
      throw new Error('no regular file');
    }
  }

  /** The bytes hold until the next are read. */
  read(offset: number, length: number): Uint8Array {
    if (length > this.#room.length) this.#room = new Uint8Array(length);
    let got = 0;
    while (got < length) {
      const count = readSync(this.#descriptor, this.#room, got, length - got, offset + got);
      if (count === 0) break;
      got += count;
    }
    return this.#room.subarray(0, got);
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}

/** The record at hand, as an expression asks. */
class RecordFields implements Fields {
  readonly #record: EvtxRecord;

  constructor(record: EvtxRecord) {
    this.#record = record;
  }

  get(field: string): FieldValue | undefined {
    if (field === 'EventID') return this.#record.eventId;
    if (field === 'Found') return this.#record.found;
    return this.#record.get(field === 'Time' ? 'TimeCreated' : field);
  }

  *all(): Generator<FieldValue> {
    for (const [, value] of this.#record.systemFields()) yield value;
    for (const [, value] of this.#record.fields()) yield value;
  }
}

/** Pieces of lines, each of which holds until the next is taken; then what was found. */
export function* readPart(job: PartJob): Generator<Uint8Array, PartResult> {
  const test = job.where === undefined ? undefined : compileExpression(parseExpression(job.where));
  let file: OpenFile;
  try {
    file = new OpenFile(job.path);
  } catch (thrown) {
    return { status: 'unread', reason: errorText(thrown) };
  }
  try {
    return yield* readOpen(file, job, test);
  } catch (thrown) {
    return { status: 'unread', reason: errorText(thrown) };
  } finally {
    file.close();
  }
}

function* readOpen(
  file: OpenFile,
  { path, part, lines, tally }: PartJob,
  test: Test | undefined,
): Generator<Uint8Array, PartResult> {
  const log = readEvtx(file, file.size, part);
  writer.length = 0;
  const out = lines ? new RecordLines(writer, printableText(path)) : undefined;
  const tallies = tally ? new EventTallies() : undefined;
  let fields: Fields | undefined;
  let fitting = 0;
  for (const record of log.records()) {
    fields ??= new RecordFields(record);
    if (test !== undefined && !test(fields)) continue;
    fitting += 1;
    // What was carved may be of any age, and of another log: it is told, and counted for itself.
    if (record.found === 'log') tallies?.see(record);
    if (out === undefined) continue;
    out.write(record);
    if (writer.length < pieceSize) continue;
    yield writer.bytes.subarray(0, writer.length);
    writer.length = 0;
  }
  if (writer.length > 0) yield writer.bytes.subarray(0, writer.length);
  const { head, isForeign, counts, problems, ranges } = log;
  return { status: 'read', head, isForeign, counts, problems, ranges, tally: tallies?.tally, fitting };
}
