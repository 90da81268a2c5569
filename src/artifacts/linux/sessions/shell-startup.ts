/**
 * `linux.shell-startup`: what shells run when they start and end, for all users, for each, and for those to come.
 *
 * Reads the startup files of sh, bash, zsh, fish and csh in /etc, in every home, and in /etc/skel, from which homes
 * are made. Why: one line in a profile starts the miner at each login, needs no root, and is seldom cleaned from
 * all homes; aliases and functions there replace ps and top. What it is NOT: what a running shell has set.
 * Sources: bash(1) INVOCATION, zsh(1) STARTUP/SHUTDOWN FILES, fish(1), tcsh(1); profile.d of each distribution.
 */
import type { PersistenceFact } from '../../../model/facts/persistence.ts';
import type { Mechanism } from '../../../model/mechanism.ts';
import { joinPath, type PathText, type Printable, phrase, printableText } from '../../../model/text.ts';
import type { ArtifactContext } from '../../artifact.ts';
import { filesIn, scriptEntry } from '../entry.ts';
import { homesOf } from '../homes.ts';
import type { PersistenceArtifact } from '../persistence-artifact.ts';

const id = 'linux.shell-startup';

interface Startup {
  readonly mechanism: Mechanism;
  readonly trigger: Printable;
  readonly files: readonly PathText[];
  /** Folders of which every file is read by the shell. */
  readonly folders: readonly PathText[];
}

const starts = (mechanism: Mechanism, trigger: Printable, files: string, folders = ''): Startup => {
  const paths = (list: string): readonly PathText[] =>
    list.split(' ').flatMap((path) => (path === '' ? [] : [printableText(path)]));
  return { mechanism, trigger, files: paths(files), folders: paths(folders) };
};

const ofAll: readonly Startup[] = [
  starts('shell-profile', phrase`login`, '/etc/profile /etc/profile.local /etc/sh.shrc', '/etc/profile.d'),
  starts(
    'shell-rc',
    phrase`shell`,
    '/etc/bash.bashrc /etc/bashrc /etc/bash.bashrc.local /etc/ksh.kshrc /etc/mkshrc',
    '/etc/bashrc.d',
  ),
  starts(
    'shell-logout',
    phrase`logout`,
    '/etc/bash.bash_logout /etc/bash_logout /etc/zsh/zlogout /etc/zlogout /etc/csh.logout',
  ),
  starts(
    'zsh-startup',
    phrase`shell`,
    '/etc/zshenv /etc/zprofile /etc/zshrc /etc/zlogin /etc/zsh/zshenv /etc/zsh/zprofile /etc/zsh/zshrc /etc/zsh/zlogin',
  ),
  starts(
    'fish-startup',
    phrase`shell`,
    '/etc/fish/config.fish',
    '/etc/fish/conf.d /etc/fish/functions /usr/share/fish/vendor_conf.d',
  ),
  starts('csh-startup', phrase`shell`, '/etc/csh.cshrc /etc/csh.login /etc/csh/cshrc /etc/csh/login'),
];

/** Below a home. */
const ofEach: readonly Startup[] = [
  starts('shell-profile', phrase`login`, '.profile .bash_profile .bash_login'),
  starts(
    'shell-rc',
    phrase`shell`,
    '.bashrc .bash_aliases .bash_functions .kshrc .mkshrc .shrc .aliases',
    '.bashrc.d .bash.d .config/bash',
  ),
  starts('shell-logout', phrase`logout`, '.bash_logout .zlogout .logout'),
  starts(
    'zsh-startup',
    phrase`shell`,
    '.zshenv .zprofile .zshrc .zlogin .config/zsh/.zshrc .config/zsh/.zshenv',
    '.oh-my-zsh/custom',
  ),
  starts(
    'fish-startup',
    phrase`shell`,
    '.config/fish/config.fish',
    '.config/fish/conf.d .config/fish/functions',
  ),
  starts('csh-startup', phrase`shell`, '.cshrc .tcshrc .login'),
];

const skeleton = printableText('/etc/skel');
const leftOver = /(?:~|\.(?:dpkg|rpm|ucf)-?\w*|\.sw[a-p]|\.bak)$/;

function readOne(
  context: ArtifactContext,
  path: PathText,
  mechanism: Mechanism,
  user: Printable,
  trigger: Printable,
): readonly PersistenceFact[] {
  const { stat } = context.target.readNow({ kind: 'stat', path, follow: true });
  // Of a folder of that name and of a file that is not there nothing is read.
  if (stat === undefined && context.target.readNow({ kind: 'stat', path }).status === 'absent') return [];
  const found = scriptEntry(context, id, path, {
    mechanism,
    user,
    trigger,
    language: 'shell',
    active: !leftOver.test(path),
  });
  return found === undefined ? [] : [found];
}

function readAll(
  context: ArtifactContext,
  { mechanism, trigger, files, folders }: Startup,
  base: PathText | undefined,
  user: Printable,
): readonly PersistenceFact[] {
  const at = (path: PathText): PathText => (base === undefined ? path : joinPath(base, path));
  const there = folders
    .map(at)
    .filter(
      (folder) =>
        base === undefined || context.target.readNow({ kind: 'stat', path: folder }).status !== 'absent',
    );
  return [
    ...files.flatMap((file) => readOne(context, at(file), mechanism, user, trigger)),
    ...there.flatMap((folder) =>
      filesIn(context, id, folder).flatMap(({ path }) => readOne(context, path, mechanism, user, trigger)),
    ),
  ];
}

const nobody = phrase``;

export const shellStartup: PersistenceArtifact = {
  id,
  sources: [
    ...ofAll.flatMap(({ files, folders }) => [
      ...files.map((path) => ({ kind: 'file' as const, path, live: false })),
      ...folders.map((path) => ({ kind: 'glob' as const, path: `${path}/*`, live: false })),
    ]),
    ...ofEach.flatMap(({ files, folders }) => [
      ...files.map((path) => ({ kind: 'glob' as const, path: `/home/*/${path}`, live: false })),
      ...folders.map((path) => ({ kind: 'glob' as const, path: `/home/*/${path}/*`, live: false })),
    ]),
    { kind: 'glob', path: `${skeleton}/.*`, live: false },
  ],
  mechanisms: [
    'shell-profile',
    'shell-rc',
    'shell-logout',
    'zsh-startup',
    'fish-startup',
    'csh-startup',
    'skeleton',
  ],
  order: 13,
  required: true,
  gather(context) {
    const facts = [
      ...ofAll.flatMap((one) => readAll(context, one, undefined, nobody)),
      ...homesOf(context.target).flatMap(({ path, user }) =>
        ofEach.flatMap((one) => readAll(context, one, path, user)),
      ),
      ...ofEach.flatMap((one) =>
        readAll(context, { ...one, mechanism: 'skeleton', trigger: phrase`new account` }, skeleton, nobody),
      ),
    ];
    return Promise.resolve(facts);
  },
};
