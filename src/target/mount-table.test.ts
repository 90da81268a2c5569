import { describe, expect, test } from 'bun:test';
import { MountTable } from './mount-table.ts';

let id = 20;
const line = (point: string, type: string, options = 'rw', parent = 1): string => {
  id += 1;
  return `${id} ${parent} 0:${id} / ${point} rw - ${type} source ${options}\n`;
};
const tableOf = (...lines: readonly string[]): MountTable => new MountTable(Buffer.from(lines.join('')));
const nothing = new Set<string>();
const dangerOf = (table: MountTable, path: string): string | undefined => table.danger(path, nothing)?.point;

describe('what a path leads through', () => {
  const table = tableOf(
    line('/', 'ext4'),
    line('/mnt/share', 'nfs4'),
    line('/mnt/share/disk', 'ext4'),
    line('/home/a\\040b', 'fuse.sshfs'),
    line('/odd', 'somefs'),
    line('/run', 'tmpfs'),
  );

  test.each([
    ['/etc/passwd', undefined],
    ['/run/x', undefined],
    ['/mnt/shared', undefined],
    ['/mnt/share', '/mnt/share'],
    ['/mnt/share/disk/x', '/mnt/share'],
    ['/home/a b/x', '/home/a b'],
  ])('%s: %p', (path, point) => {
    expect(dangerOf(table, path)).toBe(point);
  });

  test('a file system that nobody knows may hang', () => {
    expect(dangerOf(table, '/odd/x')).toBe('/odd');
  });

  test('what is allowed is no danger, what stands below it still is', () => {
    const two = tableOf(line('/', 'ext4'), line('/a', 'fuse'), line('/a/b', 'cifs'));
    expect(two.danger('/a/x', new Set(['/a']))).toBeUndefined();
    expect(two.danger('/a/b/x', new Set(['/a']))?.point).toBe('/a/b');
  });
});

describe('mounts over one another', () => {
  test('the one on top counts, whatever the order of the lines', () => {
    const top = '90 80 0:90 / /mnt rw - tmpfs none rw\n';
    const under = '80 1 0:80 / /mnt rw - fuse none rw\n';
    expect(dangerOf(tableOf(line('/', 'ext4'), under, top), '/mnt/x')).toBeUndefined();
    expect(dangerOf(tableOf(line('/', 'ext4'), top, under), '/mnt/x')).toBeUndefined();
  });

  test('the root of a namespace is its own parent and stands', () => {
    expect(tableOf('1 1 0:2 / / rw - rootfs none rw\n').at('/')?.fileSystem).toBe('rootfs');
  });

  test('an overlay over a share may hang with it', () => {
    const table = tableOf(
      line('/', 'ext4'),
      line('/share', 'nfs'),
      line('/merged', 'overlay', 'rw,lowerdir=/usr:/share/lower,upperdir=/up,workdir=/work'),
      line('/fine', 'overlay', 'rw,lowerdir=/usr,upperdir=/up,workdir=/share/work'),
    );
    expect(dangerOf(table, '/merged/x')).toBe('/merged');
    expect(dangerOf(table, '/fine/x')).toBeUndefined();
  });
});

describe('automount points', () => {
  const table = tableOf(
    line('/', 'ext4'),
    line('/net', 'autofs'),
    line('/net/host', 'nfs'),
    line('/disk', 'autofs'),
  );

  test('are left alone where nothing is mounted yet', () => {
    expect(table.danger('/net/other/x', nothing)).toMatchObject({ point: '/net', danger: 'automount' });
    expect(table.danger('/disk', nothing)).toMatchObject({ point: '/disk', danger: 'automount' });
  });

  test('lead to what is mounted there already', () => {
    expect(table.danger('/net/host/x', nothing)).toMatchObject({ point: '/net/host', danger: 'may-hang' });
  });
});

describe('files of the kernel', () => {
  const plain = [
    line('/', 'ext4'),
    line('/proc', 'proc'),
    line('/sys', 'sysfs'),
    line('/sys/fs/cgroup', 'cgroup2'),
  ];

  test('are what lies below /proc and /sys', () => {
    const table = tableOf(...plain);
    for (const path of ['/proc/1/stat', '/proc/stat', '/sys/module', '/sys/fs/cgroup/x']) {
      expect(table.kernelFiles(path)).toBe(true);
    }
  });

  test('are not what is mounted over a part of it', () => {
    const table = tableOf(
      ...plain,
      line('/proc/4943', 'ext4'),
      line('/proc/stat', 'fuse.lxcfs'),
      line('/proc/sys/fs/binfmt_misc', 'autofs'),
      line('/proc/77', 'proc'),
    );
    expect(table.kernelFiles('/proc/4943/stat')).toBe(false);
    expect(table.kernelFiles('/proc/stat')).toBe(false);
    expect(table.kernelFiles('/proc/sys/fs/binfmt_misc/status')).toBe(false);
    expect(table.kernelFiles('/proc/49430/stat')).toBe(true);
    expect(table.kernelFiles('/proc/77/stat')).toBe(true);
  });

  test('are not there where something else is mounted on /proc, or nothing', () => {
    expect(tableOf(line('/', 'ext4'), line('/proc', 'tmpfs')).kernelFiles('/proc/1/stat')).toBe(false);
    expect(tableOf(line('/', 'ext4')).kernelFiles('/sys/module')).toBe(false);
  });
});

test('a table of nonsense judges nothing and breaks nothing', () => {
  const table = tableOf('\xff\xfe\n', '1 2\n', '- - - -\n', ' '.repeat(10_000), '\n');
  expect(dangerOf(table, '/x')).toBeUndefined();
  expect(table.kernelFiles('/proc/1/stat')).toBe(false);
});
