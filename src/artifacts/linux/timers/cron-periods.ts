/**
 * `linux.cron-periods`: the folders whose scripts cron runs by the hour, day, week and month.
 *
 * Reads cron.hourly, cron.daily, cron.weekly, cron.monthly, cron.yearly, and periodic/ of Alpine. Why: a script
 * dropped there needs no table, and families put the same one into all of them (pwnrig). What it is NOT: the order
 * or the time of day at which they run. run-parts(8) of Debian leaves out names with a dot, and every one leaves out
 * files without an execute bit: those are told as not active.
 * Sources: cron(8), run-parts(8), anacron(8); Alpine's busybox-openrc crontab.
 */
import { type joinPath, type Printable, phrase, printableText } from '../../../model/text.ts';
import type { ArtifactContext } from '../../artifact.ts';
import { filesIn, scriptEntry } from '../entry.ts';
import type { PersistenceArtifact } from '../persistence-artifact.ts';

const id = 'linux.cron-periods';
const root = printableText('root');

const folders = [
  ...['hourly', 'daily', 'weekly', 'monthly', 'yearly'].map((period) => ({
    path: `/etc/cron.${period}`,
    period,
  })),
  ...['15min', 'hourly', 'daily', 'weekly', 'monthly'].map((period) => ({
    path: `/etc/periodic/${period}`,
    period,
  })),
];

const leftOver = /(?:~|\.(?:dpkg|rpm|ucf)-?\w*|\.sw[a-p])$/;

function isRun(context: ArtifactContext, path: ReturnType<typeof joinPath>, name: Printable): boolean {
  const { stat } = context.target.readNow({ kind: 'stat', path, follow: true });
  return stat !== undefined && (stat.mode & 0o111) !== 0 && !leftOver.test(name) && name !== '.placeholder';
}

export const cronPeriods: PersistenceArtifact = {
  id,
  sources: folders.map(({ path }) => ({ kind: 'glob', path: `${path}/*`, live: false })),
  mechanisms: ['cron-period'],
  order: 10,
  required: true,
  gather(context) {
    const facts = folders.flatMap(({ path: folder, period }) =>
      filesIn(context, id, printableText(folder), (name) => name !== '.placeholder').flatMap(
        ({ path, name }) => {
          const found = scriptEntry(context, id, path, {
            mechanism: 'cron-period',
            user: root,
            trigger: phrase`${printableText(period)}`,
            active: isRun(context, path, name),
          });
          return found === undefined ? [] : [found];
        },
      ),
    );
    return Promise.resolve(facts);
  },
};
