/**
 * Every eighth dangerous case of all mechanisms, with everything that was found added: it is removed or told, nothing
 * stops on the way, and undoing puts back every byte and every attribute.
 */
import { expect, test } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { allCases } from '../../../test/persistence/cases.ts';
import { plantRoot } from '../../../test/persistence/root.ts';
import { differences, pictureOf } from '../execute/steps.fixture.ts';
import type { CaseView } from './case-view.ts';
import { carryOutOn, planRoot, scanRoot } from './plan-root.fixture.ts';

const step = 8;

const graveOf = ({ result }: CaseView) =>
  result.persistence.filter(({ judgement }) => judgement === 'malicious' || judgement === 'suspicious');

test('every case is removed or told, and undone exactly', async () => {
  const cases = allCases.filter(({ dress }) => dress !== 'honest').filter((_, at) => at % step === 0);
  const wrong: string[] = [];
  let removed = 0;
  for (const one of cases) {
    const name = `${one.mechanism}, ${one.dress}`;
    const root = plantRoot(one);
    const folder = mkdtempSync(join(tmpdir(), 'demine-all-'));
    try {
      const before = pictureOf(root.path, { folderTimes: true });
      const { plan } = await planRoot(root.path, { added: (view) => graveOf(view).map(({ id }) => id) });
      const cleaned = await carryOutOn(root.path, folder, plan, 'clean');
      for (const ended of cleaned) if ('stop' in ended) wrong.push(`${name}: stopped, ${ended.stop.id}`);
      const told = plan.left.length > 0 || plan.steps.some(({ change }) => isForPeople(change));
      const remains = graveOf(await scanRoot(root.path));
      if (remains.length === 0) removed += 1;
      else if (!told) wrong.push(`${name}: remains, ${remains.map(({ source }) => source).join(', ')}`);
      await carryOutOn(root.path, folder, plan, 'undo');
      const differs = differences(before, pictureOf(root.path, { folderTimes: true }));
      if (differs.length > 0) wrong.push(`${name}: undo differs, ${differs.join(', ')}`);
    } finally {
      root.remove();
      rmSync(folder, { recursive: true, force: true });
    }
  }
  expect(wrong).toEqual([]);
  expect(removed / cases.length).toBeGreaterThan(0.6);
}, 240_000);

const forPeople: ReadonlySet<string> = new Set(['reinstall-package', 'remove-container']);

const isForPeople = (change: { readonly kind: string; readonly task?: string }): boolean =>
  change.kind === 'by-hand' && forPeople.has(change.task ?? '');
