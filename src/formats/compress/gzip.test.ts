import { describe, expect, test } from 'bun:test';
import { crc32, deflateRawSync, constants as zlib } from 'node:zlib';
import { concat, gz, logOf, noise, read, seeded } from './compress.fixture.ts';

const log = logOf(50);

function trailer(content: Uint8Array): Uint8Array {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt32LE(crc32(content), 0);
  bytes.writeUInt32LE(content.length, 4);
  return bytes;
}

const head = (flags: number): Uint8Array => Uint8Array.of(0x1f, 0x8b, 8, flags, 0, 0, 0, 0, 0, 3);
const member = (flags: number, fields: Uint8Array, content = log): Uint8Array =>
  concat(head(flags), fields, deflateRawSync(content), trailer(content));
const deflated = (...bits: readonly number[]): Uint8Array => concat(head(0), Uint8Array.from(bits));

describe('a gzip file', () => {
  test('may carry extra fields, a name, a comment and a check of its header', () => {
    const extra = concat(Uint8Array.of(5, 0), noise(5));
    const name = Buffer.from('auth.log.1\0');
    for (const [flags, fields] of [
      [4, extra],
      [8, name],
      [16, name],
      [2, noise(2)],
      [31, concat(extra, name, name, noise(2))],
    ] as const) {
      const { outcome, bytes } = read('gz', member(flags, fields), () => 1);
      expect(outcome).toMatchObject({ state: 'whole', mismatches: 0, trailing: 0 });
      expect(bytes).toEqual(new Uint8Array(log));
    }
    expect(read('gz', member(0x20, new Uint8Array(0))).outcome).toMatchObject({ flaw: 'unsupported' });
  });

  test('is read by every strategy of its writer: stored, fixed and run-length blocks, flushes', () => {
    const content = concat(log, noise(70_000), new Uint8Array(1000));
    const options = [
      { level: 0 },
      { strategy: zlib.Z_FIXED },
      { strategy: zlib.Z_RLE },
      { strategy: zlib.Z_HUFFMAN_ONLY },
      { memLevel: 1 },
      { windowBits: 9 },
    ];
    const next = seeded(9);
    for (const option of options) {
      const packed = concat(head(0), deflateRawSync(content, option), trailer(content));
      const { outcome, bytes } = read('gz', packed, () => next(900));
      expect(outcome).toMatchObject({ state: 'whole', mismatches: 0 });
      expect(bytes).toEqual(content);
    }
  });

  test('with a wrong CRC or size is read on, and the mismatch is counted', () => {
    const first = gz(log);
    const at = first.length - 8;
    first[at] = (first[at] ?? 0) ^ 1;
    const { outcome, bytes } = read('gz', concat(first, gz(log)));
    expect(outcome).toMatchObject({ state: 'whole', mismatches: 1 });
    expect(bytes).toEqual(concat(log, log));
    const second = gz(log);
    second[second.length - 1] = 9;
    expect(read('gz', second).outcome).toMatchObject({ state: 'whole', mismatches: 1 });
  });

  test('whose second member is damaged keeps the first', () => {
    const { outcome, bytes } = read('gz', concat(gz(log), deflated(0x07)));
    expect(outcome).toMatchObject({ state: 'error', flaw: 'data' });
    expect(bytes).toEqual(new Uint8Array(log));
  });

  test('with what no compressor writes is an error', () => {
    // A block of type 3; a stored block whose sizes contradict; a repetition from before the beginning.
    expect(read('gz', deflated(0x07, 0, 0)).outcome).toMatchObject({ flaw: 'data' });
    expect(read('gz', deflated(0x01, 5, 0, 5, 0, ...log)).outcome).toMatchObject({ flaw: 'data' });
    expect(read('gz', deflated(0x03, 0x02, ...new Uint8Array(20))).outcome).toMatchObject({ flaw: 'data' });
    // Dynamic blocks of noise.
    for (let seed = 0; seed < 300; seed += 1) {
      const { outcome } = read('gz', concat(head(0), Uint8Array.of(0x05), noise(400, seed)), () => 400, {
        most: 1 << 16,
      });
      expect(['error', 'truncated', 'stopped', 'whole']).toContain(outcome.state);
    }
  });

  test('with a name that never ends does not grow', () => {
    const { outcome } = read('gz', concat(head(8), new Uint8Array(1 << 20).fill(0x41)), () => 5000);
    expect(outcome).toMatchObject({ state: 'truncated', given: 0 });
  });
});
