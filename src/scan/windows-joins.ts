/**
 * What the logs of a Windows host add to what was judged without them, gathered while they are read: facts, after which the
 * host is judged again.
 */
import { joinAccounts } from '../artifacts/windows/accounts-joined.ts';
import { AccountHistories } from '../artifacts/windows/event-logs/account-histories.ts';
import type { LogEvent } from '../model/facts/event.ts';
import type { ScanContext } from './context.ts';

export class WindowsJoins {
  readonly #histories = new AccountHistories();

  see(event: LogEvent): void {
    this.#histories.see(event);
  }

  /** Adds what was found to the facts; true where there was anything. */
  conclude(context: ScanContext): boolean {
    const { facts } = context;
    const before = facts.size;
    const { histories, gone } = joinAccounts(context, this.#histories);
    facts.addAll(gone);
    facts.addAll(histories);
    return facts.size > before;
  }
}
