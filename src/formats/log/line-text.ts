/** A line, or its rest, as text of one character a byte. */
import type { LogLine } from './line-reader.ts';

export const lineText = (line: LogLine, from: number = line.start): string =>
  from === line.start ? line.text : line.text.substring(from - line.start);
