/**
 * What lies beside a service's own log and is another: its access log, in the same folder and with the same ending.
 *
 * A row of the table may name other readings; a file is looked at first, and read by whichever of them reads it. What
 * none reads stays with the row, which tells that; of a row that guesses it is none, whatever it is called. What it is
 * NOT: a search; only files of such rows are looked at.
 */
import type { Target } from '../../../target/port.ts';
import { beginning } from './beginning.ts';
import type { FoundLogs } from './find-logs.ts';
import { sample, sniff } from './sniff.ts';
import type { Unpack } from './unpack.ts';

export function withReadings(target: Target, found: FoundLogs, unpack: Unpack): FoundLogs {
  const files = found.files.flatMap((file) => {
    const { beside, reading, path, size, guessed } = file;
    if (beside === undefined || size === 0) return [file];
    const fit = sniff(beginning(target, path, unpack, sample), [reading, ...beside]);
    if (fit !== undefined) return [{ ...file, reading: fit.reading }];
    return guessed === true ? [] : [file];
  });
  return { ...found, files };
}
