/**
 * Whether an address of a setting is near: this machine, a private network, or a name that the owner's own
 * name service gives.
 *
 * Why: mirrors and masters nearby are the owner's; a bare address of the Internet in their place is a reason to
 * ask. What it is NOT: a look-up; a full name is a name, and says nothing here.
 * Sources: RFC 1918, 3927, 4193, 6598, 8375; RFC 5737 is foreign, so that examples are.
 */

const scheme = /^(?:[a-z][a-z0-9+.-]{0,20}:)?\/\//i;

/** Name or address of a URL or of `host:port`. */
export function hostOf(text: string): string {
  const rest = text.slice(0, 2048).replace(scheme, '');
  const [authority = ''] = rest.split(/[/?#]/, 1);
  const host = authority.slice(authority.lastIndexOf('@') + 1);
  const six = /^\[([^\]]+)\]/.exec(host);
  return (six?.[1] ?? host.replace(/:\d+$/, '')).toLowerCase();
}

const isFour = (host: string): boolean => /^\d{1,3}(?:\.\d{1,3}){3}$/.test(host);
const isSix = (host: string): boolean => host.includes(':');

/** A number and no name. */
export const isAddress = (text: string): boolean => isFour(hostOf(text)) || isSix(hostOf(text));

const nearFour =
  /^(?:0|10|127|169\.254|192\.168|172\.(?:1[6-9]|2\d|3[01])|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7]))\./;
const nearSix = /^(?:::1?$|f[cd]|fe[89ab])/;

export function isNearHost(text: string): boolean {
  const host = hostOf(text);
  if (isFour(host)) return nearFour.test(host);
  if (isSix(host)) return nearSix.test(host);
  return (
    !host.includes('.') || /\.(?:local|lan|internal|intranet|home|home\.arpa|svc|cluster\.local)$/.test(host)
  );
}

/** All addresses of the machine, or one that others reach. */
export function listensOutside(text: string): boolean {
  const host = hostOf(text);
  return host !== 'localhost' && !/^127\./.test(host) && host !== '::1';
}
