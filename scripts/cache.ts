/**
 * Where the scripts keep what is dear to make: the user's cache, as the XDG Base Directory Specification 0.8
 * names it. An empty or relative `XDG_CACHE_HOME` does not count, or the cache would land in the checkout.
 */
import { isAbsolute, join } from 'node:path';

export function cacheFolder(environment: Readonly<Record<string, string | undefined>>, home: string): string {
  const named = environment['XDG_CACHE_HOME'] ?? '';
  return join(isAbsolute(named) ? named : join(home, '.cache'), 'demine');
}
