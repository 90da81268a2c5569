/**
 * What a suspect's memory, command line and environment hold of mining.
 *
 * Why: wallet, pool and protocol stand plain in a miner's memory, also when its traffic is TLS, its file packed and
 * its configuration deleted. Reading is done from outside: the process is neither stopped nor traced.
 * How: heap, stack and small anonymous memory first; of large mappings the first MiB (RandomX's data set holds
 * pseudo-random words only), or 32 MiB last of all where little of it is in use. Bounded by bytes and by CPU time of
 * our own, far off by the wall; what was left out makes the source `truncated`.
 * Not read: memory whose pages another process supplies (userfaultfd) and pages of files that are not in memory:
 * the answer could never come. Both are known from smaps, so give the detailed map.
 * What it is NOT: a dump. Nothing is kept but the find and the masked words beside it; values of the environment
 * are searched where they are.
 * Units: bytes, milliseconds; offsets are addresses in the process. Source: proc_pid_mem(5).
 */
import { tracesOfArgv } from '../coins/argv.ts';
import { excerptOfBytes, excerptOfText, excerptOfWide } from '../coins/excerpt.ts';
import { findTraces, traceBudget } from '../coins/traces.ts';
import { decodeEnviron } from '../formats/proc-environ.ts';
import type { Mapping, MemoryMapFact, MiningTraceFact, ProcessFact } from '../model/facts/process.ts';
import { maskArguments } from '../model/mask.ts';
import type { SourceRecord } from '../model/source.ts';
import { bytesOf, type Printable, phrase } from '../model/text.ts';
import type { Native } from '../native/port.ts';
import type { Target } from '../target/port.ts';
import { isStill } from './memory-map.ts';

const artifact = 'probe.mining-traces';
const mib = 1 << 20;
const chunkSize = mib;
/** Longer than a login with its algorithms, so that nothing is lost at the seam of two chunks. */
const overlap = 8192;
/** The wall may move this much further than our CPU: with a twentieth of a core the search still ends whole. */
const wallShare = 20;
/** And this far at most, whatever the bound of CPU. */
const mostWallMs = 20_000;
const environLimit = 256 << 10;

export interface MiningTraceOptions {
  readonly maxBytes?: number;
  readonly maxMs?: number;
  /** Milliseconds of CPU that we used: on a crowded host time passes while others compute. */
  readonly clock?: () => number;
  /** Milliseconds that pass on the wall. */
  readonly wall?: () => number;
}

export interface MiningTraceResult {
  readonly facts: readonly MiningTraceFact[];
  readonly sources: readonly SourceRecord[];
}

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

interface Region {
  readonly start: number;
  readonly size: number;
  /** Lower goes first. */
  readonly rank: number;
}

/** Resident bytes of a large mapping up to which it is no table of an algorithm: those are filled. */
const littleUsed = 64 * mib;

/** The part of a mapping that is worth reading, and how soon; nothing where it must not or need not be read. */
export function regionOf(mapping: Mapping): Region | undefined {
  const { start, size, access, path, flags, resident } = mapping;
  if (access.charAt(0) !== 'r' || !access.endsWith('p')) return undefined;
  // um, uw, ui: pages come from a userfaultfd. io, pf: device memory. dd, de are harmless.
  if (flags?.some((flag) => ['um', 'uw', 'ui', 'io', 'pf'].includes(flag)) === true) return undefined;
  if (resident === 0) return undefined;
  const writable = access.charAt(1) === 'w';
  const file = path.startsWith('/') && !path.startsWith('/anon_hugepage');
  if (file) {
    // A missing page would be fetched from its file system, which may never answer.
    const present = resident !== undefined && resident >= size;
    return writable && present && size <= 4 * mib ? { start, size, rank: 1 } : undefined;
  }
  if (path === '[heap]' || path === '[stack]') return { start, size: Math.min(size, 32 * mib), rank: 0 };
  if (path.startsWith('[v')) return undefined;
  // Anonymous memory that is not writable is where unpackers put a program's constants.
  if (!writable) return size <= 32 * mib ? { start, size, rank: 3 } : undefined;
  if (size <= mib) return { start, size, rank: 1 };
  if (size <= 8 * mib) return { start, size, rank: 2 };
  if (size <= 32 * mib) return { start, size, rank: 4 };
  // A pool of memory of which little is in use, as of Go and of arenas: it is given out from its beginning on.
  if (resident !== undefined && resident <= littleUsed) return { start, size: 32 * mib, rank: 5 };
  return { start, size: mib, rank: 3 };
}

/** What the arguments say; every process has them. */
export function argumentTraces(process: ProcessFact): readonly MiningTraceFact[] {
  const { pid, startTicks, argv } = process;
  // Masked one by one, so that a secret with a blank in it is masked whole.
  let line: string | undefined;
  return tracesOfArgv(argv).map((found) => {
    line ??= maskArguments(argv)
      .map((argument: Printable) => Buffer.from(bytesOf(argument)).toString('latin1'))
      .join(' ');
    return {
      kind: 'mining-trace',
      source: { source: phrase`/proc/${pid}/cmdline` },
      pid,
      startTicks,
      found,
      text: excerptOfText(line, found, Math.max(0, line.indexOf(' -'))),
      place: 'command-line',
    };
  });
}

