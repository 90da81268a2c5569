/**
 * A watch from beginning to end: what events, processes, minutes and scans mean is joined here into one record.
 *
 * Everything comes in through `WatchWorld`, and `turn` does what is due: nothing in here waits. What a flood of events
 * costs is bounded: one look at a writer and a few at the content for each path and second, lists with an end, scans with a
 * growing distance.
 */
import type { PathText } from '../../model/text.ts';
import type { Comeback, WatchGap, WatchLook, WatchRecord, WatchSpan, Writer } from '../../model/watch.ts';
import { type LoginBook, seenLogins } from './logins.ts';
import { isAwaited, kindAt, type Returned, returnedFile, returnedProgram } from './meaning.ts';
import { type CpuLook, usedBetween } from './minutes.ts';
import type { Met, ProcessBook } from './process-book.ts';
import { placesOf, type Removed } from './removed.ts';
import type { FileEvent } from './sentry.ts';
import { pauseBetween } from './spans.ts';
import type { LookAnswer, LookThing, WatchNews, WatchWorld } from './world.ts';
import { identifyWriter } from './writer.ts';

const minuteMs = 60_000;
/** Where the kernel tells of programs, and where it does not. */
const listingMs = { told: 5_000, untold: 1_000 } as const;
/** All that is waited for is compared again so soon after events were lost. */
const compareMs = 1_000;
/** So long nothing is done where nothing is due and nothing happens; a wish to end it waits no longer. */
const mostWaitMs = 2_000;
/** A program stands in /proc some milliseconds after it is told that it is opened. */
const programMs = 40;
/** Processes that are met in one second because somebody runs programs. */
const mostMet = 400;
/** Looks at what one path holds in one second: it may be large, and every look hashes it. Then all is compared. */
const mostContentLooks = 4;
/** After something came back, or came into a place: it may not be whole yet. */
const returnSettleMs = 3_000;
const changeSettleMs = 20_000;
/** Scans by what they are for: the first distance, which doubles, and the largest. */
const distances = {
  return: [60_000, 1_800_000],
  change: [600_000, 3_600_000],
  cpu: [600_000, 3_600_000],
} as const;
/** After the beginning: knowledge on eradication §6.1, step 13. Then each day. */
const scheduleMs = [5 * minuteMs, 60 * minuteMs, 24 * 60 * minuteMs] as const;
const dayMs = 24 * 60 * minuteMs;

const mostReturns = 200;
const mostChanges = 200;
const mostLooks = 400;
const mostBusy = 100;
const mostWriters = 500;
const mostRecent = 200;
/** Changes that are told in a minute: somebody may write thousands. */
const mostToldChanges = 20;
/** Percent of one core in a minute. */
const busyPercent = 50;
const busyMinutes = 3;

type Reason = keyof typeof distances;

interface Due {
  readonly why: WatchLook['why'];
  readonly atMs: number;
}

/** What is at a path, of which a scan is asked whether a package brought it. */
interface Asked {
  readonly returned: Returned;
  readonly writer: Writer | undefined;
  readonly sha256: string | undefined;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

export class Watcher {
  readonly #world: WatchWorld;
  readonly #book: ProcessBook;
  readonly #tell: (news: WatchNews) => void;
  readonly record: Mutable<WatchRecord>;
  #removed: Removed;
  #due: Due[] = [];
  #looking: Promise<void> | undefined;
  #nextDistance: Record<Reason, number> = {
    return: distances.return[0],
    change: distances.change[0],
    cpu: distances.cpu[0],
  };
  #notBefore: Record<Reason, number> = { return: 0, change: 0, cpu: 0 };
  #known: readonly string[] = [];
  #unanswered = new Set<string>();
  /** Of what may have been put back by a package: told when a scan has asked. */
  readonly #asked = new Map<PathText, Asked>();
  /** By path, the content that a package brought: another one there is asked about again. */
  readonly #ofPackages = new Map<PathText, string | undefined>();
  readonly #lastWriters = new Map<PathText, Writer>();
  readonly #recent = new Map<number, { readonly atMs: number; readonly writer: Writer }>();
  readonly #seenAt = new Map<string, number>();
  readonly #contentLooks = new Map<PathText, { second: number; count: number }>();
  #again: { readonly pid: number; readonly atMs: number }[] = [];
  #met = { second: 0, count: 0 };
  #eventsBefore = 0;
  #cpu: CpuLook | undefined;
  readonly #runOf = new Map<string, number>();
  readonly #looked = new Set<string>();
  #nextListing = 0;
  #nextCompare = 0;
  #nextMinute = 0;
  #lastMs: number;
  #changed = true;
  #checkAll = false;
  /** In this minute. */
  #toldChanges = 0;

