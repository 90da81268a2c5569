/**
 * Addresses that say enough to be the same address elsewhere: a host, and a path on it that nothing cut.
 *
 * Why: `https://github.com/$VAR` and `https://$HOST/x` stand in half of all scripts; one attack that fetches from such
 * a place would accuse the others. Of a host that is named by its number the host alone is enough: nobody shares it.
 * What it is NOT: a judgement of hosts, and no list of well-known ones: no name counts without a path.
 * Source: RFC 3986 §3.
 */
import { fromAddress, isNear, isOwn } from './ran-from.ts';

const hostForm = '(\\[[0-9a-f:.]+\\]|[a-z0-9](?:[\\w.-]*[a-z0-9])?)';
const web = new RegExp(`^(?:https?|ftps?|tftp)://(?:[^/@\\s]*@)?${hostForm}(?::\\d{1,5})?(/\\S*)?$`, 'i');
/** A port, a name that is asked for, a bucket, a file of a host, and a page whose scheme nobody wrote. */
const others = [
  `(?:tcp|udp)://${hostForm}:\\d{1,5}`,
  `dns:${hostForm}`,
  `(?:s3|gs|rsync|ipfs|scp|sftp)://${hostForm}/\\S+`,
  `(?:[\\w.-]+@)?${hostForm}(?::\\d{1,5})?::?(?!//)\\S*/\\S+`,
  `${hostForm}(?::\\d{1,5})?/\\S+`,
].map((form) => new RegExp(`^${form}$`, 'i'));
/** Left open: variables, placeholders, formats of printf, patterns, what nobody knows. */
const open = /[$`{}<>*|\\^"'\ue000-\uf8ff\u2026]|%(?![0-9a-f]{2})|\.\.\./i;
/** Longer ones are cut where they are read. */
const longest = 490;

/** @param url one character a byte, with the marks of what is not known in it */
export function isWholeUrl(url: string): boolean {
  if (url.length > longest || open.test(url)) return false;
  const found = web.exec(url);
  if (found === null) {
    const host = others.map((form) => form.exec(url)?.[1]).find((one) => one !== undefined);
    return host !== undefined && !isOwn(host);
  }
  const [, host = '', path = ''] = found;
  // A query whose value is not there goes on in the script.
  if (path.length > 1) return !isOwn(host) && !/[=&]$/.test(path);
  return fromAddress(url) && !isNear(host);
}

const inText = /\b(?:https?|ftps?|tftp):\/\/[^\s"'<>|;&()`\\\][{}]{3,500}/g;

/** What stands behind an address makes it longer: a variable, a bracket, a text that is joined to it. */
function goesOn(line: string, end: number): boolean {
  const rest = line.slice(end, end + 16);
  if (rest.startsWith('`')) return (line.slice(0, end).split('`').length - 1) % 2 === 0;
  return /^(?:[{<([\]\\]|&\w|["'](?:[\w$%{(]|\s*[+.%]))/.test(rest);
}

/** Addresses of a line that stand there whole. */
export const wholeUrlsIn = (line: string): readonly string[] =>
  [...line.matchAll(inText)].flatMap(({ 0: url, index }) =>
    isWholeUrl(url) && !goesOn(line, index + url.length) ? [url] : [],
  );
