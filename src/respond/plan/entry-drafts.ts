/**
 * Changes for what starts by itself: entries are taken together by the file in which they stand, so that one file is
 * changed once.
 */
import type { ResultPersistence } from '../../model/result.ts';
import { phrase } from '../../model/text.ts';
import { accountDrafts } from './account-drafts.ts';
import { isSurveyed, type SurveyedFile } from './case-view.ts';
import { type Draft, quarantineDraft } from './draft.ts';
import { breaksOf, type Drafted, type Grounds, nothing, othersIn, refuseAll, together } from './drafted.ts';
import { takingRefusal } from './guards.ts';
import { byLines } from './line-drafts.ts';
import { isAsScanned } from './line-edits.ts';
import { byOnePackage, byPackage, namedBack, restoreDraft, withoutPrivilege } from './package-drafts.ts';
import { printableOf } from './printable-of.ts';
import { stopRefusal } from './stop-refusal.ts';
import { isMechanism, phaseOf, type Treatment, treatmentOf } from './treatment.ts';

function whole(
  grounds: Grounds,
  found: SurveyedFile,
  rows: readonly ResultPersistence[],
  source: string,
): Drafted {
  const [first] = rows;
  if (first === undefined || !isMechanism(first.mechanism)) return nothing;
  if (found.owner.kind === 'package') {
    if (first.mechanism === 'setuid-file' || first.mechanism === 'capability-file')
      return withoutPrivilege(grounds, found, rows, source);
    if (found.integrity === 'unchanged') return refuseAll(rows, 'package-unchanged');
    // The whole file comes back, and so does whatever else was changed in it.
    const restored = byPackage(grounds, found, rows, source, phaseOf(first.mechanism));
    if (restored.drafts.some(({ change }) => change.kind === 'restore-file')) return restored;
    // A script of a package to which a line was added: the line goes, where it can.
    const edited = found.content === undefined ? nothing : byLines(grounds, source, found, rows);
    if (edited.drafts.length === 0) return byPackage(grounds, found, rows, source);
    // Whether nothing else was changed in it, only the package can tell.
    const replaced = rows.some(({ reasons }) => reasons.some(({ id }) => id === 'replaced-package-file'));
    return replaced ? together([edited, byPackage(grounds, found, rows, source)]) : edited;
  }
  const refused = takingRefusal(found, grounds.declared);
  if (refused !== undefined) return refuseAll(rows, refused);
  if (found.file.state.type === 'directory') return refuseAll(rows, 'foreign-folder');
  if (othersIn(grounds.view, source, rows) > 0) return refuseAll(rows, 'shared-file');
  // What was judged is what was scanned.
  const known = grounds.view.files.has(source);
  if (known && !isAsScanned(grounds.view, source, found)) return refuseAll(rows, 'line-changed');
  const findings = [...rows.map(({ id }) => id), ...grounds.findings(source)];
  const draft = quarantineDraft(found, phaseOf(first.mechanism), findings, breaksOf(found, first));
  if (draft === undefined) return refuseAll(rows, 'unsupported');
  // The links first: a unit that is wanted and not there is told at each start, and one that comes back is started.
  const links = (found.startedBy ?? []).flatMap((path) => {
    const link = grounds.survey.at(path);
    const goes =
      isSurveyed(link) &&
      link.file.state.type === 'link' &&
      takingRefusal(link, grounds.declared) === undefined;
    return goes ? (quarantineDraft(link, draft.phase, findings) ?? []) : [];
  });
  return { drafts: [...links, draft], left: [] };
}

/** What only a cluster or a container's owner removes; where a file says it whole, with the command that does. */
function forPeople(rows: readonly ResultPersistence[], grounds: Grounds): Drafted {
  const drafts = rows.map((row): Draft => {
    const inCluster = row.mechanism === 'kubernetes-manifest';
    const path = printableOf(row.source);
    const plain = /^\/[\w./@+-]+$/.test(path);
    return {
      phase: 'persistence',
      findings: [row.id, ...grounds.findings(row.source)],
      change: {
        kind: 'by-hand',
        task: inCluster ? 'remove-workload' : 'remove-container',
        subjects: [path],
        ...(inCluster && plain ? { command: phrase`kubectl delete -f ${path}` } : {}),
      },
      preconditions: [],
      reversibility: 'irreversible',
      breaks: [],
      verify: 'by-hand',
    };
  });
  const byFile = Map.groupBy(drafts, ({ change }) => JSON.stringify(change));
  return {
    drafts: [...byFile.values()].flatMap(([one, ...others]) =>
      one === undefined
        ? []
        : [{ ...one, findings: [...one.findings, ...others.flatMap(({ findings }) => findings)] }],
    ),
    left: [],
  };
}

/** @param rows what is actionable */
export function entryDrafts(grounds: Grounds, rows: readonly ResultPersistence[]): Drafted {
  const known = rows.flatMap((row) =>
    isMechanism(row.mechanism) ? [{ row, treatment: treatmentOf(row.mechanism, row.line) }] : [],
  );
  const of = (wanted: Treatment): readonly ResultPersistence[] =>
    known.filter(({ treatment }) => treatment === wanted).map(({ row }) => row);
  const files = Map.groupBy(
    known.filter(({ treatment }) => treatment === 'lines' || treatment === 'file' || treatment === 'package'),
    ({ row }) => row.source,
  );
  const parts: Drafted[] = [];
  for (const [source, inFile] of files) {
    const ofFile = inFile.map(({ row }) => row);
    const found = grounds.survey.at(source);
    const ids = ofFile.map(({ id }) => id);
    if (!isSurveyed(found)) {
      const restored = restoreDraft(grounds, printableOf(source), ids);
      parts.push(
        restored === undefined ? refuseAll(ofFile, stopRefusal(found)) : { drafts: [restored], left: [] },
      );
      continue;
    }
    // Before what was put aside is taken: it is what comes back.
    if (ofFile.some(({ mechanism }) => mechanism === 'renamed-tool'))
      parts.push({ drafts: namedBack(grounds, found.file.path, ids), left: [] });
    if (inFile.some(({ treatment }) => treatment === 'package')) {
      parts.push(
        found.owner.kind === 'package'
          ? byPackage(grounds, found, ofFile, source)
          : whole(grounds, found, ofFile, source),
      );
    } else if (inFile.some(({ treatment }) => treatment === 'file'))
      parts.push(whole(grounds, found, ofFile, source));
    else parts.push(byLines(grounds, source, found, ofFile));
  }
  const inContainers = of('container');
  if (inContainers.length > 0) parts.push(forPeople(inContainers, grounds));
  parts.push(accountDrafts(grounds, of('account')), refuseAll(of('people'), 'unsupported'));
  return restoredFirst(byOnePackage(together(parts)));
}

/** What comes back is read from what was put aside, which goes; each path once. */
function restoredFirst({ drafts, left }: Drafted): Drafted {
  const restored = new Map<string, Draft>();
  const others: Draft[] = [];
  for (const draft of drafts) {
    const { change } = draft;
    if (change.kind !== 'restore-file') {
      others.push(draft);
      continue;
    }
    const before = restored.get(change.path);
    restored.set(change.path, {
      ...draft,
      findings: [...new Set([...(before?.findings ?? []), ...draft.findings])],
    });
  }
  return { drafts: [...restored.values(), ...others], left };
}
