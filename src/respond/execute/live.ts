/**
 * Carries out a plan on the running host: files as on any root, and processes by handles.
 *
 * Held and ended are the processes of the plan and whatever runs the attacker's files now. Who is about to be held stands
 * in the ledger before it is, so that a later run lets go or ends exactly those. Under test it refuses unless the network,
 * mount and process namespaces are other than those of the machine (`native/apart.ts`).
 */
import { DemineError } from '../../model/error.ts';
import type { Before, LedgerEntry, Note } from '../../model/ledger.ts';
import type { ChangeOf, Manager, Precondition } from '../../model/plan.ts';
import { type Printable, printableText } from '../../model/text.ts';
import { mayChange } from '../../native/apart.ts';
import type { Native } from '../../native/port.ts';
import type { Signals } from '../../native/process-signal.ts';
import { heldMembers } from '../freeze/carry-out.ts';
import { type FrozenMember, freeze, type Member, thaw } from '../freeze/freeze.ts';
import type { Ledger } from '../ledger/ledger-file.ts';
import type { Vault } from '../vault/vault.ts';
import { FolderExecutor, isOfFile } from './folder.ts';
import { kill } from './kill.ts';
import {
  type Boundary,
  type Carried,
  type Executor,
  type Performed,
  type Prepared,
  stopped,
} from './port.ts';
import { runningFrom, statOf } from './running.ts';
import { reloadManager } from './service-manager.ts';

export interface LiveWorld {
  readonly native: Native;
  readonly signals: Signals;
  readonly vault: Vault;
  readonly ledger: Ledger;
  /** Of another ledger of the case, in which processes may be held already (`demine contain --freeze`). */
  readonly earlier: readonly LedgerEntry[];
  readonly bootId: string;
  readonly name: Printable;
  /** Our own pid. */
  readonly self: number;
  readonly boundary?: Boundary;
  /** Instead of the sockets of systemd, for tests. */
  readonly socketOf?: (uid: number | undefined) => string;
}

/** Folders from which systemd reads, and scripts of which it makes units. */
const ofUnits = /\/systemd\/|\/init\.d\//;

type OfProcesses = ChangeOf<'freeze'> | ChangeOf<'kill'>;

export class LiveExecutor implements Executor {
  readonly kind = 'live';
  readonly name: Printable;
  readonly #world: LiveWorld;
  readonly #files: FolderExecutor;

  /** @throws DemineError `executor-refused` in a test without namespaces of its own */
  constructor(world: LiveWorld) {
    const may = mayChange();
    if (may.status !== 'ok') throw new DemineError('executor-refused', may.reason, { subject: world.name });
    this.name = world.name;
    this.#world = world;
    this.#files = new FolderExecutor('/', world.vault, world.boundary);
  }

  lock(): boolean {
    return this.#files.lock();
  }

  async prepare(change: Carried, preconditions: readonly Precondition[]): Promise<Prepared> {
    if (isOfFile(change)) return this.#files.prepare(change, preconditions);
    if (change.kind === 'reload') return { kind: 'ready', before: { kind: 'processes', processes: [] } };
    const other = preconditions.some((one) => one.kind === 'process' && one.bootId !== this.#world.bootId);
    // Numbers of another boot are those of other processes.
    if (other) return stopped('other-boot', this.name);
    const processes = this.#members(change).flatMap(({ pid, startTicks }) => {
      const stat = statOf(this.#world.native, pid);
      return stat?.startTicks === startTicks ? [{ pid, startTicks, state: stat.state }] : [];
    });
    return { kind: 'ready', before: { kind: 'processes', processes } };
  }

  async perform(change: Carried, before: Before, token: string): Promise<Performed> {
    switch (change.kind) {
      case 'freeze':
        return this.#freeze(change);
      case 'kill':
        return this.#kill(change);
      case 'reload':
        return this.#reload(change.managers);
      case 'edit-file':
      case 'quarantine':
      case 'set-metadata':
        return this.#files.perform(change, before, token);
    }
  }

