import { expect, test } from 'bun:test';
import { readFileSync, statSync } from 'node:fs';
import { statusThrough } from './link-status.ts';

const microseconds = (nanoseconds: bigint): number => Math.round(Number(nanoseconds) / 1000);

test('a link of /proc is followed to what stat(2) says of the file', () => {
  for (const link of ['/proc/self/exe', '/proc/self/cwd', '/proc/self/root']) {
    const status = statusThrough(link);
    const expected = statSync(link, { bigint: true });
    expect(status).toMatchObject({
      mode: Number(expected.mode),
      inode: Number(expected.ino),
      device: Number(expected.dev),
      size: Number(expected.size),
      links: Number(expected.nlink),
      uid: Number(expected.uid),
      gid: Number(expected.gid),
    });
    // Microseconds may be rounded the other way.
    expect(Math.abs((status?.changedUs ?? 0) - microseconds(expected.ctimeNs))).toBeLessThanOrEqual(1);
    expect(Math.abs((status?.modifiedUs ?? 0) - microseconds(expected.mtimeNs))).toBeLessThanOrEqual(1);
  }
});

test('the mount is one of mountinfo', () => {
  const mounts = readFileSync('/proc/self/mountinfo', 'latin1')
    .split('\n')
    .map((line) => Number.parseInt(line, 10));
  expect(mounts).toContain(statusThrough('/proc/self/root')?.mount ?? -1);
});

test('a link that leads nowhere has none', () => {
  expect(statusThrough('/proc/self/fd/9999')).toBeUndefined();
  expect(statusThrough('/proc/self/ex\0e')).toBeUndefined();
});
