/**
 * `linux.git-hook` and `linux.git-setting`: what git runs by itself.
 *
 * Reads hooks of repositories, of folders that `core.hooksPath` names and of templates, and every setting of the
 * system, of accounts and of repositories that names a program or a file of settings. Why: a hook, a pager or a
 * file-system monitor runs with each `git status` of a developer or of a pipeline, root's too. What it is NOT: a
 * look at what is committed. A hook that may not be executed and one of another name are not run by git.
 * Bounds: those of repositories; 512 files of settings that others bring in. Sources: githooks(5), git-config(1),
 * gitattributes(5), gitcredentials(7), git-init(1) (templates).
 */
import { type GitSetting, parseGitConfig } from '../../../formats/git-config.ts';
import { printableLatin1 } from '../../../formats/text-lines.ts';
import type { PersistenceFact } from '../../../model/facts/persistence.ts';
import {
  folderOf,
  joinPath,
  type PathText,
  type Printable,
  phrase,
  printableText,
} from '../../../model/text.ts';
import type { ArtifactContext } from '../../artifact.ts';
import { entry, filesIn, foldersIn, scriptEntry } from '../entry.ts';
import { homesOf } from '../homes.ts';
import type { PersistenceArtifact } from '../persistence-artifact.ts';
import { readFileNow } from '../reading.ts';
import { isForeignAddress } from './foreign-address.ts';
import { ownHomes, projectSources } from './projects.ts';
import { repositoriesOf } from './repositories.ts';

const limit = 1 << 20;
const mostIncluded = 512;
const nobody = phrase``;

const ofSystem = [
  '/etc/gitconfig',
  '/usr/etc/gitconfig',
  '/usr/local/etc/gitconfig',
  '/opt/gitlab/embedded/etc/gitconfig',
].map((path) => printableText(path));
const ofHomes = ['.gitconfig', '.config/git/config'].map((path) => printableText(path));

/** A command of a shell. */
const commands =
  /^(?:core\.(?:pager|editor|sshcommand|gitproxy|askpass|alternaterefscommand)|pager\..+|sequence\.editor|filter\..+\.(?:clean|smudge|process)|diff\.(?:external|.+\.(?:command|textconv))|merge\..+\.driver|(?:merge|diff)tool\..+\.(?:cmd|path)|guitool\..+\.cmd|browser\..+\.(?:cmd|path)|man\..+\.(?:cmd|path)|gpg\.(?:program|.+\.program|ssh\.defaultkeycommand)|uploadpack\.packobjectshook|remote\..+\.(?:uploadpack|receivepack)|trailer\..+\.(?:command|cmd)|interactive\.difffilter|tar\..+\.command|hook\..+\.command|imap\.tunnel|sendemail\.(?:smtpserver|sendmailcmd|tocmd|cccmd)|difftool\.cmd|web\.browser)$/;
const places = /^(?:core\.hookspath|init\.templatedir|include\.path|includeif\..+\.path)$/;
const switches = /^(?:true|false|yes|no|on|off|0|1|)$/i;

interface Base {
  readonly file: PathText;
  readonly home: PathText;
  /** Where relative paths of hooks begin. */
  readonly workTree: PathText;
}

/** `~/x`, `x` and `/x` of a setting. */
function pathOf(value: string, { file, home, workTree }: Base, key: string): PathText {
  const shown = printableLatin1(value);
  if (value.startsWith('/')) return shown;
  if (value.startsWith('~/')) return joinPath(home, printableLatin1(value.slice(2)));
  return joinPath(/^include/.test(key) ? folderOf(file) : workTree, shown);
}

type Read = Pick<PersistenceFact, 'command' | 'language'> &
  Partial<Pick<PersistenceFact, 'target' | 'marks'>> & {
    /** The folder of hooks or the file of settings that it leads to. */
    readonly leads?: PathText;
  };

const isBelow = (path: string, folder: string): boolean => path.startsWith(`${folder}/`);

