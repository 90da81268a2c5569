/**
 * What a scan found that a host is to be cut off from: pools of its miners, where they are connected to, where entries
 * that bring them back fetch from and mine to, and who came in.
 *
 * Only what is judged as the attacker's counts: miners, entries judged malicious, ways in that are confirmed or
 * probable. What would cut off ourselves or honest neighbours is left open and told.
 * What it is NOT: a resolver. A scan's own connections tell where a name led; nothing is asked for.
 */
import shared from '../../../packs/shared-hosts.json' with { type: 'json' };
import { wholeUrlsIn } from '../../detect/command/whole-url.ts';
import type { ResultMiner, ResultSocket, ScanResult } from '../../model/result.ts';
import { peerAddress, peerName } from './valid-target.ts';

export type Because =
  | { readonly kind: 'pool' | 'connection'; readonly pid: number }
  | { readonly kind: 'command'; readonly entry: string }
  | { readonly kind: 'attacker'; readonly service: string };

/** Why something is not cut off. */
export const leftReasons = [
  'own-address',
  'responder',
  'resolver',
  'shared',
  'not-a-peer',
  'too-many',
] as const;
export type LeftReason = (typeof leftReasons)[number];

export interface Target {
  readonly value: string;
  readonly because: readonly Because[];
}

export interface LeftTarget extends Target {
  readonly why: LeftReason;
}

export interface FoundTargets {
  readonly addresses: readonly Target[];
  readonly names: readonly Target[];
  readonly left: readonly LeftTarget[];
}

/** Addresses that are never cut off. */
export interface Spared {
  readonly own: readonly string[];
  readonly responder: readonly string[];
  readonly resolvers: readonly string[];
}

const mostTargets = 500;
const mostLeft = 200;
const longestText = 300;

