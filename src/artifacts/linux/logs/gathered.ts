/**
 * Logs that are read as a whole: held in memory up to a bound, and read when all of it is there.
 *
 * What it is NOT: for text; only formats whose parts point at each other, or that are unpacked as one, come this way.
 */
import type { LogOutcome } from '../../../formats/log/decode-log.ts';
import type { LogEvent } from '../../../model/facts/event.ts';
import type { LogDoubt } from '../../../model/facts/log.ts';
import type { ShapeSource } from '../../../model/shape-source.ts';
import type { SourceId } from '../../../model/source.ts';
import type { RecordReading } from './log-kind.ts';

/** What a log of no lines says of lines. */
export const noLines = {
  lines: 0,
  events: 0,
  continued: 0,
  unreadable: 0,
  nulBytes: 0,
  cutLines: 0,
  steps: [],
} as const satisfies LogOutcome;

/** Doubts of which there are any, as a part of an outcome. */
export function somethingOf(doubts: readonly LogDoubt[]): Pick<LogOutcome, 'doubts'> {
  const some = doubts.filter(({ count }) => count > 0);
  return some.length === 0 ? {} : { doubts: some };
}

export type WholeReading = ShapeSource &
  Pick<RecordReading, 'id' | 'fits' | 'lastOnly'> & {
    /** Bytes of the content that are held; what is longer is not read at all, for it has no end. */
    readonly most: number;
    read(source: SourceId, bytes: Uint8Array, take: (event: LogEvent) => void): LogOutcome;
  };

/** @returns a reading that is fed forward, so that packed files of the format are read too */
export const gathered = ({ most, read, ...reading }: WholeReading): RecordReading => ({
  ...reading,
  shape: 'records',
  open(source, _, take) {
    const pieces: Uint8Array[] = [];
    let size = 0;
    return {
      push(piece) {
        size += piece.length;
        if (size <= most) pieces.push(piece.slice());
        else pieces.length = 0;
      },
      end(): LogOutcome {
        if (size > most) {
          const reason = `more than ${most >> 20} MiB, not read`;
          return { ...noLines, flaw: { status: 'truncated', reason } };
        }
        return read(source, Buffer.concat(pieces), take);
      },
    };
  },
});
