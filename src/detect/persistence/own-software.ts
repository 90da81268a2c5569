/**
 * What an entry says of software that keeps itself: an agent that its own script starts and stops, a unit that a
 * vendor's package writes when it is set up, a service that its own package stops.
 *
 * What it is NOT: a list of trusted names. An agent counts as kept by a script that runs a program of it; a unit by
 * programs that a package owns, all of them.
 */
import type { PersistenceFact } from '../../model/facts/persistence.ts';
import { type Mechanism, mechanismGroups } from '../../model/mechanism.ts';
import { baseName, type PathText, type Printable, printableText } from '../../model/text.ts';
import type { EntryReading } from '../command/read-entry.ts';
import type { Sign } from '../command/sign.ts';
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

/** Where lies what a name in a command that stops something stands for: a unit, an init script, a program, a folder. */
function filesNamed(about: Printable): readonly PathText[] {
  if (about.startsWith('/')) return [about];
  const name = about.replace(/\.(?:service|socket|timer|path)$/, '');
  if (!/^[\w@.:-]{1,100}$/.test(name)) return [];
  return ['/usr/lib/systemd/system/*.service', '/etc/init.d/*', '/usr/sbin/*', '/usr/bin/*'].map((place) =>
    printableText(place.replace('*', name)),
  );
}

const stopped = ({ signs }: EntryReading): readonly Sign[] =>
  signs.filter(({ id }) => id === 'stops-protection');

/** The list that dpkg writes when it unpacks a package, beside the scripts that it unpacks with it. */
const listOf = (script: PathText): PathText => printableText(`${script.replace(/\.[a-z]+$/, '')}.list`);

/** Files whose owners and times tell whether an entry stops what is its own. */
export function filesStopped(fact: PersistenceFact, reading: EntryReading): readonly PathText[] {
  const signs = stopped(reading).slice(0, 32);
  if (signs.length === 0) return [];
  const lists = fact.mechanism === 'dpkg-script' ? [listOf(fact.source.source)] : [];
  return [...signs.flatMap(({ about }) => filesNamed(about)), ...lists];
}

/** The package whose script or file an entry is. */
function packageOf({ mechanism, source: { source } }: PersistenceFact, files: FilesKnown): string {
  if (mechanism !== 'dpkg-script') return files.packageOf(source);
  return baseName(source)
    .replace(/\.[a-z]+$/, '')
    .replace(/:[a-z0-9-]+$/, '');
}

/** A package is unpacked in one go; an hour is a slow one. */
const unpackingUs = 3600e6;

/** A script of dpkg, which has no hash of it: as old as the list that came with it, in both times. */
function isAsUnpacked({ mechanism, source: { source } }: PersistenceFact, files: FilesKnown): boolean {
  if (mechanism !== 'dpkg-script') return true;
  const script = files.file(source);
  const list = files.file(listOf(source));
  if (script === undefined || list?.status !== 'ok') return false;
  return (
    script.modifiedUs <= list.modifiedUs + unpackingUs && script.changedUs <= list.changedUs + unpackingUs
  );
}

/**
 * Whether a package stops its own service: what its maintainer's scripts do at every update. A script that was changed
 * after its package came is nobody's word.
 */
export function stopsOwn(fact: PersistenceFact, { id, about }: Sign, files: FilesKnown): boolean {
  if (id !== 'stops-protection' || !isAsUnpacked(fact, files)) return false;
  const own = packageOf(fact, files);
  if (own === '') return false;
  return filesNamed(about).some((path) => files.packageOf(path) === own);
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
