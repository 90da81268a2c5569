/**
 * Jobs of upstart: init(5). `exec` lines and `script … end script` blocks, also those of pre-start and its kin, and
 * the events that start the job.
 *
 * What it is NOT: the order of events. `manual` and a job without `start on` do not start by themselves.
 */
import type { Printable } from '../model/text.ts';
import { printableLatin1, textLines } from './text-lines.ts';

export interface UpstartCommand {
  readonly line: number;
  /** The command of an `exec`, or empty where `body` has the lines of a script. */
  readonly command: Printable;
  readonly body: readonly { readonly line: number; readonly text: Printable }[];
  readonly text: Printable;
}

export interface UpstartJob {
  /** `startup`, `runlevel [2345]`; empty where nothing starts it. */
  readonly startOn: Printable;
  readonly user: Printable;
  readonly respawns: boolean;
  readonly commands: readonly UpstartCommand[];
}

const mostCommands = 200;
const mostLines = 2_000;

export function parseUpstartJob(bytes: Uint8Array): UpstartJob {
  let startOn = '';
  let manual = false;
  let user = '';
  let respawns = false;
  const commands: UpstartCommand[] = [];
  let open: { line: number; text: Printable; body: { line: number; text: Printable }[] } | undefined;
  for (const { line, text } of textLines(bytes, { lines: 20_000, longest: 8192 })) {
    const trimmed = text.trim();
    if (open !== undefined) {
      if (/^end\s+script\b/.test(trimmed)) {
        commands.push({ line: open.line, command: printableLatin1(''), body: open.body, text: open.text });
        open = undefined;
      } else if (open.body.length < mostLines) open.body.push({ line, text: printableLatin1(text) });
      continue;
    }
    if (commands.length >= mostCommands) break;
    const exec = /^(?:(?:pre|post)-(?:start|stop)\s+)?exec\s+(\S.*)$/.exec(trimmed);
    if (exec !== null) {
      const command = printableLatin1(exec[1] ?? '');
      commands.push({ line, command, body: [], text: printableLatin1(text) });
    } else if (/^(?:(?:pre|post)-(?:start|stop)\s+)?script\s*$/.test(trimmed)) {
      open = { line, text: printableLatin1(text), body: [] };
    } else if (/^start\s+on\s+\S/.test(trimmed)) startOn = trimmed.replace(/^start\s+on\s+/, '');
    else if (/^setuid\s+\S/.test(trimmed)) user = trimmed.replace(/^setuid\s+/, '');
    else if (trimmed === 'respawn') respawns = true;
    else if (trimmed === 'manual') manual = true;
  }
  if (open !== undefined) {
    commands.push({ line: open.line, command: printableLatin1(''), body: open.body, text: open.text });
  }
  return {
    startOn: printableLatin1(manual ? '' : startOn),
    user: printableLatin1(user),
    respawns,
    commands,
  };
}
