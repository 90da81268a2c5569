/**
 * Hidden processes: every view of which pids exist, compared.
 *
 * What: kill(0) and the scheduler over the whole range of pids, cgroups and socket owners, against /proc as the
 * C library lists it, as the kernel lists it, and as its folders show themselves. With `thorough`, or once views
 * disagree, each /proc/pid is looked up by its name too. The link count of /proc tells how many there must be.
 * Why: miners hide by a preloaded readdir, by a kernel module, or by a mount over /proc/pid; each of them
 * changes some views and leaves others alone.
 * What it is NOT: a look into containers from inside one (a scanner in a pid namespace sees that namespace), nor
 * into what hidepid keeps from a user who is not root: both end as a status. Threads answer to calls and are
 * never listed; they are no hits, and neither is what is born or dies between two looks: a hit is seen in three
 * rounds with one start time.
 * Units: start in clock ticks after boot; 0 where no view tells it.
 * Sources: linux-hiding §3.1, §3.6; MITRE ATT&CK T1014, T1564.013.
 */
import type { DirectoryCountFact, MountFact } from '../model/facts/kernel.ts';
import type { HiddenProcessFact } from '../model/facts/process.ts';
import type { SourceRecord, SourceStatus } from '../model/source.ts';
import { printableText } from '../model/text.ts';
import type { Answer, Native, PidSweep } from '../native/port.ts';
import { PidJudge, type Sighting } from './pid-judge.ts';
import { listByKernel, listByLibrary, listThreads, type ProcListing, type Threads } from './pid-listing.ts';
import { compareLinks, inInitialPidNamespace } from './proc-links.ts';

const artifact = 'probe.pid-views';
/** Pids that one round looks at; a storm of forks makes some, a hidden process one. */
const candidateLimit = 20_000;
const confirmations = 2;

export interface PidViewOptions {
  /** kernel.pid_max of this host. */
  readonly pidMax: number;
  /**
   * No process can have a higher pid, because fewer were ever made than there are pids. Bounds the look-up by
   * name, which takes half a minute over all of them.
   */
  readonly highestPid?: number;
  /** /proc as the scan listed it; stands for readdir where the port cannot ask the C library. */
  readonly readdirPids: readonly number[];
  readonly cgroupPids: readonly number[];
  readonly socketOwnerPids: readonly number[];
  readonly mounts: readonly MountFact[];
  /** Looks up every /proc/pid by name, which costs seconds over four million pids. */
  readonly thorough: boolean;
  /** Ourselves and our children. */
  readonly excludePids: ReadonlySet<number>;
  /** A sweep over `pidMax` without names that was begun before, so that it runs beside other work. */
  readonly begun?: Promise<Answer<PidSweep>>;
  /** Whether the link count of /proc counts what we can see; found out where it is not given. */
  readonly initialPidNamespace?: boolean;
  /** Between two rounds. */
  readonly delayMs?: number;
}

export interface PidViewResult {
  readonly facts: readonly HiddenProcessFact[];
  /** /proc counts more processes than it lists. */
  readonly counts: readonly DirectoryCountFact[];
  readonly sources: readonly SourceRecord[];
}

/** All pids whose bit is set in one of the views. */
function* pidsOf(sweep: PidSweep): Iterable<number> {
  const { kill, scheduler, stat } = sweep;
  for (let at = 0; at < kill.length; at += 1) {
    const byte = (kill[at] ?? 0) | (scheduler[at] ?? 0) | (stat?.[at] ?? 0);
    if (byte === 0) continue;
    for (let bit = 0; bit < 8; bit += 1) if ((byte & (1 << bit)) !== 0) yield at * 8 + bit;
  }
}

/** The listings of one moment. */
interface Round {
  readonly kernel: ProcListing;
  readonly library: ReadonlySet<number> | undefined;
  readonly threads: Threads;
}

class PidViews {
  readonly #native: Native;
  readonly #options: PidViewOptions;
  readonly #uncovered: string | undefined;
  readonly sources: SourceRecord[] = [];

