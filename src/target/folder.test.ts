import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { printableText } from '../model/text.ts';
import { folderTarget } from './folder.ts';
import { plantTree, targetCases } from './target.case.ts';

const scratch = mkdtempSync(join(tmpdir(), 'demine-folder-'));
const root = join(scratch, 'image');

beforeAll(() => {
  mkdirSync(root);
  plantTree(root);
  writeFileSync(join(scratch, 'outside'), 'secret of this machine');
  symlinkSync('/etc/hosts', join(root, 'links/absolute'));
  symlinkSync('../../../../../../outside', join(root, 'links/climbing'));
  symlinkSync('/', join(root, 'links/top'));
});
afterAll(() => rmSync(scratch, { recursive: true }));

describe('a folder as a target', () => {
  targetCases(() => ({ target: folderTarget(root), at: '', planted: root, walks: true }));

  test('an absolute link stays inside the image', async () => {
    const result = await folderTarget(root).read({ kind: 'file', path: printableText('/links/absolute') });
    expect(Buffer.from(result.bytes).toString()).toBe('192.0.2.1 example\n');
    const through = await folderTarget(root).read({
      kind: 'file',
      path: printableText('/links/top/etc/hosts'),
    });
    expect(through.status).toBe('ok');
  });

  test.each(['/links/climbing', '/../outside', '/links/../../outside'])(
    '%s does not leave it',
    async (path) => {
      const result = await folderTarget(root).read({ kind: 'file', path: printableText(path) });
      expect(result.status).toBe('absent');
    },
  );

  test('that is missing, a file, or no root file system is refused with what is wrong', () => {
    expect(() => folderTarget(join(scratch, 'none'))).toThrow('ENOENT');
    expect(() => folderTarget(join(scratch, 'outside'))).toThrow('not a folder');
    expect(() => folderTarget(scratch)).toThrow('holds no etc');
  });
});
