import { describe, expect, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import { decodeElf, hasPackedShape, isScript, upxMark } from './elf.ts';

interface Segment {
  readonly type?: number;
  readonly address: number;
  readonly fileSize: number;
  readonly memorySize: number;
}

/** A 64-bit little-endian header with the given program headers. */
function elf(entry: number, segments: readonly Segment[], sections = 0): Uint8Array {
  const bytes = new Uint8Array(64 + segments.length * 56);
  const view = new DataView(bytes.buffer);
  bytes.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  view.setUint16(16, 2, true);
  view.setUint16(18, 62, true);
  view.setBigUint64(24, BigInt(entry), true);
  view.setBigUint64(32, 64n, true);
  view.setUint16(54, 56, true);
  view.setUint16(56, segments.length, true);
  view.setUint16(60, sections, true);
  segments.forEach((segment, index) => {
    const at = 64 + index * 56;
    view.setUint32(at, segment.type ?? 1, true);
    view.setBigUint64(at + 16, BigInt(segment.address), true);
    view.setBigUint64(at + 32, BigInt(segment.fileSize), true);
    view.setBigUint64(at + 40, BigInt(segment.memorySize), true);
  });
  return bytes;
}

const packed = elf(0x900000, [
  { address: 0x400000, fileSize: 0x1000, memorySize: 0x500000 },
  { address: 0x900000, fileSize: 0x200000, memorySize: 0x200000 },
]);
const shaped = (bytes: Uint8Array): boolean => {
  const header = decodeElf(bytes);
  return header !== undefined && hasPackedShape(header);
};

describe('ELF', () => {
  test('our own executable is a dynamic x86-64 or AArch64 one and not packed', () => {
    const header = decodeElf(readFileSync('/proc/self/exe').subarray(0, 65_536));
    expect([62, 183]).toContain(header?.machine ?? 0);
    expect(header?.dynamic).toBe(true);
    expect(header !== undefined && hasPackedShape(header)).toBe(false);
  });

  test('the shape of a packed file is seen without its magic', () => {
    expect(shaped(packed)).toBe(true);
    expect(upxMark(packed)).toBe(-1);
  });

  test('static Go-like, with sections, or with an interpreter, is not that shape', () => {
    const loads = [
      { address: 0x400000, fileSize: 0x100000, memorySize: 0x100000 },
      { address: 0x500000, fileSize: 0x80000, memorySize: 0x80000 },
      { address: 0x600000, fileSize: 0x1000, memorySize: 0x40000 },
    ];
    expect(shaped(elf(0x400100, loads))).toBe(false);
    expect(
      shaped(
        elf(
          0x900000,
          [
            { address: 0x400000, fileSize: 0x1000, memorySize: 0x500000 },
            { address: 0x900000, fileSize: 0x1000, memorySize: 0x1000 },
          ],
          20,
        ),
      ),
    ).toBe(false);
    expect(
      shaped(
        elf(0x900000, [
          { type: 3, address: 0, fileSize: 0, memorySize: 0 },
          { address: 0x400000, fileSize: 0x1000, memorySize: 0x500000 },
          { address: 0x900000, fileSize: 0x1000, memorySize: 0x1000 },
        ]),
      ),
    ).toBe(false);
  });

  test('the magic of UPX is found at its place, also after a lone U', () => {
    expect(upxMark(new TextEncoder().encode('UUPUPX!'))).toBe(3);
    expect(upxMark(new TextEncoder().encode('UPX'))).toBe(-1);
  });

  test('every cut of a header is nothing or a header, never an exception', () => {
    for (let length = 0; length <= packed.length; length += 1) {
      expect(() => decodeElf(packed.subarray(0, length))).not.toThrow();
    }
  });

  test('tables that point outside, and wild counts, give no segments', () => {
    const wild = packed.slice();
    new DataView(wild.buffer).setBigUint64(32, 0xffffffffffffffffn, true);
    new DataView(wild.buffer).setUint16(56, 65_535, true);
    expect(decodeElf(wild)?.segments).toEqual([]);
  });

  test('scripts and other files', () => {
    expect(isScript(new TextEncoder().encode('#!/bin/sh'))).toBe(true);
    expect(decodeElf(new TextEncoder().encode('#!/bin/sh'.padEnd(100)))).toBeUndefined();
  });
});
