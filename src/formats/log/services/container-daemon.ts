/** Logs of dockerd and containerd in files of their own (/var/log/docker.log, /var/log/upstart/docker.log): logfmt a line. */
import { printableText } from '../../../model/text.ts';
import { startsWith } from '../../ascii.ts';
import type { DecodeContext, LineDecoder, LogFormat } from '../decoder.ts';
import { textTime } from '../json-line.ts';
import type { LogLine } from '../line-reader.ts';
import { lineText } from '../line-text.ts';
import { containerDaemon } from '../messages/container-daemons.ts';
import { logfmt } from './logfmt.ts';

const nowhere = printableText('');
const message = { what: 'message', program: printableText('dockerd') } as const;

class DaemonDecoder implements LineDecoder {
  readonly #context: DecodeContext;

  constructor(context: DecodeContext) {
    this.#context = context;
  }

  decode(line: LogLine): boolean {
    if (!startsWith(line.bytes, 'time=', line.start, line.end)) return false;
    const fields = logfmt(lineText(line));
    if (fields === undefined || !textTime(fields.get('time'), this.#context.clock)) return false;
    this.#context.emit(line, nowhere, containerDaemon(fields) ?? message);
    return true;
  }
}

export const containerDaemonLog: LogFormat = {
  id: 'container-daemon',
  verified: true,
  source: 'sirupsen/logrus text_formatter.go; moby api/server/middleware/debug.go',
  decoder: (context) => new DaemonDecoder(context),
};
