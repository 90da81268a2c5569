/**
 * `linux.pacman-hook`: what pacman runs around transactions, how it fetches, and scripts of installed packages.
 *
 * Reads hooks of alpm, pacman.conf with what it includes, and the install scripts that show something. Why: a hook
 * with `Target = *` runs as root at each update, and a file of the same name in /etc takes the place of a package's.
 * What it is NOT: AUR build files. Sources: alpm-hooks(5), pacman.conf(5) (HookDir, XferCommand, Include),
 * PKGBUILD(5) install. Bounds: 1 MiB of a file, 4,096 hooks, 20,000 packages.
 */
import { printableLatin1, textLines } from '../../../formats/text-lines.ts';
import type { PersistenceFact } from '../../../model/facts/persistence.ts';
import { joinPath, type PathText, phrase, printableText } from '../../../model/text.ts';
import type { ArtifactContext } from '../../artifact.ts';
import { bodyOf, endsIn, entry, filesIn } from '../entry.ts';
import type { PersistenceArtifact } from '../persistence-artifact.ts';
import { listNow, readFileNow } from '../reading.ts';
import { showsSomething } from './script-sieve.ts';

const id = 'linux.pacman-hook';
const root = phrase`root`;
const limit = 1 << 20;
const mostPackages = 20_000;
const mostIncludes = 64;
const main = printableText('/etc/pacman.conf');
const ownHooks = printableText('/etc/pacman.d/hooks');
const packageHooks = printableText('/usr/share/libalpm/hooks');
const local = printableText('/var/lib/pacman/local');

interface Setting {
  readonly key: string;
  readonly value: string;
  readonly line: number;
  readonly text: string;
}

/** pacman cuts no comment off behind a value, unlike other readers of this form. */
function settingsOf(bytes: Uint8Array): readonly Setting[] {
  return [...textLines(bytes, { lines: 20_000, longest: 16_384 })].flatMap(({ line, text }) => {
    const match = /^([A-Za-z]+)\s*=\s*(.*)$/.exec(text.trim());
    if (match === null) return [];
    return [{ key: (match[1] ?? '').toLowerCase(), value: match[2] ?? '', line, text }];
  });
}

function readHook(context: ArtifactContext, path: PathText, shadows: boolean): readonly PersistenceFact[] {
  const settings = settingsOf(readFileNow(context, id, path, limit).bytes);
  const told = (key: string): string =>
    settings
      .filter((one) => one.key === key)
      .map(({ value }) => value)
      .join(' ')
      .slice(0, 1024);
  const trigger = printableLatin1(`${told('when')} ${told('operation')} ${told('target')}`.trim());
  return settings
    .filter(({ key }) => key === 'exec')
    .map(({ value, line, text }) =>
      entry({
        source: { source: path, line },
        mechanism: 'pacman-hook',
        user: root,
        trigger,
        command: printableLatin1(value),
        language: 'argv',
        marks: shadows ? ['shadows-package'] : [],
        text: printableLatin1(text),
      }),
    );
}

class Settings {
  readonly facts: PersistenceFact[] = [];
  readonly hookFolders: PathText[] = [];
  readonly #context: ArtifactContext;
  readonly #seen = new Set<PathText>();

  constructor(context: ArtifactContext) {
    this.#context = context;
  }

  read(path: PathText): void {
    if (this.#seen.has(path) || this.#seen.size >= mostIncludes) return;
    this.#seen.add(path);
    for (const { key, value, line, text } of settingsOf(readFileNow(this.#context, id, path, limit).bytes)) {
      const shown = printableLatin1(value);
      if (key === 'include' && value.startsWith('/') && !/[*?[]/.test(value)) this.read(shown);
      if (key === 'hookdir' && value.startsWith('/')) this.hookFolders.push(shown);
      if (key !== 'xfercommand' && key !== 'hookdir') continue;
      const command = key === 'xfercommand';
      this.facts.push(
        entry({
          source: { source: path, line },
          mechanism: 'pacman-hook',
          user: root,
          trigger: phrase`transaction`,
          command: shown,
          language: command ? 'argv' : 'setting',
          ...(command ? {} : { target: shown }),
          text: printableLatin1(text),
        }),
      );
    }
  }
}

function readInstallScripts(context: ArtifactContext): readonly PersistenceFact[] {
  let read = 0;
  let size = 0;
  const facts = listNow(context, id, local, mostPackages).entries.flatMap(({ name, type }) => {
    if (type !== 'directory') return [];
    const path = joinPath(joinPath(local, name), printableText('install'));
    const { status, bytes } = context.target.readNow({ kind: 'file', path, limit });
    if (status === 'absent') return [];
    if (status !== 'ok' && status !== 'empty')
      context.log.record({ source: path, artifact: id, status, bytes: bytes.length });
    else {
      read += 1;
      size += bytes.length;
    }
    if (!showsSomething(Buffer.from(bytes).toString('latin1'))) return [];
    const body = bodyOf(bytes);
    return [
      entry({
        source: { source: path },
        mechanism: 'pacman-hook',
        user: root,
        trigger: phrase`install`,
        body,
        text: path,
      }),
    ];
  });
  context.log.countOk(id, read, size);
  return facts;
}

export const pacmanHook: PersistenceArtifact = {
  id,
  sources: [
    { kind: 'file', path: main, live: false },
    { kind: 'glob', path: `${ownHooks}/*.hook`, live: false },
    { kind: 'glob', path: `${packageHooks}/*.hook`, live: false },
    { kind: 'glob', path: `${local}/*/install`, live: false },
  ],
  mechanisms: ['pacman-hook'],
  order: 13,
  required: false,
  gather(context) {
    const there = (path: PathText): boolean =>
      context.target.readNow({ kind: 'stat', path }).status !== 'absent';
    const settings = new Settings(context);
    if (there(main)) settings.read(main);
    const folders = [...new Set([packageHooks, ownHooks, ...settings.hookFolders])].filter(there);
    const seen = new Set<string>();
    const hooks = folders.flatMap((folder) =>
      filesIn(context, id, folder, endsIn('.hook')).flatMap(({ path, name, type }) => {
        const shadows = seen.has(name);
        seen.add(name);
        // A link to /dev/null is how an owner switches a hook off.
        const link = type === 'link' ? context.target.readNow({ kind: 'link', path }).target : '';
        return link === '/dev/null' ? [] : readHook(context, path, shadows);
      }),
    );
    const scripts = there(local) ? readInstallScripts(context) : [];
    return Promise.resolve([...settings.facts, ...hooks, ...scripts]);
  },
};
