/** The text of a PowerShell script with the place where it is read: blanks, comments, and blocks in their brackets. */

export class PowerShellText {
  readonly text: string;
  at = 0;
  /** Where the last comment and the last here-string can end: what is opened behind it is searched for no end. */
  readonly #lastEnds: ReadonlyMap<string, number>;

  constructor(text: string) {
    this.text = text;
    this.#lastEnds = new Map(['#>', '\n"@', "\n'@"].map((end) => [end, text.lastIndexOf(end)]));
  }

  get ended(): boolean {
    return this.at >= this.text.length;
  }

  /** The letter that is read next; empty at the end. */
  peek(ahead = 0): string {
    return this.text[this.at + ahead] ?? '';
  }

  match(pattern: RegExp): RegExpExecArray | undefined {
    const sticky = new RegExp(pattern.source, `${pattern.flags.replace('y', '')}y`);
    sticky.lastIndex = this.at;
    return sticky.exec(this.text) ?? undefined;
  }

  take(pattern: RegExp): RegExpExecArray | undefined {
    const found = this.match(pattern);
    if (found !== undefined) this.at += found[0].length;
    return found;
  }

  blanks(lines = false): void {
    do this.take(lines ? /(?:[\s;]|`\r?\n|#(?!>)[^\n]*)*/ : /(?:[^\S\n]|`\r?\n|#[^\n]*)*/);
    while (this.#comment());
  }

  /** Goes behind the next `end`; the text before it, or undefined where there is none. */
  #until(end: string, from: number): string | undefined {
    if (from > (this.#lastEnds.get(end) ?? -1)) return undefined;
    const found = this.text.indexOf(end, from);
    this.at = found + end.length;
    return this.text.slice(from, found);
  }

  /** Passes over a whole `<# … #>`. */
  #comment(): boolean {
    return this.text.startsWith('<#', this.at) && this.#until('#>', this.at + 2) !== undefined;
  }

  /** What `@"` and `"@` (or with `'`) on lines of their own hold. */
  hereText(): string | undefined {
    const start = this.match(/@(["'])[^\S\n]*\n/);
    if (start === undefined) return undefined;
    // The end of its first line may be the one before its last.
    return this.#until(`\n${start[1] ?? ''}@`, this.at + start[0].length - 1)
      ?.slice(1)
      .replace(/\r$/, '');
  }

  /** What `{` and its closing bracket hold; at the bracket before, behind it afterwards. */
  block(): string {
    const start = this.at + 1;
    let depth = 0;
    while (this.at < this.text.length) {
      if (this.#comment() || this.take(/'(?:[^']|'')*'|"(?:[^"`]|`[\s\S]|"")*"|`[\s\S]/)) continue;
      const sign = this.peek();
      this.at += 1;
      if (sign === '{') depth += 1;
      else if (sign === '}') {
        depth -= 1;
        if (depth === 0) return this.text.slice(start, this.at - 1);
      }
    }
    return this.text.slice(start);
  }
}
