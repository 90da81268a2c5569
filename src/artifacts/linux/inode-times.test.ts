import { expect, test } from 'bun:test';
import { type Recorded, RecordedTarget } from '../../../test/recorded-target.ts';
import { inodeTimes } from './inode-times.ts';

const day = 86_400e6;
const now = 1_700_000_000e6;
const names = ['/etc/passwd', '/etc/hostname', '/etc/fstab', '/var/log/auth.log', '/root/.bashrc'];
/** By the number of a file, how long ago its content and its inode were changed. */
const folder = (times: (index: number) => readonly [number, number], of = names): RecordedTarget =>
  new RecordedTarget({
    kind: 'folder',
    files: Object.fromEntries(
      of.map((path, index): [string, Recorded] => {
        const [modified, changed] = times(index);
        return [
          path,
          { content: 'x', stat: { modifiedUs: now - modified, changedUs: now - changed, inode: index + 1 } },
        ];
      }),
    ),
  });
const lastLog = now - 10 * day;

test('a mounted image keeps them: inodes changed before its last line', () => {
  expect(
    inodeTimes(
      folder((index) => [400 * day, (400 - index * 97) * day]),
      lastLog,
    ),
  ).toBe('kept');
  // Installed in one go, and running since.
  expect(
    inodeTimes(
      folder((index) => [900 * day, index === 3 ? lastLog : 200 * day]),
      lastLog,
    ),
  ).toBe('kept');
});

test('what was unpacked or copied keeps when content was written, or not even that', () => {
  expect(
    inodeTimes(
      folder((index) => [(index + 11) * day, 0]),
      lastLog,
    ),
  ).toBe('modified');
  expect(
    inodeTimes(
      folder(() => [0, 0]),
      lastLog,
    ),
  ).toBe('lost');
});

test('without logs the newest content stands for the last line', () => {
  const nothing = Number.NEGATIVE_INFINITY;
  expect(
    inodeTimes(
      folder((index) => [(index + 11) * day, 0]),
      nothing,
    ),
  ).toBe('modified');
  expect(
    inodeTimes(
      folder(() => [0, 0]),
      nothing,
    ),
  ).toBe('kept');
});

test('of a folder of minutes, of a few files and of times before all time nothing is said', () => {
  expect(
    inodeTimes(
      folder(() => [0, 0]),
      now - 60e6 * 5,
    ),
  ).toBe('kept');
  expect(
    inodeTimes(
      folder(() => [20 * day, 0], names.slice(0, 2)),
      lastLog,
    ),
  ).toBe('kept');
  expect(
    inodeTimes(
      folder(() => [20 * day, now + 1]),
      lastLog,
    ),
  ).toBe('kept');
});
