/** Holds and lets go through the ledger: a crash leaves behind who was about to be held, and by what. */
import type { LedgerEntry } from '../../model/ledger.ts';
import type { Ledger } from '../ledger/ledger-file.ts';
import {
  type FreezeOutcome,
  type FreezeWorld,
  type FrozenMember,
  freeze,
  type Member,
  type ThawOutcome,
  thaw,
} from './freeze.ts';

type World = Omit<FreezeWorld, 'record'>;

const recorded = ({ pid, startTicks, role, group, wasStopped }: FrozenMember) => ({
  pid,
  startTicks,
  role,
  ...(group === undefined ? {} : { group }),
  wasStopped,
});

export async function freezeMembers(
  members: readonly Member[],
  world: World,
  ledger: Pick<Ledger, 'append'>,
  bootId: string,
): Promise<FreezeOutcome> {
  const outcome = await freeze(members, {
    ...world,
    record: (held) => ledger.append({ kind: 'freezing', bootId, members: held.map(recorded) }),
  });
  ledger.append({
    kind: 'frozen',
    count: outcome.frozen.length,
    left: outcome.left.map((one) => ({ ...one })),
    spanUs: outcome.spanUs,
    byNumber: outcome.byNumber,
  });
  return outcome;
}

/** Whom the ledger says to be held in this boot, in the order in which they were; a restart lets everybody go. */
export function heldMembers(entries: readonly LedgerEntry[], bootId: string): readonly FrozenMember[] {
  const held = new Map<number, FrozenMember>();
  for (const { record } of entries) {
    if (record.kind === 'thawed') held.clear();
    if (record.kind !== 'freezing' || record.bootId !== bootId) continue;
    for (const { group, ...member } of record.members) {
      const before = held.get(member.pid);
      // Held twice: what stopped it the second time was ourselves.
      const wasStopped = before?.startTicks === member.startTicks ? before.wasStopped : member.wasStopped;
      held.set(member.pid, { ...member, ...(group === undefined ? {} : { group }), wasStopped });
    }
  }
  return [...held.values()];
}

export function thawMembers(
  members: readonly FrozenMember[],
  world: Omit<World, 'self'>,
  ledger: Pick<Ledger, 'append'>,
): ThawOutcome {
  const outcome = thaw(members, world);
  // What could not be let go is tried again the next time.
  const isStuck = outcome.left.some(({ why }) => why === 'denied');
  if (!isStuck) {
    ledger.append({
      kind: 'thawed',
      count: outcome.thawed.length,
      left: outcome.left.map((one) => ({ ...one })),
    });
  }
  return outcome;
}
