/**
 * Logs of dockerd and containerd in files of their own (/var/log/docker.log, /var/log/upstart/docker.log): logfmt a line,
 * or an object. Objects of that kind are every second Go program's, so those count only in files that are called so.
 */
import { printableText } from '../../../model/text.ts';
import { startsWith } from '../../ascii.ts';
import type { DecodeContext, LineDecoder, LogFormat } from '../decoder.ts';
import { textTime } from '../json-line.ts';
import type { LogLine } from '../line-reader.ts';
import { lineText } from '../line-text.ts';
import { containerDaemon, objectFields } from '../messages/container-daemons.ts';
import { logfmt } from './logfmt.ts';

const named = /docker|containerd|moby/i;
const nowhere = printableText('');
const message = { what: 'message', program: printableText('dockerd') } as const;

class DaemonDecoder implements LineDecoder {
  readonly #context: DecodeContext;

  constructor(context: DecodeContext) {
    this.#context = context;
  }

  decode(line: LogLine): boolean {
    const isLogfmt = startsWith(line.bytes, 'time=', line.start, line.end);
    if (!isLogfmt && !named.test(this.#context.source)) return false;
    const fields = isLogfmt
      ? logfmt(lineText(line))
      : objectFields(line.bytes.subarray(line.start, line.end));
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
