/**
 * Access logs of nginx, Apache httpd, Tomcat and Traefik in the common log format and what grew from it.
 *
 * `client ident user [time] "request" status size "referrer" "agent"`, and with a virtual host before it (Debian's
 * vhost_combined), the address that a proxy forwards, times of upstreams and whatever else behind it or between. What
 * the server writes itself is found from its side: the time is the last bracket before the request, the request ends
 * at the quote that a status follows, and quotes that a client sent are escaped, so its agent is never a request.
 * Servers that escaped nothing have written such lines too; of those the first end is taken.
 * What it is NOT: a check that a client is who it says; `forwarded` is what was claimed.
 * Sources: httpd docs mod_log_config.html and Debian's apache2.conf; nginx.org ngx_http_log_module (`combined`) and the
 * `main` of its packages; tomcat AccessLogValve; doc.traefik.io access-logs (CLF).
 */
import type { RequestEvent } from '../../../model/facts/event.ts';
import type { Printable } from '../../../model/text.ts';
import type { DecodeContext, LineDecoder, LogFormat } from '../decoder.ts';
import type { LogLine } from '../line-reader.ts';
import { AccessTime } from './access-time.ts';
import { type FieldOf, fieldOf, fieldsOf, quoteAt } from './quoted.ts';
import { requestLine, versionSize } from './request-line.ts';

const space = 0x20;
const none = fieldOf('');
/** Fields behind the request that are looked at. */
const mostTokens = 24;

const isDigit = (code: number): boolean => code >= 0x30 && code <= 0x39;

/** Three digits at `at`, of an HTTP status, with a blank or the end behind; else 0. */
function statusAt(text: string, at: number): number {
  const first = text.charCodeAt(at) - 0x30;
  const second = text.charCodeAt(at + 1) - 0x30;
  const third = text.charCodeAt(at + 2) - 0x30;
  if (!(first >= 1 && first <= 9 && second >= 0 && second <= 9 && third >= 0 && third <= 9)) return 0;
  const after = at + 3 < text.length ? text.charCodeAt(at + 3) : space;
  return after === space || after === 0x2c ? first * 100 + second * 10 + third : 0;
}

const address =
  /^(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7}(?:\.\d{1,3}){0,3}(?:%\w+)?|unknown)$/;
const addressList = /^[0-9A-Fa-f:.]{2,45}(?:, ?[0-9A-Fa-f:.]{2,45}){0,20}$/;
const isAddress = (text: string): boolean => text.length <= 46 && address.test(text);

interface Tail {
  status: number;
  size: number;
  readonly quoted: string[];
}

/** Bare and quoted fields behind the request: the first status, the number after it, and what is quoted. */
function tailOf(text: string, from: number): Tail | undefined {
  const tail: Tail = { status: 0, size: -1, quoted: [] };
  let sized = false;
  for (let at = from, count = 0; at < text.length && count < mostTokens; count += 1) {
    const code = text.charCodeAt(at);
    if (code === space) {
      at += 1;
      count -= 1;
    } else if (code === 0x22) {
      const close = quoteAt(text, at + 1);
      if (close < 0) return undefined;
      tail.quoted.push(text.substring(at + 1, close));
      at = close + 1;
    } else {
      let stop = text.indexOf(' ', at);
      if (stop < 0) stop = text.length;
      if (tail.status === 0) tail.status = statusAt(text, at);
      else if (!sized) {
        sized = isDigit(code) || (code === 0x2d && stop === at + 1);
        const size = isDigit(code) ? Number(text.substring(at, stop)) : -1;
        if (Number.isSafeInteger(size)) tail.size = size;
      }
      at = stop + 1;
    }
  }
  return tail;
}

interface Who {
  readonly client: Printable;
  readonly account: Printable;
  readonly site?: Printable;
}

type Server = RequestEvent['server'];

/** `client ident user`, with a virtual host or a quoted list before. */
function who(text: string, bracket: number, field: FieldOf): Who {
  const blank = text.indexOf(' ');
  if (blank < 0 || blank >= bracket) return { client: none, account: none };
  const first = text.substring(0, blank);
  const second = text.indexOf(' ', blank + 1);
  if (second < 0 || second >= bracket) return { client: field(first), account: none };
  const next = text.substring(blank + 1, second);
  // With a virtual host before it the client stands second, where ident is a dash.
  const led = next !== '-' && (isAddress(next) || first.charCodeAt(0) === 0x22);
  const identAt = led ? second + 1 : blank + 1;
  const userAt = text.indexOf(' ', identAt) + 1;
  const account = userAt > 0 && userAt < bracket - 1 ? field(text.substring(userAt, bracket - 1)) : none;
  if (!led) return { client: field(first), account };
  if (first.charCodeAt(0) === 0x22) return { client: field(next), account };
  return { client: field(next), account, site: field(first.replace(/:\d{1,5}$/, '')) };
}

class AccessDecoder implements LineDecoder {
  readonly #context: DecodeContext;
  readonly #server: Server;
  readonly #time: AccessTime;

  constructor(context: DecodeContext, server: Server) {
    this.#context = context;
    this.#server = server;
    this.#time = new AccessTime(context.clock);
  }

