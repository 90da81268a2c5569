/**
 * Environment lines of tables of cron and anacron: what jobs run with, and entries of those that load something.
 *
 * A line holds for the jobs below it. Neither daemon expands anything in a value; the shell of the job expands the
 * variable. Told as entries are lines that load a file or name another shell, and a PATH in which another folder
 * stands before the system's. Sources: crontab(5) of Debian and cronie; anacrontab(5).
 */
import type { CronVariable } from '../../../formats/crontab.ts';
import {
  type EntryVariable,
  environmentLimit,
  type PersistenceFact,
} from '../../../model/facts/persistence.ts';
import type { Mechanism } from '../../../model/mechanism.ts';
import { type PathText, type Printable, phrase, printableText } from '../../../model/text.ts';
import { entry } from '../entry.ts';
import { searchesElsewhere } from '../search-folders.ts';

export interface TableOf {
  readonly path: PathText;
  readonly mechanism: Mechanism;
  readonly user: Printable;
  readonly active: boolean;
}

/** Variables with which a table makes its jobs load or run something else. */
const loads: ReadonlySet<string> = new Set(['LD_PRELOAD', 'LD_AUDIT', 'LD_LIBRARY_PATH', 'BASH_ENV', 'ENV']);
const usualShell = /^(?:\/usr)?\/bin\/(?:ba|da|z|k|a)?sh$/;

function says({ name, value }: CronVariable): boolean {
  if (name === 'SHELL') return !usualShell.test(value);
  if (name === 'PATH') return searchesElsewhere(value);
  return loads.has(name) && value !== '';
}

export function variableEntries(
  table: TableOf,
  variables: readonly CronVariable[],
): readonly PersistenceFact[] {
  return variables.filter(says).map(({ name, value, line, text }) =>
    entry({
      source: { source: table.path, line },
      mechanism: table.mechanism,
      user: table.user,
      trigger: phrase`every job of the table`,
      command: phrase`${printableText(name)}=${value}`,
      language: 'setting',
      ...(value.startsWith('/') && name !== 'PATH' ? { target: value } : {}),
      active: table.active,
      text,
    }),
  );
}

/** @returns the variables of a job by its line; asked in the order of lines */
export function environmentOf(
  variables: readonly CronVariable[],
): (line: number) => Pick<PersistenceFact, 'environment'> {
  const known = new Map<string, EntryVariable>();
  let told: Pick<PersistenceFact, 'environment'> = {};
  let at = 0;
  return (line) => {
    const start = at;
    for (; (variables[at]?.line ?? line) < line; at += 1) {
      const { name, value } = variables[at] ?? { name: '', value: phrase`` };
      if (value.length > environmentLimit.value) continue;
      // The newest are kept.
      known.delete(name);
      known.set(name, { name, value });
      const [oldest] = known.keys();
      if (known.size > environmentLimit.variables && oldest !== undefined) known.delete(oldest);
    }
    // Jobs begin in the home that the table names.
    const home = known.get('HOME');
    const folder = home === undefined ? [] : [{ name: 'PWD', value: home.value }];
    if (at > start) told = { environment: [...known.values(), ...folder] };
    return told;
  };
}
