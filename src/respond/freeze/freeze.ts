/**
 * Holds a set of processes, respawners first, and lets them go.
 *
 * Why hold and not kill: a killed miner is started anew under another name by its guard; a held guard neither sees nor
 * starts anything, and memory stays as evidence. Timers still fire: what follows must be quick.
 * How: the whole set is looked up and recorded first, then held in one go. Children are members too, and those that were
 * born meanwhile are looked for until there are none. A process counts as the one that was meant by its start.
 * What it is NOT: able to hold what lies below the set: cron, systemd or a container daemon, which are honest.
 * Bounds: rounds, members; microseconds are those between the first and the last signal.
 */
import { isKernelThread, type ProcStat, parseProcStat } from '../../formats/proc-pid-stat.ts';
import { type FrozenRole, frozenRoles, type UnfrozenReason } from '../../model/frozen.ts';
import type { Native } from '../../native/port.ts';
import { processFolder } from '../../native/process-folder.ts';
import type { ProcessHandle, Signals } from '../../native/process-signal.ts';
import { canFreeze, freezerMounts, groupsOf, isFrozen, membersOf, setFrozen } from './cgroup-freezer.ts';

export interface Member {
  readonly pid: number;
  /** Clock ticks after boot. */
  readonly startTicks: number;
  readonly role: FrozenRole;
}

export interface FrozenMember extends Member {
  /** Folder of the group by which it is held; absent where it is by a signal. */
  readonly group?: string;
  /** It was stopped before we came: it is not let go by us. */
  readonly wasStopped: boolean;
}

export interface Unfrozen {
  readonly pid: number;
  readonly why: UnfrozenReason;
}

export interface FreezeOutcome {
  readonly frozen: readonly FrozenMember[];
  readonly left: readonly Unfrozen[];
  /** Microseconds from the first signal to the last. */
  readonly spanUs: number;
  /** The kernel knows no pidfd: another process could have got the number in the last moment. */
  readonly byNumber: boolean;
}

export interface FreezeWorld {
  readonly native: Native;
  readonly signals: Signals;
  /** Our own pid. */
  readonly self: number;
  /** Called with all that is about to be held, before it is: what a crash leaves behind can be let go by it. */
  readonly record: (members: readonly FrozenMember[]) => void;
}

const mostMembers = 10_000;
const mostRounds = 10;
const settleMs = 1000;
const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const stoppedStates: ReadonlySet<string> = new Set(['T', 't']);

const statOf = (native: Native, pid: number): ProcStat | undefined => {
  const file = native.readFile(encode(`${processFolder(pid)}/stat`), 4096);
  return file.status === 'ok' ? parseProcStat(file.value) : undefined;
};

function ancestorsOf(native: Native, pid: number): ReadonlySet<number> {
  const line = new Set<number>([pid]);
  for (
    let at = statOf(native, pid)?.parent ?? 0;
    at > 1 && line.size < 100;
    at = statOf(native, at)?.parent ?? 0
  ) {
    line.add(at);
  }
  return line;
}

/** Children of `of`, and theirs, that are not in `known`. */
function newChildren(native: Native, of: ReadonlySet<number>): readonly Member[] {
  const listing = native.listDirectory(encode('/proc'));
  if (listing.status !== 'ok') return [];
  const children = new Map<number, ProcStat[]>();
  for (const { name } of listing.value) {
    const text = Buffer.from(name).toString('latin1');
    const stat = /^\d+$/.test(text) ? statOf(native, Number(text)) : undefined;
    if (stat === undefined || stat.state === 'Z') continue;
    const siblings = children.get(stat.parent);
    if (siblings === undefined) children.set(stat.parent, [stat]);
    else siblings.push(stat);
  }
  const found: Member[] = [];
  const seen = new Set(of);
  const waiting = [...of];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    for (const { pid, startTicks } of children.get(at) ?? []) {
      if (seen.has(pid)) continue;
      seen.add(pid);
      waiting.push(pid);
      found.push({ pid, startTicks, role: 'child' });
    }
  }
  return found;
}

