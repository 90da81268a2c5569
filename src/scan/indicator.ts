/**
 * An indicator from the alert (`--seen`): the first thread to pull.
 *
 * Accepted as people paste them: `pool[.]example[.]net`, `hxxps://…`, `192.0.2.7:3333`, a SHA-256.
 */
import { isIP } from 'node:net';
import { addressBytes, addressText } from '../formats/inet-address.ts';
import { DemineError } from '../model/error.ts';

export type Indicator =
  | { readonly type: 'address'; readonly text: string; readonly address: string; readonly port?: number }
  | { readonly type: 'domain'; readonly text: string; readonly domain: string; readonly port?: number }
  | { readonly type: 'url'; readonly text: string; readonly url: string; readonly host: string }
  | { readonly type: 'hash'; readonly text: string; readonly digest: string };

/** In the one spelling in which tables of the kernel are told. */
function spelled(address: string): string {
  const bytes = addressBytes(address);
  return bytes === undefined ? address : addressText(bytes);
}

const longest = 2048;
const hashLengths: ReadonlySet<number> = new Set([32, 40, 64]);

/** @throws DemineError `usage` when it is none of the four. */
export function parseIndicator(raw: string): Indicator {
  const text = raw
    .trim()
    .replaceAll('[.]', '.')
    .replaceAll('(.)', '.')
    .replaceAll('[:]', ':')
    .replace(/^hxxp/i, 'http');
  const fail = (): never => {
    throw new DemineError('usage', `not an indicator: ${raw.slice(0, 80)}`, {
      problem: 'not-indicator',
      subject: raw.slice(0, 80),
    });
  };
  if (text === '' || text.length > longest) return fail();
  if (hashLengths.has(text.length) && /^[0-9a-f]+$/i.test(text)) {
    return { type: 'hash', text, digest: text.toLowerCase() };
  }
  if (/^[a-z][a-z0-9+]*:\/\//i.test(text)) {
    const parsed = URL.parse(text);
    if (parsed === null || parsed.hostname === '') return fail();
    return { type: 'url', text, url: text, host: parsed.hostname.toLowerCase().replace(/^\[|\]$/g, '') };
  }
  const bracketed = /^\[([0-9a-f:.]+)\](?::(\d{1,5}))?$/i.exec(text);
  const plain = /^([^:/\s]+)(?::(\d{1,5}))?$/.exec(text);
  const host = (bracketed?.[1] ?? (isIP(text) === 6 ? text : plain?.[1]) ?? '').toLowerCase();
  const portText = bracketed?.[2] ?? plain?.[2];
  const port = portText === undefined ? undefined : Number(portText);
  if (port !== undefined && (port === 0 || port > 65535)) return fail();
  const withPort = port === undefined ? {} : { port };
  if (isIP(host) !== 0) return { type: 'address', text, address: spelled(host), ...withPort };
  if (/^(?=.{4,253}$)([a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z][a-z0-9-]{1,62}\.?$/.test(host)) {
    return { type: 'domain', text, domain: host.replace(/\.$/, ''), ...withPort };
  }
  return fail();
}

/** The string to look for in text and memory. */
export function needleOf(indicator: Indicator): string {
  switch (indicator.type) {
    case 'address':
      return indicator.address;
    case 'domain':
      return indicator.domain;
    case 'url':
      return indicator.host;
    case 'hash':
      return indicator.digest;
  }
}
