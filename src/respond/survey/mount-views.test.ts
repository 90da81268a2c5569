import { describe, expect, test } from 'bun:test';
import { parseMountInfo } from '../../formats/mountinfo.ts';
import { printableText as text } from '../../model/text.ts';
import { MountViews } from './mount-views.ts';

/** `ID DEVICE ROOT POINT`, in the order of the kernel. */
const views = (...lines: readonly string[]): MountViews =>
  new MountViews(
    parseMountInfo(
      Buffer.from(
        lines
          .map((line, at) => {
            const [device, root, point] = line.split(' ');
            return `${at + 20} 1 ${device} ${root} ${point} rw - ext4 /dev/x rw\n`;
          })
          .join(''),
      ),
    ),
  );
const names = (of: MountViews, path: string): readonly string[] => of.earlierNames(text(path));

const host = ['8:1 / /', '0:22 / /proc', '8:2 / /data'] as const;

describe('another name of a file', () => {
  test('is that in the mount that was there first', () => {
    const bound = views(...host, '8:1 /etc /tmp/.x', '8:1 /usr/bin/true /tmp/run', '8:2 /www /srv/www');
    expect(names(bound, '/tmp/.x/passwd')).toEqual(['/etc/passwd']);
    expect(names(bound, '/tmp/.x')).toEqual(['/etc']);
    expect(names(bound, '/tmp/run')).toEqual(['/usr/bin/true']);
    expect(names(bound, '/srv/www/a/b')).toEqual(['/data/www/a/b']);
  });

  test('is that of the root where all of it is bound', () => {
    const bound = views(...host, '8:1 / /tmp/.x/root');
    expect(names(bound, '/tmp/.x/root/etc/passwd')).toEqual(['/etc/passwd']);
    expect(names(bound, '/tmp/.x/root')).toEqual(['/']);
  });

  test('there is none of a file where it lies, nor in a file system of its own', () => {
    const bound = views(...host, '8:1 /etc /tmp/.x', '0:40 / /tmp/.y');
    for (const path of ['/etc/passwd', '/data/www', '/tmp/.y/m', '/tmp/other', '/']) {
      expect(names(bound, path)).toEqual([]);
    }
    // Folders of one file system beside each other, as of btrfs.
    expect(names(views('0:30 /@ /', '0:30 /@home /home'), '/home/a')).toEqual([]);
  });

  test('of two mounts on one point is asked of the upper, and a table of none has none', () => {
    const bound = views(...host, '8:1 /etc /tmp/.x', '0:40 / /tmp/.x');
    expect(names(bound, '/tmp/.x/passwd')).toEqual([]);
    expect(names(new MountViews([]), '/tmp/x')).toEqual([]);
  });

  test('has an end where a file system is bound without end', () => {
    const many = Array.from({ length: 5_000 }, (_, at) => `8:1 /etc /m/${at}`);
    expect(names(views(...host, ...many), '/m/4999/passwd').length).toBe(16);
    expect(names(views(...host, ...many), '/m/4999/passwd')[0]).toBe('/etc/passwd');
  });
});

test('a folder with a mount upon it or below holds one, and no other does', () => {
  const bound = views(...host, '8:1 /etc /tmp/.x/a/b');
  const holds = (path: string): boolean => bound.hasMount(text(path));
  expect(['/tmp/.x', '/tmp/.x/a', '/tmp/.x/a/b', '/data'].map(holds)).toEqual([true, true, true, true]);
  expect(['/tmp/.x/a/b/c', '/tmp/.xx', '/tmp/.x/ab', '/etc'].map(holds)).toEqual([
    false,
    false,
    false,
    false,
  ]);
});

test('from a root that is mounted somewhere all is seen as from there', () => {
  const image = views(...host, '7:0 / /mnt/image', '7:0 /etc /mnt/image/tmp/.x').below(text('/mnt/image'));
  expect(names(image, '/tmp/.x/passwd')).toEqual(['/etc/passwd']);
  const folder = views(...host, '8:2 /root/etc /data/root/tmp/.x').below(text('/data/root'));
  expect(names(folder, '/tmp/.x/passwd')).toEqual(['/etc/passwd']);
  // What is outside of the root has no name in it.
  const outside = views(...host, '8:2 /secret /data/root/tmp/.x').below(text('/data/root'));
  expect(names(outside, '/tmp/.x/passwd')).toEqual([]);
  expect(outside.hasMount(text('/tmp/.x'))).toBe(true);
});
