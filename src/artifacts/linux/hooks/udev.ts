/**
 * `linux.udev`: programs that run as root when a device comes, goes or changes.
 *
 * Reads rules of /etc, /run and /usr/lib. Why: a rule for any event of any device (a network card at boot, /dev/random)
 * starts a miner without unit, timer or table, and is looked for by few. A rules file hides one of the same name in a
 * later folder, which then is not active. What it is NOT: whether the devices of this host match; builtins of udev.
 * Sources: udev(7), udevadm(8) trigger; a program without a path lies in udev's own folder.
 */

import { printableLatin1 } from '../../../formats/text-lines.ts';
import { parseUdevRules, type UdevCommand } from '../../../formats/udev-rules.ts';
import type { PersistenceFact, PersistenceMark } from '../../../model/facts/persistence.ts';
import { joinPath, type PathText, phrase } from '../../../model/text.ts';
import type { ArtifactContext } from '../../artifact.ts';
import { endsIn, entry, filesIn, settingsLimit } from '../entry.ts';
import type { PersistenceArtifact } from '../persistence-artifact.ts';
import { readFileNow } from '../reading.ts';
import { isThere, pathsOf, unmerged } from './hook-folder.ts';

const id = 'linux.udev';
/** In the order in which names hide each other. */
const folders = pathsOf(
  '/etc/udev/rules.d /run/udev/rules.d /usr/local/lib/udev/rules.d /usr/lib/udev/rules.d /lib/udev/rules.d',
);
const ownPrograms = pathsOf('/usr/lib/udev /lib/udev');

/** Where a program lies that is named without a path; nothing where it is a word for the shell's own search. */
function programOf(context: ArtifactContext, command: string): PathText | undefined {
  const [word = ''] = command.trimStart().split(/\s/, 1);
  const name = word.replace(/^['"]|['"]$/g, '');
  if (name === '' || /[$%]/.test(name)) return undefined;
  if (name.startsWith('/')) return printableLatin1(name);
  const candidates = unmerged(context, ownPrograms).map((folder) => joinPath(folder, printableLatin1(name)));
  return candidates.find((path) => isThere(context, path)) ?? candidates[0];
}

function factOf(
  context: ArtifactContext,
  path: PathText,
  { key, value, matches, line, text }: UdevCommand,
  active: boolean,
  marks: readonly PersistenceMark[],
): PersistenceFact {
  const wants = key.startsWith('SYSTEMD_');
  const target = wants ? undefined : programOf(context, value);
  const named = value.trimStart().startsWith('/') || target === undefined;
  return entry({
    source: { source: path, line },
    mechanism: 'udev-rule',
    user: phrase`root`,
    trigger: printableLatin1(matches.slice(0, 512)),
    // A name without a path is told with the folder that udev looks in.
    command: wants
      ? printableLatin1(`${key}=${value}`)
      : named
        ? printableLatin1(value)
        : phrase`${target}${printableLatin1(value.trimStart().replace(/^\S+/, ''))}`,
    language: wants ? 'setting' : 'argv',
    ...(target === undefined ? {} : { target }),
    active,
    marks,
    text,
  });
}

export const udev: PersistenceArtifact = {
  id,
  sources: folders.map((folder) => ({ kind: 'glob', path: `${folder}/*.rules`, live: false })),
  mechanisms: ['udev-rule'],
  order: 12,
  required: true,
  gather(context) {
    const seen = new Set<string>();
    const listed = unmerged(context, folders).flatMap((folder) =>
      filesIn(context, id, folder, endsIn('.rules')),
    );
    const names = new Map<string, number>();
    for (const { name } of listed) names.set(name, (names.get(name) ?? 0) + 1);
    const facts = listed.flatMap(({ path, name }) => {
      const first = !seen.has(name);
      seen.add(name);
      const hides = first && (names.get(name) ?? 0) > 1;
      return parseUdevRules(readFileNow(context, id, path, settingsLimit).bytes).map((command) =>
        factOf(context, path, command, first, hides ? ['shadows-package'] : []),
      );
    });
    return Promise.resolve(facts);
  },
};
