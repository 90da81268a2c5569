/** JSON to a file that only its owner reads, where a command line asks for it. */
import { writeFileSync } from 'node:fs';
import { DemineError, errorText } from '../model/error.ts';

/** @param flag `a` appends: with nothing, to see whether the file can be written at all */
export function writeJsonFile(path: string, text: string, flag: 'w' | 'a' = 'w'): void {
  try {
    writeFileSync(path, text, { mode: 0o600, flag });
  } catch (cause) {
    throw new DemineError('output-unwritable', errorText(cause), { subject: path, cause });
  }
}
