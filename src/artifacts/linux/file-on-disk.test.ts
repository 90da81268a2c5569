import { afterAll, expect, test } from 'bun:test';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Recorded, RecordedTarget } from '../../../test/recorded-target.ts';
import { FactSet } from '../../model/fact.ts';
import { SourceLog } from '../../model/source-log.ts';
import { printableText } from '../../model/text.ts';
import { readDevice } from '../../native/block-device.ts';
import type { Answer } from '../../native/port.ts';
import { readOnDisk } from './file-on-disk.ts';
import { ldPreload } from './loader/preload.ts';

const scratch = mkdtempSync(join(tmpdir(), 'demine-disk-'));
afterAll(() => rmSync(scratch, { recursive: true }));
mkdirSync(join(scratch, 'tree/etc'), { recursive: true });
mkdirSync(join(scratch, 'tree/data/srv'), { recursive: true });
writeFileSync(join(scratch, 'tree/etc/ld.so.preload'), '/lib/libselinux.so.8\n');
writeFileSync(join(scratch, 'tree/data/srv/x'), 'below a bind');
const image = join(scratch, 'image');
const made = Bun.spawnSync(['/usr/sbin/mkfs.ext4', '-q', '-F', '-d', join(scratch, 'tree'), image, '8M']);
if (made.exitCode !== 0) throw new Error(`mkfs.ext4: ${made.stderr}`);
const disk = readFileSync(image);

/** A device that is our image, and none by any other name. */
const fromImage = (path: Uint8Array, offset: number, length: number): Answer<Uint8Array> =>
  Buffer.from(path).toString() === '/dev/sda1'
    ? { status: 'ok', value: disk.subarray(offset, offset + length) }
    : { status: 'absent', reason: 'no block device' };

const mounts = `30 1 8:1 / / rw - ext4 /dev/sda1 rw
31 30 0:5 / /proc rw - proc proc rw
32 30 8:1 /data /srv/www rw - ext4 /dev/sda1 rw
33 30 0:50 / /home rw - nfs4 server:/home rw
`;

const host = (files: Record<string, Recorded>, read = fromImage): RecordedTarget =>
  new RecordedTarget({ files: { '/proc/self/mountinfo': mounts, ...files }, native: { readDevice: read } });

test('a preload that every call hides is found on the disk and marked as hidden', async () => {
  const target = host({});
  const log = new SourceLog();
  const facts = await ldPreload.gather({ target, log, facts: new FactSet(), nowUs: 0, thorough: false });
  expect(facts).toMatchObject([
    {
      mechanism: 'ld-preload',
      target: '/lib/libselinux.so.8',
      marks: ['loads-everywhere', 'hidden-from-listing'],
    },
  ]);
});

test('one that is shown is told once, and not as hidden', async () => {
  const target = host({ '/etc/ld.so.preload': '/lib/libselinux.so.8\n' });
  const facts = await ldPreload.gather({
    target,
    log: new SourceLog(),
    facts: new FactSet(),
    nowUs: 0,
    thorough: false,
  });
  expect(facts).toMatchObject([{ marks: ['loads-everywhere'] }]);
});

test('a bind mount leads to its folder on the disk, other file systems to nothing', () => {
  const read = (path: string) => readOnDisk(host({}), printableText(path), 100);
  expect(Buffer.from(read('/srv/www/srv/x')?.bytes ?? []).toString()).toBe('below a bind');
  expect(read('/home/x')).toBeUndefined();
  expect(read('/etc/none')).toMatchObject({ status: 'absent' });
});

test('a device that may not be opened is told, one that is none is passed over', () => {
  const denied = host({}, () => ({ status: 'denied', reason: 'EPERM' }));
  expect(readOnDisk(denied, printableText('/etc/x'), 100)).toMatchObject({
    status: 'denied',
    reason: 'EPERM',
  });
  const none = host({}, () => ({ status: 'absent', reason: 'no block device' }));
  expect(readOnDisk(none, printableText('/etc/x'), 100)).toBeUndefined();
  expect(
    readOnDisk(new RecordedTarget({ kind: 'folder', files: {} }), printableText('/etc/x'), 100),
  ).toBeUndefined();
});

test('nothing but a block device is opened as one', () => {
  const path = (text: string): Uint8Array => Buffer.from(text);
  for (const other of [image, '/dev/zero', '/nonexistent', scratch]) {
    expect(readDevice(path(other), 0, 512)).toEqual({ status: 'absent', reason: 'no block device' });
  }
});
