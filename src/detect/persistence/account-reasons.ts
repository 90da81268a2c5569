/**
 * What logs say of an account, as reasons: who made it, raised it, renamed it, deleted it, from where, and where the logs and
 * the account database contradict each other.
 *
 * Administrators make, reset and delete accounts all day: by themselves these are told and weigh nothing. What weighs is a
 * contradiction, an account that is fresh and was made in a session from the internet, and an administrator who was made from
 * there and deleted within a day. Thresholds are ours.
 */
import type { AccountChange, AccountHistoryFact } from '../../model/facts/account.ts';
import type { PersistenceFact } from '../../model/facts/persistence.ts';
import type { Evidence } from '../../model/finding.ts';
import { reachOf } from '../address.ts';
import { type WeighedReason, weighed } from './reason.ts';

const dayUs = 86_400e6;

const isFromInternet = ({ from }: AccountChange): boolean => from !== '' && reachOf(from) === 'public';
const evidenceOf = ({ source, text }: AccountChange): readonly Evidence[] => [{ ...source, text }];
const paramsOf = ({ us, by, from }: AccountChange) => ({
  date: `${new Date(us / 1000).toISOString().slice(0, 19).replace('T', ' ')} UTC`,
  by,
  from,
});

export function* accountReasons(
  fact: PersistenceFact,
  { changes, doubts, source, name }: AccountHistoryFact,
): Iterable<WeighedReason> {
  const evidence = [{ ...fact.source, text: fact.text }];
  const made = changes.findLast(({ action }) => action === 'added');
  const raised = changes.find(({ action, administrators }) => action === 'member-added' && administrators);
  const removed = changes.findLast(({ action }) => action === 'removed');
  const gone = removed !== undefined && (made === undefined || removed.us > made.us);
  if (made !== undefined) {
    const fresh = fact.marks.includes('fresh-account') && isFromInternet(made);
    yield weighed(
      { id: 'account-made', params: paramsOf(made), evidence: evidenceOf(made) },
      fresh ? 'weak' : undefined,
    );
  }
  if (raised !== undefined)
    yield weighed({ id: 'account-raised', params: paramsOf(raised), evidence: evidenceOf(raised) });
  const renamed = changes.findLast(({ action }) => action === 'renamed');
  if (renamed !== undefined)
    yield weighed({
      id: 'account-renamed',
      params: { ...paramsOf(renamed), was: renamed.was ?? '' },
      evidence: evidenceOf(renamed),
    });
  const enabled = changes.findLast(({ action }) => action === 'enabled');
  // Every account is enabled and given a password in the moment in which it is made.
  if (enabled !== undefined && (made === undefined || enabled.us > made.us + 60e6))
    yield weighed({ id: 'account-enabled', params: paramsOf(enabled), evidence: evidenceOf(enabled) });
  const reset = changes.findLast(
    ({ action, by }) => action === 'password-changed' && by !== '' && by.toLowerCase() !== name.toLowerCase(),
  );
  if (reset !== undefined && (made === undefined || reset.us > made.us + 60e6))
    yield weighed({ id: 'account-reset', params: paramsOf(reset), evidence: evidenceOf(reset) });
  if (gone) {
    const passing =
      made !== undefined && raised !== undefined && isFromInternet(made) && removed.us < made.us + dayUs;
    yield weighed(
      { id: 'account-removed', params: paramsOf(removed), evidence: evidenceOf(removed) },
      passing ? 'medium' : undefined,
    );
    if (doubts.includes('deleted-yet-there'))
      yield weighed({
        id: 'deleted-yet-there',
        params: { date: paramsOf(removed).date },
        evidence: [...evidence, ...evidenceOf(removed)],
      });
  }
  if (doubts.includes('made-unlogged'))
    yield weighed({
      id: 'made-unlogged',
      params: {},
      evidence: [...evidence, { ...source, text: fact.text }],
    });
}
