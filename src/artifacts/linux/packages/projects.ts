/**
 * Folders in which people and services work: their names of interest, from one bounded listing for all artifacts of
 * this group.
 *
 * Why: repositories, editors' tasks, virtual environments and web roots lie somewhere below homes, /srv, /opt and
 * the roots of web servers, and each of them would else be looked for by a walk of its own. What it is NOT: the
 * shared walk of the file system; three levels are looked at, links are not followed, caches of tools are left out.
 * Bounds: `most` folders below one place and `mostOfAll` in all (past them the place is told as truncated), 4,096
 * names of one folder.
 */

import { joinPath, type PathText, type Printable, phrase, printableText } from '../../../model/text.ts';
import type { DirectoryEntry, Target } from '../../../target/port.ts';
import { mostFiles } from '../entry.ts';
import type { Home } from '../homes.ts';
import { homesOf } from '../homes.ts';
import type { ReadContext } from '../reading.ts';

export interface ProjectFolder {
  readonly path: PathText;
  /** Whose home it lies in; empty elsewhere. */
  readonly user: Printable;
  /** Names of interest in it. */
  readonly names: ReadonlyMap<string, DirectoryEntry['type']>;
}

const most = 2_000;
const mostOfAll = 12_000;

interface Start {
  readonly path: PathText;
  readonly user: Printable;
  readonly depth: number;
}

const nobody = phrase``;
/** Roots of web servers, panels and checkouts. */
const starts: readonly Start[] = [
  ...['/var/www', '/srv', '/opt', '/www/wwwroot', '/data', '/usr/local/src', '/usr/share/nginx'],
  ...[
    '/usr/local/nginx',
    '/usr/local/apache2',
    '/usr/local/openresty/nginx',
    '/var/git',
    '/git',
    '/www/server',
  ],
  ...['/usr/local/lsws', '/var/lib/git'],
].map((path) => ({ path: printableText(path), user: nobody, depth: 3 }));

/** Homes of accounts that are folders of the system. */
const systemHome =
  /^\/(?:(?:bin|sbin|boot|dev|proc|sys|run|etc|tmp)(?:\/|$)|usr(?:\/(?!local\/[^/]+\/)|$)|var(?:\/(?:cache|spool|run|log|mail|backups|tmp|empty)(?:\/|$)|(?:\/lib)?$))/;
/** Data of services: what works there lies right below the home. */
const serviceHome = /^\/(?:var\/(?:lib|opt)|nonexistent)\//;

/** Caches and stores of tools, with nothing of a project in them. */
const passed =
  /^(?:node_modules|__pycache__|\.cache|\.cargo|\.rustup|\.npm|\.gem|\.m2|\.gradle|\.nuget|\.git|\.svn|\.hg|\.docker|\.kube|\.mozilla|\.thunderbird|\.gnupg|\.ssh|\.bun|\.deno|\.yarn|\.pnpm-store|proc|sys|site-packages|dist-packages|vendor|overlay2|bower_components|lost\+found)$/;

const interest =
  /^(?:\.git|HEAD|objects|refs|config|hooks|package\.json|node_modules|\.npmrc|\.yarnrc|\.yarnrc\.yml|composer\.json|\.user\.ini|\.htaccess|pyvenv\.cfg|pip\.conf|lib|lib64|\.vscode|\.devcontainer|\.husky|\.dir-locals\.el|\.nvim\.lua|\.nvimrc|\.exrc|\.vimrc)$/;

class Listing {
  readonly folders: ProjectFolder[] = [];
  readonly #context: ReadContext;
  readonly #artifact: string;
  readonly #seen = new Set<PathText>();
  #read = 0;

  constructor(context: ReadContext, artifact: string) {
    this.#context = context;
    this.#artifact = artifact;
  }

  look(start: Start): void {
    if (this.#context.target.readNow({ kind: 'stat', path: start.path }).stat?.type !== 'directory') return;
    let level: PathText[] = [start.path];
    let left = most;
    for (let depth = 0; depth <= start.depth && level.length > 0; depth += 1) {
      const next: PathText[] = [];
      for (const path of level) {
        if (this.#seen.has(path)) continue;
        if (left <= 0 || this.folders.length >= mostOfAll) {
          this.#tell(start.path, 'truncated', `${most} folders`);
          return;
        }
        left -= 1;
        this.#seen.add(path);
        for (const name of this.#list(path, start.user)) next.push(joinPath(path, name));
      }
      level = next;
    }
  }

  /** @returns the folders of it that are looked at in turn */
  #list(path: PathText, user: Printable): readonly Printable[] {
    const { status, reason, entries } = this.#context.target.readNow({
      kind: 'directory',
      path,
      limit: mostFiles,
    });
    if (status === 'ok' || status === 'empty') this.#read += 1;
    else if (status !== 'absent') this.#tell(path, status, reason ?? '');
    const names = new Map<string, DirectoryEntry['type']>();
    const folders: Printable[] = [];
    for (const { name, type } of entries) {
      if (interest.test(name)) names.set(name, type);
      if (type === 'directory' && !passed.test(name)) folders.push(name);
    }
    this.folders.push({ path, user, names });
    // What stands in a bare repository is no project.
    return isBare(names) ? [] : folders;
  }

  #tell(
    source: PathText,
    status: 'truncated' | 'denied' | 'timeout' | 'error' | 'absent',
    reason: string,
  ): void {
    this.#context.log.record({ source, artifact: this.#artifact, status, reason, bytes: 0 });
  }

  done(): readonly ProjectFolder[] {
    this.#context.log.countOk(this.#artifact, this.#read, 0);
    return this.folders;
  }
}

/** A repository without a work tree: gitrepository-layout(5). */
export const isBare = (names: ProjectFolder['names']): boolean =>
  names.get('HEAD') === 'file' && names.get('objects') === 'directory' && names.has('refs');

/** Homes that are people's or services', and not folders of the system. */
export function ownHomes(target: Target): readonly Home[] {
  return homesOf(target).filter(
    ({ path }) => !systemHome.test(path) && target.readNow({ kind: 'stat', path }).stat?.type === 'directory',
  );
}

const remembered = new WeakMap<Target, readonly ProjectFolder[]>();

/** Listed once for all who ask; on the record of the first of them. */
export function projectFolders(context: ReadContext, artifact: string): readonly ProjectFolder[] {
  const known = remembered.get(context.target);
  if (known !== undefined) return known;
  const listing = new Listing(context, artifact);
  for (const { path, user } of ownHomes(context.target)) {
    listing.look({ path, user, depth: serviceHome.test(`${path}/`) ? 2 : 3 });
  }
  for (const start of starts) listing.look(start);
  const folders = listing.done();
  remembered.set(context.target, folders);
  return folders;
}

/** How the places are declared: three levels below each. */
export const projectSources = (name: string) =>
  ['/home/*', '/root', ...starts.map(({ path }) => path)].map((path) => ({
    kind: 'glob' as const,
    path: `${path}/**/${name}`,
    live: false,
  }));
