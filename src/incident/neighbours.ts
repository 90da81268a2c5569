/**
 * Who else is at risk: hosts that the attacker came from, that this host talks to, and what the customer's network lets
 * it reach or be reached from.
 *
 * Why: a miner that spreads comes back from whoever was not cleaned (knowledge on eradication §6.1, step 12). What it is
 * NOT: a finding; nobody named here was looked at. Addresses outside of private ranges count where the network file
 * has their subnet. Bounds: 200 addresses, as many hosts that accounts know, 1,000
 * neighbours.
 */
import { reachOf } from '../detect/address.ts';
import { addressBytes, addressText } from '../formats/inet-address.ts';
import { type NeighbourReason, neighbourReasons } from '../model/incident.ts';
import type { Subnet } from '../model/told.ts';

const mostAddresses = 200;
const mostNeighbours = 1_000;

export interface Neighbour {
  readonly subnet?: string;
  readonly zone?: string;
  /** One host; absent where all of the subnet is meant. */
  readonly address?: string;
  /** Of one host, as the account that knows it calls it. */
  readonly name?: string;
  /** Hosts whose names are hashed: how many they are is all one knows. */
  readonly hashed?: number;
  readonly why: readonly NeighbourReason[];
}

/** What is known of this host's connections; addresses as text. */
export interface Surroundings {
  readonly own: Iterable<string>;
  readonly connected: Iterable<string>;
  readonly attackers: Iterable<string>;
  /** Hosts that accounts have logged in to; neither name nor address where it is hashed. */
  readonly known: Iterable<{ readonly name?: string; readonly address?: string; readonly hashed?: number }>;
  readonly network: readonly Subnet[];
}

interface Range {
  readonly subnet: Subnet;
  readonly bytes: Uint8Array;
  readonly bits: number;
}

function rangeOf(subnet: Subnet): Range | undefined {
  const [address = '', bits = ''] = subnet.subnet.split('/');
  const bytes = addressBytes(address);
  return bytes === undefined ? undefined : { subnet, bytes, bits: Number(bits) };
}

function holds({ bytes, bits }: Range, address: Uint8Array): boolean {
  if (address.length !== bytes.length) return false;
  return bytes.every((byte, index) => {
    const mask = 0xff & (0xff << Math.max(0, Math.min(8, 8 - (bits - index * 8))));
    return byte === ((address[index] ?? 0) & mask);
  });
}

/** Subnets of the network file, the narrowest first. */
class Network {
  readonly #ranges: readonly Range[];

  constructor(network: readonly Subnet[]) {
    this.#ranges = network
      .flatMap((subnet) => rangeOf(subnet) ?? [])
      .sort((a, b) => b.bits - a.bits || (a.subnet.subnet < b.subnet.subnet ? -1 : 1));
  }

  of(bytes: Uint8Array): Subnet | undefined {
    return this.#ranges.find((range) => holds(range, bytes))?.subnet;
  }
}

interface Address {
  readonly text: string;
  readonly subnet: Subnet | undefined;
}

/** One spelling of an address, and the subnet that it lies in; undefined for what no neighbour can have. */
function addressOf(text: string, network: Network): Address | undefined {
  const bytes = addressBytes(text);
  if (bytes === undefined) return undefined;
  const shown = addressText(bytes);
  const four = addressBytes(shown) ?? bytes;
  const reach = reachOf(shown);
  const isLinkLocal = /^(?:169\.254\.|fe[89ab])/.test(shown);
  if (reach === 'any' || reach === 'loopback' || isLinkLocal) return undefined;
  const subnet = network.of(four);
  return subnet === undefined && reach !== 'private' ? undefined : { text: shown, subnet };
}

const place = (subnet: Subnet | undefined): Pick<Neighbour, 'subnet' | 'zone'> =>
  subnet === undefined ? {} : { subnet: subnet.subnet, zone: subnet.zone };

