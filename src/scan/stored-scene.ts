/** The scene of a scan as a case keeps it, so that logs that come later can be set beside it. Masked like the rest. */
import type { Scene } from '../incident/scene.ts';
import type { Redactor } from './redact.ts';

export type StoredScene = Omit<Scene, 'addresses'> & { readonly addresses: readonly string[] };

export function storedScene(scene: Scene, { text, name }: Pick<Redactor, 'text' | 'name'>): StoredScene {
  const masked = <T extends { readonly text: Parameters<typeof text>[0] }>(one: T): T => ({
    ...one,
    text: text(one.text),
  });
  const named = <T extends { readonly source: { readonly source: string } }>(one: T): T => ({
    ...one,
    source: { ...one.source, source: name(one.source.source) },
  });
  return {
    ...scene,
    files: scene.files.map(({ origin, ...file }) =>
      masked(
        named({
          ...file,
          path: name(file.path),
          ...(origin === undefined ? {} : { origin: named({ ...origin, url: text(origin.url) }) }),
        }),
      ),
    ),
    entries: scene.entries.map((entry) => masked(named({ ...entry, command: text(entry.command) }))),
    miners: scene.miners.map((miner) =>
      masked(
        named({
          ...miner,
          executable: name(miner.executable),
          ...(miner.folder === undefined ? {} : { folder: name(miner.folder) }),
          parents: miner.parents.map(name),
        }),
      ),
    ),
    keys: scene.keys.map((key) => ({ ...key, file: name(key.file), comment: text(key.comment) })),
    ...(scene.containers === undefined
      ? {}
      : {
          containers: scene.containers.map((container) =>
            masked(named({ ...container, name: name(container.name), image: name(container.image) })),
          ),
        }),
    addresses: [...scene.addresses],
  };
}

const lists = ['files', 'entries', 'miners', 'keys', 'doors', 'addresses'] as const;

function isStored(value: unknown): value is StoredScene {
  return (
    typeof value === 'object' &&
    value !== null &&
    lists.every((list) => Array.isArray(Reflect.get(value, list)))
  );
}

/** Undefined where a case keeps none: nothing was found, or an older Demine made it. */
export function sceneFrom(stored: unknown): Scene | undefined {
  return isStored(stored) ? { ...stored, addresses: new Set(stored.addresses) } : undefined;
}
