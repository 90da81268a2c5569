/**
 * CRC-32 highest bit first, as bzip2 checks its blocks; polynomial of IEEE 802.3, not reflected.
 *
 * Source: "BZIP2: Format Specification" (J. Tsai, 2016); CRC-32/BZIP2 of the catalogue of parametrised CRCs.
 */

const table = Int32Array.from({ length: 256 }, (_, byte) => {
  let value = byte << 24;
  for (let bit = 0; bit < 8; bit += 1) value = (value << 1) ^ (value < 0 ? 0x04c1_1db7 : 0);
  return value;
});

/** Goes on from `crc`, which is -1 at the beginning and inverted at the end. */
export function bzip2Crc(bytes: Uint8Array, crc: number): number {
  let value = crc;
  for (let at = 0; at < bytes.length; at += 1) {
    value = (value << 8) ^ (table[(value >>> 24) ^ (bytes[at] ?? 0)] ?? 0);
  }
  return value;
}
