/**
 * `linux.crontab`: every table of cron, of the system, of its drop-in folder and of users.
 *
 * Reads /etc/crontab and /etc/cron.d; the spools of Debian (crontabs), Red Hat (cron itself) and SUSE (tabs); the
 * folder of busybox. Why: the most common guard of all; droppers write tables of every user, and Redis writes
 * one when it is told to save its database there. What it is NOT: run-parts folders (`cron-periods.ts`), anacron.
 * A table of another name than an account's is read all the same: cron daemons differ, and it is odd in itself.
 * Environment lines go to the jobs below them (`table-variables.ts`).
 * Sources: crontab(5) and cron(8) of Debian and cronie; busybox crond; knowledge on families §2.3, on entry §5.2.
 */
import { type CronEntry, parseCrontab } from '../../../formats/crontab.ts';
import type { PersistenceFact, PersistenceMark } from '../../../model/facts/persistence.ts';
import type { Mechanism } from '../../../model/mechanism.ts';
import { baseName, type PathText, phrase, printableText } from '../../../model/text.ts';
import type { ArtifactContext } from '../../artifact.ts';
import { entry, filesIn, settingsLimit } from '../entry.ts';
import type { PersistenceArtifact } from '../persistence-artifact.ts';
import { readFileNow } from '../reading.ts';
import { environmentOf, type TableOf, variableEntries } from './table-variables.ts';

const id = 'linux.crontab';

interface Place {
  readonly folder: PathText;
  readonly mechanism: Mechanism;
  /** The name of a table is the user; else a column names it. */
  readonly ofUsers: boolean;
}

const systemTable = printableText('/etc/crontab');
const places: readonly Place[] = [
  { folder: printableText('/etc/cron.d'), mechanism: 'cron-drop-in', ofUsers: false },
  { folder: printableText('/usr/lib/cron.d'), mechanism: 'cron-drop-in', ofUsers: false },
  { folder: printableText('/var/spool/cron/crontabs'), mechanism: 'cron-user', ofUsers: true },
  { folder: printableText('/var/spool/cron/tabs'), mechanism: 'cron-user', ofUsers: true },
  { folder: printableText('/var/spool/cron'), mechanism: 'cron-user', ofUsers: true },
  { folder: printableText('/etc/crontabs'), mechanism: 'cron-busybox', ofUsers: true },
];

/** Left by package managers and editors; no cron reads them. */
const leftOver = /(?:~|\.(?:dpkg|rpm|ucf|pacnew|pacsave|apk)-?\w*|\.sw[a-p]|\.bak|^\.placeholder)$|^#/;
/** Debian's cron takes letters, digits, `_` and `-` only (run-parts(8)); names with a dot are left alone. */
const plainName = /^[A-Za-z0-9_-]+$/;
const debianVersion = printableText('/etc/debian_version');

interface Table extends TableOf {
  readonly withUser: boolean;
}

function jobOf(
  table: Table,
  job: CronEntry,
  noise: boolean,
  given: Pick<PersistenceFact, 'environment'>,
): PersistenceFact {
  const marks: readonly PersistenceMark[] = noise || job.refused ? ['binary-noise'] : [];
  return entry({
    source: { source: table.path, line: job.line },
    mechanism: table.mechanism,
    user: table.withUser ? job.user : table.user,
    trigger: job.schedule,
    command: job.command,
    ...given,
    // What the command reads is run by it where it is a shell or an interpreter.
    body: job.input === '' ? [] : [{ line: job.line, text: job.input }],
    active: table.active && !job.refused,
    marks,
    text: job.text,
  });
}

function readTable(context: ArtifactContext, table: Table): readonly PersistenceFact[] {
  const reading = readFileNow(context, id, table.path, settingsLimit);
  if (!reading.readable) return [];
  const { entries, variables, noise } = parseCrontab(reading.bytes, { withUser: table.withUser });
  const environment = environmentOf(variables);
  return [
    ...entries.map((job) => jobOf(table, job, noise, environment(job.line))),
    ...variableEntries(table, variables),
  ];
}

function readFolder(context: ArtifactContext, place: Place, debian: boolean): readonly PersistenceFact[] {
  const { folder, mechanism, ofUsers } = place;
  return filesIn(context, id, folder).flatMap(({ path, name }) => {
    const read = ofUsers || !debian || plainName.test(name);
    return readTable(context, {
      path,
      mechanism,
      user: ofUsers ? baseName(path) : phrase``,
      withUser: !ofUsers,
      active: read && !leftOver.test(name),
    });
  });
}

export const crontab: PersistenceArtifact = {
  id,
  sources: [
    { kind: 'file', path: systemTable, live: false },
    ...places.map(({ folder }) => ({ kind: 'glob' as const, path: `${folder}/*`, live: false })),
  ],
  mechanisms: ['cron-table', 'cron-drop-in', 'cron-user', 'cron-busybox'],
  order: 10,
  required: true,
  gather(context) {
    const debian = context.target.readNow({ kind: 'stat', path: debianVersion }).status === 'ok';
    const table = {
      path: systemTable,
      mechanism: 'cron-table',
      user: phrase``,
      withUser: true,
      active: true,
    } as const;
    const facts = [
      ...readTable(context, table),
      ...places.flatMap((place) => readFolder(context, place, debian)),
    ];
    return Promise.resolve(facts);
  },
};
