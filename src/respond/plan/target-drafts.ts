/**
 * The attacker's own files: programs of proven miners, what actionable entries run, both sides of `A || B`, and what
 * lies beside them in a folder of the attacker's own.
 *
 * A file that an entry names is taken only where something speaks of the file itself: a miner runs from it, it lies
 * hidden or where everybody may write, or a row of the result tells of it. The owner's backup script, to which a line
 * was added, is named by the entry too.
 */
import { isHidden, isTemporary } from '../../detect/persistence/places.ts';
import { fileMechanisms } from '../../model/mechanism.ts';
import type { Breakage, LeftOut } from '../../model/plan.ts';
import type { ResultPersistence } from '../../model/result.ts';
import { folderOf, type PathText } from '../../model/text.ts';
import { type CaseView, isSurveyed, type Survey, type SurveyedFile } from './case-view.ts';
import { type Draft, leftOut, quarantineDraft } from './draft.ts';
import type { Drafted } from './drafted.ts';
import { isOfSockets } from './folder-drafts.ts';
import { type Declared, takingRefusal } from './guards.ts';
import { isAsScanned } from './line-edits.ts';
import { printableOf } from './printable-of.ts';
import type { Signals } from './signals.ts';
import { stopRefusal } from './stop-refusal.ts';

/** Reasons that speak of the file that is run, not of the command around it. */
const ofTheFile: ReadonlySet<string> = new Set([
  'running-miner',
  'mining-content',
  'same-hash',
  'indicator-seen',
  'family-mark',
  'hidden-path',
  'temporary-path',
  'program-among-data',
  'look-alike-name',
  'packed-program',
  'replaced-package-file',
  'users-program',
]);

/** Files in one folder of the attacker's; more are left to people, with the folder. */
const mostInside = 500;

