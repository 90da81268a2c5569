import { describe, expect, test } from 'bun:test';
import { bzip2Crc } from './bzip2-crc.ts';
import { noise, seeded } from './compress.fixture.ts';
import { Crc64 } from './crc64.ts';
import { Xxh32, xxh32 } from './xxh32.ts';
import { Xxh64 } from './xxh64.ts';

const digits = Buffer.from('123456789');

describe('the checksums of compressed files', () => {
  test('are the check values of their catalogue', () => {
    const crc = new Crc64();
    crc.update(digits);
    // CRC-64/XZ and CRC-32/BZIP2.
    expect(Buffer.from(crc.digest()).reverse().toString('hex')).toBe('995dc9bbdf1939fa');
    expect(~bzip2Crc(digits, -1) >>> 0).toBe(0xfc89_1918);
  });

  test('XXH32 and XXH64 are those of the runtime, for each size and however the bytes are cut', () => {
    const next = seeded(7);
    for (let size = 0; size < 300; size += 1) {
      const bytes = noise(size, size);
      const [wide, narrow] = [new Xxh64(), new Xxh32()];
      for (let at = 0; at < size; ) {
        const end = Math.min(size, at + 1 + next(50));
        wide.update(bytes.subarray(at, end));
        narrow.update(bytes.subarray(at, end));
        at = end;
      }
      expect([size, wide.digest32()]).toEqual([
        size,
        Number(BigInt(Bun.hash.xxHash64(bytes)) & 0xffff_ffffn),
      ]);
      expect([size, narrow.digest()]).toEqual([size, Bun.hash.xxHash32(bytes)]);
      expect(xxh32(bytes)).toBe(Bun.hash.xxHash32(bytes));
    }
  });

  test('CRC-64 is the same however the bytes are cut', () => {
    const bytes = noise(1000);
    const whole = new Crc64();
    whole.update(bytes);
    const cut = new Crc64();
    for (let at = 0; at < 1000; at += 7) cut.update(bytes.subarray(at, at + 7));
    expect(cut.digest()).toEqual(whole.digest());
  });
});
