/**
 * What the logs of a Windows host add to what was judged without them, gathered while they are read: facts, after which the
 * host is judged again.
 */
import { joinAccounts } from '../artifacts/windows/accounts-joined.ts';
import { AccountHistories } from '../artifacts/windows/event-logs/account-histories.ts';
import { CommandSieve } from '../detect/ran-command/command-sieve.ts';
import type { EventOf, LogEvent } from '../model/facts/event.ts';
import { type Printable, printableText } from '../model/text.ts';
import type { ScanContext } from './context.ts';

export class WindowsJoins {
  readonly #histories = new AccountHistories();
  readonly #commands = new CommandSieve();

  see(event: LogEvent): void {
    this.#histories.see(event);
    // What was typed was looked at with the host itself.
    if (event.what === 'command' && event.origin === 'audit') this.#command(event);
  }

  #command({ source, account, us, script, command, text }: EventOf<'command'>): void {
    // Of a record with many fields the line may end before its command: the log, the number, and the command are shown.
    const [record = ''] = text.split(': ', 1);
    this.#commands.offer({
      kind: 'ran-command',
      source,
      origin: script === undefined ? 'command-line' : 'script-block',
      account,
      us,
      language: script ?? 'cmd',
      command,
      text: `${record}: ${command.slice(0, 2_000)}` as Printable,
    });
  }

  /** Adds what was found to the facts; true where there was anything. */
  conclude(context: ScanContext): boolean {
    const { facts } = context;
    const before = facts.size;
    const { histories, gone } = joinAccounts(context, this.#histories);
    facts.addAll(gone);
    facts.addAll(histories);
    facts.addAll(this.#commands.kept);
    if (this.#commands.left > 0)
      context.log.record({
        source: printableText('commands of event logs'),
        artifact: 'windows.logged-commands',
        status: 'truncated',
        reason: `${this.#commands.left} were not read, or in part`,
        bytes: 0,
      });
    return facts.size > before;
  }
}
