/**
 * Netlink attributes: the type-length-value tail of every netlink message.
 *
 * What it is NOT: a reader of sockets; it takes payloads that `native/` received.
 * Source: include/uapi/linux/netlink.h (struct nlattr, NLA_ALIGNTO 4, NLA_TYPE_MASK 0x3fff).
 */

export type Attributes = ReadonlyMap<number, Uint8Array>;

const headerSize = 4;
const typeMask = 0x3fff;
/** No message we ask for holds more; a liar does not get us to loop over millions. */
const mostAttributes = 65_536;

const view = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/**
 * Calls `each` for the attributes of `bytes` from `start` on; a length that does not fit ends the walk.
 * @returns false where it ended so
 */
export function eachAttribute(
  bytes: Uint8Array,
  start: number,
  each: (type: number, value: Uint8Array) => void,
): boolean {
  const data = view(bytes);
  let count = 0;
  for (let at = start; at + headerSize <= bytes.length && count < mostAttributes; count += 1) {
    const length = data.getUint16(at, true);
    if (length < headerSize || at + length > bytes.length) return false;
    each(data.getUint16(at + 2, true) & typeMask, bytes.subarray(at + headerSize, at + length));
    at += (length + 3) & ~3;
  }
  return count < mostAttributes;
}

/** Whether the attributes of a message have lengths that can be, those of its lists too. */
export function hasWholeAttributes(bytes: Uint8Array, start: number, lists: readonly number[] = []): boolean {
  let whole = bytes.length >= start;
  const walked = eachAttribute(bytes, start, (type, value) => {
    if (lists.includes(type) && !eachAttribute(value, 0, () => {})) whole = false;
  });
  return whole && walked;
}

/** The attributes by type; the last of a kind wins. */
export function attributesOf(bytes: Uint8Array, start = 0): Attributes {
  const found = new Map<number, Uint8Array>();
  eachAttribute(bytes, start, (type, value) => {
    found.set(type, value);
  });
  return found;
}

/** A number in network order (nf_tables); undefined when the attribute is missing or too short. */
export function networkU32(value: Uint8Array | undefined): number | undefined {
  return value === undefined || value.length < 4 ? undefined : view(value).getUint32(0, false);
}

/** A number in host order (sock_diag), both of our architectures being little-endian. */
export function hostU32(value: Uint8Array | undefined): number | undefined {
  return value === undefined || value.length < 4 ? undefined : view(value).getUint32(0, true);
}

/** A zero-terminated name. */
export function nameBytes(value: Uint8Array | undefined): Uint8Array {
  if (value === undefined) return new Uint8Array(0);
  const end = value.indexOf(0);
  return end < 0 ? value : value.subarray(0, end);
}
