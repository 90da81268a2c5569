/** The profiles of families are well-formed, and what is made from them is current. */
import { describe, expect, test } from 'bun:test';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { familiesDocument } from '../../scripts/families-document.ts';
import {
  familiesJson,
  familyProblems,
  readFamilies,
  type WrittenFamily,
} from '../../scripts/families-pack.ts';

const root = join(import.meta.dir, '../..');
const folder = join(root, 'packs/families');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const families = readFamilies(folder);

describe('the profiles of families', () => {
  test('are as they should be, and contradict neither themselves nor each other', () => {
    expect(families.length).toBeGreaterThan(55);
    expect(familyProblems(families)).toEqual([]);
  });

  test('names that many use are shared, and none of them decides', () => {
    const rows = families.flatMap(({ indicators }) => indicators);
    for (const name of ['kdevtmpfsi', 'xmrig', 'kworkerds', '.configrc', 'masscan', 'kswapd0', 'nginx']) {
      const found = rows.filter(({ value }) => value === name);
      expect([
        name,
        found.length > 0,
        found.every(({ shared, weight }) => shared === true && weight === 1),
      ]).toEqual([name, true, true]);
    }
  });

  test('hold nothing that could be run or fetched', () => {
    for (const { id, indicators } of families)
      for (const { value } of indicators)
        expect([
          id,
          value,
          /[`$<>&;\n]|\|\||https?:|\b(?:curl|wget|base64|eval)\b/.test(value.replace(/\$$/, '')),
        ]).toEqual([id, value, false]);
  });

  test('packs/families.json and docs/families.md are those that they make: npm run families', () => {
    expect(read('packs/families.json')).toBe(familiesJson(families));
    expect(read('docs/families.md')).toBe(familiesDocument(families));
  });

  test('the page shows no address that can be clicked or resolved', () => {
    const page = read('docs/families.md');
    for (const { indicators } of families)
      for (const { kind, value } of indicators) if (kind === 'host') expect(page).not.toContain(value);
    expect(page).toContain('194[.]145[.]227[.]21');
    expect(page).not.toMatch(/https?:\/\//);
  });
});

describe('a profile that is wrong', () => {
  const kinsing = families.find(({ id }) => id === 'kinsing');
  const copy = (parts: Partial<WrittenFamily>): readonly WrittenFamily[] =>
    kinsing === undefined ? [] : [kinsing, { ...kinsing, id: 'copycat', confusedWith: [], ...parts }];
  const problems = (parts: Partial<WrittenFamily>): readonly string[] => familyProblems(copy(parts)).slice(2);

  test('a value of two families that is not shared is told', () => {
    const own = { kind: 'file-name', value: 'kinsing', weight: 2, source: 'csi' } as const;
    expect(problems({ indicators: [own] })).toEqual(['file kinsing: of kinsing, copycat and not shared']);
    expect(problems({ indicators: [{ ...own, value: 'other' }] })).toEqual([]);
  });

  test('a source that nobody named and a family that does not exist are told', () => {
    const own = { kind: 'file-name', value: 'other', weight: 2, source: 'nobody' } as const;
    expect(problems({ indicators: [own], confusedWith: ['nobody'] })).toEqual([
      'copycat: confused with nobody',
      'copycat: no source nobody',
    ]);
  });

  test.each([
    ['shared and weighty', 'weight: 2, source: a, shared: true', 'what is shared weighs 1'],
    ['unconfirmed and decisive', 'weight: 3, source: a, state: unconfirmed', 'does not decide'],
    ['of an unknown key', 'weight: 1, source: a, run: x', 'Unrecognized key'],
  ])('a row that is %s is refused with the name of its file', (_, rest, message) => {
    const at = mkdtempSync(join(tmpdir(), 'demine-families-'));
    try {
      const head =
        'id: one\nclass: family\nname: { en: One, zh-CN: One }\naliases: []\nplatforms: [linux]\nvectors: []\nconfusedWith: []\nnote: { en: n, zh-CN: n }\nsources: { a: s }\n';
      writeFileSync(
        join(at, 'one.yaml'),
        `${head}indicators:\n  - { kind: file-name, value: one, ${rest} }\n`,
      );
      expect(() => readFamilies(at)).toThrow(/one\.yaml/);
      expect(() => readFamilies(at)).toThrow(message);
    } finally {
      rmSync(at, { recursive: true });
    }
  });
});
