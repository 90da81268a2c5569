/**
 * `linux.at`: jobs that wait for atd, of at and of batch.
 *
 * Reads the spools of Debian (cron/atjobs), Red Hat (at) and SUSE (atjobs). Why: a job that runs once and puts
 * itself there again is a timer that no table shows. What it is NOT: jobs that ran; they leave nothing here.
 * The trigger is the time that the file's name carries, UTC.
 * Sources: at(1), atd(8); at 3.2 atd.c.
 */
import { parseAtJob, parseAtName } from '../../../formats/at-job.ts';
import { parsePasswd } from '../../../formats/passwd.ts';
import type { PersistenceFact } from '../../../model/facts/persistence.ts';
import { type Printable, phrase, printableText } from '../../../model/text.ts';
import type { ArtifactContext } from '../../artifact.ts';
import { entry, filesIn, settingsLimit } from '../entry.ts';
import type { PersistenceArtifact } from '../persistence-artifact.ts';
import { readFileNow } from '../reading.ts';
import { environmentOf, variableEntries } from './table-variables.ts';

const id = 'linux.at';
const spools = ['/var/spool/cron/atjobs', '/var/spool/at', '/var/spool/atjobs'].map((path) =>
  printableText(path),
);
const passwd = printableText('/etc/passwd');

function namesOf(context: ArtifactContext): ReadonlyMap<number, Printable> {
  const { bytes } = context.target.readNow({ kind: 'file', path: passwd, limit: 8 << 20 });
  return new Map(parsePasswd(bytes).map(({ uid, name }) => [uid, name]));
}

function timeOf(name: Printable): Printable {
  const told = parseAtName(name);
  if (told === undefined) return phrase`unknown time`;
  const time = new Date(told.timeUs / 1000);
  return printableText(`${told.queue} ${time.toISOString().slice(0, 16)}Z`);
}

function jobsIn(
  context: ArtifactContext,
  folder: Printable,
  names: ReadonlyMap<number, Printable>,
): readonly PersistenceFact[] {
  return filesIn(context, id, folder, (name) => !name.startsWith('.')).flatMap(({ path, name }) => {
    const job = parseAtJob(readFileNow(context, id, path, settingsLimit).bytes);
    if (job === undefined) return [];
    const [first] = job.body;
    const user = names.get(job.uid ?? -1) ?? job.mailTo;
    const variables = job.variables.map((one) => ({
      ...one,
      text: phrase`${printableText(one.name)}=${one.value}`,
    }));
    return [
      entry({
        source: { source: path, ...(first === undefined ? {} : { line: first.line }) },
        mechanism: 'at-job',
        user,
        trigger: timeOf(name),
        environment: [
          ...(environmentOf(variables)(Number.POSITIVE_INFINITY).environment ?? []),
          { name: 'PWD', value: job.folder },
        ],
        body: job.body,
        text: first?.text ?? path,
      }),
      // The shell of whoever asked is no setting of the job.
      ...variableEntries(
        { path, mechanism: 'at-job', user, active: true },
        variables.filter(({ name: own }) => own !== 'SHELL'),
      ),
    ];
  });
}

export const atJobs: PersistenceArtifact = {
  id,
  sources: spools.map((folder) => ({ kind: 'glob', path: `${folder}/*`, live: false })),
  mechanisms: ['at-job'],
  order: 10,
  required: false,
  gather(context) {
    const names = namesOf(context);
    return Promise.resolve(spools.flatMap((folder) => jobsIn(context, folder, names)));
  },
};
