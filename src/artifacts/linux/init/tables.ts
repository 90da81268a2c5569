/**
 * `linux.inittab`, `linux.upstart` and `linux.runit`: what the first process starts, where it is not systemd.
 *
 * Why: a respawn line, a job or a run script is started again by pid 1 itself, seconds after it was killed. What it
 * is NOT: what runs now. On a host with systemd these files are read by nobody; they are told as they stand, and
 * the judge sees from the commands whether they are honest.
 * Sources: inittab(5); init(5) of upstart; runsvdir(8), sv(8) of runit and daemontools.
 */
import { parseInittab } from '../../../formats/inittab.ts';
import { parseUpstartJob } from '../../../formats/upstart-job.ts';
import type { PersistenceFact } from '../../../model/facts/persistence.ts';
import { joinPath, type PathText, type Printable, phrase, printableText } from '../../../model/text.ts';
import type { ArtifactContext } from '../../artifact.ts';
import { endsIn, entry, filesIn, namesIn, scriptEntry, settingsLimit } from '../entry.ts';
import { homesOf } from '../homes.ts';
import type { PersistenceArtifact } from '../persistence-artifact.ts';
import { readFileNow } from '../reading.ts';

const root = printableText('root');
const table = printableText('/etc/inittab');

export const inittab: PersistenceArtifact = {
  id: 'linux.inittab',
  sources: [{ kind: 'file', path: table, live: false }],
  mechanisms: ['inittab'],
  order: 11,
  required: false,
  gather(context) {
    const { bytes } = readFileNow(context, this.id, table, settingsLimit);
    const facts = parseInittab(bytes).map(({ line, levels, action, process, text }) =>
      entry({
        source: { source: table, line },
        mechanism: 'inittab',
        user: root,
        trigger: phrase`${printableText(action)} ${levels}`,
        command: process,
        marks: action === 'respawn' ? ['restarts'] : [],
        text,
      }),
    );
    return Promise.resolve(facts);
  },
};

const jobFolder = printableText('/etc/init');
const ownJobs = ['.config/upstart', '.init'].map((path) => printableText(path));

function jobsIn(
  context: ArtifactContext,
  artifact: string,
  folder: PathText,
  user: Printable,
): readonly PersistenceFact[] {
  return filesIn(context, artifact, folder, endsIn('.conf')).flatMap(({ path }) => {
    const job = parseUpstartJob(readFileNow(context, artifact, path, settingsLimit).bytes);
    return job.commands.map(({ line, command, body, text }) =>
      entry({
        source: { source: path, line },
        mechanism: 'upstart',
        user: job.user === '' ? user : job.user,
        trigger: job.startOn,
        command,
        body,
        active: job.startOn !== '',
        marks: job.respawns ? ['restarts'] : [],
        text,
      }),
    );
  });
}

export const upstart: PersistenceArtifact = {
  id: 'linux.upstart',
  sources: [
    { kind: 'glob', path: `${jobFolder}/*.conf`, live: false },
    ...ownJobs.map((folder) => ({ kind: 'glob' as const, path: `/home/*/${folder}/*.conf`, live: false })),
  ],
  mechanisms: ['upstart'],
  order: 11,
  required: false,
  gather(context) {
    const ofHomes = homesOf(context.target).flatMap(({ path, user }) =>
      ownJobs
        .map((folder) => joinPath(path, folder))
        .filter((folder) => context.target.readNow({ kind: 'stat', path: folder }).status !== 'absent')
        .flatMap((folder) => jobsIn(context, this.id, folder, user)),
    );
    return Promise.resolve([...jobsIn(context, this.id, jobFolder, root), ...ofHomes]);
  },
};

const serviceFolders = [
  '/etc/service',
  '/service',
  '/var/service',
  '/etc/runit/runsvdir/current',
  '/etc/sv',
  '/etc/s6/sv',
  // GitLab brings a runit of its own.
  '/opt/gitlab/service',
].map((path) => printableText(path));
const runScripts = ['run', 'finish', 'log/run'].map((path) => printableText(path));

export const runit: PersistenceArtifact = {
  id: 'linux.runit',
  sources: serviceFolders.flatMap((folder) =>
    runScripts.map((run) => ({ kind: 'glob' as const, path: `${folder}/*/${run}`, live: false })),
  ),
  mechanisms: ['runit'],
  order: 11,
  required: false,
  gather(context) {
    const facts = serviceFolders.flatMap((folder) =>
      namesIn(context, this.id, folder).flatMap(({ name }) => {
        const service = joinPath(folder, name);
        const down =
          context.target.readNow({ kind: 'stat', path: joinPath(service, printableText('down')) }).status ===
          'ok';
        // Definitions that no supervised folder links wait to be switched on.
        const supervised = !/^\/etc\/(?:sv|s6\/sv)$/.test(folder);
        return runScripts.flatMap((run) => {
          const path = joinPath(service, run);
          if (context.target.readNow({ kind: 'stat', path, follow: true }).status === 'absent') return [];
          const found = scriptEntry(context, this.id, path, {
            mechanism: 'runit',
            user: root,
            trigger: phrase`boot`,
            active: supervised && !down,
            marks: supervised && !down ? ['restarts'] : ['switched-off'],
          });
          return found === undefined ? [] : [found];
        });
      }),
    );
    return Promise.resolve(facts);
  },
};
