/** When an entry runs is told in words of ours; each has its Chinese. */
import { expect, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { persistence } from '../../src/messages/zh-CN/persistence.ts';

const root = join(import.meta.dir, '../..');

test('every fixed trigger that an artifact gives has its words in Chinese', () => {
  const given = new Set<string>();
  for (const file of new Bun.Glob('src/artifacts/**/*.ts').scanSync(root)) {
    if (/\.(?:test|fixture)\.ts$/.test(file)) continue;
    const text = readFileSync(join(root, file), 'utf8');
    for (const [, words = ''] of text.matchAll(/trigger: phrase`([^`$]+)`/g)) given.add(words);
  }
  expect(given.size).toBeGreaterThan(20);
  expect([...given].filter((words) => !Object.hasOwn(persistence.triggers, words)).sort()).toEqual([]);
});
