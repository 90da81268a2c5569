/**
 * The text of cmd.exe: variables with their substrings, carets, quotes, and the commands that a line is made of.
 *
 * How: in the order of cmd's phases: `%VAR%` first, then carets and separators. What is known of carets before plain
 * letters is kept, since nobody but who hides a word writes them.
 * What it is NOT: batch files' whole language; both sides of `if` and each body of `for` are commands.
 * Source: Microsoft, "cmd", "set" (substring and replacement), documentation of Windows commands.
 */
import type { WindowsSession } from './session.ts';

const mostCommands = 2_000;

/** `%NAME:~1,2%`, `%NAME:a=b%`, `%NAME%` and the same between exclamation marks. */
export function expandCmd(text: string, session: WindowsSession, sign: '%' | '!' = '%'): string {
  if (!text.includes(sign)) return text;
  const pattern =
    sign === '%'
      ? /%([^%:\r\n]{1,64})(?::([^%\r\n]{1,256}))?%/g
      : /!([^!:\r\n]{1,64})(?::([^!\r\n]{1,256}))?!/g;
  let left = 4_096;
  return session.made(
    text.replace(pattern, (whole, name: string, how?: string) => {
      left -= 1;
      const value = left < 0 ? undefined : session.variables.get(name.toLowerCase());
      if (value === undefined) return whole;
      return how === undefined ? value : changed(value, how);
    }),
  );
}

function changed(value: string, how: string): string {
  const part = /^~(-?\d{1,5})?(?:,(-?\d{1,5}))?$/.exec(how);
  if (part !== null) {
    const from = Number(part[1] ?? 0);
    const start = from < 0 ? Math.max(0, value.length + from) : from;
    if (part[2] === undefined) return value.slice(start);
    const length = Number(part[2]);
    return length < 0 ? value.slice(start, length) : value.slice(start, start + length);
  }
  const equals = how.indexOf('=');
  if (equals <= 0) return value;
  const to = how.slice(equals + 1);
  const from = how.slice(0, equals);
  if (from.startsWith('*') && from.length > 1) {
    const at = value.toLowerCase().indexOf(from.slice(1).toLowerCase());
    return at < 0 ? value : to + value.slice(at + from.length - 1);
  }
  return value.replace(new RegExp(from.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'), 'gi'), () => to);
}

export interface CmdCommand {
  /** Without carets and redirections; quotes as they stand. */
  readonly text: string;
  /** As it stood. */
  readonly raw: string;
  /** What comes out of it goes into the next. */
  readonly piped: boolean;
  readonly to?: { readonly path: string; readonly append: boolean };
  /** A caret before a letter or a figure. */
  readonly carets: number;
}

/** The commands of a line, brackets gone; bounded by `mostCommands`. */
export function commandsOfLine(line: string): readonly CmdCommand[] {
  const commands: CmdCommand[] = [];
  let text = '';
  let from = 0;
  let carets = 0;
  let quoted = false;
  let to: CmdCommand['to'];
  let inTarget: { path: string; append: boolean } | undefined;
  const endTarget = (): void => {
    if (inTarget === undefined) return;
    const path = inTarget.path.trim().replace(/^"|"$/g, '');
    if (path !== '' && !/^(?:nul|con|&\d|\d)$/i.test(path)) to = { path, append: inTarget.append };
    inTarget = undefined;
  };
  const end = (at: number, piped: boolean): void => {
    endTarget();
    if (text.trim() !== '' && commands.length < mostCommands) {
      commands.push({
        text: text.trim(),
        raw: line.slice(from, at).trim(),
        piped,
        carets,
        ...(to === undefined ? {} : { to }),
      });
    }
    text = '';
    carets = 0;
    to = undefined;
    from = at + 1;
  };
  const add = (letter: string): void => {
    if (inTarget === undefined) text += letter;
    else if (letter === ' ' && inTarget.path.trim() !== '' && !inTarget.path.trim().startsWith('"')) {
      endTarget();
      text += letter;
    } else inTarget.path += letter;
  };
  for (let at = 0; at < line.length; at += 1) {
    const letter = line[at] ?? '';
    if (letter === '"') {
      quoted = !quoted;
      add(letter);
    } else if (quoted) {
      if (letter === '\n') {
        quoted = false;
        end(at, false);
      } else add(letter);
    } else if (letter === '^') {
      at += 1;
      const next = line[at] ?? '';
      if (/[A-Za-z0-9]/.test(next)) carets += 1;
      if (next === '\r' && line[at + 1] === '\n') at += 1;
      else if (next !== '\n') add(next);
    } else if (letter === '&' || letter === '\n') {
      if (letter === '&' && line[at + 1] === '&') at += 1;
      end(at, false);
    } else if (letter === '|') {
      const or = line[at + 1] === '|';
      if (or) at += 1;
      end(at, !or);
    } else if (letter === '(' && text.trim() === '') {
      from = at + 1;
    } else if (letter === ')' && !text.includes('(')) {
      end(at, false);
    } else if (letter === '>') {
      endTarget();
      const append = line[at + 1] === '>';
      if (append) at += 1;
      if (line[at + 1] === '&') {
        at += 2;
        text = text.replace(/\s[12]$/, '');
        continue;
      }
      text = text.replace(/(?<=\s)[12]$/, '');
      inTarget = { path: '', append };
    } else if (letter === '<') {
      text += ' < ';
    } else add(letter);
  }
  end(line.length, false);
  return commands;
}
