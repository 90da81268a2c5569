/**
 * Which addresses and names may be cut off at all, in one spelling. Everything else was written by somebody else, and
 * must reach no rule: what passes here has only digits, letters, dots, colons and dashes.
 *
 * Source: RFC 1122 §3.2.1.3, RFC 5735, RFC 4291 §2.4 for addresses that are nobody's; RFC 1035 §2.3.1 and RFC 1123
 * §2.1 for names (with the underscore that is found in the wild).
 */
import { addressBytes, addressText } from '../../formats/inet-address.ts';

/** One peer somewhere: not ourselves, not a group, not nobody. */
export function peerAddress(text: string): string | undefined {
  // A scope names an interface of one host, and no rule of ours.
  if (text.includes('%')) return undefined;
  const bytes = addressBytes(text);
  if (bytes === undefined) return undefined;
  const canonical = addressText(bytes);
  const plain = addressBytes(canonical);
  if (plain === undefined) return undefined;
  const [first = 0] = plain;
  if (plain.length === 4) return first === 0 || first === 127 || first >= 224 ? undefined : canonical;
  const isLow = plain.subarray(0, 15).every((byte) => byte === 0);
  return isLow || first === 0xff ? undefined : canonical;
}

const label = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/;

/** A name with a domain, lower case, without its final dot; undefined where it is none, or an address. */
export function peerName(text: string): string | undefined {
  const name = text.toLowerCase().replace(/\.$/, '');
  if (name.length > 253) return undefined;
  const labels = name.split('.');
  if (labels.length < 2 || !labels.every((one) => label.test(one))) return undefined;
  // A last part of digits is an address that somebody wrote in an odd way (RFC 3696 §2).
  return /^(?:\d+|0x[0-9a-f]+)$/.test(labels.at(-1) ?? '') ? undefined : name;
}
