import { describe, expect, test } from 'bun:test';
import { readBerkeleyHash } from './berkeley-hash.ts';

/** Synthetic pages; what Berkeley DB itself writes is in test/e2e/package-databases.test.ts. */
const size = 512;

function page(
  kind: number,
  next = 0,
  littleEndian = true,
): { bytes: Buffer; half: (value: number, at: number) => void; word: (value: number, at: number) => void } {
  const bytes = Buffer.alloc(size);
  const half = (value: number, at: number): void => {
    if (littleEndian) bytes.writeUInt16LE(value, at);
    else bytes.writeUInt16BE(value, at);
  };
  const word = (value: number, at: number): void => {
    if (littleEndian) bytes.writeUInt32LE(value, at);
    else bytes.writeUInt32BE(value, at);
  };
  word(next, 16);
  bytes[25] = kind;
  return { bytes, half, word };
}

function meta(littleEndian = true): Buffer {
  const { bytes, word } = page(8, 0, littleEndian);
  word(0x061561, 12);
  word(size, 20);
  return bytes;
}

/** One hash page with a key and a value that stands in the chain of overflow pages from page 2 on. */
function withChain(length: number, littleEndian = true): Buffer {
  const { bytes, half, word } = page(13, 0, littleEndian);
  half(2, 20);
  bytes.set([1, 0x6b, 0x65, 0x79], size - 4);
  half(size - 4, 26);
  bytes[size - 16] = 3;
  word(2, size - 12);
  word(length, size - 8);
  half(size - 16, 28);
  return bytes;
}

function overflow(fill: number, held: number, next: number, littleEndian = true): Buffer {
  const { bytes, half } = page(7, next, littleEndian);
  half(held, 22);
  bytes.fill(fill, 26, 26 + held);
  return bytes;
}

const read = (...pages: Buffer[]): readonly (readonly [string, number])[] =>
  [...(readBerkeleyHash(Buffer.concat(pages))?.records ?? [])].map(({ key, value }) => [
    Buffer.from(key).toString(),
    value.length,
  ]);

describe('Berkeley DB hash, synthetic', () => {
  test('a value in a chain of overflow pages is put together, in both byte orders', () => {
    for (const order of [true, false]) {
      const pages = [
        meta(order),
        withChain(600, order),
        overflow(1, 486, 3, order),
        overflow(2, 114, 0, order),
      ];
      expect(read(...pages)).toEqual([['key', 600]]);
      const whole = readBerkeleyHash(Buffer.concat(pages));
      const [record] = [...(whole?.records ?? [])];
      expect([record?.value[485], record?.value[486], record?.value[599]]).toEqual([1, 2, 2]);
    }
  });

  test('chains that go in a circle, end early or lie about their length give nothing and are counted', () => {
    const broken = (...pages: Buffer[]): number => {
      const database = readBerkeleyHash(Buffer.concat(pages));
      for (const _ of database?.records ?? []) expect.unreachable();
      return database?.broken() ?? -1;
    };
    expect(broken(meta(), withChain(600), overflow(1, 0, 2))).toBe(1);
    expect(broken(meta(), withChain(600), overflow(1, 486, 0))).toBe(1);
    expect(broken(meta(), withChain(0x7fff_ffff), overflow(1, 486, 2))).toBe(1);
    expect(broken(meta(), withChain(600), overflow(1, 486, 0xffff))).toBe(1);
  });

  test('a chain that comes back to itself ends with its length', () => {
    expect(read(meta(), withChain(600), overflow(1, 486, 2))).toEqual([['key', 600]]);
  });

  test('pages of other kinds, other files and odd page sizes are no database', () => {
    const odd = meta();
    odd.writeUInt32LE(777, 20);
    expect(readBerkeleyHash(odd)).toBeUndefined();
    expect(readBerkeleyHash(Buffer.alloc(4096))).toBeUndefined();
    expect(readBerkeleyHash(Buffer.alloc(10))).toBeUndefined();
    expect(read(meta(), page(5).bytes)).toEqual([]);
  });

  test('a page whose count of items is larger than the page is left out', () => {
    const bytes = withChain(10);
    bytes.writeUInt16LE(0xffff, 20);
    const database = readBerkeleyHash(Buffer.concat([meta(), bytes]));
    expect([...(database?.records ?? [])]).toEqual([]);
    expect(database?.broken()).toBe(1);
  });
});
