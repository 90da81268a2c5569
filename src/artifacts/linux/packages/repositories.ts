/**
 * Repositories of git on a host: work trees with `.git`, files that lead elsewhere, modules of them, and bare ones.
 *
 * What it is NOT: a search of the whole disk (see `projects.ts`), nor a look at objects. Bounds: 2,000 repositories,
 * 200 modules of one. Source: gitrepository-layout(5), git-worktree(1) ("gitdir: PATH").
 */

import { printableLatin1, textLines } from '../../../formats/text-lines.ts';
import { joinPath, type PathText, type Printable, printableText } from '../../../model/text.ts';
import type { Target } from '../../../target/port.ts';
import type { ReadContext } from '../reading.ts';
import { plainPath } from '../real-path.ts';
import { isBare, projectFolders } from './projects.ts';

export interface Repository {
  /** The folder that holds `config` and `hooks`. */
  readonly gitFolder: PathText;
  /** Where paths of its settings begin. */
  readonly workTree: PathText;
  readonly user: Printable;
}

const most = 2_000;
const mostModules = 200;
const git = printableText('.git');
const remembered = new WeakMap<Target, readonly Repository[]>();

function pointed(target: Target, workTree: PathText): PathText | undefined {
  const { bytes } = target.readNow({ kind: 'file', path: joinPath(workTree, git), limit: 4096 });
  const [first] = textLines(bytes, { lines: 1, longest: 4096 });
  const path = /^gitdir:\s*(\S.*)$/.exec(first?.text.trim() ?? '')?.[1];
  if (path === undefined || path.includes('\0')) return undefined;
  const shown = printableLatin1(path);
  return plainPath(path.startsWith('/') ? shown : joinPath(workTree, shown));
}

/** Looked for once for all who ask. */
export function repositoriesOf(context: ReadContext, artifact: string): readonly Repository[] {
  const known = remembered.get(context.target);
  if (known !== undefined) return known;
  const { target } = context;
  const found = new Map<PathText, Repository>();
  const add = (one: Repository): void => {
    if (found.size < most && !found.has(one.gitFolder)) found.set(one.gitFolder, one);
  };
  for (const { path, user, names } of projectFolders(context, artifact)) {
    if (isBare(names)) add({ gitFolder: path, workTree: path, user });
    const kind = names.get('.git');
    if (kind === undefined) continue;
    if (kind === 'file') {
      const elsewhere = pointed(target, path);
      if (elsewhere !== undefined) add({ gitFolder: elsewhere, workTree: path, user });
      continue;
    }
    const gitFolder = joinPath(path, git);
    add({ gitFolder, workTree: path, user });
    const modules = joinPath(gitFolder, printableText('modules'));
    if (target.readNow({ kind: 'stat', path: modules }).status !== 'ok') continue;
    const listed = target.readNow({ kind: 'directory', path: modules, limit: mostModules });
    for (const { name, type } of listed.entries) {
      if (type === 'directory') add({ gitFolder: joinPath(modules, name), workTree: path, user });
    }
  }
  const repositories = [...found.values()];
  remembered.set(target, repositories);
  return repositories;
}
