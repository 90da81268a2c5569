/**
 * Who came in by SSH: one row for each address, account and key, with the first and some later times.
 *
 * auth.log (or the journal) says that a login was accepted and how; wtmp says that a session began. Where only the
 * latter tells of somebody, the former is gone or never reached that far back.
 * Bounds: 8,000 rows, 8 times each; a host where robots log in every minute stays in them.
 */
import type { LoginEvent, SessionEvent } from '../../model/facts/event.ts';
import type { Printable } from '../../model/text.ts';
import { Bounded } from './bounded.ts';
import { type Kept, keep } from './kept.ts';
import { Moments } from './moments.ts';
import { addressOf } from './tries.ts';

const mostRows = 8_000;
const mostStretches = 4;
const sameUs = 10e6;
/** Before an address, where accounts have none. */
const byNumber = '\t';

interface Row {
  readonly from: string;
  readonly account: Printable;
  readonly key: Printable | undefined;
  readonly times: Moments<Kept>;
}

export interface Login extends Omit<Row, 'times'> {
  readonly at: Kept;
  /** No log of logins tells of it, wtmp does. */
  readonly sessionOnly: boolean;
}

function note(
  rows: Bounded<string, Row>,
  event: LoginEvent | SessionEvent,
  key: Printable | undefined,
): void {
  const from = addressOf(event.from);
  const { account } = event;
  rows.update(`${from}\n${account}\n${key ?? ''}`, (row) => {
    const kept = row ?? { from, account, key, times: new Moments<Kept>(mostStretches) };
    kept.times.note(event.us, () => keep(event));
    return kept;
  });
}

export class SshLogins {
  readonly #accepted = new Bounded<string, Row>(mostRows);
  readonly #sessions = new Bounded<string, Row>(mostRows / 2);
  earliestUs = Number.POSITIVE_INFINITY;

  accepted(event: LoginEvent): void {
    this.earliestUs = Math.min(this.earliestUs, event.us);
    note(this.#accepted, event, event.key);
  }

  /** Of wtmp, or the last login that lastlog keeps. */
  session(event: LoginEvent | SessionEvent): void {
    note(this.#sessions, event, undefined);
  }

  /** In the order of time. */
  all(): readonly Login[] {
    const logins: Login[] = [];
    const known = new Set<string>();
    const when = new Set<string>();
    for (const [, { times, ...row }] of this.#accepted.entries()) {
      known.add(`${row.from}\n${row.account}`);
      for (const at of times.kept()) {
        logins.push({ ...row, at, sessionOnly: false });
        when.add(`${Math.floor(at.us / sameUs)}\n${row.account}`);
        when.add(`${Math.floor(at.us / sameUs)}\n${byNumber}${row.from}`);
      }
    }
    for (const [, { times, ...row }] of this.#sessions.entries()) {
      if (known.has(`${row.from}\n${row.account}`)) continue;
      for (const at of times.kept()) {
        // wtmp may have the name of an address that the other log has: the same account at the same time is the same.
        const slot = Math.floor(at.us / sameUs);
        // Audit records may have the number of an account: from the same address at the same time it is the one named.
        const who = /^\d{1,10}$/.test(row.account) ? `${byNumber}${row.from}` : row.account;
        const same = [slot - 1, slot, slot + 1].some((near) => when.has(`${near}\n${who}`));
        if (!same) logins.push({ ...row, at, sessionOnly: true });
      }
    }
    return logins.sort((a, b) => a.at.us - b.at.us);
  }
}
