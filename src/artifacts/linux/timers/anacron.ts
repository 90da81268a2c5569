/**
 * `linux.anacron`: jobs of anacron, and what lies in its spool.
 *
 * Reads /etc/anacrontab, the tables of users below their homes, and /var/spool/anacron, where a date is kept for
 * each job. Why: jobs that survive a machine that was off at night; the spool is a folder that nobody looks into.
 * What it is NOT: the record of runs (that is a matter of time lines); a file of the spool that is no date is an
 * entry, because something else has been put there.
 * Sources: anacron(8), anacrontab(5).
 */
import { parseAnacrontab } from '../../../formats/anacrontab.ts';
import { parseCrontab } from '../../../formats/crontab.ts';
import type { PersistenceFact } from '../../../model/facts/persistence.ts';
import { joinPath, type PathText, type Printable, phrase, printableText } from '../../../model/text.ts';
import type { ArtifactContext } from '../../artifact.ts';
import { entry, filesIn, scriptEntry, settingsLimit } from '../entry.ts';
import { homesOf } from '../homes.ts';
import type { PersistenceArtifact } from '../persistence-artifact.ts';
import { readFileNow } from '../reading.ts';
import { environmentOf, variableEntries } from './table-variables.ts';

const id = 'linux.anacron';
const system = printableText('/etc/anacrontab');
const spool = printableText('/var/spool/anacron');
const root = printableText('root');
const ofUser = printableText('.anacron/etc/anacrontab');

function jobsOf(context: ArtifactContext, path: PathText, user: Printable): readonly PersistenceFact[] {
  const reading = readFileNow(context, id, path, settingsLimit);
  // Environment lines have one form in both kinds of tables.
  const { variables } = parseCrontab(reading.bytes, { withUser: false });
  const environment = environmentOf(variables);
  const jobs = parseAnacrontab(reading.bytes).map((job) =>
    entry({
      source: { source: path, line: job.line },
      mechanism: 'anacron',
      user,
      trigger: job.schedule,
      command: job.command,
      ...environment(job.line),
      text: job.text,
    }),
  );
  return [...jobs, ...variableEntries({ path, mechanism: 'anacron', user, active: true }, variables)];
}

/** Files of the spool hold one date of eight digits. */
function strangersOf(context: ArtifactContext): readonly PersistenceFact[] {
  return filesIn(context, id, spool).flatMap(({ path }) => {
    const reading = readFileNow(context, id, path, 64);
    if (/^(?:\d{8})?\s*$/.test(Buffer.from(reading.bytes).toString('latin1'))) return [];
    const found = scriptEntry(context, id, path, {
      mechanism: 'anacron',
      user: root,
      trigger: phrase`none`,
      active: false,
      marks: ['unusual-place'],
    });
    return found === undefined ? [] : [found];
  });
}

export const anacron: PersistenceArtifact = {
  id,
  sources: [
    { kind: 'file', path: system, live: false },
    { kind: 'glob', path: `/home/*/${ofUser}`, live: false },
    { kind: 'glob', path: `${spool}/*`, live: false },
  ],
  mechanisms: ['anacron'],
  order: 10,
  required: false,
  gather(context) {
    const facts = [
      ...jobsOf(context, system, root),
      ...homesOf(context.target).flatMap(({ path, user }) => {
        const table = joinPath(path, ofUser);
        const there = context.target.readNow({ kind: 'stat', path: table }).status !== 'absent';
        return there ? jobsOf(context, table, user) : [];
      }),
      ...strangersOf(context),
    ];
    return Promise.resolve(facts);
  },
};
