/**
 * `npm run bench:recall`: how many of the places are found, and how often an honest one is called an attack.
 *
 * Each case of each mechanism is planted alone, in a small root folder or on a Windows server, and scanned. The table goes to
 * docs/coverage.md, the sums to the README, the numbers to packs/coverage.json, from which `demine coverage` prints.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Mechanism } from '../src/model/mechanism.ts';
import { type Dress, dresses, sumOf } from '../src/model/recall.ts';
import { allCases } from '../test/persistence/cases.ts';
import { look, outcomeOf } from '../test/persistence/recall.ts';
import { windowsCases } from '../test/windows/mechanism-cases.fixture.ts';
import { outcomeOfWindows } from '../test/windows/recall.ts';
import { coverageDocument, coverageJson, readmeWith, tallied } from './coverage-document.ts';

const repository = join(import.meta.dir, '..');
interface Planted {
  readonly mechanism: Mechanism;
  readonly dress: Dress;
  readonly what: string;
}
const outcomes: (Planted & { readonly right: boolean })[] = [];
const note = (one: Planted, { right, told }: { readonly right: boolean; readonly told: string }): void => {
  if (!right) process.stderr.write(`${one.mechanism} ${one.dress} (${one.what}): ${told}\n`);
  const { mechanism, dress, what } = one;
  outcomes.push({ mechanism, dress, what, right });
};
for (const one of allCases) note(one, outcomeOf(one, await look(one)));
for (const one of windowsCases) note(one, await outcomeOfWindows(one));
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
