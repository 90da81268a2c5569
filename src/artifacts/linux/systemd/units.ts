/**
 * `linux.systemd-units`: units of the system, of all users and of every home, each as it is in effect.
 *
 * Why: after cron the most common guard: a service that restarts, a timer, a path unit that watches the miner's
 * file, a drop-in that adds one ExecStartPre to a unit of the system. What it is NOT: what a running manager has
 * loaded. Bounds: 20,000 units of a manager; a cycle of units is no matter, since none is followed.
 * Sources: systemd.unit(5) and the pages of each type; knowledge on families §2.3.
 */
import type { PersistenceFact } from '../../../model/facts/persistence.ts';
import { type PathText, phrase, printableText } from '../../../model/text.ts';
import type { ArtifactContext } from '../../artifact.ts';
import type { PersistenceArtifact } from '../persistence-artifact.ts';
import { type EffectiveUnit, templateOf, UnitMerger } from './effective-unit.ts';
import { readEnvironmentFiles } from './environment-settings.ts';
import { entriesOf, environmentFilesOf } from './unit-entries.ts';
import { linkedOutside, readUnitFolder } from './unit-files.ts';
import {
  extensionFolders,
  extensionPlaces,
  homeFolders,
  systemFolders,
  systemPlaces,
  type UnitPlaces,
  userFolders,
  userPlaces,
} from './unit-places.ts';

const id = 'linux.systemd-units';
const mostUnits = 20_000;

/** A template runs by its instances only: where one is wanted, the template itself need not be told. */
const isTemplate = (unit: string): boolean => /@\.\w+$/.test(unit);

function gatherManager(context: ArtifactContext, places: UnitPlaces): readonly PersistenceFact[] {
  const folders = places.folders
    .filter(
      (folder) => context.target.readNow({ kind: 'stat', path: folder, follow: true }).status !== 'absent',
    )
    .map((folder) => readUnitFolder(context, id, folder));
  if (folders.length === 0) return [];
  const merger = new UnitMerger(context, id, folders);
  const outside = new Map<string, PathText>();
  const wantedBy = new Map<string, string[]>();
  const names = new Set(folders.flatMap((folder) => [...folder.fragments.keys()]));
  for (const { unit, by, path } of folders.flatMap((folder) => folder.wanted)) {
    names.add(unit);
    const list = wantedBy.get(unit);
    if (list === undefined) wantedBy.set(unit, [by]);
    else list.push(by);
    const found = linkedOutside(context, path, (name) => merger.fragmentOf(name).known);
    if (found !== undefined) outside.set(unit, found);
  }
  // Drop-ins of a unit whose own file is not there do nothing, until it comes: told as well.
  for (const folder of folders) {
    for (const [name, files] of folder.dropIns) if (name.includes('.') && files.length > 0) names.add(name);
  }
  const instances = new Set([...names].flatMap((name) => templateOf(name) ?? []));
  const single = [...names].filter((name) => !(isTemplate(name) && instances.has(name)));
  if (single.length > mostUnits) {
    const reason = `${single.length} units, ${mostUnits} read`;
    const [source = printableText('/etc/systemd')] = places.folders;
    context.log.record({ source, artifact: id, status: 'truncated', reason, bytes: 0 });
  }
  const units: EffectiveUnit[] = single
    .slice(0, mostUnits)
    .map((name) => merger.merge(name, outside.get(name)));
  const { manager, user } = places;
  const files = readEnvironmentFiles(context, id, environmentFilesOf(units));
  const entries = [
    ...entriesOf({ manager, user, units, wantedBy, variablesOfFiles: files.variables }),
    ...files.entries,
  ];
  const { laidOver } = places;
  return laidOver === undefined ? entries : entries.map((fact) => whereItLies(context, fact, laidOver));
}

/** A program of an extension, by the path that it has before it is laid over the system. */
function whereItLies(context: ArtifactContext, fact: PersistenceFact, folder: PathText): PersistenceFact {
  if (fact.target === undefined) return fact;
  const target = phrase`${folder}${fact.target}`;
  const own = context.target.readNow({ kind: 'stat', path: target, follow: true });
  return own.status === 'ok' ? { ...fact, target } : fact;
}

export const systemdUnits: PersistenceArtifact = {
  id,
  sources: [
    ...[...systemFolders, ...userFolders].map((folder) => ({
      kind: 'glob' as const,
      path: `${folder}/*`,
      live: folder.startsWith('/run/'),
    })),
    ...extensionFolders.map((folder) => ({
      kind: 'glob' as const,
      path: `${folder}/*/usr/{local/lib,lib}/systemd/system/*`,
      live: folder.startsWith('/run/'),
    })),
    ...homeFolders.map((folder) => ({ kind: 'glob' as const, path: `/home/*/${folder}/*`, live: false })),
  ],
  mechanisms: [
    'systemd-service',
    'systemd-drop-in',
    'systemd-timer',
    'systemd-path',
    'systemd-socket',
    'systemd-transient',
    'systemd-user-unit',
    'loader-environment',
  ],
  order: 11,
  required: true,
  gather(context) {
    const { target } = context;
    const managers = [systemPlaces(target), ...extensionPlaces(target), ...userPlaces(target)];
    const seen = new Set<string>();
    const facts = managers.flatMap((places) => gatherManager(context, places));
    // Of what two names of one unit give (an alias, a link), one is enough.
    const told = facts.filter(({ source, mechanism, command, user }) => {
      const key = [source.source, source.line, mechanism, command, user].join('\0');
      if (seen.has(key)) return false;
      seen.add(key);
      return true;
    });
    return Promise.resolve(told);
  },
};
