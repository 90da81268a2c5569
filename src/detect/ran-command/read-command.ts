/** What a command that was run does: read as the commands of entries are, layer by layer, and never run. */
import { windowsKey } from '../../formats/windows-path.ts';
import type { RanCommandFact } from '../../model/facts/command.ts';
import type { PersistenceFact } from '../../model/facts/persistence.ts';
import { phrase } from '../../model/text.ts';
import { type EntryReading, type ReadingBudget, readEntry } from '../command/read-entry.ts';

const entries = new WeakMap<RanCommandFact, PersistenceFact>();

/** As an entry that only holds this command: of the mechanism nothing is asked when a command is read. */
function entryOf(fact: RanCommandFact): PersistenceFact {
  const known = entries.get(fact);
  if (known !== undefined) return known;
  const { source, account, command, language, folder, text } = fact;
  const made: PersistenceFact = {
    kind: 'persistence',
    source,
    mechanism: 'run-key',
    user: account,
    trigger: phrase``,
    command,
    language,
    ...(folder === undefined ? {} : { environment: [{ name: 'cd', value: folder }] }),
    body: [],
    active: false,
    marks: [],
    text,
  };
  entries.set(fact, made);
  return made;
}

/** What it starts that may be a file which another command saved; a bare name is looked for where the command was run. */
export const startedBy = (
  { folder }: RanCommandFact,
  { uses, programs }: EntryReading,
): readonly string[] => [
  ...uses.filter(({ how }) => how !== 'loaded').map(({ path }) => windowsKey(path)),
  ...(folder === undefined
    ? []
    : programs.flatMap((name) => [name, `${name}.exe`].map((one) => windowsKey(`${folder}\\${one}`)))),
];

/** @param budget of all commands that are read for the first time */
export const readCommand = (fact: RanCommandFact, budget?: ReadingBudget): EntryReading =>
  readEntry(entryOf(fact), undefined, budget);
