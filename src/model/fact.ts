/** All kinds of fact, and the set that analyzers read. */
import type { AccountHistoryFact } from './facts/account.ts';
import type { RanCommandFact } from './facts/command.ts';
import type { FileOriginFact } from './facts/file-origin.ts';
import type {
  AgentFact,
  ContainerFact,
  ExecutableFact,
  FileOwnerFact,
  FileTraceFact,
  GpuFact,
  GpuUseFact,
  HostFact,
  SightingFact,
} from './facts/host.ts';
import type {
  BpfProgramFact,
  CpuLedgerFact,
  DirectoryCountFact,
  LoadFact,
  ModuleFact,
  MountFact,
  MsrFact,
  SettingFact,
  TaintFact,
  TracedFunctionFact,
} from './facts/kernel.ts';
import type { LogFact } from './facts/log.ts';
import type { ForwardFact, HostsEntryFact, KnownHostFact, SocketFact } from './facts/network.ts';
import type {
  FileContentFact,
  FileFact,
  FileTimesFact,
  FloodedFolderFact,
  IntegrityFact,
  PackageTimesFact,
  PersistenceFact,
  ProgramTrustFact,
  ScriptFact,
} from './facts/persistence.ts';
import type {
  CpuUseFact,
  EnvironmentFact,
  HiddenProcessFact,
  MemoryMapFact,
  MinerApiFact,
  MiningTraceFact,
  ProcessContextFact,
  ProcessFact,
  RegisterFact,
  WatchReactionFact,
} from './facts/process.ts';
import type { ProcessIdentity } from './identity.ts';

export type Fact =
  | AccountHistoryFact
  | AgentFact
  | BpfProgramFact
  | ContainerFact
  | CpuLedgerFact
  | CpuUseFact
  | DirectoryCountFact
  | EnvironmentFact
  | ExecutableFact
  | FileContentFact
  | FileFact
  | FileOriginFact
  | FileOwnerFact
  | FileTimesFact
  | FileTraceFact
  | FloodedFolderFact
  | ForwardFact
  | GpuFact
  | GpuUseFact
  | HiddenProcessFact
  | HostFact
  | HostsEntryFact
  | IntegrityFact
  | KnownHostFact
  | LoadFact
  | LogFact
  | MemoryMapFact
  | MinerApiFact
  | MiningTraceFact
  | ModuleFact
  | MountFact
  | MsrFact
  | PackageTimesFact
  | PersistenceFact
  | ProcessContextFact
  | ProcessFact
  | ProgramTrustFact
  | RanCommandFact
  | RegisterFact
  | ScriptFact
  | SettingFact
  | SightingFact
  | SocketFact
  | TaintFact
  | TracedFunctionFact
  | WatchReactionFact;

export type FactKind = Fact['kind'];
export type FactOf<K extends FactKind> = Extract<Fact, { readonly kind: K }>;

type FactLists = { [K in FactKind]?: FactOf<K>[] };

function append<K extends FactKind>(lists: FactLists, kind: K, fact: FactOf<K>): void {
  const list: FactOf<K>[] | undefined = lists[kind];
  if (list === undefined) lists[kind] = [fact] as FactLists[K];
  else list.push(fact);
}

/** Facts by kind. Analyzers only read it. */
export class FactSet {
  readonly #lists: FactLists = {};
  readonly #processes = new Map<number, ProcessFact>();
  #size = 0;

  constructor(facts: Iterable<Fact> = []) {
    for (const fact of facts) this.add(fact);
  }

  get size(): number {
    return this.#size;
  }

  add(fact: Fact): void {
    append(this.#lists, fact.kind, fact);
    if (fact.kind === 'process') this.#processes.set(fact.pid, fact);
    this.#size += 1;
  }

  addAll(facts: Iterable<Fact>): void {
    for (const fact of facts) this.add(fact);
  }

  of<K extends FactKind>(kind: K): readonly FactOf<K>[] {
    return this.#lists[kind] ?? [];
  }

  /** Facts of a kind about one process (same pid and start). */
  about<K extends FactKind>(kind: K, process: ProcessIdentity): readonly FactOf<K>[] {
    return this.of(kind).filter(
      (fact) =>
        'pid' in fact &&
        fact.pid === process.pid &&
        (!('startTicks' in fact) || fact.startTicks === process.startTicks),
    );
  }

  process(pid: number): ProcessFact | undefined {
    return this.#processes.get(pid);
  }

  *[Symbol.iterator](): IterableIterator<Fact> {
    for (const list of Object.values(this.#lists)) yield* list;
  }

  /** Every fact once, in the order of the iterator. The set forgets what it gives; to be read to the end. */
  *drain(): IterableIterator<Fact> {
    this.#processes.clear();
    for (const list of Object.values(this.#lists)) {
      list.reverse();
      for (let fact = list.pop(); fact !== undefined; fact = list.pop()) {
        this.#size -= 1;
        yield fact;
      }
    }
  }
}
