/**
 * Where a path leads: without `.` and `..`, and through a folder that is a link.
 *
 * Why: packages own files by their real path, and settings name them by another. What it is NOT: the resolver of the
 * target: the last name stays as it stands, and only the folder that holds it is followed, four links far.
 */
import {
  baseName,
  folderOf,
  joinPath,
  namesOf,
  type PathText,
  type Printable,
  phrase,
} from '../../../model/text.ts';
import type { Target } from '../../../target/port.ts';

/** By the names alone, as `..` of a folder that is no link. */
export function plainPath(path: PathText): PathText {
  const kept: Printable[] = [];
  for (const name of namesOf(path)) {
    if (name === '..') kept.pop();
    else kept.push(name);
  }
  return kept.reduce(joinPath, phrase`/`);
}

export function realPath(target: Target, path: PathText): PathText {
  let folder = folderOf(path);
  for (let hops = 0; hops < 4; hops += 1) {
    const link = target.readNow({ kind: 'link', path: folder });
    if (link.status !== 'ok') break;
    folder = link.target.startsWith('/') ? link.target : plainPath(joinPath(folderOf(folder), link.target));
  }
  return joinPath(folder, baseName(path));
}
