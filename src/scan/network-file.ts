/**
 * How the customer's network is cut, as a file: subnet, zone, and what that zone reaches.
 *
 * CSV with or without a head (`subnet,zone,reach`; several that are reached are separated by blanks or `;`, comments
 * begin with `#`), or YAML: a list of `{subnet, zone, reach}`. A mistyped line must not silently be left out: it is an
 * error that names the line. Bounds: 4 MiB, 10,000 subnets.
 */
import { addressBytes, addressText } from '../formats/inet-address.ts';
import { DemineError, errorText, type UsageProblem } from '../model/error.ts';
import { printableText } from '../model/text.ts';
import type { Subnet } from '../model/told.ts';

export const mostNetworkBytes = 4 << 20;
const mostSubnets = 10_000;

interface Given {
  /** Its line, or its number in a list of YAML; zero for the whole. */
  readonly place: number;
  readonly subnet: string;
  readonly zone: string;
  readonly reach: readonly string[];
}

/** `192.0.2.7/24` as the network that it lies in; undefined for what is none. */
function networkOf(text: string): string | undefined {
  const [address = '', length, ...more] = text.split('/');
  const bytes = addressBytes(address);
  if (bytes === undefined || address.includes('%') || more.length > 0) return undefined;
  const bits = length === undefined ? bytes.length * 8 : Number(length);
  if (!/^\d{1,3}$/.test(length ?? '0') || bits > bytes.length * 8) return undefined;
  const network = bytes.map(
    (byte, index) => byte & (0xff << Math.max(0, Math.min(8, 8 - (bits - index * 8)))),
  );
  return `${addressText(network)}/${bits}`;
}

/** Cells of a line of CSV (RFC 4180); a quoted cell may hold commas. */
function cellsOf(line: string): readonly string[] {
  const cells: string[] = [];
  let cell = '';
  let quoted = false;
  for (let at = 0; at < line.length; at += 1) {
    const sign = line[at] ?? '';
    if (sign === '"' && quoted && line[at + 1] === '"') {
      cell += '"';
      at += 1;
    } else if (sign === '"') quoted = !quoted;
    else if (sign === ',' && !quoted) {
      cells.push(cell.trim());
      cell = '';
    } else cell += sign;
  }
  cells.push(cell.trim());
  return cells;
}

const reachOf = (text: string): readonly string[] => text.split(/[;\s]+/).filter((part) => part !== '');

class NetworkReader {
  readonly #name: string;
  /** Places are numbers of entries and not of lines. */
  #entries = false;

  constructor(name: string) {
    this.#name = name;
  }

  fail(problem: UsageProblem, place: number, value: string): never {
    const options = { subject: this.#name, problem, value: `${this.#entries ? 'e' : ''}${place} ${value}` };
    throw new DemineError('network-invalid', `${problem}: ${value}`, options);
  }

  csv(text: string): readonly Given[] {
    const given: Given[] = [];
    for (const [index, line] of text.split(/\r?\n/).entries()) {
      if (/^\s*(?:#|$)/.test(line)) continue;
      const cells = cellsOf(line);
      const [subnet = '', zone = '', reach = ''] = cells;
      if (given.length === 0 && /^subnet$/i.test(subnet)) continue;
      if (cells.length < 2 || cells.length > 3) this.fail('network-columns', index + 1, line.slice(0, 80));
      given.push({ place: index + 1, subnet, zone, reach: reachOf(reach) });
    }
    return given;
  }

  yaml(value: readonly unknown[]): readonly Given[] {
    this.#entries = true;
    return value.map((entry, index): Given => {
      const place = index + 1;
      if (typeof entry !== 'object' || entry === null)
        return this.fail('network-columns', place, String(entry));
      for (const key of Object.keys(entry)) {
        if (!['subnet', 'zone', 'reach'].includes(key)) this.fail('network-columns', place, key);
      }
      const field = (name: string): unknown => Reflect.get(entry, name);
      const reach = field('reach') ?? [];
      const list = Array.isArray(reach) ? reach.map(String) : reachOf(String(reach));
      return { place, subnet: String(field('subnet') ?? ''), zone: String(field('zone') ?? ''), reach: list };
    });
  }

  checked(given: readonly Given[]): readonly Subnet[] {
    if (given.length === 0) this.fail('network-empty', 0, '');
    const zones = new Set(given.map(({ zone }) => zone));
    const seen = new Set<string>();
    return given.slice(0, mostSubnets).map(({ place, subnet, zone, reach }) => {
      const network = networkOf(subnet);
      if (network === undefined) return this.fail('network-subnet', place, subnet);
      if (zone === '') this.fail('network-zone', place, subnet);
      if (seen.has(network)) this.fail('network-twice', place, network);
      seen.add(network);
      const reached = reach.map((one) => {
        if (one === '*' || zones.has(one)) return one;
        return networkOf(one) ?? this.fail('network-reach', place, one);
      });
      return { subnet: network, zone: printableText(zone), reach: reached.map(printableText) };
    });
  }
}

/**
 * @param name how the file is named to people
 * @throws DemineError `network-invalid` with the line that is wrong
 */
export function parseNetwork(content: string, name: string): readonly Subnet[] {
  const reader = new NetworkReader(name);
  // Office programs begin a text with a mark of its encoding.
  const text = content.replace(/^\ufeff/, '');
  if (text.length > mostNetworkBytes) reader.fail('network-large', 0, '');
  const first = text.split(/\r?\n/).find((line) => !/^\s*(?:#|$|---)/.test(line)) ?? '';
  const isYaml = /^\s*(?:-\s|\[|\{|subnets?\s*:|network\s*:)/.test(first);
  if (!isYaml) return reader.checked(reader.csv(text));
  let value: unknown;
  try {
    value = Bun.YAML.parse(text);
  } catch (cause) {
    return reader.fail('not-yaml', 0, errorText(cause));
  }
  const list: unknown = Array.isArray(value) ? value : Object.values(Object(value))[0];
  return Array.isArray(list) ? reader.checked(reader.yaml(list)) : reader.fail('network-empty', 0, '');
}
