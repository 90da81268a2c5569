/**
 * Lines taken out of a file or put in place of others, and parts of lines in place of others; every other byte stays. A line ends at its newline, which goes
 * with it; the last may have none. Carriage returns and bytes that are no text are part of their line.
 */
import type { LineEdit } from '../../model/plan.ts';
import { bytesOf, phrase } from '../../model/text.ts';

/** Tables, profiles and keys are far smaller; what is larger is no file that people edit. */
export const mostEditedBytes = 16 << 20;

const newline = 0x0a;

/** @returns undefined where a line or its part is not there, or a line is named twice */
export function editedBytes(
  content: Uint8Array,
  edits: readonly Pick<LineEdit, 'line' | 'part' | 'after'>[],
): Uint8Array | undefined {
  const byLine = new Map(edits.map((edit) => [edit.line, edit]));
  if (byLine.size !== edits.length) return undefined;
  const parts: Uint8Array[] = [];
  let line = 1;
  for (let at = 0; at < content.length; line += 1) {
    const found = content.indexOf(newline, at);
    const end = found < 0 ? content.length : found + 1;
    const edit = byLine.get(line);
    if (edit === undefined) parts.push(content.subarray(at, end));
    else if (edit.part !== undefined) {
      const from = at + edit.part.at;
      const to = from + edit.part.length;
      if (to > (found < 0 ? end : end - 1)) return undefined;
      parts.push(content.subarray(at, from), bytesOf(edit.after ?? phrase``), content.subarray(to, end));
    } else if (edit.after !== undefined) {
      parts.push(bytesOf(edit.after), content.subarray(found < 0 ? end : end - 1, end));
    }
    byLine.delete(line);
    at = end;
  }
  return byLine.size === 0 ? new Uint8Array(Buffer.concat(parts)) : undefined;
}
