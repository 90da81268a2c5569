/**
 * Files of packages as the host keeps them itself: in the cache of apt, dnf, yum, zypper, or under another name.
 *
 * Why: what an attacker replaced comes back without a mirror, without the package manager of the host, and as the package
 * database says it was: content is good only where its sum is that of the database.
 * What it is NOT: an update, and no check of a signature. Settings that owners edit do not come from here, nor what
 * was diverted, nor what a package's own script gives rights to when it is installed (`crontab` of Debian is setgid by
 * its postinst): those are asked of the package manager. Capabilities that a postinst sets in plain words are taken over.
 * Bounds: 1 GiB of a package, 256 MiB of a file, 2,000 packages in a folder of a cache.
 * Sources: apt-cache(8) and apt.conf(5), Dir::Cache::Archives (names as in apt-pkg, `%3a` for a colon); dnf.conf(5),
 * cachedir; yum.conf(5), cachedir; zypper(8), "/var/cache/zypp/packages"; deb-postinst(5); dpkg-statoverride(1).
 */
import { encodeFileCapability } from '../../formats/file-capability.ts';
import { parseGroup } from '../../formats/group.ts';
import {
  filesOfPackage,
  mostPackageBytes,
  mostPackagedBytes,
  type PackagedFile,
} from '../../formats/package/package-file.ts';
import { parseDiversions } from '../../formats/package-files.ts';
import { dpkgVersions } from '../../formats/package-hashes.ts';
import { parsePasswd } from '../../formats/passwd.ts';
import type { RandomAccess } from '../../formats/random-access.ts';
import {
  baseName,
  bytesOf,
  joinPath,
  type PathText,
  type Printable,
  printableBytes,
  printableText,
} from '../../model/text.ts';
import type { Target } from '../../target/port.ts';
import { type Expected, expectedOf } from './integrity/expected.ts';
import { MergedFolders } from './merged-usr.ts';
import { eachRpmHeader, rpmDatabaseOf } from './rpm-database.ts';

/** From where a file of a package can come back. */
export interface PackagedCopy {
  readonly from:
    | {
        readonly kind: 'package';
        readonly archive: PathText;
        readonly package: Printable;
        /** The path within it, printable. */
        readonly member: PathText;
      }
    | { readonly kind: 'file'; readonly path: PathText };
  readonly sha256: string;
  readonly size: number;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly modifiedSeconds: number;
  /** Value of `security.capability`. */
  readonly capability?: Uint8Array;
}

const mostNames = 2_000;
const listLimit = 8 << 20;
const statusLimit = 64 << 20;
const archives = printableText('/var/cache/apt/archives');
const diversions = printableText('/var/lib/dpkg/diversions');
const statoverride = printableText('/var/lib/dpkg/statoverride');
const info = printableText('/var/lib/dpkg/info');

const latin1 = (path: Printable): string => Buffer.from(bytesOf(path)).toString('latin1');
const hashOf = (algorithm: Bun.SupportedCryptoAlgorithms, bytes: Uint8Array): string =>
  new Bun.CryptoHasher(algorithm).update(bytes).digest('hex');

function sourceOf(target: Target, path: PathText): RandomAccess {
  return {
    read: (offset, length) => target.readNow({ kind: 'file', path, limit: length, offset }).bytes,
  };
}

/** `procps_4.0.2-3_amd64.deb`, with the epoch's colon as apt writes it. */
function debsOf(target: Target, name: Printable): readonly PathText[] {
  const { bytes } = target.readNow({
    kind: 'file',
    path: printableText('/var/lib/dpkg/status'),
    limit: statusLimit,
  });
  return dpkgVersions(bytes, name).map(({ version, architecture }) =>
    joinPath(archives, printableText(`${name}_${version.replaceAll(':', '%3a')}_${architecture}.deb`)),
  );
}

/** Folders of the caches in which packages lie, with `*` for one name. */
const rpmFolders = [
  '/var/cache/dnf/*/packages',
  '/var/cache/libdnf5/*/packages',
  '/var/cache/yum/*/packages',
  '/var/cache/yum/*/*/*/packages',
  '/var/cache/zypp/packages/*/*',
  '/var/cache/zypp/packages/*/*/*',
] as const;

