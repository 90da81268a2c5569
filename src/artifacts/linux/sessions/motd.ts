/**
 * `linux.motd`: scripts that run as root when anybody logs in, to make the message of the day.
 *
 * Why: run by pam_motd before the shell, for every login, and read by nobody. What it is NOT: the text of the
 * message. Sources: update-motd(5) of Debian and Ubuntu, pam_motd(8); landscape and packages add theirs here.
 */
import { phrase, printableText } from '../../../model/text.ts';
import { filesIn, scriptEntry } from '../entry.ts';
import type { PersistenceArtifact } from '../persistence-artifact.ts';

const id = 'linux.motd';
const folders = ['/etc/update-motd.d', '/usr/lib/update-motd.d'].map((path) => printableText(path));

export const motd: PersistenceArtifact = {
  id,
  sources: folders.map((path) => ({ kind: 'glob', path: `${path}/*`, live: false })),
  mechanisms: ['motd-script'],
  order: 13,
  required: true,
  gather(context) {
    const facts = folders.flatMap((folder) =>
      filesIn(context, id, folder).flatMap(({ path, name }) => {
        const { stat } = context.target.readNow({ kind: 'stat', path, follow: true });
        const found = scriptEntry(context, id, path, {
          mechanism: 'motd-script',
          user: printableText('root'),
          trigger: phrase`login`,
          // run-parts leaves out names with a dot and files without an execute bit.
          active: stat !== undefined && (stat.mode & 0o111) !== 0 && /^[\w-]+$/.test(name),
        });
        return found === undefined ? [] : [found];
      }),
    );
    return Promise.resolve(facts);
  },
};
