/**
 * One case, planted, scanned like any root folder, and asked: was the dangerous one found, was the honest one left
 * in peace. The unit of the recall table and of its test.
 */
import { emptyConfig } from '../../src/model/config.ts';
import { severityRank } from '../../src/model/finding.ts';
import { type Mechanism, mechanismGroups } from '../../src/model/mechanism.ts';
import type { ResultFinding, ResultPersistence } from '../../src/model/result.ts';
import { scan } from '../../src/scan/scan.ts';
import { folderTarget } from '../../src/target/folder.ts';
import type { MechanismCase } from './case.ts';
import { plantRoot } from './root.ts';

export interface Seen {
  readonly rows: readonly ResultPersistence[];
  /** Of medium severity or above. */
  readonly alarms: readonly ResultFinding[];
}

/** Scans a root with the case in it, or without any. */
export async function look(one?: MechanismCase): Promise<Seen> {
  const root = plantRoot(one);
  try {
    return await lookAt(root.path);
  } finally {
    root.remove();
  }
}

/** Scans a root folder. @param integrity every file that packages brought, instead of the tools alone */
export async function lookAt(path: string, integrity?: 'full'): Promise<Seen> {
  const target = folderTarget(path);
  try {
    const asked = { interval: 0, active: false, thorough: false, keepSecrets: false, seen: [] } as const;
    const pass = integrity === undefined ? {} : { integrity };
    const { result } = await scan(
      target,
      undefined,
      { ...asked, ...pass, language: 'en', config: emptyConfig },
      '0',
    );
    return {
      rows: result.persistence,
      alarms: result.findings.filter(({ severity }) => severityRank(severity) >= severityRank('medium')),
    };
  } finally {
    await target.close();
  }
}

const grave = ({ judgement }: ResultPersistence): boolean =>
  judgement === 'suspicious' || judgement === 'malicious';

/** Mechanism, source and reasons of what a clean host may not have. */
export const raised = ({ rows, alarms }: Seen): readonly string[] => [
  ...rows
    .filter(grave)
    .map(
      ({ mechanism, source, reasons }) => `${mechanism} ${source}: ${reasons.map(({ id }) => id).join(', ')}`,
    ),
  ...alarms.map(({ rule, title }) => `${rule}: ${title}`),
];

/** Files that only lie there, and accounts as they should be: of an honest one there is nothing to tell. */
const quietWhenHonest: ReadonlySet<Mechanism> = new Set([
  ...mechanismGroups.files,
  ...mechanismGroups.integrity,
  ...mechanismGroups.accounts,
]);

export interface Outcome {
  readonly right: boolean;
  /** What was said of it, for people. */
  readonly told: string;
}

/** A dangerous dress is found where an entry of its mechanism is suspicious at least; an honest one raises nothing. */
export function outcomeOf(one: MechanismCase, seen: Seen): Outcome {
  const own = seen.rows.filter(({ mechanism }) => mechanism === one.mechanism);
  if (one.dress === 'honest') {
    const told = raised(seen);
    if (told.length > 0) return { right: false, told: told.join('; ') };
    if (own.length === 0 && !quietWhenHonest.has(one.mechanism))
      return { right: false, told: 'no entry was read: nothing could have been raised' };
    return { right: true, told: 'quiet' };
  }
  const judged = own.filter(grave);
  if (judged.length > 0) {
    return {
      right: true,
      told: judged
        .map(({ judgement, reasons }) => `${judgement} (${reasons.map(({ id }) => id).join(', ')})`)
        .join('; '),
    };
  }
  const rows = own.map(
    ({ source, judgement, reasons }) => `${source} ${judgement} (${reasons.map(({ id }) => id).join(', ')})`,
  );
  return { right: false, told: own.length === 0 ? 'no entry was read' : rows.join('; ') };
}
