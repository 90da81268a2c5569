/**
 * What a miner computes, for whom and where, from everything that was found about it.
 *
 * A verified wallet beats an unverified one, what the process said to its pool beats what a file says. An
 * address it is connected to stands for the pool where no name was found.
 */

import { matchShapes } from '../coins/match-shapes.ts';
import { endpointText } from '../detect/address.ts';
import type { FactSet } from '../model/fact.ts';
import type { MiningTraceFact, ProcessFact } from '../model/facts/process.ts';

export interface MinerFacts {
  readonly algorithm?: string;
  readonly pool?: string;
  readonly wallet?: string;
  readonly coin?: string;
}

const places: readonly MiningTraceFact['place'][] = [
  'command-line',
  'config-file',
  'environment',
  'memory',
  'executable',
];

const isLoopback = (address: string): boolean => address.startsWith('127.') || address === '::1';

/** The algorithm that memory is laid out for. */
function shapeOf(facts: FactSet, process: ProcessFact): string | undefined {
  const use = facts.about('cpu-use', process)[0];
  const context = {
    hugetlb: process.hugetlb,
    locked: process.locked,
    pinnedThreads: use?.threads.filter((thread) => thread.pinned !== undefined).length ?? 0,
    busyThreads: use?.threads.filter((thread) => thread.percent >= 50).length ?? 0,
  };
  const matches = facts.about('memory-map', process).flatMap((maps) => matchShapes(maps.mappings, context));
  return matches.sort((a, b) => b.strength - a.strength)[0]?.algorithm;
}

/** @param computesRandomX its registers say so, which no configuration can outweigh */
export function bestTraces(
  traces: readonly MiningTraceFact[],
  facts: FactSet,
  process: ProcessFact,
  computesRandomX: boolean,
): MinerFacts {
  const sorted = traces.toSorted((a, b) => places.indexOf(a.place) - places.indexOf(b.place));
  let wallet: { address: string; coin: string; verified: boolean } | undefined;
  let pool: { text: string; rank: number } | undefined;
  let algorithm: string | undefined;
  for (const { found } of sorted) {
    if (found.kind === 'wallet' && (wallet === undefined || (found.verified && !wallet.verified))) {
      wallet = { address: found.address, coin: found.coin, verified: found.verified };
    } else if (found.kind === 'pool') {
      const text = found.port === 0 ? found.host : `${found.host}:${found.port}`;
      const rank = (found.known ? 2 : 0) + (found.scheme === '' ? 0 : 1);
      if (pool === undefined || rank > pool.rank) pool = { text, rank };
    } else if (found.kind === 'algorithm') algorithm ??= found.name;
  }
  const peers = facts
    .of('socket')
    // Sockets of the host itself have no address.
    .filter(
      ({ state, remote, owners }) =>
        state === 'established' && remote.address !== '' && owners.includes(process.pid),
    )
    .map((socket) => socket.remote)
    .toSorted((a, b) => Number(isLoopback(a.address)) - Number(isLoopback(b.address)));
  const peer = peers[0];
  const poolText = pool?.text ?? (peer === undefined ? undefined : endpointText(peer.address, peer.port));
  const computed = computesRandomX ? (algorithm?.startsWith('rx/') ? algorithm : 'RandomX') : undefined;
  const shown = computed ?? algorithm ?? shapeOf(facts, process);
  return {
    ...(shown === undefined ? {} : { algorithm: shown }),
    ...(poolText === undefined ? {} : { pool: poolText }),
    ...(wallet === undefined ? {} : { wallet: wallet.address, coin: wallet.coin }),
  };
}
