/**
 * Access logs with one JSON object a line: Caddy's, Traefik's, and nginx with `escape=json` and names of its variables.
 *
 * Who writes it is told by its shape: Caddy nests the `request`, Traefik says `ClientHost`, nginx whatever its
 * `log_format` names, of which the usual names are known. Headers that a client sent stand in objects of their own, so
 * they cannot take another field's place. Lines that are no such object are refused.
 * Sources: caddyserver/caddy modules/caddyhttp/marshalers.go, caddyserver.com/docs/logging; traefik
 * pkg/middlewares/accesslog/logdata.go; nginx.org ngx_http_log_module (escape=json).
 */

import type { RequestEvent } from '../../../model/facts/event.ts';
import { type Printable, printableText } from '../../../model/text.ts';
import type { DecodeContext, LineDecoder, LogFormat } from '../decoder.ts';
import type { LogLine } from '../line-reader.ts';
import { isoTime } from '../syslog-head.ts';
import { AccessTime } from './access-time.ts';
import { longestTarget } from './request-line.ts';

type Row = Readonly<Record<string, unknown>>;

const isRow = (value: unknown): value is Row =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const rowOf = (value: unknown): Row => (isRow(value) ? value : {});

/** The first of the names that holds text or a number. */
function textOf(row: Row, ...names: readonly string[]): string {
  for (const name of names) {
    const value = Object.hasOwn(row, name) ? row[name] : undefined;
    const first: unknown = typeof value === 'object' && Array.isArray(value) ? value[0] : value;
    if (typeof first === 'string' && first !== '' && first !== '-') return first;
    if (typeof first === 'number') return String(first);
  }
  return '';
}

const said = (text: string, most = 512): Printable =>
  printableText(text.length > most ? text.slice(0, most) : text);

const numberOf = (text: string): number => {
  const value = text === '' ? Number.NaN : Number(text);
  return Number.isFinite(value) && value >= 0 ? Math.trunc(value) : -1;
};

/** A request as the three say it. */
interface Told {
  readonly server: RequestEvent['server'];
  readonly time: unknown;
  readonly client: string;
  readonly method: string;
  readonly target: string;
  readonly status: string;
  readonly size: string;
  readonly agent: string;
  readonly referrer: string;
  readonly account: string;
  readonly site: string;
  readonly forwarded: string;
}

function caddy(row: Row, request: Row): Told {
  const headers = rowOf(request['headers']);
  return {
    server: 'caddy',
    time: row['ts'],
    client: textOf(request, 'client_ip', 'remote_ip') || textOf(request, 'remote_addr').replace(/:\d+$/, ''),
    method: textOf(request, 'method'),
    target: textOf(request, 'uri'),
    status: textOf(row, 'status'),
    size: textOf(row, 'size'),
    agent: textOf(headers, 'User-Agent'),
    referrer: textOf(headers, 'Referer'),
    account: textOf(row, 'user_id'),
    site: textOf(request, 'host'),
    forwarded: textOf(headers, 'X-Forwarded-For'),
  };
}

const traefik = (row: Row): Told => ({
  server: 'traefik',
  time: row['StartUTC'] ?? row['time'],
  client: textOf(row, 'ClientHost'),
  method: textOf(row, 'RequestMethod'),
  target: textOf(row, 'RequestPath'),
  status: textOf(row, 'DownstreamStatus', 'OriginStatus'),
  size: textOf(row, 'DownstreamContentSize', 'OriginContentSize'),
  agent: textOf(row, 'request_User-Agent'),
  referrer: textOf(row, 'request_Referer'),
  account: textOf(row, 'ClientUsername'),
  site: textOf(row, 'RequestHost'),
  forwarded: textOf(row, 'request_X-Forwarded-For'),
});

