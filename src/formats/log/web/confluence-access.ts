/**
 * Confluence's own access log, conf_access_log.<day>.log: Tomcat's valve with a pattern that quotes nothing.
 *
 * `[18/Dec/2020:12:57:26 +1100] user http-nio-8090-exec-6 192.0.2.1 GET /index.action HTTP/1.1 200 1020ms 7881 referrer
 * agent`, and with the address that a proxy forwards before the user. What the server writes itself stands on the left
 * and around the status; a request that Tomcat takes has no blank in it.
 * What it is NOT: an access log of another pattern (`access.ts`).
 * Source: Confluence documentation, "Configure access logs" (7.11 and later); "Audit Confluence Using the Tomcat Valve
 * Component"; server.xml of its distribution.
 */
import type { DecodeContext, LineDecoder, LogFormat } from '../decoder.ts';
import type { LogLine } from '../line-reader.ts';
import { AccessTime } from './access-time.ts';
import { fieldOf, fieldsOf } from './quoted.ts';

const open = 0x5b;
const none = fieldOf('');
const longestTarget = 8_192;
const left =
  /^\[([^\]]{20,32})\] (?:([\da-fA-F.:]{2,45}(?:, ?[\da-fA-F.:]{2,45}){0,8}|-) )?(\S{1,256}) [A-Za-z][\w.-]{0,64}-exec-\d{1,6} (\S{1,255}) ([A-Za-z][\w-]{0,23}) (\S{1,16384}) HTTP\/\d(?:\.\d)? (\d{3}) \d{1,10}ms (-|\d{1,15})(?: (.*))?$/s;

class ConfluenceAccessDecoder implements LineDecoder {
  readonly #context: DecodeContext;
  readonly #time: AccessTime;

  constructor(context: DecodeContext) {
    this.#context = context;
    this.#time = new AccessTime(context.clock);
  }

  decode(line: LogLine): boolean {
    const { bytes, start, text } = line;
    if (bytes[start] !== open) return false;
    const found = left.exec(text);
    if (found === null) return false;
    const [
      ,
      time = '',
      forwarded,
      account = '',
      client = '',
      method = '',
      target = '',
      status,
      size,
      rest = '',
    ] = found;
    if (!this.#time.read(bytes, start + 1, start + 1 + time.length)) return false;
    const field = fieldsOf(line);
    const blank = rest.indexOf(' ');
    const referrer = blank < 0 ? rest : rest.slice(0, blank);
    this.#context.emit(line, none, {
      what: 'request',
      server: 'tomcat',
      client: field(client),
      method: field(method),
      target: field(target, longestTarget),
      status: Number(status),
      size: size === '-' ? -1 : Number(size),
      agent: field(blank < 0 ? '-' : rest.slice(blank + 1)),
      referrer: field(referrer === '' ? '-' : referrer),
      account: field(account),
      ...(forwarded === undefined || forwarded === '-' ? undefined : { forwarded: field(forwarded) }),
    });
    return true;
  }
}

export const confluenceAccess: LogFormat = {
  id: 'confluence-access',
  verified: true,
  source: 'Confluence documentation, "Configure access logs"; server.xml of Confluence (AccessLogValve)',
  decoder: (context) => new ConfluenceAccessDecoder(context),
};
