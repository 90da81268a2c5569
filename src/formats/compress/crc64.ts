/**
 * CRC-64 of ECMA-182, reflected, as xz checks its blocks.
 *
 * In halves of 32 bits, as wider integers of the language are many times slower; four bytes a step.
 * Source: The .xz file format 1.2.1 §3.4 and §6; ECMA-182 annex B.
 */

const polynomialHigh = 0xc96c_5795;
const polynomialLow = 0xd787_0f42;

/** For the byte k places before the last of four: `tables[(k << 8) | byte]`. */
const highs = new Int32Array(4 * 256);
const lows = new Int32Array(4 * 256);

function fill(): void {
  for (let byte = 0; byte < 256; byte += 1) {
    let [high, low] = [0, byte];
    for (let bit = 0; bit < 8; bit += 1) {
      const out = low & 1;
      low = (low >>> 1) | (high << 31);
      high >>>= 1;
      if (out === 1) {
        high ^= polynomialHigh;
        low ^= polynomialLow;
      }
    }
    highs[byte] = high;
    lows[byte] = low;
  }
  for (let at = 256; at < 1024; at += 1) {
    const [high, low] = [highs[at - 256] ?? 0, lows[at - 256] ?? 0];
    highs[at] = (high >>> 8) ^ (highs[low & 0xff] ?? 0);
    lows[at] = ((low >>> 8) | (high << 24)) ^ (lows[low & 0xff] ?? 0);
  }
}
fill();

export class Crc64 {
  #high = -1;
  #low = -1;

  update(bytes: Uint8Array): void {
    let high = this.#high;
    let low = this.#low;
    let at = 0;
    for (const whole = bytes.length - 3; at < whole; at += 4) {
      low ^=
        (bytes[at] ?? 0) |
        ((bytes[at + 1] ?? 0) << 8) |
        ((bytes[at + 2] ?? 0) << 16) |
        ((bytes[at + 3] ?? 0) << 24);
      const a = low & 0xff;
      const b = (low >>> 8) & 0xff;
      const c = (low >>> 16) & 0xff;
      const d = low >>> 24;
      low = high ^ ((lows[768 + a] ?? 0) ^ (lows[512 + b] ?? 0)) ^ ((lows[256 + c] ?? 0) ^ (lows[d] ?? 0));
      high = (highs[768 + a] ?? 0) ^ (highs[512 + b] ?? 0) ^ ((highs[256 + c] ?? 0) ^ (highs[d] ?? 0));
    }
    for (; at < bytes.length; at += 1) {
      const index = (low ^ (bytes[at] ?? 0)) & 0xff;
      low = ((low >>> 8) | (high << 24)) ^ (lows[index] ?? 0);
      high = (high >>> 8) ^ (highs[index] ?? 0);
    }
    this.#high = high;
    this.#low = low;
  }

  /** Eight bytes, lowest first. */
  digest(): Uint8Array {
    const view = new DataView(new ArrayBuffer(8));
    view.setInt32(0, ~this.#low, true);
    view.setInt32(4, ~this.#high, true);
    return new Uint8Array(view.buffer);
  }
}
