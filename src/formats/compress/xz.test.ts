import { describe, expect, test } from 'bun:test';
import { crc32 } from 'node:zlib';
import { compress, concat, logOf, read, recorded } from './compress.fixture.ts';

const log = logOf(60);
/** Puts the CRC-32 of a header of a block again, which stands from 12 on. */
function resealed(packed: Uint8Array): Uint8Array {
  const size = ((packed[12] ?? 0) + 1) * 4;
  Buffer.from(packed.buffer).writeUInt32LE(crc32(packed.subarray(12, 8 + size)), 8 + size);
  return packed;
}

describe('a magic number of xz', () => {
  test('alone is truncated, with other flags it is unsupported or damaged', () => {
    expect(read('xz', recorded.xz.subarray(0, 6)).outcome.state).toBe('truncated');
    expect(
      read('xz', concat(recorded.xz.subarray(0, 7), Uint8Array.of(9), recorded.xz.subarray(8))).outcome,
    ).toMatchObject({
      flaw: 'header',
    });
  });
});

describe('a file of xz', () => {
  const pack = (...options: string[]): Uint8Array => compress('xz', log, ...options);

  test('with filters for executables or deltas is unsupported', () => {
    for (const filter of ['--x86', '--arm', '--delta=dist=4']) {
      const { outcome } = read('xz', pack(filter, '--lzma2'));
      expect(outcome).toMatchObject({ state: 'error', flaw: 'unsupported', given: 0 });
    }
  });

  test('may have zeros in multiples of four between its streams', () => {
    const packed = concat(pack(), new Uint8Array(8), pack('--check=none'), new Uint8Array(4));
    const { outcome, bytes } = read('xz', packed, () => 3);
    expect(outcome).toMatchObject({ state: 'whole', mismatches: 0, trailing: 0 });
    expect(bytes).toEqual(concat(log, log));
  });

  test('whose check or index is not that of its content is read on, and counted', () => {
    for (const check of ['crc32', 'crc64', 'sha256']) {
      const packed = pack(`--check=${check}`);
      // The last byte of the check stands before an index of 8 or 12 bytes and the footer of 12.
      const indexSize = (new DataView(packed.buffer).getUint32(packed.length - 8, true) + 1) * 4;
      const at = packed.length - 12 - indexSize - 1;
      packed[at] = (packed[at] ?? 0) ^ 0x80;
      const { outcome, bytes } = read('xz', concat(packed, pack()));
      expect(outcome).toMatchObject({ state: 'whole', mismatches: 1 });
      expect(bytes).toEqual(concat(log, log));
    }
  });

  test('keeps no larger window than it may, and reads what does not need it', () => {
    const far = concat(log, new Uint8Array(Buffer.alloc(200_000, 'a quiet night\n')), log);
    const packed = compress('xz', far, '--lzma2=dict=1GiB');
    expect(read('xz', packed).outcome).toMatchObject({ state: 'whole', mismatches: 0 });
    const small = read('xz', packed, () => 100, { window: 65_536 });
    expect(small.outcome).toMatchObject({ state: 'error', flaw: 'window' });
    expect(small.bytes.length).toBeGreaterThan(200_000);
  });

  test('that declares a dictionary of no size is damaged', () => {
    const packed = pack();
    const place = packed.indexOf(0x21, 12);
    packed[place + 2] = 41;
    expect(read('xz', resealed(packed)).outcome).toMatchObject({ state: 'error', flaw: 'header' });
  });

  test('must begin its dictionary anew in its first chunk', () => {
    const packed = pack();
    const chunk = 12 + ((packed[12] ?? 0) + 1) * 4;
    for (const control of [0x80, 0xa0, 0xc0, 2, 3, 0x7f]) {
      const damaged = packed.slice();
      damaged[chunk] = control;
      expect(read('xz', damaged).outcome).toMatchObject({ state: 'error', flaw: 'data', given: 0 });
    }
  });

  test('with an index of endless records is an error', () => {
    const packed = pack();
    const indexSize = (new DataView(packed.buffer).getUint32(packed.length - 8, true) + 1) * 4;
    const at = packed.length - 12 - indexSize;
    packed.fill(0xff, at + 1, at + 9);
    packed[at + 9] = 0x7f;
    expect(read('xz', packed).outcome).toMatchObject({ state: 'error', given: log.length });
  });
});
