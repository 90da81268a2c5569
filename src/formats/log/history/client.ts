/**
 * Histories of clients: .mysql_history, .psql_history, .python_history, .sqlite_history, .rediscli_history, .mongosh.
 *
 * A statement a line. libedit begins its file with `_HiStOrY_V2_` and writes blanks and others as `\040`; psql writes
 * the newlines within a statement as 0x01. No line has a time, but readline's may: `#1700000000`.
 * Sources: libedit history.c (history_save, strvis); postgresql src/bin/psql/input.c (NL_IN_HISTORY); redis
 * src/redis-cli.c; readline histfile.c.
 */
import type { DecodeContext, LineDecoder, LogFormat } from '../decoder.ts';
import type { LogLine } from '../line-reader.ts';
import { lineText } from '../line-text.ts';
import { stampOf } from './bash.ts';
import { HeldCommand } from './held-command.ts';

const octal = /\\([0-3][0-7]{2})/g;

class ClientHistory implements LineDecoder {
  readonly #context: DecodeContext;
  readonly #command: HeldCommand;
  #isEscaped = false;
  #stamp = Number.NaN;

  constructor(context: DecodeContext) {
    this.#context = context;
    this.#command = new HeldCommand(context);
  }

  decode(line: LogLine): boolean {
    const { clock } = this.#context;
    let text = lineText(line);
    if (line.number === 1 && text === '_HiStOrY_V2_') {
      this.#isEscaped = true;
      return true;
    }
    const stamp = stampOf(text);
    if (!Number.isNaN(stamp)) {
      this.#stamp = stamp;
      clock.epoch(stamp * 1e6, 'second');
      return true;
    }
    if (Number.isNaN(this.#stamp)) clock.undated();
    else clock.epoch(this.#stamp * 1e6, 'second');
    this.#stamp = Number.NaN;
    if (this.#isEscaped)
      text = text.replace(octal, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
    this.#command.say(line, text.replaceAll('\x01', '\n'));
    return true;
  }
}

export const clientHistory: LogFormat = {
  id: 'client-history',
  verified: true,
  source: 'libedit history.c (history_save); postgresql src/bin/psql/input.c; redis src/redis-cli.c',
  decoder: (context) => new ClientHistory(context),
};
