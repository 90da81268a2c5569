/**
 * `linux.redis`: settings with which a Redis server writes where jobs and keys are read, loads code, or follows a
 * foreign master, and jobs that stand in its database.
 *
 * Why: an open Redis is told `CONFIG SET dir /etc/cron.d`, then `CONFIG REWRITE`; the settings stay as proof, and
 * the database still holds the job. Modules and replication bring code of a foreign server. What it is NOT: what a
 * running server has set in memory; nor a reader of all keys: the first 4 MiB of a database are searched for lines
 * of cron. Sources: redis.conf of Redis 7; knowledge on entry §5.2.
 */
import { parseCrontab } from '../../../formats/crontab.ts';
import { printableLatin1, textLines } from '../../../formats/text-lines.ts';
import type { PersistenceFact, PersistenceMark } from '../../../model/facts/persistence.ts';
import { joinPath, type PathText, phrase, printableText } from '../../../model/text.ts';
import type { ArtifactContext } from '../../artifact.ts';
import { entry, filesIn, settingsLimit } from '../entry.ts';
import type { PersistenceArtifact } from '../persistence-artifact.ts';
import { readFileNow } from '../reading.ts';

const id = 'linux.redis';
const files = [
  '/etc/redis.conf',
  '/etc/valkey.conf',
  '/www/server/redis/redis.conf',
  '/opt/redis/redis.conf',
  '/usr/local/redis/redis.conf',
].map((path) => printableText(path));
const folders = [
  '/etc/redis',
  '/etc/valkey',
  '/usr/local/etc',
  '/usr/local/etc/redis',
  '/usr/local/redis/etc',
].map((path) => printableText(path));
const databases = ['/var/lib/redis', '/var/lib/valkey', '/www/server/redis', '/usr/local/redis/data'].map(
  (path) => printableText(path),
);
const dumpLimit = 4 << 20;

/** Where cron, sshd and web servers read: a database has no business there. */
const readByOthers =
  /^\/(?:etc|var\/spool|root|home|var\/www|usr\/share\/nginx|srv\/www|www\/wwwroot|tmp|var\/tmp|dev)(?:\/|$)|\/\.ssh\/?$/;
const usualDump = /^[\w.-]*\.(?:rdb|aof|db)$/;
const nearBy =
  /^(?:127\.|10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|localhost$|::1$|f[cd][0-9a-f]{2}:|[^.:]+$)/i;

interface Setting {
  readonly key: string;
  readonly value: string;
  readonly line: number;
  readonly text: string;
}

function settingsOf(bytes: Uint8Array): readonly Setting[] {
  return [...textLines(bytes, { lines: 50_000, longest: 8192 })].flatMap(({ line, text }) => {
    const match = /^\s*([A-Za-z-]+)\s+(\S.*?)\s*$/.exec(text);
    if (match === null) return [];
    const value = (match[2] ?? '').replace(/^(["'])(.*)\1$/, '$2');
    return [{ key: (match[1] ?? '').toLowerCase(), value, line, text }];
  });
}

function marksOf({ key, value }: Setting): readonly PersistenceMark[] | undefined {
  if (key === 'dir') return readByOthers.test(value) ? ['unusual-place'] : [];
  if (key === 'dbfilename') return usualDump.test(value) ? [] : ['unusual-place'];
  if (key === 'loadmodule' || key === 'include' || key === 'aclfile') return [];
  if (key === 'replicaof' || key === 'slaveof') {
    return /^no\s+one$/i.test(value) || nearBy.test(value) ? [] : ['foreign-host'];
  }
  if (key === 'enable-debug-command' || key === 'enable-module-command')
    return value === 'no' ? undefined : ['weakens-guard'];
  return undefined;
}

function readSettings(context: ArtifactContext, path: PathText): readonly PersistenceFact[] {
  const { bytes } = readFileNow(context, id, path, settingsLimit);
  return settingsOf(bytes).flatMap((one): readonly PersistenceFact[] => {
    const marks = marksOf(one);
    if (marks === undefined) return [];
    const [first = ''] = one.value.split(/\s/);
    const loads = one.key === 'loadmodule' || one.key === 'include';
    return [
      entry({
        source: { source: path, line: one.line },
        mechanism: 'redis',
        user: phrase`redis`,
        trigger: phrase`server`,
        command: printableLatin1(`${one.key} ${one.value}`),
        language: 'setting',
        ...(loads && first.startsWith('/') ? { target: printableLatin1(first) } : {}),
        marks,
        text: printableLatin1(one.text),
      }),
    ];
  });
}

/** Jobs that somebody stored as values, for the database to be saved as a table of cron. */
function readDump(context: ArtifactContext, path: PathText): readonly PersistenceFact[] {
  const { bytes } = readFileNow(context, id, path, dumpLimit);
  if (Buffer.from(bytes.subarray(0, 6)).toString('latin1').replace('VALKEY', 'REDIS0') !== 'REDIS0')
    return [];
  return parseCrontab(bytes, { withUser: false })
    .entries.slice(0, 100)
    .map((job) =>
      entry({
        source: { source: path, line: job.line },
        mechanism: 'redis',
        user: phrase`redis`,
        trigger: job.schedule,
        command: job.command,
        active: false,
        marks: ['binary-noise'],
        text: job.text,
      }),
    );
}

export const redis: PersistenceArtifact = {
  id,
  sources: [
    ...files.map((path) => ({ kind: 'file' as const, path, live: false })),
    ...folders.map((path) => ({ kind: 'glob' as const, path: `${path}/*.conf`, live: false })),
    ...databases.map((path) => ({ kind: 'glob' as const, path: `${path}/*.rdb`, live: false })),
  ],
  mechanisms: ['redis'],
  order: 14,
  required: false,
  gather(context) {
    const there = files.filter((path) => context.target.readNow({ kind: 'stat', path }).status !== 'absent');
    const listed = folders.flatMap((folder) =>
      filesIn(context, id, folder, (name) => /^(?:redis|valkey|sentinel|\d+).*\.conf$/.test(name)).map(
        ({ path }) => path,
      ),
    );
    const dumps = databases.flatMap((folder) =>
      filesIn(context, id, folder, (name) => /\.rdb$/.test(name)).map(({ name }) => joinPath(folder, name)),
    );
    const facts = [
      ...[...there, ...listed].flatMap((path) => readSettings(context, path)),
      ...dumps.flatMap((path) => readDump(context, path)),
    ];
    return Promise.resolve(facts);
  },
};