function environmentTraces(target: Target, process: ProcessFact): MiningTraceResult {
  const { pid, startTicks } = process;
  const source = phrase`/proc/${pid}/environ`;
  const result = target.readNow({ kind: 'file', path: source, limit: environLimit });
  const { status, reason, bytes } = result;
  const sources = [
    { source, artifact, status, bytes: bytes.length, ...(reason === undefined ? {} : { reason }) },
  ];
  const facts: MiningTraceFact[] = [];
  const seen = new Set<string>();
  const budget = traceBudget();
  for (const { offset, valueEnd } of decodeEnviron(bytes)) {
    const variable = bytes.subarray(offset, valueEnd);
    for (const hit of findTraces(variable, budget, seen)) {
      facts.push({
        kind: 'mining-trace',
        source: { source, offset: offset + hit.offset },
        pid,
        startTicks,
        found: hit.found,
        text: excerptOfBytes(variable, hit.offset, hit.length, hit.found),
        place: 'environment',
      });
    }
  }
  return { facts, sources };
}

function memoryTraces(
  native: Native,
  process: ProcessFact,
  maps: MemoryMapFact,
  options: MiningTraceOptions,
): MiningTraceResult {
  const { pid, startTicks } = process;
  const { maxBytes = 64 * mib, maxMs = 400, clock = cpuMs, wall = () => performance.now() } = options;
  const source = phrase`/proc/${pid}/mem`;
  const began = clock();
  const wallBegan = wall();
  const wallMs = Math.min(maxMs * wallShare, mostWallMs);
  const regions = maps.mappings
    .map(regionOf)
    .filter((region) => region !== undefined)
    .sort((a, b) => a.rank - b.rank || a.size - b.size);
  const buffer = new Uint8Array(overlap + chunkSize);
  const facts: MiningTraceFact[] = [];
  const seen = new Set<string>();
  const budget = traceBudget();
  let bytes = 0;
  let regionsRead = 0;
  let cut: string | undefined;
  let late = false;
  let refused: { readonly status: SourceRecord['status']; readonly reason: string } | undefined;

  for (const region of regions) {
    let kept = 0;
    for (let done = 0; done < region.size && cut === undefined; ) {
      if (bytes >= maxBytes) cut = `read ${bytes} bytes of ${regions.length} regions`;
      else if (clock() - began >= maxMs) cut = `stopped after ${maxMs} ms of CPU`;
      else if (wall() - wallBegan >= wallMs) {
        // Not enough of a processor to look at what would have been looked at: that is a gap, no bound of ours.
        late = true;
        cut = `stopped after ${wallMs} ms`;
      } else if (budget.hits <= 0 || budget.words <= 0) cut = 'too many finds';
      if (cut !== undefined) break;
      const wanted = Math.min(chunkSize, region.size - done, maxBytes - bytes);
      const address = region.start + done;
      const answer = native.readMemory(pid, address, buffer.subarray(kept, kept + wanted));
      if (answer.status !== 'ok') {
        refused ??= { status: answer.status, reason: answer.reason };
        break;
      }
      // A hole: the rest of this region is left to the next look.
      const size = answer.value;
      if (size === 0) break;
      bytes += size;
      const filled = buffer.subarray(0, kept + size);
      const base = address - kept;
      for (const hit of findTraces(filled, budget, seen)) {
        const excerpt = hit.wide ? excerptOfWide : excerptOfBytes;
        facts.push({
          kind: 'mining-trace',
          source: { source, offset: base + hit.offset },
          pid,
          startTicks,
          found: hit.found,
          text: excerpt(filled, hit.offset, hit.length, hit.found),
          place: 'memory',
        });
      }
      done += size;
      if (size < wanted) break;
      kept = Math.min(overlap, filled.length);
      buffer.copyWithin(0, filled.length - kept, filled.length);
    }
    if (cut !== undefined) break;
    regionsRead += 1;
  }
  const record = (status: SourceRecord['status'], reason?: string): MiningTraceResult => ({
    facts,
    sources: [{ source, artifact, status, bytes, ...(reason === undefined ? {} : { reason }) }],
  });
  if (cut !== undefined)
    return record(late ? 'timeout' : 'truncated', `${cut}, ${regionsRead} regions whole`);
  if (bytes === 0 && refused !== undefined) return record(refused.status, refused.reason);
  return record(bytes === 0 ? 'empty' : 'ok');
}

function notRead({ pid }: ProcessFact, held: boolean): MiningTraceResult {
  if (!held) return { facts: [], sources: [] };
  const source = phrase`/proc/${pid}/mem`;
  return {
    facts: [],
    sources: [{ source, artifact, status: 'timeout', reason: 'the process holds its memory', bytes: 0 }],
  };
}

/** Command line, environment and memory of one suspect. */
export function probeMiningTraces(
  native: Native,
  target: Target,
  process: ProcessFact,
  maps: MemoryMapFact | undefined,
  options: MiningTraceOptions = {},
): MiningTraceResult {
  const environment = environmentTraces(target, process);
  // Both are read under one lock: where the first did not come, the second would never.
  const held = environment.sources.some(({ status }) => status === 'timeout');
  const memory =
    maps === undefined || held ? notRead(process, held) : memoryTraces(native, process, maps, options);
  const source = phrase`/proc/${process.pid}`;
  // Read from a number that was given to another process meanwhile, it would be that one's memory.
  if (!isStill(target, process)) {
    return {
      facts: argumentTraces(process),
      sources: [{ source, artifact, status: 'absent', reason: 'process ended', bytes: 0 }],
    };
  }
  return {
    facts: [...argumentTraces(process), ...environment.facts, ...memory.facts],
    sources: [...environment.sources, ...memory.sources],
  };
}
