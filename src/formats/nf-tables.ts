/**
 * nf_tables rules that send traffic elsewhere, and the maps they look addresses up in.
 *
 * Why: a rule can carry a miner's session to a pool that appears in no socket of the miner. What it is NOT: the
 * whole rule set; rules without nat, redirect, masquerade or tproxy are passed over, and of their conditions
 * only the destination port is kept.
 * How: expressions of a rule write and read registers; a small register file follows constants, the loaded
 * destination port and map look-ups to the expression that ends in an address.
 * Source: include/uapi/linux/netfilter/nf_tables.h. Attribute numbers in network order. Registers 1–4 are four
 * words of 4 bytes each, registers 8–23 are the same words one by one.
 */
import { addressText } from './inet-address.ts';
import { attributesOf, eachAttribute, nameBytes, networkU32 } from './netlink-attributes.ts';
import { type Destination, type ForwardAction, matchedPort, targetDestination } from './xt-target.ts';

export interface NftRule extends Destination {
  readonly family: 'ip' | 'ip6' | 'inet';
  readonly table: string;
  readonly chain: string;
  /** Number of the rule in its table, as `nft -a` shows it. */
  readonly handle: number;
  readonly fromPort: number;
  /** Set whose elements hold the address or port; then `address` and `port` are empty. */
  readonly map?: string;
}

const headSize = 4;
const messageRule = 0x0a06;
const messageElements = 0x0a0c;
const families: Readonly<Record<number, NftRule['family']>> = { 1: 'inet', 2: 'ip', 10: 'ip6' };
const mostExpressions = 256;

type Content =
  | { readonly kind: 'value'; readonly bytes: Uint8Array }
  | { readonly kind: 'port' }
  | { readonly kind: 'map'; readonly set: string };

const latin1 = (bytes: Uint8Array | undefined): string => Buffer.from(nameBytes(bytes)).toString('latin1');

/** Register number to word. */
function word(register: number | undefined): number | undefined {
  if (register === undefined) return undefined;
  if (register >= 1 && register <= 4) return (register - 1) * 4;
  return register >= 8 && register <= 23 ? register - 8 : undefined;
}

/** What one rule has come to know while its expressions are walked. */
class RuleState {
  readonly words = new Map<number, Content>();
  fromPort = 0;
  found: Destination | undefined;
  map: string | undefined;

  set(register: number | undefined, content: Content): void {
    const at = word(register);
    if (at !== undefined) this.words.set(at, content);
  }

  get(register: number | undefined): Content | undefined {
    const at = word(register);
    if (at === undefined) return undefined;
    const exact = this.words.get(at);
    if (exact !== undefined) return exact;
    // Data of a map may fill several words: address, then port.
    for (let before = at - 1; before >= 0 && before >= at - 8; before -= 1) {
      const content = this.words.get(before);
      if (content !== undefined) return content.kind === 'map' ? content : undefined;
    }
    return undefined;
  }

  address(register: number | undefined, size: number): string {
    const content = this.get(register);
    if (content?.kind === 'map') this.map = content.set;
    return content?.kind === 'value' ? addressText(content.bytes.subarray(0, size)) : '';
  }

  port(register: number | undefined): number {
    const content = this.get(register);
    if (content?.kind === 'map') this.map = content.set;
    if (content?.kind !== 'value' || content.bytes.length < 2) return 0;
    return ((content.bytes[0] ?? 0) << 8) | (content.bytes[1] ?? 0);
  }
}

const transportHeader = 2;
const portOffset = 2;

type Numbers = (attribute: number) => number | undefined;

function apply(state: RuleState, name: string, data: Uint8Array, family: 'ip' | 'ip6'): void {
  const attributes = attributesOf(data);
  const number: Numbers = (attribute) => networkU32(attributes.get(attribute));
  switch (name) {
    case 'immediate': {
      const value = attributesOf(attributes.get(2) ?? new Uint8Array(0)).get(1);
      if (value !== undefined) state.set(number(1), { kind: 'value', bytes: value });
      return;
    }
    case 'payload':
      if (number(2) === transportHeader && number(3) === portOffset && number(4) === 2)
        state.set(number(1), { kind: 'port' });
      return;
    case 'cmp': {
      const value = attributesOf(attributes.get(3) ?? new Uint8Array(0)).get(1);
      const isEqual = number(2) === 0;
      if (state.get(number(1))?.kind === 'port' && isEqual && value !== undefined && value.length >= 2)
        state.fromPort = ((value[0] ?? 0) << 8) | (value[1] ?? 0);
      return;
    }
    case 'lookup':
      if (attributes.has(3)) state.set(number(3), { kind: 'map', set: latin1(attributes.get(1)) });
      return;
    case 'match': {
      const port = matchedPort(latin1(attributes.get(1)), attributes.get(3) ?? new Uint8Array(0));
      if (port !== undefined) state.fromPort = port;
      return;
    }
    case 'target': {
      const info = attributes.get(3) ?? new Uint8Array(0);
      state.found ??= targetDestination(latin1(attributes.get(1)), number(2) ?? 0, info, family);
      return;
    }
    default:
      state.found ??= nativeDestination(state, name, number);
  }
}

