/** What the commands of a removal share: the case, its target, who carries a plan out, and how far it is. */
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { DemineError } from '../model/error.ts';
import type { FactKind, FactOf } from '../model/fact.ts';
import type { LedgerEntry } from '../model/ledger.ts';
import type { Plan } from '../model/plan.ts';
import { bytesOf, printableText } from '../model/text.ts';
import { liveNative } from '../native/live.ts';
import { liveSignals } from '../native/process-signal.ts';
import type { ShownState } from '../report/removal/plan-screen.ts';
import { type Condition, conditionsOf } from '../respond/conditions.ts';
import { chooseFirewall } from '../respond/contain/choose-firewall.ts';
import { surveyContainers } from '../respond/container/survey-containers.ts';
import { surveyInside } from '../respond/container/survey-inside.ts';
import { FolderExecutor } from '../respond/execute/folder.ts';
import { LiveExecutor } from '../respond/execute/live.ts';
import type { Executor } from '../respond/execute/port.ts';
import { type Ledger, ledgerEntries, ledgerName } from '../respond/ledger/ledger-file.ts';
import { filesPutBack, stepStates } from '../respond/ledger/state.ts';
import type { CaseView, Survey } from '../respond/plan/case-view.ts';
import { containersToSurvey } from '../respond/plan/container-drafts.ts';
import { pathsToSurvey } from '../respond/plan/plan-case.ts';
import { type StoredPlan, storedPlans, vaultPath } from '../respond/plan-folder.ts';
import { readSurvey } from '../respond/survey/read-survey.ts';
import { Vault } from '../respond/vault/vault.ts';
import { openScan } from '../store/case-store.ts';
import { folderTarget } from '../target/folder.ts';
import { liveTarget } from '../target/live.ts';
import type { Target } from '../target/port.ts';
import { folderOfCase, openNamedCase } from './case-file.ts';

const kernelText = (path: string): string => {
  try {
    return readFileSync(path, 'latin1').trim();
  } catch (cause) {
    // A host without a machine id is told apart by its boot alone.
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return '';
    throw cause;
  }
};

export const ownMachineId = (): string => kernelText('/etc/machine-id');
const ownBootId = (): string => kernelText('/proc/sys/kernel/random/boot_id');

/** The newest scan of a case that found something, with the facts that a plan needs. @throws DemineError `case-unreadable` */
export function readCaseView(path: string): CaseView {
  const store = openNamedCase(path);
  try {
    const last = openScan(store);
    const result = last === undefined ? undefined : store.result(last.id);
    if (last === undefined || result === undefined) {
      throw new DemineError('case-unreadable', 'it holds no scan', { subject: path });
    }
    const factsOf = <K extends FactKind>(kind: K): readonly FactOf<K>[] =>
      store.facts(last.id, kind).filter((fact): fact is FactOf<K> => fact.kind === kind);
    return {
      scan: last.id,
      result,
      processes: factsOf('process'),
      files: new Map(factsOf('file').map((fact) => [fact.path, fact])),
      settings: new Map(factsOf('setting').map(({ name, value }) => [name, value])),
      putBack: [...storedPlans(folderOfCase(path))].flatMap(({ entries }) => filesPutBack(entries)),
    };
  } finally {
    store.close();
  }
}

/** @throws DemineError `target-other` where a plan of a running host is for another one */
export function checkHost(machineId: string, subject: string): void {
  if (machineId === '' || machineId === ownMachineId()) return;
  throw new DemineError('target-other', 'it was made on another host', { subject });
}

export interface VaultChoice {
  readonly folder: string;
  /** Where copies of this plan were kept before: undoing needs no option. */
  readonly known: readonly string[];
  /** The ledger does not know it yet. */
  readonly fresh: boolean;
}

