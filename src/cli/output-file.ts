/** What a command line wants in a file: for its owner alone, whatever it is. */
import { writeFileSync } from 'node:fs';
import { DemineError, errorText } from '../model/error.ts';

/** @param flag `a` appends: with nothing, to see whether the file can be written at all */
export function writeOutputFile(path: string, text: string, flag: 'w' | 'a' = 'w'): void {
  try {
    writeFileSync(path, text, { mode: 0o600, flag });
  } catch (cause) {
    throw new DemineError('output-unwritable', errorText(cause), { subject: path, cause });
  }
}
