/**
 * Logs of syslog daemons: auth.log, secure, syslog, messages, cron, kern.log, and journals exported as text.
 *
 * Every line with a head is an event: what the program's reader knows of it, or the message as it stands. What rsyslog
 * folded, `message repeated 5 times: [ … ]`, as Ubuntu has it do, happened that often and is as many events, 100 at most.
 * Sources: rsyslog action.c (the text of repeated messages, cut at 800 bytes); see `syslog-head.ts` for the heads and `messages/` for each program.
 */
import type { DecodeContext, LineDecoder, LogFormat } from './decoder.ts';
import type { LogLine } from './line-reader.ts';
import { lineText } from './line-text.ts';
import { said } from './messages/message.ts';
import { messagesOf } from './messages/table.ts';
import { SyslogHeadReader } from './syslog-head.ts';
import { traditionalHead } from './years.ts';

const folded = /^message repeated (\d{1,9}) times: \[ ?(.*)\]$/s;
const mostRepeated = 100;

class SyslogDecoder implements LineDecoder {
  readonly #head: SyslogHeadReader;
  readonly #context: DecodeContext;

  constructor(context: DecodeContext) {
    this.#context = context;
    this.#head = new SyslogHeadReader(context.clock);
  }

  decode(line: LogLine): boolean {
    const head = this.#head;
    if (!head.read(line)) return false;
    const { program, pid } = head;
    const shape = messagesOf(program);
    const text = lineText(line, head.message);
    const repeated = text.startsWith('message repeated ') ? folded.exec(text) : null;
    const times = repeated === null ? 1 : Math.min(Number(repeated[1]), mostRepeated);
    const detail = shape.read({ program, pid, text: repeated?.[2] ?? text });
    if (detail !== undefined && times > 0) {
      for (let count = 0; count < times; count += 1)
        this.#context.emit(line, head.host, detail, !shape.verified);
    } else {
      const known = pid === undefined ? {} : { pid };
      this.#context.emit(line, head.host, { what: 'message', program: said(program), ...known });
    }
    return true;
  }
}

export const syslog: LogFormat = {
  id: 'syslog',
  verified: true,
  source: 'RFC 3164; RFC 5424; rsyslog tools/smtradfile.c; systemd src/shared/logs-show.c',
  yearless: traditionalHead,
  decoder: (context) => new SyslogDecoder(context),
};
