/**
 * `linux.systemd-programs`: programs that systemd itself starts, without a unit.
 *
 * Generators run as root at every boot and reload, before any unit; scripts of system-sleep and system-shutdown run
 * when the machine sleeps and stops. Why: nobody lists them, and a generator can write the miner's unit anew at each
 * boot. A link to /dev/null switches one off. What it is NOT: the units that generators made (`units.ts`).
 * Sources: systemd.generator(7), systemd.environment-generator(7), systemd-sleep(8), systemd-shutdown(8).
 */
import type { PersistenceFact } from '../../../model/facts/persistence.ts';
import { type PathText, phrase, printableText } from '../../../model/text.ts';
import type { ArtifactContext } from '../../artifact.ts';
import { filesIn, scriptEntry } from '../entry.ts';
import type { PersistenceArtifact } from '../persistence-artifact.ts';

const id = 'linux.systemd-programs';
const roots = ['/etc/systemd', '/run/systemd', '/usr/local/lib/systemd', '/usr/lib/systemd'];
const kinds = [
  { folder: 'system-generators', trigger: phrase`boot`, mechanism: 'systemd-generator' },
  { folder: 'user-generators', trigger: phrase`login`, mechanism: 'systemd-generator' },
  { folder: 'system-environment-generators', trigger: phrase`boot`, mechanism: 'systemd-generator' },
  { folder: 'user-environment-generators', trigger: phrase`login`, mechanism: 'systemd-generator' },
  { folder: 'system-sleep', trigger: phrase`sleep and wake`, mechanism: 'systemd-sleep-hook' },
  { folder: 'system-shutdown', trigger: phrase`shutdown`, mechanism: 'systemd-sleep-hook' },
] as const;

const places = roots.flatMap((root) =>
  kinds.map((kind) => ({ ...kind, path: printableText(`${root}/${kind.folder}`) })),
);

function isRun(context: ArtifactContext, path: PathText): boolean {
  const { stat } = context.target.readNow({ kind: 'stat', path, follow: true });
  return stat?.type === 'file' && (stat.mode & 0o111) !== 0;
}

export const systemdPrograms: PersistenceArtifact = {
  id,
  sources: places.map(({ path }) => ({ kind: 'glob', path: `${path}/*`, live: path.startsWith('/run/') })),
  mechanisms: ['systemd-generator', 'systemd-sleep-hook'],
  order: 12,
  required: true,
  gather(context) {
    const facts = places.flatMap(({ path: folder, trigger, mechanism }) =>
      filesIn(context, id, folder).flatMap(({ path, type }): readonly PersistenceFact[] => {
        const link = type === 'link' ? context.target.readNow({ kind: 'link', path }) : undefined;
        if (link?.target === '/dev/null') return [];
        const found = scriptEntry(context, id, path, {
          mechanism,
          user: printableText(folder.includes('/user-') ? '' : 'root'),
          trigger,
          active: isRun(context, path),
        });
        return found === undefined ? [] : [found];
      }),
    );
    return Promise.resolve(facts);
  },
};
