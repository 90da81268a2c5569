/**
 * Commands in scripts of editors: Vim, Neovim and Emacs.
 *
 * Why: an editor's start file runs with every file that an administrator opens, and is no shell script: the command
 * stands inside a call. What it is NOT: an interpreter: a command that is put together from variables is found only
 * where one of its literals shows something. Bounds: 20,000 lines, 200 commands of a file. Sources: Vim `:help :!`,
 * `system()`, `job_start()`, `:autocmd`; Neovim `jobstart()`, `vim.system()`; Lua 5.1 §5.7–5.8; Emacs Lisp,
 * "Processes".
 */
import { textLines } from '../../../formats/text-lines.ts';
import { showsSomething } from './script-sieve.ts';

export interface EditorCommand {
  readonly line: number;
  /** One character a byte. */
  readonly command: string;
  readonly text: string;
  /** It stands in words, not as a line of a shell. */
  readonly words: boolean;
}

const mostCommands = 200;
const literal = String.raw`"((?:[^"\\]|\\.){1,8000})"|'((?:[^']|''){1,8000})'`;

const bang =
  /(?:^\s*:?|\|\s*|\bsil(?:ent)?!?\s+|\bau(?:tocmd)?!?\s+\S+\s+\S+\s+(?:\+\+\w+\s+)*|\bexe(?:c|cu|cut|cute)?\s+["'])(?:sil(?:ent)?!?\s+)?:?!\s*([A-Za-z_./~$"'({][^\n]*)$/;
const vimCall = new RegExp(
  String.raw`\b(?:system|systemlist|job_start|jobstart|termopen|term_start|vim\.fn\.\w+|os\.execute|io\.popen|vim\.cmd|vim\.system|vim\.loop\.spawn|uv\.spawn)\s*[([]?\s*[{[(]?\s*(?:${literal}|\[\[(.{1,8000}?)\]\])`,
  'g',
);
const vimList =
  /\b(?:job_start|jobstart|termopen|term_start|vim\.fn\.(?:system|jobstart)|vim\.system|system)\s*\(\s*[[{](\s*(?:"[^"\n]*"|'[^'\n]*')(?:\s*,\s*(?:"[^"\n]*"|'[^'\n]*')){0,63})\s*,?\s*[\]}]/;
const callsAtAll =
  /\b(?:system|systemlist|job_start|jobstart|termopen|term_start|os\.execute|io\.popen|vim\.system|uv\.spawn)\b|\bexe(?:cute)?\b.*!/;
const anyLiteral = new RegExp(literal, 'g');

const unquoted = (double: string | undefined, single: string | undefined): string =>
  double !== undefined ? double.replace(/\\(.)/g, '$1') : (single ?? '').replaceAll("''", "'");

function vimLine(
  text: string,
  calls: boolean,
  lua: boolean,
): readonly Pick<EditorCommand, 'command' | 'words'>[] {
  const found: Pick<EditorCommand, 'command' | 'words'>[] = [];
  const run = lua ? undefined : bang.exec(text)?.[1];
  if (run !== undefined) found.push({ command: run.replace(/["']$/, ''), words: false });
  const list = vimList.exec(text)?.[1];
  if (list !== undefined) {
    const words = [...list.matchAll(anyLiteral)].map(([, double, single]) => unquoted(double, single));
    const shell = /^(?:\/usr)?(?:\/bin\/)?(?:ba|da)?sh$/.test(words[0] ?? '') && words[1] === '-c';
    found.push(shell ? { command: words[2] ?? '', words: false } : { command: words.join(' '), words: true });
  } else {
    for (const [, double, single, long] of text.matchAll(vimCall)) {
      const command = long ?? unquoted(double, single);
      found.push({ command: command.replace(/^\s*(?:silent!?\s+)?:?!\s*/, ''), words: false });
    }
  }
  if (found.length === 0 && calls) {
    for (const [, double, single] of text.matchAll(anyLiteral)) {
      const command = unquoted(double, single);
      if (showsSomething(command)) found.push({ command, words: false });
    }
  }
  return found;
}

/** Of a script of Vim or, with `lua`, of Lua. */
export function vimCommands(bytes: Uint8Array, lua: boolean): readonly EditorCommand[] {
  const calls = callsAtAll.test(Buffer.from(bytes).toString('latin1'));
  const comment = lua ? /^\s*--/ : /^\s*"/;
  const found: EditorCommand[] = [];
  for (const { line, text } of textLines(bytes, { lines: 20_000, longest: 16_384 })) {
    if (comment.test(text)) continue;
    for (const { command, words } of vimLine(text, calls, lua)) {
      if (command.trim() !== '') found.push({ line, command, text, words });
      if (found.length >= mostCommands) return found;
    }
  }
  return found;
}

const emacsShell =
  /\((?:async-)?(?:shell-command(?:-to-string)?|call-process-shell-command|eshell-command|compile)\s+"((?:[^"\\]|\\.){1,8000})"/g;
const emacsShellProcess =
  /\(start-process-shell-command\s+(?:"[^"]*"|\S+)\s+(?:"[^"]*"|\S+)\s+"((?:[^"\\]|\\.){1,8000})"/g;
const emacsProgram =
  /\((?:call-process|start-process(?=\s+"[^"]*"\s+\S+\s+"))\s+((?:"[^"]*"\s+\S+\s+)?"(?:[^"\\]|\\.){1,4000}"[^)]{0,4000})\)/g;

/** Of Emacs Lisp. */
export function emacsCommands(bytes: Uint8Array): readonly EditorCommand[] {
  const found: EditorCommand[] = [];
  for (const { line, text } of textLines(bytes, { lines: 20_000, longest: 16_384 })) {
    if (/^\s*;/.test(text)) continue;
    for (const [, command = ''] of [...text.matchAll(emacsShell), ...text.matchAll(emacsShellProcess)])
      found.push({ line, command: command.replace(/\\(.)/g, '$1'), text, words: false });
    for (const [whole, rest = ''] of text.matchAll(emacsProgram)) {
      const strings = [...rest.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, one = '']) =>
        one.replace(/\\(.)/g, '$1'),
      );
      const words = whole.startsWith('(start-process')
        ? strings.slice(rest.includes('nil') ? 1 : 2)
        : strings;
      const shell = /(?:^|\/)(?:ba|da)?sh$/.test(words[0] ?? '') && words[1] === '-c';
      const command = shell ? (words[2] ?? '') : words.join(' ');
      if (command !== '') found.push({ line, command, text, words: !shell });
    }
    if (found.length >= mostCommands) break;
  }
  return found.slice(0, mostCommands);
}
