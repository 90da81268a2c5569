/**
 * `npm run bench:recall`: how many of the places are found, and how often an honest one is called an attack.
 *
 * Each case of each mechanism is planted alone in a small root folder and scanned. The table goes to
 * docs/coverage.md, the numbers to packs/coverage.json, from which `demine coverage` prints.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { persistenceArtifacts } from '../src/artifacts/linux/persistence.ts';
import { messagesFor } from '../src/messages/index.ts';
import { type Mechanism, mechanismGroups } from '../src/model/mechanism.ts';
import type { Dress } from '../test/persistence/case.ts';
import { allCases } from '../test/persistence/cases.ts';
import { look, outcomeOf } from '../test/persistence/recall.ts';

interface Tally {
  readonly cases: number;
  readonly right: number;
}
type Row = Readonly<Record<Dress, Tally>>;

const dresses: readonly Dress[] = ['fetch-and-run', 'unowned-binary', 'owned-edit', 'honest'];
const repository = join(import.meta.dir, '..');
const none: Tally = { cases: 0, right: 0 };

async function measure(): Promise<ReadonlyMap<Mechanism, Row>> {
  const rows = new Map<Mechanism, Row>();
  for (const one of allCases) {
    const { right, told } = outcomeOf(one, await look(one));
    if (!right) process.stderr.write(`${one.mechanism} ${one.dress} (${one.what}): ${told}\n`);
    const row = rows.get(one.mechanism) ?? {
      'fetch-and-run': none,
      'unowned-binary': none,
      'owned-edit': none,
      honest: none,
    };
    const { cases, right: before } = row[one.dress];
    rows.set(one.mechanism, { ...row, [one.dress]: { cases: cases + 1, right: before + (right ? 1 : 0) } });
  }
  return rows;
}

const cell = ({ cases, right }: Tally): string => (cases === 0 ? '—' : `${right}/${cases}`);
/** Of the honest: how many raised an alarm. */
const alarms = ({ cases, right }: Tally): string => (cases === 0 ? '—' : `${cases - right}/${cases}`);

function document(rows: ReadonlyMap<Mechanism, Row>): string {
  const { persistence } = messagesFor('en');
  const chinese = messagesFor('zh-CN').persistence;
  const readers = new Map(
    persistenceArtifacts.flatMap(({ id, mechanisms }) => mechanisms.map((one) => [one, id] as const)),
  );
  const lines = [
    '# 覆盖范围 · Coverage',
    '',
    '每个持久化位置都以四种形态逐一植入并扫描；由 `npm run bench:recall` 生成。',
    'Every place from which a miner comes back, planted in four dresses one at a time and scanned as a root folder.',
    'Made by `npm run bench:recall`; `demine coverage` prints the same from the declarations.',
    '',
    'Fetches = fetch-and-run; foreign = a program that no package owns, no address anywhere; edit = an edit inside a',
    'file of a package (found / planted). Alarms = honest uses that were called suspicious (raised / planted). The roots',
    'are synthetic: they hold a package database, inert files and the case.',
    '',
  ];
  for (const [group, ids] of Object.entries(mechanismGroups)) {
    const title = Object.entries(persistence.groups).find(([key]) => key === group)?.[1] ?? group;
    const zh = Object.entries(chinese.groups).find(([key]) => key === group)?.[1] ?? group;
    lines.push(
      `## ${zh} · ${title}`,
      '',
      '| mechanism | id | artifact | fetches | foreign | edit | alarms |',
      '|---|---|---|---|---|---|---|',
    );
    for (const id of ids) {
      const row = rows.get(id);
      const name = `${chinese.mechanisms[id]} · ${persistence.mechanisms[id]}`;
      const counts =
        row === undefined
          ? ['—', '—', '—', '—']
          : [...dresses.slice(0, 3).map((dress) => cell(row[dress])), alarms(row.honest)];
      lines.push(`| ${name} | \`${id}\` | \`${readers.get(id) ?? '—'}\` | ${counts.join(' | ')} |`);
    }
    lines.push('');
  }
  return lines.join('\n');
}

const rows = await measure();
const sum = (dress: Dress): string => {
  const tallies = [...rows.values()].map((row) => row[dress]);
  const total = tallies.reduce((all, one) => all + one.cases, 0);
  return `${tallies.reduce((all, one) => all + one.right, 0)}/${total}`;
};
writeFileSync(join(repository, 'docs', 'coverage.md'), document(rows));
writeFileSync(
  join(repository, 'packs', 'coverage.json'),
  `${JSON.stringify(Object.fromEntries(rows), null, 2)}\n`,
);
process.stdout.write(
  `${rows.size} mechanisms; ${dresses.map((dress) => `${dress} ${sum(dress)}`).join(', ')}\n`,
);
process.exitCode = [...rows.values()].some((row) =>
  dresses.some((dress) => row[dress].right < row[dress].cases),
)
  ? 1
  : 0;
