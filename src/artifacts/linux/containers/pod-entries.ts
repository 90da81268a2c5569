/** Entries of the containers of a manifest. */
import { type PodContainer, podContainers } from '../../../formats/kubernetes-pods.ts';
import { parseLooseJson } from '../../../formats/loose-json.ts';
import { lineOf, readYaml, type YamlDocument } from '../../../formats/yaml-documents.ts';
import type { PersistenceFact } from '../../../model/facts/persistence.ts';
import type { Mechanism } from '../../../model/mechanism.ts';
import { type PathText, printableText } from '../../../model/text.ts';
import { runEntry } from './container-entry.ts';

interface Manifest {
  readonly path: PathText;
  readonly bytes: Uint8Array;
}

interface Given {
  readonly mechanism: Mechanism;
  /** What starts it, where the kind does not say. */
  readonly trigger: string;
  readonly active: boolean;
}

export interface ManifestReading {
  readonly facts: readonly PersistenceFact[];
  readonly refused: readonly string[];
}

/** JSON is told by its first byte: one name may hold both. */
function documentsOf(bytes: Uint8Array): {
  readonly documents: readonly YamlDocument[];
  readonly refused: readonly string[];
} {
  const first = bytes.find((byte) => byte > 0x20);
  if (first !== 0x7b) return readYaml(bytes);
  const parsed = parseLooseJson(bytes);
  if (!parsed.ok) return { documents: [], refused: [parsed.reason] };
  const lines = new TextDecoder().decode(bytes).split('\n');
  return { documents: [{ value: parsed.value, line: 1, lines }], refused: [] };
}

function lineOfContainer(document: YamlDocument, { run, object }: PodContainer): number {
  const word = run.words.at(-1)?.split('\n', 1)[0]?.slice(0, 40) ?? '';
  // The name of a container may stand behind its command: the command is looked for from the object on.
  return lineOf(document, ...[object, word === '' ? run.name : word].filter((one) => one !== ''));
}

function triggerOf({ kind, schedule, role }: PodContainer, given: string): string {
  const when = schedule === '' ? kind : `${kind} ${schedule}`;
  const base = kind === 'Pod' && given !== '' ? given : when;
  return role === 'container' ? base : `${base}, ${role}`;
}

export function manifestEntries({ path, bytes }: Manifest, given: Given): ManifestReading {
  const { documents, refused } = documentsOf(bytes);
  const facts = documents.flatMap((document) =>
    podContainers(document.value).map((one) => {
      const { object, namespace, run, switchedOff } = one;
      const about = [namespace, object].filter((part) => part !== '').join('/');
      return runEntry(run, {
        source: { source: path, line: lineOfContainer(document, one) },
        mechanism: given.mechanism,
        trigger: printableText(triggerOf(one, given.trigger)),
        active: given.active,
        switchedOff,
        about: `${one.kind} ${about}`,
      });
    }),
  );
  return { facts, refused };
}
