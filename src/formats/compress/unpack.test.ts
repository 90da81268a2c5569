/** What holds for every compression; what is special to one stands in the test beside it. */
import { describe, expect, test } from 'bun:test';
import {
  compress,
  concat,
  gz,
  logOf,
  noise,
  type Read,
  read,
  recorded,
  seeded,
  tools,
  zst,
} from './compress.fixture.ts';
import { type Compression, compressions, detectCompression } from './detect.ts';
import { unpacker } from './unpack.ts';

const log = logOf(400);
/** Text, noise, long runs, and text again. */
const mixed = concat(log, noise(3000), new Uint8Array(70_000), log.subarray(0, 9000), noise(300), log);
const contents = { empty: new Uint8Array(0), byte: Uint8Array.of(65), log, mixed } as const;

const intact = (content: Uint8Array, packed: Uint8Array): Read => ({
  outcome: { state: 'whole', read: packed.length, given: content.length, mismatches: 0, trailing: 0 },
  bytes: new Uint8Array(content),
});

const isPrefix = (bytes: Uint8Array, content: Uint8Array): boolean =>
  Buffer.compare(bytes, content.subarray(0, bytes.length)) === 0;

for (const compression of compressions) {
  const { name, variants } = tools[compression];
  describe(`${compression} as ${name} writes it`, () => {
    const pack = (content: Uint8Array, ...options: string[]): Uint8Array =>
      compress(compression, content, ...options);

    test('is read whole, with every option of the tool', () => {
      for (const options of variants) {
        for (const content of Object.values(contents)) {
          const packed = pack(content, ...options);
          // LZMA alone has no magic number, and only its usual properties are as good as one.
          if (compression !== 'lzma' || packed[0] === 0x5d) {
            expect(detectCompression(packed.subarray(0, 16)), options.join(' ')).toBe(compression);
          }
          expect(read(compression, packed), options.join(' ')).toEqual(intact(content, packed));
        }
      }
    });

    test('is the same however it is cut into pieces', () => {
      const packed = pack(mixed);
      const next = seeded(3);
      expect(read(compression, packed, () => 1)).toEqual(intact(mixed, packed));
      for (let round = 0; round < 20; round += 1) {
        expect(read(compression, packed, () => next(1 << next(14)))).toEqual(intact(mixed, packed));
      }
    });

    test('that ends early is truncated, and what stands before the end is given', () => {
      const packed = pack(log);
      let most = 0;
      for (let size = 0; size < packed.length; size += 7) {
        const { outcome, bytes } = read(compression, packed.subarray(0, size));
        expect([size, outcome.state]).toEqual([size, 'truncated']);
        expect(isPrefix(bytes, log)).toBe(true);
        expect(bytes.length).toBeGreaterThanOrEqual(most);
        most = bytes.length;
      }
    });

    test('with a flipped bit never throws, and never passes for intact with another content', () => {
      const packed = pack(log.subarray(0, 6000));
      const next = seeded(4);
      const isChecked = compression !== 'lzma';
      for (let at = 0; at < packed.length; at += 1) {
        const damaged = packed.slice();
        damaged[at] = (damaged[at] ?? 0) ^ (1 << next(8));
        const { outcome, bytes } = read(compression, damaged, () => damaged.length, { most: 1 << 20 });
        const { state, mismatches, trailing } = outcome;
        const looksIntact = isChecked && state === 'whole' && mismatches === 0 && trailing === 0;
        if (looksIntact) expect([at, isPrefix(bytes, log) && bytes.length === 6000]).toEqual([at, true]);
      }
    });

    test('with bytes exchanged at random ends in bounded content, the same for all pieces', () => {
      const packed = pack(mixed);
      const next = seeded(5);
      for (let round = 0; round < 60; round += 1) {
        const damaged = packed.slice();
        for (let count = 1 + next(6); count > 0; count -= 1) damaged[next(damaged.length)] = next(256);
        const bounds = { most: 1 << 21 };
        const whole = read(compression, damaged, () => damaged.length, bounds);
        const cut = read(compression, damaged, () => next(700), bounds);
        expect(cut.bytes).toEqual(whole.bytes);
        expect(cut.outcome.state).toBe(whole.outcome.state);
        expect(whole.bytes.length).toBeLessThanOrEqual(1 << 21);
      }
    });

    test('that is a bomb is given in small pieces and ends where the taker stops', () => {
      const packed = pack(new Uint8Array(48 << 20));
      let [given, largest] = [0, 0];
      const stream = unpacker(compression, (bytes) => {
        given += bytes.length;
        largest = Math.max(largest, bytes.length);
        if (given >= 4 << 20) stream.stop();
      });
      stream.push(packed);
      stream.push(packed);
      expect(stream.end().state).toBe('stopped');
      expect(stream.done).toBe(true);
      stream.push(packed);
      expect(given).toBeLessThan(6 << 20);
      expect(largest).toBeLessThanOrEqual(1 << 20);
    });

    test('stops at the bound, to the byte, and not at a content of just that size', () => {
      const packed = pack(log);
      const bounded = read(compression, packed, () => 100, { most: 1000 });
      expect(bounded.outcome.state).toBe('stopped');
      expect(bounded.bytes).toEqual(new Uint8Array(log.subarray(0, 1000)));
      expect(read(compression, packed, () => 100, { most: log.length }).outcome.state).toBe('whole');
    });

    test('counts what stands behind it and is none', () => {
      const packed = pack(log);
      const { outcome, bytes } = read(compression, concat(packed, Buffer.from('rm -rf ')));
      expect(outcome).toMatchObject({ state: 'whole', mismatches: 0, trailing: 7 });
      expect(bytes.length).toBe(log.length);
      expect(read(compression, concat(packed, new Uint8Array(1000))).outcome).toMatchObject({
        state: 'whole',
        trailing: 0,
      });
    });

    if (compression !== 'lzma')
      test('goes on in the next stream, as appended logs do', () => {
        const parts = [log, contents.empty, mixed, contents.byte];
        const packed = concat(...parts.map((part) => pack(part)));
        expect(read(compression, packed)).toEqual(intact(concat(...parts), packed));
        expect(read(compression, packed, () => 13)).toEqual(intact(concat(...parts), packed));
      });
  });

  describe(`what is no ${compression}`, () => {
    test('is an error and not an exception', () => {
      for (const bytes of [log, noise(5000), new Uint8Array(5000).fill(0xff)]) {
        expect(read(compression, bytes).outcome).toMatchObject({ state: 'error', given: 0 });
      }
      expect(read(compression, contents.empty).outcome.state).toBe('truncated');
    });

    test('as endless zeros comes to an end', () => {
      const zeros = new Uint8Array(1 << 20);
      const { outcome } = read(compression, zeros, () => 4096, { most: 1 << 20 });
      // To LZMA alone they are the header of an empty file, and padding.
      expect(outcome.state).toBe(compression === 'lzma' ? 'whole' : 'error');
      expect(outcome.given).toBe(0);
    });
  });
}

