/** How grave it is that a file which was fetched is run: by where it was put, and how it came. */

const dropped = /^\/(?:tmp|var\/tmp|dev|run|var\/run|proc|var\/lock)\/|\/\.[^./]|^\/\?/;
const bare = /^(?:https?|ftp):\/\/(?:[^/@]*@)?(?:\d{1,3}(?:\.\d{1,3}){3}|\[)/;

/** The host itself, and the place where a cloud keeps the data of an instance. */
const own = /^(?:localhost$|127\.|0\.0\.0\.0$|169\.254\.|100\.100\.100\.200$|\[(?:::1?\]|fe80:))/i;
/** Its own network besides (RFC 1918, RFC 4193). */
const network = /^(?:10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|\[f[cd][0-9a-f]{2}:)/i;

export const isOwn = (host: string): boolean => own.test(host);
export const isNear = (host: string): boolean => own.test(host) || network.test(host);

/** From a host that is named by its number alone. */
export const fromAddress = (url: string): boolean => bare.test(url);

/** Over a plain line or from a bare address. */
export const openly = (url: string): boolean => !url.startsWith('https://') || bare.test(url);

/** Where droppers save, over a plain line or from a bare address, it is no updater. */
export function ranFrom(path: string, url: string): 'fetch-and-run' | 'fetch-then-run' {
  const place = path.startsWith('/') ? path : `/?/${path}`;
  return dropped.test(place) || openly(url) ? 'fetch-and-run' : 'fetch-then-run';
}