/** Every address with why it is named, attackers before those that are talked to. */
function hostsOf(around: Surroundings, network: Network, own: ReadonlySet<string>): readonly Neighbour[] {
  const found = new Map<string, { readonly address: Address; readonly why: Set<NeighbourReason> }>();
  for (const [texts, reason] of [
    [around.attackers, 'attacker'],
    [around.connected, 'connected'],
  ] as const) {
    for (const text of texts) {
      const address = addressOf(text, network);
      if (address === undefined || own.has(address.text)) continue;
      const known = found.get(address.text);
      if (known !== undefined) known.why.add(reason);
      else if (found.size < mostAddresses) found.set(address.text, { address, why: new Set([reason]) });
    }
  }
  const hosts = new Map<string, Neighbour>(
    [...found].map(([text, { address, why }]) => [
      text,
      { ...place(address.subnet), address: text, why: [...why] },
    ]),
  );
  addKnown(hosts, around, network);
  return [...hosts.values()];
}

/** Whoever an account has logged in to, wherever it lies: the keys for it are here. */
function addKnown(hosts: Map<string, Neighbour>, around: Surroundings, network: Network): void {
  // Its public addresses too, which no subnet of the network file has.
  const own = new Set(
    [...around.own].flatMap((text) => {
      const bytes = addressBytes(text);
      return bytes === undefined ? [] : [addressText(bytes)];
    }),
  );
  let hashed = 0;
  for (const { name, address, hashed: several = 0 } of around.known) {
    hashed += several;
    const bytes = address === undefined ? undefined : addressBytes(address);
    const text = bytes === undefined ? undefined : addressText(bytes);
    if (text !== undefined && (own.has(text) || isHere(text))) continue;
    const key = text ?? name;
    if (key === undefined) {
      if (several === 0) hashed += 1;
      continue;
    }
    if (name === 'localhost') continue;
    const before = hosts.get(key);
    if (before === undefined && hosts.size >= 2 * mostAddresses) continue;
    const subnet = bytes === undefined ? undefined : network.of(addressBytes(text ?? '') ?? bytes);
    const why = before?.why ?? [];
    hosts.set(key, {
      ...(before ?? place(subnet)),
      ...(text === undefined ? {} : { address: text }),
      ...(name === undefined ? {} : { name }),
      why: why.includes('known-host') ? why : [...why, 'known-host'],
    });
  }
  if (hashed > 0) hosts.set('', { hashed, why: ['known-host'] });
}

const isHere = (address: string): boolean => ['any', 'loopback'].includes(reachOf(address));

/** What a subnet can open connections to: itself, its zone, and what stands in its line. */
const reaches = (from: Subnet, to: Subnet): boolean =>
  from.reach.some((one) => one === '*' || one === to.zone || one === to.subnet);

function reasonsOf(subnet: Subnet, own: readonly Subnet[]): readonly NeighbourReason[] {
  const why: NeighbourReason[] = [];
  if (own.includes(subnet)) why.push('own-subnet');
  else if (own.some(({ zone }) => zone === subnet.zone)) why.push('own-zone');
  if (!own.includes(subnet)) {
    if (own.some((one) => reaches(one, subnet))) why.push('reached');
    if (own.some((one) => reaches(subnet, one))) why.push('reaches');
  }
  return why;
}

const rank = ({ why: [first] }: Neighbour): number =>
  first === undefined ? neighbourReasons.length : neighbourReasons.indexOf(first);

/** The nearest first: single hosts, then subnets. */
export function neighboursOf(around: Surroundings): readonly Neighbour[] {
  const network = new Network(around.network);
  const own = [...around.own].flatMap((text) => addressOf(text, network) ?? []);
  const ownSubnets = new Set(own.flatMap(({ subnet }) => subnet ?? []));
  const subnets = around.network.flatMap((subnet): readonly Neighbour[] => {
    const why = reasonsOf(subnet, [...ownSubnets]);
    return why.length === 0 ? [] : [{ ...place(subnet), why }];
  });
  const hosts = hostsOf(around, network, new Set(own.map(({ text }) => text)));
  return [...hosts, ...subnets].sort((a, b) => rank(a) - rank(b)).slice(0, mostNeighbours);
}
