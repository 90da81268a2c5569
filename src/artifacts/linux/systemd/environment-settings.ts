/**
 * `linux.systemd-environment`: variables that systemd gives to services and sessions.
 *
 * Reads environment.d of the system and of homes, and DefaultEnvironment= and ManagerEnvironment= of system.conf
 * and user.conf with their drop-ins. Why: LD_PRELOAD set here is loaded by every service or session. What it is NOT:
 * a list of all variables; told are those by which something is loaded or run, and PATH, in which a folder in front
 * of the system's puts other programs under the names of the system's own.
 * Sources: environment.d(5), systemd-system.conf(5), systemd.exec(5) EnvironmentFile=.
 */
import { unitWords } from '../../../formats/systemd-exec.ts';
import { parseUnit } from '../../../formats/systemd-unit.ts';
import { printableLatin1, textLines } from '../../../formats/text-lines.ts';
import {
  type EntryVariable,
  environmentLimit,
  type PersistenceFact,
} from '../../../model/facts/persistence.ts';
import type { Mechanism } from '../../../model/mechanism.ts';
import { joinPath, type PathText, type Printable, phrase, printableText } from '../../../model/text.ts';
import type { ArtifactContext } from '../../artifact.ts';
import { entry, filesIn, settingsLimit } from '../entry.ts';
import { homesOf } from '../homes.ts';
import type { PersistenceArtifact } from '../persistence-artifact.ts';
import { readFileNow } from '../reading.ts';
import { searchesElsewhere } from '../search-folders.ts';

const id = 'linux.systemd-environment';

const folders = [
  '/etc/environment.d',
  '/run/environment.d',
  '/usr/local/lib/environment.d',
  '/usr/lib/environment.d',
];
const managerSettings = ['system.conf', 'user.conf'].flatMap((name) =>
  ['/etc/systemd', '/run/systemd', '/usr/lib/systemd'].map((folder) => ({
    file: `${folder}/${name}`,
    folder: `${folder}/${name}.d`,
  })),
);
const homeFolder = printableText('.config/environment.d');

const loading =
  /^(LD_PRELOAD|LD_AUDIT|LD_LIBRARY_PATH|BASH_ENV|ENV|PROMPT_COMMAND|PYTHONSTARTUP|PYTHONPATH|PERL5OPT|PERL5LIB|RUBYOPT|NODE_OPTIONS|JAVA_TOOL_OPTIONS|GIT_SSH_COMMAND|PATH)=(.*)$/;

interface Place {
  readonly path: PathText;
  readonly mechanism: Mechanism;
  readonly user: Printable;
  readonly trigger: Printable;
}

interface Found {
  readonly line: number;
  readonly word: string;
  readonly text: Printable;
}

