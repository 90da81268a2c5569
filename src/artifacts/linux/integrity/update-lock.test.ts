import { expect, test } from 'bun:test';
import { type RecordedHost, RecordedTarget } from '../../../../test/recorded-target.ts';
import { heldLock } from './update-lock.ts';

const locks = `1: POSIX  ADVISORY  WRITE 812 fe:00:4242 0 EOF
2: FLOCK  ADVISORY  READ 9 00:19:77 0 EOF
1: -> POSIX  ADVISORY  WRITE 9 fe:00:4243 0 EOF
`;
const held = (files: RecordedHost['files'], kind: RecordedHost['kind'] = 'live'): string => {
  const lock = heldLock(new RecordedTarget({ kind, files }));
  return lock.held ? lock.path : 'nobody';
};
const lockFile = (inode: number) => ({ content: '', stat: { inode } });

test('a package manager at work holds the lock of its database', () => {
  expect(held({ '/proc/locks': locks, '/var/lib/dpkg/lock': lockFile(4242) })).toBe('/var/lib/dpkg/lock');
  expect(held({ '/proc/locks': locks, '/var/lib/rpm/.rpm.lock': lockFile(4242) })).toBe(
    '/var/lib/rpm/.rpm.lock',
  );
  expect(held({ '/var/lib/pacman/db.lck': '' })).toBe('/var/lib/pacman/db.lck');
});

test('a lock file that nobody holds, one that is only read, and a folder tell nothing', () => {
  expect(held({ '/proc/locks': locks, '/var/lib/dpkg/lock': lockFile(1) })).toBe('nobody');
  expect(held({ '/proc/locks': locks, '/var/lib/dpkg/lock': lockFile(77) })).toBe('nobody');
  expect(held({ '/proc/locks': locks, '/var/lib/dpkg/lock': lockFile(4242) }, 'folder')).toBe('nobody');
});
