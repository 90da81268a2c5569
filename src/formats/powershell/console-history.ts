/**
 * What was typed into PowerShell: `ConsoleHost_history.txt`, which PSReadLine keeps of each user.
 *
 * Why: an attacker at the console leaves his commands here. What it is NOT: a log: it has no times, nothing of scripts or of
 * `-EncodedCommand`, and lines that look like a password are left out by PSReadLine itself.
 * Source: PowerShell/PSReadLine, PSReadLine/History.cs (a line break within a command is written as a backtick before it).
 */

export interface TypedCommand {
  /** Of its first line, from 1 on. */
  readonly line: number;
  /** With line feeds where it has more lines than one. */
  readonly text: string;
}

const mostCommands = 200_000;
const mostLength = 1 << 16;

/** Commands in the order in which they were typed. */
export function* consoleHistory(text: string): Generator<TypedCommand> {
  let commands = 0;
  let line = 0;
  let begun: { readonly line: number; text: string } | undefined;
  for (const [whole, own = ''] of text.matchAll(/([^\r\n]*)(?:\r\n|\r|\n|$)/g)) {
    // Behind the last line break stands nothing; a command that goes on ends here.
    const ended = whole === '';
    const goesOn = own.endsWith('`');
    const part = goesOn ? own.slice(0, -1) : own;
    if (!ended) {
      line += 1;
      if (begun === undefined) begun = { line, text: part };
      else if (begun.text.length < mostLength) begun.text += `\n${part}`;
      if (goesOn) continue;
    }
    if (begun !== undefined && begun.text.trim() !== '') {
      yield { line: begun.line, text: begun.text.slice(0, mostLength) };
      commands += 1;
    }
    begun = undefined;
    if (commands >= mostCommands) return;
  }
}
