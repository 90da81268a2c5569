/**
 * What is actionable: two independent sources of truth, at least (house decision 10). Of an entry they are the natures
 * of its reasons (`detect/persistence/weights.ts`: two of one nature are one witness), and a proven miner that it
 * starts; of a process, the witnesses of its findings.
 */
import { type Nature, weights } from '../../detect/persistence/weights.ts';
import { mechanismGroups } from '../../model/mechanism.ts';
import type { ResultMiner, ResultPersistence, ScanResult } from '../../model/result.ts';

const ofPackages: ReadonlySet<string> = new Set(mechanismGroups.integrity);

const isReason = (id: string): id is keyof typeof weights => Object.hasOwn(weights, id);

function naturesOf(row: ResultPersistence): Set<Nature> {
  const natures = new Set<Nature>();
  for (const { id } of row.reasons) {
    if (!isReason(id)) continue;
    const [weight, nature] = weights[id];
    if (weight !== 'none') natures.add(nature);
  }
  return natures;
}

export interface Signals {
  /** Miners with two witnesses. */
  readonly miners: readonly ResultMiner[];
  /** Entries that bring a proven miner back, by id. */
  readonly startsMiner: ReadonlySet<string>;
  /** Witnesses of the findings of a process. */
  witnessesOf(pid: number): ReadonlySet<string>;
  isActionable(row: ResultPersistence): boolean;
}

/** Whose claim is only a name says nothing of who did it; a name is no second witness of a process. */
const weakWitness = 'name';

export function signalsOf(result: ScanResult): Signals {
  const byPid = Map.groupBy(
    result.findings.filter(({ pid, bearing }) => pid !== undefined && bearing !== 'context'),
    ({ pid }) => pid ?? 0,
  );
  const witnessesOf = (pid: number): ReadonlySet<string> =>
    new Set(
      (byPid.get(pid) ?? []).map(({ witness }) => witness).filter((witness) => witness !== weakWitness),
    );
  const miners = result.miners.filter(({ pid }) => witnessesOf(pid).size >= 2);
  const startsMiner = new Set(
    miners.flatMap(({ persistence }) =>
      // What starts a parent starts much else too: a shell, a daemon.
      persistence.filter(({ ancestor }) => ancestor === undefined).map(({ entry }) => entry),
    ),
  );
  return {
    miners,
    startsMiner,
    witnessesOf,
    isActionable: (row) => {
      // The hash that the package brought and the one that lies there: two witnesses of one file.
      if (row.reasons.some(({ id }) => id === 'replaced-package-file') && ofPackages.has(row.mechanism))
        return true;
      const grave = row.judgement === 'malicious' || row.judgement === 'suspicious';
      const natures = naturesOf(row);
      if (startsMiner.has(row.id)) natures.add('relation');
      const enough = natures.size >= 2;
      return grave && enough && (row.judgement === 'malicious' || startsMiner.has(row.id));
    },
  };
}
