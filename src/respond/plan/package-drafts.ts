/** Files of packages: what was replaced comes back from the package, by a command that people run. */
import type { ResultPersistence } from '../../model/result.ts';
import { type Printable, phrase } from '../../model/text.ts';
import type { SurveyedFile } from './case-view.ts';
import { type Draft, fileStands, identityOf } from './draft.ts';
import { breaksOf, type Drafted, type Grounds, refuseAll } from './drafted.ts';

/** The bits that let everybody be its owner go; the file is the package's own and stays. */
export function withoutSetuid(
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
    change: { kind: 'set-metadata', path: identity.path, mode: found.file.state.mode & 0o1777 },
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

export function byPackage(
  grounds: Grounds,
  found: SurveyedFile,
  rows: readonly ResultPersistence[],
  source: string,
): Drafted {
  if (found.owner.kind !== 'package') return refuseAll(rows, 'unsupported');
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
