/**
 * What the one walk of the file system looks for: each topic is a predicate over a name, its folder and what the
 * inode says. An artifact that needs files from anywhere adds its topic here and asks `sharedWalk` for what was found.
 *
 * What it is NOT: a reader; a file is read by whoever asked for it. A topic must be cheap: it is asked of every file.
 * Sources: git-config(1), githooks(5); Python site module documentation (`.pth`, sitecustomize); PHP manual ".user.ini
 * files"; VS Code tasks.json; Compose specification (file names); XMRig src/core/Controller.cpp (config.json, .xmrig.json); overlayfs.rst of the kernel; families §2.1.
 */
import type { WalkEntry } from '../../../target/port.ts';

/** Where a folder lies, as far as topics care. Inherited from folder to folder. */
export interface WalkFolder {
  /** One character a byte, without a final slash; '' for the root. */
  readonly path: string;
  /**
   * - `temporary` /tmp, /var/tmp, /dev/shm · `device` /dev · `run` /run · `web` below a web root
   * - `other` everywhere else
   */
  readonly place: 'temporary' | 'device' | 'run' | 'web' | 'other';
  /** A name on the way begins with a dot. */
  readonly hidden: boolean;
  /** Names on the way are those of trees full of other people's programs: node_modules, .cargo, .git. */
  readonly busy: boolean;
  /** It is the upper layer of a container, whose files are the container's own. */
  readonly upper: boolean;
  /** The path of a root file system below the root of the host: a chroot, a container's, a snapshot. */
  readonly nestedRoot: string | undefined;
}

const programBits = 0o111;
const setBits = 0o6000;

const webFolders =
  /^\/(?:var\/www|srv\/(?:www|http)|usr\/share\/nginx\/html|www\/wwwroot|home\/[^/]+\/(?:public_html|www|htdocs|wwwroot)|opt\/lampp\/htdocs|usr\/local\/(?:nginx\/html|apache2?\/htdocs|www)|var\/lib\/tomcat[^/]*\/webapps)(?:\/|$)/;

export function placeOf(path: string): WalkFolder['place'] {
  if (/^\/(?:tmp|var\/tmp|dev\/shm|run\/shm|dev\/mqueue)(?:\/|$)/.test(path)) return 'temporary';
  if (path === '/dev' || path.startsWith('/dev/')) return 'device';
  if (path === '/run' || path.startsWith('/run/')) return 'run';
  return webFolders.test(path) ? 'web' : 'other';
}

/** Names of folders under which a hidden program is nothing odd. */
export const busyFolders: ReadonlySet<string> = new Set([
  ...[
    'node_modules',
    '.git',
    '.cargo',
    '.rustup',
    '.nvm',
    '.npm',
    '.bun',
    '.deno',
    '.pyenv',
    '.rbenv',
    '.sdkman',
  ],
  ...[
    '.local',
    '.vscode',
    '.vscode-server',
    '.cursor-server',
    '.oh-my-zsh',
    '.linuxbrew',
    '.conda',
    '.venv',
    '.tox',
  ],
  ...[
    '.cache',
    '.m2',
    '.gradle',
    '.gem',
    '.bundle',
    '.virtualenvs',
    '.asdf',
    '.mozilla',
    '.config',
    '.acme.sh',
  ],
  ...[
    '.composer',
    '.dotnet',
    '.go',
    '.fzf',
    '.tmux',
    '.vim',
    '.emacs.d',
    '.docker',
    '.krew',
    '.kube',
    '.steam',
  ],
]);

const takesProgram = (entry: WalkEntry, folder: WalkFolder): boolean => {
  if (folder.busy || !isProgram(entry) || entry.size === 0) return false;
  if (folder.place === 'temporary' || folder.place === 'device') return true;
  return folder.place === 'web' || folder.hidden || entry.name.startsWith('.');
};

const composeName = /^(?:docker-)?compose(?:\.[\w-]+)?\.ya?ml$/;

const settingsName = /^\.?(?:xmrig|config|pools?)[\w.-]*\.json$/i;
/** Bytes; XMRig's own sample with every option has 5 KiB. */
const longestSettings = 64 << 10;

const repository = /(?:^|\/|\.)\.?git(?:\/hooks)?$/;
const inRepository = ({ path }: WalkFolder): boolean => path.endsWith('git') || path.endsWith('git/hooks');

const isProgram = (entry: WalkEntry): boolean => entry.isFile && (entry.mode & programBits) !== 0;

export const walkTopics = {
  /** Setuid and setgid programs. A setgid folder only hands its group on. */
  setuid: (entry: WalkEntry) => (entry.mode & setBits) !== 0 && isProgram(entry),
  /** Programs with file capabilities. */
  capability: (entry: WalkEntry) => isProgram(entry) && entry.capability() !== undefined,
  /** Immutable or append-only files and folders. */
  flagged: (entry: WalkEntry) => entry.immutable || entry.appendOnly,
  /** Programs where nobody installs any, and hidden ones. */
  program: takesProgram,
  /** Programs that a container wrote, not its image. */
  'overlay-program': (entry: WalkEntry, folder: WalkFolder) =>
    folder.upper && isProgram(entry) && entry.size > 0,
  /** Hooks and settings of repositories. */
  git: (entry: WalkEntry, folder: WalkFolder) =>
    inRepository(folder) &&
    entry.isFile &&
    repository.test(folder.path) &&
    (folder.path.endsWith('/hooks') ? !entry.name.endsWith('.sample') : entry.name === 'config'),
  'php-user-ini': (entry: WalkEntry) => entry.name === '.user.ini' && entry.isFile,
  'python-path': ({ name, isFile }: WalkEntry) =>
    (name.endsWith('.pth') || name === 'sitecustomize.py' || name === 'usercustomize.py') && isFile,
  'editor-task': (entry: WalkEntry, folder: WalkFolder) =>
    entry.name === 'tasks.json' && entry.isFile && folder.path.endsWith('/.vscode'),
  /** Settings under the names that miners look for; by content they may be anybody's. */
  'miner-settings': (entry: WalkEntry, folder: WalkFolder) =>
    entry.name.endsWith('.json') &&
    settingsName.test(entry.name) &&
    entry.isFile &&
    !folder.busy &&
    entry.size <= longestSettings,
  compose: (entry: WalkEntry) => entry.name.endsWith('ml') && composeName.test(entry.name) && entry.isFile,
} as const satisfies Readonly<Record<string, (entry: WalkEntry, folder: WalkFolder) => boolean>>;

export type WalkTopic = keyof typeof walkTopics;

/** Topics that only a program can be of, and those of any name: most files are asked for neither. */
export const programTopics = ['setuid', 'capability', 'program', 'overlay-program'] as const;
export const nameTopics = [
  'git',
  'php-user-ini',
  'python-path',
  'editor-task',
  'miner-settings',
  'compose',
] as const;

/** Last characters of all names that a topic by name asks for, but for repositories. */
const lastCharacters: ReadonlySet<number> = new Set([...'ihynl'].map((character) => character.charCodeAt(0)));

export const mayBeNamed = (entry: WalkEntry, folder: WalkFolder): boolean =>
  lastCharacters.has(entry.name.charCodeAt(entry.name.length - 1)) || inRepository(folder);
