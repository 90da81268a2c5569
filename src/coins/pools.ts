/**
 * Where a miner connects: pool URLs and names of known pools.
 *
 * Why: the pool's scheme (`stratum+tcp://`) exists for mining alone; a known name raises confidence.
 * What it is NOT: a verdict. Names, ports and lists carry none, and the absence of a name means nothing:
 * private proxies and bare addresses are common. Nothing is resolved or contacted.
 * Sources: URL schemes of XMRig (src/base/net/stratum/Pool.cpp), ethminer, T-Rex and lolMiner documentation;
 * names from packs/pools.json.
 */
import pack from '../../packs/pools.json' with { type: 'json' };
import { classes, isHost } from './alphabet.ts';

export interface KnownPool {
  readonly suffix: string;
  readonly coins: readonly string[];
  /** Program whose own host it is. */
  readonly program?: string;
}

export interface PoolAddress {
  readonly host: string;
  /** 0 where none was given. */
  readonly port: number;
  /** `stratum+tcp`; empty where none was given. */
  readonly scheme: string;
  readonly known: boolean;
}

export const knownPools: readonly KnownPool[] = pack.pools;
const bySuffix: ReadonlyMap<string, KnownPool> = new Map(knownPools.map((pool) => [pool.suffix, pool]));

/** The known pool that a host name belongs to, by whole labels. */
export function knownPool(host: string): KnownPool | undefined {
  const name = host.toLowerCase().replace(/\.$/, '');
  for (let at = 0; at >= 0 && at < name.length; ) {
    const found = bySuffix.get(name.slice(at));
    if (found !== undefined) return found;
    const dot = name.indexOf('.', at);
    if (dot < 0) return undefined;
    at = dot + 1;
  }
  return undefined;
}

/** Schemes that only mining software uses. */
const miningScheme =
  /^(?:stratums?|stratum[12]?\+(?:tcp|ssl|tls|tcps|tls12|udp|http|ssl12)|stratum[12]|(?:ethproxy|ethstratum|ethstratum1|nicehash|zstratum|ubiqhash|eth|ethnh|etcnh)\+(?:tcp|ssl|tls)|daemon\+https?|xmrs?)$/;

export function isMiningScheme(scheme: string): boolean {
  return miningScheme.test(scheme.toLowerCase());
}

const hostForm = /^(?:\[[0-9a-fA-F:.]{2,45}\]|[A-Za-z0-9](?:[A-Za-z0-9._-]{0,251}))$/;

/** `host:port`, `[v6]:port`, `user:pass@host:port` with an optional scheme and path. */
export function parsePool(text: string): PoolAddress | undefined {
  if (text.length > 1024) return undefined;
  let rest = text;
  let scheme = '';
  const mark = rest.indexOf('://');
  if (mark >= 0) {
    scheme = rest.slice(0, mark).toLowerCase();
    rest = rest.slice(mark + 3);
  }
  const end = rest.search(/[/?#"'<>,;\\]/);
  if (end >= 0) rest = rest.slice(0, end);
  const user = rest.lastIndexOf('@');
  if (user >= 0) rest = rest.slice(user + 1);
  const colon = rest.startsWith('[') ? rest.indexOf(']:') + 1 : rest.lastIndexOf(':');
  const host = colon > 0 ? rest.slice(0, colon) : rest;
  const digits = colon > 0 ? rest.slice(colon + 1) : '';
  if (!hostForm.test(host)) return undefined;
  const port = /^\d{1,5}$/.test(digits) ? Number(digits) : 0;
  if (port > 65535 || (digits !== '' && port === 0)) return undefined;
  return { host, port, scheme, known: knownPool(host) !== undefined };
}

/** Bounds of the host name around `start … end`, at most 253 bytes to the left. */
export function hostAround(
  bytes: Uint8Array,
  start: number,
  end: number,
): { readonly start: number; readonly end: number } {
  let from = start;
  while (from > 0 && start - from < 253 && ((classes[bytes[from - 1] ?? 0] ?? 0) & isHost) !== 0) from -= 1;
  let to = end;
  while (to < bytes.length && to - end < 253 && ((classes[bytes[to] ?? 0] ?? 0) & isHost) !== 0) to += 1;
  return { start: from, end: to };
}
