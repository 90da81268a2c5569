/**
 * What the place of an executable says, from its path alone.
 *
 * Why: droppers write where everybody may write. It is NOT a verdict: developers run from /tmp and from
 * hidden folders every day, so a place only adds to other signs. Folders of well-known tools
 * (`~/.cargo`, `~/.nvm`) are hidden by custom and count as home.
 */

import type { FactSet } from '../model/fact.ts';

const imageMount = /^\/tmp\/\.mount_[^/]{1,64}$/;

export type Place = 'system' | 'home' | 'temporary' | 'device' | 'hidden' | 'other';

const temporary = ['/tmp/', '/var/tmp/', '/run/shm/', '/var/run/shm/', '/run/lock/', '/var/lock/'];
const system = [
  '/usr/',
  '/bin/',
  '/sbin/',
  '/lib/',
  '/lib64/',
  '/lib32/',
  '/opt/',
  '/snap/',
  '/nix/store/',
  '/gnu/store/',
  '/var/lib/flatpak/',
];

/** Dot-folders that tools make on an honest machine. */
const knownHidden = new Set([
  '.android',
  '.ansible',
  '.asdf',
  '.bin',
  '.bun',
  '.cabal',
  '.cache',
  '.cargo',
  '.conda',
  '.config',
  '.coursier',
  '.cursor-server',
  '.deno',
  '.docker',
  '.dotnet',
  '.elan',
  '.fleet',
  '.foundry',
  '.gem',
  '.ghcup',
  '.goenv',
  '.gradle',
  '.jdks',
  '.julia',
  '.juliaup',
  '.krew',
  '.linuxbrew',
  '.lmstudio',
  '.local',
  '.m2',
  '.mix',
  '.nodenv',
  '.npm',
  '.npm-global',
  '.nuget',
  '.nvm',
  '.ollama',
  '.opam',
  '.platformio',
  '.pnpm',
  '.pnpm-store',
  '.pub-cache',
  '.pyenv',
  '.rbenv',
  '.rustup',
  '.sbt',
  '.sdkman',
  '.stack',
  '.steam',
  '.swiftpm',
  '.terraform',
  '.terraform.d',
  '.tfenv',
  '.tox',
  '.var',
  '.venv',
  '.virtualenvs',
  '.volta',
  '.vscode',
  '.vscode-remote',
  '.vscode-server',
  '.vscodium-server',
  '.windsurf-server',
  '.wine',
  '.yarn',
]);

const under = (path: string, folders: readonly string[]): boolean =>
  folders.some((folder) => path.startsWith(folder));

/** A hidden component; `known` names are excused. An AppImage mounts itself at /tmp/.mount_NAME. */
function hasHidden(path: string, known: ReadonlySet<string>): boolean {
  return path
    .split('/')
    .some((part) => /^\.[^.]/.test(part) && !known.has(part) && !part.startsWith('.mount_'));
}

const none: ReadonlySet<string> = new Set();

export function placeOf(path: string): Place {
  if (path.startsWith('/dev/')) return 'device';
  if (path.startsWith('/home/linuxbrew/.linuxbrew/')) return 'system';
  // Tools make their dot-folders in homes; in a system or temporary folder the same name hides.
  if (under(path, temporary)) return hasHidden(path, none) ? 'hidden' : 'temporary';
  if (under(path, system)) return hasHidden(path, none) ? 'hidden' : 'system';
  if (hasHidden(path, knownHidden)) return 'hidden';
  return under(path, ['/home/', '/root/']) ? 'home' : 'other';
}

/** Where AppImages of this host are mounted: a folder of that name alone is nobody's proof. */
export function mountedImages(facts: FactSet): ReadonlySet<string> {
  const points = facts
    .of('mount')
    .filter(({ mountPoint, fileSystem }) => imageMount.test(mountPoint) && fileSystem.startsWith('fuse'))
    .map(({ mountPoint }) => `${mountPoint}/`);
  return new Set(points);
}

/** The place of a path, where a program in a mounted image is as far from a drop place as one in a home. */
export function placeIn(path: string, images: ReadonlySet<string>): Place {
  const image = /^\/tmp\/\.mount_[^/]{1,64}\//.exec(path)?.[0];
  return image !== undefined && images.has(image) ? 'home' : placeOf(path);
}

/** Places where droppers leave programs and packages never do. */
export function isDropPlace(place: Place): boolean {
  return place === 'temporary' || place === 'device' || place === 'hidden';
}
