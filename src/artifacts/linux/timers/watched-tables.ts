/**
 * `linux.fcron` and `linux.incron`: the tables of two daemons beside cron.
 *
 * fcron runs by time and load, incron when something happens to a file. Why: seldom installed, so seldom looked
 * at; a job of incron that watches the miner's own file brings it back the moment it is deleted. What it is NOT:
 * fcron's binary tables: they are made from the sources that are read here (`USER.orig`).
 * Sources: fcrontab(5), fcron(8); incrontab(5), incrond(8).
 */
import { parseFcrontab } from '../../../formats/fcrontab.ts';
import { parseIncrontab } from '../../../formats/incrontab.ts';
import { phrase, printableText } from '../../../model/text.ts';
import { endsIn, entry, filesIn, settingsLimit } from '../entry.ts';
import type { PersistenceArtifact } from '../persistence-artifact.ts';
import { readFileNow } from '../reading.ts';

const root = printableText('root');
const fcronSpools = ['/var/spool/fcron', '/usr/local/var/spool/fcron'].map((path) => printableText(path));
const incronUsers = printableText('/var/spool/incron');
const incronSystem = printableText('/etc/incron.d');

export const fcron: PersistenceArtifact = {
  id: 'linux.fcron',
  sources: fcronSpools.map((folder) => ({ kind: 'glob', path: `${folder}/*.orig`, live: false })),
  mechanisms: ['fcron'],
  order: 10,
  required: false,
  gather(context) {
    const facts = fcronSpools.flatMap((folder) =>
      filesIn(context, this.id, folder, endsIn('.orig')).flatMap(({ path, name }) => {
        const table = name.slice(0, -'.orig'.length);
        const owner = table === 'systab' ? root : printableText(table);
        return parseFcrontab(readFileNow(context, this.id, path, settingsLimit).bytes).map((job) =>
          entry({
            source: { source: path, line: job.line },
            mechanism: 'fcron',
            user: job.user === '' ? owner : job.user,
            trigger: job.schedule,
            command: job.command,
            text: job.text,
          }),
        );
      }),
    );
    return Promise.resolve(facts);
  },
};

export const incron: PersistenceArtifact = {
  id: 'linux.incron',
  sources: [incronUsers, incronSystem].map((folder) => ({ kind: 'glob', path: `${folder}/*`, live: false })),
  mechanisms: ['incron'],
  order: 10,
  required: false,
  gather(context) {
    const facts = [incronUsers, incronSystem].flatMap((folder) =>
      filesIn(context, this.id, folder).flatMap(({ path, name }) =>
        parseIncrontab(readFileNow(context, this.id, path, settingsLimit).bytes).map((job) =>
          entry({
            source: { source: path, line: job.line },
            mechanism: 'incron',
            user: folder === incronUsers ? name : root,
            trigger: phrase`${job.mask} ${job.path}`,
            command: job.command,
            text: job.text,
          }),
        ),
      ),
    );
    return Promise.resolve(facts);
  },
};
