/**
 * Files of packages: what was replaced comes back from what the host has of the package, in its cache or under another
 * name; where it has nothing, by a command that people run.
 */
import type { Phase } from '../../model/plan.ts';
import type { ResultPersistence } from '../../model/result.ts';
import { type PathText, type Printable, phrase } from '../../model/text.ts';
import { isSurveyed, type SurveyedFile } from './case-view.ts';
import { type Draft, fileStands, identityOf } from './draft.ts';
import { breaksOf, type Drafted, type Grounds, refuseAll } from './drafted.ts';
import { printableOf } from './printable-of.ts';

/** What lets everybody be its owner goes, bits or capabilities; the file is the package's own and stays. */
export function withoutPrivilege(
  grounds: Grounds,
  found: SurveyedFile,
  rows: readonly ResultPersistence[],
  source: string,
): Drafted {
  const identity = identityOf(found);
  if (identity === undefined || grounds.declared.paths.has(identity.path)) return refuseAll(rows, 'declared');
  const draft: Draft = {
    phase: 'restore',
    findings: [...rows.map(({ id }) => id), ...grounds.findings(source)],
    change: {
      kind: 'set-metadata',
      path: identity.path,
      ...(rows.some(({ mechanism }) => mechanism === 'capability-file')
        ? { capability: 'none' }
        : { mode: found.file.state.mode & 0o1777 }),
    },
    preconditions: fileStands(identity),
    reversibility: 'reversible',
    breaks: breaksOf(found, rows[0] ?? { mechanism: '', user: '', source }),
    verify: 'metadata',
  };
  return { drafts: [draft], left: [] };
}

/** The command of the host's package manager that brings a file again; for people, who choose a mirror they trust. */
function reinstall(manager: string, name: Printable): Printable | undefined {
  if (!/^[A-Za-z0-9][\w.+:@-]*$/.test(name)) return undefined;
  switch (manager) {
    case 'dpkg':
      return phrase`apt-get install --reinstall ${name}`;
    case 'rpm':
      return phrase`dnf reinstall ${name}`;
    case 'apk':
      return phrase`apk fix --reinstall ${name}`;
    case 'pacman':
      return phrase`pacman -S ${name}`;
    default:
      return undefined;
  }
}

/** A file that comes back from what the host has of it. Undefined where it has nothing, or a folder is in its place. */
export function restoreDraft(
  { survey, declared }: Grounds,
  path: PathText,
  findings: readonly string[],
  phase: Phase = 'restore',
): Draft | undefined {
  const copy = survey.copies.get(path);
  if (copy === undefined || declared.paths.has(path)) return undefined;
  const found = survey.at(path);
  const identity = isSurveyed(found) ? identityOf(found) : undefined;
  if (isSurveyed(found) && (identity === undefined || identity.type === 'directory')) return undefined;
  const { from, sha256, size, mode, uid, gid, modifiedSeconds, capability } = copy;
  return {
    phase,
    findings,
    change: {
      kind: 'restore-file',
      path,
      from: { ...from },
      sha256,
      size,
      mode,
      uid,
      gid,
      modifiedSeconds,
      ...(capability === undefined ? {} : { capability: Buffer.from(capability).toString('base64') }),
    },
    preconditions: identity === undefined ? [{ kind: 'absent', path }] : fileStands(identity),
    reversibility: 'reversible',
    breaks:
      isSurveyed(found) && found.owner.kind === 'package'
        ? [{ id: 'of-package', subject: found.owner.name }]
        : [],
    verify: 'content',
  };
}

/** What was put aside under `path` gets its name back. */
export function namedBack(grounds: Grounds, path: PathText, findings: readonly string[]): readonly Draft[] {
  return [...grounds.survey.copies].flatMap(([place, { from }]) => {
    const isIt = from.kind === 'file' && from.path === path;
    return isIt ? (restoreDraft(grounds, printableOf(place), findings) ?? []) : [];
  });
}

export function byPackage(
  grounds: Grounds,
  found: SurveyedFile,
  rows: readonly ResultPersistence[],
  source: string,
  phase: Phase = 'restore',
): Drafted {
  if (found.owner.kind !== 'package') return refuseAll(rows, 'unsupported');
  if (found.integrity !== 'unchanged') {
    const findings = [...rows.map(({ id }) => id), ...grounds.findings(source)];
    const restored = restoreDraft(grounds, found.file.path, findings, phase);
    if (restored !== undefined) return { drafts: [restored], left: [] };
  }
  const command = reinstall(found.owner.manager, found.owner.name);
  return {
    drafts: [
      {
        phase: 'restore',
        findings: [...rows.map(({ id }) => id), ...grounds.findings(source)],
        change: {
          kind: 'by-hand',
          task: 'reinstall-package',
          subjects: [found.owner.name, found.file.path],
          ...(command === undefined ? {} : { command }),
        },
        preconditions: [],
        reversibility: 'restorable',
        breaks: [{ id: 'of-package', subject: found.owner.name }],
        verify: 'by-hand',
      },
    ],
    left: [],
  };
}

/** One command for all files of a package. */
export function byOnePackage({ drafts, left }: Drafted): Drafted {
  const merged = new Map<string, Draft>();
  for (const [at, draft] of drafts.entries()) {
    const { change } = draft;
    const key =
      change.kind === 'by-hand' && change.task === 'reinstall-package' ? `${change.subjects[0]}` : `${at}`;
    const before = merged.get(key);
    if (before?.change.kind !== 'by-hand' || change.kind !== 'by-hand') merged.set(key, draft);
    else {
      merged.set(key, {
        ...before,
        findings: [...before.findings, ...draft.findings],
        change: { ...before.change, subjects: [...new Set([...before.change.subjects, ...change.subjects])] },
      });
    }
  }
  return { drafts: [...merged.values()], left };
}
