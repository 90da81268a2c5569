/**
 * `linux.database-functions`: code that database servers load, and commands that they run, as their files say.
 *
 * Reads the plugin folders of MySQL and MariaDB (user-defined functions are libraries there), libraries in the data
 * folders of PostgreSQL, and settings that load or run something: shared_preload_libraries, archive_command,
 * init_file, plugin_load. Why: a function that runs commands outlives every cleaning of cron. What it is NOT: what
 * stands in tables (`pg_proc`, `mysql.func`); without a library in a folder they run nothing of their own.
 * Sources: MySQL 8 "Installing a Loadable Function"; PostgreSQL 16 chapters 20 (settings) and 38.10 (C functions).
 */
import { printableLatin1, textLines } from '../../../formats/text-lines.ts';
import type { PersistenceFact } from '../../../model/facts/persistence.ts';
import { joinPath, type PathText, phrase, printableText } from '../../../model/text.ts';
import type { ArtifactContext } from '../../artifact.ts';
import { endsIn, entry, filesIn, foldersIn, settingsLimit } from '../entry.ts';
import type { PersistenceArtifact } from '../persistence-artifact.ts';
import { readFileNow } from '../reading.ts';

const id = 'linux.database-functions';
const paths = (list: readonly string[]): readonly PathText[] => list.map((path) => printableText(path));

const pluginFolders = paths([
  '/usr/lib/mysql/plugin',
  '/usr/lib64/mysql/plugin',
  '/usr/lib64/mariadb/plugin',
  '/usr/lib/x86_64-linux-gnu/mariadb19/plugin',
  '/usr/local/mysql/lib/plugin',
  '/www/server/mysql/lib/plugin',
  '/opt/mysql/lib/plugin',
]);
const postgresData = paths(['/var/lib/postgresql', '/var/lib/pgsql', '/var/lib/pgsql/data']);
const postgresSettings = printableText('/etc/postgresql');
const mysqlSettings = paths(['/etc/my.cnf', '/etc/mysql/my.cnf', '/www/server/mysql/my.cnf']);
const mysqlFolders = paths([
  '/etc/my.cnf.d',
  '/etc/mysql/conf.d',
  '/etc/mysql/mysql.conf.d',
  '/etc/mysql/mariadb.conf.d',
]);

const isLibrary = (name: string): boolean => /\.(?:so|dll)(?:\.\d+)*$/.test(name);
const runs =
  /^(?:archive_command|restore_command|archive_cleanup_command|recovery_end_command|ssl_passphrase_command)$/;
const loads =
  /^(?:shared_preload_libraries|session_preload_libraries|local_preload_libraries|dynamic_library_path|archive_library|jit_provider)$/;
const mysqlLoads =
  /^(?:init[_-]file|init[_-]connect|plugin[_-]load(?:[_-]add)?|plugin[_-]dir|early[_-]plugin[_-]load)$/;

function library(path: PathText, user: 'mysql' | 'postgres'): PersistenceFact {
  return entry({
    source: { source: path },
    mechanism: 'database-function',
    user: printableText(user),
    trigger: phrase`database`,
    language: 'setting',
    target: path,
    marks: /^\/(?:var|tmp|home|root)\//.test(path) ? ['unusual-place'] : [],
    text: path,
  });
}