function readSetting({ key, value }: GitSetting, base: Base): Read | undefined {
  const command = printableLatin1(value);
  if (places.test(key)) {
    if (value === '' || value === '/dev/null') return undefined;
    const leads = pathOf(value, base, key);
    // Settings that are brought in run nothing by their place, and hooks below the owner's own folders are told
    // themselves; what lies elsewhere says something by where it lies.
    const own = key.startsWith('include') || !value.startsWith('/') || isBelow(leads, base.home);
    return { command, language: 'setting', leads, ...(own ? {} : { target: leads }) };
  }
  if (key === 'core.fsmonitor' || commands.test(key)) {
    return switches.test(value.trim()) ? undefined : { command, language: 'shell' };
  }
  if (
    key.startsWith('alias.') ||
    /^submodule\..+\.update$/.test(key) ||
    /^credential\.(?:.+\.)?helper$/.test(key)
  ) {
    const bang = /^\s*!([\s\S]*)$/.exec(value)?.[1];
    if (bang !== undefined) return { command: printableLatin1(bang.trim()), language: 'shell' };
    if (key.startsWith('credential.') && value.startsWith('/')) return { command, language: 'shell' };
    // An alias may bring a setting of its own along.
    const brought = /^-c\s+["']?[\w.]*(?:command|pager|editor|fsmonitor|hookspath)=(.+)$/i.exec(
      value.trim(),
    )?.[1];
    return brought === undefined ? undefined : { command: printableLatin1(brought), language: 'shell' };
  }
  if (/^remote\..+\.(?:push)?url$/.test(key)) {
    const external = /^ext::(.+)$/.exec(value)?.[1];
    if (external !== undefined) return { command: printableLatin1(external), language: 'shell' };
    return undefined;
  }
  if (/^url\..+\.(?:push)?insteadof$/.test(key)) {
    // The sub-section is what every fetch goes to instead.
    const instead = key.slice(4, key.lastIndexOf('.'));
    return isForeignAddress(instead)
      ? { command: printableLatin1(`${instead} ${value}`), language: 'setting', marks: ['foreign-host'] }
      : undefined;
  }
  if (/^https?\.(?:.+\.)?proxy$/.test(key) && isForeignAddress(value))
    return { command, language: 'setting', marks: ['foreign-host'] };
  return undefined;
}

interface ConfigFile extends Base {
  readonly user: Printable;
}

function configFiles(context: ArtifactContext, artifact: string): readonly ConfigFile[] {
  const there = ({ file }: ConfigFile): boolean =>
    context.target.readNow({ kind: 'stat', path: file }).status !== 'absent';
  const root = printableText('/root');
  const files: ConfigFile[] = ofSystem.map((file) => ({ file, home: root, workTree: root, user: nobody }));
  for (const { path: home, user } of ownHomes(context.target)) {
    for (const name of ofHomes) files.push({ file: joinPath(home, name), home, workTree: home, user });
  }
  const homes = new Map(homesOf(context.target).map(({ path, user }) => [user, path]));
  for (const { gitFolder, workTree, user } of repositoriesOf(context, artifact)) {
    const home = homes.get(user) ?? root;
    for (const name of ['config', 'config.worktree'])
      files.push({ file: joinPath(gitFolder, printableText(name)), home, workTree, user });
  }
  return files.filter(there);
}

class Settings {
  readonly facts: PersistenceFact[] = [];
  readonly hookFolders = new Map<PathText, Printable>();
  readonly #context: ArtifactContext;
  readonly #artifact: string;
  readonly #seen = new Set<PathText>();
  #included = 0;

  constructor(context: ArtifactContext, artifact: string) {
    this.#context = context;
    this.#artifact = artifact;
  }

