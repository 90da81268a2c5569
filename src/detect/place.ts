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
  '/home/linuxbrew/.linuxbrew/',
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

export function placeOf(path: string): Place {
  if (path.startsWith('/dev/')) return 'device';
  // An AppImage mounts itself at /tmp/.mount_NAME; that is temporary, not hidden.
  const hidden = path
    .split('/')
    .some(
      (part) =>
        part.startsWith('.') &&
        part !== '.' &&
        part !== '..' &&
        !knownHidden.has(part) &&
        !part.startsWith('.mount_'),
    );
  if (temporary.some((folder) => path.startsWith(folder))) return hidden ? 'hidden' : 'temporary';
  if (system.some((folder) => path.startsWith(folder))) return hidden ? 'hidden' : 'system';
  if (hidden) return 'hidden';
  if (path.startsWith('/home/') || path.startsWith('/root/')) return 'home';
  return 'other';
}

/** Places where droppers leave programs and packages never do. */
export function isDropPlace(place: Place): boolean {
  return place === 'temporary' || place === 'device' || place === 'hidden';
}
