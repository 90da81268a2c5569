/**
 * Where Docker keeps its data: the usual folder, that of the settings, of the snap, and of rootless daemons.
 *
 * Why: an intruder who starts a daemon of his own, or an owner with a large disk, puts it elsewhere. What it is NOT:
 * a search of the disk. Bound: 64 folders, 2,000 containers of each. Sources: dockerd(8) `--data-root`, daemon.json
 * `data-root` and, before 17.05, `graph`; "Rootless mode".
 */
import { member, parseLooseJson } from '../../../formats/loose-json.ts';
import type { PathText } from '../../../model/text.ts';
import { printableText } from '../../../model/text.ts';
import type { Target } from '../../../target/port.ts';
import type { ArtifactContext } from '../../artifact.ts';
import { foldersIn } from '../entry.ts';
import { homesOf } from '../homes.ts';
import { below, isFolder, jsonBytes, readJson, recordStatus } from './container-entry.ts';

export const daemonSettings = printableText('/etc/docker/daemon.json');
const usual = ['/var/lib/docker', '/var/snap/docker/common/var-lib-docker'].map((path) =>
  printableText(path),
);
const optionFiles = ['/etc/default/docker', '/etc/sysconfig/docker'].map((path) => printableText(path));
const mostRoots = 64;
const mostContainers = 2_000;
const mostBytes = 64 << 20;

const remembered = new WeakMap<Target, readonly PathText[]>();

export function dockerRoots(context: ArtifactContext): readonly PathText[] {
  const { target } = context;
  const known = remembered.get(target);
  if (known !== undefined) return known;
  const settings = parseLooseJson(
    target.readNow({ kind: 'file', path: daemonSettings, limit: 1 << 20 }).bytes,
  );
  const value: unknown = settings.ok ? settings.value : undefined;
  const named = [member(value, 'data-root'), member(value, 'graph')].flatMap((path) =>
    typeof path === 'string' && path.startsWith('/') && path.length < 4096 ? [printableText(path)] : [],
  );
  const options = optionFiles.flatMap((path) => {
    const text = Buffer.from(target.readNow({ kind: 'file', path, limit: 65_536 }).bytes).toString('utf8');
    return [...text.matchAll(/(?:--data-root|--graph|\s-g)[=\s]+(\/[^\s"']{1,1000})/g)].map((match) =>
      printableText(match[1] ?? ''),
    );
  });
  const rootless = homesOf(target).map(({ path }) => below(path, '.local', 'share', 'docker'));
  const roots = [...new Set([...usual, ...named, ...options, ...rootless])]
    .filter((path) => isFolder(context, path))
    .slice(0, mostRoots);
  remembered.set(target, roots);
  return roots;
}

export interface DockerState {
  readonly root: PathText;
  readonly folder: PathText;
  readonly id: string;
  readonly config: unknown;
  readonly hostConfig: unknown;
}

/** Every container of every root: nothing is kept of what the caller does not keep. */
export function* dockerStates(context: ArtifactContext, artifact: string): Iterable<DockerState> {
  let size = 0;
  for (const root of dockerRoots(context)) {
    const list = below(root, 'containers');
    const folders = foldersIn(context, artifact, list);
    if (folders.length > mostContainers) {
      recordStatus(context, artifact, list, 'truncated', 'more than 2,000 containers');
    }
    for (const { path, name } of folders.slice(0, mostContainers)) {
      const file = below(path, 'config.v2.json');
      // What is larger is no state: the reader tells it as cut, and it takes nothing from the containers behind it.
      const own = context.target.readNow({ kind: 'stat', path: file }).stat?.size ?? 0;
      size += own > jsonBytes ? 0 : own;
      if (size > mostBytes) {
        recordStatus(context, artifact, file, 'truncated', '64 MiB of state read, the rest left');
        return;
      }
      const config = readJson(context, artifact, file);
      if (config === undefined) continue;
      const hostConfig = readJson(context, artifact, below(path, 'hostconfig.json'));
      yield { root, folder: path, id: name, config, hostConfig };
    }
  }
}
