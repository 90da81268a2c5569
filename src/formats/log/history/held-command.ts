/**
 * The command of a history that is read now: where it begins, when it was typed, and its text as far as it is known.
 *
 * All histories have this frame: a command begins on a line, may go on over further ones, and is an event of the first.
 */
import type { CommandEvent, EventBase } from '../../../model/facts/event.ts';
import { type Printable, printableText } from '../../../model/text.ts';
import type { DecodeContext } from '../decoder.ts';
import { HeldLine } from '../held-line.ts';
import type { LogLine } from '../line-reader.ts';
import { saidCommand } from '../messages/message.ts';
import { ownerOf } from './owner.ts';

const nowhere = printableText('');

export class HeldCommand {
  /** As it stands in the file. */
  text = '';
  readonly #context: DecodeContext;
  readonly #account: Printable;
  #line: HeldLine | undefined;

  constructor(context: DecodeContext) {
    this.#context = context;
    this.#account = ownerOf(context.source);
  }

  get isOpen(): boolean {
    return this.#line !== undefined;
  }

  /** A command begins at the time that the clock shows. */
  begin(line: LogLine, text: string): void {
    this.#line = new HeldLine(line, this.#context.clock);
    this.text = text;
  }

  /** The clock shows now when it was typed. */
  date(): void {
    if (this.#line !== undefined) this.#line = new HeldLine(this.#line, this.#context.clock);
  }

  /** It is whole. */
  end(meaning: (text: string) => string = (text) => text): void {
    const line = this.#line;
    if (line === undefined) return;
    this.#line = undefined;
    line.emit(this.#context, nowhere, this.#detail(meaning(this.text)));
  }

  /** A command of one line, at the time that the clock shows. */
  say(line: LogLine, text: string): void {
    this.#context.emit(line, nowhere, this.#detail(text));
  }

  #detail(command: string): Omit<CommandEvent, keyof EventBase> {
    return { what: 'command', origin: 'history', account: this.#account, command: saidCommand(command) };
  }
}
