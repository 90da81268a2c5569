/**
 * .zsh_history, plain or with EXTENDED_HISTORY: `: 1700000000:0;command`; a line that ends in `\` goes on.
 *
 * Bytes that zsh has a meaning for are written as 0x83 and the byte with 32 turned over ("metafied").
 * Source: zsh Src/hist.c (savehistfile, readhistfile, readhistline) at 2564174; Src/utils.c (unmetafy).
 */
import type { DecodeContext, LineDecoder, LogFormat } from '../decoder.ts';
import type { LogLine } from '../line-reader.ts';
import { lineText } from '../line-text.ts';
import { HeldCommand } from './held-command.ts';

const extended = /^: {1,2}(\d{1,11}):\d{1,11};/;
const mostBytes = 64 << 10;

const unmetafied = (text: string): string =>
  text.replace(/\x83([\s\S])/g, (_, character: string) => String.fromCharCode(character.charCodeAt(0) ^ 32));

/** zsh joins at any backslash; behind one that is the command's own last byte it writes a blank, and takes it away. */
const goesOn = (text: string): boolean => text.endsWith('\\');
const withoutBlank = (text: string): string => (/\\ +$/.test(text) ? text.slice(0, -1) : text);

class ZshHistory implements LineDecoder {
  readonly #context: DecodeContext;
  readonly #command: HeldCommand;
  #isExtended = false;

  constructor(context: DecodeContext) {
    this.#context = context;
    this.#command = new HeldCommand(context);
  }

  decode(line: LogLine): boolean {
    const { clock } = this.#context;
    const command = this.#command;
    let text = lineText(line);
    // Older ones wrote no blank behind a backslash: what begins like a command is one.
    if (this.#isExtended && command.isOpen && extended.test(text)) {
      command.text += '\\';
      this.end();
    }
    if (command.isOpen) command.text += '\n';
    else {
      const found = extended.exec(text);
      if (found === null || !clock.epoch(Number(found[1]) * 1e6, 'second')) clock.undated();
      if (found !== null) text = text.slice(found[0].length);
      // Without times a command that begins with a colon has a backslash before it.
      else if (text.startsWith('\\:')) text = text.slice(1);
      command.begin(line, '');
      this.#isExtended = found !== null;
    }
    const more = goesOn(text) && command.text.length < mostBytes;
    command.text += more ? text.slice(0, -1) : withoutBlank(text);
    if (!more) this.end();
    return true;
  }

  end(): void {
    this.#command.end(unmetafied);
  }
}

export const zshHistory: LogFormat = {
  id: 'zsh-history',
  verified: true,
  source: 'zsh Src/hist.c (savehistfile, readhistfile, readhistline) at 2564174',
  decoder: (context) => new ZshHistory(context),
};
