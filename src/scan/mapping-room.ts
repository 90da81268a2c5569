/**
 * How many mappings of suspects a scan keeps until it judges.
 *
 * Why: a process may have 65,530 of them (vm.max_map_count), and nothing keeps its owner from starting fifty such. An
 * honest search engine maps as many files. What an algorithm needs is large or executable, so that is kept first.
 * What it is NOT: a bound of what is read; memory is searched by the whole list.
 * Measured: about 150 bytes a mapping.
 */
import { isAnonymous } from '../coins/match-shapes.ts';
import type { Mapping, MemoryMapFact } from '../model/facts/process.ts';

export const mostOfProcess = 16_384;
export const mostOfScan = 150_000;
export const leastOfProcess = 4096;
/** Below it nothing is that a shape is made of. */
const small = 0x10000;

export interface KeptMap {
  readonly fact: MemoryMapFact;
  /** Mappings that were left out though a shape may be made of them. */
  readonly lost: number;
}

const isExecutable = ({ access }: Mapping): boolean => access.charAt(2) === 'x';
const isOfShape = (mapping: Mapping): boolean =>
  isExecutable(mapping) || (isAnonymous(mapping) && mapping.size >= small);

/** Executable ones with their neighbours, which tell a reserved range of code; then anonymous ones; the large before. */
function ranked(mappings: readonly Mapping[]): readonly number[] {
  const rank = mappings.map((mapping, index) => {
    if (isExecutable(mapping)) return 0;
    const beside = [mappings[index - 1], mappings[index + 1]];
    if (beside.some((one) => one !== undefined && isExecutable(one))) return 1;
    return isAnonymous(mapping) ? 2 : 3;
  });
  const sizeOf = (index: number): number => mappings[index]?.size ?? 0;
  return mappings
    .keys()
    .toArray()
    .sort((a, b) => (rank[a] ?? 3) - (rank[b] ?? 3) || sizeOf(b) - sizeOf(a));
}

export class MappingRoom {
  #left = mostOfScan;

  keep(fact: MemoryMapFact): KeptMap {
    const { mappings } = fact;
    const room = mappings.length > Math.min(mostOfProcess, this.#left) ? leastOfProcess : mappings.length;
    this.#left = Math.max(0, this.#left - room);
    if (mappings.length <= room) return { fact, lost: 0 };
    const order = ranked(mappings);
    const kept = order.slice(0, room).sort((a, b) => a - b);
    const isLost = (index: number): boolean => {
      const mapping = mappings[index];
      return mapping !== undefined && isOfShape(mapping);
    };
    return {
      fact: {
        ...fact,
        mappings: kept.flatMap((index) => mappings[index] ?? []),
        left: mappings.length - kept.length,
      },
      lost: order.slice(room).filter(isLost).length,
    };
  }
}
