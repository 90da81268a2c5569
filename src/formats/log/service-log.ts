/**
 * Logs of services: a head with a time, and a message of which some shapes are known.
 *
 * Every line with a head is an event: what the service's reader knows of it, or the message as it stands. Lines without
 * one that belong to the message before (traces of exceptions) are taken with it. A reader sees the message from where
 * the service's own head ends, so what a client sent cannot stand in front of it.
 */
import type { EventDetail } from '../../model/facts/event.ts';
import { type ShapeSource, sourceOf } from '../../model/shape-source.ts';
import { type Printable, printableText } from '../../model/text.ts';
import { skipBlanks } from '../ascii.ts';
import type { LogClock } from './clock.ts';
import type { DecodeContext, LineDecoder, LogFormat } from './decoder.ts';
import type { LogLine } from './line-reader.ts';
import { lineText } from './line-text.ts';
import { isoTime } from './syslog-head.ts';
import type { YearlessHead } from './years.ts';

export type ServiceShape = ShapeSource & {
  readonly id: string;
  /** What its messages are called. */
  readonly service: string;
  readonly yearless?: YearlessHead;
  /** Sets the clock. @returns where the message begins, or -1 where the line has no head */
  head(line: LogLine, clock: LogClock): number;
  /** What the message (one character a byte) says; nothing where it is none of those that are known. */
  read(text: string): EventDetail | undefined;
  /** The same for one log, where what a line says follows from those before it. */
  readonly reader?: () => (text: string) => EventDetail | undefined;
  /** Lines without a head that go on with the one before. */
  readonly goesOn?: RegExp;
  /** What such a line says, at the time of the one before. */
  more?(text: string): EventDetail | undefined;
};

const nowhere: Printable = printableText('');

class ServiceDecoder implements LineDecoder {
  readonly #shape: ServiceShape;
  readonly #context: DecodeContext;
  readonly #message: EventDetail;
  readonly #read: ServiceShape['read'];
  #inRecord = false;

  constructor(shape: ServiceShape, context: DecodeContext) {
    this.#shape = shape;
    this.#context = context;
    this.#read = shape.reader?.() ?? shape.read;
    this.#message = { what: 'message', program: printableText(shape.service) };
  }

  decode(line: LogLine): boolean {
    const shape = this.#shape;
    const at = shape.head(line, this.#context.clock);
    if (at < 0) {
      if (!this.#inRecord || shape.goesOn === undefined) return false;
      const text = lineText(line);
      this.#inRecord = shape.goesOn.test(text);
      const more = this.#inRecord ? shape.more?.(text) : undefined;
      if (more !== undefined) this.#context.emit(line, nowhere, more);
      return this.#inRecord;
    }
    this.#inRecord = true;
    this.#context.emit(line, nowhere, this.#read(lineText(line, at)) ?? this.#message);
    return true;
  }
}

export function serviceFormat(shape: ServiceShape): LogFormat {
  const { id, yearless } = shape;
  return {
    id,
    ...sourceOf(shape),
    ...(yearless === undefined ? {} : { yearless }),
    decoder: (context) => new ServiceDecoder(shape, context),
  };
}

/** `2024-01-02 03:04:05,678 …`, also in brackets: what Java's, Go's and Python's loggers begin with. */
export function isoHead({ bytes, start, end }: LogLine, clock: LogClock): number {
  const bracketed = bytes[start] === 0x5b;
  const after = isoTime(bytes, bracketed ? start + 1 : start, end, clock);
  if (after < 0) return -1;
  return skipBlanks(bytes, bracketed && bytes[after] === 0x5d ? after + 1 : after, end);
}

/** What Java prints below a message: the exception, its causes and where they were thrown. */
export const javaTrace =
  /^(?:\s+at |\s*\.\.\. \d{1,6} (?:more|common frames)|Caused by: |\s*Suppressed: |[\w$]{1,200}(?:\.[\w$]{1,200}){1,20}(?:Exception|Error|Throwable)\b)/;

export const serviceEvent = (
  service: string,
  action: string,
  given: { readonly detail: Printable; readonly account?: Printable; readonly from?: Printable },
): EventDetail => ({
  what: 'service',
  service,
  action,
  account: given.account ?? nowhere,
  from: given.from ?? nowhere,
  detail: given.detail,
});
