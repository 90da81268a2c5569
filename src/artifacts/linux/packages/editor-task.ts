/**
 * `linux.editor-task`: what editors run when a folder or a file is opened.
 *
 * Reads tasks and settings of VS Code and its kin in projects and homes, commands of dev containers that run on the
 * host, and start files and plugins of Vim, Neovim and Emacs. Why: a repository that is opened runs its task of
 * `folderOpen`; a line in vimrc runs with each file that root edits. What it is NOT: extensions of editors, nor
 * tasks that somebody must start. Bounds: 1 MiB of a file, 200 tasks, 4,096 files of a folder.
 * Sources: VS Code "Tasks" (runOptions), "Workspace Trust"; devcontainer.json reference (initializeCommand); Vim
 * `:help initialization`, `packages`; Neovim `:help startup`; Emacs manual, "Init File".
 */
import { plainJson } from '../../../formats/json-comments.ts';
import { listMember, member, parseLooseJson, textMember, textsMember } from '../../../formats/loose-json.ts';
import { printableLatin1 } from '../../../formats/text-lines.ts';
import type { PersistenceFact } from '../../../model/facts/persistence.ts';
import { joinPath, type PathText, type Printable, phrase, printableText } from '../../../model/text.ts';
import type { ArtifactContext } from '../../artifact.ts';
import { endsIn, entry, filesIn, foldersIn } from '../entry.ts';
import type { PersistenceArtifact } from '../persistence-artifact.ts';
import { readFileNow } from '../reading.ts';
import { emacsCommands, vimCommands } from './editor-scripts.ts';
import { ownHomes, projectFolders, projectSources } from './projects.ts';

const id = 'linux.editor-task';
const mechanism = 'editor-task';
const limit = 1 << 20;
const mostTasks = 200;
const paths = (list: string): readonly PathText[] => list.split(' ').map((path) => printableText(path));

const vimOfSystem = paths(
  '/etc/vim/vimrc /etc/vim/vimrc.local /etc/vimrc /etc/virc /etc/vimrc.local /etc/xdg/nvim/sysinit.vim /usr/share/nvim/sysinit.vim /etc/vim/gvimrc',
);
const vimOfHome = paths(
  '.vimrc .gvimrc .exrc .nvimrc .vim/vimrc .vim/gvimrc .config/vim/vimrc .config/nvim/init.vim .config/nvim/init.lua .ideavimrc',
);
/** Every file of these folders is run at the start. */
const vimFolders = paths(
  '.vim/plugin .vim/after/plugin .vim/ftdetect .vim/ftplugin .config/nvim/plugin .config/nvim/after/plugin .config/nvim/lua .local/share/nvim/site/plugin',
);
const vimPackages = paths('.vim/pack .local/share/nvim/site/pack');
const systemVimFolders = paths(
  '/usr/share/vim/vimfiles/plugin /usr/local/share/vim/vimfiles/plugin /etc/vim/plugin',
);
const emacsOfHome = paths(
  '.emacs .emacs.el .emacs.d/init.el .emacs.d/early-init.el .config/emacs/init.el .doom.d/config.el .config/doom/config.el .spacemacs',
);
const emacsFolders = paths('/etc/emacs/site-start.d /usr/local/share/emacs/site-lisp');
const codeFolders = [
  ...paths(
    '.config/Code/User .config/VSCodium/User .config/Cursor/User .vscode-server/data/Machine .vscode-server/data/User .cursor-server/data/Machine .local/share/code-server/User',
  ),
  printableText('.config/Code - Insiders/User'),
];
const projectVim = ['.exrc', '.vimrc', '.nvimrc', '.nvim.lua'];

type Given = Pick<PersistenceFact, 'user' | 'trigger'>;

interface Task {
  readonly label: Printable;
  readonly command: Printable;
  readonly opens: boolean;
  readonly needs: readonly string[];
}

const joined = (words: readonly Printable[]): Printable =>
  words.reduce((all, one) => (all === '' ? one : phrase`${all} ${one}`), phrase``);

/** The command of a task, with what it has for Linux alone. */
function commandOf(task: unknown): Printable {
  const words = [task, member(task, 'linux')].flatMap((one) => {
    const command = textMember(one, 'command') ?? textMember(one, 'command', 'value');
    const args = listMember(one, 64, 'args').flatMap(
      (arg) => textMember({ arg }, 'arg') ?? textMember(arg, 'value') ?? [],
    );
    return command === undefined ? args : [command, ...args];
  });
  // A command of `sh -c` is told as the shell's own.
  const shell = /^(?:\/bin\/|\/usr\/bin\/)?(?:ba|da|z)?sh$/.test(words[0] ?? '') && words[1] === '-c';
  return joined(shell ? words.slice(2, 3) : words);
}

