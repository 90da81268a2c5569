/** What lies behind the links of /proc: roots, executables and open files of other processes. */
import { afterAll, describe, expect, test } from 'bun:test';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { printableText } from '../model/text.ts';
import { mount, umount, umountFlag } from '../native/namespaces.ts';
import { startProgram, until } from '../native/processes.fixture.ts';
import { recordedNative } from '../native/recorded.ts';
import { liveTarget } from './live.ts';
import { magicPath } from './magic-link.ts';

const scratch = mkdtempSync(join(tmpdir(), 'demine-roots-'));
const target = liveTarget(recordedNative());
const ends: (() => void)[] = [() => void target.close()];
afterAll(() => {
  for (const end of ends.reverse()) end();
  rmSync(scratch, { recursive: true });
});

const read = (path: string) => {
  const result = target.readNow({ kind: 'file', path: printableText(path) });
  return { ...result, text: Buffer.from(result.bytes).toString('latin1') };
};
const statOf = (path: string) => target.readNow({ kind: 'stat', path: printableText(path), follow: true });

describe('the root of a process', () => {
  const image = join(scratch, 'image');
  for (const folder of ['etc', 'usr', 'proc']) mkdirSync(join(image, folder), { recursive: true });
  writeFileSync(join(image, 'etc/hostname'), 'inside');
  symlinkSync('/etc/hostname', join(image, 'absolute'));
  symlinkSync('../../../../etc/hostname', join(image, 'climbing'));
  symlinkSync('../../../../../../outside', join(image, 'out'));
  writeFileSync(join(scratch, 'outside'), 'outside');

  // A program needs its libraries within its root.
  const libraries =
    Bun.spawnSync(['ldd', '/bin/sleep'])
      .stdout.toString()
      .match(/\/\S+\.so\S*/g) ?? [];
  for (const file of ['/bin/sleep', ...libraries]) {
    mkdirSync(join(image, dirname(file)), { recursive: true });
    copyFileSync(file, join(image, file));
  }

  test('is one that links do not leave', async () => {
    const child = startProgram('chroot', image, '/bin/sleep', '1000');
    ends.push(() => child.kill('SIGKILL'));
    await until(() => readlinkSync(`/proc/${child.pid}/root`) === image);
    const root = `/proc/${child.pid}/root`;
    expect(read(`${root}/etc/hostname`).text).toBe('inside');
    expect(read(`${root}/absolute`).text).toBe('inside');
    expect(read(`${root}/climbing`).text).toBe('inside');
    expect(read(`${root}/out`).status).toBe('absent');
    const listed = target.readNow({ kind: 'directory', path: printableText(root) });
    expect(listed.entries.map(({ name }) => String(name)).sort()).toEqual(readdirSync(image).sort());
    await child.end();
    expect(read(`${root}/etc/hostname`).status).toBe('absent');
  });
});

describe('the executable of a process', () => {
  test('is read after it was removed', () => {
    const copy = join(scratch, 'removed');
    copyFileSync('/bin/sleep', copy);
    const child = startProgram(copy, '1000');
    ends.push(() => child.kill('SIGKILL'));
    unlinkSync(copy);
    const exe = `/proc/${child.pid}/exe`;
    expect(read(exe).text.slice(0, 4)).toBe('\x7fELF');
    expect(statOf(exe).stat).toMatchObject({ type: 'file', links: 0 });
  });

  test('is read by the child where its mount is in no table', () => {
    const point = join(scratch, 'gone');
    mkdirSync(point);
    mount({ source: 'gone', target: point, type: 'tmpfs' });
    copyFileSync('/bin/sleep', join(point, 'program'));
    const child = startProgram(join(point, 'program'), '1000');
    ends.push(() => child.kill('SIGKILL'));
    umount(point, umountFlag.detach);
    const exe = `/proc/${child.pid}/exe`;
    expect(read(exe).text.slice(0, 4)).toBe('\x7fELF');
    expect(statOf(exe).stat?.type).toBe('file');
  });
});

describe('open files of a process', () => {
  test('are read where they are files, and told by their type where not', () => {
    writeFileSync(join(scratch, 'config.json'), '{}');
    const file = openSync(join(scratch, 'config.json'), 'r');
    const device = openSync('/dev/zero', 'r');
    expect(read(`/proc/self/fd/${file}`).text).toBe('{}');
    expect(read(`/proc/self/fd/${device}`)).toMatchObject({
      status: 'error',
      reason: 'not a file: character',
    });
    const child = Bun.spawn(['sleep', '1000'], { stdio: ['pipe', 'ignore', 'ignore'] });
    ends.push(() => child.kill('SIGKILL'));
    expect(read(`/proc/${child.pid}/fd/0`).reason).toMatch(/^not a file: (?:pipe|socket)$/);
    expect(statOf(`/proc/${child.pid}/fd/0`).stat?.type).toMatch(/^(?:fifo|socket)$/);
  });
});

describe('a path of /proc', () => {
  test.each([
    ['/proc/12/exe', '/proc/12/exe', ''],
    ['/proc/12/task/13/exe', '/proc/12/task/13/exe', ''],
    ['/proc/12/root', '/proc/12/root', ''],
    ['/proc/12/root/etc/passwd', '/proc/12/root', '/etc/passwd'],
    ['/proc/12/root/bad/1', '/proc/12/root', '/bad/1'],
    ['/proc/12/root/bad', '/proc/12/root', '/bad'],
    ['/proc/12/cwd/x', '/proc/12/cwd', '/x'],
    ['/proc/12/fd/3', '/proc/12/fd/3', ''],
    ['/proc/12/fd/3/x', '/proc/12/fd/3', '/x'],
    ['/proc/12/map_files/a000-b000', '/proc/12/map_files/a000-b000', ''],
  ])('%s goes through the link %s', (path, link, rest) => {
    expect(magicPath(path)).toMatchObject({ link, rest });
  });

  test.each([
    '/proc/12/environ',
    '/proc/12/cmdline',
    '/proc/12/fd',
    '/proc/12/fdinfo/3',
    '/proc/12/maps',
    '/proc/12/task/13/stat',
    '/proc/12/ns/mnt',
    '/proc/net/tcp',
    '/proc/12',
  ])('%s goes through none', (path) => {
    expect(magicPath(path)).toBeUndefined();
  });
});
