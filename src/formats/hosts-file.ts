/**
 * /etc/hosts.
 *
 * Why: miners send security vendors and the pools of rivals to nowhere here. What it is NOT: the answer of a
 * resolver; nothing is looked up.
 * Source: hosts(5): `address canonical_name [aliases…]`, `#` begins a comment.
 */
import type { Printable } from '../model/text.ts';
import { printableBytes } from '../model/text.ts';
import { eachLine, find } from './ascii.ts';
import { addressBytes, addressText } from './inet-address.ts';

export interface HostsEntry {
  readonly address: string;
  /** Lower case, without a final dot. */
  readonly names: readonly string[];
  readonly line: number;
  readonly text: Printable;
}

/** Block lists of a hundred thousand names are honest and common. */
const mostEntries = 250_000;
const mostNames = 64;
const longestLine = 4096;

export function parseHosts(bytes: Uint8Array): readonly HostsEntry[] {
  const entries: HostsEntry[] = [];
  eachLine(bytes, (start, end, line) => {
    const stop = Math.min(find(bytes, 0x23, start, end), start + longestLine);
    if (stop <= start) return undefined;
    const fields = Buffer.from(bytes.subarray(start, stop))
      .toString('latin1')
      .split(/[ \t\r\v\f]+/, mostNames + 2);
    const from = fields[0] === '' ? 1 : 0;
    const address = addressBytes(fields[from] ?? '');
    if (address === undefined) return undefined;
    const names = fields
      .slice(from + 1)
      .filter((name) => name !== '')
      .map((name) => printableBytes(Buffer.from(name.toLowerCase().replace(/\.$/, ''), 'latin1')));
    if (names.length === 0) return undefined;
    entries.push({
      address: addressText(address),
      names,
      line,
      text: printableBytes(bytes.subarray(start, Math.min(end, start + longestLine))),
    });
    return entries.length < mostEntries;
  });
  return entries;
}