function foldersLike(target: Target, pattern: string): readonly PathText[] {
  let found: readonly PathText[] = [printableText('/')];
  for (const name of pattern.split('/').filter((part) => part !== '')) {
    found = found.flatMap((folder) => {
      if (name !== '*') return [joinPath(folder, printableText(name))];
      const listed = target.readNow({ kind: 'directory', path: folder, limit: mostNames });
      return listed.entries.flatMap((entry) =>
        entry.type === 'directory' ? [joinPath(folder, entry.name)] : [],
      );
    });
  }
  return found;
}

function rpmsOf(target: Target, name: Printable): readonly PathText[] {
  const database = rpmDatabaseOf(target);
  if (database === undefined || database.status !== 'ok') return [];
  const files = new Set<string>();
  eachRpmHeader(database.bytes, (header) => {
    if (header.name === name) files.add(header.fileName);
  });
  return rpmFolders.flatMap((pattern) =>
    foldersLike(target, pattern).flatMap((folder) =>
      [...files].map((file) => joinPath(folder, printableText(file))),
    ),
  );
}

interface Rights {
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly capability?: Uint8Array;
}

/** What a line of a script does to the rights of a file. */
const grants = /\b(?:chmod|chown|chgrp|dpkg-statoverride)\b/;
const setsCapability = /\bsetcap\s+(?:-\w+\s+)*['"]?((?:cap_\w+,?)+[=+][eip]+)/g;

class Restorer {
  readonly #target: Target;
  readonly #folders: MergedFolders;
  readonly #users: ReadonlyMap<string, number>;
  readonly #groups: ReadonlyMap<string, number>;

  constructor(target: Target) {
    this.#target = target;
    this.#folders = new MergedFolders(target);
    const read = (path: string): Uint8Array =>
      target.readNow({ kind: 'file', path: printableText(path), limit: listLimit }).bytes;
    // The first line of a name is the one that getpwnam gives.
    this.#users = new Map(
      parsePasswd(read('/etc/passwd'))
        .map(({ name, uid }) => [name, uid] as const)
        .reverse(),
    );
    this.#groups = new Map(
      parseGroup(read('/etc/group'))
        .map(({ name, gid }) => [name, gid] as const)
        .reverse(),
    );
  }

  /** Copies of files of one package, by their path as it was asked for. */
  fromCache(name: Printable, files: readonly Expected[]): ReadonlyMap<PathText, PackagedCopy> {
    const [first] = files;
    const found = new Map<PathText, PackagedCopy>();
    if (first === undefined) return found;
    const ofDebian = first.manager === 'dpkg';
    if (!ofDebian && first.manager !== 'rpm') return found;
    const spelled = files
      .filter((file) => !(ofDebian && this.#isDiverted(file)))
      .map((file) => ({ file, names: this.#folders.spellings(latin1(file.path)) }));
    const wanted = new Set(spelled.flatMap(({ names }) => names));
    for (const archive of ofDebian ? debsOf(this.#target, name) : rpmsOf(this.#target, name)) {
      const { stat } = this.#target.readNow({ kind: 'stat', path: archive });
      if (stat?.type !== 'file' || stat.size > mostPackageBytes) continue;
      const reading = filesOfPackage(sourceOf(this.#target, archive), wanted, spelled.length);
      if (reading.status !== 'ok') continue;
      for (const { file, names } of spelled) {
        const packaged = reading.files.find((one) => names.includes(one.path));
        // What is in the cache is good where the database says so, and nowhere else.
        const isGood =
          packaged !== undefined &&
          file.sum !== undefined &&
          hashOf(file.sum.algorithm, packaged.bytes) === file.sum.digest;
        const rights = isGood ? this.#rightsOf(packaged, file, names) : undefined;
        if (packaged === undefined || rights === undefined) continue;
        found.set(file.path, {
          from: {
            kind: 'package',
            archive,
            package: name,
            member: printableBytes(Buffer.from(packaged.path, 'latin1')),
          },
          sha256: hashOf('sha256', packaged.bytes),
          size: packaged.bytes.length,
          modifiedSeconds: packaged.modifiedSeconds,
          ...rights,
        });
      }
    }
    return found;
  }

  /** A file that has the content of one that was replaced: it was put aside under another name, with its rights. */
  fromAside(path: PathText, file: Expected): PackagedCopy | undefined {
    const { stat } = this.#target.readNow({ kind: 'stat', path });
    if (stat?.type !== 'file' || stat.size > mostPackagedBytes || file.sum === undefined) return undefined;
    const { status, bytes } = this.#target.readNow({ kind: 'file', path, limit: mostPackagedBytes });
    if (status !== 'ok' || hashOf(file.sum.algorithm, bytes) !== file.sum.digest) return undefined;
    const attributes = this.#target.readNow({ kind: 'attributes', path });
    const { capability } = attributes.kind === 'attributes' ? (attributes.attributes ?? {}) : {};
    return {
      from: { kind: 'file', path },
      sha256: hashOf('sha256', bytes),
      size: bytes.length,
      mode: stat.mode & 0o7777,
      uid: stat.uid,
      gid: stat.gid,
      modifiedSeconds: Math.floor(stat.modifiedUs / 1_000_000),
      ...(capability === undefined ? {} : { capability: capability.slice() }),
    };
  }

  #isDiverted({ path }: Expected): boolean {
    const { bytes } = this.#target.readNow({ kind: 'file', path: diversions, limit: listLimit });
    const names = new Set(this.#folders.spellings(latin1(path)));
    return parseDiversions(bytes).some(({ from, to }) =>
      [from, to].some((one) => names.has(Buffer.from(one).toString('latin1'))),
    );
  }

  #rightsOf(packaged: PackagedFile, file: Expected, names: readonly string[]): Rights | undefined {
    const { mode, capabilities } = packaged;
    const uid = packaged.user === '' ? packaged.uid : this.#users.get(packaged.user);
    const gid = packaged.group === '' ? packaged.gid : this.#groups.get(packaged.group);
    if (uid === undefined || gid === undefined) return undefined;
    if (file.manager === 'dpkg') return this.#ofDebian({ mode, uid, gid }, file, names);
    if (capabilities === undefined || capabilities === '') return { mode, uid, gid };
    const capability = encodeFileCapability(capabilities);
    return capability === undefined ? undefined : { mode, uid, gid, capability };
  }

  /** Rights that the owner gave, or the script of the package when it was installed. */
  #ofDebian(rights: Rights, file: Expected, names: readonly string[]): Rights | undefined {
    const read = (path: PathText): string =>
      Buffer.from(this.#target.readNow({ kind: 'file', path, limit: listLimit }).bytes).toString('latin1');
    const own = read(statoverride)
      .split('\n')
      .map((line) => /^(\S+) (\S+) ([0-7]+) (\/.*)$/.exec(line))
      .find((parts) => names.includes(parts?.[4] ?? ''));
    if (own != null) {
      const [, user = '', group = '', mode = ''] = own;
      const uid = user.startsWith('#') ? Number(user.slice(1)) : this.#users.get(user);
      const gid = group.startsWith('#') ? Number(group.slice(1)) : this.#groups.get(group);
      return uid === undefined || gid === undefined
        ? undefined
        : { mode: Number.parseInt(mode, 8), uid, gid };
    }
    const list = baseName(file.source).replace(/\.md5sums$/, '');
    const script = read(joinPath(info, printableText(`${list}.postinst`)));
    const base = latin1(baseName(file.path)).replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    if (!new RegExp(`(?<![\\w.-])${base}(?![\\w-])`).test(script)) return rights;
    const capable = new Set([...script.matchAll(setsCapability)].map(([, text]) => text ?? ''));
    const [text] = capable;
    if (text !== undefined) {
      const capability = capable.size === 1 ? encodeFileCapability(text) : undefined;
      return capability === undefined ? undefined : { ...rights, capability };
    }
    return grants.test(script) ? undefined : rights;
  }
}

/**
 * @param broken files of packages that are not what their package brought, or that are gone
 * @param aside files that may be one of them under another name
 */
export async function packagedCopies(
  target: Target,
  broken: readonly PathText[],
  aside: readonly PathText[],
): Promise<ReadonlyMap<PathText, PackagedCopy>> {
  if (broken.length === 0) return new Map();
  const { expected } = await expectedOf(target, broken);
  const wanted = expected.filter(
    ({ sum, conffile, between, leftOut }) => sum !== undefined && !conffile && !between && !leftOut,
  );
  const restorer = new Restorer(target);
  const found = new Map<PathText, PackagedCopy>();
  for (const one of wanted) {
    for (const path of aside) {
      const copy = path === one.path ? undefined : restorer.fromAside(path, one);
      if (copy === undefined) continue;
      found.set(one.path, copy);
      break;
    }
  }
  const rest = wanted.filter(({ path }) => !found.has(path));
  for (const [name, files] of Map.groupBy(rest, (one) => one.package)) {
    for (const [path, copy] of restorer.fromCache(name, files)) found.set(path, copy);
  }
  return found;
}
