/** The four dresses of each mechanism, planted in a root folder on the disk and read from it. */
import { describe, expect, test } from 'bun:test';
import type { MechanismCase } from '../../../../test/persistence/case.ts';
import { plantRoot } from '../../../../test/persistence/root.ts';
import { FactSet } from '../../../model/fact.ts';
import type { PersistenceFact, PersistenceMark } from '../../../model/facts/persistence.ts';
import { type Mechanism, mechanismGroups } from '../../../model/mechanism.ts';
import { SourceLog } from '../../../model/source-log.ts';
import { folderTarget } from '../../../target/folder.ts';
import { accountsCases } from './cases.fixture.ts';
import { accountsArtifacts } from './index.ts';

async function entriesOf(one: MechanismCase): Promise<readonly PersistenceFact[]> {
  const root = plantRoot(one);
  const target = folderTarget(root.path);
  try {
    const facts: PersistenceFact[] = [];
    for (const artifact of accountsArtifacts) {
      const context = { target, log: new SourceLog(), facts: new FactSet(), nowUs: 0, thorough: false };
      for (const fact of await artifact.gather(context)) if (fact.kind === 'persistence') facts.push(fact);
    }
    return facts;
  } finally {
    await target.close();
    root.remove();
  }
}

/** Says that of an account or in passing, and nothing against an entry. */
const neutral: ReadonlySet<PersistenceMark> = new Set<PersistenceMark>(['of-system-account']);
/** Named by the marks: root with a password is let in on purpose on many hosts, and told. */
const rootByPassword = 'a host whose owner lets root in with a password';

describe('accounts', () => {
  test('each mechanism has its four dresses', () => {
    const missing = mechanismGroups.accounts.flatMap((mechanism: Mechanism) =>
      (['fetch-and-run', 'unowned-binary', 'owned-edit', 'honest'] as const)
        .filter((dress) => !accountsCases.some((one) => one.mechanism === mechanism && one.dress === dress))
        .map((dress) => `${mechanism} ${dress}`),
    );
    expect(missing).toEqual([]);
  });

  test('a dangerous dress is an entry of its mechanism with a mark, a command or a file to judge', async () => {
    const unseen: string[] = [];
    for (const one of accountsCases.filter(({ dress }) => dress !== 'honest')) {
      const telling = (await entriesOf(one)).some(
        ({ mechanism, marks, target, language, active }) =>
          mechanism === one.mechanism &&
          active &&
          (marks.some((mark) => !neutral.has(mark)) || language === 'shell' || target !== undefined),
      );
      if (!telling) unseen.push(`${one.mechanism} ${one.dress}: ${one.what}`);
    }
    expect(unseen).toEqual([]);
  });

  test('an honest dress carries no mark that speaks against it', async () => {
    const marked: string[] = [];
    for (const one of accountsCases.filter(
      ({ dress, what }) => dress === 'honest' && what !== rootByPassword,
    )) {
      for (const { source, marks } of await entriesOf(one)) {
        const against = marks.filter((mark) => !neutral.has(mark));
        if (against.length > 0) marked.push(`${one.what}: ${source.source}:${source.line} ${against}`);
      }
    }
    expect(marked).toEqual([]);
  });
});
