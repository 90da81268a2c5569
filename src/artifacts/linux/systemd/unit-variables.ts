/**
 * Variables that a unit gives to what it runs: `Environment=`, over those `EnvironmentFile=`, and as PWD the folder in
 * which it begins.
 *
 * What it is NOT: expansion; `$NAME` in a command is read by whoever reads the command. Variables of the manager itself
 * and those that are passed on or taken away again are left out. Source: systemd.exec(5) ENVIRONMENT.
 */
import { unitWords } from '../../../formats/systemd-exec.ts';
import { printableLatin1 } from '../../../formats/text-lines.ts';
import {
  type EntryVariable,
  environmentLimit,
  type PersistenceFact,
} from '../../../model/facts/persistence.ts';
import type { PathText } from '../../../model/text.ts';
import type { EffectiveUnit } from './effective-unit.ts';

export type VariablesOfFiles = ReadonlyMap<PathText, readonly EntryVariable[]>;

function ofLine(value: string): readonly EntryVariable[] {
  return unitWords(value).flatMap((word) => {
    const [, name, text = ''] = /^([A-Za-z_]\w*)=([\s\S]*)$/.exec(word) ?? [];
    if (name === undefined || text.length > environmentLimit.value) return [];
    return [{ name, value: printableLatin1(text) }];
  });
}

/** The path of an `EnvironmentFile=`; undefined for a pattern. */
export function environmentFile(value: string): PathText | undefined {
  const path = value.replace(/^-/, '');
  return path.startsWith('/') && !/[*?[%]/.test(path) ? printableLatin1(path) : undefined;
}

export function environmentOf(
  unit: EffectiveUnit,
  files: VariablesOfFiles,
): Pick<PersistenceFact, 'environment'> {
  const own = unit.assignments.filter(({ section }) => section === 'Service');
  const lines = own.filter(({ key }) => key === 'Environment').flatMap(({ value }) => ofLine(value));
  const read = own
    .filter(({ key }) => key === 'EnvironmentFile')
    .flatMap(({ value }) => files.get(environmentFile(value) ?? printableLatin1('')) ?? []);
  const folder = own.findLast(({ key }) => key === 'WorkingDirectory')?.value.replace(/^-/, '') ?? '';
  const begins = folder.startsWith('/') ? [{ name: 'PWD', value: printableLatin1(folder) }] : [];
  const environment = [...[...lines, ...read].slice(-environmentLimit.variables), ...begins];
  return environment.length === 0 ? {} : { environment };
}
