/**
 * Between the drill and its stage: leaves the host's namespaces, starts the stage as their first process, and
 * waits. Its end ends the stage, and with the stage everything in the namespaces.
 */
import { constants } from 'node:os';
import { DemineError } from '../model/error.ts';
import { exitFailed } from '../model/verdict.ts';
import { childCommand } from '../native/child.ts';
import { runFirstProcess } from '../native/first-process.ts';
import { signalOnParentDeath } from '../native/namespaces.ts';
import { entryFile } from './entry.ts';

/** The internal task `drill-launch`; its arguments are those of the stage. */
export function launch(args: readonly string[]): number {
  signalOnParentDeath(constants.signals.SIGKILL);
  const environment: Record<string, string> = {};
  for (const [name, value] of Object.entries(process.env)) if (value !== undefined) environment[name] = value;
  try {
    return runFirstProcess(childCommand('drill-stage', args, entryFile), environment);
  } catch (thrown) {
    if (!(thrown instanceof DemineError)) throw thrown;
    process.stderr.write(`demine drill: ${thrown.message} (${thrown.subject}) ${thrown.hint ?? ''}\n`);
    return exitFailed;
  }
}
