/** What the readers of one Windows command ask of each other: cmd, PowerShell, scripts, programs. */
import type { WindowsSession } from './session.ts';

export interface WindowsReader {
  readonly session: WindowsSession;
  /** A text that cmd.exe runs. @returns what it would print, as far as that can be told */
  cmd(text: string, stdin?: string): string;
  /** A text that PowerShell runs; marks of where it came from are still in it. */
  powershell(text: string): string;
  /** A text of VBScript or JScript. */
  script(text: string): void;
  /** A program with its arguments. */
  invoke(argv: readonly string[], stdin: string, line?: string): string;
  /** Whatever came out as text is run by PowerShell: told where it came from, then read. */
  runText(value: string): string;
  /** A file is run; told when it was fetched or decoded before. */
  runFile(path: string, how?: 'run' | 'loaded'): void;
}
