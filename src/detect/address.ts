/** What kind of peer an address is, from RFC 1122, 1918, 3927, 4193, 4291 and 6598. Text form of RFC 5952. */

export type Reach = 'any' | 'loopback' | 'private' | 'public';

function reach4(address: string): Reach | undefined {
  const parts = address.split('.');
  if (parts.length !== 4) return undefined;
  const [a, b, c, d] = parts.map((part) => (/^\d{1,3}$/.test(part) ? Number(part) : Number.NaN));
  if (a === undefined || b === undefined || c === undefined || d === undefined) return undefined;
  if (![a, b, c, d].every((n) => n <= 255)) return undefined;
  if (a === 0) return 'any';
  if (a === 127) return 'loopback';
  if (a === 10 || (a === 172 && b >= 16 && b <= 31) || (a === 192 && b === 168)) return 'private';
  if ((a === 169 && b === 254) || (a === 100 && b >= 64 && b <= 127)) return 'private';
  return 'public';
}

/** `any` for the unspecified address and for text that is no address. */
export function reachOf(address: string): Reach {
  const four = reach4(address);
  if (four !== undefined) return four;
  const lower = address.toLowerCase();
  if (!lower.includes(':') || lower === '::') return 'any';
  if (lower === '::1') return 'loopback';
  if (lower.startsWith('::ffff:')) return reach4(lower.slice(7)) ?? 'public';
  if (/^f[cd]/.test(lower) || /^fe[89ab]/.test(lower)) return 'private';
  return 'public';
}

export function endpointText(address: string, port: number): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}
