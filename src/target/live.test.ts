import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { printableText } from '../model/text.ts';
import { mount, umount, umountFlag } from '../native/namespaces.ts';
import { recordedNative } from '../native/recorded.ts';
import { liveTarget } from './live.ts';
import { plantTree, targetCases } from './target.case.ts';

const root = mkdtempSync(join(tmpdir(), 'demine-live-'));
beforeAll(() => plantTree(root));
afterAll(() => rmSync(root, { recursive: true }));

const make = () => liveTarget(recordedNative());

describe('this host as a target', () => {
  targetCases(() => ({ target: make(), at: root }));

  test('files of the kernel are read though they say that they are empty', () => {
    const result = make().readNow({ kind: 'file', path: printableText('/proc/self/status') });
    expect(result.status).toBe('ok');
    expect(Buffer.from(result.bytes).toString()).toContain('\nPid:\t');
  });

  test('a process that is gone is absent', () => {
    const gone = Bun.spawnSync(['true']).pid;
    expect(make().readNow({ kind: 'file', path: printableText(`/proc/${gone}/stat`) }).status).toBe('absent');
    expect(
      make().readNow({ kind: 'stat', path: printableText(`/proc/${gone}/exe`), follow: true }).status,
    ).toBe('absent');
  });

  test('the executable of a process is read and measured through its link', async () => {
    const path = printableText('/proc/self/exe');
    const stat = make().readNow({ kind: 'stat', path, follow: true });
    expect(stat.stat?.type).toBe('file');
    const head = await make().read({ kind: 'file', path, limit: 4 });
    expect(Buffer.from(head.bytes).toString('latin1')).toBe('\x7fELF');
  });

  test('what others may not read is denied to them', () => {
    const script = `
      import { liveTarget } from ${JSON.stringify(join(import.meta.dir, 'live.ts'))};
      import { recordedNative } from ${JSON.stringify(join(import.meta.dir, '../native/recorded.ts'))};
      process.setgid(65534); process.setuid(65534);
      const target = liveTarget(recordedNative());
      console.log(target.readNow({ kind: 'link', path: '/proc/1/exe' }).status, target.readNow({ kind: 'file', path: '/etc/shadow' }).status);
    `;
    const run = Bun.spawnSync([process.execPath, '-e', script]);
    expect(run.stdout.toString().trim()).toBe('denied denied');
  });
});

describe('a mount that never answers', () => {
  const point = join(root, 'dead');
  const device = openSync('/dev/fuse', 'r+');

  beforeAll(() => {
    mkdirSync(point);
    const mounted = mount({
      source: 'dead',
      target: point,
      type: 'fuse',
      data: `fd=${device},rootmode=40000,user_id=0,group_id=0`,
    });
    expect(mounted.status).toBe('ok');
    symlinkSync(point, join(root, 'links/dead'));
  });
  afterAll(() => {
    // Closing the device ends every wait on the mount.
    closeSync(device);
    umount(point, umountFlag.detach);
  });

  test('is not touched by a read that cannot wait, also through a link', () => {
    for (const path of [`${point}/config.json`, `${root}/links/dead/config.json`]) {
      const result = make().readNow({ kind: 'file', path: printableText(path) });
      expect(result.status).toBe('timeout');
      expect(result.reason).toContain('fuse');
    }
  });

  test('is given up by one that can, and is not asked again', async () => {
    const target = make();
    const first = await target.read({ kind: 'file', path: printableText(`${point}/config.json`) });
    expect(first).toMatchObject({ status: 'timeout', reason: 'no answer within 2000 ms' });
    const second = await target.read({ kind: 'directory', path: printableText(point) });
    expect(second).toMatchObject({ status: 'timeout', reason: 'its mount did not answer before' });
    await target.close();
  });
});
