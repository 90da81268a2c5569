/**
 * Programs in the program folders of homes, and of owners, that bear the name of a tool with which a host is looked at.
 *
 * Why: perfctl and its kin put a `top`, `lsof`, `ldd` and `crontab` of their own into ~/.local/bin, which stands first
 * in PATH: what the administrator types there shows no miner. What it is NOT: newer tools of an owner (`htop`, `rg`),
 * nor links. Bounds: three folders of each home and two
 * of the host, names of `watching` only. Source: knowledge on families §2.1 (perfctl).
 */
import type { PersistenceFact } from '../../../model/facts/persistence.ts';
import { joinPath, phrase, printableText } from '../../../model/text.ts';
import type { ArtifactContext } from '../../artifact.ts';
import { entry, scriptEntry } from '../entry.ts';
import { homesOf } from '../homes.ts';

const folders = ['.local/bin', 'bin', '.bin'].map(printableText);
const watching = 'ps top ss netstat lsof ldd crontab pstree lsattr chattr who last lsmod'
  .split(' ')
  .map(printableText);
const mostFound = 200;

/** Before the folders of packages in everybody's PATH. */
const localFolders = ['/usr/local/sbin', '/usr/local/bin'].map((path) => printableText(path));

export function homeTools(context: ArtifactContext, artifact: string): readonly PersistenceFact[] {
  const found: PersistenceFact[] = [];
  const everybody = { user: phrase``, folders: localFolders };
  const homes = homesOf(context.target).map(({ path, user }) => ({
    user,
    folders: folders.map((name) => joinPath(path, name)),
  }));
  for (const home of [everybody, ...homes]) {
    for (const folder of home.folders) {
      if (context.target.readNow({ kind: 'stat', path: folder }).stat?.type !== 'directory') continue;
      for (const tool of watching) {
        const path = joinPath(folder, tool);
        const { stat } = context.target.readNow({ kind: 'stat', path });
        if (stat?.type !== 'file' || (stat.mode & 0o111) === 0 || found.length >= mostFound) continue;
        const given = {
          mechanism: 'renamed-tool',
          user: home.user,
          target: path,
          marks: ['shadows-package'],
          text: phrase`${path}: stands before ${tool} of the system`,
        } as const;
        found.push(
          scriptEntry(context, artifact, path, given) ?? entry({ ...given, source: { source: path } }),
        );
      }
    }
  }
  return found;
}
