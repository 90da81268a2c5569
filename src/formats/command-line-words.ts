/**
 * Words of a Windows command line, as programs split it (CommandLineToArgvW).
 *
 * Rules: blanks part words outside of quotes; of backslashes before a quote two make one, and an odd one keeps the
 * quote; two quotes inside quotes are one. The first word ends at its quote or blank with no escapes at all.
 * Source: Microsoft, CommandLineToArgvW, "Parsing C command-line arguments".
 */
const mostWords = 4_096;

export function commandLineWords(line: string): readonly string[] {
  const words: string[] = [];
  let at = 0;
  const blank = (): boolean => line[at] === ' ' || line[at] === '\t';
  const skip = (): void => {
    while (at < line.length && blank()) at += 1;
  };
  skip();
  if (at >= line.length) return words;
  if (line[at] === '"') {
    const end = line.indexOf('"', at + 1);
    words.push(line.slice(at + 1, end < 0 ? line.length : end));
    at = end < 0 ? line.length : end + 1;
  } else {
    const start = at;
    while (at < line.length && !blank()) at += 1;
    words.push(line.slice(start, at));
  }
  for (skip(); at < line.length && words.length < mostWords; skip()) {
    let word = '';
    let quoted = false;
    while (at < line.length && (quoted || !blank())) {
      let slashes = 0;
      while (line[at] === '\\') {
        slashes += 1;
        at += 1;
      }
      if (line[at] !== '"') {
        word += '\\'.repeat(slashes);
        if (at >= line.length || (!quoted && blank())) continue;
        word += line[at];
        at += 1;
        continue;
      }
      word += '\\'.repeat(slashes >> 1);
      if (slashes % 2 === 1) word += '"';
      else if (quoted && line[at + 1] === '"') {
        word += '"';
        at += 1;
      } else quoted = !quoted;
      at += 1;
    }
    words.push(word);
  }
  return words;
}

/**
 * The program of a line whose path has blanks and no quotes, as CreateProcess looks for it: up to the first ending of a
 * program. `C:\Program Files\a b\c.exe -x` is `C:\Program Files\a b\c.exe`.
 * Source: Microsoft, CreateProcess, lpApplicationName.
 */
export function programOfLine(line: string): { readonly program: string; readonly rest: string } {
  const text = line.trimStart();
  if (text.startsWith('"')) {
    const end = text.indexOf('"', 1);
    return end < 0
      ? { program: text.slice(1), rest: '' }
      : { program: text.slice(1, end), rest: text.slice(end + 1) };
  }
  const rooted = /^(?:[A-Za-z]:\\|\\|%\w+%\\)/.test(text);
  const known = rooted
    ? /^([^"<>|*\t]{1,500}?\.(?:exe|com|bat|cmd|dll|sys|scr|vbs|js|ps1|pif|msc|cpl))(?=[\s,"]|$)/i.exec(
        text,
      )?.[1]
    : undefined;
  const program = known ?? /^\S*/.exec(text)?.[0] ?? '';
  return { program, rest: text.slice(program.length) };
}
