/**
 * Whether an address names a host outside by its bare number.
 *
 * Why: mirrors, registries and proxies of owners have names or private addresses; a package source that is a bare
 * public number is nobody's mirror. What it is NOT: a resolver, nor a list of honest names.
 * Sources: RFC 1918, RFC 3927, RFC 4193, RFC 6598, RFC 1122 §3.2.1.3.
 */
import { addressBytes } from '../../../formats/inet-address.ts';

/** `host[:port]`, a URL, or `user@host`; undefined where none is to be seen. */
function hostOf(value: string): string | undefined {
  const rest = value.trim().replace(/^[a-z][a-z0-9+.-]*:\/\//i, '');
  const [authority = ''] = rest.split(/[/?#\s]/, 1);
  const host = authority.slice(authority.lastIndexOf('@') + 1);
  return /^\[([0-9a-f:.]+)\]/i.exec(host)?.[1] ?? host.split(':', 1)[0];
}

/** A number of a host, and not of this host or of a network of the owner. */
export function isForeignAddress(value: string): boolean {
  const bytes = addressBytes(hostOf(value.slice(0, 4096)) ?? '');
  if (bytes === undefined) return false;
  const [a = 0, b = 0] = bytes;
  if (bytes.length === 16) return (a & 0xe0) === 0x20;
  return !(
    a === 0 ||
    a === 10 ||
    a === 127 ||
    a >= 224 ||
    (a === 172 && b >= 16 && b <= 31) ||
    (a === 192 && b === 168) ||
    (a === 169 && b === 254) ||
    (a === 100 && b >= 64 && b <= 127)
  );
}
