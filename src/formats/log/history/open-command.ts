/**
 * A shell command that comes line by line, until it is finished.
 *
 * Finished is: no quote is open, the last line does not end in `\`, `|`, `&&` or `||`, no here-document waits for its
 * end, and as many blocks were closed as opened (`if`, `case`, `for`, `while`, `{`, `(`).
 * What it is NOT: a parser; words are looked at where a command may begin. A count that is wrong makes two commands of
 * one, or waits for the next time or the bound; no text is lost by either.
 * Source: POSIX.1-2024 XCU 2.2 to 2.4, 2.7.4.
 */

const mostLines = 1000;
const mostBytes = 64 << 10;
const opening: ReadonlySet<string> = new Set(['if', 'case', 'do', '{']);
const closing: ReadonlySet<string> = new Set(['fi', 'esac', 'done', '}']);
const waiting: ReadonlySet<string> = new Set(['for', 'while', 'until', 'select', 'then', 'else', 'elif']);
/** Behind these a `#` begins a comment. */
const begins: ReadonlySet<string> = new Set(['', ' ', '\t', ';', '&', '|', '(']);
const hereDocument = /<<-?\s*(?:"([^"]{1,64})"|'([^']{1,64})'|\\?([\w.-]{1,64}))/g;

export class OpenCommand {
  readonly #lines: string[] = [];
  #bytes = 0;
  #quote = '';
  #depth = 0;
  #here: string[] = [];
  /** A loop was named, its `do` has not come. */
  #loops = 0;

  /** Takes a line. @returns true when the command is finished */
  add(text: string): boolean {
    this.#lines.push(text);
    this.#bytes += text.length;
    if (this.#lines.length >= mostLines || this.#bytes >= mostBytes) return true;
    const [end] = this.#here;
    if (end !== undefined) {
      if (text.replace(/^\t+/, '') === end) this.#here.shift();
      return this.#isFinished('');
    }
    return this.#isFinished(this.#read(text));
  }

  /** The command, and begins anew. */
  take(): string {
    const text = this.#lines.join('\n');
    this.#lines.length = 0;
    this.#bytes = 0;
    this.#quote = '';
    this.#depth = 0;
    this.#loops = 0;
    this.#here = [];
    return text;
  }

  #isFinished(bare: string): boolean {
    if (this.#quote !== '' || this.#depth > 0 || this.#loops > 0 || this.#here.length > 0) return false;
    return !/(?:\||&&|\\)\s*$/.test(bare);
  }

  /** Follows the quotes of a line. @returns what of it stands outside of them */
  #read(text: string): string {
    let bare = '';
    for (let at = 0; at < text.length; at += 1) {
      const character = text[at] ?? '';
      const before = at === 0 ? '' : (text[at - 1] ?? '');
      if (this.#quote === "'") {
        if (character === "'") this.#quote = '';
      } else if (character === '\\' && at + 1 < text.length) {
        at += 1;
        bare += '_';
      } else if (this.#quote === '"') {
        if (character === '"') this.#quote = '';
      } else if (character === '"' || character === "'") {
        this.#quote = character;
        bare += '_';
      } else if (character === '#' && begins.has(before)) break;
      else bare += character;
    }
    if (this.#quote === '') {
      for (const [, double, single, plain] of text.matchAll(hereDocument)) {
        if (this.#here.length < 8 && bare.includes('<<') && !bare.includes('<<<'))
          this.#here.push(double ?? single ?? plain ?? '');
      }
    }
    this.#count(bare);
    return bare;
  }

  #count(bare: string): void {
    for (const [, word = ''] of bare.matchAll(
      /(?:^|[;&|({]|\b(?:do|then|else|elif)\b)\s*([\w{}]{1,8})(?![\w=])/g,
    )) {
      if (waiting.has(word)) {
        if (word !== 'then' && word !== 'else' && word !== 'elif') this.#loops += 1;
      } else if (opening.has(word)) {
        this.#depth += 1;
        if (word === 'do') this.#loops = Math.max(0, this.#loops - 1);
      } else if (closing.has(word)) this.#depth = Math.max(0, this.#depth - 1);
    }
  }
}
