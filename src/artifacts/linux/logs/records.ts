/**
 * Logs that are no text: wtmp, btmp and the journal, also as journalctl wrote it out, as readings of the table.
 *
 * What a cleaner leaves in them (blank, emptied and stray records, chains that do not fit) is counted as what could not
 * be read: a log of records has none of that by itself.
 */
import { unlz4, unxz, unzstd } from '../../../formats/compress/whole.ts';
import { quickZstd } from '../../../formats/compress/zstd-whole.ts';
import { readJournalEvents } from '../../../formats/journal/events.ts';
import { ExportedFields, ExportedObjects, exportedForm } from '../../../formats/journal/exported.ts';
import type { JournalProblem, ProblemCount } from '../../../formats/journal/problems.ts';
import type { LogFlaw, LogOutcome } from '../../../formats/log/decode-log.ts';
import { utmpLayoutOf } from '../../../formats/utmp/layout.ts';
import { UtmpReader } from '../../../formats/utmp/reader.ts';
import { noLines, somethingOf } from './gathered.ts';
import type { RandomReading, RecordReading } from './log-kind.ts';

/** utmp(5) in the file of that name. */
const utmp = (kind: 'utmp' | 'wtmp' | 'btmp'): RecordReading => ({
  shape: 'records',
  id: kind,
  verified: true,
  source:
    'glibc sysdeps/gnu/bits/utmp.h, bits/wordsize.h; musl include/utmpx.h; utmp(5); plaso test_data/utmp, wtmp.1',
  // Records of sessions and of failed logins look alike: without a name it is taken for the log of sessions.
  fits: (first) => kind === 'wtmp' && utmpLayoutOf(first) !== undefined,
  open(source, _, take) {
    const reader = new UtmpReader(source, kind, take);
    return {
      push: (piece) => reader.push(piece),
      end(): LogOutcome {
        const { records, events, blank, emptied, strayBytes, restBytes, nulBytes, steps } = reader.end();
        const cutOut = strayBytes > nulBytes ? 1 : 0;
        // The list of who is logged in now empties its records itself.
        const changed = kind === 'utmp' ? 0 : emptied + cutOut;
        return {
          ...noLines,
          lines: records + blank,
          events,
          unreadable: blank + emptied + cutOut + (restBytes > 0 ? 1 : 0),
          nulBytes,
          steps,
          ...somethingOf([{ what: 'changed', count: changed }]),
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

const unread: Readonly<Record<'foreign' | 'cut' | 'unknown', LogFlaw>> = {
  foreign: { status: 'error', reason: 'it is no journal' },
  cut: { status: 'error', reason: 'it ends within its head' },
  unknown: { status: 'error', reason: 'it has features that are not known' },
};

const decompress = { xz: whole(unxz), lz4: whole(unlz4), zstd: whole(unzstd), quickZstd } as const;

/** Of these some stand in every journal that was being written when it was read or when the host went down. */
const harmless: ReadonlySet<JournalProblem> = new Set(['counts-differ', 'unlinked-entry', 'bytes-skipped']);
const changed: ReadonlySet<JournalProblem> = new Set(['hash-wrong', 'entry-changed']);
const cutShort: ReadonlySet<JournalProblem> = new Set(['truncated', 'too-much']);

const counted = (problems: readonly ProblemCount[], kinds: ReadonlySet<JournalProblem>): number =>
  problems.reduce((sum, { kind, count }) => sum + (kinds.has(kind) ? count : 0), 0);

function flawOf(problems: readonly ProblemCount[]): LogFlaw | undefined {
  const broken = problems.filter(
    ({ kind }) => !(harmless.has(kind) || changed.has(kind) || cutShort.has(kind)),
  );
  if (broken.length > 0) {
    const words = broken.map(({ kind, count }) => `${kind} ${count}`).join(', ');
    return { status: 'error', reason: `parts of it cannot be: ${words}` };
  }
  const isCut = counted(problems, cutShort) > 0;
  return isCut ? { status: 'truncated', reason: 'not all of its parts are there or were read' } : undefined;
}

export const journal: RandomReading = {
  shape: 'random',
  id: 'journal',
  verified: true,
  source: 'systemd docs/JOURNAL_FILE_FORMAT.md; src/libsystemd/sd-journal/journal-def.h',
  fits: (first) => signature.every((byte, index) => first[index] === byte),
  // `file_id` of journal-def.h; what stands around it counts entries.
  identity: (first) => first.subarray(24, 40),
  read({ file, size, source }, take): LogOutcome {
    const outcome = readJournalEvents({ file, size, source, decompress }, take);
    if (outcome.status !== 'ok') return { ...noLines, unreadable: 1, flaw: unread[outcome.status] };
    const { entries, events, problems, claims, unproven, order } = outcome;
    const flaw = flawOf(problems);
    const doubts = somethingOf([
      { what: 'claimed', count: claims - unproven },
      { what: 'unproven', count: unproven },
      { what: 'changed', count: counted(problems, changed) },
      { what: 'disordered', count: order.seqnumBack + order.monotonicBack },
    ]);
    return {
      ...noLines,
      lines: entries,
      events,
      unreadable: problems.reduce((sum, { count }) => sum + count, 0),
      steps: order.steps,
      ...doubts,
      ...(flaw === undefined ? {} : { flaw }),
    };
  },
};

const exported = (form: 'fields' | 'objects', id: string): RecordReading => ({
  shape: 'records',
  id,
  verified: true,
  source: 'systemd docs/JOURNAL_EXPORT_FORMATS.md; src/shared/logs-show.c (output_export, output_json)',
  fits: (first) => exportedForm(first) === form,
  open: (source, _, take) =>
    form === 'fields' ? new ExportedFields(source, take) : new ExportedObjects(source, take),
});

export const journalFields = exported('fields', 'journal-export');
export const journalObjects = exported('objects', 'journal-json');
