/**
 * IP addresses from bytes to text and back.
 *
 * Why: pools, listeners and forwards of a mining case come as bytes from five tables, and only one spelling
 * joins them. What it is NOT: a resolver; names are never looked up.
 * Source: RFC 5952 §4 (lower case, longest run of zero groups as `::`, the first of equals, no single group);
 * IPv4-mapped addresses (RFC 4291 §2.5.5.2) are shown as IPv4, because the socket speaks IPv4 on the wire.
 */

/** The text of 4 or 16 bytes in network order; empty for any other length. */
export function addressText(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join('.');
  if (bytes.length !== 16) return '';
  if (isMapped(bytes)) return bytes.subarray(12).join('.');
  const groups: number[] = [];
  for (let at = 0; at < 16; at += 2) groups.push(((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0));
  let [runStart, runLength] = [-1, 1];
  for (let at = 0; at < 8; at += 1) {
    let end = at;
    while (end < 8 && groups[end] === 0) end += 1;
    if (end - at > runLength) [runStart, runLength] = [at, end - at];
    if (end > at) at = end;
  }
  const hex = groups.map((group) => group.toString(16));
  if (runStart < 0) return hex.join(':');
  return `${hex.slice(0, runStart).join(':')}::${hex.slice(runStart + runLength).join(':')}`;
}

function isMapped(bytes: Uint8Array): boolean {
  for (let at = 0; at < 10; at += 1) if (bytes[at] !== 0) return false;
  return bytes[10] === 0xff && bytes[11] === 0xff;
}

function ipv4Bytes(text: string): Uint8Array | undefined {
  const parts = text.split('.', 5);
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) < 256))
    return undefined;
  return Uint8Array.from(parts, Number);
}

/** The bytes of an address in text (RFC 4291 §2.2, a scope after `%` is dropped); undefined when it is none. */
export function addressBytes(text: string): Uint8Array | undefined {
  if (text.length > 64) return undefined;
  const bare = text.split('%', 1)[0] ?? '';
  if (!bare.includes(':')) return ipv4Bytes(bare);
  const halves = bare.split('::', 3);
  if (halves.length > 2) return undefined;
  const sides: number[][] = [];
  for (const half of halves) {
    const bytes: number[] = [];
    const groups = half === '' ? [] : half.split(':', 9);
    for (const [index, group] of groups.entries()) {
      const last = index === groups.length - 1 && half === halves.at(-1);
      const tail = last && group.includes('.') ? ipv4Bytes(group) : undefined;
      if (tail !== undefined) bytes.push(...tail);
      else if (/^[0-9a-f]{1,4}$/i.test(group)) {
        const value = Number.parseInt(group, 16);
        bytes.push(value >> 8, value & 0xff);
      } else return undefined;
    }
    sides.push(bytes);
  }
  const [head, tail] = [sides[0] ?? [], sides[1]];
  if (tail === undefined) return head.length === 16 ? Uint8Array.from(head) : undefined;
  if (head.length + tail.length > 14) return undefined;
  const out = new Uint8Array(16);
  out.set(head, 0);
  out.set(tail, 16 - tail.length);
  return out;
}
