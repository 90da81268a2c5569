/**
 * Executables and libraries that processes of the host run from.
 *
 * What it is NOT: the files of containers, which other package databases own; and of programs that run many times
 * the mapped files of one process stand for all. Bounds: 400 programs, 4 MiB of one table, 4,000 paths.
 */
import { decodeMaps } from '../../../formats/proc-maps.ts';
import { type PathText, printableText } from '../../../model/text.ts';
import type { ArtifactContext } from '../../artifact.ts';

const mostPrograms = 400;
const mostPaths = 4_000;
const mapsLimit = 4 << 20;

export function pathsInUse(context: ArtifactContext): readonly PathText[] {
  const processes = context.facts.of('process').filter(({ kernelThread }) => !kernelThread);
  const own = processes.find(({ pid }) => pid === 1)?.namespaces.mnt;
  const paths = new Set<PathText>();
  const programs = new Set<string>();
  for (const process of processes) {
    const { exe, namespaces } = process;
    if (exe === undefined || exe.deleted || exe.memfd || programs.has(exe.path)) continue;
    if (own !== undefined && namespaces.mnt !== undefined && namespaces.mnt !== own) continue;
    if (programs.size >= mostPrograms || paths.size >= mostPaths) break;
    programs.add(exe.path);
    paths.add(exe.path);
    const source = printableText(`/proc/${process.pid}/maps`);
    const { bytes } = context.target.readNow({ kind: 'file', path: source, limit: mapsLimit });
    for (const { path, access } of decodeMaps(bytes)) {
      if (access[2] === 'x' && path.startsWith('/') && !path.endsWith(' (deleted)')) paths.add(path);
    }
  }
  return [...paths];
}
