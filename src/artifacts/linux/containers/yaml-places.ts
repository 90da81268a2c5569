/**
 * YAML files where owners and intruders keep those of Compose and Kubernetes: one bounded walk for all who ask.
 *
 * Homes, /opt, /srv, /www, /data and their like, four levels deep, level by level, so that one place full of files
 * cannot use up what the others need; links are not followed, and folders of package managers and of container
 * storage are left out. What it is NOT: a search of the disk; files that a container names by its labels are found
 * wherever they lie. Bounds: 4,000 folders, 2,000 names of each, 3,000 files.
 */
import type { PathText, Printable } from '../../../model/text.ts';
import { joinPath, printableText } from '../../../model/text.ts';
import type { Target } from '../../../target/port.ts';
import type { ArtifactContext } from '../../artifact.ts';
import { homesOf } from '../homes.ts';
import { recordStatus } from './container-entry.ts';

export interface YamlFile {
  readonly path: PathText;
  readonly name: Printable;
}

const artifact = 'linux.compose';
const places = [
  ...['/opt', '/srv', '/www', '/data', '/docker', '/stacks', '/containers', '/volume1', '/app', '/var/www'],
  ...['/tmp', '/var/tmp', '/dev/shm', '/usr/local', '/etc'],
  // Stacks of Portainer.
  '/var/lib/docker/volumes/portainer_data/_data/compose',
].map((path) => ({ path: printableText(path) }));
/** Homes of system accounts that are folders of the system. */
const systemHome =
  /^\/(?:(?:usr|s?bin|dev|proc|sys|run|var\/(?:run|spool|cache|log|mail|backups))(?:\/|$)|$)/;
const deepest = 4;
const mostFolders = 4_000;
const mostNames = 2_000;
const mostYamlFiles = 3_000;
const leftOut =
  /^(?:node_modules|vendor|\.git|\.cache|\.npm|\.local|\.rustup|\.cargo|\.nvm|\.m2|\.gradle|go|site-packages|dist-packages|__pycache__|overlay2?|overlay-containers|snapshots|volumes|ssl|alternatives|fonts|containerd|docker-images)$/;

const remembered = new WeakMap<Target, readonly YamlFile[]>();

export const yamlSources = [...places.map(({ path }) => path), '/root', '/home/*'].map((path) => ({
  kind: 'glob' as const,
  path: `${path}/**/*.{yml,yaml}`,
  live: false,
}));

function look(context: ArtifactContext): readonly YamlFile[] {
  const found: YamlFile[] = [];
  const homes = homesOf(context.target).filter(({ path }) => !systemHome.test(path));
  let level: readonly PathText[] = [...new Set([...homes, ...places].map(({ path }) => path))];
  const seen = new Set<string>(level);
  let folders = 0;
  for (let depth = 0; depth <= deepest && level.length > 0; depth += 1) {
    const next: PathText[] = [];
    for (const folder of level) {
      folders += 1;
      if (folders > mostFolders || found.length >= mostYamlFiles) {
        recordStatus(context, artifact, folder, 'truncated', 'more folders or files than are looked at');
        return found;
      }
      const listing = context.target.readNow({ kind: 'directory', path: folder, limit: mostNames });
      if (listing.status !== 'ok' && listing.status !== 'empty' && listing.status !== 'absent') {
        recordStatus(context, artifact, folder, listing.status, listing.reason ?? 'folder');
      }
      for (const { name, type } of listing.entries.slice(0, mostNames)) {
        const path = joinPath(folder, name);
        if (type === 'directory') {
          if (leftOut.test(name) || seen.has(path) || depth === deepest) continue;
          seen.add(path);
          next.push(path);
        } else if ((type === 'file' || type === 'unknown') && /\.ya?ml$/i.test(name)) {
          if (found.length < mostYamlFiles) found.push({ path, name });
        }
      }
    }
    level = next;
  }
  return found;
}

/** Looked for once for all artifacts. */
export function yamlFiles(context: ArtifactContext): readonly YamlFile[] {
  const known = remembered.get(context.target);
  if (known !== undefined) return known;
  const files = look(context);
  remembered.set(context.target, files);
  return files;
}
