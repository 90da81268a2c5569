/** The scene of a scan as a case keeps it, so that logs that come later can be set beside it. Masked like the rest. */
import type { Scene } from '../incident/scene.ts';
import type { SourceId } from '../model/source.ts';
import type { Printable } from '../model/text.ts';
import type { Redactor } from './redact.ts';

export type StoredScene = Omit<Scene, 'addresses' | 'logWriters'> & {
  readonly addresses: readonly string[];
  /** Each log with the account that writes it. */
  readonly logWriters?: readonly (readonly [SourceId, Printable])[];
};

export function storedScene(given: Scene, { text, name }: Pick<Redactor, 'text' | 'name'>): StoredScene {
  const { logWriters, ...scene } = given;
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
    ...(logWriters === undefined
      ? {}
      : { logWriters: [...logWriters].map(([source, account]) => [name(source), account] as const) }),
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
  if (!isStored(stored)) return undefined;
  const { logWriters, ...scene } = stored;
  return {
    ...scene,
    addresses: new Set(scene.addresses),
    ...(Array.isArray(logWriters) ? { logWriters: new Map(logWriters) } : {}),
  };
}
