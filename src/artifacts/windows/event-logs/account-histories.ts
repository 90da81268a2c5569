/**
 * What the events of a Windows host tell of each of its accounts, gathered while its logs are read.
 *
 * Why: the account database says that an account is there and when its name came; who made it, from where, and what was
 * deleted since, only the logs say. Who did something stands in its event by name and by the number of the session; where
 * that session came from stands in the logon (4624) that began it. Logs come in any order, so either may be seen first.
 * What it is NOT: a judgement, nor complete: what was not audited or was cleared away is not there.
 * Bounds: 5,000 accounts, of each action of one the first four and the last four; 20,000 sessions.
 * Source: Microsoft, 4720 to 4767, 4781, 4624 (TargetLogonId, "can be used to correlate"); knowledge on Windows §4.4.
 */
import type { AccountChange } from '../../../model/facts/account.ts';
import type { AccountEvent, LogEvent, LoginEvent } from '../../../model/facts/event.ts';
import { type Printable, phrase } from '../../../model/text.ts';

const administrators = 'S-1-5-32-544';
const mostAccounts = 5_000;
const mostOfAction = 8;
const mostSessions = 20_000;
const mostWaiting = 20_000;

type Change = { -readonly [K in keyof AccountChange]: AccountChange[K] };

interface Waiting {
  readonly change: Change;
  /** Of the logon that was taken; the last before the change is the right one. */
  us: number;
}

export interface AccountHistory {
  readonly sid: string;
  readonly name: Printable;
  /** Ascending. */
  readonly changes: readonly AccountChange[];
}

interface Kept {
  name: Printable;
  namedUs: number;
  readonly byAction: Map<string, Change[]>;
}

const nobody = phrase``;
const plain = (account: string): string => account.slice(account.lastIndexOf('\\') + 1).toLowerCase();
/** Numbers are of one start of the system, so whoever has the same name is asked for as well. */
const keyOf = (session: string, account: string): string => `${session} ${plain(account)}`;

export class AccountHistories {
  readonly #accounts = new Map<string, Kept>();
  /** The last logons, the oldest first. */
  readonly #sessions = new Map<string, { readonly us: number; readonly from: Printable }[]>();
  readonly #waiting = new Map<string, Waiting[]>();
  #waits = 0;
  #left = 0;
  #cleared = false;
  #earliestUs = Number.POSITIVE_INFINITY;
  #latestUs = 0;

  see(event: LogEvent): void {
    if (event.what === 'login') this.#login(event);
    else if (event.what === 'account') this.#account(event);
    else if (event.what === 'host' && event.action === 'log-cleared') this.#cleared = true;
  }

  /** Accounts past the bound, of which nothing is kept. */
  get left(): number {
    return this.#left;
  }

  /**
   * Between these events of accounts were written, as far as anybody can tell; undefined where none were, or where a log
   * was cleared.
   */
  get audited(): { readonly fromUs: number; readonly toUs: number } | undefined {
    return this.#cleared || this.#earliestUs > this.#latestUs
      ? undefined
      : { fromUs: this.#earliestUs, toUs: this.#latestUs };
  }

  histories(): readonly AccountHistory[] {
    return [...this.#accounts].map(([sid, { name, byAction }]) => ({
      sid,
      name,
      changes: [...byAction.values()].flat().sort((a, b) => a.us - b.us),
    }));
  }

  #login({ outcome, session, account, from, us }: LoginEvent): void {
    if (outcome !== 'accepted' || session === undefined || from === '') return;
    const key = keyOf(session, account);
    for (const waiting of this.#waiting.get(key) ?? []) {
      if (us > waiting.change.us || us <= waiting.us) continue;
      waiting.change.from = from;
      waiting.us = us;
    }
    const known = this.#sessions.get(key) ?? [];
    this.#sessions.delete(key);
    this.#sessions.set(key, [...known.slice(-3), { us, from }]);
    if (this.#sessions.size <= mostSessions) return;
    const [oldest] = this.#sessions.keys();
    if (oldest !== undefined) this.#sessions.delete(oldest);
  }

  #account(event: AccountEvent): void {
    const { sid, us, action, by = nobody, was, groupSid, session, source, text, certain } = event;
    if (sid === undefined) return;
    if (certain) {
      this.#earliestUs = Math.min(this.#earliestUs, us);
      this.#latestUs = Math.max(this.#latestUs, us);
    }
    let kept = this.#accounts.get(sid);
    if (kept === undefined) {
      if (this.#accounts.size >= mostAccounts) {
        this.#left += 1;
        return;
      }
      kept = { name: nobody, namedUs: 0, byAction: new Map() };
      this.#accounts.set(sid, kept);
    }
    if (event.account !== '' && !event.account.startsWith('S-1-') && us >= kept.namedUs) {
      kept.name = event.account;
      kept.namedUs = us;
    }
    const change: Change = {
      us,
      action,
      by,
      from: nobody,
      ...(was === undefined ? {} : { was }),
      ...(groupSid === administrators ? { administrators: true as const } : {}),
      source,
      text,
    };
    // Membership of Administrators is not pushed out by that of other groups.
    const kind = `${action} ${change.administrators === true}`;
    const of = kept.byAction.get(kind) ?? [];
    kept.byAction.set(kind, of);
    of.push(change);
    of.sort((a, b) => a.us - b.us);
    if (of.length > mostOfAction) of.splice(mostOfAction / 2, 1);
    if (session !== undefined && by !== '') this.#join(keyOf(session, by), change);
  }

  #join(key: string, change: Change): void {
    const before = (this.#sessions.get(key) ?? []).filter(({ us }) => us <= change.us);
    const last = before.reduce<(typeof before)[number] | undefined>(
      (best, one) => (best === undefined || one.us > best.us ? one : best),
      undefined,
    );
    if (last !== undefined) change.from = last.from;
    if (this.#waits >= mostWaiting) return;
    this.#waits += 1;
    this.#waiting.set(key, [...(this.#waiting.get(key) ?? []), { change, us: last?.us ?? 0 }]);
  }
}
