/**
 * fish_history: `- cmd: …`, then `  when: 1700000000`, then `  paths:`; looks like YAML and is none.
 *
 * A newline of a command is written `\n`, a backslash `\\`.
 * Source: fish-shell src/history/file.rs (decode_item_fish_2_0, escape_yaml_fish_2_0).
 */
import { type Printable, printableText } from '../../../model/text.ts';
import type { DecodeContext, LineDecoder, LogFormat } from '../decoder.ts';
import { HeldLine } from '../held-line.ts';
import type { LogLine } from '../line-reader.ts';
import { lineText } from '../line-text.ts';
import { historyCommand } from './bash.ts';
import { ownerOf } from './owner.ts';

const nowhere = printableText('');
const unescaped = (text: string): string =>
  text.replace(/\\([\\n])/g, (_, character: string) => (character === 'n' ? '\n' : '\\'));

class FishHistory implements LineDecoder {
  readonly #context: DecodeContext;
  readonly #account: Printable;
  #line: HeldLine | undefined;
  #command = '';

  constructor(context: DecodeContext) {
    this.#context = context;
    this.#account = ownerOf(context.source);
  }

  decode(line: LogLine): boolean {
    const text = lineText(line);
    const { clock } = this.#context;
    if (text.startsWith('- cmd: ')) {
      this.end();
      clock.undated();
      this.#line = new HeldLine(line, clock);
      this.#command = text.slice(7);
      return true;
    }
    const when = /^ {2}when: (\d{1,11})$/.exec(text);
    if (when !== null && this.#line !== undefined) {
      if (!clock.epoch(Number(when[1]) * 1e6, 'second')) clock.undated();
      this.#line = new HeldLine(this.#line, clock);
      this.end();
      return true;
    }
    return text === '  paths:' || text.startsWith('    - ');
  }

  end(): void {
    if (this.#line === undefined) return;
    this.#line.emit(this.#context, nowhere, historyCommand(this.#account, unescaped(this.#command)));
    this.#line = undefined;
  }
}

export const fishHistory: LogFormat = {
  id: 'fish-history',
  verified: true,
  source: 'fish-shell src/history/file.rs',
  decoder: (context) => new FishHistory(context),
};
