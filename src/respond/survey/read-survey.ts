/**
 * The target as it is when a plan is made: each file that the plan may touch, by its real path, with its owner and
 * whether it is what its package brought. Changes nothing, and reads without a trace where it may.
 *
 * Links of folders above a file are followed here, by hand and below the root, so that the path in the plan has none:
 * when a step is carried out, one that came meanwhile stops it.
 */
import { readFileSync, realpathSync } from 'node:fs';
import { integrityOf } from '../../artifacts/linux/file-integrity.ts';
import { ownersOf } from '../../artifacts/linux/file-owners.ts';
import { toolFolders, toolPutAside } from '../../artifacts/linux/integrity/tools.ts';
import { type PackagedCopy, packagedCopies } from '../../artifacts/linux/package-cache.ts';
import { plainPath } from '../../artifacts/linux/real-path.ts';
import { parseMountInfo } from '../../formats/mountinfo.ts';
import { DemineError, errorText } from '../../model/error.ts';
import type { Stop } from '../../model/ledger.ts';
import {
  baseName,
  folderOf,
  isPrintable,
  joinPath,
  namesOf,
  type PathText,
  type Printable,
  phrase,
  printableBytes,
  printableText,
} from '../../model/text.ts';
import { listDirectory } from '../../native/dirents.ts';
import { closeDescriptor } from '../../native/file-change.ts';
import { openAt, statusAt } from '../../native/file-state.ts';
import { linkTarget, openRoot } from '../../native/place-in-folder.ts';
import type { Target } from '../../target/port.ts';
import { mostEditedBytes } from '../execute/edited-bytes.ts';
import { atPath, isStop, lookAt, readerOf } from '../execute/look.ts';
import type { Survey, SurveyedFile } from '../plan/case-view.ts';
import { credentialPaths } from '../plan/credentials.ts';
import { mayBeOwnFolder } from '../plan/folder-drafts.ts';
import { printableOf } from '../plan/printable-of.ts';
import { isAttackersFolder } from '../plan/target-drafts.ts';
import { MountViews } from './mount-views.ts';

/** Links that are followed on one path, as the kernel does. */
const mostLinks = 40;
/** Names of one folder that are looked at; a folder with more is not taken. */
const mostNames = 1_000;
/** Folders in folders of the attacker's. */
const mostDepth = 8;

/** Absolute, and without names that lead up. */
const isPlain = (path: string): path is PathText =>
  isPrintable(path) && path.startsWith('/') && !namesOf(path).some((name) => name === '..');

type Found = Omit<SurveyedFile, 'owner' | 'integrity'>;

class Reader {
  readonly #root: number;
  readonly #views: MountViews;
  readonly #found = new Map<string, Found | Stop>();

  constructor(root: number, views: MountViews) {
    this.#root = root;
    this.#views = views;
  }

  get found(): ReadonlyMap<string, Found | Stop> {
    return this.#found;
  }

