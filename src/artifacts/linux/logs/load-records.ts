/**
 * What sysstat and atop wrote down of load, as readings of the table: one event a sample, for the onset of mining.
 *
 * The names that sadc and atop give their files by default are those of sa1(8), sa2(8) and atop(1) "RAW DATA STORAGE".
 */
import { atopBeganUs, parseAtop } from '../../../formats/atop.ts';
import type { CpuHistory } from '../../../formats/cpu-history.ts';
import { giveLoadEvents } from '../../../formats/load-events.ts';
import type { LogFlaw } from '../../../formats/log/decode-log.ts';
import { parseSysstat, sysstatBeganUs } from '../../../formats/sysstat.ts';
import { gathered, noLines } from './gathered.ts';
import type { RecordReading } from './log-kind.ts';

/** A day of a host with hundreds of processors and disks, each ten seconds. */
const most = 64 << 20;

function flawOf({ end, reason = 'it ends early' }: CpuHistory): LogFlaw | undefined {
  if (end === 'whole') return undefined;
  return { status: end === 'cut' ? 'truncated' : 'error', reason };
}

const loadRecords = (
  id: string,
  source: string,
  parse: (bytes: Uint8Array) => CpuHistory | undefined,
  fits: RecordReading['fits'],
): RecordReading =>
  gathered({
    id,
    verified: true,
    source,
    fits,
    most,
    read(of, bytes, take) {
      const history = bytes.length === 0 ? undefined : parse(bytes);
      if (history === undefined) {
        if (bytes.length === 0) return noLines;
        const flaw = { status: 'error', reason: `not written by ${id}` } as const;
        return { ...noLines, unreadable: 1, flaw };
      }
      giveLoadEvents(of, history, take);
      const flaw = flawOf(history);
      const events = history.samples.length;
      return { ...noLines, lines: events, events, ...(flaw === undefined ? {} : { flaw }) };
    },
  });

export const sysstat = loadRecords(
  'sysstat',
  'sysstat 12.7 sa.h, sa_common.c (read_record_hdr, read_file_stat_bunch), rd_stats.h (stats_cpu)',
  parseSysstat,
  (first) => sysstatBeganUs(first) !== undefined,
);
export const atop = loadRecords(
  'atop',
  'atop 2.13 rawlog.h (rawheader, rawrecord), rawlog.c, photosyst.h and prev/ (cpustat)',
  parseAtop,
  (first) => atopBeganUs(first) !== undefined,
);