/** nat, redir, masq and tproxy: expressions of nf_tables' own. */
function nativeDestination(state: RuleState, name: string, number: Numbers): Destination | undefined {
  const size = (family: number | undefined): number => (family === 10 ? 16 : 4);
  switch (name) {
    case 'nat': {
      const action: ForwardAction = number(1) === 0 ? 'snat' : 'dnat';
      return { action, address: state.address(number(3), size(number(2))), port: state.port(number(5)) };
    }
    case 'redir':
      return { action: 'redirect', address: '', port: state.port(number(1)) };
    case 'masq':
      return { action: 'masquerade', address: '', port: state.port(number(2)) };
    case 'tproxy':
      return {
        action: 'tproxy',
        address: state.address(number(2), size(number(1))),
        port: state.port(number(3)),
      };
    default:
      return undefined;
  }
}

/** A rule that redirects; undefined for any other message or rule. */
export function parseNftRule(type: number, payload: Uint8Array): NftRule | undefined {
  const family = families[payload[0] ?? 0];
  if (type !== messageRule || payload.length < headSize || family === undefined) return undefined;
  const attributes = attributesOf(payload, headSize);
  const expressions = attributes.get(4);
  if (expressions === undefined) return undefined;
  const state = new RuleState();
  let count = 0;
  eachAttribute(expressions, 0, (_, element) => {
    if (++count > mostExpressions) return;
    const expression = attributesOf(element);
    const data = expression.get(2) ?? new Uint8Array(0);
    apply(state, latin1(expression.get(1)), data, family === 'ip6' ? 'ip6' : 'ip');
  });
  if (state.found === undefined) return undefined;
  const handle = attributes.get(3);
  return {
    ...state.found,
    family,
    table: latin1(attributes.get(1)),
    chain: latin1(attributes.get(2)),
    handle: handle === undefined ? 0 : (networkU32(handle.subarray(4)) ?? 0),
    fromPort: state.fromPort,
    ...(state.map === undefined ? {} : { map: state.map }),
  };
}

export interface MapElement {
  readonly table: string;
  readonly set: string;
  /** Port of the key, 0 when the key is no port. */
  readonly fromPort: number;
  readonly address: string;
  readonly port: number;
}

const mostElements = 10_000;

/** Elements of a map whose data is an address, a port, or both (padded to words). Sets have no data. */
export function parseMapElements(type: number, payload: Uint8Array): readonly MapElement[] {
  if (type !== messageElements || payload.length < headSize) return [];
  const attributes = attributesOf(payload, headSize);
  const [table, set] = [latin1(attributes.get(1)), latin1(attributes.get(2))];
  const elements: MapElement[] = [];
  eachAttribute(attributes.get(3) ?? new Uint8Array(0), 0, (_, element) => {
    if (elements.length >= mostElements) return;
    const parts = attributesOf(element);
    const value = (part: number): Uint8Array | undefined =>
      attributesOf(parts.get(part) ?? new Uint8Array(0)).get(1);
    const [key, data] = [value(1), value(2)];
    if (data === undefined) return;
    const size = data.length >= 16 ? 16 : data.length >= 4 ? 4 : 0;
    const portAt = data.length - size >= 2 ? size : -1;
    elements.push({
      table,
      set,
      fromPort: key?.length === 2 ? ((key[0] ?? 0) << 8) | (key[1] ?? 0) : 0,
      address: size === 0 ? '' : addressText(data.subarray(0, size)),
      port: portAt < 0 ? 0 : ((data[portAt] ?? 0) << 8) | (data[portAt + 1] ?? 0),
    });
  });
  return elements;
}
