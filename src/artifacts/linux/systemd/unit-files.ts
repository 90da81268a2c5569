/**
 * Unit files of one manager as they lie there: fragments, drop-ins, and the links that enable.
 *
 * What it is NOT: merged; `effective-unit.ts` does that. A link that leads to another unit file is an alias or an
 * enabled unit from elsewhere, one to /dev/null is a mask, and so is an empty file. Bounds: 20,000 names a folder,
 * 200 drop-ins a unit, 1 MiB a file.
 */
import { type Assignment, parseUnit } from '../../../formats/systemd-unit.ts';
import { baseName, folderOf, joinPath, type PathText, type Printable } from '../../../model/text.ts';
import { listNow, type ReadContext, readFileNow } from '../reading.ts';

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
const mostNames = 20_000;
const mostDropIns = 200;
const fileLimit = 1 << 20;

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

export function readUnitFolder(context: ReadContext, artifact: string, folder: PathText): UnitFolder {
  const fragments = new Map<string, PathText | undefined>();
  const dropIns = new Map<string, PathText[]>();
  const wanted: { unit: Printable; by: string; path: PathText }[] = [];
  for (const { name, type } of listNow(context, artifact, folder, mostNames).entries) {
    const path = joinPath(folder, name);
    if (type === 'directory' || (type === 'link' && /\.(?:d|wants|requires|upholds)$/.test(name))) {
      const linked = /^(.+)\.(?:wants|requires|upholds)$/.exec(name);
      if (linked !== null) {
        for (const unit of listNow(context, artifact, path, mostNames).entries) {
          wanted.push({ unit: unit.name, by: linked[1] ?? '', path: joinPath(path, unit.name) });
        }
      } else if (name.endsWith('.d')) {
        const files = listNow(context, artifact, path, mostDropIns)
          .entries.filter((file) => file.name.endsWith('.conf') && file.type !== 'directory')
          .map((file) => joinPath(path, file.name));
        dropIns.set(name.slice(0, -2), files);
      }
    } else if (unitName.test(name)) {
      fragments.set(name, isMasked(context, path, type) ? undefined : path);
    }
  }
  return { fragments, dropIns, wanted };
}

export function readUnitFile(context: ReadContext, artifact: string, path: PathText): UnitFile {
  const reading = readFileNow(context, artifact, path, fileLimit);
  return { path, assignments: parseUnit(reading.bytes) };
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
