import { describe, expect, test } from 'bun:test';
import { headerBlob, ndbOf } from '../../test/rpm-header.ts';
import { RpmHeader } from './rpm-header.ts';
import { readNdb } from './rpm-ndb.ts';

const blobs = [
  headerBlob('bash', [{ path: '/usr/bin/bash' }]),
  headerBlob('curl', [{ path: '/usr/bin/curl' }]),
];

describe('ndb, synthetic', () => {
  test('gives the header of every package', () => {
    const names = readNdb(ndbOf(blobs))?.blobs.map((blob) => RpmHeader.parse(blob)?.name);
    expect(names).toEqual(['bash', 'curl']);
  });

  test('a removed package is a free slot', () => {
    const bytes = ndbOf(blobs);
    bytes.writeUInt32LE(0, 32 + 4);
    expect(readNdb(bytes)?.blobs.map((blob) => RpmHeader.parse(blob)?.name)).toEqual(['curl']);
  });

  test('slots that point elsewhere are counted and the rest is read', () => {
    const bytes = ndbOf(blobs);
    bytes.writeUInt32LE(0xffff_ffff, 32 + 8);
    expect(readNdb(bytes)).toMatchObject({ broken: 1, blobs: [expect.anything()] });
    const long = ndbOf(blobs);
    long.writeUInt32LE(0x7fff_ffff, 4096 + 12);
    expect(readNdb(long)?.broken).toBe(1);
    const swapped = ndbOf(blobs);
    swapped.writeUInt32LE(7, 4096 + 4);
    expect(readNdb(swapped)?.broken).toBe(1);
  });

  test('a database that claims a million slot pages costs no more than it holds', () => {
    const bytes = ndbOf(blobs);
    bytes.writeUInt32LE(0xffff_ffff, 12);
    expect(readNdb(bytes)?.blobs.length).toBe(2);
    expect(readNdb(new Uint8Array(4096))).toBeUndefined();
    expect(readNdb(ndbOf(blobs).subarray(0, 40))?.blobs).toEqual([]);
  });
});
