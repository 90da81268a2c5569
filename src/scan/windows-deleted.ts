/**
 * Deleted autostarts and services that held the command of a miner or of a dropper: told as traces that do not run.
 *
 * Everything else that was deleted is what an honest host leaves behind, and is not told.
 */
import { deletedArtifact, deletedEntries } from '../artifacts/windows/deleted-entries.ts';
import { ReadingBudget, readEntry } from '../detect/command/read-entry.ts';
import type { SignId } from '../detect/command/sign.ts';
import { printableText } from '../model/text.ts';
import type { ScanContext } from './context.ts';

const bad: ReadonlySet<SignId> = new Set([
  'miner-command',
  'fetch-and-run',
  'decode-and-run',
  'runs-stored-code',
  'reverse-shell',
]);
/** Told of one host. */
const most = 200;

export function lookAtDeleted(context: ScanContext): void {
  const { facts } = context;
  // A value that was written anew leaves its older copy behind.
  const inForce = new Set(
    facts.of('persistence').map(({ source, command }) => `${source.source}\0${command}`),
  );
  const budget = new ReadingBudget();
  const found = deletedEntries(context).filter(
    (fact) =>
      !inForce.has(`${fact.source.source}\0${fact.command}`) &&
      readEntry(fact, undefined, budget).signs.some(({ id }) => bad.has(id)),
  );
  facts.addAll(found.slice(0, most));
  if (found.length > most)
    context.log.record({
      source: printableText('free cells of hives'),
      artifact: deletedArtifact,
      status: 'truncated',
      reason: `${found.length} deleted commands of attackers were found, the first ${most} are told`,
      bytes: 0,
    });
  if (budget.shallow > 0)
    context.log.record({
      source: printableText('free cells of hives'),
      artifact: deletedArtifact,
      status: 'truncated',
      reason: `too much to follow; ${budget.shallow} were read in part`,
      bytes: 0,
    });
}
