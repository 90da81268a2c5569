/** The text of a PowerShell script with the place where it is read: blanks, comments, and blocks in their brackets. */

export class PowerShellText {
  readonly text: string;
  at = 0;

  constructor(text: string) {
    this.text = text;
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
    this.take(
      lines ? /(?:[\s;]|`\r?\n|#(?!>)[^\n]*|<#[\s\S]*?#>)*/ : /(?:[^\S\n]|`\r?\n|<#[\s\S]*?#>|#[^\n]*)*/,
    );
  }

  /** What `{` and its closing bracket hold; at the bracket before, behind it afterwards. */
  block(): string {
    const start = this.at + 1;
    let depth = 0;
    while (this.at < this.text.length) {
      if (this.take(/'(?:[^']|'')*'|"(?:[^"`]|`[\s\S]|"")*"|<#[\s\S]*?#>|`[\s\S]/)) continue;
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
