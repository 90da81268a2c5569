/**
 * `linux.dkms`: build and install commands that run as root each time a kernel is installed.
 *
 * Reads dkms.conf of every source tree, dkms's own settings, and which trees dkms knows. Why: dkms.conf is sourced by a
 * shell of root and names hooks of its own (POST_INSTALL), so a miner returns with the next kernel update.
 * What it is NOT: Makefiles and what compilers make. A tree that dkms does not know is not active.
 * Sources: dkms(8) DKMS.CONF, DKMS.CONF OVERRIDES, framework.conf. Bounds: 256 source trees, 512 files.
 */
import { parseShellAssignments } from '../../../formats/shell-assignments.ts';
import { printableLatin1 } from '../../../formats/text-lines.ts';
import type { PersistenceFact } from '../../../model/facts/persistence.ts';
import {
  folderOf,
  joinPath,
  type PathText,
  type Printable,
  phrase,
  printableText,
} from '../../../model/text.ts';
import type { ArtifactContext } from '../../artifact.ts';
import { endsIn, entry, filesIn, foldersIn, scriptEntry, settingsLimit } from '../entry.ts';
import type { PersistenceArtifact } from '../persistence-artifact.ts';
import { readFileNow } from '../reading.ts';
import { isThere, pathsOf } from './hook-folder.ts';
import { dkmsState } from './module-tree.ts';

const id = 'linux.dkms';
const sources = printableText('/usr/src');
const settingFolders = pathsOf('/etc/dkms/framework.conf.d /etc/dkms');
const configName = printableText('dkms.conf');
const mostTrees = 256;
/** Of the source tree, run by their path in it. */
const hooks =
  /^(?:PRE_BUILD|POST_BUILD|PRE_INSTALL|POST_INSTALL|POST_ADD|POST_REMOVE|post_transaction|sign_file|sign_tool)$/;
const commands = /^(?:MAKE|CLEAN)$/;

const given = { mechanism: 'dkms', user: phrase`root`, trigger: phrase`kernel update` } as const;

/** The file of a hook: a path of its own, or one in the source tree. */
function targetOf(command: string, tree: PathText): PathText | undefined {
  const [program = ''] = command.trim().split(/\s/, 1);
  if (program === '' || /[$`]/.test(program)) return undefined;
  const path = printableLatin1(program);
  return program.startsWith('/') ? path : joinPath(tree, path);
}

function readConfig(
  context: ArtifactContext,
  path: PathText,
  tree: PathText,
  active: boolean,
): readonly PersistenceFact[] {
  const whole = scriptEntry(context, id, path, { ...given, language: 'shell', active });
  if (whole === undefined) return [];
  const assignments = parseShellAssignments(readFileNow(context, id, path, settingsLimit).bytes);
  const found = assignments
    .filter(({ key, value }) => (hooks.test(key) || commands.test(key)) && value.trim() !== '')
    .slice(0, 256)
    .map(({ key, value, line, text }) => {
      const target = hooks.test(key) ? targetOf(value, tree) : undefined;
      return entry({
        ...given,
        source: { source: path, line },
        trigger: printableLatin1(key),
        command: printableLatin1(value),
        ...(target === undefined ? {} : { target }),
        active,
        text,
      });
    });
  // A hook of the tree is a script that is run whole.
  const scripts = found.flatMap((hook) => {
    if (hook.target === undefined) return [hook];
    const { text, trigger } = hook;
    const script = isThere(context, hook.target)
      ? scriptEntry(context, id, hook.target, { ...given, trigger, text, active })
      : undefined;
    return [script ?? hook];
  });
  return [whole, ...scripts];
}

/** Names of trees as /usr/src has them: `nvidia-535.183.01`. */
function knownTrees(context: ArtifactContext): ReadonlySet<Printable> {
  return new Set(
    foldersIn(context, id, dkmsState).flatMap(({ path, name }) =>
      foldersIn(context, id, path).map((version) => phrase`${name}-${version.name}`),
    ),
  );
}

export const dkms: PersistenceArtifact = {
  id,
  sources: [
    { kind: 'glob', path: `${sources}/*/${configName}`, live: false },
    { kind: 'directory', path: dkmsState, live: false },
    ...settingFolders.map((folder) => ({ kind: 'glob' as const, path: `${folder}/*.conf`, live: false })),
  ],
  mechanisms: ['dkms'],
  order: 13,
  required: false,
  gather(context) {
    const known = knownTrees(context);
    const trees = foldersIn(context, id, sources)
      .filter(({ path }) => isThere(context, joinPath(path, configName)))
      .slice(0, mostTrees);
    const own = settingFolders.flatMap((folder) =>
      filesIn(context, id, folder, endsIn('.conf')).map(({ path }) => path),
    );
    return Promise.resolve([
      ...trees.flatMap(({ path, name }) =>
        readConfig(context, joinPath(path, configName), path, known.has(name)),
      ),
      ...own.flatMap((path) => readConfig(context, path, folderOf(path), true)),
    ]);
  },
};
