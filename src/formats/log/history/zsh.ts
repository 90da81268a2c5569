/**
 * .zsh_history, plain or with EXTENDED_HISTORY: `: 1700000000:0;command`; a line that ends in `\` goes on.
 *
 * Bytes that zsh has a meaning for are written as 0x83 and the byte with 32 turned over ("metafied").
 * Source: zsh Src/hist.c (savehistfile, readhistfile, readhistline) at 2564174; Src/utils.c (unmetafy).
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

/** zsh joins at any backslash; behind one that is the command's own last byte it writes a blank, and takes it away. */
const goesOn = (text: string): boolean => text.endsWith('\\');
const withoutBlank = (text: string): string => (/\\ +$/.test(text) ? text.slice(0, -1) : text);

class ZshHistory implements LineDecoder {
  readonly #context: DecodeContext;
  readonly #account: Printable;
  #line: HeldLine | undefined;
  #command = '';
  #isExtended = false;

  constructor(context: DecodeContext) {
    this.#context = context;
    this.#account = ownerOf(context.source);
  }

  decode(line: LogLine): boolean {
    const { clock } = this.#context;
    let text = lineText(line);
    // Older ones wrote no blank behind a backslash: what begins like a command is one.
    if (this.#isExtended && this.#line !== undefined && extended.test(text)) {
      this.#command += '\\';
      this.end();
    }
    if (this.#line === undefined) {
      const found = extended.exec(text);
      if (found === null || !clock.epoch(Number(found[1]) * 1e6, 'second')) clock.undated();
      if (found !== null) text = text.slice(found[0].length);
      // Without times a command that begins with a colon has a backslash before it.
      else if (text.startsWith('\\:')) text = text.slice(1);
      this.#line = new HeldLine(line, clock);
      this.#isExtended = found !== null;
      this.#command = '';
    } else this.#command += '\n';
    const more = goesOn(text) && this.#command.length < mostBytes;
    this.#command += more ? text.slice(0, -1) : withoutBlank(text);
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
  verified: true,
  source: 'zsh Src/hist.c (savehistfile, readhistfile, readhistline) at 2564174',
  decoder: (context) => new ZshHistory(context),
};
