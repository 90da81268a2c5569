/**
 * Settings of logrotate: the scripts that it runs, the programs that it packs with, and the files that it takes in.
 *
 * A script stands between its keyword and `endscript`, and is given to a shell. What it is NOT: when and what is
 * rotated. Sources: logrotate(8) "CONFIGURATION FILE"; logrotate config.c; bounds: 20,000 lines, 256 scripts a file.
 */
import { textLines } from './text-lines.ts';

export interface LogrotateScript {
  readonly keyword: string;
  /** Line of the keyword. */
  readonly line: number;
  readonly lines: readonly { readonly line: number; readonly text: string }[];
}

export interface LogrotateSettings {
  readonly scripts: readonly LogrotateScript[];
  readonly programs: readonly { readonly keyword: string; readonly program: string; readonly line: number }[];
  readonly includes: readonly string[];
}

const opens = /^\s*(prerotate|postrotate|firstaction|lastaction|preremove)\s*(?:#.*)?$/;
const runs = /^\s*(compresscmd|uncompresscmd)[\s=]+"?(\/[^\s"]+)/;
const mostScripts = 256;

export function parseLogrotate(bytes: Uint8Array): LogrotateSettings {
  const scripts: LogrotateScript[] = [];
  const programs: { keyword: string; program: string; line: number }[] = [];
  const includes: string[] = [];
  let open: { keyword: string; line: number; lines: { line: number; text: string }[] } | undefined;
  for (const { line, text } of textLines(bytes, { lines: 20_000, longest: 16_384 })) {
    if (scripts.length + programs.length >= mostScripts) break;
    if (open !== undefined) {
      if (/^\s*endscript\b/.test(text)) {
        scripts.push(open);
        open = undefined;
      } else open.lines.push({ line, text });
      continue;
    }
    const keyword = opens.exec(text)?.[1];
    if (keyword !== undefined) {
      open = { keyword, line, lines: [] };
      continue;
    }
    const program = runs.exec(text);
    if (program !== null) programs.push({ keyword: program[1] ?? '', program: program[2] ?? '', line });
    const included = /^\s*include[\s=]+"?(\/[^\s"]+)/.exec(text)?.[1];
    if (included !== undefined && includes.length < 64) includes.push(included);
  }
  // Without its end logrotate refuses the file; whoever mends the end runs it.
  if (open !== undefined) scripts.push(open);
  return { scripts, programs, includes };
}
