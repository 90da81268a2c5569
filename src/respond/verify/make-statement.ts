/** From the scan of the incident, the plans and a look of now to a statement. Pure. */
import type { Door } from '../../model/door.ts';
import type { PlanDecision, Step } from '../../model/plan.ts';
import type { ScanResult } from '../../model/result.ts';
import type { CaseSection, EarlierLook, NotChecked, Statement, Thing } from '../../model/statement.ts';
import { doneSteps, stepStates } from '../ledger/state.ts';
import { decide } from '../plan/decide.ts';
import { signalsOf } from '../plan/signals.ts';
import type { StoredPlan } from '../plan-folder.ts';
import { statementId } from '../statement/sealed.ts';
import { compareThings } from './compare.ts';
import { conclude, withLooks } from './conclude.ts';
import { type CleanLook, scheduleOf } from './schedule.ts';
import { type Ground, stepRows } from './standing.ts';
import { poolsOf, type Seen, thingsOf } from './things.ts';
import type { StoredStatement } from './verify-folder.ts';

/** Rows of things that a statement lists. */
const mostThings = 2_000;

export interface Look {
  /** Number of this verification. */
  readonly number: number;
  /** RFC 3339, UTC, to the millisecond: when the look began, and when the statement was made. */
  readonly began: string;
  readonly made: string;
  readonly version: string;
  readonly kind: 'live' | 'folder';
  readonly case: CaseSection;
  /** Of the incident. */
  readonly before: ScanResult;
  readonly now: ScanResult;
  /** Number in the case and SHA-256 of the text of what this look found. */
  readonly scan: { readonly number: number; readonly result: string };
  /** Results of scans that plans were made from, by their number. */
  readonly resultOf: (scan: number) => ScanResult | undefined;
  /** The oldest first. */
  readonly plans: readonly StoredPlan[];
  readonly earlier: readonly StoredStatement[];
  readonly ground: Ground;
  /** Nothing where nobody asked for doors. */
  readonly doors?: { readonly asked: boolean; readonly rows: readonly Door[] };
  /** What of the case is not as it was written. */
  readonly altered: number;
}

/**
 * Whether a step takes a thing away. A step rests on more than it takes: that of a program rests on the entry that
 * starts it, which stays where nobody edited it.
 */
function takes({ change, findings }: Step, thing: Seen): boolean {
  const place = thing.where?.replace(/:\d+$/, '');
  const isNamed = findings.includes(thing.id);
  switch (change.kind) {
    case 'kill': {
      const pids = change.processes.map(({ pid }) => pid);
      const isOne = pids.some((pid) => thing.id === `pid ${pid}`);
      const isOf = thing.runs.some(({ pid }) => pids.includes(pid));
      const isProgram = thing.runs.length > 0 && change.programs.some((path) => path === place);
      return isOne || isOf || isProgram || (thing.kind === 'finding' && isNamed);
    }
    case 'quarantine':
      return place === change.path || (isNamed && lastName(place) === lastName(change.path));
    case 'edit-file':
    case 'restore-file':
    case 'set-metadata':
      // Links of folders above it are resolved in a plan, and not in a result.
      return isNamed && lastName(place) === lastName(change.path);
    case 'set-kernel-value':
      return isNamed;
    default:
      return false;
  }
}

const lastName = (path = ''): string => path.slice(path.lastIndexOf('/') + 1);

/** Keys of what steps that were done, and not undone, took away. */
function removedKeys({ plans, resultOf }: Look, pools: readonly string[]): ReadonlySet<string> {
  const keys = new Set<string>();
  for (const { plan, entries } of plans) {
    const result = resultOf(plan.scan);
    const done = new Set(doneSteps(entries));
    const steps = plan.steps.filter(({ id }) => done.has(id));
    for (const thing of result === undefined ? [] : thingsOf(result, pools)) {
      if (steps.some((step) => takes(step, thing))) keys.add(thing.key);
    }
  }
  return keys;
}

/**
 * Clean or rebuild, as the incident's scan says it and each plan: a kernel that was changed hides from later ones, so what
 * was once said of it stays.
 */
function gravestDecision(before: ScanResult, plans: readonly StoredPlan[]): PlanDecision {
  const signals = signalsOf(before);
  const own = decide(
    before,
    signals,
    before.persistence.filter((row) => signals.isActionable(row)),
  );
  const planned = plans.map(({ plan }) => plan.decision);
  const lies = [own, ...planned].find(({ reasons }) => reasons.some(({ id }) => id === 'kernel-level'));
  return lies ?? planned.findLast(({ answer }) => answer === 'rebuild') ?? planned.at(-1) ?? own;
}

