/**
 * Accounts of the account database beside what the logs tell of them: the history of each, what the two say otherwise,
 * and accounts that the logs know and the database has no more.
 *
 * An account that an event deleted and that a later database has came back as attackers bring it back: its keys were
 * exported, it was deleted, the keys were imported (knowledge on Windows §4.1). One that events made, that none deleted and
 * that the database has not was taken out by hand. Both are said only of a database that was written after the event, since
 * a copy may be older than the logs beside it. What it is NOT: for domain accounts; on a controller nothing is joined.
 * Bounds: 500 accounts that are no more.
 */
import { momentUs } from '../../formats/filetime.ts';
import { readSam, type Sam } from '../../formats/sam/read-sam.ts';
import type { AccountChange, AccountDoubt, AccountHistoryFact } from '../../model/facts/account.ts';
import type { PersistenceFact, PersistenceMark } from '../../model/facts/persistence.ts';
import { type Printable, printableText } from '../../model/text.ts';
import type { ArtifactContext } from '../artifact.ts';
import { accountsArtifact } from './accounts.ts';
import { entry } from './entry.ts';
import type { AccountHistories, AccountHistory } from './event-logs/account-histories.ts';
import { textOfValue } from './hives.ts';
import { installedUs } from './host.ts';
import { viewOf, type WindowsView } from './view.ts';

/** Numbers below are accounts that Windows brings. */
const firstOwn = 1_000;
const mostGone = 500;
/** Clocks of records and keys, and a database that is written while an event is. */
const slackUs = 60e6;
const monthUs = 30 * 86_400e6;

/** Of a controller the accounts stand in another database. */
const isController = (view: WindowsView): boolean =>
  textOfValue(view.registry.control('Control\\ProductOptions')?.key.value('ProductType')) === 'LanmanNT';

const second = (us: number): string => new Date(us / 1000).toISOString().slice(0, 19).replace('T', ' ');
const lastOf = (
  changes: readonly AccountChange[],
  ...actions: readonly AccountChange['action'][]
): AccountChange | undefined => changes.findLast(({ action }) => actions.includes(action));

const told = (what: string, { us, by, from }: AccountChange): string =>
  `${what} ${second(us)}${by === '' ? '' : ` by ${by}`}${from === '' ? '' : ` from ${from}`}`;

const isAdministrator = (changes: readonly AccountChange[]): boolean =>
  changes.some(({ administrators, action }) => administrators === true && action === 'member-added');

/** An account of which there are only events. */
function goneFact(
  { sid, name, changes }: AccountHistory,
  removed: AccountChange | undefined,
  missing: boolean,
): PersistenceFact | undefined {
  const first = lastOf(changes, 'added') ?? changes[0];
  if (first === undefined) return undefined;
  const called: Printable = name === '' ? printableText(sid) : name;
  const marks: PersistenceMark[] = [];
  if (missing) marks.push('account-in-one-place');
  if (name.endsWith('$')) marks.push('dollar-account');
  if (isAdministrator(changes)) marks.push('administrator');
  const made = lastOf(changes, 'added');
  const raised = changes.find(({ administrators }) => administrators === true);
  const what = [
    `${called}, ${sid}`,
    'not in the account database',
    ...(made === undefined ? [] : [told('made', made)]),
    ...(raised === undefined ? [] : [told('into Administrators', raised)]),
    ...(removed === undefined ? ['no event deleted it'] : [told('deleted', removed)]),
  ];
  return entry({
    source: first.source,
    mechanism: 'windows-account',
    name: printableText(called.slice(0, 256)),
    sid,
    user: called,
    writtenUs: first.us,
    language: 'none',
    active: false,
    marks,
    text: printableText(what.join(', ').slice(0, 2_000)),
  });
}

function doubtsOf(
  { changes }: { readonly changes: readonly AccountChange[] },
  changedUs: number,
): readonly AccountDoubt[] {
  const last = lastOf(changes, 'added', 'removed');
  return last?.action === 'removed' && last.us + slackUs < changedUs ? ['deleted-yet-there'] : [];
}

/** Accounts whose names came while the log was written that has nothing of it. */
function unlogged(
  view: WindowsView,
  sam: Sam,
  sid: string,
  known: ReadonlyMap<string, AccountHistory>,
  histories: AccountHistories,
): readonly AccountHistoryFact[] {
  const { audited } = histories;
  const installed = installedUs(view);
  const of = view.registry.get('SAM');
  if (audited === undefined || installed === undefined || of === undefined || histories.left > 0) return [];
  return sam.names.flatMap(({ name, rid, written }): readonly AccountHistoryFact[] => {
    const us = momentUs(written) ?? 0;
    if (rid === undefined || rid < firstOwn || known.has(`${sid}-${rid}`)) return [];
    if (us < installed + monthUs || us < audited.fromUs || us > audited.toUs) return [];
    return [
      {
        kind: 'account-history',
        source: { source: of.path },
        sid: `${sid}-${rid}`,
        name: printableText(name.slice(0, 256)),
        changes: [],
        doubts: ['made-unlogged'],
      },
    ];
  });
}

export interface JoinedAccounts {
  readonly histories: readonly AccountHistoryFact[];
  /** Accounts that only events know. */
  readonly gone: readonly PersistenceFact[];
}

export function joinAccounts(
  context: Pick<ArtifactContext, 'target' | 'log'>,
  histories: AccountHistories,
): JoinedAccounts {
  const view = viewOf(context);
  const of = view.registry.get('SAM');
  const sam = of === undefined ? undefined : readSam(of.hive);
  const machine = sam?.machineSid;
  if (of === undefined || sam === undefined || machine === undefined || isController(view))
    return { histories: [], gone: [] };
  const cut = (reason: string): void =>
    context.log.record({
      source: of.path,
      artifact: accountsArtifact,
      status: 'truncated',
      reason,
      bytes: 0,
    });
  if (histories.left > 0) cut(`events of ${histories.left} accounts more than are kept`);
  const changedUs = momentUs(sam.changed) ?? 0;
  const there = new Set(sam.users.flatMap(({ keyRid }) => (keyRid === undefined ? [] : [keyRid])));
  const found: AccountHistoryFact[] = [];
  const gone: PersistenceFact[] = [];
  const own = new Map<string, AccountHistory>();
  for (const history of histories.histories()) {
    const { sid, name, changes } = history;
    const [first] = changes;
    const number = sid.startsWith(`${machine}-`) ? sid.slice(machine.length + 1) : '';
    if (!/^\d{1,10}$/.test(number) || first === undefined) continue;
    own.set(sid, history);
    const rid = Number(number);
    if (there.has(rid)) {
      const doubts = doubtsOf(history, changedUs);
      found.push({ kind: 'account-history', source: first.source, sid, name, changes, doubts });
      continue;
    }
    if (rid < firstOwn || sam.cut) continue;
    const last = lastOf(changes, 'added', 'removed');
    const removed = last?.action === 'removed' ? last : undefined;
    const missing = removed === undefined && (changes.at(-1)?.us ?? 0) + slackUs < changedUs;
    const fact = goneFact(history, removed, missing);
    if (fact === undefined) continue;
    if (gone.length >= mostGone) {
      cut(`more than ${mostGone} accounts that events know and it does not have`);
      break;
    }
    gone.push(fact);
    found.push({ kind: 'account-history', source: first.source, sid, name, changes, doubts: [] });
  }
  return { histories: [...found, ...unlogged(view, sam, machine, own, histories)], gone };
}
