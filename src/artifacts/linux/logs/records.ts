/**
 * Logs that are no text: wtmp, btmp and the journal, as readings of the table.
 *
 * What a cleaner leaves in them (blank, emptied and stray records, chains that do not fit) is counted as what could not
 * be read: a log of records has none of that by itself.
 */
import { unlz4, unxz, unzstd } from '../../../formats/compress/whole.ts';
import { readJournalEvents } from '../../../formats/journal/events.ts';
import type { LogOutcome } from '../../../formats/log/decode-log.ts';
import { utmpLayoutOf } from '../../../formats/utmp/layout.ts';
import { UtmpReader } from '../../../formats/utmp/reader.ts';
import type { RandomReading, RecordReading } from './log-kind.ts';

const noLines = { continued: 0, nulBytes: 0, cutLines: 0, steps: [] } as const;

/** utmp(5) in the file of that name. */
const utmp = (kind: 'utmp' | 'wtmp' | 'btmp'): RecordReading => ({
  shape: 'records',
  id: kind,
  verified: true,
  // Records of sessions and of failed logins look alike: without a name it is taken for the log of sessions.
  fits: (first) => kind === 'wtmp' && utmpLayoutOf(first) !== undefined,
  open(source, _, take) {
    const reader = new UtmpReader(source, kind, take);
    return {
      push: (piece) => reader.push(piece),
      end(): LogOutcome {
        const { records, events, blank, emptied, strayBytes, restBytes, nulBytes, steps } = reader.end();
        const stray = (strayBytes > nulBytes ? 1 : 0) + (restBytes > 0 ? 1 : 0);
        return {
          ...noLines,
          lines: records + blank,
          events,
          unreadable: blank + emptied + stray,
          nulBytes,
          steps,
        };
      },
    };
  },
});

export const wtmp = utmp('wtmp');
export const btmp = utmp('btmp');
export const utmpNow = utmp('utmp');

const signature = Buffer.from('LPKSHHRH', 'latin1');

const whole =
  (unpack: typeof unxz) =>
  (bytes: Uint8Array, limit: number): Uint8Array | undefined => {
    const unpacked = unpack(bytes, limit);
    return unpacked.state === 'whole' || unpacked.state === 'stopped' ? unpacked.bytes : undefined;
  };

const flaws = {
  foreign: 'it is no journal',
  cut: 'it ends within its head',
  unknown: 'it has features that are not known',
} as const;

const decompress = { xz: whole(unxz), lz4: whole(unlz4), zstd: whole(unzstd) } as const;

export const journal: RandomReading = {
  shape: 'random',
  id: 'journal',
  verified: true,
  fits: (first) => signature.every((byte, index) => first[index] === byte),
  read(file, size, source, _, take): LogOutcome {
    const outcome = readJournalEvents({ file, size, source, decompress }, take);
    if (outcome.status !== 'ok')
      return { ...noLines, lines: 0, events: 0, unreadable: 1, flaw: flaws[outcome.status] };
    const { entries, events, problems } = outcome;
    const unreadable = problems.reduce((sum, { count }) => sum + count, 0);
    return { ...noLines, lines: entries, events, unreadable };
  },
};