function readSettings(
  context: ArtifactContext,
  path: PathText,
  user: 'mysql' | 'postgres',
): readonly PersistenceFact[] {
  const { bytes } = readFileNow(context, id, path, settingsLimit);
  return [...textLines(bytes, { lines: 20_000, longest: 8192 })].flatMap(({ line, text }) => {
    const match =
      /^\s*([A-Za-z_-]+)\s*[=\s]\s*(?:'((?:''|[^'])*)'|"([^"]*)"|([^#\s][^#]*?))?\s*(?:#.*)?$/.exec(text);
    if (match === null) return [];
    const [, key = '', single, double, bare] = match;
    const value = (single?.replaceAll("''", "'") ?? double ?? bare ?? '').trim();
    const command = user === 'postgres' && runs.test(key);
    const setting = (user === 'postgres' ? loads : mysqlLoads).test(key);
    if (value === '' || !(command || setting)) return [];
    return [
      entry({
        source: { source: path, line },
        mechanism: 'database-function',
        user: printableText(user),
        trigger: phrase`database`,
        command: printableLatin1(command ? value : `${key}=${value}`),
        language: command ? 'shell' : 'setting',
        ...(!command && value.startsWith('/')
          ? { target: printableLatin1(value.split(/[:,\s]/, 1)[0] ?? '') }
          : {}),
        text: printableLatin1(text),
      }),
    ];
  });
}

/** `/var/lib/postgresql/15/main` and `/var/lib/pgsql/data`: a folder with a file PG_VERSION. */
function dataFolders(context: ArtifactContext): readonly PathText[] {
  const found: PathText[] = [];
  const look = (folder: PathText, depth: number): void => {
    const version = joinPath(folder, printableText('PG_VERSION'));
    if (context.target.readNow({ kind: 'stat', path: version }).status === 'ok') found.push(folder);
    else if (depth > 0)
      for (const { path } of foldersIn(context, id, folder).slice(0, 64)) look(path, depth - 1);
  };
  for (const folder of postgresData) {
    if (context.target.readNow({ kind: 'stat', path: folder }).status === 'ok') look(folder, 2);
  }
  return [...new Set(found)];
}

const setting =
  (name: string) =>
  (folder: PathText): PathText =>
    joinPath(folder, printableText(name));

export const databaseFunctions: PersistenceArtifact = {
  id,
  sources: [
    ...pluginFolders.map((path) => ({ kind: 'glob' as const, path: `${path}/*.so`, live: false })),
    ...postgresData.map((path) => ({ kind: 'glob' as const, path: `${path}/*/*/*`, live: false })),
    { kind: 'glob', path: `${postgresSettings}/*/*/*.conf`, live: false },
    ...mysqlSettings.map((path) => ({ kind: 'file' as const, path, live: false })),
    ...mysqlFolders.map((path) => ({ kind: 'glob' as const, path: `${path}/*.cnf`, live: false })),
  ],
  mechanisms: ['database-function'],
  order: 14,
  required: false,
  gather(context) {
    const there = (path: PathText): boolean =>
      context.target.readNow({ kind: 'stat', path }).status !== 'absent';
    const data = dataFolders(context);
    const clusters = foldersIn(context, id, postgresSettings)
      .slice(0, 64)
      .flatMap(({ path }) => foldersIn(context, id, path).slice(0, 64))
      .map(({ path }) => path);
    const facts = [
      ...pluginFolders.flatMap((folder) =>
        filesIn(context, id, folder, isLibrary).map(({ path }) => library(path, 'mysql')),
      ),
      ...data.flatMap((folder) =>
        filesIn(context, id, folder, isLibrary).map(({ path }) => library(path, 'postgres')),
      ),
      ...[
        ...data.map(setting('postgresql.conf')),
        ...data.map(setting('postgresql.auto.conf')),
        ...clusters.map(setting('postgresql.conf')),
      ]
        .filter(there)
        .flatMap((path) => readSettings(context, path, 'postgres')),
      ...clusters.flatMap((folder) =>
        filesIn(context, id, joinPath(folder, printableText('conf.d')), (name) =>
          name.endsWith('.conf'),
        ).flatMap(({ path }) => readSettings(context, path, 'postgres')),
      ),
      ...mysqlSettings.filter(there).flatMap((path) => readSettings(context, path, 'mysql')),
      ...mysqlFolders.flatMap((folder) =>
        filesIn(context, id, folder, endsIn('.cnf')).flatMap(({ path }) =>
          readSettings(context, path, 'mysql'),
        ),
      ),
    ];
    return Promise.resolve(facts);
  },
};
