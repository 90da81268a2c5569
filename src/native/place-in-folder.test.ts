import { afterAll, expect, test } from 'bun:test';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { closeDescriptor } from './file-change.ts';
import { openRoot, placeInFolder, walkWithoutLinks } from './place-in-folder.ts';

const root = mkdtempSync(join(tmpdir(), 'demine-place-'));
mkdirSync(join(root, 'a/b'), { recursive: true });
symlinkSync('b', join(root, 'a/link'));
symlinkSync(tmpdir(), join(root, 'out'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

function reasonOf(
  open: (descriptor: number) => { readonly status: string; readonly reason?: string },
): string {
  const opened = openRoot(Buffer.from(root));
  if (opened.status !== 'ok') throw new Error(opened.reason);
  try {
    const answer = open(opened.value);
    return answer.reason ?? answer.status;
  } finally {
    closeDescriptor(opened.value);
  }
}

const place = (path: string) => reasonOf((descriptor) => placeInFolder(descriptor, Buffer.from(path)));
const walked = (path: string) => reasonOf((descriptor) => walkWithoutLinks(descriptor, Buffer.from(path)));

test('a name is found in its folder, also straight in the root', () => {
  expect([place('/a/b/x'), place('/x')]).toEqual(['ok', 'ok']);
});

test('no link is followed, inside or outward, with openat2 and without', () => {
  expect([place('/a/link/x'), place('/out/x')]).toEqual(['ELOOP', 'ELOOP']);
  expect([walked('a/link'), walked('out')]).toEqual(['ELOOP', 'ELOOP']);
  expect([walked('a/b'), walked('a/none')]).toEqual(['ok', 'ENOENT']);
});

test('nothing above the root is reached', () => {
  expect(place('/../x')).toBe('EXDEV');
  expect([place('x'), place('/a/'), place('/a\0/x')]).toEqual(['EINVAL', 'EINVAL', 'EINVAL']);
});
