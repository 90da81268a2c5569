/**
 * Folders that are empty once the plan is carried out, and that hide or lock themselves: the attacker made them for what
 * lay in them. Each is looked at again when it is taken, and stays where anything is in it by then.
 */
import { isHidden } from '../../detect/persistence/places.ts';
import { type Phase, phases } from '../../model/plan.ts';
import { baseName, folderOf, type PathText, type Printable } from '../../model/text.ts';
import { lockingFlags } from '../../native/file-change.ts';
import { isSurveyed, type Survey } from './case-view.ts';
import { type Draft, quarantineDraft } from './draft.ts';
import { type Declared, takingRefusal } from './guards.ts';

/** Folders of sockets, which the system makes in /tmp. */
const ofSockets = /^\/tmp\/\.(?:X11|ICE|font|XIM|Test)-unix$/;

export const isOfSockets = (path: string): boolean => ofSockets.test(path);

/** Folders of users and of tools, which are hidden by custom; not in a folder of the system, where no tool makes them. */
const usual: ReadonlySet<string> = new Set([
  ...[
    '.ssh',
    '.config',
    '.local',
    '.cache',
    '.gnupg',
    '.git',
    '.npm',
    '.cargo',
    '.rustup',
    '.docker',
    '.kube',
  ],
  ...[
    '.aws',
    '.azure',
    '.vscode',
    '.vscode-server',
    '.mozilla',
    '.m2',
    '.gradle',
    '.composer',
    '.pyenv',
    '.nvm',
  ],
  ...['.venv', '.ansible', '.terraform.d', '.java', '.oh-my-zsh', '.vim'],
]);

/** `/etc` itself is nobody's, whatever lies in it. */
const leastDepth = 2;
const mostLevels = 4;

const isHiddenName = (path: PathText): boolean => {
  const name = baseName(path);
  return name.startsWith('.') && !isOfSockets(path) && (!usual.has(name) || isHidden(path));
};

/** Whether a folder may be the attacker's own. @param flags of its inode */
export const mayBeOwnFolder = (path: PathText, flags: number | undefined): boolean =>
  path.split('/').length > leastDepth && (isHiddenName(path) || ((flags ?? 0) & lockingFlags) !== 0);

interface Emptied {
  readonly findings: readonly string[];
  readonly phase: Phase;
}

const later = (phase: Phase): Phase => (phases.indexOf(phase) > phases.indexOf('files') ? phase : 'files');

/** @param drafts what the plan takes, in its order */
export function emptiedFolders(
  survey: Survey,
  declared: Declared,
  drafts: readonly Draft[],
): readonly Draft[] {
  const taken = new Set<Printable>();
  const by = new Map<PathText, Emptied>();
  /** A folder goes in the phase of what goes last of it: a key goes with the accounts. */
  const empties = (path: PathText, findings: readonly string[], phase: Phase): void => {
    const before = by.get(path)?.phase ?? phase;
    by.set(path, { findings, phase: phases.indexOf(before) > phases.indexOf(phase) ? before : phase });
  };
  for (const { change, findings, phase } of drafts) {
    if (change.kind !== 'quarantine') continue;
    taken.add(change.path);
    empties(folderOf(change.path), findings, later(phase));
  }
  const found: Draft[] = [];
  for (let level = 0; level < mostLevels && by.size > 0; level += 1) {
    const folders = [...by].filter(([folder]) => !taken.has(folder));
    by.clear();
    for (const [folder, { findings, phase }] of folders) {
      const surveyed = survey.at(folder);
      if (!isSurveyed(surveyed) || surveyed.inside === undefined || surveyed.owner.kind !== 'none') continue;
      if (!mayBeOwnFolder(folder, surveyed.file.state.flags)) continue;
      if (surveyed.inside.some((path) => !taken.has(path))) continue;
      const draft =
        takingRefusal(surveyed, declared) === undefined
          ? quarantineDraft(surveyed, phase, findings)
          : undefined;
      if (draft === undefined) continue;
      found.push(draft);
      taken.add(folder);
      empties(folderOf(folder), findings, phase);
    }
  }
  return found;
}
