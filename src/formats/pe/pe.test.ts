import { describe, expect, test } from 'bun:test';
import { createHash } from 'node:crypto';
import { readAsn1 } from '../asn1.ts';
import type { RandomAccess } from '../random-access.ts';
import { imageDigests, readSignatures } from './authenticode.ts';
import { readCatalog } from './catalog.ts';
import { der, derOid, type PeWishes, peImage, signedData, trustList } from './pe.fixture.ts';
import { type PeFile, readPe } from './pe-file.ts';
import { readSignedData } from './signed-data.ts';
import { readVersionInfo } from './version-info.ts';

const over = (bytes: Uint8Array): RandomAccess => ({
  read: (offset, length) => bytes.subarray(Math.max(0, offset), Math.max(0, offset) + Math.max(0, length)),
});
const read = (bytes: Uint8Array): PeFile => {
  const pe = readPe(over(bytes), bytes.length);
  if (pe === undefined) throw new Error('no PE image');
  return pe;
};
const strings = {
  CompanyName: 'Example 公司',
  OriginalFilename: 'tool.exe',
  FileDescription: 'A program of the tests',
  ProductName: 'Tools',
  FileVersion: '1.2.3.4',
  Comments: 'left out',
};

describe('headers', () => {
  test.each([
    [{}, 'x64', 'program'],
    [{ machine: 0x14c, library: true }, 'x86', 'library'],
    [{ machine: 0xaa64, subsystem: 1 }, 'arm64', 'driver'],
    [{ subsystem: 10 }, 'x64', 'firmware'],
    [{ machine: 0x1234 }, 'other', 'program'],
  ] as readonly (readonly [PeWishes, string, string])[])('%j', (wishes, machine, role) => {
    const pe = read(peImage(wishes));
    expect(`${pe.machine} ${pe.role}`).toBe(`${machine} ${role}`);
    expect(pe.sections.map(({ name, executable, writable }) => [name, executable, writable])).toEqual([
      ['.text', true, false],
      ['.rsrc', false, false],
    ]);
  });

  test('what is no image is none: text, a short file, a DOS program', () => {
    for (const bytes of [
      Buffer.from('MZ'),
      Buffer.from('#!/bin/sh\n'.repeat(20)),
      peImage().subarray(0, 100),
      Buffer.alloc(0),
    ])
      expect(readPe(over(bytes), bytes.length)).toBeUndefined();
    const dos = Buffer.alloc(512);
    dos.write('MZ');
    expect(readPe(over(dos), dos.length)).toBeUndefined();
  });
});

describe('version', () => {
  test('whose it says it is', () => {
    const bytes = peImage({ version: strings });
    expect(readVersionInfo(over(bytes), read(bytes))).toEqual({
      company: 'Example 公司',
      product: 'Tools',
      description: 'A program of the tests',
      originalName: 'tool.exe',
      version: '1.2.3.4',
    });
  });

  test('an image without one says nothing; `__proto__` is no field', () => {
    const bytes = peImage({ version: { __proto__: 'x', constructor: 'y' } });
    expect(readVersionInfo(over(bytes), read(bytes))).toEqual({});
    const none = { ...read(bytes), resources: undefined };
    expect(readVersionInfo(over(bytes), none)).toEqual({});
  });
});

describe('digest of the image', () => {
  const of = (bytes: Uint8Array): string =>
    imageDigests(over(bytes), read(bytes), ['sha256']).get('sha256')?.toString('hex') ?? '';

  test('the checksum and the certificates are left out, all else counts', () => {
    const plain = peImage({ overlay: Buffer.from('12345678') });
    const signed = peImage({ overlay: Buffer.from('12345678'), certificates: Buffer.from('signature') });
    expect(of(signed)).toBe(of(plain));
    const summed = Buffer.from(plain);
    summed.writeUInt32LE(0xdeadbeef, read(plain).checksumAt);
    expect(of(summed)).toBe(of(plain));
    for (const at of [0x40, 0x90, 0x410, plain.length - 1]) {
      const changed = Buffer.from(plain);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(of(changed)).not.toBe(of(plain));
    }
  });

  test('a file whose length is no multiple of eight is filled', () => {
    const odd = peImage({ overlay: Buffer.from('123') });
    const even = peImage({ overlay: Buffer.from('123\0\0\0\0\0') });
    expect(of(odd)).toBe(of(even));
  });

  test('what is appended behind the certificates counts', () => {
    const signed = peImage({ certificates: Buffer.from('signature') });
    expect(of(Buffer.concat([signed, Buffer.from('appended')]))).not.toBe(of(signed));
  });
});

