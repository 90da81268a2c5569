/**
 * Folders from which Python loads what nobody imported: site-packages of the system, of /usr/local, of /opt, of
 * homes and of virtual environments.
 *
 * What it is NOT: sys.path of a running interpreter. Bound: 2,000 folders. Sources: Python's `site`; Debian Python
 * policy §2.5 (dist-packages); PEP 370 (folders of users), PEP 405 (virtual environments).
 */
import { joinPath, type PathText, type Printable, phrase, printableText } from '../../../model/text.ts';
import type { Target } from '../../../target/port.ts';
import type { ReadContext } from '../reading.ts';
import { ownHomes, projectFolders } from './projects.ts';

export interface SiteFolder {
  readonly path: PathText;
  /** `/usr/lib/python3.11`, in which sitecustomize may lie as well. */
  readonly library: PathText;
  readonly user: Printable;
}

const most = 2_000;
const nobody = phrase``;
const fixed = [
  ...['/usr', '/usr/local', '/usr/local/python3', '/www/server/panel/pyenv', '/www/server/python'],
  ...['/opt/python', '/opt/conda', '/opt/miniconda3', '/opt/anaconda3', '/usr/local/miniconda3'],
].map((path) => ({ path: printableText(path), user: nobody }));
/** Below a home, deeper than projects are looked for. */
const ofHomes = [
  ...['.local/share/virtualenvs', '.virtualenvs', '.venvs', '.pyenv/versions', '.local/pipx/venvs'],
  ...['.local/share/pipx/venvs', 'miniconda3/envs', 'anaconda3/envs', '.conda/envs', '.local/share/uv/tools'],
].map((path) => printableText(path));

class Places {
  readonly found = new Map<PathText, SiteFolder>();
  readonly #target: Target;

  constructor(target: Target) {
    this.#target = target;
  }

  #folders(path: PathText, form: RegExp): readonly PathText[] {
    const listed = this.#target.readNow({ kind: 'directory', path, limit: 4_096 });
    return listed.entries
      .filter(({ name, type }) => (type === 'directory' || type === 'link') && form.test(name))
      .map(({ name }) => joinPath(path, name));
  }

  /** Looks below one prefix: `PREFIX/lib/python3.11/site-packages`. */
  prefix(prefix: PathText, user: Printable): void {
    for (const name of ['lib', 'lib64']) {
      const libraries = joinPath(prefix, printableText(name));
      if (this.#target.readNow({ kind: 'stat', path: libraries }).stat?.type !== 'directory') continue;
      for (const library of this.#folders(libraries, /^(?:python\d[\d.]*t?|pypy[\d.]*)$/)) {
        const sites = this.#folders(library, /^(?:site|dist)-packages$/);
        for (const path of sites.length > 0 ? sites : [library]) {
          if (this.found.size < most) this.found.set(path, { path, library, user });
        }
      }
    }
  }

  below(folder: PathText, user: Printable): void {
    if (this.#target.readNow({ kind: 'stat', path: folder }).stat?.type !== 'directory') return;
    for (const path of this.#folders(folder, /./)) this.prefix(path, user);
  }
}

const remembered = new WeakMap<Target, readonly SiteFolder[]>();

export function siteFolders(context: ReadContext, artifact: string): readonly SiteFolder[] {
  const known = remembered.get(context.target);
  if (known !== undefined) return known;
  const places = new Places(context.target);
  for (const { path, user } of fixed) places.prefix(path, user);
  for (const { path, user } of ownHomes(context.target)) {
    places.prefix(joinPath(path, printableText('.local')), user);
    for (const name of ofHomes) places.below(joinPath(path, name), user);
  }
  for (const { path, user, names } of projectFolders(context, artifact)) {
    if (names.has('lib') || names.has('lib64') || names.has('pyvenv.cfg')) places.prefix(path, user);
  }
  const found = [...places.found.values()];
  remembered.set(context.target, found);
  return found;
}

const prefixes = [
  '/usr',
  '/usr/local',
  '/opt/*',
  '/opt/*/*',
  '/home/*/.local',
  '/home/*/*',
  '/home/*/*/*',
  '/srv/*/*',
  '/var/www/*/*',
];
export const siteSources = (name: string) =>
  prefixes.map((prefix) => ({
    kind: 'glob' as const,
    path: `${prefix}/lib*/python*/*-packages/${name}`,
    live: false,
  }));
