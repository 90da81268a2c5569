/**
 * The shared walk where the target has no quick way: folder by folder, by requests. Slower by far, and the same for
 * the visitor. Flags and capabilities are asked of single files, and only when the visitor looks at them.
 */
import { bytesOf, joinPath, type PathText, type Printable } from '../../../model/text.ts';
import type {
  FileAttributes,
  FileStatus,
  Target,
  WalkBounds,
  WalkEntry,
  WalkOutcome,
  WalkVisitor,
} from '../../../target/port.ts';

const mostDepth = 200;
const latin1 = (name: Printable): string => Buffer.from(bytesOf(name)).toString('latin1');

function entryOf(target: Target, path: PathText, name: string, stat: FileStatus): WalkEntry {
  let asked: FileAttributes | undefined;
  const attributes = (): FileAttributes => {
    asked ??= target.readNow({ kind: 'attributes', path }).attributes ?? {};
    return asked;
  };
  return {
    ...stat,
    name,
    isFolder: stat.type === 'directory',
    isFile: stat.type === 'file',
    get immutable() {
      return attributes().flags?.includes('immutable') === true;
    },
    get appendOnly() {
      return attributes().flags?.includes('append-only') === true;
    },
    capability: () => attributes().capability,
  };
}

export function walkByRequests<F>(
  target: Target,
  start: PathText,
  folder: F,
  visitor: WalkVisitor<F>,
  bounds: WalkBounds,
): WalkOutcome {
  const waiting: { readonly path: PathText; readonly folder: F; readonly depth: number }[] = [
    { path: start, folder, depth: 0 },
  ];
  let entries = 0;
  let folders = 0;
  for (let here = waiting.pop(); here !== undefined; here = waiting.pop()) {
    const listed = target.readNow({ kind: 'directory', path: here.path, limit: bounds.perFolder });
    if (listed.status !== 'ok' && listed.status !== 'empty')
      visitor.problem(here.path, listed.status, listed.reason ?? listed.status);
    folders += 1;
    for (const { name } of listed.entries) {
      entries += 1;
      if (entries > bounds.entries) return { entries, folders, cut: `more than ${bounds.entries} names` };
      if (performance.now() > bounds.deadline) return { entries, folders, cut: 'its time was over' };
      const path = joinPath(here.path, name);
      const { stat } = target.readNow({ kind: 'stat', path });
      if (stat === undefined || (stat.type !== 'file' && stat.type !== 'directory')) continue;
      const entry = entryOf(target, path, latin1(name), stat);
      const cut = visitor.entry(entry, here.folder);
      if (cut !== undefined) return { entries, folders, cut };
      if (!entry.isFolder) continue;
      const below = visitor.enter(entry, here.folder);
      if (below === undefined) continue;
      if (here.depth < mostDepth) waiting.push({ path, folder: below, depth: here.depth + 1 });
      else visitor.problem(path, 'truncated', `more than ${mostDepth} folders deep`);
    }
  }
  return { entries, folders };
}