export function vaultChoice(
  stored: StoredPlan,
  entries: readonly LedgerEntry[],
  asked: string | undefined,
): VaultChoice {
  const preset = vaultPath(stored);
  const told = entries.flatMap(({ record }) =>
    record.kind === 'vault' ? [Buffer.from(bytesOf(record.folder)).toString()] : [],
  );
  const known = [preset, ...told];
  const folder = asked === undefined ? preset : resolve(asked);
  return { folder, known, fresh: !known.includes(folder) };
}

/** In which processes may be held still: that of `demine contain`, and those of plans before, the oldest first. */
function earlierEntries(folder: string, { number }: StoredPlan): readonly LedgerEntry[] {
  const before = [...storedPlans(folder)].filter((plan) => plan.number < number).reverse();
  return [...ledgerEntries(join(folder, ledgerName)), ...before.flatMap(({ entries }) => entries)];
}

/** @throws DemineError `target-missing`, `target-other`, `executor-refused` */
export function executorFor(
  stored: StoredPlan,
  ledger: Ledger,
  options: {
    readonly case: string;
    readonly vault: VaultChoice;
    readonly exportLimit?: number | undefined;
  },
): Executor {
  const { target } = stored.plan;
  const vault = new Vault(options.vault.folder, options.vault.known);
  if (target.kind === 'folder') return new FolderExecutor(bytesOf(target.name), vault);
  checkHost(target.machineId, hostname());
  return new LiveExecutor({
    native: liveNative(),
    signals: liveSignals(),
    vault,
    ledger,
    earlier: earlierEntries(folderOfCase(options.case), stored),
    bootId: ownBootId(),
    name: printableText(hostname()),
    self: process.pid,
    exportLimit: options.exportLimit,
  });
}

/** Where the target of a case is now. */
export interface Ground {
  readonly kind: 'live' | 'folder';
  readonly root: string;
}

const targetOn = ({ kind, root }: Ground): Target =>
  kind === 'live' ? liveTarget(liveNative()) : folderTarget(root);

/** Looks at paths of the target; changes nothing. @throws DemineError `target-missing` */
export async function surveyOf(ground: Ground, paths: readonly string[]): Promise<Survey> {
  const target = targetOn(ground);
  try {
    return await readSurvey(ground.root, target, paths);
  } finally {
    await target.close();
  }
}

/** What stands in the way of a plan now. */
export function conditionsNow(plan: Plan, vault: string, exportLimit?: number): readonly Condition[] {
  const live = plan.target.kind === 'live';
  return conditionsOf(plan, {
    root: live ? Buffer.from('/') : bytesOf(plan.target.name),
    vault,
    exportLimit,
    signals: live ? liveSignals() : undefined,
    firewall: live ? chooseFirewall : undefined,
    uid: process.geteuid?.() ?? 0,
    self: process.pid,
  });
}

/** How far each step of a plan is, by its ledger. */
export function shownStates(plan: Plan, entries: readonly LedgerEntry[]): ReadonlyMap<string, ShownState> {
  const shown = new Map<string, ShownState>();
  const states = stepStates(entries);
  for (const { id, change } of plan.steps) {
    const state = states.get(id);
    if (change.kind === 'by-hand') shown.set(id, 'by-hand');
    else if (state?.kind === 'done') shown.set(id, 'done');
    else if (state?.kind === 'begun' || state?.kind === 'undoing') shown.set(id, 'begun');
    else if (state?.kind === 'undone') shown.set(id, 'undone');
    else if (state?.stop !== undefined) shown.set(id, 'stopped');
    else shown.set(id, 'open');
  }
  return shown;
}

/** Files and, of a running host, containers as they are. */
export async function surveyFor(ground: Ground, view: CaseView): Promise<Survey> {
  const files = await surveyOf(ground, pathsToSurvey(view));
  if (ground.kind !== 'live') return files;
  const native = liveNative();
  const containers = await surveyContainers(containersToSurvey(view), { native });
  const inside = await surveyInside(view, new Set(containers.containers.keys()), native);
  return { ...files, containers, inside };
}
