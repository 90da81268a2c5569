/**
 * Times of files that no package owns, beside those of their folders and neighbours: what touch(1) set stands out there.
 *
 * Asked of files that start by themselves or hold a miner's traces, after it is known whose they are. What it is NOT: a
 * walk, nor a judgement (`detect/file-times.ts`). Birth times where the source has them (statx(2), ext4).
 * Bounds: 2,000 files, 500 folders, 4,096 names and 64 neighbours of each, spread evenly over the names.
 */
import type { FileTimesFact } from '../../model/facts/persistence.ts';
import { baseName, folderOf, joinPath, type PathText, printableText } from '../../model/text.ts';
import type { FileStatus, Target } from '../../target/port.ts';

const mostFiles = 2_000;
const mostFolders = 500;
const mostNames = 4_096;
const mostNeighbours = 64;
const skeleton = printableText('/etc/skel');

/** Layers and volumes of containers came with their times, whoever made them. */
const ofContainers =
  /^\/(?:var\/lib\/(?:docker|containerd|containers|rancher|kubelet|lxc|lxd|incus|machines|snapd?)|snap|run\/containerd)\/|\/(?:overlay2?|containers\/storage)\//;

interface Neighbour {
  readonly inode: number;
  readonly device: number;
  readonly times: FileTimesFact['neighbours'][number];
}

interface Folder {
  readonly stat: FileStatus | undefined;
  readonly neighbours: readonly Neighbour[];
}

function lookInto(target: Target, path: PathText): Folder {
  const { stat } = target.readNow({ kind: 'stat', path });
  const { entries } = target.readNow({ kind: 'directory', path, limit: mostNames });
  const names = entries
    .filter(({ type }) => type === 'file' || type === 'unknown')
    .map(({ name }) => name)
    .sort((a, b) => (a < b ? -1 : 1));
  const step = Math.max(1, names.length / mostNeighbours);
  const neighbours: Neighbour[] = [];
  for (let at = 0; at < names.length && neighbours.length < mostNeighbours; at += step) {
    const name = names[Math.floor(at)];
    if (name === undefined) break;
    const one = target.readNow({ kind: 'stat', path: joinPath(path, name) }).stat;
    if (one?.type !== 'file') continue;
    const { inode, device, modifiedUs, changedUs } = one;
    neighbours.push({ inode, device, times: { modifiedUs, changedUs } });
  }
  return { stat, neighbours };
}

const bornOf = ({ bornUs }: FileStatus): { readonly bornUs?: number } =>
  bornUs === undefined || bornUs <= 0 ? {} : { bornUs };

/** What useradd(8) copies into a new home keeps the time it has there. */
function isOfSkeleton(target: Target, path: PathText, { size, modifiedUs }: FileStatus): boolean {
  if (!baseName(path).startsWith('.')) return false;
  const { stat } = target.readNow({ kind: 'stat', path: joinPath(skeleton, baseName(path)) });
  return stat?.type === 'file' && stat.size === size && stat.modifiedUs === modifiedUs;
}

/** @param paths of files that no package owns */
export function fileTimesOf(target: Target, paths: Iterable<PathText>): readonly FileTimesFact[] {
  const folders = new Map<PathText, Folder>();
  const facts: FileTimesFact[] = [];
  for (const path of new Set(paths)) {
    if (facts.length >= mostFiles) break;
    if (ofContainers.test(path)) continue;
    const { stat } = target.readNow({ kind: 'stat', path });
    if (stat?.type !== 'file' || isOfSkeleton(target, path, stat)) continue;
    const parent = folderOf(path);
    let folder = folders.get(parent);
    if (folder === undefined) {
      if (folders.size >= mostFolders) break;
      folder = lookInto(target, parent);
      folders.set(parent, folder);
    }
    const own = folder.stat;
    if (own === undefined) continue;
    const { inode, device, modifiedUs, changedUs } = stat;
    facts.push({
      kind: 'file-times',
      source: { source: path },
      ...{ path, modifiedUs, changedUs, ...bornOf(stat) },
      folder: { path: parent, modifiedUs: own.modifiedUs, ...bornOf(own) },
      neighbours: folder.neighbours
        .filter((one) => one.inode !== inode || one.device !== device)
        .map(({ times }) => times),
    });
  }
  return facts;
}