  /** The path with links of its folders resolved; a link at the end stays one. */
  #real(path: PathText): PathText | Stop {
    let here: PathText = phrase`/`;
    let rest: readonly Printable[] = namesOf(path);
    for (let links = 0; rest.length > 1; ) {
      const [name = phrase``, ...more] = rest;
      const next = joinPath(here, name);
      const target = atPath(this.#root, next, (place) => {
        const status = statusAt(place);
        if (status.status !== 'ok' || status.value.type !== 'link') return undefined;
        const link = linkTarget(place);
        return link.status === 'ok' ? printableBytes(link.value) : undefined;
      });
      if (typeof target === 'object') return target;
      rest = more;
      if (target === undefined) {
        here = next;
        continue;
      }
      links += 1;
      if (links > mostLinks) return { id: 'through-link', subject: path, detail: 'ELOOP' };
      const led = target.startsWith('/') ? target : joinPath(here, target);
      rest = [...namesOf(plainPath(led)), ...more];
      here = phrase`/`;
    }
    return joinPath(here, rest[0] ?? phrase``);
  }

  /** By the name it has in the mount that was there first: a bind is another name of what may be anybody's. */
  #first(path: PathText): PathText {
    const behind = (name: PathText): string => {
      const status = atPath(this.#root, name, (place) => statusAt(place));
      if (!('status' in status) || status.status !== 'ok') return '';
      return `${status.value.device} ${status.value.inode}`;
    };
    const names = this.#views.earlierNames(path);
    const own = names.length === 0 ? '' : behind(path);
    return (own === '' ? undefined : names.find((name) => behind(name) === own)) ?? path;
  }

  #contentAt(path: PathText, size: number): Uint8Array | undefined {
    if (size > mostEditedBytes) return undefined;
    const content = atPath(this.#root, path, (place) => {
      const opened = openAt(place);
      if (opened.status !== 'ok') return undefined;
      try {
        const bytes = new Uint8Array(size);
        const read = readerOf(opened.value);
        let at = 0;
        for (let got = -1; got !== 0 && at < size; at += got) got = read(bytes.subarray(at), at);
        return bytes.subarray(0, at);
      } finally {
        closeDescriptor(opened.value);
      }
    });
    return content instanceof Uint8Array ? content : undefined;
  }

  /** Links by which a unit or an init script is started: systemd.unit(5), "[Install]"; insserv(8). */
  #startedBy(path: PathText): readonly PathText[] {
    const unit =
      /^(\/.*\/systemd\/(?:system|user))\/([^/]+\.(?:service|timer|path|socket|target|mount))$/.exec(path);
    const script = /^\/etc\/(?:rc\.d\/)?init\.d\/([^/]+)$/.exec(path);
    const found: PathText[] = [];
    const listed = (folder: string): readonly PathText[] => this.#insideOf(printableOf(folder)) ?? [];
    if (unit !== null) {
      for (const base of new Set([unit[1] ?? '', '/etc/systemd/system', '/etc/systemd/user'])) {
        for (const folder of listed(base)) {
          if (/\.(?:wants|requires|upholds)$/.test(folder))
            found.push(joinPath(folder, printableOf(unit[2] ?? '')));
        }
      }
    }
    if (script !== null) {
      for (const level of ['0', '1', '2', '3', '4', '5', '6', 'S']) {
        for (const base of [`/etc/rc${level}.d`, `/etc/rc.d/rc${level}.d`]) {
          found.push(...listed(base).filter((link) => baseName(link).replace(/^[SK]\d\d/, '') === script[1]));
        }
      }
    }
    return found.filter((link) => {
      const there = atPath(this.#root, link, (place) => statusAt(place));
      return 'status' in there && there.status === 'ok' && there.value.type === 'link';
    });
  }

  #insideOf(path: PathText): readonly PathText[] | undefined {
    const names = atPath(this.#root, path, (place) => {
      const opened = openAt(place);
      if (opened.status !== 'ok') return undefined;
      try {
        return listDirectory(Buffer.from(`/proc/self/fd/${opened.value}`), mostNames);
      } finally {
        closeDescriptor(opened.value);
      }
    });
    if (names === undefined || !('status' in names) || names.status !== 'ok') return undefined;
    return names.value.map(({ name }) => joinPath(path, printableBytes(name)));
  }

  /** Looks at a path; into a folder of the attacker's too. */
  look(path: PathText, depth = 0): void {
    if (this.#found.has(path)) return;
    const led = this.#real(path);
    const real = typeof led === 'object' ? led : this.#first(led);
    const found = typeof real === 'object' ? real : atPath(this.#root, real, (place) => lookAt(place, real));
    if (isStop(found)) {
      this.#found.set(path, found);
      return;
    }
    const { type, size } = found.state;
    const content = type === 'file' ? this.#contentAt(found.path, size) : undefined;
    const isHis = type === 'directory' && depth < mostDepth && isAttackersFolder(found.path);
    const mayBeHis = type === 'directory' && mayBeOwnFolder(found.path, found.state.flags);
    // Through a mount in it things of others lie there, by other names or none.
    const holdsMount = (isHis || mayBeHis) && this.#views.hasMount(found.path);
    const inside = (isHis || mayBeHis) && !holdsMount ? this.#insideOf(found.path) : undefined;
    const startedBy = type === 'directory' ? [] : this.#startedBy(found.path);
    const all: Found = {
      file: found,
      ...(startedBy.length === 0 ? {} : { startedBy }),
      ...(content === undefined ? {} : { content }),
      ...(inside === undefined ? {} : { inside }),
      ...(holdsMount ? { holdsMount } : {}),
    };
    this.#found.set(path, all);
    this.#found.set(found.path, all);
    for (const one of isHis ? (inside ?? []) : []) this.look(one, depth + 1);
    for (const link of startedBy) this.look(link);
    const folder = folderOf(found.path);
    if (depth > 0) return;
    const isOwn = isAttackersFolder(folder) || mayBeOwnFolder(folder, found.folder.flags);
    if (type !== 'directory' ? isOwn : mayBeHis && mayBeOwnFolder(folder, found.folder.flags))
      this.look(folder);
  }
}

/** The ownership and state of what was found, asked once for all. */
async function owned(
  target: Target,
  found: ReadonlyMap<string, Found | Stop>,
): Promise<ReadonlyMap<string, SurveyedFile | Stop>> {
  const files = new Map<string, Found>();
  for (const one of found.values()) if (!isStop(one)) files.set(one.file.path, one);
  const paths = [...files.values()].map(({ file }) => file.path);
  const owners = new Map((await ownersOf(target, paths)).facts.map((fact) => [fact.path as string, fact]));
  const plain = [...files.values()].flatMap(({ file }) => (file.state.type === 'file' ? [file.path] : []));
  const states = new Map(
    (await integrityOf(target, plain)).facts.map((fact) => [fact.path as string, fact.state]),
  );
  const ownerOf = (path: string): SurveyedFile['owner'] => {
    const fact = owners.get(path);
    if (fact === undefined) return { kind: 'unknown' };
    if (fact.manager === 'none' || fact.package === '') return { kind: 'none' };
    return { kind: 'package', name: printableText(fact.package), manager: fact.manager };
  };
  const all = new Map<string, SurveyedFile | Stop>();
  for (const [path, one] of found) {
    if (isStop(one)) {
      all.set(path, one);
      continue;
    }
    const integrity = states.get(one.file.path);
    all.set(path, {
      ...one,
      owner: ownerOf(one.file.path),
      ...(integrity === undefined ? {} : { integrity }),
    });
  }
  return all;
}

const programFolder = /^(?:\/usr)?(?:\/local)?\/s?bin\//;
const isBroken: ReadonlySet<string> = new Set(['changed', 'replaced', 'missing']);

/** From where files of packages come back: those that were changed, and those that are gone. */
async function copiesOf(
  target: Target,
  all: ReadonlyMap<string, SurveyedFile | Stop>,
): Promise<ReadonlyMap<string, PackagedCopy>> {
  const changed = new Set<PathText>();
  const aside = new Set<PathText>();
  const gone = new Set<PathText>();
  for (const [path, one] of all) {
    if (isStop(one)) {
      if (one.id === 'missing' && isPlain(path)) gone.add(path);
      continue;
    }
    const { path: real, state } = one.file;
    if (isBroken.has(one.integrity ?? '')) changed.add(real);
    if (one.owner.kind === 'none' && state.type === 'file' && programFolder.test(real)) aside.add(real);
  }
  const { facts } = await integrityOf(target, [...gone]);
  const missing = facts.filter(({ state }) => state === 'missing').map(({ path }) => path);
  return await packagedCopies(target, [...changed, ...missing], [...aside]);
}

/** Where a tool would stand that was put aside under one of these names. */
function placesOfTools(target: Target, paths: readonly string[]): readonly PathText[] {
  const folders = toolFolders
    .map(printableText)
    .filter((path) => target.readNow({ kind: 'stat', path }).stat?.type === 'directory');
  const tools = paths.flatMap((path) =>
    programFolder.test(path) && isPlain(path) ? (toolPutAside(baseName(path)) ?? []) : [],
  );
  return [...new Set(tools)].flatMap((tool) =>
    folders.map((folder) => joinPath(folder, printableText(tool))),
  );
}

/**
 * Files below a root of which no package database is read.
 * @throws DemineError `target-missing`
 */
export function surveyWithoutOwners(
  root: string,
  paths: readonly string[],
): (path: string) => SurveyedFile | Stop {
  const opened = openRoot(Buffer.from(root));
  if (opened.status !== 'ok') throw new DemineError('target-missing', opened.reason, { subject: root });
  try {
    const reader = new Reader(opened.value, new MountViews([]));
    for (const path of paths) if (isPlain(path)) reader.look(path);
    const { found } = reader;
    return (path) => {
      const one = found.get(path);
      if (one === undefined) return { id: 'missing', subject: printableOf(path), detail: 'not asked for' };
      return isStop(one) ? one : { ...one, owner: { kind: 'unknown' } };
    };
  } finally {
    closeDescriptor(opened.value);
  }
}

/** Of the namespace we are in, as it is seen from a root. @throws DemineError `target-missing` */
function viewsFrom(root: string): MountViews {
  try {
    const all = new MountViews(parseMountInfo(readFileSync('/proc/self/mountinfo')));
    return all.below(printableBytes(realpathSync(root, 'buffer')));
  } catch (cause) {
    throw new DemineError('target-missing', errorText(cause), { subject: '/proc/self/mountinfo', cause });
  }
}

/**
 * @param root folder that is the target's root; `/` for the running host
 * @param target the same, for the package databases
 * @throws DemineError `target-missing`
 */
export async function readSurvey(root: string, target: Target, paths: readonly string[]): Promise<Survey> {
  const opened = openRoot(Buffer.from(root));
  if (opened.status !== 'ok') throw new DemineError('target-missing', opened.reason, { subject: root });
  try {
    const reader = new Reader(opened.value, viewsFrom(root));
    for (const path of [...paths, ...placesOfTools(target, paths)]) if (isPlain(path)) reader.look(path);
    const passwd = reader.found.get('/etc/passwd');
    const accounts = passwd === undefined || isStop(passwd) ? undefined : passwd.content;
    for (const path of credentialPaths(accounts ?? new Uint8Array(0))) reader.look(path);
    const all = await owned(target, reader.found);
    return {
      at: (path) => all.get(path) ?? { id: 'missing', subject: printableOf(path), detail: 'not asked for' },
      copies: await copiesOf(target, all),
    };
  } finally {
    closeDescriptor(opened.value);
  }
}
