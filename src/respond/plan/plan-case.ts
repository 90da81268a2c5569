/**
 * The plan of a case: pure, from what a scan found and what the target is now. What is not planned is told with the
 * reason, and where the responder's own look can stand for the second source of truth, that too.
 */
import {
  type ChangeOf,
  type LeftOut,
  type Plan,
  type PlanDecision,
  phases,
  planVersion,
  type Step,
} from '../../model/plan.ts';
import type { ResultPersistence } from '../../model/result.ts';
import type { Printable } from '../../model/text.ts';
import { usualSeconds } from '../contain/containment.ts';
import { byHandDrafts } from './by-hand.ts';
import { type CaseView, isSurveyed, type Survey } from './case-view.ts';
import { containerDrafts, containerFilesToSurvey, containerIdOf } from './container-drafts.ts';
import { decide } from './decide.ts';
import type { Draft } from './draft.ts';
import { together } from './drafted.ts';
import { entryDrafts } from './entry-drafts.ts';
import { containDraft, evidenceDrafts } from './first-drafts.ts';
import { emptiedFolders } from './folder-drafts.ts';
import { declaredOf } from './guards.ts';
import { insideDrafts } from './inside-drafts.ts';
import { kernelDrafts } from './kernel-drafts.ts';
import { keptForLogins, loginFilesToSurvey } from './login-stacks.ts';
import { printableOf } from './printable-of.ts';
import { processDrafts } from './process-drafts.ts';
import { reloadDrafts } from './reload-drafts.ts';
import { signalsOf } from './signals.ts';
import { minerPrograms, pathsNamedBy, pathsShownBy, targetDrafts } from './target-drafts.ts';
import { unitDrafts } from './unit-drafts.ts';

export interface Wish {
  /** RFC 3339, UTC. */
  readonly made: string;
  readonly target: { readonly kind: 'live' | 'folder'; readonly name: Printable };
  /** Entries that the responder looked at and adds: his word is the second source. */
  readonly added: readonly string[];
  /** What the host is cut off from, of a running host; absent where nothing is known, or its kernel takes no rules. */
  readonly cut?: ChangeOf<'contain'>['cut'];
}

/** Paths that a plan may ask about, beside what lies in folders of the attacker's. */
export function pathsToSurvey(view: CaseView): readonly string[] {
  const { result, witnessed } = view;
  const grave = result.persistence.filter(
    ({ judgement, id }) => judgement !== 'benign' || witnessed?.entries.has(id) === true,
  );
  return [
    ...new Set([
      ...grave.flatMap((row) => [row.source, ...pathsNamedBy(row), ...pathsShownBy(result, row)]),
      ...(witnessed?.paths.keys() ?? []),
      ...minerPrograms({ ...signalsOf(result), miners: result.miners }).keys(),
      ...result.processes.flatMap(({ exe, judgement }) =>
        exe !== undefined && judgement !== 'benign' ? [exe] : [],
      ),
      ...result.findings.flatMap(({ path, rule }) =>
        path !== undefined && rule.startsWith('file.') ? [path] : [],
      ),
      ...containerFilesToSurvey(view),
      ...loginFilesToSurvey(view),
      '/etc/shadow',
      '/etc/group',
      '/etc/gshadow',
    ]),
  ];
}

const graveRows = (view: CaseView): readonly ResultPersistence[] =>
  view.result.persistence.filter(({ judgement }) => judgement === 'malicious' || judgement === 'suspicious');

/** Within a phase the order of the drafts stays, in which files come before their folder. */
function numbered(drafts: readonly Draft[]): Step[] {
  return phases
    .flatMap((phase) => drafts.filter((draft) => draft.phase === phase))
    .map(
      (draft, at): Step => ({
        id: `S${at + 1}`,
        phase: draft.phase,
        findings: [...new Set(draft.findings)],
        change: draft.change,
        preconditions: [...draft.preconditions],
        reversibility: draft.reversibility,
        breaks: [...draft.breaks],
        verify: draft.verify,
      }),
    );
}

/** @param taken what goes whole: a second entry of the same file goes with it */
function leftRows(
  view: CaseView,
  survey: Survey,
  chosen: readonly ResultPersistence[],
  taken: ReadonlySet<string>,
): readonly LeftOut[] {
  const goes = (source: string): boolean => {
    const found = survey.at(source);
    return isSurveyed(found) && taken.has(found.file.path);
  };
  return graveRows(view)
    .filter((row) => !chosen.includes(row) && !goes(row.source))
    .map((row) => ({
      subject: row.id,
      what: printableOf(row.line === undefined ? row.source : `${row.source}:${row.line}`),
      why: 'one-signal',
      addable: true,
    }));
}

/** What comes back is read from what was put aside: that goes after it. */
function sourcesLast(drafts: readonly Draft[], sources: ReadonlySet<string>): readonly Draft[] {
  const isSource = ({ change }: Draft): boolean => change.kind === 'quarantine' && sources.has(change.path);
  return [
    ...drafts.filter((draft) => !isSource(draft)),
    ...drafts.filter(isSource).map((draft): Draft => ({ ...draft, phase: 'restore' })),
  ];
}