const pathWords = (texts: readonly string[]): readonly string[] =>
  texts.flatMap((text) => text.match(/\/[^\s'"`;|&<>(){}]+/g) ?? []);

/** Absolute paths in what an entry runs: its target, and every word of its command that is one. */
export function pathsNamedBy(row: ResultPersistence): readonly string[] {
  const words = pathWords([row.command, ...row.decoded]);
  return [...new Set([...(row.target === undefined ? [] : [row.target]), ...words])].filter(
    (path) => path.startsWith('/') && !/\/(?:\.{0,2}(?:\/|$))/.test(path),
  );
}

/**
 * Files that the evidence of an entry shows beside its own, and those that lines of scripts name there: what a script
 * runs, which no command of the entry names.
 */
export function pathsShownBy(
  { findings }: CaseView['result'],
  { source }: ResultPersistence,
): readonly string[] {
  const shown = findings
    .filter(({ rule, path }) => rule.startsWith('persistence.') && path === source)
    .flatMap(({ evidence }) =>
      evidence.flatMap(({ source: from, line, text }) =>
        line === undefined ? [from] : [from, ...pathWords([text])],
      ),
    );
  return [...new Set<string>(shown)].filter(
    (path) => path !== source && path.startsWith('/') && !/\/(?:\.{0,2}(?:\/|$))/.test(path),
  );
}

/** What is started with a pool and a wallet is the miner. */
const isGivenMinersOptions = (row: ResultPersistence, path: string): boolean =>
  row.reasons.some(({ id }) => id === 'miner-command') &&
  [row.command, ...row.decoded].some((text) => text.includes(`${path} -`));

/** Where things of a moment lie; pid files and sockets of services lie in /run. */
const scratch = /^\/(?:tmp|var\/tmp|dev\/shm)\//;

/** Something that is run: an ELF program, or a script that may be executed. */
function isProgram({ file, content }: SurveyedFile): boolean {
  if (file.state.type !== 'file') return false;
  const isExecutable = (file.state.mode & 0o111) !== 0;
  // Too large to be looked into.
  if (content === undefined) return isExecutable;
  const [first, second, third, fourth] = content;
  if (first === 0x7f && second === 0x45 && third === 0x4c && fourth === 0x46) return true;
  return isExecutable && first === 0x23 && second === 0x21;
}

/**
 * An attacker names in his line whatever he likes, also what is somebody's. Data of others is not taken by its name
 * alone: not a profile or a key in a home, not a pid file, not a table.
 */
const mayBeHis = (found: SurveyedFile): boolean =>
  scratch.test(found.file.path) || isAttackersFolder(folderOf(found.file.path)) || isProgram(found);

/** A folder with a name that hides it, where everybody may write: nobody else puts anything there. */
export const isAttackersFolder = (folder: string): boolean =>
  isTemporary(`${folder}/`) && isHidden(folder) && !isOfSockets(folder);

/** Programs of miners that lie on the host itself. */
export const minerPrograms = ({ miners }: Signals): ReadonlyMap<string, readonly string[]> =>
  new Map(
    miners
      .filter(({ deleted, container, exe }) => !deleted && container === undefined && exe.startsWith('/'))
      .map(({ exe, findings }) => [exe, findings]),
  );

interface Wanted {
  readonly path: string;
  readonly findings: readonly string[];
}

function wantedPaths(
  view: CaseView,
  signals: Signals,
  rows: readonly ResultPersistence[],
): readonly Wanted[] {
  const programs = minerPrograms(signals);
  const told = new Map(
    view.result.persistence
      .filter(
        ({ mechanism, judgement }) =>
          fileMechanisms.has(mechanism) && (judgement === 'malicious' || judgement === 'suspicious'),
      )
      .map((row) => [row.source, row.id]),
  );
  const wanted: Wanted[] = [...programs].map(([path, findings]) => ({ path, findings }));
  for (const row of rows) {
    for (const path of new Set([...pathsNamedBy(row), ...pathsShownBy(view.result, row)])) {
      const own = told.get(path);
      const speaks =
        programs.has(path) ||
        own !== undefined ||
        isTemporary(path) ||
        isHidden(path) ||
        (path === row.target && row.reasons.some(({ id }) => ofTheFile.has(id))) ||
        isGivenMinersOptions(row, path);
      if (speaks && path !== row.source) {
        wanted.push({ path, findings: own === undefined ? [row.id] : [row.id, own] });
      }
    }
  }
  for (const [path, ids] of view.witnessed?.paths ?? []) wanted.push({ path, findings: ids });
  // What a scan found of miners beside them: settings and logs.
  for (const { id, rule, path } of view.result.findings) {
    if (
      path !== undefined &&
      rule.startsWith('file.miner-') &&
      isAttackersFolder(folderOf(printableOf(path)))
    ) {
      wanted.push({ path, findings: [id] });
    }
  }
  return wanted;
}

function namedElsewhere(
  view: CaseView,
  path: string,
  rows: readonly ResultPersistence[],
): readonly Breakage[] {
  return view.result.persistence
    .filter((row) => row.target === path && row.judgement === 'benign' && !rows.includes(row))
    .slice(0, 5)
    .map((row) => ({ id: 'named-by-entry', subject: printableOf(row.source) }));
}

/** Everything in a folder of the attacker's, then the folder. */
function folderDrafts(
  folder: PathText,
  findings: readonly string[],
  grounds: { readonly survey: Survey; readonly declared: Declared },
): Drafted | undefined {
  const found = grounds.survey.at(folder);
  if (!isSurveyed(found) || found.owner.kind === 'package') return undefined;
  if (found.inside === undefined && found.holdsMount !== true) return undefined;
  const refuse = (): Drafted => ({ drafts: [], left: [leftOut(folder, folder, 'foreign-folder')] });
  if (found.inside === undefined || found.inside.length > mostInside) return refuse();
  const drafts: Draft[] = [];
  for (const path of found.inside) {
    const inside = grounds.survey.at(path);
    // One that cannot be taken keeps the folder; so nothing beside the known files is.
    if (!isSurveyed(inside) || takingRefusal(inside, grounds.declared) !== undefined) return refuse();
    const below = inside.inside === undefined ? undefined : folderDrafts(inside.file.path, findings, grounds);
    if (inside.file.state.type === 'directory') {
      if (below === undefined || below.left.length > 0) return refuse();
      drafts.push(...below.drafts);
      continue;
    }
    const draft = quarantineDraft(inside, 'files', findings);
    if (draft === undefined) return refuse();
    drafts.push(draft);
  }
  const own = quarantineDraft(found, 'files', findings);
  return own === undefined ? refuse() : { drafts: [...drafts, own], left: [] };
}

/** @param rows what is actionable @param taken paths that other drafts change already */
export function targetDrafts(
  grounds: {
    readonly view: CaseView;
    readonly survey: Survey;
    readonly signals: Signals;
    readonly declared: Declared;
  },
  rows: readonly ResultPersistence[],
  taken: ReadonlySet<string>,
): Drafted {
  const { view, survey, signals, declared } = grounds;
  const byPath = new Map<string, { readonly found: SurveyedFile; readonly findings: Set<string> }>();
  const left: LeftOut[] = [];
  const folders = new Map<PathText, readonly string[]>();
  for (const { path, findings } of wantedPaths(view, signals, rows)) {
    const found = survey.at(path);
    if (!isSurveyed(found)) {
      // A name that leads nowhere is not told: `A || B` often has one.
      if (found.id !== 'missing') left.push(leftOut(path, printableOf(path), stopRefusal(found)));
      continue;
    }
    const real = found.file.path;
    if (taken.has(real)) {
      folders.set(folderOf(real), [...(folders.get(folderOf(real)) ?? []), ...findings]);
      continue;
    }
    const refused = takingRefusal(found, declared);
    if (refused !== undefined) {
      // What a package brought is named by every entry: a shell, an interpreter.
      if (refused !== 'package-unchanged') left.push(leftOut(path, real, refused));
      continue;
    }
    if (found.file.state.type !== 'directory' && !mayBeHis(found)) continue;
    // A dropper writes its file anew all the time, and it is still his; anywhere else it may be somebody's by now.
    const speaks = isTemporary(real) || isHidden(real);
    if (!speaks && view.files.has(path) && !isAsScanned(view, path, found)) {
      left.push(leftOut(path, real, 'line-changed'));
      continue;
    }
    const known = byPath.get(real)?.findings ?? new Set<string>();
    for (const id of findings) known.add(id);
    byPath.set(real, { found, findings: known });
  }
  const drafts = new Map<string, Draft>();
  for (const [path, { found, findings }] of byPath) {
    const ids = [...findings];
    const folder = found.file.state.type === 'directory' ? found.file.path : folderOf(found.file.path);
    if (isAttackersFolder(folder) || found.file.state.type !== 'directory')
      folders.set(folder, [...(folders.get(folder) ?? []), ...ids]);
    else if (found.file.state.type === 'directory')
      left.push(leftOut(path, found.file.path, 'foreign-folder'));
    const draft = quarantineDraft(found, 'files', ids, namedElsewhere(view, path, rows));
    if (draft !== undefined && found.file.state.type !== 'directory') drafts.set(path, draft);
  }
  for (const [folder, ids] of folders) {
    if (!isAttackersFolder(folder)) continue;
    const inside = folderDrafts(folder, [...new Set(ids)], { survey, declared });
    if (inside === undefined) continue;
    left.push(...inside.left);
    for (const draft of inside.drafts) {
      const path = 'path' in draft.change ? draft.change.path : '';
      if (taken.has(path)) continue;
      // The folder goes behind all that lies in it.
      const before = drafts.get(path);
      drafts.delete(path);
      drafts.set(path, before ?? draft);
    }
  }
  return { drafts: [...drafts.values()], left };
}
