/**
 * Mounts that never answer, in all the ways in which a path can lead onto one. Each test would hang, and not
 * only fail, if a thread of ours touched the mount; the reader's child is bounded by `Patience`.
 */
import { afterAll, describe, expect, test } from 'bun:test';
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type PathText, printableText } from '../model/text.ts';
import { mount, mountFlag, umount, umountFlag } from '../native/namespaces.ts';
import { startProgram } from '../native/processes.fixture.ts';
import { recordedNative } from '../native/recorded.ts';
import { folderTarget } from './folder.ts';
import { deadMount, deadMountOn } from './fuse.fixture.ts';
import { liveTarget } from './live.ts';
import type { Target } from './port.ts';
import { pathOnly } from './resolve.ts';

const scratch = mkdtempSync(join(tmpdir(), 'demine-dead-'));
writeFileSync(join(scratch, 'plain'), 'answers');
const at = (...parts: readonly string[]): PathText => printableText(join(scratch, ...parts));
const whole = (path: string): PathText => printableText(path);

const ends: (() => void)[] = [];
afterAll(() => {
  for (const end of ends.reverse()) end();
  rmSync(scratch, { recursive: true });
});

/** All kinds of requests for a path; the first may wait, the rest know. */
function expectGivenUp(target: Target, path: PathText): void {
  for (const request of [
    { kind: 'file', path },
    { kind: 'directory', path },
    { kind: 'stat', path, follow: true },
  ] as const) {
    const result = target.readNow(request);
    expect(result).toMatchObject({ status: 'timeout' });
    expect(result.reason).toContain('fuse on');
  }
}

describe('a mount that never answers', () => {
  const dead = deadMount(join(scratch, 'dead'));
  ends.push(dead.end);
  symlinkSync(dead.point, join(scratch, 'to-it'));
  symlinkSync('to-it/below', join(scratch, 'to-it-twice'));
  mkdirSync(join(scratch, 'image/etc'), { recursive: true });
  mkdirSync(join(scratch, 'image/usr'));
  const inImage = deadMount(join(scratch, 'image/var/dead'));
  ends.push(inImage.end);
  writeFileSync(join(scratch, 'image/etc/hostname'), 'image');
  const target = liveTarget(recordedNative());

  test.each([
    ['itself', at('dead')],
    ['a path below it', at('dead/a/b')],
    ['a path through a link', at('to-it/a')],
    ['a path through a link to a link', at('to-it-twice')],
    ['a path with dots', whole(`${scratch}/image/../dead/x`)],
    ['a path that sets out from /proc', whole(`/proc/../${scratch}/dead/x`)],
    ['a path through the root of a process', whole(`/proc/self/root${scratch}/to-it/x`)],
    ['a path through the working folder of a process', whole(`/proc/self/cwd/../../..${scratch}/dead`)],
  ])('%s is given up', (_, path) => {
    const result = target.readNow({ kind: 'file', path });
    expect(['timeout', 'absent']).toContain(result.status);
    if (!path.includes('/cwd/')) expectGivenUp(target, path);
  });

  test('a link to it is read, because nothing follows it', () => {
    expect(target.readNow({ kind: 'link', path: at('to-it') })).toMatchObject({
      status: 'ok',
      target: whole(dead.point),
    });
    expect(target.readNow({ kind: 'stat', path: at('to-it') }).stat?.type).toBe('link');
  });

  test('a batch goes on behind it', async () => {
    const paths = [at('plain'), at('dead/x'), at('plain'), at('dead'), at('plain')];
    const statuses: string[] = [];
    for await (const batch of target.gather(paths.map((path) => ({ kind: 'file', path })))) {
      statuses.push(...batch.map(({ status }) => status));
    }
    expect(statuses).toEqual(['ok', 'timeout', 'ok', 'timeout', 'ok']);
  });

  test('its folder is listed around it', () => {
    const listed = target.readNow({ kind: 'directory', path: at() });
    expect(listed.status).toBe('ok');
    expect(listed.entries.map(({ name }) => String(name))).toContain('dead');
  });

  test('bound to another place is known there', () => {
    const again = join(scratch, 'again');
    mkdirSync(again);
    expect(mount({ source: dead.point, target: again, flags: mountFlag.bind }).status).toBe('ok');
    ends.push(() => umount(again, umountFlag.detach));
    const fresh = liveTarget(recordedNative());
    expect(fresh.readNow({ kind: 'file', path: at('dead/x') }).reason).toContain('no answer within');
    expect(fresh.readNow({ kind: 'file', path: at('again/x') })).toMatchObject({
      status: 'timeout',
      reason: `fuse on ${again}: it did not answer before`,
    });
    void fresh.close();
  });

  test('within an image stops nothing but itself', () => {
    const image = folderTarget(join(scratch, 'image'));
    expectGivenUp(image, whole('/var/dead/x'));
    expect(image.readNow({ kind: 'file', path: whole('/etc/hostname') }).status).toBe('ok');
    void image.close();
  });

  test('as the image itself is refused', () => {
    expect(() => folderTarget(dead.point)).toThrow('did not answer');
  });

  test('over a part of /proc is found there', () => {
    const victim = startProgram('sleep', '1000');
    const over = deadMountOn(`/proc/${victim.pid}`);
    const fresh = liveTarget(recordedNative());
    expectGivenUp(fresh, whole(`/proc/${victim.pid}/status`));
    expect(fresh.readNow({ kind: 'directory', path: whole('/proc') }).entries.length).toBeGreaterThan(10);
    void fresh.close();
    over.end();
    victim.kill('SIGKILL');
  });

  test('that came after the start of the scan is found too', async () => {
    expect(target.readNow({ kind: 'file', path: at('plain') }).status).toBe('ok');
    const late = deadMount(join(scratch, 'late'));
    // Longer than a mount table is trusted.
    await Bun.sleep(600);
    expectGivenUp(target, at('late/x'));
    late.end();
  });

  test('that was detached is found behind the link of /proc', () => {
    const detached = deadMount(join(scratch, 'detached'));
    const descriptor = openSync(detached.point, pathOnly);
    detached.detach();
    const fresh = liveTarget(recordedNative());
    const path = whole(`/proc/self/fd/${descriptor}`);
    // The text of the link claims to lie on the root file system.
    expect(String(fresh.readNow({ kind: 'link', path }).target)).toBe('/');
    expect(fresh.readNow({ kind: 'stat', path, follow: true })).toMatchObject({ status: 'timeout' });
    expect(fresh.readNow({ kind: 'file', path })).toMatchObject({ status: 'timeout' });
    void fresh.close();
    closeSync(descriptor);
    detached.end();
  });
});

