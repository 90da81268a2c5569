/**
 * Folders whose files are run one after another when something happens: what hooks of all kinds have in common.
 *
 * What it is NOT: an artifact. On a merged host /lib is /usr/lib, and is not told twice (file-hierarchy(7)).
 */
import type { PersistenceFact } from '../../../model/facts/persistence.ts';
import { type PathText, type Printable, printableText } from '../../../model/text.ts';
import { filesIn, scriptEntry } from '../entry.ts';
import type { ReadContext } from '../reading.ts';

type Given = Parameters<typeof scriptEntry>[3];

/** Left by package managers and editors: the tools that read such folders pass it over. */
export const leftOver = /(?:~|\.(?:dpkg|rpm|ucf)-?\w*|\.sw[a-p])$/;

export const pathsOf = (list: string): readonly PathText[] =>
  list
    .split(/\s+/)
    .filter((path) => path !== '')
    .map((path) => printableText(path));

export const isThere = (context: ReadContext, path: PathText): boolean =>
  context.target.readNow({ kind: 'stat', path }).status !== 'absent';

export function isExecutable(context: ReadContext, path: PathText): boolean {
  const { stat } = context.target.readNow({ kind: 'stat', path, follow: true });
  return stat?.type === 'file' && (stat.mode & 0o111) !== 0;
}

/** Paths without those that lead, by a merged folder, to others of the list. */
export function unmerged(context: ReadContext, paths: readonly PathText[]): readonly PathText[] {
  const links = ['/lib/', '/lib64/', '/sbin/', '/bin/'].filter(
    (folder) =>
      context.target.readNow({ kind: 'link', path: printableText(folder.slice(0, -1)) }).status === 'ok',
  );
  const isListed = (path: string): boolean => paths.some((other) => other === path);
  return paths.filter(
    (path) => !(links.some((folder) => path.startsWith(folder)) && isListed(`/usr${path}`)),
  );
}

export interface HookFolder {
  readonly folder: PathText;
  readonly given: Given;
  /** Names that the tool takes; all by default. */
  readonly names?: (name: Printable) => boolean;
  /** Run by a shell that reads it, so that it needs no execute bit. */
  readonly sourced?: boolean;
}

/** An entry for every file of a folder; not active where the tool would pass it over. */
export function hookScripts(
  context: ReadContext,
  artifact: string,
  { folder, given, names = () => true, sourced = false }: HookFolder,
): readonly PersistenceFact[] {
  return filesIn(context, artifact, folder).flatMap(({ path, name }) => {
    const runs = names(name) && !leftOver.test(name) && (sourced || isExecutable(context, path));
    if (!runs && /^README|^\.placeholder$/.test(name)) return [];
    const found = scriptEntry(context, artifact, path, { ...given, active: runs });
    return found === undefined ? [] : [found];
  });
}

/** An entry for each of these files that is there. */
export function hookFiles(
  context: ReadContext,
  artifact: string,
  files: readonly PathText[],
  given: Given,
  sourced = false,
): readonly PersistenceFact[] {
  return files
    .filter((path) => isThere(context, path))
    .flatMap((path) => {
      const runs = sourced || isExecutable(context, path);
      const found = scriptEntry(context, artifact, path, { ...given, active: runs });
      return found === undefined ? [] : [found];
    });
}
