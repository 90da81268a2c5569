/** `demine drill`: the safe exercise. */
import { createInterface } from 'node:readline/promises';
import { runDrill } from '../../drill/drill.ts';
import type { Language } from '../../messages/catalogue.ts';
import { wrap } from '../../report/width.ts';
import { writeLines } from '../../scan/event-logs/line-output.ts';
import { viewOf } from '../terminal.ts';

async function ask(question: string): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return await terminal.question(question);
  } finally {
    terminal.close();
  }
}

export function drillCommand(args: {
  readonly language: Language;
  readonly yes: boolean;
  readonly list: boolean;
  readonly scenarios: readonly string[];
}): Promise<number> {
  const { width } = viewOf(args.language);
  return runDrill({
    ...args,
    // Lines are broken for eyes only: what is piped stays one line each.
    // Whoever stopped reading misses the rest, and the drill clears away as ever.
    out: (line) =>
      void writeLines(
        1,
        Buffer.from(`${process.stdout.isTTY === true ? wrap(line, width).join('\n') : line}\n`),
      ),
    ask: process.stdin.isTTY === true ? ask : undefined,
  });
}
