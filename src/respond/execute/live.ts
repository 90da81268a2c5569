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
import { mayChange, underTest } from '../../native/apart.ts';
import type { Answer, Native } from '../../native/port.ts';
import type { Signals } from '../../native/process-signal.ts';
import { liftContainment, setContainment } from '../contain/carry-out.ts';
import { chooseFirewall } from '../contain/choose-firewall.ts';
import type { Firewall } from '../contain/firewall.ts';
import { containmentNow } from '../contain/plan-containment.ts';
import { ContainerWork } from '../container/container-work.ts';
import { distrustOf, type EngineWorld } from '../container/find-engine.ts';
import { InsideWork } from '../container/inside.ts';
import { heldMembers } from '../freeze/carry-out.ts';
import { type FrozenMember, freeze, type Member, thaw } from '../freeze/freeze.ts';
import type { Ledger } from '../ledger/ledger-file.ts';
import type { Vault } from '../vault/vault.ts';
import { FolderExecutor, isOfFile, nothingBefore } from './folder.ts';
import { type KernelSettings, kernelSettings } from './kernel-setting.ts';
import { kill } from './kill.ts';
import {
  type Boundary,
  type Carried,
  type Executor,
  type Performed,
  type Prepared,
  stopped,
} from './port.ts';
import { isRunning, runningFrom, statOf } from './running.ts';
import { forgetUnits, reloadManager, systemdSocket } from './service-manager.ts';

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
  /** Of the responder: his environment, and addresses that stay open. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  readonly keep?: readonly string[];
  /** Instead of the kernel's own, for tests. */
  readonly firewall?: () => Answer<Firewall>;
  readonly kernel?: KernelSettings;
  /** Bytes of a container's file system that are kept at most; without, what the disk has room for. */
  readonly exportLimit?: number | undefined;
  /** Instead of the programs of Docker and podman, for tests. */
  readonly isEngine?: EngineWorld['isEngine'];
}

const nothingToDo: Performed = { kind: 'done', notes: [] };

/** Folders from which systemd reads, and scripts of which it makes units. */
const ofUnits = /\/systemd\/|\/init\.d\//;

/** Settings of a container of Docker. */
const ofContainer = /\/containers\/[0-9a-f]{64}\/hostconfig\.json$/;

type OfProcesses = ChangeOf<'freeze'> | ChangeOf<'kill'>;

export class LiveExecutor implements Executor {
  readonly kind = 'live';
  readonly name: Printable;
  readonly #world: LiveWorld;
  readonly #files: FolderExecutor;
  readonly #containers: ContainerWork;
  readonly #inside: InsideWork;

