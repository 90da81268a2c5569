/** Little-endian numbers at any place of some bytes; what lies behind the end reads as zero. */

export const u16 = (bytes: Uint8Array, at: number): number => (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8);

/** Unsigned. */
export const u32 = (bytes: Uint8Array, at: number): number =>
  ((bytes[at] ?? 0) |
    ((bytes[at + 1] ?? 0) << 8) |
    ((bytes[at + 2] ?? 0) << 16) |
    ((bytes[at + 3] ?? 0) << 24)) >>>
  0;

/** Signed. */
export const i32 = (bytes: Uint8Array, at: number): number =>
  (bytes[at] ?? 0) |
  ((bytes[at + 1] ?? 0) << 8) |
  ((bytes[at + 2] ?? 0) << 16) |
  ((bytes[at + 3] ?? 0) << 24);

export const u64 = (bytes: Uint8Array, at: number): bigint =>
  (BigInt(u32(bytes, at + 4)) << 32n) | BigInt(u32(bytes, at));

/** A number where it is exact, up to 2^53 - 1; behind that a bigint. */
export function wholeU64(bytes: Uint8Array, at: number): number | bigint {
  const high = u32(bytes, at + 4);
  return high < 0x20_0000 ? high * 0x1_0000_0000 + u32(bytes, at) : u64(bytes, at);
}

/** The same with a sign. */
export function wholeI64(bytes: Uint8Array, at: number): number | bigint {
  const high = i32(bytes, at + 4);
  return high >= -0x20_0000 && high < 0x20_0000
    ? high * 0x1_0000_0000 + u32(bytes, at)
    : BigInt.asIntN(64, u64(bytes, at));
}
