import { afterAll, beforeEach, describe, expect, test } from 'bun:test';
import { generateKeyPairSync } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseMountInfo } from '../../formats/mountinfo.ts';
import { DemineError } from '../../model/error.ts';
import { fingerprintOf, makeKey, presetKeyPath, publicPathOf, readPrivateKey, readPublicKey } from './key.ts';
import { isOnRunningHost, keyPlace } from './key-place.ts';

const scratch = mkdtempSync(join(tmpdir(), 'demine-key-'));
afterAll(() => rmSync(scratch, { recursive: true }));
let folder: string;
let count = 0;
beforeEach(() => {
  count += 1;
  folder = join(scratch, String(count));
});

const codeOf = (action: () => unknown): string => {
  try {
    action();
    return 'none';
  } catch (thrown) {
    return thrown instanceof DemineError ? `${thrown.code}: ${thrown.message}` : String(thrown);
  }
};

describe('the responder’s key', () => {
  test('is for its owner alone, with its public half beside it', () => {
    const path = join(folder, 'deep', 'responder.key');
    const key = makeKey(path);
    expect([statSync(path).mode & 0o777, statSync(join(folder, 'deep')).mode & 0o777]).toEqual([
      0o600, 0o700,
    ]);
    expect(readdirSync(join(folder, 'deep')).sort()).toEqual(['responder.key', 'responder.key.pub']);
    expect(readFileSync(publicPathOf(path), 'utf8')).not.toContain('PRIVATE');
    const fingerprints = [key, readPrivateKey(path), readPublicKey(publicPathOf(path))].map(fingerprintOf);
    expect(new Set(fingerprints).size).toBe(1);
    expect(fingerprints[0]).toMatch(/^[0-9a-f]{64}$/);
  });

  test('is never written over, nor half made', () => {
    const path = join(folder, 'k');
    makeKey(path);
    const before = readFileSync(path);
    expect(codeOf(() => makeKey(path))).toStartWith('key-exists');
    expect(readFileSync(path).equals(before)).toBe(true);
    const other = join(folder, 'other');
    writeFileSync(publicPathOf(other), 'mine');
    expect(codeOf(() => makeKey(other))).toStartWith('key-exists');
    expect([existsSync(other), readFileSync(publicPathOf(other), 'utf8')]).toEqual([false, 'mine']);
    // A link that leads nowhere is something too.
    symlinkSync(join(folder, 'nowhere'), join(folder, 'link'));
    expect(codeOf(() => makeKey(join(folder, 'link')))).toStartWith('key-exists');
    expect(existsSync(join(folder, 'nowhere'))).toBe(false);
    writeFileSync(join(folder, 'file'), '');
    expect(codeOf(() => makeKey(join(folder, 'file', 'k')))).toStartWith('key-unusable');
  });

  test('that others may read, or that is none, is not used', () => {
    const path = join(folder, 'k');
    makeKey(path);
    chmodSync(path, 0o640);
    expect(codeOf(() => readPrivateKey(path))).toBe('key-unusable: others may read it');
    expect(codeOf(() => readPrivateKey(join(folder, 'none')))).toStartWith('key-missing');
    symlinkSync(path, join(folder, 'link'));
    expect(codeOf(() => readPrivateKey(join(folder, 'link')))).toBe('key-unusable: it is a link');
    expect(codeOf(() => readPrivateKey(folder))).toBe('key-unusable: it is no plain file');
    const put = (name: string, text: string): string => {
      writeFileSync(join(folder, name), text, { mode: 0o600 });
      return join(folder, name);
    };
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
    for (const text of [
      'x',
      '',
      rsa.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      readFileSync(publicPathOf(path), 'utf8'),
    ]) {
      expect(codeOf(() => readPrivateKey(put('odd', text)))).toBe(
        'key-unusable: it holds no Ed25519 private key',
      );
    }
    expect(codeOf(() => readPrivateKey(put('large', 'x'.repeat(20_000))))).toBe(
      'key-unusable: it is too large for a key',
    );
    chmodSync(path, 0o600);
    expect(codeOf(() => readPublicKey(path))).toBe('key-unusable: it holds no Ed25519 public key');
  });

  test('lies in the configuration folder where nothing is said', () => {
    expect(presetKeyPath({ XDG_CONFIG_HOME: '/media/usb/conf' })).toBe(
      '/media/usb/conf/demine/responder.key',
    );
    expect(presetKeyPath({ XDG_CONFIG_HOME: 'relative' })).toEndWith('/.config/demine/responder.key');
    expect(presetKeyPath({})).toEndWith('/.config/demine/responder.key');
  });
});

describe('the place of a key', () => {
  const storeName = 'case.sqlite';

  test('is no case, no target and no root file system, also through a link', () => {
    const root = join(folder, 'image');
    for (const name of ['etc', 'usr', 'home']) mkdirSync(join(root, name), { recursive: true });
    mkdirSync(join(folder, 'case', 'verify-1'), { recursive: true });
    writeFileSync(join(folder, 'case', storeName), '');
    symlinkSync(join(root, 'home'), join(folder, 'led'));
    const place = (path: string, target?: { kind: 'folder'; root: string }) =>
      keyPlace(join(folder, path), { storeName, ...(target === undefined ? {} : { target }) });
    const target = { kind: 'folder', root } as const;
    expect(place('k')).toBe('elsewhere');
    expect(place('new/deep/k')).toBe('elsewhere');
    expect(place('case/k')).toBe('in-case');
    expect(place('case/verify-1/new/k')).toBe('in-case');
    expect(place('image/home/k')).toBe('in-root-folder');
    expect(place('led/k')).toBe('in-root-folder');
    expect(place('k', target)).toBe('elsewhere');
    expect(place('image-two/k', target)).toBe('elsewhere');
    expect(place('led/new/k', target)).toBe('on-target');
    // Whatever this machine is: its own root is where it lies.
    expect(keyPlace(join(folder, 'k'), { storeName, target: { kind: 'live' } })).toBe('on-target');
  });

  test('on a running host is what no file system of the host holds', () => {
    const mounts = parseMountInfo(
      Buffer.from(
        [
          '22 1 8:2 / / rw - ext4 /dev/sda2 rw',
          '23 22 0:21 / /run rw - tmpfs tmpfs rw',
          '24 22 8:3 / /home rw - ext4 /dev/sda3 rw',
          '25 22 8:3 /data /srv/data rw - ext4 /dev/sda3 rw',
          '26 22 8:17 / /media/usb rw - vfat /dev/sdb1 rw',
          '27 22 0:50 /snap /mnt/snap rw - btrfs /dev/sda2 rw',
          '28 22 0:60 / /mnt/share rw - nfs4 responder:/keys rw',
          '29 22 8:33 / /media/my\\040stick rw - ext4 /dev/sdc1 rw',
          '30 26 0:70 / /media/usb/tmp rw - tmpfs none rw',
          '',
        ].join('\n'),
      ),
    );
    const on = (path: string): boolean => isOnRunningHost(path, mounts);
    for (const path of [
      '/k',
      '/root/.config/k',
      '/run/k',
      '/home/me/k',
      '/srv/data/k',
      '/mnt/snap/k',
      '/media/usb/tmp/k',
      '/media/usb2/k',
    ])
      expect({ path, on: on(path) }).toEqual({ path, on: true });
    for (const path of ['/media/usb/k', '/mnt/share/k', '/media/my stick/k'])
      expect({ path, on: on(path) }).toEqual({ path, on: false });
    expect(isOnRunningHost('/media/usb/k', [])).toBe(true);
  });
});
