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
import type { DecodeContext, LineDecoder, LogFormat } from '../decoder.ts';
import type { LogLine } from '../line-reader.ts';
import { lineText } from '../line-text.ts';
import { HeldCommand } from './held-command.ts';
import { OpenCommand } from './open-command.ts';

/** The time of `#1700000000`, in seconds; NaN where the line is none. */
export const stampOf = (text: string): number =>
  /^#[1-8]?\d{6,9}$/.test(text) ? Number(text.slice(1)) : Number.NaN;

class BashHistory implements LineDecoder {
  readonly #context: DecodeContext;
  readonly #command: HeldCommand;
  readonly #open = new OpenCommand();
  /** Seconds of the last stamp. */
  #stamp = Number.NaN;
  /** The next command is the one that the stamp was written for. */
  #isStamped = false;

  constructor(context: DecodeContext) {
    this.#context = context;
    this.#command = new HeldCommand(context);
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
    if (!this.#command.isOpen) {
      if (Number.isNaN(this.#stamp)) clock.undated();
      else {
        clock.epoch(this.#stamp * 1e6, 'second');
        clock.certain = this.#isStamped;
      }
      if (!this.#isStamped) {
        this.#command.say(line, text);
        return true;
      }
      this.#command.begin(line, '');
    }
    if (this.#open.add(text)) this.end();
    return true;
  }

  end(): void {
    if (!this.#command.isOpen) return;
    this.#command.end(() => this.#open.take());
    this.#isStamped = false;
  }
}

export const bashHistory: LogFormat = {
  id: 'bash-history',
  verified: true,
  source: 'bash lib/readline/histfile.c; plaso bash_history',
  decoder: (context) => new BashHistory(context),
};
