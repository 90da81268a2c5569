/**
 * The scene of a folder whose inodes tell of its copying: by the times that the copy kept, or by what its logs say.
 *
 * mtime is what touch(1) sets, so nothing that rests on it is more than `probable`; it is the best that is there. Where
 * it was lost too, or is not older, an entry is dated by the first run of its command that a log has.
 */
import type { InodeTimes } from '../artifacts/linux/inode-times.ts';
import type { Scene, SceneEntry } from '../incident/scene.ts';
import type { PathText } from '../model/text.ts';
import type { Target } from '../target/port.ts';

const keyOf = ({ account, command }: Pick<SceneEntry, 'account' | 'command'>): string =>
  `${account}\n${command.trim().slice(0, 1_000)}`;

/** @param ofLogs the scene that the logs tell alone */
export function asCopied(scene: Scene, times: InodeTimes, target: Target, ofLogs: Scene): Scene {
  if (times === 'kept') return scene;
  const modified = (path: PathText): number | undefined => {
    const { stat } = target.readNow({ kind: 'stat', path });
    return times === 'modified' && stat !== undefined && stat.modifiedUs > 0 ? stat.modifiedUs : undefined;
  };
  const ran = new Map(ofLogs.entries.map((entry) => [keyOf(entry), entry.changedUs]));
  return {
    ...scene,
    files: scene.files.map(({ changedUs: _, bornUs: __, ...file }) => ({
      ...file,
      modifiedUs: modified(file.path) ?? 0,
    })),
    entries: scene.entries.map(({ changedUs: _, ...entry }) => {
      const written = modified(entry.source.source);
      const first = ran.get(keyOf(entry));
      const us = written !== undefined && first !== undefined ? Math.min(written, first) : (written ?? first);
      return us === undefined ? entry : { ...entry, changedUs: us, ungrounded: true };
    }),
    keys: scene.keys.map(({ changedUs: _, ...key }) => key),
  };
}
