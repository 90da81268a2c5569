/**
 * What every stand-in owes the machine it runs on.
 *
 * It refuses outside the drill's own namespaces, ends with its parent, and lives ten minutes at most. The
 * kernel keeps the last two, so they hold also while our own code is busy or stuck.
 */
import { existsSync, statSync } from 'node:fs';
import { constants } from 'node:os';
import { DemineError } from '../../model/error.ts';
import { endAfter } from '../../native/lifetime.ts';
import { signalOnParentDeath } from '../../native/namespaces.ts';
import { markerPath } from '../places.ts';

/** PROC_PID_INIT_INO of include/linux/proc_ns.h: the pid namespace of the whole machine. */
const wholeMachine = 0xefff_fffc;
const lifeSeconds = 600;

/** Whether this process is in a pid namespace of its own in which a drill put its marker. */
export function insideDrill(): boolean {
  return statSync('/proc/self/ns/pid').ino !== wholeMachine && existsSync(markerPath);
}

/** @throws DemineError `drill-unavailable` outside a drill */
export function guard(): void {
  const parent = process.ppid;
  if (!insideDrill()) {
    throw new DemineError('drill-unavailable', 'A stand-in runs only inside the namespaces of a drill.', {
      hint: 'Start it with: demine drill',
    });
  }
  const bound = signalOnParentDeath(constants.signals.SIGKILL);
  if (bound.status !== 'ok' || process.ppid !== parent) {
    throw new DemineError('drill-unavailable', 'The stand-in cannot be tied to the life of its parent.', {
      subject: bound.status === 'ok' ? '' : bound.reason,
    });
  }
  endAfter(lifeSeconds);
}
