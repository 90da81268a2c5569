/** One run of a program as the tables of programs see it. */
import type { WindowsReader } from './reader.ts';

export interface ProgramCall {
  /** Lower case, without its ending. */
  readonly name: string;
  readonly program: string;
  readonly argv: readonly string[];
  readonly stdin: string;
  /** The line as it stands, with quotes. */
  readonly line: string;
  readonly to: WindowsReader;
}

export type Program = (call: ProgramCall) => string;

/** The word after an option. */
export const optionAfter = (argv: readonly string[], name: RegExp): string | undefined => {
  const at = argv.findIndex((word) => name.test(word));
  return at < 0 ? undefined : argv[at + 1];
};
