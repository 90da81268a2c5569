/**
 * A word as a shell would have to be given it, so that it comes out as that one word again.
 *
 * For lists of arguments that files keep without a shell (units, PM2, containers), and that readers of commands take
 * apart as words. Source: POSIX shell command language, §2.2.2 (single quotes).
 */
export const quotedWord = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;

/** A list of arguments as one line. */
export const quotedLine = (words: readonly string[]): string => words.map(quotedWord).join(' ');
