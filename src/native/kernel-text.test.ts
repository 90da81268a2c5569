import { afterAll, afterEach, expect, test } from 'bun:test';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kernelPart } from './kernel-part.ts';
import { readProc, staysOn } from './kernel-text.ts';
import { mount, mountFlag, umount, umountFlag } from './namespaces.ts';

const scratch = mkdtempSync(join(tmpdir(), 'demine-kernel-text-'));
const decoy = join(scratch, 'decoy');
writeFileSync(decoy, '9.99 9.99 9.99 9999/9999 1\n');
const points: string[] = [];
/** A file system of its own stands for a file server: nothing of it may be asked for. */
function cover(point: string, by = decoy): void {
  expect(mount({ source: by, target: point, flags: mountFlag.bind }).status).toBe('ok');
  points.push(point);
}
afterEach(() => {
  for (const point of points.splice(0)) umount(point, umountFlag.detach);
});
afterAll(() => rmSync(scratch, { recursive: true }));

const text = (path: `/proc/${string}`): string => {
  const answer = readProc(path, 4096);
  return answer.status === 'ok' ? Buffer.from(answer.value).toString('latin1') : answer.status;
};

test('a file that nobody covered is read', () => {
  expect(text('/proc/loadavg')).toMatch(/^\d+\.\d+ /);
  expect(text('/proc/sys/kernel/osrelease')).toBe(readFileSync('/proc/sys/kernel/osrelease', 'latin1'));
  expect(text('/proc/no/such')).toBe('absent');
});

test('beneath what was mounted over a file, or over a folder above it, the kernel is read', () => {
  const release = text('/proc/sys/kernel/osrelease');
  cover('/proc/loadavg');
  expect(readFileSync('/proc/loadavg', 'latin1')).toContain('9999');
  expect(text('/proc/loadavg')).not.toContain('9999');
  cover('/proc/sys', scratch);
  expect(text('/proc/sys/kernel/osrelease')).toBe(release);
});

test('whether a part of the kernel is there is not read from what was mounted over it', () => {
  const before = kernelPart('no_such_module');
  cover('/proc/sys', scratch);
  expect(kernelPart('no_such_module')).toEqual(before);
});

test('a path stays where no other file system and no link is on its way', () => {
  const root = join(scratch, 'root');
  mkdirSync(join(root, 'modules/6.1'), { recursive: true });
  writeFileSync(join(root, 'modules/6.1/modules.builtin'), '');
  const path = join(root, 'modules/6.1/modules.builtin');
  // The parts above the root of this test may be on others.
  const homes = [
    '/',
    ...root
      .split('/')
      .slice(1)
      .map((_, at, all) => `/${all.slice(0, at + 1).join('/')}`),
  ];
  expect(staysOn(path, homes)).toBe(true);
  expect(staysOn(join(root, 'modules/6.2/modules.builtin'), homes)).toBe(true);
  symlinkSync('/somewhere/else', join(root, 'modules/6.3'));
  expect(staysOn(join(root, 'modules/6.3/modules.builtin'), homes)).toBe(false);
  expect(mount({ source: 'none', target: join(root, 'modules/6.1'), type: 'tmpfs' }).status).toBe('ok');
  points.push(join(root, 'modules/6.1'));
  expect(staysOn(path, homes)).toBe(false);
});
