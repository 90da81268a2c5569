/**
 * What a text file or script says of mining, by line.
 *
 * Why: configurations, cron lines, unit files and scripts are shown to people by their line.
 * How: its words as in memory (`traces.ts`), and each line read as a command as well (`argv.ts`).
 * What it is NOT: a shell parser; quotes only part words.
 */
import type { MiningTrace } from '../model/facts/process.ts';
import { tracesOfArgv } from './argv.ts';
import { findTraces, traceBudget } from './traces.ts';

const mostLines = 5000;
const longestLine = 8192;

export interface LineTrace {
  readonly found: MiningTrace;
  /** One-based. */
  readonly line: number;
}

/** What a text file or script says of mining, by line: its words, and its lines read as commands. */
export function tracesOfText(text: string): readonly LineTrace[] {
  const bytes = new TextEncoder().encode(text);
  const seen = new Set<string>();
  const traces: LineTrace[] = [];
  let line = 1;
  let counted = 0;
  const hits = [...findTraces(bytes, traceBudget(), seen)].sort((a, b) => a.offset - b.offset);
  for (const { found, offset } of hits) {
    for (; counted < offset; counted += 1) if (bytes[counted] === 0x0a) line += 1;
    traces.push({ found, line });
  }
  text.split('\n', mostLines).forEach((content, index) => {
    if (!content.includes(' -') || content.length > longestLine) return;
    for (const found of tracesOfArgv(content.trim().split(/[\s"';|&]+/))) {
      const key = JSON.stringify(found);
      if (seen.has(key)) continue;
      seen.add(key);
      traces.push({ found, line: index + 1 });
    }
  });
  return traces;
}
