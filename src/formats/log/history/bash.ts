/**
 * .bash_history, .ash_history and the like: a command a line, with `#1700000000` before it where HISTTIMEFORMAT was set.
 *
 * Behind a time, lines belong to one command as long as it is not finished: a quote is open, a line ends in `\`, `|`,
 * `&&` or `||`, a loop or a here-document goes on. A finished command ends it, so that what a shell without
 * HISTTIMEFORMAT wrote behind it are commands of their own, at the latest time known and not certain. Without any time
 * each line is a command, as bash reads it back, no later than the file was written.
 * What it is NOT: a record of what ran; commands that were typed are, and whoever owns the file may edit it.
 * Bounds: 1,000 lines and 64 KiB of one command.
 * Source: bash lib/readline/histfile.c (HIST_TIMESTAMP_START, history_multiline_entries), bash(1) HISTORY.
 */
import type { CommandEvent, EventBase } from '../../../model/facts/event.ts';
import type { Printable } from '../../../model/text.ts';
import { printableText } from '../../../model/text.ts';
import type { DecodeContext, LineDecoder, LogFormat } from '../decoder.ts';
import { HeldLine } from '../held-line.ts';
import type { LogLine } from '../line-reader.ts';
import { lineText } from '../line-text.ts';
import { saidCommand } from '../messages/message.ts';
import { OpenCommand } from './open-command.ts';
import { ownerOf } from './owner.ts';

const nowhere = printableText('');

/** A command of a history, as an event. */
export const historyCommand = (account: Printable, command: string): Omit<CommandEvent, keyof EventBase> => ({
  what: 'command',
  origin: 'history',
  account,
  command: saidCommand(command),
});

/** The time of `#1700000000`, in seconds; NaN where the line is none. */
export const stampOf = (text: string): number =>
  /^#[1-8]?\d{6,9}$/.test(text) ? Number(text.slice(1)) : Number.NaN;

class BashHistory implements LineDecoder {
  readonly #context: DecodeContext;
  readonly #account: Printable;
  readonly #open = new OpenCommand();
  #line: HeldLine | undefined;
  /** Seconds of the last stamp. */
  #stamp = Number.NaN;
  /** The next command is the one that the stamp was written for. */
  #isStamped = false;

  constructor(context: DecodeContext) {
    this.#context = context;
    this.#account = ownerOf(context.source);
  }

  decode(line: LogLine): boolean {
    const text = lineText(line);
    const stamp = stampOf(text);
    if (!Number.isNaN(stamp)) {
      this.end();
      this.#stamp = stamp;
      this.#isStamped = true;
      this.#context.clock.epoch(stamp * 1e6, 'second');
      return true;
    }
    const { clock } = this.#context;
    if (this.#line === undefined) {
      if (Number.isNaN(this.#stamp)) clock.undated();
      else {
        clock.epoch(this.#stamp * 1e6, 'second');
        clock.certain = this.#isStamped;
      }
      if (!this.#isStamped) {
        this.#context.emit(line, nowhere, historyCommand(this.#account, text));
        return true;
      }
      this.#line = new HeldLine(line, clock);
    }
    if (this.#open.add(text)) this.end();
    return true;
  }

  end(): void {
    if (this.#line === undefined) return;
    this.#line.emit(this.#context, nowhere, historyCommand(this.#account, this.#open.take()));
    this.#line = undefined;
    this.#isStamped = false;
  }
}

export const bashHistory: LogFormat = {
  id: 'bash-history',
  verified: true,
  source: 'bash lib/readline/histfile.c; plaso bash_history',
  decoder: (context) => new BashHistory(context),
};
