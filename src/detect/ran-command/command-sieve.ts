/**
 * Of all commands that a host remembers, those that do something which attackers do, or on which others of these rest: what
 * was fetched and saved, and what runs it later.
 *
 * Why: logs hold millions of commands, nearly all of them many times over. Bounds: 200,000 different commands, 4,000 kept,
 * 20,000 files that were saved, the cost of reading as for entries and 2,000 commands in part beyond it; what is past them is
 * counted.
 */
import { windowsKey } from '../../formats/windows-path.ts';
import type { RanCommandFact } from '../../model/facts/command.ts';
import { ReadingBudget } from '../command/read-entry.ts';
import { readCommand, startedBy } from './read-command.ts';
import { weighCommand } from './weigh-command.ts';

const mostDifferent = 200_000;
const mostKept = 4_000;
const mostSaved = 20_000;
const cost = 40_000_000;
/** Commands that are read in part when that is used up; a file of bombs holds hundreds of thousands. */
const mostShallow = 2_000;

export class CommandSieve {
  readonly #seen = new Set<number | bigint>();
  readonly #saved = new Set<string>();
  readonly #budget = new ReadingBudget(cost);
  readonly #kept: RanCommandFact[] = [];
  #left = 0;

  offer(fact: RanCommandFact): void {
    const hash = Bun.hash(`${fact.account}\0${fact.command}`);
    if (this.#seen.has(hash)) return;
    if (
      this.#seen.size >= mostDifferent ||
      this.#kept.length >= mostKept ||
      this.#budget.shallow >= mostShallow
    ) {
      this.#left += 1;
      return;
    }
    this.#seen.add(hash);
    const reading = readCommand(fact, this.#budget);
    const runsSaved = this.#saved.size > 0 && startedBy(fact, reading).some((path) => this.#saved.has(path));
    if (!runsSaved && reading.saved.length === 0 && weighCommand(fact, reading).length === 0) return;
    for (const { path } of reading.saved) if (this.#saved.size < mostSaved) this.#saved.add(windowsKey(path));
    this.#kept.push(fact);
  }

  get kept(): readonly RanCommandFact[] {
    return this.#kept;
  }

  /** Commands that were not looked at, and those that were read in part. */
  get left(): number {
    return this.#left + this.#budget.shallow;
  }
}
