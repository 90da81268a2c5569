/**
 * A file system that may hang and does not: everything is read by the child, and nothing else is different.
 * An overlay stands for it. The folder of its lower layer is covered by a mount that never answers after the
 * overlay was made, so the overlay works and the mount table says that it may hang.
 */
import { afterAll, describe, expect, test } from 'bun:test';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { printableText } from '../model/text.ts';
import { mount, umount, umountFlag } from '../native/namespaces.ts';
import { recordedNative } from '../native/recorded.ts';
import { folderTarget } from './folder.ts';
import { deadMount, deadMountOn } from './fuse.fixture.ts';
import { liveTarget } from './live.ts';
import { FreshTable, ownTablePath } from './mount-tables.ts';
import { plantTree, targetCases } from './target.case.ts';

const scratch = mkdtempSync(join(tmpdir(), 'demine-may-hang-'));
const stage = join(scratch, 'stage');
const share = join(scratch, 'share');
mkdirSync(stage);
mkdirSync(share);
// An overlay needs its upper layer on another file system than itself: a tmpfs of the test.
mount({ source: 'stage', target: stage, type: 'tmpfs' });
for (const layer of ['lower/tree', 'upper', 'work']) mkdirSync(join(stage, layer), { recursive: true });
plantTree(join(stage, 'lower/tree'));
const dead = deadMount(join(scratch, 'dead'));
symlinkSync(join(dead.point, 'x'), join(stage, 'lower/tree/links/to-dead'));
symlinkSync('/etc/hosts', join(stage, 'lower/tree/links/absolute'));
writeFileSync(join(scratch, 'outside'), 'secret of this machine');
symlinkSync('../../../../../../../../../../etc/hostname', join(stage, 'lower/tree/links/climbing'));
const overlaid = mount({
  source: 'share',
  target: share,
  type: 'overlay',
  data: `lowerdir=${stage}/lower,upperdir=${stage}/upper,workdir=${stage}/work`,
});
const cover = deadMountOn(join(stage, 'lower'));

afterAll(() => {
  umount(share, umountFlag.detach);
  cover.end();
  dead.end();
  umount(stage, umountFlag.detach);
  rmSync(scratch, { recursive: true });
});

test('the stand-in is a mount that may hang', () => {
  expect(overlaid).toMatchObject({ status: 'ok' });
  const table = new FreshTable(ownTablePath).get();
  expect(table.danger(`${share}/tree/etc`, new Set())).toMatchObject({ point: share, fileSystem: 'overlay' });
});

describe('files of the host on it', () => {
  const target = liveTarget(recordedNative());
  afterAll(() => target.close());
  targetCases(() => ({ target, at: `${share}/tree`, planted: `${share}/tree`, walks: false }));

  test('are answered to a read that cannot wait too', () => {
    const path = printableText(`${share}/tree/etc/hosts`);
    expect(Buffer.from(target.readNow({ kind: 'file', path }).bytes).toString()).toBe('192.0.2.1 example\n');
  });

  test('a link from it onto a dead mount is blamed on the dead mount alone', () => {
    const through = target.readNow({ kind: 'file', path: printableText(`${share}/tree/links/to-dead`) });
    expect(through).toMatchObject({
      status: 'timeout',
      reason: `fuse on ${dead.point}: no answer within 2000 ms`,
    });
    const after = target.readNow({ kind: 'file', path: printableText(`${share}/tree/etc/hosts`) });
    expect(after.status).toBe('ok');
    const direct = target.readNow({ kind: 'file', path: printableText(dead.point) });
    expect(direct.reason).toBe(`fuse on ${dead.point}: it did not answer before`);
  });

  test('a child that was killed is replaced for the mounts that answer', () => {
    const path = printableText(`${share}/tree/etc/hosts`);
    for (let round = 0; round < 3; round += 1) {
      expect(target.readNow({ kind: 'stat', path }).stat?.size).toBe(18);
    }
  });
});

describe('an image on it', () => {
  const target = folderTarget(`${share}/tree`);
  afterAll(() => target.close());
  targetCases(() => ({ target, at: '', planted: `${share}/tree`, walks: false }));

  test('keeps its links inside', () => {
    const read = (path: string) => target.readNow({ kind: 'file', path: printableText(path) });
    expect(Buffer.from(read('/links/absolute').bytes).toString()).toBe('192.0.2.1 example\n');
    expect(read('/links/climbing').status).toBe('absent');
    expect(read('/../../outside').status).toBe('absent');
    // On the host of the image there was no such mount, and the path names something within the image.
    expect(read('/links/to-dead').status).toBe('absent');
  });
});
