/**
 * A walk within a root: the tree of `native/tree.ts`, held against the mount table.
 *
 * Every name that a mount stands on is judged by the table before it is touched: what may hang, what an automounter
 * would mount, and the kernel's own files are left out, and so is what the caller leaves out by its file system. A
 * folder that turns out to be on another mount than the table says is looked up in a fresh table, and left where that
 * does not know it either.
 */
import { joinPath, type PathText, printableBytes } from '../model/text.ts';
import { walkTree } from '../native/tree.ts';
import { isKernelMade, type Mounted } from './mount-table.ts';
import type { FreshTable } from './mount-tables.ts';
import type { WalkBounds, WalkEntry, WalkOutcome, WalkVisitor } from './port.ts';

interface Within<F> {
  readonly parent: Within<F> | undefined;
  /** One character a byte; empty for the start. */
  readonly name: string;
  readonly inner: F;
}

const fromLatin1 = (text: string): PathText => printableBytes(Buffer.from(text, 'latin1'));

/** @param place of the start in the words of the mount table; `/` for the root */
export function walkWithin<F>(
  descriptor: number,
  start: PathText,
  place: PathText,
  tables: FreshTable,
  folder: F,
  visitor: WalkVisitor<F>,
  bounds: WalkBounds,
): WalkOutcome {
  const named = (from: PathText, within: Within<F>, name: string): PathText => {
    const names: string[] = name === '' ? [] : [name];
    for (let at: Within<F> | undefined = within; at?.parent !== undefined; at = at.parent)
      names.push(at.name);
    return names.reduceRight<PathText>((path, part) => joinPath(path, fromLatin1(part)), from);
  };
  const takes = (mount: Mounted | undefined): boolean =>
    mount !== undefined &&
    mount.danger === 'none' &&
    !isKernelMade(mount.fileSystem) &&
    bounds.takesMount(mount.fileSystem);
  const root: Within<F> = { parent: undefined, name: '', inner: folder };
  let table = tables.get();
  let names = table.namesBelow(place);
  return walkTree<Within<F>>(
    descriptor,
    root,
    {
      mayTouch(within, name) {
        // Few names are those of a mount point; only then the path is put together.
        if (!names.has(name)) return true;
        const mount = table.at(named(place, within, name));
        return mount === undefined || takes(mount);
      },
      entry: (entry: WalkEntry, within) => visitor.entry(entry, within.inner),
      link(name, within) {
        visitor.link?.(name, within.inner);
      },
      enter(entry, within, moved) {
        if (moved) {
          const at = named(place, within, entry.name);
          if (table.at(at) === undefined) {
            table = tables.again();
            names = table.namesBelow(place);
          }
          if (!takes(table.at(at))) {
            visitor.problem(named(start, within, entry.name), 'error', 'mounted while it was looked at');
            return undefined;
          }
        }
        const inner = visitor.enter(entry, within.inner);
        return inner === undefined ? undefined : { parent: within, name: entry.name, inner };
      },
      problem(within, name, answer) {
        visitor.problem(named(start, within, name), answer.status, answer.reason);
      },
    },
    bounds,
  );
}