/** Tasks that start when the folder is opened, and those that they need. */
function openedTasks(value: unknown): readonly Task[] {
  const tasks = listMember(value, mostTasks, 'tasks').map((task): Task => {
    const label = textMember(task, 'label') ?? textMember(task, 'taskName') ?? phrase`task`;
    const need = textMember(task, 'dependsOn');
    return {
      label,
      command: commandOf(task),
      opens: textMember(task, 'runOptions', 'runOn') === 'folderOpen',
      needs: need === undefined ? textsMember(task, 64, 'dependsOn') : [need],
    };
  });
  const needed = new Set<string>(tasks.filter(({ opens }) => opens).flatMap(({ needs }) => needs));
  // A set that grows is walked to its end.
  for (const name of needed) {
    for (const { label, needs } of tasks) if (label === name) for (const one of needs) needed.add(one);
  }
  return tasks.filter(({ label, opens }) => opens || needed.has(label));
}

class Editors {
  readonly facts: PersistenceFact[] = [];
  readonly #context: ArtifactContext;

  constructor(context: ArtifactContext) {
    this.#context = context;
  }

  there(path: PathText): boolean {
    return this.#context.target.readNow({ kind: 'stat', path }).status !== 'absent';
  }

  #json(path: PathText): unknown {
    if (!this.there(path)) return undefined;
    const parsed = parseLooseJson(plainJson(readFileNow(this.#context, id, path, limit).bytes));
    return parsed.ok ? parsed.value : undefined;
  }

  #tell(path: PathText, command: Printable, given: Given, about: Printable): void {
    if (command === '') return;
    const text = phrase`${about}: ${command}`;
    this.facts.push(entry({ source: { source: path }, mechanism, command, text, ...given }));
  }

  tasks(path: PathText, user: Printable): void {
    for (const { label, command } of openedTasks(this.#json(path)))
      this.#tell(path, command, { user, trigger: phrase`folder opened` }, label);
  }

  settings(path: PathText, user: Printable): void {
    const value = this.#json(path);
    const trigger = phrase`folder opened`;
    for (const name of [
      ...['git.path', 'python.defaultInterpreterPath', 'python.pythonPath', 'php.validate.executablePath'],
      ...['terminal.integrated.shell.linux', 'terminal.integrated.automationShell.linux', 'eslint.nodePath'],
      ...['terminal.integrated.automationProfile.linux', 'go.goroot', 'rust-analyzer.server.path'],
    ]) {
      const command = textMember(value, name) ?? textMember(value, name, 'path');
      if (command !== undefined) this.#tell(path, command, { user, trigger }, printableText(name));
    }
    const profiles = member(value, 'terminal.integrated.profiles.linux');
    if (typeof profiles !== 'object' || profiles === null) return;
    for (const [name, profile] of Object.entries(profiles).slice(0, mostTasks)) {
      const args = listMember(profile, 16, 'args').flatMap((arg) => textMember({ arg }, 'arg') ?? []);
      const program = textMember(profile, 'path');
      if (program === undefined) continue;
      const command = args.reduce((all, one) => phrase`${all} ${one}`, program);
      this.#tell(path, command, { user, trigger: phrase`terminal` }, printableText(name));
    }
  }

  /** `initializeCommand` runs on the host; the others in the container. */
  container(path: PathText, user: Printable): void {
    const value = this.#json(path);
    const plain = textMember(value, 'initializeCommand');
    const words = listMember(value, 64, 'initializeCommand').flatMap(
      (one) => textMember({ one }, 'one') ?? [],
    );
    const command = plain ?? joined(words);
    this.#tell(path, command, { user, trigger: phrase`container opened` }, phrase`initializeCommand`);
  }

  vim(path: PathText, user: Printable): void {
    const { bytes } = readFileNow(this.#context, id, path, limit);
    this.#commands(path, user, vimCommands(bytes, path.endsWith('.lua')));
  }

  emacs(path: PathText, user: Printable): void {
    const { bytes } = readFileNow(this.#context, id, path, limit);
    this.#commands(path, user, emacsCommands(bytes));
  }

  #commands(path: PathText, user: Printable, commands: ReturnType<typeof vimCommands>): void {
    for (const { line, command, text, words } of commands) {
      this.facts.push(
        entry({
          source: { source: path, line },
          mechanism,
          user,
          trigger: phrase`editor`,
          command: printableLatin1(command),
          language: words ? 'argv' : 'shell',
          text: printableLatin1(text.trim().slice(0, 8192)),
        }),
      );
    }
  }

  vimFolder(folder: PathText, user: Printable): void {
    if (!this.there(folder)) return;
    const files = filesIn(this.#context, id, folder, (name) => /\.(?:vim|lua)$/.test(name));
    for (const { path } of files) this.vim(path, user);
  }

  /** PACK/NAME/start/PLUGIN/plugin */
  vimPacks(folder: PathText, user: Printable): void {
    if (!this.there(folder)) return;
    for (const { path } of foldersIn(this.#context, id, folder)) {
      const start = joinPath(path, printableText('start'));
      if (!this.there(start)) continue;
      for (const plugin of foldersIn(this.#context, id, start))
        this.vimFolder(joinPath(plugin.path, printableText('plugin')), user);
    }
  }
}

function readHome(editors: Editors, home: PathText, user: Printable): void {
  for (const name of vimOfHome) {
    const path = joinPath(home, name);
    if (editors.there(path)) editors.vim(path, user);
  }
  for (const name of vimFolders) editors.vimFolder(joinPath(home, name), user);
  for (const name of vimPackages) editors.vimPacks(joinPath(home, name), user);
  for (const name of emacsOfHome) {
    const path = joinPath(home, name);
    if (editors.there(path)) editors.emacs(path, user);
  }
  for (const name of codeFolders) {
    editors.tasks(joinPath(joinPath(home, name), printableText('tasks.json')), user);
    editors.settings(joinPath(joinPath(home, name), printableText('settings.json')), user);
  }
}

export const editorTask: PersistenceArtifact = {
  id,
  sources: [
    ...[...vimOfSystem].map((path) => ({ kind: 'file' as const, path, live: false })),
    ...[...systemVimFolders, ...emacsFolders].map((path) => ({
      kind: 'glob' as const,
      path: `${path}/*`,
      live: false,
    })),
    ...[...vimOfHome, ...emacsOfHome].map((path) => ({
      kind: 'glob' as const,
      path: `/home/*/${path}`,
      live: false,
    })),
    ...vimFolders.map((path) => ({ kind: 'glob' as const, path: `/home/*/${path}/*`, live: false })),
    ...vimPackages.map((path) => ({
      kind: 'glob' as const,
      path: `/home/*/${path}/*/start/*/plugin/*`,
      live: false,
    })),
    ...codeFolders.map((path) => ({
      kind: 'glob' as const,
      path: `/home/*/${path}/{tasks,settings}.json`,
      live: false,
    })),
    ...projectSources('.vscode/{tasks,settings}.json'),
    ...projectSources('.devcontainer/devcontainer.json'),
  ],
  mechanisms: [mechanism],
  order: 14,
  required: false,
  gather(context) {
    const editors = new Editors(context);
    const nobody = phrase``;
    for (const path of vimOfSystem) if (editors.there(path)) editors.vim(path, nobody);
    for (const folder of systemVimFolders) editors.vimFolder(folder, nobody);
    for (const folder of emacsFolders) {
      if (!editors.there(folder)) continue;
      for (const { path } of filesIn(context, id, folder, endsIn('.el'))) editors.emacs(path, nobody);
    }
    const homes = ownHomes(context.target);
    for (const { path, user } of homes) readHome(editors, path, user);
    const isHome = new Set(homes.map(({ path }) => path));
    for (const { path, user, names } of projectFolders(context, id)) {
      const at = (name: string): PathText => joinPath(path, printableText(name));
      if (names.has('.vscode')) {
        editors.tasks(at('.vscode/tasks.json'), user);
        editors.settings(at('.vscode/settings.json'), user);
      }
      if (names.has('.devcontainer')) editors.container(at('.devcontainer/devcontainer.json'), user);
      if (isHome.has(path)) continue;
      for (const name of projectVim) if (names.has(name)) editors.vim(at(name), user);
      if (names.has('.dir-locals.el')) editors.emacs(at('.dir-locals.el'), user);
    }
    return Promise.resolve(editors.facts);
  },
};
