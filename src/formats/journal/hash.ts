/**
 * The two hashes of a journal's data: SipHash-2-4 keyed with the file's id, and Jenkins' lookup3 in older files.
 *
 * Why: a payload that was changed in the file no longer fits its hash, and whoever edits a log with a hex editor
 * leaves that. In halves of 32 bits, because big integers are fifty times slower; `low` and `high` hold the result.
 * Sources: Aumasson, Bernstein, SipHash: a fast short-input PRF (2012), §2; Jenkins, lookup3.c (hashlittle2, both
 * seeds zero, `(c << 32) | b`); systemd src/libsystemd/sd-journal/lookup3.h, journal-file.c (journal_file_hash_data).
 */

/** The last hash. Two numbers instead of an object for each of millions. */
export const hashed = { low: 0, high: 0 };

/** The word at `at`, without what stands from `end` on. */
function partAt(words: Int32Array, at: number, end: number): number {
  const left = end - at;
  if (left <= 0) return 0;
  const word = words[at >> 2] ?? 0;
  return left >= 4 ? word : word & ((1 << (left * 8)) - 1);
}

/** The file's id as SipHash starts from it: v0 to v3, the lower half first. */
export function sipKey(key: Uint8Array): Int32Array {
  const view = new DataView(key.buffer, key.byteOffset, key.byteLength);
  const words = [0, 4, 8, 12, 0, 4, 8, 12].map((at) => view.getInt32(at, true));
  const constants = [
    0x70736575, 0x736f6d65, 0x6e646f6d, 0x646f7261, 0x6e657261, 0x6c796765, 0x79746573, 0x74656462,
  ];
  return Int32Array.from(words, (word, index) => word ^ (constants[index] ?? 0));
}

/**
 * SipHash-2-4 of the bytes from `start`, a multiple of four, to `end`, into `hashed`. All of it in one loop over local
 * numbers, and the carry of a sum is the majority of three top bits: a comparison is a branch that nothing foretells.
 */
export function sipHash(key: Int32Array, words: Int32Array, start: number, end: number): void {
  let l0 = key[0] ?? 0;
  let h0 = key[1] ?? 0;
  let l1 = key[2] ?? 0;
  let h1 = key[3] ?? 0;
  let l2 = key[4] ?? 0;
  let h2 = key[5] ?? 0;
  let l3 = key[6] ?? 0;
  let h3 = key[7] ?? 0;
  const length = end - start;
  const lastAt = end - (length & 7);
  let swap = 0;
  for (let at = start; at <= lastAt + 8; at += 8) {
    let low = 0;
    let high = 0;
    let rounds = 2;
    if (at < lastAt) {
      low = words[at >> 2] ?? 0;
      high = words[(at + 4) >> 2] ?? 0;
    } else if (at === lastAt) {
      low = partAt(words, at, end);
      high = partAt(words, at + 4, end) | (length << 24);
    } else {
      l2 ^= 0xff;
      rounds = 4;
    }
    l3 ^= low;
    h3 ^= high;
    for (; rounds > 0; rounds -= 1) {
      swap = l0;
      l0 = (l0 + l1) | 0;
      h0 = (h0 + h1 + (((swap & l1) | ((swap | l1) & ~l0)) >>> 31)) | 0;
      swap = (l1 << 13) | (h1 >>> 19);
      h1 = ((h1 << 13) | (l1 >>> 19)) ^ h0;
      l1 = swap ^ l0;
      swap = l0;
      l0 = h0;
      h0 = swap;

      swap = l2;
      l2 = (l2 + l3) | 0;
      h2 = (h2 + h3 + (((swap & l3) | ((swap | l3) & ~l2)) >>> 31)) | 0;
      swap = (l3 << 16) | (h3 >>> 16);
      h3 = ((h3 << 16) | (l3 >>> 16)) ^ h2;
      l3 = swap ^ l2;

      swap = l0;
      l0 = (l0 + l3) | 0;
      h0 = (h0 + h3 + (((swap & l3) | ((swap | l3) & ~l0)) >>> 31)) | 0;
      swap = (l3 << 21) | (h3 >>> 11);
      h3 = ((h3 << 21) | (l3 >>> 11)) ^ h0;
      l3 = swap ^ l0;

      swap = l2;
      l2 = (l2 + l1) | 0;
      h2 = (h2 + h1 + (((swap & l1) | ((swap | l1) & ~l2)) >>> 31)) | 0;
      swap = (l1 << 17) | (h1 >>> 15);
      h1 = ((h1 << 17) | (l1 >>> 15)) ^ h2;
      l1 = swap ^ l2;
      swap = l2;
      l2 = h2;
      h2 = swap;
    }
    l0 ^= low;
    h0 ^= high;
  }
  hashed.low = (l0 ^ l1 ^ l2 ^ l3) >>> 0;
  hashed.high = (h0 ^ h1 ^ h2 ^ h3) >>> 0;
}

const rotate = (value: number, by: number): number => (value << by) | (value >>> (32 - by));

/** lookup3's hashlittle2 of the bytes from `start`, a multiple of four, to `end`, into `hashed`. */
export function jenkinsHash(words: Int32Array, start: number, end: number): void {
  let a = (0xdeadbeef + (end - start)) | 0;
  let b = a;
  let c = a;
  let at = start;
  for (; end - at > 12; at += 12) {
    a = (a + (words[at >> 2] ?? 0)) | 0;
    b = (b + (words[(at + 4) >> 2] ?? 0)) | 0;
    c = (c + (words[(at + 8) >> 2] ?? 0)) | 0;
    a = ((a - c) ^ rotate(c, 4)) | 0;
    c = (c + b) | 0;
    b = ((b - a) ^ rotate(a, 6)) | 0;
    a = (a + c) | 0;
    c = ((c - b) ^ rotate(b, 8)) | 0;
    b = (b + a) | 0;
    a = ((a - c) ^ rotate(c, 16)) | 0;
    c = (c + b) | 0;
    b = ((b - a) ^ rotate(a, 19)) | 0;
    a = (a + c) | 0;
    c = ((c - b) ^ rotate(b, 4)) | 0;
    b = (b + a) | 0;
  }
  if (end > at) {
    a = (a + partAt(words, at, end)) | 0;
    b = (b + partAt(words, at + 4, end)) | 0;
    c = (c + partAt(words, at + 8, end)) | 0;
    c = ((c ^ b) - rotate(b, 14)) | 0;
    a = ((a ^ c) - rotate(c, 11)) | 0;
    b = ((b ^ a) - rotate(a, 25)) | 0;
    c = ((c ^ b) - rotate(b, 16)) | 0;
    a = ((a ^ c) - rotate(c, 4)) | 0;
    b = ((b ^ a) - rotate(a, 14)) | 0;
    c = ((c ^ b) - rotate(b, 24)) | 0;
  }
  hashed.low = b >>> 0;
  hashed.high = c >>> 0;
}
