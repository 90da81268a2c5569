/** `npm run families`: checks packs/families/*.yaml and makes packs/families.json and docs/families.md from them. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { familiesDocument } from './families-document.ts';
import { familiesJson, familyProblems, readFamilies } from './families-pack.ts';

const root = join(import.meta.dir, '..');
const families = readFamilies(join(root, 'packs', 'families'));
const problems = familyProblems(families);
if (problems.length > 0) {
  process.stderr.write(`${problems.map((line) => `families: ${line}`).join('\n')}\n`);
  process.exit(1);
}
writeFileSync(join(root, 'packs', 'families.json'), familiesJson(families));
writeFileSync(join(root, 'docs', 'families.md'), familiesDocument(families));
const count = families.reduce((sum, { indicators }) => sum + indicators.length, 0);
process.stdout.write(`families: ${families.length} profiles, ${count} indicators\n`);