describe('signatures and catalogues', () => {
  const digest = (text: string, name = 'sha256'): Buffer => createHash(name).update(text).digest();

  test('an image without one has none; bytes that are none are broken', () => {
    const plain = peImage();
    expect(readSignatures(over(plain), read(plain))).toEqual([]);
    const odd = peImage({ certificates: Buffer.from('no signature at all') });
    expect(readSignatures(over(odd), read(odd))).toEqual([
      { state: 'broken', digest: undefined, signer: undefined },
    ]);
  });

  test('data that nobody signed proves nothing', () => {
    const told = der(
      0x30,
      der(0x30),
      der(0x30, der(0x30, derOid('2.16.840.1.101.3.4.2.1')), der(4, digest('x'))),
    );
    const bytes = peImage({ certificates: signedData('1.3.6.1.4.1.311.2.1.4', told) });
    expect(readSignatures(over(bytes), read(bytes))).toMatchObject([{ state: 'broken', digest: 'sha256' }]);
    const signer = der(0x30, der(2, Buffer.from([1])), der(0x30, der(0x30), der(2, Buffer.from([9]))));
    const named = peImage({ certificates: signedData('1.3.6.1.4.1.311.2.1.4', told, [signer]) });
    expect(readSignatures(over(named), read(named))).toMatchObject([
      { state: 'broken', signer: { holds: false, root: 'unknown', subject: '' } },
    ]);
  });

  test('members of a catalogue are named by bytes or by text, and by their digests', () => {
    const members = [digest('a'), digest('b', 'sha1'), digest('c'), digest('d', 'sha1')];
    const catalog = readCatalog(signedData('1.3.6.1.4.1.311.10.1', trustList(members)));
    expect([...(catalog?.members ?? [])].sort()).toEqual(members.map((one) => one.toString('hex')).sort());
    expect(catalog?.signer).toBeUndefined();
    expect(readCatalog(signedData('1.3.6.1.4.1.311.2.1.4', trustList(members)))).toBeUndefined();
    expect(readCatalog(Buffer.from('no catalogue'))).toBeUndefined();
  });
});

describe('hostile bytes', () => {
  /** xorshift32: the same mutations in every run. */
  function* numbers(seed: number): Generator<number, never> {
    let state = seed;
    for (;;) {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      yield state >>> 0;
    }
  }

  test('images with changed, cut and repeated bytes are read as far as they go', () => {
    const told = der(
      0x30,
      der(0x30),
      der(0x30, der(0x30, derOid('2.16.840.1.101.3.4.2.1')), der(4, Buffer.alloc(32))),
    );
    const whole = peImage({ version: strings, certificates: signedData('1.3.6.1.4.1.311.2.1.4', told) });
    const random = numbers(7);
    let images = 0;
    for (let round = 0; round < 4000; round += 1) {
      const bytes = Buffer.from(whole);
      for (let change = 0; change < 1 + (random.next().value % 6); change += 1)
        bytes[random.next().value % bytes.length] = random.next().value % 256;
      const cut = round % 3 === 0 ? bytes.subarray(0, random.next().value % bytes.length) : bytes;
      const pe = readPe(over(cut), cut.length);
      if (pe === undefined) continue;
      images += 1;
      const told = JSON.stringify([readVersionInfo(over(cut), pe), readSignatures(over(cut), pe)]);
      expect(told.length).toBeLessThan(40_000);
    }
    expect(images).toBeGreaterThan(1000);
  });

  test('a directory of a size beyond the file, sections without end and folders in a circle end', () => {
    const bytes = peImage({ version: strings });
    bytes.writeUInt16LE(0xffff, 0x86);
    bytes.writeUInt32LE(0xffff_fff0, 0x98 + 112 + 32);
    bytes.writeUInt32LE(0xffff_ffff, 0x98 + 116 + 32);
    // The folder of resources names itself.
    bytes.writeUInt32LE(0x8000_0000, 0x600 + 20);
    const pe = read(bytes);
    expect(pe.certificates).toBeUndefined();
    expect(pe.sections.length).toBeLessThanOrEqual(96);
    expect(readVersionInfo(over(bytes), pe)).toEqual({});
  });

  test('values nested without end, and catalogues of nothing but members, are bounded', () => {
    let nested: Uint8Array = Buffer.from([5, 0]);
    for (let depth = 0; depth < 5000; depth += 1) nested = der(0x30, nested);
    expect(readAsn1(nested)).toBeUndefined();
    expect(readSignedData(nested)).toBeUndefined();
    const many = der(0x30, ...Array.from({ length: 30_000 }, () => der(5)));
    expect(readAsn1(many)).toBeUndefined();
    expect(readAsn1(many, { nodes: 100_000 })?.value.children.length).toBe(30_000);
    expect(readAsn1(Buffer.from([0x30, 0x84, 0xff, 0xff, 0xff, 0xff]))).toBeUndefined();
  });
});