describe('an unpacker', () => {
  test('reads what the runtime compresses, where no tool is', () => {
    for (const content of Object.values(contents)) {
      const packed: Readonly<Partial<Record<Compression, Uint8Array>>> = {
        gz: gz(content),
        zst: zst(content),
      };
      for (const compression of ['gz', 'zst'] as const) {
        const bytes = packed[compression] ?? contents.empty;
        expect(read(compression, bytes, () => 11)).toEqual(intact(content, bytes));
      }
    }
  });

  test('reads what each tool has written once', () => {
    for (const compression of ['xz', 'lzma', 'bz2', 'lz4'] as const) {
      const packed = recorded[compression];
      expect(detectCompression(packed)).toBe(compression);
      expect(read(compression, packed, () => 5)).toEqual(intact(Buffer.from('demine\n'), packed));
    }
  });

  test('reads very many small streams with the memory of one', () => {
    const parts = { gz: gz(new Uint8Array(0)), bz2: Buffer.from('QlpoORdyRThQkAAAAAA=', 'base64') };
    for (const compression of ['gz', 'bz2'] as const) {
      const packed = concat(...new Array<Uint8Array>(20_000).fill(parts[compression]));
      expect(read(compression, packed)).toEqual(intact(contents.empty, packed));
    }
    const packed = concat(...new Array<Uint8Array>(5000).fill(zst(Buffer.from('demine\n'))));
    expect(read('zst', packed).outcome).toMatchObject({ state: 'whole', given: 35_000, mismatches: 0 });
  });

  test('gives all that a piece says before it asks for the next', () => {
    const packed = gz(concat(log, noise(4000)));
    let given = 0;
    const stream = unpacker('gz', (bytes) => {
      given += bytes.length;
    });
    stream.push(packed.subarray(0, packed.length - 3000));
    expect(given).toBeGreaterThan(log.length);
  });

  test('hands on what the taker throws, and is done then', () => {
    const stream = unpacker('gz', () => {
      throw new RangeError('enough');
    });
    expect(() => stream.push(gz(log))).toThrow('enough');
    expect(stream.done).toBe(true);
    expect(stream.end().state).toBe('stopped');
  });

  test('does not keep the pieces that it was given', () => {
    const packed = gz(mixed);
    const buffer = new Uint8Array(17);
    let given: Uint8Array = new Uint8Array(0);
    const stream = unpacker('gz', (bytes) => {
      given = concat(given, bytes);
    });
    for (let at = 0; at < packed.length; at += 17) {
      const piece = packed.subarray(at, at + 17);
      buffer.set(piece);
      stream.push(buffer.subarray(0, piece.length));
      buffer.fill(0xaa);
    }
    expect(stream.end().state).toBe('whole');
    expect(given).toEqual(new Uint8Array(mixed));
  });
});
