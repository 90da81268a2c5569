/**
 * Whether what was found in one program makes it a miner.
 *
 * What: a miner's own strings beside another sign; its settings beside a pool or wallet; a wallet beside a pool or a
 * login. What it is NOT: a word search. Security programs know many miners: marks of four different programs are a
 * signature list. Thresholds are ours.
 */
import { encodedCommand } from '../coins/miners.ts';
import { isMiningScheme, knownPool } from '../coins/pools.ts';
import type { MiningTrace } from '../model/facts/process.ts';

export interface Traced {
  readonly found: MiningTrace;
}

export interface MinerProgram<T> {
  /** The marks of the program that has most of them. */
  readonly own: readonly T[];
  /** One of each other kind of sign. */
  readonly others: readonly T[];
  readonly miner: boolean;
  /** A name like a miner's, or marks: worth telling by itself. */
  readonly named: boolean;
  /** `xmrig`, or `unknown`. */
  readonly program: string;
}

/** Marks of so many different programs are what a scanner knows, not what a miner is. */
const signatureList = 4;

/** Nothing where it is a signature list. */
export function minerProgram<T extends Traced>(traces: readonly T[]): MinerProgram<T> | undefined {
  const programOf = ({ found }: T): string => (found.kind === 'program' ? found.program : '');
  // Strings of the program itself: not its file name, and not a pool's host that a list may hold too.
  const marks = traces.filter(
    ({ found }) => found.kind === 'program' && found.mark !== 'name' && knownPool(found.mark) === undefined,
  );
  const byProgram = Map.groupBy(marks, programOf);
  byProgram.delete(encodedCommand);
  if (byProgram.size >= signatureList) return undefined;
  const [own = []] = [...byProgram.values()].sort((a, b) => b.length - a.length);
  const wallet = traces.find(({ found }) => found.kind === 'wallet' && found.verified);
  const pool = traces.find(
    ({ found }) => found.kind === 'pool' && (isMiningScheme(found.scheme) || found.known),
  );
  const config = traces.find(({ found }) => found.kind === 'config');
  const login = traces.find(({ found }) => found.kind === 'stratum' && found.direction === 'client');
  const algorithm = traces.find(({ found }) => found.kind === 'algorithm');
  const named = traces.find(({ found }) => found.kind === 'program' && found.mark === 'name');
  const others = [config, pool, wallet, login, algorithm, named].filter((one) => one !== undefined);
  const miner =
    (own.length > 0 && own.length + others.length >= 2) ||
    (config !== undefined && (pool !== undefined || wallet !== undefined)) ||
    (wallet !== undefined && (pool !== undefined || login !== undefined));
  const [mark] = own;
  const program =
    (mark === undefined ? undefined : programOf(mark)) ??
    (config?.found.kind === 'config' ? config.found.program : undefined) ??
    (named === undefined ? undefined : programOf(named));
  return { own, others, miner, named: own.length > 0 || named !== undefined, program: program ?? 'unknown' };
}