  /** @throws DemineError `executor-refused` in a test without namespaces of its own */
  constructor(world: LiveWorld) {
    const may = mayChange();
    if (may.status !== 'ok') throw new DemineError('executor-refused', may.reason, { subject: world.name });
    this.name = world.name;
    this.#world = world;
    this.#files = new FolderExecutor('/', world.vault, world.boundary);
    const { native, isEngine } = world;
    this.#inside = new InsideWork(world);
    this.#containers = new ContainerWork({
      vault: world.vault.folder,
      others: world.vault.others,
      exportLimit: world.exportLimit,
      distrust: ({ engine }) =>
        distrustOf(engine, { native, ...(isEngine === undefined ? {} : { isEngine }) }),
      boundary: world.boundary ?? (() => {}),
    });
  }

  lock(): boolean {
    return this.#files.lock();
  }

  async prepare(change: Carried, preconditions: readonly Precondition[]): Promise<Prepared> {
    if (isOfFile(change)) return this.#prepareFile(change, preconditions);
    if (change.kind === 'container') return await this.#containers.prepare(change, preconditions);
    const other = preconditions.some((one) => one.kind === 'process' && one.bootId !== this.#world.bootId);
    switch (change.kind) {
      case 'take-inside':
        // Numbers of namespaces are those of one boot.
        if (other) return stopped('other-boot', this.name);
        return await this.#inside.prepare(change, preconditions);
      case 'reload':
      case 'forget-units':
        return nothingBefore;
      case 'contain':
        return this.#standing();
      case 'set-kernel-value':
        return this.#kernelValue(change);
      case 'keep-evidence':
      case 'freeze':
      case 'kill':
        // Numbers of another boot are those of other processes.
        if (other) return stopped('other-boot', this.name);
        return { kind: 'ready', before: { kind: 'processes', processes: this.#states(change) } };
    }
  }

  #states(change: OfProcesses | ChangeOf<'keep-evidence'>) {
    return (change.kind === 'keep-evidence' ? change.processes : this.#members(change)).flatMap(
      ({ pid, startTicks }) => {
        const stat = statOf(this.#world.native, pid);
        return stat?.startTicks === startTicks ? [{ pid, startTicks, state: stat.state }] : [];
      },
    );
  }

  #prepareFile(change: Carried, preconditions: readonly Precondition[]): Promise<Prepared> {
    const running = preconditions.flatMap((one) =>
      one.kind === 'no-daemon' ? one.programs.filter((name) => isRunning(this.#world.native, name)) : [],
    );
    const [first] = running;
    return first === undefined
      ? this.#files.prepare(change, preconditions)
      : Promise.resolve(stopped('daemon-runs', printableText(first)));
  }

  async perform(change: Carried, before: Before, token: string): Promise<Performed> {
    switch (change.kind) {
      case 'keep-evidence':
        return this.#keepEvidence(change, token);
      case 'contain':
        return before.kind === 'containment' && before.standing ? nothingToDo : this.#contain(change);
      case 'freeze':
        return this.#freeze(change);
      case 'kill':
        return this.#kill(change);
      case 'reload':
        return this.#reload(change.managers);
      case 'set-kernel-value':
        return this.#setKernelValue(change, change.value, before);
      case 'forget-units':
        return await this.#forgetUnits(change);
      case 'container':
        return await this.#containers.perform(change, token);
      case 'take-inside':
        return await this.#inside.perform(change, before, token);
      case 'edit-file':
      case 'quarantine':
      case 'restore-file':
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
      case 'contain':
        return before.kind === 'containment' && before.standing ? nothingToDo : this.#lift();
      case 'set-kernel-value':
        return this.#setKernelValue(change, change.was, before);
      case 'keep-evidence':
      case 'forget-units':
      case 'reload':
        // What it read is not back yet; each unit that comes back is told when it does.
        return nothingToDo;
      case 'container':
        return await this.#containers.revert(change, before);
      case 'take-inside':
        return await this.#inside.revert(change, before, token);
      case 'edit-file':
      case 'quarantine':
      case 'restore-file':
      case 'set-metadata':
        // What a daemon holds in memory it writes over the file.
        if (ofContainer.test(change.path) && isRunning(this.#world.native, 'dockerd')) {
          return stopped('daemon-runs', printableText('dockerd'));
        }
        return await this.#putBack(change.path, await this.#files.revert(change, before, token));
    }
  }

  #keepEvidence(change: ChangeOf<'keep-evidence'>, token: string): Performed {
    const keeper = this.#files.evidence(token);
    const stop = this.#files.keepFiles(keeper, change) ?? keeper.processes(this.#world.native, change);
    return stop === undefined ? { kind: 'done', notes: [], kept: keeper.kept } : { kind: 'stopped', stop };
  }

  #standing(): Prepared {
    const firewall = this.#firewall();
    if (firewall.status !== 'ok') return stopped('no-firewall', this.name, firewall.reason);
    const now = firewall.value.standing();
    if (now.status !== 'ok') return stopped('no-firewall', this.name, now.reason);
    return { kind: 'ready', before: { kind: 'containment', standing: now.value.state === 'standing' } };
  }

  #firewall(): Answer<Firewall> {
    return (this.#world.firewall ?? chooseFirewall)();
  }

  #contain({ cut, seconds }: ChangeOf<'contain'>): Performed {
    const { native, self, ledger, environment = process.env, keep = [] } = this.#world;
    const firewall = this.#firewall();
    if (firewall.status !== 'ok') return stopped('no-firewall', this.name, firewall.reason);
    try {
      const containment = containmentNow(native, cut, { keep, keepNone: false, pid: self, environment });
      const set = setContainment(firewall.value, ledger, containment, seconds);
      return set.status === 'ok' ? nothingToDo : stopped('no-firewall', this.name, set.reason);
    } catch (thrown) {
      if (!(thrown instanceof DemineError) || thrown.code !== 'contain-cuts-off') throw thrown;
      return stopped('would-cut-off', this.name, thrown.message);
    }
  }

  #lift(): Performed {
    const firewall = this.#firewall();
    if (firewall.status !== 'ok') return stopped('no-firewall', this.name, firewall.reason);
    const lifted = liftContainment(firewall.value, this.#world.ledger);
    return lifted.status === 'ok' ? nothingToDo : stopped('no-firewall', this.name, lifted.reason);
  }

  #settings(): KernelSettings {
    return this.#world.kernel ?? kernelSettings(underTest());
  }

  #kernelValue({ name, was, value }: ChangeOf<'set-kernel-value'>): Prepared {
    const now = this.#settings().read(name);
    if (now.status !== 'ok') return stopped('missing', printableText(name), now.reason);
    // Somebody else has set it meanwhile; where it is as it should be, there is nothing to do.
    if (now.value !== was && now.value !== value)
      return stopped('other-value', printableText(name), now.value);
    return { kind: 'ready', before: { kind: 'kernel-value', value: now.value } };
  }

  /** @param to what it is to be; it is one of the two that the plan knows now, or nothing is written */
  #setKernelValue({ name, was, value }: ChangeOf<'set-kernel-value'>, to: string, before: Before): Performed {
    const settings = this.#settings();
    const subject = printableText(name);
    const wanted = to === was && before.kind === 'kernel-value' ? before.value : to;
    const now = settings.read(name);
    if (now.status !== 'ok') return stopped('missing', subject, now.reason);
    if (now.value === wanted) return nothingToDo;
    if (now.value !== was && now.value !== value) return stopped('other-value', subject, now.value);
    const written = settings.write(name, wanted);
    if (written.status !== 'ok') return stopped('denied', subject, written.reason);
    const after = settings.read(name);
    return after.status === 'ok' && after.value === wanted
      ? nothingToDo
      : stopped('failed', subject, after.status === 'ok' ? after.value : after.reason);
  }

  /** That a manager still names what failed does no harm: it is told, and nothing stops for it. */
  async #forgetUnits({ uid, units }: ChangeOf<'forget-units'>): Promise<Performed> {
    const answer = await forgetUnits((this.#world.socketOf ?? systemdSocket)(uid), units);
    return answer.status === 'ok'
      ? nothingToDo
      : { kind: 'done', notes: [{ part: 'reload', detail: `systemd: ${answer.reason}` }] };
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