  decode(line: LogLine): boolean {
    const { bytes, start, text } = line;
    let open = quoteAt(text, 0);
    // The usual case: `] "`. Elsewhere something is quoted before, or stands between the time and the request.
    let close = text.charCodeAt(open - 2) === 0x5d ? open - 2 : -1;
    let bracket = close > 0 ? text.lastIndexOf('[', close) : -1;
    if (open < 0) return false;
    if (bracket < 0 || !this.#time.read(bytes, start + bracket + 1, start + close)) {
      const found = this.#farTime(line, text);
      if (found === undefined) return false;
      ({ open, bracket, close } = found);
    }
    const stop = this.#requestEnd(text, open + 1);
    if (stop < 0) {
      if (!line.cut) return false;
      this.#emit(line, bracket, open + 1, text.length, { status: 0, size: -1, quoted: [] });
      return true;
    }
    const tail = tailOf(text, stop + 1);
    if (tail === undefined && !line.cut) return false;
    this.#emit(
      line,
      bracket,
      open + 1,
      stop,
      tail ?? { status: statusAt(text, stop + 2), size: -1, quoted: [] },
    );
    return true;
  }

  /** A time that is not right before the first quote, and the request behind it. */
  #farTime(line: LogLine, text: string) {
    const { bytes, start } = line;
    for (let at = 0, tries = 0; at < text.length && tries < mostTokens; tries += 1) {
      const bracket = text.indexOf('[', at);
      const quote = quoteAt(text, at);
      if (bracket < 0) return undefined;
      if (quote >= 0 && quote < bracket) {
        const closing = quoteAt(text, quote + 1);
        if (closing < 0) return undefined;
        at = closing + 1;
        continue;
      }
      const close = text.indexOf(']', bracket);
      if (close < 0) return undefined;
      // An account may be named like a time: the last one before the request is the server's.
      const open = quoteAt(text, close);
      const nearer = text.lastIndexOf('] ', open < 0 ? close : open);
      const later = nearer > close ? text.lastIndexOf('[', nearer) : -1;
      if (open >= 0 && later > bracket && this.#time.read(bytes, start + later + 1, start + nearer)) {
        return { open, bracket: later, close: nearer };
      }
      if (open >= 0 && this.#time.read(bytes, start + bracket + 1, start + close))
        return { open, bracket, close };
      at = bracket + 1;
    }
    return undefined;
  }

  /** The quote that ends the request: the version stands before it or a status behind it. */
  #requestEnd(text: string, from: number): number {
    const first = quoteAt(text, from);
    if (first < 0) return -1;
    if (this.#server === 'traefik') return traefikEnd(text, from) ?? first;
    for (let at = first, tries = 0; at >= 0 && tries < mostTokens; tries += 1) {
      if (versionSize(text, from, at) > 0) return at;
      if (text.charCodeAt(at + 1) === space && statusAt(text, at + 2) > 0) return at;
      at = quoteAt(text, at + 1);
    }
    return first;
  }

  #emit(line: LogLine, bracket: number, start: number, stop: number, tail: Tail): void {
    const { text } = line;
    const field = fieldsOf(line);
    const { client, account, site } = who(text, bracket, field);
    const { method, target } = requestLine(text, start, stop, field);
    const { status, size, quoted } = tail;
    let referrer = quoted[0] ?? '-';
    let agent = quoted[1] ?? '-';
    // Formats with one of the two.
    if (quoted.length === 1 && referrer !== '-' && !/^(?:https?|android-app):\/\//.test(referrer)) {
      agent = referrer;
      referrer = '-';
    }
    const third = quoted.length > 2 ? quoted[2] : undefined;
    const led =
      third === undefined && text.charCodeAt(0) === 0x22 ? text.substring(1, quoteAt(text, 1)) : third;
    const forwarded = led !== undefined && led !== '-' && addressList.test(led) ? field(led) : undefined;
    this.#context.emit(line, none, {
      what: 'request',
      server: this.#server,
      client,
      method,
      target,
      status,
      size,
      agent: field(agent),
      referrer: field(referrer),
      account,
      ...(site === undefined ? undefined : { site }),
      ...(forwarded === undefined ? undefined : { forwarded }),
    });
  }
}

/**
 * Traefik writes the target as it came, quotes too, but quotes everything behind: so the last quote that a status and
 * a size follow is its own.
 */
function traefikEnd(text: string, from: number): number | undefined {
  for (
    let at = text.lastIndexOf('" ', text.length), tries = 0;
    at >= from && tries < mostTokens;
    tries += 1
  ) {
    const sized = isDigit(text.charCodeAt(at + 6)) || text.charCodeAt(at + 6) === 0x2d;
    if (sized && statusAt(text, at + 2) > 0 && text.charCodeAt(at - 1) !== 0x5c) return at;
    at = text.lastIndexOf('" ', at - 1);
  }
  return undefined;
}

const formatOf = (server: Server, source: string, id = `${server}-access`): LogFormat => ({
  id,
  verified: true,
  source,
  decoder: (context) => new AccessDecoder(context, server),
});

export const nginxAccess = formatOf(
  'nginx',
  'nginx.org/en/docs/http/ngx_http_log_module.html; ngx_http_log_module.c',
);
export const apacheAccess = formatOf(
  'apache',
  'httpd.apache.org/docs/2.4/mod/mod_log_config.html; modules/loggers/mod_log_config.c; log2timeline/plaso test_data/apache_access.log',
);
export const tomcatAccess = formatOf(
  'tomcat',
  'tomcat.apache.org config/valve.html#Access_Logging; AbstractAccessLogValve.java',
);
export const traefikAccess = formatOf(
  'traefik',
  'doc.traefik.io/traefik/observability/access-logs; pkg/middlewares/accesslog/logger_formatters.go',
);
