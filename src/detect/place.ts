/**
 * What the place of an executable says, from its path alone.
 *
 * Why: droppers write where everybody may write. It is NOT a verdict: developers run from /tmp and from
 * hidden folders every day, so a place only adds to other signs. Folders of well-known tools
 * (`~/.cargo`, `~/.nvm`) are hidden by custom and count as home.
 */

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
  '.asdf',
  '.bun',
  '.cache',
  '.cargo',
  '.conda',
  '.config',
  '.cursor-server',
  '.deno',
  '.dotnet',
  '.gem',
  '.ghcup',
  '.gradle',
  '.jdks',
  '.juliaup',
  '.linuxbrew',
  '.local',
  '.m2',
  '.npm',
  '.npm-global',
  '.nvm',
  '.opam',
  '.pnpm-store',
  '.pyenv',
  '.rbenv',
  '.rustup',
  '.sdkman',
  '.steam',
  '.tox',
  '.venv',
  '.virtualenvs',
  '.volta',
  '.vscode',
  '.vscode-server',
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

/** Places where droppers leave programs and packages never do. */
export function isDropPlace(place: Place): boolean {
  return place === 'temporary' || place === 'device' || place === 'hidden';
}
