/**
 * What the package database of the host says that files should contain.
 *
 * What it is NOT: a check. Diversions, the merged /usr and the database's own spellings are followed here, so that
 * what is asked for and what is listed meet. Only the sums of owning packages are read: asking for one file does not
 * read thousands of lists. Bounds: 5,000 paths (those of `ownersOf`), 8 MiB of a list, 64 MiB of a status file.
 */
import { isExcluded } from '../../../formats/dpkg-exclude.ts';
import { parseDiversions } from '../../../formats/package-files.ts';
import { apkSums, type DpkgState, dpkgState, dpkgSums, pacmanSums } from '../../../formats/package-hashes.ts';
import type { RpmDigest } from '../../../formats/rpm-header.ts';
import type { FileOwnerFact } from '../../../model/facts/host.ts';
import type { IntegrityFact } from '../../../model/facts/persistence.ts';
import type { SourceRecord } from '../../../model/source.ts';
import {
  baseName,
  bytesOf,
  folderOf,
  joinPath,
  type PathText,
  type Printable,
  printableBytes,
  printableText,
} from '../../../model/text.ts';
import type { Target } from '../../../target/port.ts';
import { targetBehind } from '../../../target/thrifty.ts';
import { ownersOf } from '../file-owners.ts';
import { MergedFolders } from '../merged-usr.ts';
import { rpmFilesOf } from '../rpm-database.ts';
import { dpkgRulesOf } from './dpkg-rules.ts';
import { compiledTools } from './tools.ts';

export interface Expected {
  /** As it was asked for. */
  readonly path: PathText;
  readonly manager: IntegrityFact['manager'];
  readonly package: Printable;
  /** Where it is said. */
  readonly source: PathText;
  /** Undefined where the database knows the file and keeps no sum of it. */
  readonly sum: { readonly algorithm: RpmDigest; readonly digest: string } | undefined;
  readonly size?: number;
  /** A file that owners are meant to edit. */
  readonly conffile: boolean;
  /** It has sums of its plain files and none of this one, which runs as a program. */
  readonly broughtAsLink?: boolean;
  /** The package is neither installed whole nor removed: an update runs, or one broke. */
  readonly between: boolean;
  /** Owners of the host, or of its image, left such files out: that it is absent says nothing. */
  readonly leftOut: boolean;
}

const listLimit = 8 << 20;
const statusLimit = 64 << 20;
const dpkgStatus = printableText('/var/lib/dpkg/status');
const dpkgDiversions = printableText('/var/lib/dpkg/diversions');

const latin1 = (path: Printable): string => Buffer.from(bytesOf(path)).toString('latin1');
const latin1OfBytes = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

interface Asked {
  readonly owner: FileOwnerFact;
  readonly manager: IntegrityFact['manager'];
  readonly spellings: readonly string[];
}

/** Of several ways to spell a path, the one that the database has. */
function foundBy<T>(spellings: readonly string[], sums: ReadonlyMap<string, T>): T | undefined {
  for (const spelling of spellings) {
    const found = sums.get(spelling);
    if (found !== undefined) return found;
  }
  return undefined;
}

const rememberedStates = new WeakMap<Target, DpkgState>();

/** The status file of dpkg, read once for a scan. */
export function dpkgStateOf(target: Target): DpkgState {
  const key = targetBehind(target);
  const known = rememberedStates.get(key);
  if (known !== undefined) return known;
  const state = dpkgState(target.readNow({ kind: 'file', path: dpkgStatus, limit: statusLimit }).bytes);
  rememberedStates.set(key, state);
  return state;
}

type Common = Omit<Expected, 'sum' | 'conffile' | 'between' | 'leftOut'>;
const common = ({ owner, manager }: Asked): Common => ({
  path: owner.path,
  manager,
  package: printableText(owner.package),
  source: owner.source.source,
});

