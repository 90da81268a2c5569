/**
 * `linux.composer-hook`: scripts that Composer runs with its own commands.
 *
 * Reads composer.json of projects and of homes. Why: `post-install-cmd` runs with every deployment, as whoever
 * deploys. What it is NOT: a look into packages, whose scripts Composer never runs. Callbacks of PHP (`Class::method`)
 * and commands of Composer (`@php`, `@composer`) are told as they stand; a script that no event calls is not told.
 * Bounds: 4 MiB of a file, 200 commands of it. Source: Composer "Scripts".
 */
import { listMember, member, parseLooseJson } from '../../../formats/loose-json.ts';
import type { PersistenceFact } from '../../../model/facts/persistence.ts';
import { joinPath, type PathText, type Printable, phrase, printableText } from '../../../model/text.ts';
import type { ArtifactContext } from '../../artifact.ts';
import { entry } from '../entry.ts';
import type { PersistenceArtifact } from '../persistence-artifact.ts';
import { readFileNow } from '../reading.ts';
import { ownHomes, projectFolders, projectSources } from './projects.ts';

const id = 'linux.composer-hook';
const limit = 4 << 20;
const mostCommands = 200;
const file = printableText('composer.json');
const ofHomes = ['.composer/composer.json', '.config/composer/composer.json'].map((path) =>
  printableText(path),
);

const event =
  /^(?:(?:pre|post)-(?:install-cmd|update-cmd|status-cmd|archive-cmd|autoload-dump|dependencies-solving|package-(?:install|update|uninstall)|operations-exec|pool-create|file-download|command-run)|post-(?:root-package-install|create-project-cmd|file-download)|pre-pool-create|init|command)$/;

interface Script {
  readonly name: string;
  readonly commands: readonly string[];
}

function scriptsOf(value: unknown): readonly Script[] {
  const scripts = member(value, 'scripts');
  if (typeof scripts !== 'object' || scripts === null) return [];
  return Object.entries(scripts)
    .slice(0, mostCommands)
    .map(([name, given]: readonly [string, unknown]) => {
      const list = typeof given === 'string' ? [given] : listMember(given, mostCommands);
      return { name, commands: list.filter((one): one is string => typeof one === 'string') };
    });
}

/** Names of scripts that an event calls, be it through others. */
function called(scripts: readonly Script[]): ReadonlySet<string> {
  const byName = new Map(scripts.map((script) => [script.name, script]));
  const names = new Set(scripts.filter(({ name }) => event.test(name)).map(({ name }) => name));
  // A set that grows is walked to its end.
  for (const name of names) {
    for (const command of byName.get(name)?.commands ?? []) {
      const other = /^@([\w:.-]+)/.exec(command)?.[1];
      if (other !== undefined && byName.has(other)) names.add(other);
    }
  }
  return names;
}

function readOne(context: ArtifactContext, path: PathText, user: Printable): readonly PersistenceFact[] {
  const parsed = parseLooseJson(readFileNow(context, id, path, limit).bytes);
  const scripts = parsed.ok ? scriptsOf(parsed.value) : [];
  const active = called(scripts);
  return scripts
    .filter(({ name }) => active.has(name))
    .flatMap(({ name, commands }) => commands.map((command) => ({ name, command })))
    .slice(0, mostCommands)
    .map(({ name, command }) => {
      const trigger = printableText(name.slice(0, 256));
      const shown = printableText(command.slice(0, 16_384));
      const callback = /^[\w\\]+::\w+$/.test(command) || /^@(?!php\s|composer\s|putenv\s)/.test(command);
      return entry({
        source: { source: path },
        mechanism: 'composer-hook',
        user,
        trigger,
        command: printableText(command.slice(0, 16_384).replace(/^@(php|composer)\s/, '$1 ')),
        language: callback ? 'none' : 'shell',
        text: phrase`"${trigger}": "${shown}"`,
      });
    });
}

export const composerHook: PersistenceArtifact = {
  id,
  sources: [
    ...ofHomes.map((path) => ({ kind: 'glob' as const, path: `/home/*/${path}`, live: false })),
    ...projectSources(file),
  ],
  mechanisms: ['composer-hook'],
  order: 14,
  required: false,
  gather(context) {
    const found = new Map<PathText, Printable>();
    for (const { path, user } of ownHomes(context.target)) {
      for (const name of ofHomes) {
        const own = joinPath(path, name);
        if (context.target.readNow({ kind: 'stat', path: own }).status === 'ok') found.set(own, user);
      }
    }
    for (const { path, user, names } of projectFolders(context, id)) {
      if (names.has(file)) found.set(joinPath(path, file), user);
    }
    return Promise.resolve([...found].flatMap(([path, user]) => readOne(context, path, user)));
  },
};