interface Held {
  readonly member: FrozenMember;
  readonly handle: ProcessHandle;
}

class Freezing {
  readonly #world: FreezeWorld;
  readonly #held = new Map<number, Held>();
  readonly #left: Unfrozen[] = [];
  readonly #spared: ReadonlySet<number>;
  readonly #mounts: ReturnType<typeof freezerMounts>;
  #first = 0;
  #last = 0;
  #byNumber = false;

  constructor(world: FreezeWorld) {
    this.#world = world;
    this.#spared = ancestorsOf(world.native, world.self);
    this.#mounts = freezerMounts(world.native);
  }

  #refusal({ pid, startTicks }: Member, stat: ProcStat | undefined): UnfrozenReason | undefined {
    if (this.#spared.has(pid)) return 'ourselves';
    if (stat === undefined || stat.state === 'Z' || stat.state === 'X') return 'gone';
    if (stat.startTicks !== startTicks) return 'other-process';
    return pid === 1 || isKernelThread(stat.flags) ? 'of-the-system' : undefined;
  }

  mayHold(member: Member): boolean {
    return this.#refusal(member, statOf(this.#world.native, member.pid)) === undefined;
  }

  /** Those that are still what was meant, each with a handle. Nothing is held yet. */
  #open(members: readonly Member[]): readonly Held[] {
    const { native, signals } = this.#world;
    return members.slice(0, mostMembers).flatMap((member) => {
      const opened = signals.open(member.pid);
      // Looked at after it was opened: the handle is of this process, or of none.
      const stat = statOf(native, member.pid);
      const why = this.#refusal(member, stat) ?? (opened.status === 'ok' ? undefined : 'denied');
      if (why !== undefined || opened.status !== 'ok' || stat === undefined) {
        if (opened.status === 'ok') signals.close(opened.value);
        this.#left.push({ pid: member.pid, why: why ?? 'gone' });
        return [];
      }
      if (opened.value.descriptor === undefined) this.#byNumber = true;
      return [{ member: { ...member, wasStopped: stoppedStates.has(stat.state) }, handle: opened.value }];
    });
  }

  /** Groups that hold nobody else. */
  #grouped(held: readonly Held[]): readonly Held[] {
    const all = new Set([...this.#held.keys(), ...held.map(({ member }) => member.pid)]);
    const whole = new Map<string, boolean>();
    const isWhole = (folder: string): boolean => {
      const known = whole.get(folder);
      if (known !== undefined) return known;
      const members = membersOf(folder);
      const yes = members !== undefined && [...members].every((pid) => all.has(pid)) && canFreeze(folder);
      whole.set(folder, yes);
      return yes;
    };
    return held.map(({ member, handle }) => {
      const group = groupsOf(this.#world.native, this.#mounts, member.pid).find(isWhole);
      return { member: group === undefined ? member : { ...member, group }, handle };
    });
  }

  #mark(): void {
    this.#last = Bun.nanoseconds() / 1000;
    if (this.#first === 0) this.#first = this.#last;
  }

  /** A group, once; where it fails, its processes one by one. */
  #hold({ member, handle }: Held, groups: Map<string, boolean>): void {
    const { group } = member;
    if (group !== undefined) {
      let done = groups.get(group);
      if (done === undefined) {
        this.#mark();
        done = tryFreeze(group);
        groups.set(group, done);
        this.#mark();
      }
      if (done) return;
    }
    this.#mark();
    const sent = this.#world.signals.send(handle, 'stop');
    this.#mark();
    if (sent.status !== 'ok')
      this.#left.push({ pid: member.pid, why: sent.status === 'denied' ? 'denied' : 'gone' });
  }

  round(members: readonly Member[]): void {
    const held = [...this.#grouped(this.#open(members))].sort(
      (a, b) => frozenRoles.indexOf(a.member.role) - frozenRoles.indexOf(b.member.role),
    );
    if (held.length === 0) return;
    this.#world.record(held.map(({ member }) => member));
    const groups = new Map<string, boolean>();
    for (const one of held) {
      this.#hold(one, groups);
      this.#held.set(one.member.pid, one);
    }
  }

  children(): readonly Member[] {
    const known = new Set(this.#held.keys());
    const refused = new Set(this.#left.map(({ pid }) => pid));
    return newChildren(this.#world.native, known).filter(({ pid }) => !refused.has(pid));
  }

  #runs({ member }: Held): boolean {
    if (member.group !== undefined && isFrozen(member.group)) return false;
    // Held before, by us or by another: in a frozen group a signal to stop waits with the rest.
    if (groupsOf(this.#world.native, this.#mounts, member.pid).some(isFrozen)) return false;
    const stat = statOf(this.#world.native, member.pid);
    return stat !== undefined && stat.startTicks === member.startTicks && !/^[TtZX]$/.test(stat.state);
  }

  async end(): Promise<FreezeOutcome> {
    const until = performance.now() + settleMs;
    let running = [...this.#held.values()];
    // A thread that is deep in the kernel stops when it comes back.
    for (;;) {
      running = running.filter((one) => this.#runs(one));
      if (running.length === 0 || performance.now() > until) break;
      await Bun.sleep(5);
    }
    const left = [
      ...this.#left,
      ...running.map(({ member }) => ({ pid: member.pid, why: 'still-runs' as const })),
    ];
    const out = new Set(left.map(({ pid }) => pid));
    const frozen = [...this.#held.values()].map(({ member }) => member).filter(({ pid }) => !out.has(pid));
    for (const { handle } of this.#held.values()) this.#world.signals.close(handle);
    return { frozen, left, spanUs: Math.round(this.#last - this.#first), byNumber: this.#byNumber };
  }
}

function tryFreeze(group: string): boolean {
  try {
    setFrozen(group, true);
    return true;
  } catch {
    // The group went away or refuses: its processes are held by signals.
    return false;
  }
}

/** Holds the members and all that they started. */
export async function freeze(members: readonly Member[], world: FreezeWorld): Promise<FreezeOutcome> {
  const freezing = new Freezing(world);
  // Of init and of who is spared everybody is a child, and of another process with the number somebody else's.
  const pids = new Set(members.filter((member) => freezing.mayHold(member)).map(({ pid }) => pid));
  // Children go with the first round: what is held together notices nothing.
  freezing.round([...members, ...newChildren(world.native, pids)]);
  for (let rounds = 0; rounds < mostRounds; rounds += 1) {
    const born = freezing.children();
    if (born.length === 0) break;
    freezing.round(born);
  }
  return await freezing.end();
}

export interface ThawOutcome {
  readonly thawed: readonly number[];
  readonly left: readonly Unfrozen[];
}

/** Lets go what was held, and nothing else: also what a crash left behind half done. */
export function thaw(
  members: readonly FrozenMember[],
  { native, signals }: Omit<FreezeWorld, 'record' | 'self'>,
): ThawOutcome {
  const thawed: number[] = [];
  const left: Unfrozen[] = [];
  // Guards last, as they were held first: they would see the others stopped.
  const opened = [...members].reverse().flatMap((member) => {
    const handle = signals.open(member.pid);
    const stat = statOf(native, member.pid);
    if (handle.status === 'ok' && stat?.startTicks === member.startTicks)
      return [{ member, handle: handle.value }];
    if (handle.status === 'ok') signals.close(handle.value);
    left.push({ pid: member.pid, why: stat === undefined ? 'gone' : 'other-process' });
    return [];
  });
  for (const group of new Set(members.flatMap(({ group: one }) => (one === undefined ? [] : [one])))) {
    try {
      setFrozen(group, false);
    } catch {
      // A group that is gone holds nobody; of one that is there, its processes are told as what still is held.
    }
  }
  for (const { member, handle } of opened) {
    const { pid, group, wasStopped } = member;
    const sent = wasStopped ? undefined : signals.send(handle, 'go');
    const isHeld = sent?.status === 'denied' || (group !== undefined && isFrozen(group));
    // One that ended the moment it could was let go too.
    if (isHeld) left.push({ pid, why: 'denied' });
    else thawed.push(pid);
    signals.close(handle);
  }
  return { thawed, left };
}
