/**
 * Words of an argument list as one line that a reader of shell words takes apart into the same words.
 *
 * Why: settings give lists (`["sh", "-c", "a b"]`), and facts hold one line of text. What it is NOT: a command that
 * was written so. Source: POSIX.1-2017 XCU 2.2.2 (single quotes).
 */
const plain = /^[\w@%+=:,./-]+$/;

export function quotedWords(words: readonly string[]): string {
  return words.map((word) => (plain.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)).join(' ');
}
