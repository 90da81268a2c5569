/**
 * .zsh_history, plain or with EXTENDED_HISTORY: `: 1700000000:0;command`; a line that ends in `\` goes on.
 *
 * Bytes that zsh has a meaning for are written as 0x83 and the byte with 32 turned over ("metafied").
 * Source: zsh Src/hist.c (savehistfile, readhistline), Src/utils.c (unmetafy), zshoptions(1) EXTENDED_HISTORY.
 */
import { type Printable, printableText } from '../../../model/text.ts';
import type { DecodeContext, LineDecoder, LogFormat } from '../decoder.ts';
import { HeldLine } from '../held-line.ts';
import type { LogLine } from '../line-reader.ts';
import { lineText } from '../line-text.ts';
import { historyCommand } from './bash.ts';
import { ownerOf } from './owner.ts';

const extended = /^: {1,2}(\d{1,11}):\d{1,11};/;
const mostBytes = 64 << 10;
const nowhere = printableText('');

const unmetafied = (text: string): string =>
  text.replace(/\x83([\s\S])/g, (_, character: string) => String.fromCharCode(character.charCodeAt(0) ^ 32));

/** The backslash that joins is an odd one: two are one of the command. */
function goesOn(text: string): boolean {
  let at = text.length;
  while (at > 0 && text[at - 1] === '\\') at -= 1;
  return (text.length - at) % 2 === 1;
}

class ZshHistory implements LineDecoder {
  readonly #context: DecodeContext;
  readonly #account: Printable;
  #line: HeldLine | undefined;
  #command = '';

  constructor(context: DecodeContext) {
    this.#context = context;
    this.#account = ownerOf(context.source);
  }

  decode(line: LogLine): boolean {
    const { clock } = this.#context;
    let text = lineText(line);
    if (this.#line === undefined) {
      const found = extended.exec(text);
      if (found === null || !clock.epoch(Number(found[1]) * 1e6, 'second')) clock.undated();
      if (found !== null) text = text.slice(found[0].length);
      this.#line = new HeldLine(line, clock);
      this.#command = '';
    } else this.#command += '\n';
    const more = goesOn(text) && this.#command.length < mostBytes;
    this.#command += more ? text.slice(0, -1) : text;
    if (!more) this.end();
    return true;
  }

  end(): void {
    if (this.#line === undefined) return;
    this.#line.emit(this.#context, nowhere, historyCommand(this.#account, unmetafied(this.#command)));
    this.#line = undefined;
  }
}

export const zshHistory: LogFormat = {
  id: 'zsh-history',
  origin: 'zsh Src/hist.c (savehistfile)',
  verified: true,
  decoder: (context) => new ZshHistory(context),
};
