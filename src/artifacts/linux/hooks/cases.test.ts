/** The dresses of each hook, gathered: the dangerous ones name what was planted, and honest ones carry no mark. */

import { describe, expect, test } from 'bun:test';
import { dirname } from 'node:path';
import type { Files, MechanismCase } from '../../../../test/persistence/case.ts';
import { gatherFrom } from '../../../../test/persistence/gather.ts';
import type { Recorded } from '../../../../test/recorded-target.ts';
import type { PersistenceFact } from '../../../model/facts/persistence.ts';
import { mechanismGroups } from '../../../model/mechanism.ts';
import { hooksCases } from './cases.fixture.ts';
import { hooksArtifacts } from './index.ts';

const recorded = (file: Files[string]): Recorded => {
  if (typeof file === 'string' || file instanceof Uint8Array) return file;
  return file.link === undefined ? (file.content ?? '') : { link: file.link };
};

async function entriesOf(one: MechanismCase): Promise<readonly PersistenceFact[]> {
  const files = Object.entries({ ...one.packaged, ...one.planted }).map(
    ([path, file]) => [path, recorded(file)] as const,
  );
  if (one.packaged !== undefined) {
    const paths = Object.keys(one.packaged).flatMap((path) => [path, dirname(path)]);
    files.push(['/var/lib/dpkg/info/case.list', `/.\n${[...new Set(paths)].join('\n')}\n`]);
    files.push(['/var/lib/dpkg/status', 'Package: case\nStatus: install ok installed\n']);
  }
  const found: PersistenceFact[] = [];
  for (const artifact of hooksArtifacts) {
    const { entries } = await gatherFrom(artifact, Object.fromEntries(files));
    for (const entry of entries) {
      // What an artifact gives, it must have declared.
      expect(artifact.mechanisms).toContain(entry.mechanism);
      found.push(entry);
    }
  }
  return found.filter(({ mechanism }) => mechanism === one.mechanism);
}

/** A planted file, by its path or by what it says. */
const names = (entry: PersistenceFact, planted: Files): boolean =>
  Object.keys(planted).some(
    (path) =>
      entry.source.source === path ||
      entry.target === path ||
      entry.command.includes(path) ||
      entry.body.some(({ text }) => text.includes(path)),
  );

describe('the dresses of privileged hooks', () => {
  test('are four of each mechanism', () => {
    const missing = mechanismGroups.hooks.flatMap((mechanism) =>
      ['fetch-and-run', 'unowned-binary', 'owned-edit', 'honest'].filter(
        (dress) => !hooksCases.some((one) => one.mechanism === mechanism && one.dress === dress),
      ),
    );
    expect(missing).toEqual([]);
  });

  test.each(
    hooksCases
      .filter(({ dress }) => dress !== 'honest')
      .map((one) => [`${one.mechanism}: ${one.what}`, one] as const),
  )('%s', async (_, one) => {
    const entries = await entriesOf(one);
    expect(entries.some((entry) => names(entry, one.planted))).toBe(true);
    if (one.dress !== 'fetch-and-run' || /nothing can be fetched/.test(one.what)) return;
    const told = entries.map((entry) => `${entry.command} ${entry.body.map(({ text }) => text).join(' ')}`);
    expect(told.join('\n')).toContain('http://192.0.2.80/h.sh');
  });

  test.each(
    hooksCases
      .filter(({ dress }) => dress === 'honest')
      .map((one) => [`${one.mechanism}: ${one.what}`, one] as const),
  )('%s', async (_, one) => {
    const entries = await entriesOf(one);
    expect(entries.length).toBeGreaterThan(0);
    // That a module is nobody's is seen of a driver that its owner built too; it alone weighs little.
    const marks = entries.flatMap((entry) => entry.marks.filter((mark) => mark !== 'foreign-module'));
    expect(marks).toEqual([]);
  });
});
