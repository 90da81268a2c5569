/**
 * `linux.compose`: services of Compose files.
 *
 * Reads compose.yaml and its kin in homes and where stacks are kept, and every file that a container names by its
 * label. Why: a service that was taken out of Docker comes back with the next `up`, and an edited file of an honest
 * stack is seldom looked at. What it is NOT: what runs; the containers themselves are told by
 * `linux.docker-containers`. Paths of volumes that begin with a dot are those beside the file.
 * Bounds: see `yaml-places.ts` and `formats/yaml-documents.ts`; 500 files. Sources: see `formats/compose-services.ts`.
 */
import { composeServices } from '../../../formats/compose-services.ts';
import type { Bind, ContainerRun } from '../../../formats/container-run.ts';
import { dockerRun } from '../../../formats/docker-run.ts';
import { lineOf, readYaml, textAt, type YamlDocument } from '../../../formats/yaml-documents.ts';
import type { PersistenceFact } from '../../../model/facts/persistence.ts';
import { folderOf, type PathText, phrase, printableText } from '../../../model/text.ts';
import type { ArtifactContext } from '../../artifact.ts';
import type { PersistenceArtifact } from '../persistence-artifact.ts';
import { recordStatus, runEntry, YamlReader } from './container-entry.ts';
import { dockerStates } from './docker-roots.ts';
import { yamlFiles, yamlSources } from './yaml-places.ts';

const id = 'linux.compose';
const mostFiles = 500;
export const isComposeName = (name: string): boolean =>
  /^(?:docker-|podman-|container-)?(?:compose|stack)(?:[._-][\w.-]{0,100})?\.ya?ml$/i.test(name);

/** `./data` beside the file, `~/data` in the home of whoever starts it. */
function resolved(bind: Bind, folder: string): Bind {
  const { source } = bind;
  if (source.startsWith('~')) return { ...bind, source: `/root${source.slice(1)}` };
  if (!source.startsWith('.')) return bind;
  const parts = folder.split('/').filter((part) => part !== '');
  for (const part of source.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.' && part !== '') parts.push(part);
  }
  return { ...bind, source: `/${parts.join('/')}` };
}

function lineOfService(document: YamlDocument, run: ContainerRun): number {
  const word = run.words.at(-1)?.split('\n', 1)[0]?.slice(0, 40) ?? '';
  return word === '' ? lineOf(document, `${run.name}:`) : lineOf(document, `${run.name}:`, word);
}

function readCompose(
  context: ArtifactContext,
  reader: YamlReader,
  path: PathText,
): readonly PersistenceFact[] {
  const bytes = reader.read(path);
  if (bytes === undefined) return [];
  const { documents, refused } = readYaml(bytes);
  for (const reason of refused) recordStatus(context, id, path, 'error', reason);
  return documents.flatMap((document) =>
    composeServices(document.value).map((run) => {
      const line = lineOfService(document, run);
      const binds = run.binds.map((bind) => resolved(bind, folderOf(path)));
      return runEntry(
        { ...run, binds },
        {
          source: { source: path, line },
          mechanism: 'compose',
          trigger: run.restarts ? phrase`boot` : phrase`compose up`,
          about: textAt(document, line),
        },
      );
    }),
  );
}

export const compose: PersistenceArtifact = {
  id,
  sources: yamlSources,
  mechanisms: ['compose'],
  order: 14,
  required: false,
  gather(context) {
    const named = new Set<PathText>();
    for (const { config, hostConfig } of dockerStates(context, id)) {
      for (const path of dockerRun(config, hostConfig).composeFiles) named.add(printableText(path));
      if (named.size > mostFiles) break;
    }
    const found = yamlFiles(context).flatMap(({ path, name }) => (isComposeName(name) ? [path] : []));
    const paths = [...new Set([...found, ...named])];
    for (const path of paths.slice(mostFiles))
      recordStatus(context, id, path, 'truncated', 'more than 500 files');
    const reader = new YamlReader(context, id);
    return Promise.resolve(paths.slice(0, mostFiles).flatMap((path) => readCompose(context, reader, path)));
  },
};
