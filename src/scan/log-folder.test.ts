/** A folder of logs that is added to a case, and added again. */
import { afterAll, describe, expect, test } from 'bun:test';
import { appendFileSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { renderAdded } from '../report/timeline/added.ts';
import type { CaseStore } from '../store/case-store.ts';
import { openCase } from '../store/sqlite.ts';
import { looseFolderTarget } from '../target/folder.ts';
import { type AddedLogs, addLogFolder } from './log-folder.ts';

const scratch = mkdtempSync(join(tmpdir(), 'demine-add-'));
afterAll(() => rmSync(scratch, { recursive: true }));

let number = 0;
function folderOf(files: Readonly<Record<string, string | Uint8Array>>): string {
  number += 1;
  const folder = join(scratch, `${number}`);
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  return folder;
}

async function add(store: CaseStore, folder: string): Promise<AddedLogs> {
  const target = looseFolderTarget(folder);
  try {
    return addLogFolder(target, store.events, false);
  } finally {
    await target.close();
  }
}

const emptyCase = (): CaseStore => openCase(join(folderOf({ x: '' }), 'case.sqlite'));
const failed = (second: number): string =>
  `2024-01-07T10:00:${String(second).padStart(2, '0')}+00:00 web-1 sshd[12]: Failed password for root from 192.0.2.7 port 50000 ssh2\n`;
const lines = Array.from({ length: 60 }, (_, second) => failed(second)).join('');
const count = (store: CaseStore): number => [...store.events.search({})].length;

describe('a folder of logs that is added twice', () => {
  test('is stored once: the same, grown, rotated, packed, and copied elsewhere', async () => {
    const store = emptyCase();
    const folder = folderOf({ 'web-1/auth.log': lines });
    expect(await add(store, folder)).toMatchObject({ stored: 60, known: 0, left: [] });
    expect(await add(store, folder)).toMatchObject({ stored: 0, known: 60 });
    appendFileSync(join(folder, 'web-1/auth.log'), failed(0).replace('10:00', '11:00'));
    expect(await add(store, folder)).toMatchObject({ stored: 1, known: 60 });
    renameSync(join(folder, 'web-1/auth.log'), join(folder, 'web-1/auth.log.1'));
    expect(await add(store, folder)).toMatchObject({ stored: 0, known: 61 });
    expect(await add(store, folderOf({ 'logs/web-1/auth.log.2.gz': gzipSync(lines) }))).toMatchObject({
      stored: 0,
      known: 60,
    });
    expect(count(store)).toBe(61);
    store.close();
  });

  test('keeps apart what hosts made of one image have alike', async () => {
    const store = emptyCase();
    const dpkg = '2024-01-07 10:00:00 install cron:amd64 <none> 3.0\n'.repeat(5);
    await add(store, folderOf({ 'web-1/dpkg.log': dpkg, 'web-2/dpkg.log': dpkg }));
    expect([...store.events.counts({ hosts: ['web-1'] }).values()]).toEqual([5]);
    expect([...store.events.counts({ hosts: ['web-2'] }).values()]).toEqual([5]);
    store.close();
  });

  test('tells what could not be read, in both languages, whatever its names are', async () => {
    const store = emptyCase();
    const packed = gzipSync(lines);
    const wrong = packed.slice();
    wrong[wrong.length - 8] = (wrong.at(-8) ?? 0) ^ 1;
    const added = await add(
      store,
      folderOf({
        'web-1/cut\x1b[2J.gz': packed.subarray(0, packed.length - 30),
        'web-1/wrong.gz': wrong,
        'web-1/notes.txt': 'buy milk\n',
      }),
    );
    expect(added.unknown).toHaveLength(1);
    expect(added.facts.map(({ status, reason, doubts }) => ({ status, reason, doubts }))).toEqual([
      { status: 'truncated', reason: 'it ends within', doubts: undefined },
      { status: 'ok', reason: undefined, doubts: [{ what: 'checksum', count: 1 }] },
    ]);
    const { unknown, ...rest } = added;
    const shown = (language: 'en' | 'zh-CN') =>
      renderAdded({ ...rest, unknown: unknown.length, width: 80, color: false, language });
    expect(shown('en')).toContain('Not read, not whole, or not to be relied on:');
    expect(shown('en')).toContain('1 checksum not that of the content');
    expect(shown('zh-CN')).toContain('文件不完整');
    expect(shown('zh-CN')).toContain('1 处校验和与内容不符');
    expect(shown('en')).not.toContain('\x1b');
    store.close();
  });
});
