/**
 * Whom a case wants held: miners, and what starts them again.
 *
 * Only what is judged counts: a parent that is suspicious itself, and the process that a malicious entry starts. Cron,
 * systemd, shells of people and container daemons are parents of miners too, and are nobody's to hold.
 */
import type { ProcessFact } from '../../model/facts/process.ts';
import type { ScanResult } from '../../model/result.ts';
import type { Member } from './freeze.ts';

export function membersOfCase(result: ScanResult, facts: readonly ProcessFact[]): readonly Member[] {
  const starts = new Map(facts.map(({ pid, startTicks }) => [pid, startTicks]));
  const judged = new Set(
    result.processes
      .filter(({ judgement }) => judgement === 'suspicious' || judgement === 'mining')
      .map(({ pid }) => pid),
  );
  const parents = new Map(result.processes.map(({ pid, ppid }) => [pid, ppid]));
  const malicious = new Set(
    result.persistence.filter(({ judgement }) => judgement === 'malicious').map(({ id }) => id),
  );
  const respawners = new Set<number>();
  for (const { pid, persistence } of result.miners) {
    for (const { entry, ancestor } of persistence)
      if (ancestor !== undefined && malicious.has(entry)) respawners.add(ancestor);
    // A guard above the miner, and the guard of the guard.
    const seen = new Set<number>([pid]);
    for (
      let at = parents.get(pid);
      at !== undefined && judged.has(at) && !seen.has(at);
      at = parents.get(at)
    ) {
      seen.add(at);
      respawners.add(at);
    }
  }
  const miners = result.miners.map(({ pid }) => pid).filter((pid) => !respawners.has(pid));
  const member =
    (role: Member['role']) =>
    (pid: number): Member[] => {
      const startTicks = starts.get(pid);
      return startTicks === undefined ? [] : [{ pid, startTicks, role }];
    };
  return [...[...respawners].flatMap(member('respawner')), ...miners.flatMap(member('miner'))];
}
