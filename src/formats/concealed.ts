/**
 * Text of a line that was written so that a reader does not see it.
 *
 * A run of blanks pushes what follows out of the window; a carriage return within a line lets a terminal draw over
 * what stood before. What it is NOT: indentation or columns of tables, which are shorter.
 */

/** Columns of blanks after which a reader does not look for more. */
const farRight = 100;

export function isConcealed(text: string): boolean {
  let blanks = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    // Blank, tab, vertical tab, form feed.
    if (code === 0x20 || code === 0x09 || code === 0x0b || code === 0x0c) blanks += 1;
    else if (blanks >= farRight || (code === 0x0d && at + 1 < text.length)) return true;
    else blanks = 0;
  }
  return false;
}