const sourcesOf = (drafts: readonly Draft[]): ReadonlySet<string> =>
  new Set(
    drafts.flatMap(({ change }) =>
      change.kind === 'restore-file' && change.from.kind === 'file' ? [change.from.path] : [],
    ),
  );

/** Processes of a program that a watch saw are held and ended for what it saw. */
function withSightings(drafts: readonly Draft[], { witnessed }: CaseView): readonly Draft[] {
  if (witnessed === undefined) return drafts;
  return drafts.map((draft) => {
    const { change } = draft;
    if (change.kind !== 'freeze' && change.kind !== 'kill') return draft;
    const ids = change.programs.flatMap((path) => witnessed.paths.get(path) ?? []);
    return ids.length === 0 ? draft : { ...draft, findings: [...draft.findings, ...ids] };
  });
}

const realPaths = (drafts: readonly Draft[]): ReadonlySet<string> =>
  new Set(drafts.flatMap(({ change }) => (change.kind === 'quarantine' ? [change.path] : [])));

export function planCase(view: CaseView, survey: Survey, wish: Wish): Plan {
  const { result } = view;
  const signals = signalsOf(result);
  const declared = declaredOf(result);
  const added = new Set(wish.added);
  const { witnessed } = view;
  const isWitnessed = ({ id }: ResultPersistence): boolean => witnessed?.entries.has(id) === true;
  const rows = [
    ...graveRows(view).filter((row) => signals.isActionable(row) || added.has(row.id) || isWitnessed(row)),
    // Nothing spoke against these but that they brought it back.
    ...result.persistence.filter((row) => isWitnessed(row) && !graveRows(view).includes(row)),
  ];
  const findings = (path: string): readonly string[] => [
    ...result.findings.filter((finding) => finding.path === path).map(({ id }) => id),
    ...(witnessed?.paths.get(path) ?? []),
    ...(witnessed?.sources.get(path) ?? []),
  ];
  // A container is dealt with as a whole, with all that is said of it.
  const ownRows = rows.filter((row) => containerIdOf(row) === undefined);
  const containers = containerDrafts({ view, survey, signals, declared, findings }, rows);
  const drafted = (condemned: ReadonlySet<string>) => {
    const entries = entryDrafts({ view, survey, declared, findings, condemned }, ownRows);
    const taken = new Set(
      entries.drafts.flatMap(({ change }) => ('path' in change ? [change.path as string] : [])),
    );
    return { entries, targets: targetDrafts({ view, survey, signals, declared }, ownRows, taken) };
  };
  // Lines that name what is taken go too, and what is taken is known after the lines.
  const first = drafted(new Set());
  const { entries, targets } = drafted(realPaths([...first.entries.drafts, ...first.targets.drafts]));
  const files = realPaths([...entries.drafts, ...targets.drafts]);
  const live = wish.target.kind === 'live';
  const sources = sourcesOf(entries.drafts);
  // Whatever runs an honest program that was put aside is no process of the attacker's.
  const run = files.difference(sources);
  const processes = live
    ? processDrafts({ view, survey, signals, declared }, run, containers)
    : { drafts: [], left: [] };
  const found = together([
    { drafts: containers.before, left: containers.left },
    entries,
    targets,
    processes,
    { drafts: containers.after, left: [] },
    { drafts: insideDrafts(view, survey.inside ?? new Map(), processes.drafts), left: [] },
  ]);
  const emptied = emptiedFolders(survey, declared, found.drafts);
  const made = together([
    keptForLogins(view, survey, [...found.drafts, ...emptied]),
    { drafts: [], left: found.left },
  ]);
  const kernel = live ? kernelDrafts(view, signals, made.drafts, rows) : [];
  // An entry in the kernel itself has no file that could be edited.
  const setBack = new Set(
    kernel.flatMap(({ change, findings }) => (change.kind === 'set-kernel-value' ? findings : [])),
  );
  const minersFindings = signals.miners.flatMap((miner) => miner.findings);
  const all = [
    ...evidenceDrafts(survey, made.drafts),
    ...(live && wish.cut !== undefined && made.drafts.length > 0
      ? [containDraft(wish.cut, usualSeconds, wish.target.name, minersFindings)]
      : []),
    ...made.drafts,
    ...(live ? reloadDrafts(view, made.drafts) : []),
    ...kernel,
    ...(live ? unitDrafts(view, made.drafts) : []),
  ];
  const decision: PlanDecision = decide(result, signals, rows);
  const byHand = byHandDrafts(view, survey, signals, decision, all);
  const goes = new Set(emptied.flatMap(({ change }) => ('path' in change ? [change.path as string] : [])));
  return {
    schema: `demine-plan/${planVersion}`,
    made: wish.made,
    scan: view.scan,
    target: { ...wish.target, machineId: result.host.machineId, bootId: result.host.bootId },
    decision,
    steps: numbered(sourcesLast([...withSightings(all, view), ...byHand], sources)),
    left: [
      ...made.left.filter(({ what, subject }) => !goes.has(what) && !setBack.has(subject)),
      ...leftRows(view, survey, rows, files),
      ...(witnessed?.left ?? []),
    ],
    added: [...wish.added],
  };
}