/** Nothing where the variable loads nothing, or PATH begins with the system's own folders. */
function variableEntry(
  { path, mechanism, user, trigger }: Place,
  { line, word, text }: Found,
): PersistenceFact | undefined {
  const match = loading.exec(word);
  if (match === null) return undefined;
  const [, name = '', value = ''] = match;
  const [first = ''] = value.replace(/^["']/, '').split(/[:\s"']/);
  if (name === 'PATH' && !searchesElsewhere(value)) return undefined;
  return entry({
    source: { source: path, line },
    mechanism,
    user,
    trigger,
    command: printableLatin1(word),
    language: 'setting',
    ...(first.startsWith('/') ? { target: printableLatin1(first) } : {}),
    text,
  });
}

/** Lines of `NAME=value`, as environment.d(5) and EnvironmentFile= read them. */
function plainLines(bytes: Uint8Array): readonly Found[] {
  return [...textLines(bytes, { lines: 20_000 })].flatMap(({ line, text }) => {
    const word = text.trim().replace(/^export\s+/, '');
    return word === '' || /^[#;]/.test(word)
      ? []
      : [{ line, word, text: printableLatin1(text.slice(0, 4096)) }];
  });
}

function readPlain(context: ArtifactContext, artifact: string, place: Place): readonly PersistenceFact[] {
  const { bytes } = readFileNow(context, artifact, place.path, settingsLimit);
  return plainLines(bytes).flatMap((found) => variableEntry(place, found) ?? []);
}

export interface EnvironmentFiles {
  readonly entries: readonly PersistenceFact[];
  readonly variables: ReadonlyMap<PathText, readonly EntryVariable[]>;
}

function variableIn({ word }: Found): readonly EntryVariable[] {
  const [, name, value = ''] = /^([A-Za-z_]\w*)=([\s\S]*)$/.exec(word) ?? [];
  if (name === undefined || value.length > environmentLimit.value) return [];
  return [{ name, value: printableLatin1(value.trim().replace(/^(["'])([\s\S]*)\1$/, '$2')) }];
}

/** Files that units name: read only where they are there, since most are optional. */
export function readEnvironmentFiles(
  context: ArtifactContext,
  artifact: string,
  files: ReadonlyMap<PathText, string>,
): EnvironmentFiles {
  const entries: PersistenceFact[] = [];
  const variables = new Map<PathText, readonly EntryVariable[]>();
  for (const [path, unit] of files) {
    if (context.target.readNow({ kind: 'stat', path, follow: true }).stat?.type !== 'file') continue;
    const found = plainLines(readFileNow(context, artifact, path, settingsLimit).bytes);
    const place = {
      path,
      mechanism: 'loader-environment',
      user: phrase``,
      trigger: printableLatin1(unit),
    } as const;
    entries.push(...found.flatMap((one) => variableEntry(place, one) ?? []));
    variables.set(path, found.flatMap(variableIn).slice(0, environmentLimit.variables));
  }
  return { entries, variables };
}

function readManager(context: ArtifactContext, path: PathText): readonly PersistenceFact[] {
  const place = {
    path,
    mechanism: 'systemd-environment',
    user: phrase``,
    trigger: phrase`every service`,
  } as const;
  const { bytes } = readFileNow(context, id, path, settingsLimit);
  return parseUnit(bytes)
    .filter(({ key }) => key === 'DefaultEnvironment' || key === 'ManagerEnvironment')
    .flatMap(({ value, line, text }) => unitWords(value).map((word) => ({ line, word, text })))
    .flatMap((found) => variableEntry(place, found) ?? []);
}

const isSetting = (name: Printable): boolean => name.endsWith('.conf');

export const systemdEnvironment: PersistenceArtifact = {
  id,
  sources: [
    ...folders.map((folder) => ({
      kind: 'glob' as const,
      path: `${folder}/*.conf`,
      live: folder.startsWith('/run/'),
    })),
    ...managerSettings.flatMap(({ file, folder }) => [
      { kind: 'file' as const, path: file, live: false },
      { kind: 'glob' as const, path: `${folder}/*.conf`, live: false },
    ]),
    { kind: 'glob', path: `/home/*/${homeFolder}/*.conf`, live: false },
  ],
  mechanisms: ['systemd-environment'],
  order: 12,
  required: false,
  gather(context) {
    const inFolder = (folder: PathText, user: Printable): readonly PersistenceFact[] =>
      filesIn(context, id, folder, isSetting).flatMap(({ path }) =>
        readPlain(context, id, {
          path,
          mechanism: 'systemd-environment',
          user,
          trigger: phrase`every session`,
        }),
      );
    const ofHomes = homesOf(context.target).flatMap(({ path, user }) => {
      const folder = joinPath(path, homeFolder);
      const there = context.target.readNow({ kind: 'stat', path: folder }).status !== 'absent';
      return there ? inFolder(folder, user) : [];
    });
    const ofManagers = managerSettings.flatMap(({ file, folder }) => [
      ...readManager(context, printableText(file)),
      ...filesIn(context, id, printableText(folder), isSetting).flatMap(({ path }) =>
        readManager(context, path),
      ),
    ]);
    const facts = [
      ...folders.flatMap((folder) => inFolder(printableText(folder), phrase``)),
      ...ofManagers,
      ...ofHomes,
    ];
    return Promise.resolve(facts);
  },
};
