/**
 * `linux.immutable-files`: files and folders that nobody can change or remove until a flag is lifted.
 *
 * Reads: the shared walk, which asks every file. Why: chattr +i on a cron file, a key file or a program keeps
 * administrators and rivals from removing it. What it is NOT: a judgement. Owners harden /etc/passwd and logs in the
 * same way, network managers /etc/resolv.conf, and BT panel every .user.ini; all of it is told.
 * Bounds: 2,000 entries. Sources: ioctl_iflags(2), chattr(1).
 */
import type { PersistenceMark } from '../../../model/facts/persistence.ts';
import { phrase, printableText } from '../../../model/text.ts';
import { entry } from '../entry.ts';
import type { PersistenceArtifact } from '../persistence-artifact.ts';
import { sharedWalk, type WalkedFile } from './walk.ts';

const artifact = 'linux.immutable-files';
const mostEntries = 2_000;

/** What starts by itself, lets in or runs: a flag matters there. Data of somebody's own is left out. */
const places =
  /^\/(?:etc|root|boot|bin|sbin|lib(?:32|64)?|usr|opt|tmp|var\/tmp|dev|run|var\/spool\/(?:cron|at|anacron|incron)|var\/www|www|srv)(?:\/|$)/;
const homePlaces = /^\/home\/[^/]+\/(?:\.|bin\/|[^/]+$)/;

function marksOf({ folder, path }: WalkedFile): readonly PersistenceMark[] {
  const odd =
    folder.place === 'temporary' || folder.place === 'device' || folder.hidden || /\/\.[^/]+$/.test(path);
  const usual = path.endsWith('/.user.ini') || /\/\.(?:ssh|bash|profile|config)/.test(path);
  return odd && !usual ? ['unusual-place'] : [];
}

export const immutableFiles: PersistenceArtifact = {
  id: artifact,
  mechanisms: ['immutable-file'],
  sources: [{ kind: 'walk', path: '/', live: false }],
  order: 8,
  required: false,
  gather(context) {
    const files = sharedWalk(context)
      .of('flagged')
      .filter(
        ({ path, folder }) => folder.nestedRoot === undefined && (places.test(path) || homePlaces.test(path)),
      );
    return Promise.resolve(
      files.slice(0, mostEntries).map((file) =>
        entry({
          mechanism: 'immutable-file',
          source: { source: file.path },
          user: phrase`uid ${file.uid}`,
          language: 'none',
          target: file.path,
          marks: marksOf(file),
          text: phrase`${file.path}: ${printableText(file.flags.join(', '))}`,
        }),
      ),
    );
  },
};
