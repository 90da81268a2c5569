import { describe, expect, test } from 'bun:test';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { headerBlob } from '../../../test/rpm-header.ts';
import { CpioReader } from './cpio.ts';
import { cpioOf, debOf, type PackedFile, randomAccess, rpmOf, tarOf } from './package.fixture.ts';
import { filesOfPackage, type PackageReading } from './package-file.ts';
import { TarReader } from './tar.ts';

const content = Buffer.from(Array.from({ length: 3_000 }, (_, at) => at % 251));
const long = `/usr/share/${'very-'.repeat(30)}long`;
const files: readonly PackedFile[] = [
  { path: '/usr/bin/ps', content, mode: 0o4755, group: 'mem', modifiedSeconds: 1_500_000_000 },
  { path: '/usr/bin/empty', content: '' },
  { path: '/usr/bin/ps-again', hardLink: '/usr/bin/ps' },
  { path: '/usr/bin/link', link: 'ps' },
  { path: long, content: 'long' },
];

function given(reading: PackageReading): readonly string[] {
  if (reading.status !== 'ok') return [reading.reason];
  return reading.files.map(
    ({ path, bytes, mode, user, group }) => `${path} ${Bun.hash(bytes)} ${mode.toString(8)} ${user}:${group}`,
  );
}
const line = (path: string, bytes: Uint8Array | string, rights = '755 root:root'): string =>
  `${path} ${Bun.hash(bytes)} ${rights}`;

const read = (bytes: Uint8Array, ...wanted: readonly string[]): PackageReading =>
  filesOfPackage(randomAccess(bytes), new Set(wanted));

describe('a package of Debian', () => {
  test('gives a file with its rights', () => {
    const reading = read(debOf(files), '/usr/bin/ps');
    expect(given(reading)).toEqual([line('/usr/bin/ps', content, '4755 root:mem')]);
    expect(reading.status === 'ok' && reading.files[0]?.modifiedSeconds).toBe(1_500_000_000);
  });

  test('an empty file, a long name and a hard link that comes behind its content', () => {
    expect(given(read(debOf(files), '/usr/bin/empty', long))).toEqual([
      line('/usr/bin/empty', ''),
      line(long, 'long'),
    ]);
    expect(given(read(debOf(files), '/usr/bin/ps-again'))).toEqual([line('/usr/bin/ps-again', content)]);
  });

  test('what it does not hold, and what is a link, is not given', () => {
    expect(given(read(debOf(files), '/usr/bin/other', '/usr/bin/link'))).toEqual([]);
  });

  test('is read whatever packed it', () => {
    for (const data of [tarOf(files), gzipSync(tarOf(files)), zstdCompressSync(tarOf(files))]) {
      expect(given(read(debOf(files, data), '/usr/bin/ps'))).toHaveLength(1);
    }
  });

  test('names of ustar’s prefix and of pax are read', () => {
    const tar = tarOf([{ path: '/ps', content: 'x' }]);
    const pax = Buffer.from('29 path=./usr/bin/of-pax.txt\n');
    const header = Buffer.from(tar.subarray(0, 512));
    header.write('x', 156, 'latin1');
    header.write(`${pax.length.toString(8).padStart(11, '0')}\0`, 124, 'latin1');
    header.write('        ', 148, 'latin1');
    const sum = header.reduce((all, byte) => all + byte, 0);
    header.write(`${sum.toString(8).padStart(6, '0')}\0`, 148, 'latin1');
    const bytes = Buffer.concat([header, pax, Buffer.alloc(512 - pax.length), tar]);
    expect(given(read(debOf([], bytes), '/usr/bin/of-pax.txt'))).toEqual([line('/usr/bin/of-pax.txt', 'x')]);
  });
});

describe('a package of rpm', () => {
  const header = headerBlob('procps-ng', [{ path: '/usr/bin/ps' }, { path: '/usr/bin/top' }]);
  const packed = cpioOf([
    { path: '/usr/bin/ps', content, mode: 0o755 },
    { path: '/usr/bin/first', inode: 7 },
    { path: '/usr/bin/second', inode: 7, content: 'shared' },
  ]);

  test('gives a file, whatever packed it', () => {
    for (const payload of [packed, gzipSync(packed), zstdCompressSync(packed)]) {
      const reading = read(rpmOf(header, payload), '/usr/bin/ps');
      expect(reading.status === 'ok' && reading.files.map(({ bytes }) => Bun.hash(bytes))).toEqual([
        Bun.hash(content),
      ]);
    }
  });

  test('content that an archive says again for the same links is not added to them', () => {
    const again = cpioOf([
      { path: '/usr/bin/first', inode: 7 },
      { path: '/usr/bin/second', inode: 7, content: 'once' },
      ...Array.from({ length: 8 }, (_, at) => ({ path: `/usr/bin/more${at}`, inode: 7, content: 'again' })),
    ]);
    const reading = read(rpmOf(header, again), '/usr/bin/first', '/usr/bin/none');
    expect(given(reading)).toEqual([line('/usr/bin/first', 'once', '755 :')]);
  });

  test('hard links share the content of the last of them', () => {
    const reading = read(rpmOf(header, packed), '/usr/bin/first');
    expect(reading.status === 'ok' && reading.files.map(({ bytes }) => String(Buffer.from(bytes)))).toEqual([
      'shared',
    ]);
  });
});

describe('hostile packages', () => {
  const broken = (bytes: Uint8Array): string => {
    const reading = read(bytes, '/usr/bin/ps');
    return reading.status === 'ok' ? 'ok' : reading.reason;
  };

  test('cut off anywhere, it is no package and never half a file', () => {
    const whole = debOf([{ path: '/usr/bin/first', content }, ...files]);
    for (let size = 0; size < whole.length - 1; size += 97) {
      const reading = read(whole.subarray(0, size), '/usr/bin/ps');
      for (const file of reading.status === 'ok' ? reading.files : [])
        expect(Bun.hash(file.bytes)).toBe(Bun.hash(content));
    }
    expect(broken(new Uint8Array(0))).toBe('no package');
    expect(broken(whole.subarray(0, 200))).not.toBe('ok');
  });

  test('what is damaged in the middle is told', () => {
    const damaged = debOf(files);
    damaged.fill(0xff, damaged.length - 120, damaged.length - 60);
    expect(broken(damaged)).not.toBe('ok');
    const rpm = rpmOf(headerBlob('p', []), Buffer.from('070701zzzz'.padEnd(300, 'z')));
    expect(broken(rpm)).toBe('broken');
    rpm.fill(0xff, 112, 128);
    expect(broken(rpm)).toBe('no package');
  });

  test('sizes that lie, names that lead up and sums that differ end the reading', () => {
    const ends = (change: (tar: Buffer) => void): string => {
      const tar = tarOf([{ path: '/usr/bin/ps', content }]);
      change(tar);
      const reader = new TarReader(() => undefined);
      for (let at = 0; at < tar.length; at += 100) reader.push(tar.subarray(at, at + 100));
      return reader.end();
    };
    expect(ends(() => {})).toBe('whole');
    expect(ends((tar) => tar.write('9', 0))).toBe('broken');
    expect(ends((tar) => tar.fill(0xff, 124, 136))).toBe('broken');
    const up = new TarReader(() => undefined);
    up.push(tarOf([{ path: '/usr/../../etc/passwd', content: 'x' }]));
    expect(up.end()).toBe('broken');
    const cpio = new CpioReader(() => undefined);
    cpio.push(cpioOf([{ path: '/../etc/passwd', content: 'x' }]));
    expect(cpio.end()).toBe('broken');
  });
});
