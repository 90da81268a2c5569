import { describe, expect, test } from 'bun:test';
import { RpmHeader } from './rpm-header.ts';

/** A header of two files in two folders, written field by field from the format's description. */
function header(): Uint8Array {
  const data = Buffer.concat([
    Buffer.from('bash\0'),
    Buffer.from('bash\0sh\0'),
    Buffer.from('/usr/bin/\0/etc/\0'),
    Buffer.from([0, 0, 0, 0, 0, 0, 0, 1]),
  ]);
  const entries = [
    [1000, 6, 0, 1],
    [1117, 8, 5, 2],
    [1118, 8, 13, 2],
    [1116, 4, data.length - 8, 2],
  ];
  const head = Buffer.alloc(8 + entries.length * 16);
  head.writeUInt32BE(entries.length, 0);
  head.writeUInt32BE(data.length, 4);
  for (const [at, entry] of entries.entries())
    for (const [field, value] of entry.entries()) head.writeUInt32BE(value, 8 + at * 16 + field * 4);
  return Buffer.concat([head, data]);
}

const text = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString();

describe('rpm header', () => {
  test('gives the name and where each file lies', () => {
    const parsed = RpmHeader.parse(header());
    expect(parsed?.name).toBe('bash');
    expect(text(parsed?.folderOf(0)) + text(parsed?.baseNameOf(0))).toBe('/usr/bin/bash');
    expect(text(parsed?.folderOf(1)) + text(parsed?.baseNameOf(1))).toBe('/etc/sh');
  });

  test('files past the end and blobs that lie about their counts give nothing', () => {
    expect(RpmHeader.parse(header())?.folderOf(2)).toBeUndefined();
    expect(RpmHeader.parse(header())?.folderOf(-1)).toBeUndefined();
    expect(RpmHeader.parse(new Uint8Array(7))).toBeUndefined();
    expect(RpmHeader.parse(new Uint8Array(200).fill(0xff))).toBeUndefined();
    const lying = Uint8Array.from(header());
    lying.fill(0x7f, 8 + 3 * 16 + 8, 8 + 3 * 16 + 12);
    expect(RpmHeader.parse(lying)?.folderOf(0)).toBeUndefined();
  });
});
