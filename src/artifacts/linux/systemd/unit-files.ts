/**
 * Unit files of one manager as they lie there: fragments, drop-ins, and the links that enable.
 *
 * What it is NOT: merged; `effective-unit.ts` does that. A link that leads to another unit file is an alias or an
 * enabled unit from elsewhere, one to /dev/null is a mask, and so is an empty file. Bounds: 4,096 units and as many
 * folders of one folder (of a flooded one those that are worth it, and it is told), 20,000 drop-ins and links below
 * one folder, 1 MiB a file and 32 MiB of a manager.
 */
import { type Assignment, parseUnit } from '../../../formats/systemd-unit.ts';
import { baseName, folderOf, joinPath, type PathText, type Printable } from '../../../model/text.ts';
import { endsIn, type FolderFile, filesIn, mostFiles, namesIn } from '../entry.ts';
import { type ReadContext, readFileNow } from '../reading.ts';

export interface UnitFile {
  readonly path: PathText;
  readonly assignments: readonly Assignment[];
}

export interface UnitFolder {
  /** By name of the unit; `undefined` where it is masked. */
  readonly fragments: ReadonlyMap<string, PathText | undefined>;
  /** Names of drop-in folders without `.d` (`foo.service`, `service`, `foo-.service`), with their files. */
  readonly dropIns: ReadonlyMap<string, readonly PathText[]>;
  /** Units that a folder of `.wants` or `.requires` links, with the unit that wants them. */
  readonly wanted: readonly { readonly unit: Printable; readonly by: string; readonly path: PathText }[];
}

const unitName = /\.(?:service|timer|path|socket|target|mount|automount|swap|slice|scope)$/;
const folderName = /\.(?:d|wants|requires|upholds)$/;
/** Drop-ins, and links that enable, below one folder. */
const mostBelow = 20_000;
const fileLimit = 1 << 20;
const leastOfFile = 2048;

/** True where a link leads nowhere on purpose, and for an empty file. */
function isMasked(context: ReadContext, path: PathText, type: string): boolean {
  if (type === 'link') {
    const link = context.target.readNow({ kind: 'link', path });
    return link.status === 'ok' && link.target === '/dev/null';
  }
  const { stat } = context.target.readNow({ kind: 'stat', path });
  return (
    stat?.type === 'file' &&
    stat.size === 0 &&
    context.target.readNow({ kind: 'file', path, limit: 1 }).status === 'empty'
  );
}

/** Both what is a unit and what holds parts of one: one question, so that a flooded folder is sifted once. */
const isOfUnits = (name: Printable): boolean => unitName.test(name) || folderName.test(name);
const unitsWanted = { kinds: 'all', matches: isOfUnits, most: mostFiles } as const;

export function readUnitFolder(context: ReadContext, artifact: string, folder: PathText): UnitFolder {
  const fragments = new Map<string, PathText | undefined>();
  const dropIns = new Map<string, readonly PathText[]>();
  const wanted: { unit: Printable; by: string; path: PathText }[] = [];
  let below = 0;
  const filesBelow = (path: PathText, matches?: (name: Printable) => boolean): readonly FolderFile[] => {
    if (below >= mostBelow) return [];
    const files = filesIn(context, artifact, path, matches).slice(0, mostBelow - below);
    below += files.length;
    return files;
  };
  for (const { name, type } of namesIn(context, artifact, folder, unitsWanted)) {
    const path = joinPath(folder, name);
    if (type === 'directory' || (type === 'link' && folderName.test(name))) {
      const linked = /^(.+)\.(?:wants|requires|upholds)$/.exec(name);
      if (linked !== null) {
        for (const unit of filesBelow(path)) {
          wanted.push({ unit: unit.name, by: linked[1] ?? '', path: unit.path });
        }
      } else if (name.endsWith('.d')) {
        const files = filesBelow(path, endsIn('.conf'));
        dropIns.set(
          name.slice(0, -2),
          files.map((file) => file.path),
        );
      }
    } else if (unitName.test(name)) {
      fragments.set(name, isMasked(context, path, type) ? undefined : path);
    }
  }
  if (below >= mostBelow) {
    const reason = `more than ${mostBelow} drop-ins and links below it`;
    context.log.record({ source: folder, artifact, status: 'truncated', reason, bytes: 0 });
  }
  return { fragments, dropIns, wanted };
}

/**
 * What the unit files of one manager may take. One takes at most a sixteenth of what is left and always its first
 * lines, so thousands of large ones cost a bounded amount and those of an honest host are read whole.
 */
export class UnitRoom {
  #left = 32 << 20;

  read(context: ReadContext, artifact: string, path: PathText): UnitFile {
    const limit = Math.min(fileLimit, Math.max(leastOfFile, this.#left >> 4));
    const { bytes } = readFileNow(context, artifact, path, limit);
    this.#left -= bytes.length;
    return { path, assignments: parseUnit(bytes) };
  }
}

/** A unit that is linked into a folder of wants from outside the places: `systemctl enable /path/x.service`. */
export function linkedOutside(
  context: ReadContext,
  path: PathText,
  known: (name: string) => boolean,
): PathText | undefined {
  if (known(baseName(path))) return undefined;
  const link = context.target.readNow({ kind: 'link', path });
  if (link.status !== 'ok' || link.target === '/dev/null') return undefined;
  return link.target.startsWith('/') ? link.target : joinPath(folderOf(path), link.target);
}