/** When the last step of a removal ended; undefined where nothing is done any more. */
function removalEnd(plans: readonly StoredPlan[]): string | undefined {
  return plans
    .filter(({ entries }) => doneSteps(entries).length > 0)
    .flatMap(({ entries }) => entries.flatMap(({ time, record }) => (record.kind === 'done' ? [time] : [])))
    .toSorted()
    .at(-1);
}

/** What this look did not check, and of that what was checked when the incident was found. */
function notChecked(before: ScanResult, now: ScanResult): readonly NotChecked[] {
  const was = new Set(before.coverage.filter(({ checked }) => checked).map(({ id }) => id));
  const known = new Set(now.coverage.map(({ id }) => id));
  return [
    ...now.coverage
      .filter(({ checked }) => !checked)
      .map(({ id, required, reason }) => ({
        id,
        required,
        before: was.has(id),
        ...(reason === undefined ? {} : { reason }),
      })),
    ...[...was].filter((id) => !known.has(id)).map((id) => ({ id, required: false, before: true })),
  ];
}

function earlierLooks(earlier: readonly StoredStatement[]): {
  readonly looks: readonly EarlierLook[];
  readonly statements: readonly Statement[];
} {
  const files = earlier.flatMap(({ checked }) => (checked?.file === undefined ? [] : [checked.file]));
  return {
    statements: files.map(({ statement }) => statement),
    looks: files.map((file) => ({
      number: file.statement.made.number,
      time: file.statement.look.started,
      outcome: file.statement.conclusion.outcome,
      id: statementId(file),
    })),
  };
}

export function makeStatement(look: Look): Statement {
  const { before, now, plans, kind } = look;
  const { looks, statements } = earlierLooks(look.earlier);
  const pools = poolsOf(before);
  const things: readonly Thing[] = compareThings({
    before: thingsOf(before, pools),
    earlier: statements.map(({ things: { rows } }) => rows),
    now: thingsOf(now, pools),
    result: now,
    removed: removedKeys(look, pools),
  });
  const steps = plans.flatMap(({ number, plan, entries }) =>
    stepRows(number, plan, stepStates(entries), look.ground),
  );
  const missing = notChecked(before, now);
  const decision = gravestDecision(before, plans);
  const conclusion = conclude({
    verdict: now.verdict,
    scope: now.host.scope,
    things,
    steps,
    notChecked: missing,
    decision,
    altered: look.altered,
    doorsOpen: (look.doors?.rows ?? []).filter(({ from, state }) => from === 'way-in' && state === 'open')
      .length,
  });
  const acted = plans.findLast(({ entries }) => doneSteps(entries).length > 0);
  const bootBefore = acted?.plan.target.bootId ?? before.host.bootId;
  const rebooted = kind === 'live' && bootBefore !== '' && bootBefore !== now.host.bootId;
  const from = removalEnd(plans) ?? statements[0]?.look.started ?? look.began;
  const clean: readonly CleanLook[] = [
    ...statements
      .filter(({ conclusion: { outcome }, look: { started } }) => outcome === 'clean' && started >= from)
      .map(({ made, look: { started }, subject }) => ({
        number: made.number,
        time: started,
        rebooted: subject.rebooted,
      })),
    ...(conclusion.outcome === 'clean' ? [{ number: look.number, time: look.began, rebooted }] : []),
  ];
  // Nothing runs in a folder, so nothing can come back there while one waits.
  const schedule = kind === 'live' ? scheduleOf(from, clean) : [];
  return {
    made: {
      time: look.made,
      number: look.number,
      tool: 'demine',
      version: look.version,
      language: now.language,
    },
    subject: {
      kind,
      name: kind === 'live' ? now.host.name : now.options.target,
      machineId: now.host.machineId,
      bootId: now.host.bootId,
      rebooted,
    },
    case: look.case,
    look: {
      started: look.began,
      finished: now.finished,
      scan: look.scan.number,
      result: look.scan.result,
      verdict: now.verdict,
      scope: now.host.scope,
      privileged: now.host.privileged,
      interval: now.options.interval,
      thorough: now.options.thorough,
    },
    conclusion: withLooks(conclusion, schedule),
    checked: now.coverage.filter(({ checked }) => checked).map(({ id }) => id),
    notChecked: [...missing],
    things: {
      rows: things.slice(0, mostThings).map((row) => ({ ...row })),
      left: Math.max(0, things.length - mostThings),
    },
    steps: [...steps],
    notInPlan: plans
      .slice(-1)
      .flatMap(({ number, plan }) =>
        plan.left.map(({ subject, what, why }) => ({ plan: number, subject, what, why })),
      ),
    schedule: [...schedule],
    doors: {
      looked: look.doors !== undefined,
      asked: look.doors?.asked === true,
      rows: [...(look.doors?.rows ?? [])],
    },
    looks: [...looks],
  };
}
