/**
 * fish_history: `- cmd: …`, then `  when: 1700000000`, then `  paths:`; looks like YAML and is none.
 *
 * A newline of a command is written `\n`, a backslash `\\`.
 * Source: fish-shell src/history/file.rs (decode_item_fish_2_0, escape_yaml_fish_2_0).
 */
import type { DecodeContext, LineDecoder, LogFormat } from '../decoder.ts';
import type { LogLine } from '../line-reader.ts';
import { lineText } from '../line-text.ts';
import { HeldCommand } from './held-command.ts';

const unescaped = (text: string): string =>
  text.replace(/\\([\\n])/g, (_, character: string) => (character === 'n' ? '\n' : '\\'));

class FishHistory implements LineDecoder {
  readonly #context: DecodeContext;
  readonly #command: HeldCommand;

  constructor(context: DecodeContext) {
    this.#context = context;
    this.#command = new HeldCommand(context);
  }

  decode(line: LogLine): boolean {
    const text = lineText(line);
    const { clock } = this.#context;
    if (text.startsWith('- cmd: ')) {
      this.end();
      clock.undated();
      this.#command.begin(line, text.slice(7));
      return true;
    }
    const when = /^ {2}when: (\d{1,11})$/.exec(text);
    if (when !== null && this.#command.isOpen) {
      if (!clock.epoch(Number(when[1]) * 1e6, 'second')) clock.undated();
      this.#command.date();
      this.end();
      return true;
    }
    return text === '  paths:' || text.startsWith('    - ');
  }

  end(): void {
    this.#command.end(unescaped);
  }
}

export const fishHistory: LogFormat = {
  id: 'fish-history',
  verified: true,
  source: 'fish-shell src/history/file.rs',
  decoder: (context) => new FishHistory(context),
};
