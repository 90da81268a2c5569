import { afterAll, describe, expect, test } from 'bun:test';
import {
  cpSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { RecordedTarget } from '../../../test/recorded-target.ts';
import { fileTimes } from '../../detect/file-times.ts';
import { emptyConfig } from '../../model/config.ts';
import { FactSet } from '../../model/fact.ts';
import { printableText } from '../../model/text.ts';
import { folderTarget } from '../../target/folder.ts';
import { fileTimesOf } from './file-times.ts';

const scratch = mkdtempSync(join(tmpdir(), 'demine-times-'));
afterAll(() => rmSync(scratch, { recursive: true }));

const old = new Date('2018-05-01T07:08:09Z');
let number = 0;

/** A root made now; what is named in `aged` says that it is old. */
function rootOf(names: readonly string[], aged: readonly string[] = []): string {
  number += 1;
  const root = join(scratch, `${number}`);
  for (const name of ['etc/x', 'usr/x', 'var/x', ...names]) {
    mkdirSync(join(root, dirname(name)), { recursive: true });
    writeFileSync(join(root, name), name);
  }
  for (const name of aged) utimesSync(join(root, name), old, old);
  return root;
}

async function look(root: string, ...paths: readonly string[]) {
  const target = folderTarget(root);
  try {
    const facts = fileTimesOf(target, paths.map(printableText));
    const context = { config: emptyConfig, nowUs: Date.now() * 1000, interval: 0 };
    return { facts, rules: fileTimes.analyze(new FactSet(facts), context).map(({ rule }) => rule) };
  } finally {
    await target.close();
  }
}

const names = ['opt/a/one', 'opt/a/two', 'opt/a/three'];

describe('times of files that nobody owns', () => {
  test('that were written here stand beside those of their folder', async () => {
    const { facts, rules } = await look(rootOf(names), '/opt/a/one');
    expect(facts).toHaveLength(1);
    expect(facts[0]?.neighbours).toHaveLength(2);
    expect(facts[0]?.folder.path as string).toBe('/opt/a');
    expect(rules).toEqual([]);
  });

  test('of which one was set back are told, of this kernel and this file system', async () => {
    const { facts, rules } = await look(rootOf(names, ['opt/a/one']), '/opt/a/one');
    expect(facts[0]?.modifiedUs).toBe(old.getTime() * 1000);
    expect(rules).toEqual(['file.time-set-back']);
  });

  test('that were copied with their times, folder and all, are not', async () => {
    const from = rootOf(names, ['opt/a/one']);
    const to = rootOf([]);
    cpSync(join(from, 'opt'), join(to, 'opt'), { recursive: true, preserveTimestamps: true });
    utimesSync(join(to, 'opt/a/two'), old, new Date('2024-01-01T00:00:00Z'));
    expect((await look(to, '/opt/a/one')).rules).toEqual([]);
  });

  test('that came with a new home, and those of containers, are not looked at', async () => {
    const home = ['etc/skel/.bashrc', 'home/ada/.bashrc', 'home/ada/a', 'home/ada/b'];
    const root = rootOf([...home, 'var/lib/docker/overlay2/x/diff/one']);
    writeFileSync(join(root, 'home/ada/.bashrc'), 'etc/skel/.bashrc');
    for (const name of home.slice(0, 2)) utimesSync(join(root, name), old, old);
    const { facts } = await look(root, '/home/ada/.bashrc', '/var/lib/docker/overlay2/x/diff/one');
    expect(facts).toEqual([]);
    writeFileSync(join(root, 'home/ada/.bashrc'), 'etc/skel/.bashrc and a line more');
    utimesSync(join(root, 'home/ada/.bashrc'), old, old);
    expect((await look(root, '/home/ada/.bashrc')).rules).toEqual(['file.time-set-back']);
  });

  test('that are links, folders, gone or the same file twice are none of their own', async () => {
    const root = rootOf([...names, 'opt/b/one']);
    symlinkSync('one', join(root, 'opt/a/link'));
    linkSync(join(root, 'opt/b/one'), join(root, 'opt/b/again'));
    const { facts } = await look(root, '/opt/a/link', '/opt/a', '/opt/nowhere', '/opt/b/one', '/opt/b/one');
    expect(facts.map((one) => [one.path as string, one.neighbours.length])).toEqual([['/opt/b/one', 0]]);
  });

  test('in a folder with thousands of others cost no more than a few', () => {
    const files = Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`/tmp/f${index}`, 'x']));
    const target = new RecordedTarget({ kind: 'folder', files });
    const paths = Object.keys(files).slice(0, 3_000).map(printableText);
    const facts = fileTimesOf(target, paths);
    expect(facts).toHaveLength(2_000);
    expect(facts[0]?.neighbours.length).toBeLessThanOrEqual(64);
    // One listing, one status for each file, and those of its neighbours once.
    expect(target.asked.length).toBeLessThan(2_100);
  });
});