  constructor(record: WatchRecord, world: WatchWorld, book: ProcessBook, tell: (news: WatchNews) => void) {
    this.record = { ...record };
    this.#world = world;
    this.#book = book;
    this.#tell = tell;
    this.#removed = world.removed();
    const { wallMs } = world.now();
    this.#lastMs = wallMs;
    this.#nextMinute = wallMs + minuteMs;
    this.#cpu = world.cpu();
    this.#plan('begin', wallMs);
    const begun = Date.parse(record.begun);
    const until = Date.parse(record.until);
    for (const after of scheduleMs) this.#plan('schedule', begun + after);
    for (let at = begun + 2 * dayMs; at < until; at += dayMs) this.#plan('schedule', at);
    this.#due = this.#due.filter(({ why, atMs }) => why === 'begin' || (atMs > wallMs && atMs < until));
  }

  get isLooking(): boolean {
    return this.#looking !== undefined;
  }

  /** Milliseconds until something is due; events come sooner. */
  get waitMs(): number {
    const { wallMs } = this.#world.now();
    const next = Math.min(
      this.#nextListing,
      this.#nextMinute,
      ...this.#again.map(({ atMs }) => atMs),
      ...(this.isLooking ? [] : this.#due.map(({ atMs }) => atMs)),
    );
    return Math.max(0, Math.min(mostWaitMs, next - wallMs));
  }

  /** A gap before this span, or in it. */
  gap(gap: WatchGap): void {
    this.record.gaps = [...this.record.gaps, gap].slice(-1_000);
    this.#changed = true;
    this.#checkAll = true;
    this.#tell({ kind: 'gap', gap });
  }

  /** Nothing was told while nobody watched: all that is waited for is compared at the next turn. */
  compareAll(): void {
    this.#checkAll = true;
  }

  /** Takes what waits and does what is due. @returns events of files */
  turn(): number {
    const { wallMs } = this.#world.now();
    this.#world.processEvents({
      started: (pid) => this.#programOf(pid, wallMs),
      ended: (pid) => this.#book.gone(pid),
    });
    const { events, overflow } = this.#world.drain({
      file: (event) => this.#onFile(event, wallMs),
      program: (pid) => this.#programOf(pid, wallMs),
    });
    this.record.counts = { ...this.record.counts, events: this.record.counts.events + events };
    if (overflow) {
      this.record.counts = { ...this.record.counts, overflows: this.record.counts.overflows + 1 };
      this.#changed = true;
      this.#checkAll = true;
      this.#tell({ kind: 'overflow' });
    }
    const due = this.#again.filter(({ atMs }) => atMs <= wallMs);
    if (due.length > 0) {
      this.#again = this.#again.filter(({ atMs }) => atMs > wallMs);
      for (const { pid } of due) this.#onProcess(this.#book.meet(pid), wallMs);
    }
    const listing = listingMs[this.record.means.processes === 'listing' ? 'untold' : 'told'];
    if (wallMs >= this.#nextListing || wallMs < this.#nextListing - 2 * listing) {
      this.#nextListing = wallMs + listing;
      this.#listing(wallMs);
    }
    if (this.#checkAll && (wallMs >= this.#nextCompare || wallMs < this.#nextCompare - 2 * compareMs)) {
      this.#nextCompare = wallMs + compareMs;
      this.#checkAwaited(wallMs);
    }
    if (wallMs >= this.#nextMinute || wallMs < this.#lastMs) this.#minute();
    this.#startLook(wallMs);
    return events;
  }

  /** Scans once more, and closes the span. */
  async end(end: NonNullable<WatchSpan['end']>): Promise<void> {
    // Held until after the last moment: nobody looked before it came.
    this.#noteTime(this.#world.now().wallMs);
    await this.#looking;
    if (end === 'over') {
      this.#checkAwaited(this.#world.now().wallMs);
      this.#plan('end', 0);
      this.#startLook(this.#world.now().wallMs);
      await this.#looking;
      if (this.#asked.size > 0 || this.#unanswered.size > 0) {
        this.#plan('return', 0);
        this.#notBefore.return = 0;
        this.#startLook(this.#world.now().wallMs);
        await this.#looking;
      }
    }
    this.#keepSpan(end);
    this.#save();
  }

  #keepSpan(end?: WatchSpan['end']): void {
    const last = this.record.spans.at(-1);
    if (last === undefined) return;
    const { wallMs } = this.#world.now();
    // The scan at the end takes its time after the last moment.
    const to = new Date(
      end === 'over' ? Math.min(wallMs, Date.parse(this.record.until)) : wallMs,
    ).toISOString();
    this.record.spans = [
      ...this.record.spans.slice(0, -1),
      { ...last, to, ...(end === undefined ? {} : { end }) },
    ];
  }

  #save(): void {
    this.#world.save(this.record);
    this.#changed = false;
  }

  // ---- files

  /** Once a second for each path and process, however often it is told. */
  #isFresh(key: string, wallMs: number): boolean {
    const last = this.#seenAt.get(key);
    if (last !== undefined && wallMs - last < 1_000 && wallMs >= last) return false;
    this.#seenAt.delete(key);
    this.#seenAt.set(key, wallMs);
    for (const oldest of this.#seenAt.keys()) {
      if (this.#seenAt.size <= 2_000) break;
      this.#seenAt.delete(oldest);
    }
    return true;
  }

  /** Looked at once a second, however much it writes. */
  #writerOf(pid: number, handle: number | undefined, wallMs: number): Writer {
    const known = this.#recent.get(pid);
    if (known !== undefined && wallMs - known.atMs < 1_000 && wallMs >= known.atMs) {
      const [link] = known.writer.chain;
      if (link !== undefined && this.#book.isStill(pid, link.startTicks)) return known.writer;
    }
    const { stillRuns, programHash } = this.#world;
    const writer = identifyWriter(pid, handle, this.#book, { stillRuns, programHash });
    if (writer.known === 'seen') {
      if (this.#recent.size >= mostRecent) this.#recent.clear();
      this.#recent.set(pid, { atMs: wallMs, writer });
    }
    if (writer.known === 'unknown' && pid > 0) {
      this.record.counts = { ...this.record.counts, unread: this.record.counts.unread + 1 };
    }
    return writer;
  }

  #onFile(event: FileEvent, wallMs: number): void {
    const { path, pid, handle, isPlace, isFolder } = event;
    if (this.#world.isOurs(pid)) return;
    const awaited = isAwaited(this.#removed, path);
    if (!awaited && (!isPlace || isFolder)) return;
    const fresh = this.#isFresh(`${pid} ${path}`, wallMs);
    if (awaited) {
      // What is written later matters too: a table is made first and filled then.
      if (!fresh && this.#isTold(path)) return;
      const mayLook = this.#mayLookInto(path, wallMs);
      // Who it was is kept for the comparison.
      if (!mayLook) this.#checkAll = true;
      const returned = mayLook ? returnedFile(this.#removed, path, this.#world.fileAt(path)) : undefined;
      if (!fresh && returned === undefined) return;
      const writer = this.#writerOf(pid, handle, wallMs);
      this.#remember(path, writer);
      if (returned !== undefined) this.#came(returned, writer, 'event', wallMs);
      return;
    }
    if (!fresh) return;
    const writer = this.#writerOf(pid, handle, wallMs);
    this.#remember(path, writer);
    this.#changeAt(path, writer, wallMs);
  }

  /** Whether that what is waited for at a path came back was told: known without a look at what is there. */
  #isTold(path: PathText): boolean {
    const awaited = kindAt(this.#removed, path);
    return this.record.returns.some(({ kind, what }) => kind === awaited && what === path);
  }

  #mayLookInto(path: PathText, wallMs: number): boolean {
    const second = Math.floor(wallMs / 1000);
    const known = this.#contentLooks.get(path);
    // Only paths that are waited for stand in here: what was removed bounds it.
    const looks = known?.second === second ? known : { second, count: 0 };
    looks.count += 1;
    this.#contentLooks.set(path, looks);
    return looks.count <= mostContentLooks;
  }

  #remember(path: PathText, writer: Writer): void {
    // Who is known is worth more than a later word of nobody.
    if (writer.known === 'unknown' && this.#lastWriters.has(path)) return;
    this.#lastWriters.delete(path);
    this.#lastWriters.set(path, writer);
    for (const oldest of this.#lastWriters.keys()) {
      if (this.#lastWriters.size <= mostWriters) break;
      this.#lastWriters.delete(oldest);
    }
  }

  #changeAt(path: PathText, writer: Writer, wallMs: number): void {
    const [link] = writer.chain;
    const known = this.record.changes.find(
      (one) => one.path === path && one.name === link?.name && one.exe === link?.exe,
    );
    const at = new Date(wallMs).toISOString();
    const change = {
      at,
      path,
      pid: writer.pid,
      ...(link === undefined ? {} : { name: link.name }),
      ...(link?.exe === undefined ? {} : { exe: link.exe }),
      ...(link?.unit === undefined ? {} : { unit: link.unit }),
      times: (known?.times ?? 0) + 1,
    };
    const all = [...this.record.changes.filter((one) => one !== known), change];
    this.record.changesDropped += Math.max(0, all.length - mostChanges);
    this.record.changes = all.slice(-mostChanges);
    this.#changed = true;
    if (known === undefined) {
      // All of them are in the record, for as long as there is room.
      this.#toldChanges += 1;
      if (this.#toldChanges <= mostToldChanges) this.#tell({ kind: 'changed', change, writer });
    }
    this.#wish('change', wallMs + changeSettleMs);
  }

  // ---- processes

  #programOf(pid: number, wallMs: number): void {
    if (this.#world.isOurs(pid)) return;
    const second = Math.floor(wallMs / 1000);
    if (this.#met.second !== second) this.#met = { second, count: 0 };
    // A flood of programs is left to the listing: who stays is in it.
    if (this.#met.count >= mostMet) return;
    this.#met.count += 1;
    this.#onProcess(this.#book.meet(pid), wallMs);
    if (this.#again.length < mostMet && !this.#again.some((one) => one.pid === pid))
      this.#again.push({ pid, atMs: wallMs + programMs });
  }

  #listing(wallMs: number): void {
    const pids = this.#world.pids();
    if (pids.length === 0) return;
    this.#book.listed(new Set(pids));
    for (const pid of pids) {
      if (!this.#book.isKnown(pid) && !this.#world.isOurs(pid)) this.#onProcess(this.#book.meet(pid), wallMs);
    }
  }

  #onProcess(met: Met | undefined, wallMs: number): void {
    if (met === undefined || met.kernel) return;
    const { pid } = met.link;
    const returned = returnedProgram(this.#removed, met, this.#sizeWhereAsked(pid), () =>
      this.#world.programHash(pid),
    );
    if (returned === undefined) return;
    if (!this.#isFresh(`runs ${pid} ${met.link.startTicks}`, wallMs)) return;
    const sha256 = this.#world.programHash(pid);
    const writer: Writer = {
      known: 'seen',
      pid,
      ...(sha256 === undefined ? {} : { sha256 }),
      ...(met.loginUid === undefined ? {} : { loginUid: met.loginUid }),
      terminal: met.terminal,
      chain: [...this.#book.chainOf(met)],
    };
    this.#came(returned, writer, 'event', wallMs);
  }

  #sizeWhereAsked(pid: number): number | undefined {
    return this.#removed.sizes.size === 0 ? undefined : this.#world.programSize(pid);
  }

  // ---- what came back

  /** All that is waited for, compared: what no event told of is found within a minute. */
  #checkAwaited(wallMs: number): void {
    this.#checkAll = false;
    for (const path of [...this.#removed.taken.keys(), ...this.#removed.edited.keys()] as PathText[]) {
      if (this.#isTold(path)) continue;
      const returned = returnedFile(this.#removed, path, this.#world.fileAt(path));
      if (returned !== undefined) this.#came(returned, this.#lastWriters.get(path), 'check', wallMs);
    }
  }

  #came(returned: Returned, writer: Writer | undefined, how: Comeback['how'], wallMs: number): void {
    const { what } = returned;
    const before = this.#removed;
    this.#refresh();
    // Undone by the responder meanwhile: then nobody waits for it.
    const isStale = this.#removed !== before && returned.kind !== 'program';
    if (isStale && returnedFile(this.#removed, what, this.#world.fileAt(what)) === undefined) return;
    const other = this.#otherContent(returned);
    if (other !== undefined) {
      if (this.#ofPackages.has(what) && this.#ofPackages.get(what) === other.sha256) return;
      this.#asked.set(what, { returned, writer, sha256: other.sha256 });
      this.#wish('return', wallMs + returnSettleMs);
      return;
    }
    this.#report(
      returned.kind,
      what,
      writer,
      how,
      wallMs,
      returned.kind === 'file' ? returned.same : undefined,
    );
  }

  /** Another content at a path from which a file was taken: its package may have put its own there again. */
  #otherContent(returned: Returned): { readonly sha256: string | undefined } | undefined {
    if (returned.kind === 'file') return returned.same ? undefined : { sha256: returned.sha256 };
    if (returned.kind === 'line') return undefined;
    const taken = this.#removed.taken.get(returned.what);
    const found = taken === undefined ? undefined : this.#world.fileAt(returned.what);
    return found?.sha256 === taken?.sha256 ? undefined : found;
  }

  #report(
    kind: Comeback['kind'],
    what: Comeback['what'],
    writer: Writer | undefined,
    how: Comeback['how'],
    wallMs: number,
    same?: boolean,
  ): void {
    const at = new Date(wallMs).toISOString();
    const who = whoOf(writer);
    const known = this.record.returns.find(
      (one) => one.kind === kind && one.what === what && (whoOf(one.writer) === who || who === ''),
    );
    this.#changed = true;
    if (known !== undefined) {
      const again: Comeback = {
        ...known,
        last: at,
        times: known.times + 1,
        ...(same === true ? { same } : {}),
      };
      this.record.returns = this.record.returns.map((one) => (one === known ? again : one));
      // Who did it may have been hidden from the scan that answered: he is looked for once more.
      if (known.answer !== undefined) {
        this.#unanswered.add(known.id);
        this.#wish('return', wallMs + returnSettleMs);
      }
      return;
    }
    // Told by nobody before, and now it is known who: the same return.
    const nameless = this.record.returns.find(
      (one) => one.kind === kind && one.what === what && whoOf(one.writer) === '',
    );
    if (nameless === undefined && this.record.returns.length >= mostReturns) {
      this.record.returnsDropped += 1;
      return;
    }
    const comeback: Comeback = {
      id: nameless?.id ?? `W${this.record.returns.length + 1}`,
      kind,
      what,
      first: nameless?.first ?? at,
      last: at,
      times: (nameless?.times ?? 0) + 1,
      how,
      ...(same === undefined ? {} : { same }),
      ...(writer === undefined ? {} : { writer }),
    };
    this.record.returns =
      nameless === undefined
        ? [...this.record.returns, comeback]
        : this.record.returns.map((one) => (one === nameless ? comeback : one));
    this.#unanswered.add(comeback.id);
    this.#tell({ kind: 'returned', comeback });
    this.#wish('return', wallMs + returnSettleMs);
    this.#save();
  }

  /** What is waited for, after somebody carried steps out or took them back. */
  #refresh(): void {
    const now = this.#world.removed();
    if (now === this.#removed) return;
    this.#removed = now;
    this.#world.await(placesOf(now));
  }

  // ---- minutes

  #noteTime(wallMs: number): void {
    const pause = pauseBetween(this.#lastMs, wallMs);
    if (pause !== undefined) this.gap(pause);
    this.#lastMs = wallMs;
  }

  #minute(): void {
    const { wallMs } = this.#world.now();
    this.#noteTime(wallMs);
    this.#nextMinute = wallMs + minuteMs;
    const more = this.#toldChanges - mostToldChanges;
    if (more > 0) this.#tell({ kind: 'more-changes', count: more });
    this.#toldChanges = 0;
    this.#refresh();
    const book: LoginBook = { logins: this.record.logins, dropped: this.record.loginsDropped };
    const sessions = this.#world.sessions();
    const logins = seenLogins(book, sessions, wallMs);
    this.record.logins = [...logins.logins];
    this.record.loginsDropped = logins.dropped;
    const cpu = this.#world.cpu();
    if (cpu !== undefined && this.#cpu !== undefined) {
      const used = usedBetween(this.#cpu, cpu, this.#world.ticksPerSecond);
      const people = this.record.logins.filter(({ end }) => end === undefined).length;
      this.#world.putMinute({
        at: wallMs,
        percent: used.percent,
        known: used.known,
        processes: cpu.processes.size,
        logins: people,
        events: this.record.counts.events - this.#eventsBefore,
        top: used.rows,
      });
      this.#eventsBefore = this.record.counts.events;
      this.#busy(used.rows, people > 0, wallMs);
    }
    if (cpu !== undefined) this.#cpu = cpu;
    this.#checkAwaited(wallMs);
    this.#keepSpan();
    this.#save();
  }

  #busy(
    rows: readonly { readonly pid: number; readonly percent: number }[],
    people: boolean,
    wallMs: number,
  ): void {
    const at = new Date(wallMs).toISOString();
    const now = new Set<string>();
    for (const { pid, percent } of rows) {
      if (percent < busyPercent || this.#world.isOurs(pid)) continue;
      const met = this.#book.recall(pid) ?? this.#book.meet(pid);
      if (met === undefined || met.kernel) continue;
      const { name, exe, unit } = met.link;
      const key = exe ?? name;
      now.add(key);
      const run = (this.#runOf.get(key) ?? 0) + 1;
      this.#runOf.set(key, run);
      const known = this.record.busy.find((one) => one.name === name && one.exe === exe);
      if (known === undefined && this.record.busy.length >= mostBusy) continue;
      const row = {
        name,
        ...(exe === undefined ? {} : { exe }),
        ...(unit === undefined ? {} : { unit }),
        minutes: (known?.minutes ?? 0) + 1,
        withLogin: (known?.withLogin ?? 0) + (people ? 1 : 0),
        first: known?.first ?? at,
        last: at,
      };
      this.record.busy = [...this.record.busy.filter((one) => one !== known), row];
      if (run >= busyMinutes && !this.#looked.has(key)) {
        this.#looked.add(key);
        this.#wish('cpu', wallMs);
      }
    }
    for (const key of this.#runOf.keys()) if (!now.has(key)) this.#runOf.delete(key);
  }

  // ---- scans

  #plan(why: WatchLook['why'], atMs: number): void {
    this.#due.push({ why, atMs });
  }

  #wish(why: Reason, atMs: number): void {
    if (this.#due.some((one) => one.why === why)) return;
    this.#plan(why, Math.max(atMs, this.#notBefore[why]));
  }

  #startLook(wallMs: number): void {
    if (this.#looking !== undefined) return;
    const due = this.#due.filter(({ atMs }) => atMs <= wallMs).sort((a, b) => a.atMs - b.atMs);
    const [first] = due;
    if (first === undefined) return;
    // One scan answers all that are due.
    this.#due = this.#due.filter((one) => !due.includes(one));
    for (const { why } of due) {
      if (why !== 'return' && why !== 'change' && why !== 'cpu') continue;
      const [least, largest] = distances[why];
      const distance = this.#nextDistance[why];
      this.#notBefore[why] = wallMs + distance;
      this.#nextDistance[why] = Math.min(largest, Math.max(least, distance * 2));
    }
    const why = due.find((one) => one.why === 'return')?.why ?? first.why;
    this.#looking = this.#look(why, wallMs).finally(() => {
      this.#looking = undefined;
    });
  }

  async #look(why: WatchLook['why'], startedMs: number): Promise<void> {
    const answered = [...this.#unanswered];
    const sightings = this.record.returns
      .filter(({ id, writer }) => answered.includes(id) && writer !== undefined)
      .map(({ id, kind, writer }) => ({ id, kind, chain: writer?.chain ?? [] }));
    const asked = new Map(this.#asked);
    const at = new Date(startedMs).toISOString();
    let look: WatchLook;
    try {
      const answer = await this.#world.look({ why, sightings, known: this.#known, ask: [...asked.keys()] });
      look = { at, why, verdict: answer.verdict, seconds: this.#secondsSince(startedMs) };
      this.#noteLook(look);
      this.#answered(answer, why, answered, asked);
    } catch (thrown) {
      look = {
        at,
        why,
        seconds: this.#secondsSince(startedMs),
        failed: thrown instanceof Error ? thrown.message.slice(0, 300) : String(thrown).slice(0, 300),
      };
      // Once more, later: what came back is in no plan yet.
      if (answered.length > 0 || asked.size > 0) this.#wish('return', startedMs + distances.return[0]);
      this.#noteLook(look);
    }
    this.#save();
  }

  #noteLook(look: WatchLook): void {
    this.record.looks = [...this.record.looks, look].slice(-mostLooks);
    this.#tell({ kind: 'looked', look });
  }

  #secondsSince(startedMs: number): number {
    return Math.max(0, Math.round((this.#world.now().wallMs - startedMs) / 100) / 10);
  }

  #answered(
    answer: LookAnswer,
    why: WatchLook['why'],
    answered: readonly string[],
    asked: ReadonlyMap<PathText, Asked>,
  ): void {
    const { wallMs } = this.#world.now();
    const { plan } = answer;
    for (const [path, one] of asked) {
      // Another one came meanwhile: of that the next scan is asked.
      if (this.#asked.get(path) === one) this.#asked.delete(path);
      if (answer.ofPackages.includes(path)) {
        // What the scan saw is what was asked about only where it is there still.
        if (this.#world.fileAt(path)?.sha256 === one.sha256) this.#ofPackages.set(path, one.sha256);
      } else {
        const same = one.returned.kind === 'file' ? false : undefined;
        this.#report(one.returned.kind, path, one.writer, 'event', wallMs, same);
      }
    }
    if (plan !== undefined && answered.length > 0) {
      for (const id of answered) this.#unanswered.delete(id);
      this.record.returns = this.record.returns.map((one): Comeback => {
        if (!answered.includes(one.id)) return one;
        const steps = plan.steps.filter(({ findings }) => findings.includes(one.id)).map(({ id }) => id);
        const left = plan.left.filter(({ subject }) => subject === one.id).map(({ what }) => what);
        return { ...one, answer: { plan: plan.number, steps, left, removed: plan.removed } };
      });
      for (const id of answered) {
        const comeback = this.record.returns.find((one) => one.id === id);
        if (comeback !== undefined) this.#tell({ kind: 'answered', comeback });
      }
    }
    this.#refresh();
    const fresh = answer.things.filter(({ key }) => !this.#known.includes(key));
    this.#known = [...new Set([...this.#known, ...answer.things.map(({ key }) => key)])].slice(-2_000);
    // What the first scan tells of entries was there before: it is in the plan, or left out of it with a reason.
    const inAnswer = new Set(
      plan?.steps.flatMap(({ findings, path }) =>
        path !== undefined && findings.some((id) => answered.includes(id)) ? [path] : [],
      ),
    );
    for (const thing of fresh) {
      // What a plan answers with is told there, and what came back is told as that.
      const told = inAnswer.has(thing.what) || this.record.returns.some(({ what }) => what === thing.what);
      if (!told && (why !== 'begin' || thing.kind === 'miner')) this.#thing(thing, wallMs);
    }
  }

  #thing({ kind, what, pid }: LookThing, wallMs: number): void {
    const met = pid === undefined ? undefined : (this.#book.meet(pid) ?? this.#book.recall(pid));
    const writer: Writer | undefined =
      met === undefined
        ? this.#lastWriters.get(what as PathText)
        : { known: 'seen', pid: met.link.pid, terminal: met.terminal, chain: [...this.#book.chainOf(met)] };
    // It was told already by who runs it.
    const told = this.record.returns.some(
      (one) => one.kind === 'program' && one.writer?.pid === pid && pid !== undefined,
    );
    if (!told) this.#report(kind, what, writer, 'look', wallMs);
  }

  get isChanged(): boolean {
    return this.#changed;
  }
}

/** By what a writer is the same one: what it runs, and what its parents run. */
function whoOf(writer: Writer | undefined): string {
  if (writer === undefined || writer.chain.length === 0) return '';
  return writer.chain
    .slice(0, 3)
    .map(({ script, exe, name }) => script ?? exe ?? name)
    .join(' < ');
}
