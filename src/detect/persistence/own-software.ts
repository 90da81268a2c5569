/**
 * What an entry says of software that keeps itself: an agent that its own script starts and stops, a unit that a
 * vendor's package writes when it is set up.
 *
 * What it is NOT: a list of trusted names. An agent counts as kept by a script that runs a program of it; a unit by
 * programs that a package owns, all of them.
 */
import type { PersistenceFact } from '../../model/facts/persistence.ts';
import { type Mechanism, mechanismGroups } from '../../model/mechanism.ts';
import type { EntryReading } from '../command/read-entry.ts';
import type { FilesKnown } from './files-known.ts';

const starters: ReadonlySet<Mechanism> = new Set([...mechanismGroups.init, ...mechanismGroups.systemd]);
/** Where agents of clouds and of security keep their programs. */
const agentProgram =
  /^\/(?:usr\/local\/(?:aegis|qcloud|sa|cloudmonitor|hostguard|qualys)|opt\/CrowdStrike|var\/ossec|opt\/(?:ds_agent|sophos-spl|imunify360))\//;
const takesAway = /uninst|remove|clean/i;

/** The script of an agent, which stops what it starts. */
export function startsAgent(fact: PersistenceFact, { uses }: EntryReading): boolean {
  if (!starters.has(fact.mechanism)) return false;
  const own = uses.filter(({ path, how }) => how === 'run' && agentProgram.test(path));
  return own.length > 0 && own.every(({ path }) => !takesAway.test(path));
}

/** Programs of a package below /opt, and of no one else: GitLab writes its unit beside those of packages. */
export function startsVendor({ uses, signs }: EntryReading, files: FilesKnown): boolean {
  return (
    uses.length > 0 &&
    signs.length === 0 &&
    uses.every(
      ({ path }) => path.startsWith('/opt/') && files.owned(path) === 'package' && files.unchanged(path),
    )
  );
}