function byDpkg(target: Target, asked: readonly Asked[]): readonly Expected[] {
  const state = dpkgStateOf(target);
  const rules = dpkgRulesOf(target);
  const diverted = target.readNow({ kind: 'file', path: dpkgDiversions, limit: listLimit });
  const listedAs = new Map(
    parseDiversions(diverted.bytes).map(({ from, to }) => [latin1OfBytes(to), latin1OfBytes(from)]),
  );
  const bySource = Map.groupBy(asked, ({ owner }) => owner.source.source);
  return [...bySource].flatMap(([list, files]) => {
    const spelled = files.map((file) => ({
      file,
      // A file that was moved aside is listed under its first name.
      names: file.spellings.map((name) => listedAs.get(name) ?? name),
    }));
    const source = printableText(list.replace(/\.list$/, '.md5sums'));
    const wanted = new Set(spelled.flatMap(({ names }) => names));
    const { bytes } = target.readNow({ kind: 'file', path: source, limit: listLimit });
    const sums = new Map([...dpkgSums(bytes, wanted)].map((sum) => [sum.path, sum]));
    const keepsSums = bytes.length > 0;
    return spelled.map(({ file, names }): Expected => {
      const conffile = foundBy(names, state.conffiles);
      const between = state.between.has(file.owner.package);
      const known = conffile !== undefined && !conffile.obsolete && conffile.digest.length === 32;
      const listed = foundBy(names, sums);
      const sum = known ? { algorithm: 'md5' as const, digest: conffile.digest } : listed;
      return {
        ...common(file),
        ...(conffile === undefined ? { source } : { source: dpkgStatus }),
        sum,
        conffile: conffile !== undefined,
        broughtAsLink: keepsSums && conffile === undefined && compiledTools.has(baseName(file.owner.path)),
        between,
        // dpkg goes by the package's own spelling.
        leftOut: (listed === undefined ? names : [listed.path]).some((name) => isExcluded(rules, name)),
      };
    });
  });
}

/** apk and pacman keep what owners are meant to edit below /etc. */
const isSetting = (path: string): boolean => path.startsWith('/etc/');

function byApk(target: Target, asked: readonly Asked[]): readonly Expected[] {
  const [first] = asked;
  if (first === undefined) return [];
  const source = first.owner.source.source;
  const { bytes } = target.readNow({ kind: 'file', path: source, limit: statusLimit });
  const wanted = new Set(asked.flatMap(({ spellings }) => spellings));
  const sums = new Map(apkSums(bytes, wanted).map((sum) => [sum.path, sum]));
  return asked.map((file) => ({
    ...common(file),
    sum: foundBy(file.spellings, sums),
    conffile: isSetting(file.owner.path),
    between: false,
    leftOut: false,
  }));
}

function byPacman(target: Target, asked: readonly Asked[]): readonly Expected[] {
  const bySource = Map.groupBy(asked, ({ owner }) => owner.source.source);
  return [...bySource].flatMap(([list, files]) => {
    const source = joinPath(folderOf(list), printableText('mtree'));
    const { bytes } = target.readNow({ kind: 'file', path: source, limit: listLimit });
    const wanted = new Set(files.flatMap(({ spellings }) => spellings));
    const sums = new Map(pacmanSums(bytes, wanted).map((sum) => [sum.path, sum]));
    return files.map((file) => ({
      ...common(file),
      source,
      sum: foundBy(file.spellings, sums),
      conffile: isSetting(file.owner.path),
      between: false,
      leftOut: false,
    }));
  });
}

function byRpm(target: Target, asked: readonly Asked[]): readonly Expected[] {
  if (asked.length === 0) return [];
  const found = rpmFilesOf(target, new Set(asked.flatMap(({ spellings }) => spellings)));
  return asked.flatMap((one): readonly Expected[] => {
    const file = foundBy(one.spellings, found?.owned ?? new Map())?.file;
    if (file === undefined) return [];
    const { algorithm, digest, size } = file;
    // In the place of one that was replaced stands another package's.
    const compared = !file.ghost && file.installed && digest !== '';
    const kept = algorithm === undefined || !compared ? undefined : { algorithm, digest };
    return [
      {
        ...common(one),
        sum: kept,
        ...(size === undefined || kept === undefined ? {} : { size }),
        conffile: file.config,
        between: false,
        leftOut: file.ghost || !file.installed,
      },
    ];
  });
}

/** Of `paths`, those that a package owns; and what was read for it. */
export async function expectedOf(
  target: Target,
  paths: readonly PathText[],
): Promise<{ readonly expected: readonly Expected[]; readonly sources: readonly SourceRecord[] }> {
  const { facts, sources } = await ownersOf(target, paths);
  const folders = new MergedFolders(target);
  const asked = facts.flatMap((owner): readonly Asked[] => {
    const { manager, package: name } = owner;
    if (manager === 'none' || name === '') return [];
    return [{ owner, manager, spellings: folders.spellings(latin1(owner.path)) }];
  });
  const of = (manager: Asked['manager']): readonly Asked[] => asked.filter((one) => one.manager === manager);
  const expected = [
    ...byDpkg(target, of('dpkg')),
    ...byApk(target, of('apk')),
    ...byPacman(target, of('pacman')),
    ...byRpm(target, of('rpm')),
  ];
  return { expected, sources };
}

/** The printable form of a database's path. */
export const printablePath = (path: string): PathText => printableBytes(Buffer.from(path, 'latin1'));
