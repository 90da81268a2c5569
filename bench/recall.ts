/**
 * `npm run bench:recall`: how many of the places are found, and how often an honest one is called an attack.
 *
 * Each case of each mechanism is planted alone in a small root folder and scanned. The table goes to
 * docs/coverage.md, the sums to the README, the numbers to packs/coverage.json, from which `demine coverage` prints.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dresses, sumOf } from '../src/model/recall.ts';
import type { MechanismCase } from '../test/persistence/case.ts';
import { allCases } from '../test/persistence/cases.ts';
import { look, outcomeOf } from '../test/persistence/recall.ts';
import { coverageDocument, coverageJson, readmeWith, tallied } from './coverage-document.ts';

const repository = join(import.meta.dir, '..');
const outcomes: (MechanismCase & { readonly right: boolean })[] = [];
for (const one of allCases) {
  const { right, told } = outcomeOf(one, await look(one));
  if (!right) process.stderr.write(`${one.mechanism} ${one.dress} (${one.what}): ${told}\n`);
  outcomes.push({ ...one, right });
}
const rows = tallied(outcomes);
const readme = join(repository, 'README.md');
writeFileSync(readme, readmeWith(readFileSync(readme, 'utf8'), rows));
writeFileSync(join(repository, 'docs', 'coverage.md'), coverageDocument(rows));
writeFileSync(join(repository, 'packs', 'coverage.json'), coverageJson(rows));
const sums = dresses.map((dress) => ({ dress, ...sumOf([...rows.values()], dress) }));
process.stdout.write(
  `${rows.size} mechanisms; ${sums.map(({ dress, right, cases }) => `${dress} ${right}/${cases}`).join(', ')}\n`,
);
process.exitCode = sums.some(({ right, cases }) => right < cases) ? 1 : 0;
