/**
 * What a program of awk hands to a shell: `system(…)`, `… | getline`, `print … | "sh"`, with its own variables.
 *
 * What it is NOT: an interpreter of awk: texts are joined, everything else is not known; each line runs once.
 * Bounds: 64 KiB of the program. Source: POSIX.1-2024 awk, "Input/Output and General Functions"; gawk(1) /inet.
 */
import { unescapeText } from '../../../formats/shell/quoting.ts';
import { type Call, operands, type Program } from '../call.ts';
import { clean, taintOf, unknown } from '../value.ts';
import { filter } from './text.ts';

const socketForm = /\/inet\d?\/(?:tcp|udp)\/\d+\/([^/"\s]{1,255})\/(\d{1,5})/;
const tokenForm = /"((?:\\.|[^"\\])*)"|([A-Za-z_]\w*|\$\d+)|(\|&?|==|=~?|[(){};,\n])|[^\s]/g;
const mostTokens = 10_000;

/** Reads the program from left to right; `current` is the text that was joined since the last sign. */
class AwkReader {
  readonly #call: Call;
  readonly #variables = new Map<string, string>();
  #current = '';
  /** The text of a `print` so far. */
  #printing: string | undefined;
  #target = '';
  #systems = 0;
  /** What `print` without a pipe gives. */
  printed = '';

  constructor(call: Call) {
    this.#call = call;
  }

  read(text: string): void {
    const tokens = [...text.matchAll(tokenForm)].slice(0, mostTokens);
    tokens.forEach(([sign, string, name], at) => {
      const next = tokens[at + 1];
      if (string !== undefined) this.#current += unescapeText(string).replace(/\\\//g, '/');
      else if (name !== undefined) this.#name(name, next?.[0] ?? '');
      else if (sign === '|' || sign === '|&') this.#pipe(next?.[2], tokens[at + 2]?.[2]);
      else if (sign === '(') {
        if (this.#systems === 0) this.#current = '';
        else this.#systems += 1;
      } else if (sign === ')') this.#close();
      else if (/^[{};\n]$/.test(sign)) this.#end();
      else if (sign === ',' && this.#printing !== undefined) this.#current += ' ';
      else if (sign >= '\ue000' && sign <= '\uf8ff') this.#current += sign;
      else if (sign !== '=') this.#current = '';
    });
    this.#end();
  }

  #name(name: string, next: string): void {
    if (name === 'system') this.#systems = next === '(' ? 1 : 0;
    else if (name === 'print' || name === 'printf') this.#printing = '';
    else if (name === 'getline') return;
    else if (next === '=') {
      this.#end();
      this.#target = name;
      return;
    } else {
      this.#current += this.#variables.get(name) ?? (name === '$0' ? this.#call.stdin : '');
      return;
    }
    this.#current = '';
  }

  #pipe(after: string | undefined, variable: string | undefined): void {
    const { to, stdin } = this.#call;
    if (after === 'getline') {
      const out = this.#current === '' ? unknown : to.shell(this.#current);
      const own = variable === undefined || /^(?:print|printf|getline)$/.test(variable) ? '$0' : variable;
      if (this.#variables.size < 500) this.#variables.set(own, out);
      this.#current = '';
    } else if (this.#printing !== undefined) {
      // `print | "sh"` prints the line that was read.
      this.#printing = this.#current === '' ? (this.#variables.get('$0') ?? stdin) : this.#current;
      this.#current = '';
    }
  }

  #close(): void {
    if (this.#systems === 0) return;
    this.#systems -= 1;
    if (this.#systems > 1) return;
    if (this.#current !== '') this.#call.to.shell(this.#current);
    this.#systems = 0;
    this.#current = '';
  }

  #end(): void {
    if (this.#printing !== undefined && this.#current !== '') {
      if (this.#printing !== '') this.#call.to.shell(this.#current, this.#printing);
      else if (this.printed.length < 65_536) this.printed += `${this.#current}\n`;
    }
    if (this.#target !== '' && this.#variables.size < 500) this.#variables.set(this.#target, this.#current);
    this.#printing = undefined;
    this.#target = '';
    this.#current = '';
  }
}

export const awk: Program = (call) => {
  const given = call.args.flatMap((word, at) => {
    const text = word === '-v' ? (call.args[at + 1] ?? '') : /^-v.*=/.test(word) ? word.slice(2) : undefined;
    return text === undefined
      ? []
      : [text.replace(/=([\s\S]*)$/, (_, value: string) => `=${JSON.stringify(value)}`)];
  });
  const [program = ''] = operands(call.args, new Set(['-F', '-v', '-f']));
  const text = program.slice(0, 65_536);
  const reader = new AwkReader(call);
  if (/system|\||print/.test(text)) reader.read(`${given.join(';')};${text}`);
  const socket = socketForm.exec(clean(text));
  if (socket !== null && /\|&?\s*getline|\bsystem\s*\(/.test(text)) {
    call.to.session.sign('reverse-shell', `${socket[1] ?? ''}:${socket[2] ?? ''}`);
  }
  return clean(reader.printed).trim() === '' ? filter(call) : `${taintOf(call.stdin)}${reader.printed}`;
};
