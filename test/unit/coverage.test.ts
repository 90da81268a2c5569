/** What `demine coverage` and docs/coverage.md say is what the declarations and the cases give. */
import { describe, expect, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  coverageDocument,
  coverageJson,
  leftOut,
  type Rows,
  readmeWith,
  tallied,
} from '../../bench/coverage-document.ts';
import packed from '../../packs/coverage.json' with { type: 'json' };
import { persistenceArtifacts as linuxArtifacts } from '../../src/artifacts/linux/persistence.ts';
import { windowsArtifacts } from '../../src/artifacts/windows/index.ts';
import {
  mechanisms as linuxMechanisms,
  type Mechanism,
  windowsMechanisms,
} from '../../src/model/mechanism.ts';
import { dresses, noRecall, type Recall } from '../../src/model/recall.ts';
import { allCases as linuxCases } from '../persistence/cases.ts';
import { windowsCases } from '../windows/mechanism-cases.fixture.ts';

const mechanisms: readonly Mechanism[] = [...linuxMechanisms, ...windowsMechanisms];
const allCases = [...linuxCases, ...windowsCases];
const persistenceArtifacts = [...linuxArtifacts, ...windowsArtifacts];
/** Of which nothing accuses alone, as the document says. */
const quiet: ReadonlySet<Mechanism> = new Set(['defender-setting', 'windows-dns']);

const measured: Readonly<Partial<Record<Mechanism, Recall>>> = packed;
/** In the order of the cases, as the run writes them. */
const rows: Rows = new Map(
  [...tallied(allCases.map((one) => ({ ...one, right: true }))).keys()].map((id) => [
    id,
    measured[id] ?? noRecall,
  ]),
);
const read = (path: string): string => readFileSync(join(import.meta.dir, '../..', path), 'utf8');
const counts = (recall: Recall): readonly number[] => dresses.map((dress) => recall[dress].cases);

describe('the coverage', () => {
  test('every mechanism of the catalogue has an artifact that declares it', () => {
    const declared = new Set(persistenceArtifacts.flatMap((one) => one.mechanisms));
    expect(mechanisms.filter((id) => !declared.has(id))).toEqual([]);
  });

  test('the document names every artifact that reads a mechanism', () => {
    const document = read('docs/coverage.md');
    for (const { id, mechanisms: own } of persistenceArtifacts) {
      for (const mechanism of own) {
        const row = document.split('\n').find((line) => line.includes(`| \`${mechanism}\` |`));
        expect(row).toContain(`\`${id}\``);
      }
    }
  });

  test('every mechanism has an honest case and a dangerous one; what is left out is said, with the reason', () => {
    const has = (id: Mechanism, wanted: (typeof dresses)[number]): boolean =>
      allCases.some(({ mechanism, dress }) => mechanism === id && dress === wanted);
    const missing = mechanisms.flatMap((id) =>
      dresses.filter((dress) => !has(id, dress)).map((dress) => `${id} ${dress}`),
    );
    const said = leftOut.flatMap((one) => one.dresses.map((dress) => `${one.mechanism} ${dress}`));
    expect(missing.sort()).toEqual(said.sort());
    expect(
      mechanisms.filter(
        (id) => !quiet.has(id) && dresses.every((dress) => dress === 'honest' || !has(id, dress)),
      ),
    ).toEqual([]);
  });

  test('the numbers are of the cases that there are now: npm run bench:recall', () => {
    for (const [id, recall] of tallied(allCases.map((one) => ({ ...one, right: true })))) {
      expect([id, ...counts(measured[id] ?? noRecall)]).toEqual([id, ...counts(recall)]);
    }
    expect(coverageJson(rows)).toBe(read('packs/coverage.json'));
  });

  test('the document and the sums of the README are those that the numbers make', () => {
    expect(read('docs/coverage.md')).toBe(coverageDocument(rows));
    const readme = read('README.md');
    expect(readme).toContain(' planted cases found');
    expect(readme).toBe(readmeWith(readme, rows));
  });
});