function nginx(row: Row): Told | undefined {
  const client = textOf(row, 'remote_addr', 'remote_ip', 'client_ip', 'clientip', 'client', 'ip');
  const line = textOf(row, 'request').match(/^([A-Za-z][\w-]{0,23}) (.*?)(?: HTTP\/[\d.]{1,3})?$/s);
  const path = textOf(row, 'request_uri', 'uri', 'url', 'path');
  const query = textOf(row, 'args', 'query_string');
  const whole = query === '' || path.includes('?') ? path : `${path}?${query}`;
  const target = textOf(row, 'request_uri') || (line?.[2] ?? whole);
  if (client === '' || target === '') return undefined;
  return {
    server: 'nginx',
    time:
      row['time_iso8601'] ??
      row['time_local'] ??
      row['@timestamp'] ??
      row['timestamp'] ??
      row['time'] ??
      row['msec'],
    client,
    method: textOf(row, 'request_method', 'method', 'verb') || (line?.[1] ?? ''),
    target,
    status: textOf(row, 'status', 'status_code', 'response'),
    size: textOf(row, 'body_bytes_sent', 'bytes_sent', 'size', 'bytes'),
    agent: textOf(row, 'http_user_agent', 'user_agent', 'agent'),
    referrer: textOf(row, 'http_referer', 'http_referrer', 'referer', 'referrer'),
    account: textOf(row, 'remote_user', 'user'),
    site: textOf(row, 'host', 'server_name', 'http_host', 'vhost'),
    forwarded: textOf(row, 'http_x_forwarded_for', 'x_forwarded_for', 'xff'),
  };
}

/** Nginx' own tell-tale names; without one, an object with an address and a path may be anybody's. */
const nginxNames = ['status', 'status_code', 'response'] as const;

class JsonAccessDecoder implements LineDecoder {
  readonly #context: DecodeContext;
  readonly #time: AccessTime;

  constructor(context: DecodeContext) {
    this.#context = context;
    this.#time = new AccessTime(context.clock);
  }

  decode(line: LogLine): boolean {
    const { bytes, start, end, cut } = line;
    if (cut || bytes[start] !== 0x7b || bytes[end - 1] !== 0x7d) return false;
    const row = parsed(Buffer.prototype.utf8Slice.call(bytes, start, end));
    if (row === undefined) return false;
    const request = row['request'];
    const told = isRow(request)
      ? caddy(row, request)
      : 'ClientHost' in row
        ? traefik(row)
        : nginxNames.some((name) => Object.hasOwn(row, name))
          ? nginx(row)
          : undefined;
    if (told === undefined || !this.#set(told.time)) return false;
    const { server, site, forwarded } = told;
    this.#context.emit(line, said(''), {
      what: 'request',
      server,
      client: said(told.client),
      method: said(told.method, 24),
      target: said(told.target, longestTarget),
      status: Math.min(999, Math.max(0, numberOf(told.status))),
      size: numberOf(told.size),
      agent: said(told.agent),
      referrer: said(told.referrer),
      account: said(told.account),
      ...(site === '' ? {} : { site: said(site) }),
      ...(forwarded === '' ? {} : { forwarded: said(forwarded) }),
    });
    return true;
  }

  #set(time: unknown): boolean {
    const { clock } = this.#context;
    const seconds =
      typeof time === 'number'
        ? time
        : typeof time === 'string' && /^\d{9,10}(?:\.\d+)?$/.test(time)
          ? Number(time)
          : Number.NaN;
    // Epochs in milliseconds are ten thousand years off as seconds.
    if (seconds > 0 && seconds < 1e10) return clock.epoch(Math.round(seconds * 1e6), 'microsecond');
    if (seconds >= 1e11 && seconds < 1e13) return clock.epoch(Math.round(seconds * 1e3), 'millisecond');
    if (typeof time !== 'string' || time.length > 40) return false;
    const bytes = Buffer.from(time, 'latin1');
    return this.#time.read(bytes, 0, bytes.length) || isoTime(bytes, 0, bytes.length, clock) > 0;
  }
}

function parsed(text: string): Row | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isRow(value) ? value : undefined;
  } catch {
    // Not JSON: somebody else's line.
    return undefined;
  }
}

const formatOf = (id: string, source: string): LogFormat => ({
  id,
  verified: true,
  source,
  decoder: (context) => new JsonAccessDecoder(context),
});

export const jsonAccess = formatOf(
  'web-json',
  'caddyserver.com/docs/logging; traefik pkg/middlewares/accesslog/logdata.go; nginx ngx_http_log_module escape=json',
);
