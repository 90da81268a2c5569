/**
 * Files whose time of writing was set by somebody.
 *
 * What: a time of writing later than that of the last change of the inode, which the kernel sets; or one that is far
 * older than those of the folder and of all that lies beside it, in whole seconds as touch(1) and archives write it.
 * Why: whoever hides a dropped file among old ones sets its time back; the inode tells when that was done.
 * What it is NOT: proof. Archives, rsync, backups, layers of containers and `cp -p` keep times too: they bring several
 * files at once, and are known by that. A single file that wget(1) or an archive brought looks the same, so it stays a
 * note. A clock that ran ahead and a zone that an archive did not know put times into the future by hours.
 * File systems that keep no parts of seconds are not judged.
 * Sources: inode(7), utimensat(2); MITRE ATT&CK T1070.006. Thresholds are ours. Units: microseconds UTC.
 */
import type { FileTimesFact } from '../model/facts/persistence.ts';
import type { Finding } from '../model/finding.ts';
import { type Printable, phrase, printableText } from '../model/text.ts';
import { type Analyzer, finding } from './analyzer.ts';

const dayUs = 86_400e6;
/** Half a year older than everything around it. */
const farUs = 180 * dayUs;
/** Zones that an archive does not know, and hardware clocks in local time, are no further off. */
const zonesUs = 14 * 3600e6;
/** What comes together is put there within minutes. */
const togetherUs = 600e6;
const keptUs = dayUs;
const leastNeighbours = 2;
const mostTold = 50;

type Times = FileTimesFact['neighbours'][number];

const isWhole = (us: number): boolean => us % 1e6 === 0;
const isTogether = (a: Times, b: Times): boolean => Math.abs(a.changedUs - b.changedUs) <= togetherUs;

/** Later than the kernel can have written it. */
const isAhead = ({ modifiedUs, changedUs }: Times): boolean => modifiedUs - changedUs > zonesUs;

/** It was written while the clock itself was ahead: it was born then too. */
const wasClockAhead = ({ modifiedUs, bornUs }: FileTimesFact): boolean =>
  !isWhole(modifiedUs) && bornUs !== undefined && Math.abs(bornUs - modifiedUs) <= zonesUs;

/** Of another one that came at the same time the time was kept too. */
const cameWithOthers = (file: FileTimesFact): boolean =>
  file.neighbours.some((one) => isTogether(one, file) && one.changedUs - one.modifiedUs > keptUs);

function isBackdated(file: FileTimesFact): boolean {
  const { modifiedUs, changedUs, bornUs = changedUs, folder, neighbours } = file;
  const isNewer = (us: number): boolean => us - modifiedUs >= farUs;
  return (
    isWhole(modifiedUs) &&
    modifiedUs > 0 &&
    isNewer(changedUs) &&
    // What was there all the time is as old as it says.
    isNewer(bornUs) &&
    isNewer(folder.modifiedUs) &&
    isNewer(folder.bornUs ?? folder.modifiedUs) &&
    neighbours.length >= leastNeighbours &&
    neighbours.every((one) => isNewer(one.modifiedUs)) &&
    neighbours.some((one) => !isWhole(one.modifiedUs)) &&
    !cameWithOthers(file)
  );
}

function isSetAhead(file: FileTimesFact): boolean {
  const alike = file.neighbours.some((one) => isTogether(one, file) && isAhead(one));
  return isAhead(file) && !alike && !wasClockAhead(file);
}

function timeText(us: number): string {
  const date = new Date(us / 1000);
  return Number.isNaN(date.getTime()) ? 'unknown' : date.toISOString();
}

/** `2018-05-01 07:08:09 UTC`, for sentences. */
const wordsOf = (us: number): string =>
  timeText(us)
    .replace('T', ' ')
    .replace(/\.\d+Z$/, ' UTC');

const born = (us: number | undefined): Printable =>
  us === undefined ? phrase`` : phrase`, born ${printableText(timeText(us))}`;

function toldOf(file: FileTimesFact, rule: 'file.time-ahead' | 'file.time-set-back'): Finding {
  const { path, source, modifiedUs, changedUs, bornUs, folder, neighbours } = file;
  const oldest = neighbours.reduce((least, one) => Math.min(least, one.modifiedUs), folder.modifiedUs);
  const beside = {
    source: folder.path,
    text: phrase`modified ${printableText(timeText(folder.modifiedUs))}${born(folder.bornUs)}; the oldest of ${neighbours.length} files beside it and the folder ${printableText(timeText(oldest))}`,
  };
  return finding(
    rule,
    { path, modified: wordsOf(modifiedUs), changed: wordsOf(changedUs) },
    {
      severity: 'low',
      confidence: rule === 'file.time-ahead' ? 50 : 40,
      technique: 'T1070.006',
      bearing: 'context',
      witness: 'file',
      subject: { kind: 'file', path },
      evidence: [
        {
          ...source,
          text: phrase`modified ${printableText(timeText(modifiedUs))}, inode changed ${printableText(timeText(changedUs))}${born(bornUs)}`,
        },
        ...(rule === 'file.time-ahead' ? [] : [beside]),
      ],
      benign: rule === 'file.time-ahead' ? ['kept-times', 'wrong-clock'] : ['kept-times'],
    },
  );
}

export const fileTimes: Analyzer = {
  id: 'file-times',
  rules: ['file.time-ahead', 'file.time-set-back'],
  analyze(facts) {
    const found: Finding[] = [];
    for (const file of facts.of('file-times')) {
      // Without a time of the inode, or parts of its seconds, nothing can be compared.
      if (!(file.changedUs > 0) || isWhole(file.changedUs)) continue;
      if (isSetAhead(file)) found.push(toldOf(file, 'file.time-ahead'));
      else if (isBackdated(file)) found.push(toldOf(file, 'file.time-set-back'));
      if (found.length >= mostTold) break;
    }
    return found;
  },
};
