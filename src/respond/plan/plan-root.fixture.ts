/** A root folder from scan to plan to clean, as the commands do it, for tests. */
import { join } from 'node:path';
import { emptyConfig, type OwnerConfig } from '../../model/config.ts';
import type { FactSet } from '../../model/fact.ts';
import type { Plan } from '../../model/plan.ts';
import type { ScanResult } from '../../model/result.ts';
import { printableText } from '../../model/text.ts';
import { scan } from '../../scan/scan.ts';
import { folderTarget } from '../../target/folder.ts';
import { carryOut, type Ended, takeBack } from '../execute/carry-out.ts';
import { FolderExecutor } from '../execute/folder.ts';
import { openLedger } from '../ledger/ledger-file.ts';
import { readSurvey } from '../survey/read-survey.ts';
import { Vault } from '../vault/vault.ts';
import type { CaseView } from './case-view.ts';
import { pathsToSurvey, planCase } from './plan-case.ts';

export const viewFrom = (result: ScanResult, facts: FactSet): CaseView => ({
  scan: 1,
  result,
  processes: facts.of('process'),
  files: new Map(facts.of('file').map((fact) => [fact.path as string, fact])),
  settings: new Map(facts.of('setting').map(({ name, value }) => [name, value])),
  putBack: [],
});

export async function scanRoot(root: string, config: OwnerConfig = emptyConfig): Promise<CaseView> {
  const target = folderTarget(root);
  try {
    const options = { interval: 0, active: false, thorough: false, keepSecrets: false, seen: [] } as const;
    const { result, facts } = await scan(target, undefined, { ...options, language: 'en', config }, '0');
    return viewFrom(result, facts);
  } finally {
    await target.close();
  }
}

export async function planRoot(
  root: string,
  wish: {
    readonly config?: OwnerConfig;
    readonly added?: (view: CaseView) => readonly string[];
    readonly between?: () => void;
    /** Instead of a scan. */
    readonly view?: CaseView;
  } = {},
): Promise<{ readonly view: CaseView; readonly plan: Plan }> {
  const view = wish.view ?? (await scanRoot(root, wish.config));
  wish.between?.();
  const target = folderTarget(root);
  try {
    const survey = await readSurvey(root, target, pathsToSurvey(view));
    const plan = planCase(view, survey, {
      made: '2024-01-02T03:04:05.000Z',
      target: { kind: 'folder', name: printableText(root) },
      added: wish.added?.(view) ?? [],
    });
    return { view, plan };
  } finally {
    await target.close();
  }
}

export async function carryOutOn(
  root: string,
  folder: string,
  plan: Plan,
  way: 'clean' | 'undo',
): Promise<readonly Ended[]> {
  const told: Ended[] = [];
  const executor = new FolderExecutor(root, new Vault(join(folder, 'vault')));
  const ledger = openLedger(join(folder, 'ledger'));
  try {
    const work = { steps: plan.steps, executor, ledger, tell: (ended: Ended) => void told.push(ended) };
    await (way === 'clean' ? carryOut : takeBack)(work, plan.steps);
    return told;
  } finally {
    ledger.close();
    executor.close();
  }
}