/** `host:port`, `[host]:port`, `scheme://host…`: the host. */
function hostOf(text: string): string {
  const rest = text.replace(/^[a-z][a-z0-9+.-]*:\/\//i, '').replace(/^[^/@\s]*@/, '');
  const bracketed = /^\[([^\]]*)\]/.exec(rest);
  if (bracketed !== null) return bracketed[1] ?? '';
  const head = rest.split(/[/?#]/, 1)[0] ?? '';
  // More than one colon and no bracket: an IPv6 address without a port.
  return head.split(':').length > 2 ? head : (head.split(':', 1)[0] ?? '');
}

const isShared = (name: string): boolean =>
  shared.suffixes.some((suffix) => name === suffix || name.endsWith(`.${suffix}`));

class Collected {
  readonly #addresses = new Map<string, Because[]>();
  readonly #names = new Map<string, Because[]>();
  readonly #left = new Map<string, { why: LeftReason; because: Because[] }>();
  readonly #spared: ReadonlyMap<string, LeftReason>;

  constructor(spared: Spared) {
    const entries = (addresses: readonly string[], why: LeftReason): [string, LeftReason][] =>
      addresses.map((address) => [peerAddress(address) ?? address, why]);
    this.#spared = new Map([
      ...entries(spared.resolvers, 'resolver'),
      ...entries(spared.own, 'own-address'),
      ...entries(spared.responder, 'responder'),
    ]);
  }

  add(host: string, because: Because): void {
    if (host === '') return;
    const address = peerAddress(host);
    const name = address === undefined ? peerName(host) : undefined;
    const value = address ?? name;
    const why =
      value === undefined
        ? 'not-a-peer'
        : (this.#spared.get(value) ?? (name !== undefined && isShared(name) ? 'shared' : undefined));
    if (value === undefined || why !== undefined) {
      this.#leave(value ?? host.slice(0, longestText), why ?? 'not-a-peer', because);
      return;
    }
    const into = address === undefined ? this.#names : this.#addresses;
    const known = into.get(value);
    if (known !== undefined) known.push(because);
    else if (into.size < mostTargets) into.set(value, [because]);
    else this.#leave(value, 'too-many', because);
  }

  #leave(value: string, why: LeftReason, because: Because): void {
    const known = this.#left.get(value);
    if (known !== undefined) known.because.push(because);
    else if (this.#left.size < mostLeft) this.#left.set(value, { why, because: [because] });
  }

  found(): FoundTargets {
    const list = (map: ReadonlyMap<string, readonly Because[]>): Target[] =>
      [...map].map(([value, because]) => ({ value, because: once(because) }));
    return {
      addresses: list(this.#addresses),
      names: list(this.#names),
      left: [...this.#left].map(([value, { why, because }]) => ({ value, why, because: once(because) })),
    };
  }
}

const once = (because: readonly Because[]): readonly Because[] => [
  ...new Map(because.map((one) => [JSON.stringify(one), one])).values(),
];

/** Established or being made, by the miner: not what came in at a port on which the process listens. */
function dialledBy({ pid }: ResultMiner, sockets: readonly ResultSocket[]): readonly ResultSocket[] {
  const own = sockets.filter(({ pids }) => pids.includes(pid));
  const portOf = (endpoint: string): string => endpoint.slice(endpoint.lastIndexOf(':'));
  const listening = new Set(own.filter(({ state }) => state === 'listen').map(({ local }) => portOf(local)));
  return own.filter(
    ({ state, remote, local }) => state !== 'listen' && remote !== '' && !listening.has(portOf(local)),
  );
}

/** As miners are given a pool: XMRig, "Command line options"; ethminer's and T-Rex's schemes. */
const poolUrl =
  /\b(?:(?:eth)?stratum\d?|ethproxy)(?:\+(?:tcp|ssl|tls|udp|wss?))?:\/\/[^\s"'<>|;&()`\\{}]{3,300}/gi;
/** Without a scheme, where an option of a miner says that it is one. */
const poolOption = /(?:^|\s)(?:-o|--url|--pool|--server)[=\s]\s*["']?([\w.-]+|\[[0-9a-f:.]+\]):\d{1,5}\b/gi;

function poolsIn(text: string, isMiners: boolean): readonly string[] {
  const urls = text.match(poolUrl) ?? [];
  return isMiners ? [...urls, ...[...text.matchAll(poolOption)].map(([, host = '']) => host)] : urls;
}

/** Lines of scripts that speak against an entry of which the command says nothing. */
const linesOf = ({ findings }: ScanResult, source: string): readonly string[] =>
  findings
    .filter(({ rule, path }) => rule.startsWith('persistence.') && path === source)
    .flatMap(({ evidence }) => evidence.flatMap(({ line, text }) => (line === undefined ? [] : [text])));

export function findTargets(result: ScanResult, spared: Spared): FoundTargets {
  const collected = new Collected(spared);
  for (const miner of result.miners) {
    if (miner.pool !== undefined) collected.add(hostOf(miner.pool), { kind: 'pool', pid: miner.pid });
    for (const { remote } of dialledBy(miner, result.sockets))
      collected.add(hostOf(remote), { kind: 'connection', pid: miner.pid });
  }
  for (const entry of result.persistence) {
    if (entry.judgement !== 'malicious') continue;
    for (const text of [entry.command, ...entry.decoded])
      for (const url of wholeUrlsIn(text)) collected.add(hostOf(url), { kind: 'command', entry: entry.id });
    const isMiners = entry.reasons.some(({ id }) => id === 'miner-command');
    for (const text of [entry.command, ...entry.decoded, ...linesOf(result, entry.source)])
      for (const pool of poolsIn(text, isMiners))
        collected.add(hostOf(pool), { kind: 'command', entry: entry.id });
  }
  for (const { grade, attackers, service } of result.entry ?? []) {
    if (grade === 'possible') continue;
    for (const attacker of attackers) collected.add(hostOf(attacker), { kind: 'attacker', service });
  }
  return collected.found();
}

/** Own addresses as the sockets of a scan show them. */
export const ownAddressesIn = (result: ScanResult): readonly string[] => [
  ...new Set(
    result.sockets.map(({ local }) => hostOf(local)).filter((one) => peerAddress(one) !== undefined),
  ),
];