  async revert(change: Carried, before: Before, token: string): Promise<Performed> {
    switch (change.kind) {
      case 'freeze':
        return this.#thaw();
      case 'kill':
        return stopped('cannot-be-undone', this.name);
      case 'reload':
        // What it read is not back yet; each unit that comes back is told when it does.
        return { kind: 'done', notes: [] };
      case 'edit-file':
      case 'quarantine':
      case 'set-metadata':
        return await this.#putBack(change.path, await this.#files.revert(change, before, token));
    }
  }

  /** A unit that is back is nothing to systemd before it has read it; on a host without systemd nobody is to be told. */
  async #putBack(path: string, reverted: Performed): Promise<Performed> {
    if (reverted.kind !== 'done' || !ofUnits.test(path)) return reverted;
    const answer = await reloadManager({ service: 'systemd' }, this.#world);
    if (answer.status === 'ok' || answer.status === 'absent') return reverted;
    const note: Note = { part: 'reload', detail: `systemd: ${answer.reason}` };
    return { kind: 'done', notes: [...reverted.notes, note] };
  }

  /** A manager that was not told starts anew what is killed next, so nothing is. One that has ended remembers nothing. */
  async #reload(managers: readonly Manager[]): Promise<Performed> {
    for (const manager of managers) {
      const answer = await reloadManager(manager, this.#world);
      const ended = answer.status === 'absent' && manager.service !== 'systemd';
      if (answer.status !== 'ok' && !ended) {
        return stopped('not-reloaded', printableText(manager.service), answer.reason);
      }
    }
    return { kind: 'done', notes: [] };
  }

  close(): void {
    this.#files.close();
  }

  /** The plan's, in its order, then what runs the attacker's files now. */
  #members({ processes, programs }: OfProcesses): readonly Member[] {
    const planned = processes.map(({ pid, startTicks, role }): Member => ({ pid, startTicks, role }));
    const known = new Set(planned.map(({ pid, startTicks }) => `${pid} ${startTicks}`));
    const running = runningFrom(this.#world.native, programs);
    return [...planned, ...running.filter(({ pid, startTicks }) => !known.has(`${pid} ${startTicks}`))];
  }

  #held(): readonly FrozenMember[] {
    const { earlier, ledger, bootId } = this.#world;
    return heldMembers([...earlier, ...ledger.entries], bootId);
  }

  async #freeze(change: OfProcesses): Promise<Performed> {
    const { native, signals, self, ledger, bootId } = this.#world;
    const outcome = await freeze(this.#members(change), {
      native,
      signals,
      self,
      record: (members) =>
        ledger.append({
          kind: 'freezing',
          bootId,
          members: members.map(({ group, ...member }) => ({
            ...member,
            ...(group === undefined ? {} : { group }),
          })),
        }),
    });
    const runs = outcome.left.find(({ why }) => why === 'denied' || why === 'still-runs');
    if (runs === undefined) return { kind: 'done', notes: [] };
    // Half of a set that runs is worse than all of it: it notices, and starts the rest again.
    this.#thaw();
    return stopped('process-remains', printableText(String(runs.pid)), runs.why);
  }

  #thaw(): Performed {
    const { native, signals, ledger } = this.#world;
    const outcome = thaw(this.#held(), { native, signals });
    const stuck = outcome.left.find(({ why }) => why === 'denied');
    if (stuck !== undefined) return stopped('process-remains', printableText(String(stuck.pid)), stuck.why);
    ledger.append({
      kind: 'thawed',
      count: outcome.thawed.length,
      left: outcome.left.map((one) => ({ ...one })),
    });
    return { kind: 'done', notes: [] };
  }

  async #kill(change: OfProcesses): Promise<Performed> {
    const { native, signals, self } = this.#world;
    const held = this.#held();
    const groups = held.flatMap(({ group }) => (group === undefined ? [] : [group]));
    const outcome = await kill([...this.#members(change), ...held], groups, {
      native,
      signals,
      self,
      find: () => runningFrom(native, change.programs),
    });
    const [left] = outcome.left;
    return left === undefined
      ? { kind: 'done', notes: [] }
      : stopped('process-remains', printableText(String(left)));
  }
}