describe('an odd thing over a file of /proc', () => {
  const victim = startProgram('sleep', '1000');
  ends.push(() => victim.kill('SIGKILL'));
  Bun.spawnSync(['mkfifo', join(scratch, 'pipe')]);
  Bun.spawnSync(['mknod', join(scratch, 'zero'), 'c', '1', '5']);
  for (const [file, over] of [
    ['status', 'pipe'],
    ['cmdline', 'zero'],
  ] as const) {
    const point = `/proc/${victim.pid}/${file}`;
    mount({ source: join(scratch, over), target: point, flags: mountFlag.bind });
    ends.push(() => umount(point, umountFlag.detach));
  }

  test('is told by its type and not opened', () => {
    const target = liveTarget(recordedNative());
    const read = (file: string) =>
      target.readNow({ kind: 'file', path: whole(`/proc/${victim.pid}/${file}`) });
    expect(read('status')).toMatchObject({ status: 'error', reason: 'not a file: fifo' });
    expect(read('cmdline')).toMatchObject({ status: 'error', reason: 'not a file: character' });
    expect(read('stat').status).toBe('ok');
  });
});

describe('an automount point', () => {
  // The kernel asks the daemon through this pipe; nobody answers, so a triggered mount would wait for ever.
  Bun.spawnSync(['mkfifo', join(scratch, 'daemon')]);
  const daemon = openSync(join(scratch, 'daemon'), 'r+');
  const group = Bun.spawn(['setsid', 'sleep', '1000'], { stdio: ['ignore', 'ignore', 'ignore'] });
  mkdirSync(join(scratch, 'auto'));
  const data = `fd=${daemon},pgrp=${group.pid},minproto=5,maxproto=5,indirect`;
  const mounted = mount({ source: 'auto', target: join(scratch, 'auto'), type: 'autofs', data });
  ends.push(() => {
    umount(join(scratch, 'auto'), umountFlag.detach);
    closeSync(daemon);
    group.kill('SIGKILL');
  });

  test('is left alone', () => {
    expect(mounted).toMatchObject({ status: 'ok' });
    const target = liveTarget(recordedNative());
    for (const path of [at('auto'), at('auto/host'), at('auto/host/etc')]) {
      expect(target.readNow({ kind: 'stat', path })).toMatchObject({
        status: 'denied',
        reason: 'an automount point: left alone',
      });
      expect(target.readNow({ kind: 'directory', path }).status).toBe('denied');
    }
  });
});
