/** Checks the architecture by the rules of `floors.ts`, over all of `src/`. Ends with 1 where it is departed from. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { houseProblems } from './floors.ts';

const source = join(import.meta.dir, '..', 'src');
const names = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((name) =>
  name.endsWith('.ts'),
);
const problems = houseProblems(
  new Map(names.map((name) => [name.replaceAll('\\', '/'), readFileSync(join(source, name), 'utf8')])),
);
if (problems.length > 0) {
  process.stderr.write(`${problems.map((line) => `house: ${line}`).join('\n')}\n`);
  process.exit(1);
}
process.stdout.write(`house: ${names.length} files, floors and circles in order\n`);