  read(base: ConfigFile): void {
    if (this.#seen.has(base.file)) return;
    this.#seen.add(base.file);
    const { bytes } = readFileNow(this.#context, this.#artifact, base.file, limit);
    for (const setting of parseGitConfig(bytes)) {
      const read = readSetting(setting, base);
      if (read === undefined) continue;
      const { leads, ...given } = read;
      const { key, line, text } = setting;
      const source = { source: base.file, line };
      const trigger = printableLatin1(key);
      this.facts.push(entry({ source, mechanism: 'git-setting', user: base.user, trigger, text, ...given }));
      if (leads === undefined) continue;
      if (key === 'core.hookspath') this.hookFolders.set(leads, base.user);
      if (key === 'init.templatedir')
        this.hookFolders.set(joinPath(leads, printableText('hooks')), base.user);
      if (!key.startsWith('include') || this.#included >= mostIncluded) continue;
      this.#included += 1;
      if (this.#context.target.readNow({ kind: 'stat', path: leads }).status !== 'absent')
        this.read({ ...base, file: leads });
    }
  }
}

const settingId = 'linux.git-setting';

export const gitSetting: PersistenceArtifact = {
  id: settingId,
  sources: [
    ...ofSystem.map((path) => ({ kind: 'file' as const, path, live: false })),
    ...ofHomes.map((path) => ({ kind: 'glob' as const, path: `/home/*/${path}`, live: false })),
    ...projectSources('.git/config'),
    ...projectSources('*.git/config'),
  ],
  mechanisms: ['git-setting'],
  order: 14,
  required: false,
  gather(context) {
    const settings = new Settings(context, settingId);
    for (const file of configFiles(context, settingId)) settings.read(file);
    return Promise.resolve(settings.facts);
  },
};

const hookId = 'linux.git-hook';
const hookNames =
  /^(?:applypatch-msg|pre-applypatch|post-applypatch|pre-commit|pre-merge-commit|prepare-commit-msg|commit-msg|post-commit|pre-rebase|post-checkout|post-merge|pre-push|pre-receive|update|proc-receive|post-receive|post-update|reference-transaction|push-to-checkout|pre-auto-gc|post-rewrite|sendemail-validate|fsmonitor-watchman|p4-\w[\w-]*|post-index-change)$/;
const templates = ['/usr/share/git-core/templates/hooks', '/usr/local/share/git-core/templates/hooks'].map(
  (path) => printableText(path),
);

function readHooks(context: ArtifactContext, folder: PathText, user: Printable): readonly PersistenceFact[] {
  const { target } = context;
  if (target.readNow({ kind: 'stat', path: folder, follow: true }).stat?.type !== 'directory') return [];
  // GitLab and Gerrit keep several scripts of one hook in a folder of its name.
  const nested = foldersIn(context, hookId, folder, (name) => /^[\w-]+\.d$/.test(name)).flatMap(({ path }) =>
    filesIn(context, hookId, path),
  );
  const files = [...filesIn(context, hookId, folder, (name) => hookNames.test(name)), ...nested];
  return files.flatMap(({ path, name }) => {
    const { stat } = target.readNow({ kind: 'stat', path, follow: true });
    const active = ((stat?.mode ?? 0o111) & 0o111) !== 0;
    return scriptEntry(context, hookId, path, { mechanism: 'git-hook', user, trigger: name, active }) ?? [];
  });
}

export const gitHook: PersistenceArtifact = {
  id: hookId,
  sources: [
    ...projectSources('.git/hooks/*'),
    ...projectSources('*.git/hooks/*'),
    ...templates.map((path) => ({ kind: 'glob' as const, path: `${path}/*`, live: false })),
  ],
  mechanisms: ['git-hook'],
  order: 14,
  required: false,
  gather(context) {
    const settings = new Settings(context, hookId);
    for (const file of configFiles(context, hookId)) settings.read(file);
    const folders = new Map(settings.hookFolders);
    for (const path of templates) folders.set(path, nobody);
    for (const { gitFolder, user } of repositoriesOf(context, hookId))
      folders.set(joinPath(gitFolder, printableText('hooks')), user);
    return Promise.resolve([...folders].flatMap(([path, user]) => readHooks(context, path, user)));
  },
};
