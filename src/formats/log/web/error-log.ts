/**
 * What nginx and Apache httpd say in their error logs, and what programs say there that they started.
 *
 * `2024/01/02 03:04:05 [error] 12#12: *5 message, client: 192.0.2.1, server: …` · Apache 2.4 `[Tue Jan 02 03:04:05.678901
 * 2024] [core:error] [pid 12:tid 34] [client 192.0.2.1:5555] message` · Apache 2.2 without the pid. A message about a
 * client is a ServiceEvent `refused`; others are kept as they stand. CGI, PHP and what they run write to the same file
 * without a head: the lines of wget, curl and the shell are `output`, at the time of the line before, which is
 * uncertain; nobody but an attacker downloads things there.
 * Times are the host's wall clock. A client may choose parts of messages; his address is found where the server writes
 * it, first for Apache and for nginx behind the message.
 * Sources: nginx ngx_log.c, ngx_http_core (ngx_http_log_error); httpd server/log.c (do_errorlog_default); wget log.c.
 */

import { colon, decimal } from '../../ascii.ts';
import { printableLatin1 } from '../../text-lines.ts';
import type { DecodeContext, LineDecoder, LogFormat } from '../decoder.ts';
import type { LogLine } from '../line-reader.ts';
import { said } from '../messages/message.ts';
import { isoTime } from '../syslog-head.ts';
import { monthAt } from '../years.ts';

type Service = 'nginx' | 'apache';

const textOf = (line: LogLine): string =>
  Buffer.prototype.latin1Slice.call(line.bytes, line.start, Math.min(line.end, line.start + 8192));

const nginxHead = /^\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d \[(\w{1,8})\] (\d{1,10})#\d{1,20}: /;
// The message may hold `, client: x` that a client sent; nginx writes its own last but before the request.
const nginxClient = /, client: ([0-9A-Fa-f.:]{2,45}|unix:)(?:, server: [^"]*)?(?:, request: ".*)?$/s;
const apacheHead =
  /^\[[^\]]{20,40}\] (?:\[([\w-]{0,40}:?\w{1,8})\] )?(?:\[pid (\d{1,10})(?::tid \d{1,20})?\] )?(?:[\w./]{1,40}\(\d{1,6}\): )?(?:\(-?\d{1,10}\)[^:[]{1,100}: )?(?:AH\d{5}: )?(?:\[client ([0-9A-Fa-f.:]{2,52})\] )?/;
const output =
  /^(?:--\d{4}-\d\d-\d\d \d\d:\d\d:\d\d-- {2}\S|Saving to: |curl: \(\d|(?:sh|bash|\/bin\/sh|\/bin\/bash): |wget: |Connecting to .{1,200} connected\.|chmod: |tar: )/;

/** Apache 2.4 adds the port, to addresses with colons too and without brackets; 2.2, which tells no pid, does not. */
function clientOf(written: string | undefined, isModern: boolean): string | undefined {
  if (written === undefined) return undefined;
  return written.includes('.') || isModern ? written.replace(/:\d{1,5}$/, '') : written;
}

class ErrorLogDecoder implements LineDecoder {
  readonly #context: DecodeContext;
  readonly #service: Service;
  #lastUs = Number.NaN;

  constructor(context: DecodeContext, service: Service) {
    this.#context = context;
    this.#service = service;
  }

  decode(line: LogLine): boolean {
    const headed = this.#service === 'nginx' ? this.#nginx(line) : this.#apache(line);
    return headed || this.#output(line);
  }

  #emit(line: LogLine, text: string, client: string | undefined, pid: string | undefined): true {
    const { clock, emit } = this.#context;
    this.#lastUs = clock.us;
    const service = this.#service;
    if (client === undefined) {
      const known = pid === undefined ? {} : { pid: Number(pid) };
      emit(line, said(''), { what: 'message', program: said(service), ...known });
    } else {
      const detail = {
        service,
        action: 'refused',
        account: said(''),
        from: said(client),
        detail: said(text),
      };
      emit(line, said(''), { what: 'service', ...detail });
    }
    return true;
  }

  #nginx(line: LogLine): boolean {
    const { bytes, start, end } = line;
    if (bytes[start + 4] !== 0x2f || bytes[start + 13] !== colon) return false;
    const text = textOf(line);
    const head = nginxHead.exec(text);
    if (head === null) return false;
    const known = this.#context.clock.local(
      decimal(bytes, start, start + 4),
      decimal(bytes, start + 5, start + 7),
      decimal(bytes, start + 8, start + 10),
      decimal(bytes, start + 11, start + 13),
      decimal(bytes, start + 14, start + 16),
      decimal(bytes, start + 17, Math.min(end, start + 19)),
    );
    if (!known) return false;
    return this.#emit(line, text.slice(head[0].length), nginxClient.exec(text)?.[1], head[2]);
  }

  #apache(line: LogLine): boolean {
    const { bytes, start, end } = line;
    if (bytes[start] !== 0x5b) return false;
    const at = start + 5;
    const month = monthAt(bytes, at, end);
    const close = bytes.indexOf(0x5d, at);
    if (month === 0 || close < 0 || close > start + 36 || bytes[at + 9] !== colon) return false;
    const fraction = bytes[at + 15] === 0x2e;
    const known = this.#context.clock.local(
      decimal(bytes, close - 4, close),
      month,
      decimal(bytes, bytes[at + 4] === 0x20 ? at + 5 : at + 4, at + 6),
      decimal(bytes, at + 7, at + 9),
      decimal(bytes, at + 10, at + 12),
      decimal(bytes, at + 13, at + 15),
      fraction ? decimal(bytes, at + 16, at + 22) : 0,
      fraction ? 'microsecond' : 'second',
    );
    if (!known) return false;
    const text = textOf(line);
    const head = apacheHead.exec(text);
    if (head === null) return false;
    return this.#emit(line, text.slice(head[0].length), clientOf(head[3], head[2] !== undefined), head[2]);
  }

  #output(line: LogLine): boolean {
    if (Number.isNaN(this.#lastUs)) return false;
    const text = textOf(line);
    if (!output.test(text)) return false;
    const { clock, emit } = this.#context;
    const timed = line.bytes[line.start] === 0x2d && isoTime(line.bytes, line.start + 2, line.end, clock) > 0;
    if (!timed) {
      clock.epoch(this.#lastUs, 'second');
      clock.certain = false;
    }
    const detail = printableLatin1(text.slice(0, 512));
    emit(line, said(''), {
      what: 'service',
      service: this.#service,
      action: 'output',
      account: said(''),
      from: said(''),
      detail,
    });
    return true;
  }
}

const formatOf = (service: Service, source: string): LogFormat => ({
  id: `${service}-error`,
  verified: true,
  source,
  decoder: (context) => new ErrorLogDecoder(context, service),
});

export const nginxError = formatOf(
  'nginx',
  'nginx src/core/ngx_log.c; src/http/ngx_http_request.c (ngx_http_log_error)',
);
export const apacheError = formatOf('apache', 'httpd server/log.c; httpd.apache.org/docs/2.4/logs.html');
