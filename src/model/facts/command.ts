/** Commands that were run on a host, as histories, transcripts and logs keep them: what was done, and not what starts by itself. */
import type { SourceRef } from '../source.ts';
import type { PathText, Printable } from '../text.ts';

/**
 * - `console-history` what was typed into PowerShell (PSReadLine) · `transcript` the same with its session
 * - `script-block` the text that PowerShell ran (event 4104) · `command-line` a process, an engine or a task that was started
 */
export type CommandOrigin = 'console-history' | 'transcript' | 'script-block' | 'command-line';

/** Kept of those alone that do something which attackers do, or that others of these rest on. */
export interface RanCommandFact {
  readonly kind: 'ran-command';
  readonly source: SourceRef;
  readonly origin: CommandOrigin;
  /** Whose history or process it is; empty where that is not told. */
  readonly account: Printable;
  /** Microseconds UTC; of a history without times that at which its file was last written. */
  readonly us: number;
  readonly language: 'powershell' | 'cmd';
  /** Where it was run; of a history without folders the home of whoever typed it stands for it. */
  readonly folder?: PathText;
  readonly command: Printable;
  readonly text: Printable;
}
