/** An error as it is written to a terminal: what happened behind our name, and below it what to do next. */
import { wrap } from './width.ts';

const lead = 'demine: ';
const narrowest = 40;

/** What a parser or the system says ends without a point; a path at the end may be copied and gets none. */
function sentence(text: string): string {
  if (/[.。!！?？]$/u.test(text) || /\/[^\s）)]*$/u.test(text)) return text;
  return /\p{Script=Han}/u.test(text) ? `${text}。` : `${text}.`;
}

/**
 * @param what printable, one sentence
 * @param columns of the terminal; without one nothing is broken, so that a log keeps one line each
 */
export function errorLines(what: string, next: string, columns: number | undefined): string {
  const broken = (text: string): readonly string[] =>
    columns === undefined ? [text] : wrap(text, Math.max(narrowest, columns) - lead.length);
  const lines = [...broken(sentence(what)), ...broken(next)].map((line, index) =>
    index === 0 ? `${lead}${line}` : `${' '.repeat(lead.length)}${line}`,
  );
  return `${lines.join('\n')}\n`;
}
