/**
 * The decoy: a process of ours that carries the name of a process monitor and does nothing at all.
 *
 * Why: to see which suspects stop working when such a name appears.
 * What it is NOT: a monitor. It opens, reads and sends nothing; it ends with its parent, and after a minute anyway.
 */
import { constants } from 'node:os';
import { endAfter } from '../native/lifetime.ts';
import { setThreadName, signalOnParentDeath } from '../native/namespaces.ts';

const longestSeconds = 60;

/** The internal task `decoy NAME`. */
export async function runDecoy([name = '']: readonly string[]): Promise<number> {
  signalOnParentDeath(constants.signals.SIGKILL);
  endAfter(longestSeconds);
  const named = setThreadName(name);
  if (named.status !== 'ok') return 1;
  await Bun.write(Bun.stdout, 'ready\n');
  await Bun.sleep(longestSeconds * 1000);
  return 0;
}