  constructor(native: Native, options: PidViewOptions) {
    this.#native = native;
    this.#options = options;
    const uncovered = native.uncoveredProc?.();
    this.#uncovered = uncovered?.status === 'ok' ? uncovered.value : undefined;
  }

  record(source: string, status: SourceStatus, bytes: number, reason?: string): void {
    this.sources.push({
      source: printableText(source),
      artifact,
      status,
      bytes,
      ...(reason === undefined ? {} : { reason }),
    });
  }

  #recordAnswer(source: string, answer: Answer<unknown>, bytes: number): void {
    if (answer.status === 'ok') this.record(source, 'ok', bytes);
    else this.record(source, answer.status, 0, answer.reason);
  }

  /** Lists anew; undefined when /proc cannot be listed at all. */
  list(first: boolean): Round | undefined {
    const kernel = listByKernel(this.#native);
    const library = listByLibrary(this.#native);
    if (first) {
      this.#recordAnswer(
        'getdents64:/proc',
        kernel,
        kernel.status === 'ok' ? kernel.value.pids.size * 24 : 0,
      );
      const known = library.status === 'ok' ? library.value.size : this.#options.readdirPids.length;
      if (library.status === 'ok' || known === 0) this.#recordAnswer('readdir:/proc', library, known * 24);
      else this.record('readdir:/proc', 'ok', known * 24);
    }
    if (kernel.status !== 'ok') return undefined;
    const listed =
      library.status === 'ok' ? new Set([...kernel.value.pids, ...library.value]) : kernel.value.pids;
    return {
      kernel: kernel.value,
      library: library.status === 'ok' ? library.value : undefined,
      threads: listThreads(this.#native, listed, this.#uncovered),
    };
  }

  async sweep(stat: boolean): Promise<PidSweep | undefined> {
    const { pidMax, highestPid, thorough } = this.#options;
    const limit = stat && !thorough ? Math.min(pidMax, highestPid ?? pidMax) : pidMax;
    const answer = await ((stat ? undefined : this.#options.begun) ??
      this.#native.sweepPids(limit, { stat }));
    const name = stat ? 'stat:/proc/1…' : 'kill, sched_getscheduler:1…';
    const bytes = answer.status === 'ok' ? answer.value.kill.length * (stat ? 3 : 2) : 0;
    this.#recordAnswer(`${name}${limit}`, answer, bytes);
    return answer.status === 'ok' ? answer.value : undefined;
  }

  /** What one round says of some pids: those for which views disagree. */
  judge(pids: Iterable<number>, round: Round): Map<number, Sighting> {
    const judge = new PidJudge(this.#native, this.#options, {
      kernel: round.kernel.pids,
      library: round.library,
      tids: round.threads.tids,
      uncovered: this.#uncovered,
    });
    const hits = new Map<number, Sighting>();
    for (const pid of pids) {
      const sighting = judge.judge(pid);
      if (sighting !== undefined) hits.set(pid, sighting);
    }
    return hits;
  }

  /** Pids worth a question: not listed and no thread, or listed and not themselves. */
  candidates(sweep: PidSweep | undefined, round: Round): number[] {
    const { kernel, library, threads } = round;
    const found = new Set<number>(threads.strange);
    const unlisted = (pid: number): boolean =>
      !threads.tids.has(pid) && !(kernel.pids.has(pid) && (library === undefined || library.has(pid)));
    if (sweep !== undefined) {
      for (const pid of pidsOf(sweep)) if (unlisted(pid)) found.add(pid);
      for (const pid of kernel.pids) {
        const at = pid >> 3;
        const bits = (sweep.kill[at] ?? 0) | (sweep.scheduler[at] ?? 0);
        if (pid <= sweep.limit && (bits & (1 << (pid & 7))) === 0) found.add(pid);
      }
    }
    for (const pid of [...this.#options.cgroupPids, ...this.#options.socketOwnerPids]) {
      if (pid > 0 && unlisted(pid)) found.add(pid);
    }
    if (library === undefined) {
      const listed = new Set(this.#options.readdirPids);
      if (listed.size > 0) for (const pid of kernel.pids) if (!listed.has(pid)) found.add(pid);
    } else {
      for (const pid of kernel.pids) if (!library.has(pid)) found.add(pid);
    }
    const wanted = [...found].filter((pid) => !this.#options.excludePids.has(pid));
    if (wanted.length > candidateLimit) {
      this.record(
        'candidates',
        'truncated',
        0,
        `${wanted.length} pids, of which ${candidateLimit} were judged`,
      );
    }
    return wanted.slice(0, candidateLimit);
  }

  /** Asks again after a delay, and once more: the same process must still be hidden. */
  async confirm(first: Map<number, Sighting>): Promise<Map<number, Sighting>> {
    let hits = first;
    for (let round = 0; round < confirmations && hits.size > 0; round += 1) {
      await Bun.sleep(this.#options.delayMs ?? 150);
      const listing = this.list(false);
      if (listing === undefined) return new Map();
      const again = this.judge(hits.keys(), listing);
      const kept = new Map<number, Sighting>();
      for (const [pid, sighting] of again) {
        const before = hits.get(pid)?.startTicks ?? 0;
        // 0 is unknown: it neither confirms nor denies.
        if (before !== 0 && sighting.startTicks !== 0 && before !== sighting.startTicks) continue;
        kept.set(pid, { ...sighting, startTicks: sighting.startTicks === 0 ? before : sighting.startTicks });
      }
      hits = kept;
    }
    return hits;
  }

  /** False where others' processes are kept from us: then every comparison would be wrong. */
  seesOthers(round: Round): boolean {
    const first = this.#native.readFile(new TextEncoder().encode('/proc/1/status'), 4096);
    return round.kernel.pids.has(1) && first.status !== 'denied';
  }
}

function factOf(pid: number, sighting: Sighting, counted: boolean): HiddenProcessFact {
  const { startTicks, seenBy, missingFrom, mount } = sighting;
  return {
    kind: 'hidden-process',
    pid,
    startTicks,
    source: { source: printableText(`/proc/${pid}`) },
    seenBy: counted && missingFrom.includes('getdents') ? [...seenBy, 'link-count'] : seenBy,
    missingFrom,
    ...(mount === undefined ? {} : { coveredBy: { ...mount.source, text: mount.text } }),
  };
}

/** Compares all views. Processes that one view shows and another does not are facts. */
export async function probePidViews(native: Native, options: PidViewOptions): Promise<PidViewResult> {
  const views = new PidViews(native, options);
  // Swept first and listed then: what was born in between is listed, what died does not answer any more.
  const sweep = await views.sweep(options.thorough);
  const round = views.list(true);
  if (round === undefined) return { facts: [], counts: [], sources: views.sources };
  if (!views.seesOthers(round)) {
    views.record('hidepid:/proc', 'denied', 0, "this user may not see others' processes (hidepid)");
    return { facts: [], counts: [], sources: views.sources };
  }
  let hits = await views.confirm(views.judge(views.candidates(sweep, round), round));

  const links = compareLinks(native, options.initialPidNamespace ?? inInitialPidNamespace());
  if (links.status === 'ok') views.record('nlink:/proc', 'ok', 8);
  else views.record('nlink:/proc', links.status, 0, links.reason);
  const missing = links.status === 'ok' ? links.value.counted - links.value.listed : 0;

  if (!options.thorough && (hits.size > 0 || missing > 0)) {
    const looked = await views.sweep(true);
    const again = views.list(false);
    if (looked !== undefined && again !== undefined) {
      const fresh = views.candidates(looked, again).filter((pid) => !hits.has(pid));
      const more = await views.confirm(views.judge(fresh, again));
      hits = new Map([...hits, ...more]);
    }
  }

  const unlisted = [...hits.values()].filter(({ missingFrom }) => missingFrom.includes('getdents')).length;
  const counted = missing > 0 && missing === unlisted;
  const ordered = [...hits].sort(([a], [b]) => a - b);
  return {
    facts: ordered.map(([pid, sighting]) => factOf(pid, sighting, counted)),
    counts:
      links.status === 'ok' && missing > 0
        ? [{ kind: 'directory-count', source: { source: printableText('/proc') }, ...links.value }]
        : [],
    sources: views.sources,
  };
}
