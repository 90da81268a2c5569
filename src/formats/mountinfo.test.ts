import { describe, expect, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import { parseMountInfo } from './mountinfo.ts';

const parse = (text: string): ReturnType<typeof parseMountInfo> =>
  parseMountInfo(Buffer.from(text, 'latin1'));

describe('mountinfo', () => {
  test('the example of the kernel documentation gives all fields', () => {
    const [entry] = parse('36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue\n');
    expect(entry).toMatchObject({
      id: 36,
      parent: 35,
      major: 98,
      minor: 0,
      root: '/mnt1',
      mountPoint: '/mnt2',
      options: ['rw', 'noatime'],
      propagation: ['master:1'],
      fileSystem: 'ext3',
      source: '/dev/root',
      superOptions: ['rw', 'errors=continue'],
      line: 1,
    });
  });

  test('a mount without optional fields and one with several are both read', () => {
    const entries = parse(
      '21 1 0:20 / /sys rw - sysfs sysfs rw\n22 1 0:21 / /proc rw shared:7 master:2 propagate_from:3 - proc proc rw\n',
    );
    expect(entries.map((entry) => entry.propagation)).toEqual([
      [],
      ['shared:7', 'master:2', 'propagate_from:3'],
    ]);
    expect(entries.map((entry) => entry.line)).toEqual([1, 2]);
  });

  test('a folder bound over a process is seen as such', () => {
    const [first, second] = parse(
      '75 51 254:0 /tmp/rw/empty /proc/4943 rw,relatime - ext4 /dev/vda rw\n75 51 0:21 /1 /proc/4943 rw - proc proc rw\n',
    );
    expect(first?.mountPoint).toBe(second?.mountPoint);
    expect(String(second?.root)).toBe('/1');
  });

  test('octal escapes become the bytes they stand for, in printable form', () => {
    const [entry] = parse('1 0 0:1 / /a\\040b\\134c\\012\\043 rw - ext4 /dev/\\043x rw\n');
    expect(String(entry?.mountPoint)).toBe('/a b\\c%0A#');
    expect(String(entry?.source)).toBe('/dev/#x');
  });

  test('an escape that is cut short or out of range stays as it is', () => {
    const [entry] = parse('1 0 0:1 / /a\\04 rw - ext4 \\477 rw\n');
    expect(String(entry?.mountPoint)).toBe('/a\\04');
    expect(String(entry?.source)).toBe('\\477');
  });

  test('a mount point named like the separator does not shift the fields', () => {
    const [entry] = parse('1 0 0:1 - - - - ext4 src rw\n');
    expect(entry).toMatchObject({ root: '-', mountPoint: '-', options: ['-'], fileSystem: 'ext4' });
  });

  test('an empty source, as tmpfs may have, is empty', () => {
    const [entry] = parse('1 0 0:1 / /t rw - tmpfs  rw,size=1k\n');
    expect(entry?.source).toBe(parse('1 0 0:1 / /t rw - tmpfs  rw\n')[0]?.source);
    expect(entry?.superOptions).toEqual(['rw', 'size=1k']);
  });

  test('lines that are not of the form, odd bytes and a missing last newline lose nothing else', () => {
    const entries = parse('\nx\n1 0 0:1 / /\xff\x1b rw - ext4\n1 2 3\n2 0 0:1 / /z rw - ext4 d rw');
    expect(entries.map((entry) => String(entry.mountPoint))).toEqual(['/%FF%1B', '/z']);
    expect(entries[1]?.line).toBe(5);
  });

  test('the table of this namespace is read whole', () => {
    const bytes = readFileSync('/proc/self/mountinfo');
    const lines = bytes.toString('latin1').split('\n').filter(Boolean).length;
    const entries = parseMountInfo(bytes);
    expect(entries.length).toBe(lines);
    expect(entries.some((entry) => entry.mountPoint === '/proc' && entry.fileSystem === 'proc')).toBe(true);
  });
});
