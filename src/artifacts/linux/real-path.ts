/**
 * Where a path leads: without `.` and `..`, through a folder that is a link, and through links of its own.
 *
 * Why: packages own files by their real path, and settings, alternatives and owners name them by another. What it is
 * NOT: the resolver of the target, which opens files: folders further up are left as they are named. Bounds: four
 * links of a folder, eight of a file.
 */
import {
  baseName,
  folderOf,
  joinPath,
  namesOf,
  type PathText,
  type Printable,
  phrase,
} from '../../model/text.ts';
import type { Target } from '../../target/port.ts';

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

/** The end of a chain of links: /usr/bin/awk, /etc/alternatives/awk, /usr/bin/mawk. Nothing where it is no link. */
export function linkEnd(target: Target, path: PathText): PathText | undefined {
  let here = path;
  for (let hops = 0; hops < 8; hops += 1) {
    const link = target.readNow({ kind: 'link', path: here });
    if (link.status !== 'ok') break;
    here = link.target.startsWith('/') ? link.target : plainPath(joinPath(folderOf(here), link.target));
  }
  return here === path ? undefined : here;
}
