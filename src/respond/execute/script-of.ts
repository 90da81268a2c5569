/**
 * The script that an interpreter was given, from its command line.
 *
 * A pager, an editor or tar that was given the same file reads it, and is somebody's; so is a shell that was given a
 * command (`-c`), whatever else stands behind. Sources: sh(1p), python(1), perlrun(1), php(1).
 */
const interpreter =
  /^(?:(?:ba|da|z|k|c|tc|a|fi)?sh|busybox|python[\d.]*|perl[\d.]*|php[-\w.]*|node(?:js)?|ruby[\d.]*|lua(?:jit)?[\d.]*)$/;
/** The program stands in the command line itself; the same letter is another option elsewhere (`bash -e SCRIPT`). */
const inlines: readonly (readonly [RegExp, RegExp])[] = [
  [/^(?:perl|ruby|lua)/, /^-(?:[A-Za-z]*e|E)$/],
  [/^python/, /^-[A-Za-z]*[cm]$/],
  [/^php/, /^-[rBRE]$/],
  [/^node/, /^(?:-[A-Za-z]*[ep]|--eval|--print)$/],
];
const shellInline = /^-[A-Za-z]*c$/;
const mostWords = 16;

/** A path below a folder, without `.` and `..`. */
function resolved(folder: string, word: string): string {
  const kept: string[] = [];
  for (const name of `${word.startsWith('/') ? '' : folder}/${word}`.split('/')) {
    if (name === '..') kept.pop();
    else if (name !== '' && name !== '.') kept.push(name);
  }
  return `/${kept.join('/')}`;
}

/**
 * @param exe path of the program
 * @param words its arguments, without the name of the program
 * @param folder in which it works; where it is not known, names are not resolved
 */
export function scriptOf(
  exe: string,
  words: readonly string[],
  folder: string | undefined,
): string | undefined {
  const name = exe.slice(exe.lastIndexOf('/') + 1);
  if (!interpreter.test(name)) return undefined;
  const inline = inlines.find(([of]) => of.test(name))?.[1] ?? shellInline;
  for (const word of words.slice(0, mostWords)) {
    if (inline.test(word)) return undefined;
    // busybox is given the name of its part first: `busybox sh /x`.
    if (word.startsWith('-') || interpreter.test(word)) continue;
    if (word.startsWith('/')) return resolved('', word);
    // What an option takes (`-W ignore`) is a name too: it is no file that anybody looks for.
    return folder === undefined ? undefined : resolved(folder, word);
  }
  return undefined;
}
