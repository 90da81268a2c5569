/**
 * Recognises a proof-of-work algorithm by the sizes of a process's memory mappings.
 *
 * Why: it needs no debugger and no reading of memory, and renaming or encrypting a miner does not change it.
 * How: allocations that lie side by side with the same access become one mapping, so a mapping may be one piece
 * (dataset), or a sum (dataset + cache + scratchpads). A sum counts only beside machine code of the right size.
 * What it is NOT:
 * - proof: RandomX's full node (monerod) has the light shape while it checks blocks, and the fast one when it mines;
 * - a single size: a heap of 2080 MiB or an array of 256 MiB alone is nothing, whatever pages it is in;
 * - the code range of V8 or a JVM: code that touches a reserved range without access is theirs.
 * Flags: XMRig's huge allocations carry `ht` and `lo` (mlock). They do not carry `rr`: its advice
 * MADV_RANDOM|MADV_WILLNEED is 1|3 = MADV_WILLNEED (include/uapi/asm-generic/mman-common.h), which sets no flag.
 * Units: bytes; strength 0–100.
 */
import type { Mapping } from '../model/facts/process.ts';
import {
  alignmentSlack,
  randomxCache,
  randomxCode,
  randomxDataset,
  randomxScratchpad,
  scratchpads,
} from './shapes.ts';

export interface ShapeContext {
  /** Bytes in hugetlb pages and bytes locked, from /proc/pid/status. */
  readonly hugetlb: number;
  readonly locked: number;
  /** Threads bound to one CPU; threads that use most of a CPU. */
  readonly pinnedThreads: number;
  readonly busyThreads: number;
}

export type ShapePiece = 'dataset' | 'cache' | 'dataset and cache' | 'scratchpad' | 'code';

export interface ShapePart {
  readonly what: ShapePiece;
  readonly mapping: Mapping;
  /** Line in maps or smaps. */
  readonly line: number;
  /** How many of the piece the mapping holds; scratchpads beside a dataset are counted apart. */
  readonly count: number;
}

export interface ShapeMatch {
  readonly algorithm: string;
  readonly mode: 'fast' | 'light' | 'scratchpads';
  readonly strength: number;
  readonly parts: readonly ShapePart[];
  /** One piece of machine code for each scratchpad, and nothing but whole pieces: no chance of sizes. */
  readonly consistent: boolean;
}

const page = 0x1000;
const mostThreads = 512;
const largestGuard = 0x10000;
/** Mappings past these are not looked at; the kernel's own bound is 65,530 (vm.max_map_count). */
const mostMappings = 70_000;

/** Anonymous memory: no file, or one of the names that the kernel gives to it. */
export function isAnonymous(mapping: Mapping): boolean {
  return (
    mapping.path === '' ||
    mapping.path.startsWith('[anon') ||
    mapping.path.startsWith('/anon_hugepage') ||
    (mapping.path.startsWith('/memfd:') && mapping.access.endsWith('p'))
  );
}

const isData = (mapping: Mapping): boolean => mapping.access === 'rw-p' && isAnonymous(mapping);

/** How many scratchpads fit exactly into `rest`, each with at most a page of its allocator; -1 for none. */
function scratchpadsIn(rest: number): number {
  if (rest < 0) return -1;
  if (rest <= 2 * page) return 0;
  const count = Math.floor(rest / randomxScratchpad);
  return count <= mostThreads && rest - count * randomxScratchpad <= (count + 2) * page ? count : -1;
}

interface Found {
  readonly what: ShapePiece;
  readonly mapping: Mapping;
  readonly extra: number;
  readonly exact: boolean;
}

function bigPiece(mapping: Mapping): Found | undefined {
  if (!isData(mapping)) return undefined;
  const { size } = mapping;
  for (const [what, base] of [
    ['dataset and cache', randomxDataset + randomxCache],
    ['dataset', randomxDataset],
    ['cache', randomxCache],
  ] as const) {
    if (size < base) continue;
    const rest = size - base;
    const extra = scratchpadsIn(rest);
    const exact = rest <= alignmentSlack && what !== 'dataset and cache';
    if (exact || extra >= 0)
      return { what, mapping, extra: rest <= 2 * page ? 0 : Math.max(0, extra), exact };
    if (what !== 'dataset and cache') return undefined;
  }
  return undefined;
}

function piecesOfCode(size: number): number {
  for (const unit of randomxCode) {
    if (size % unit === 0 && size / unit <= mostThreads) return size / unit;
  }
  return 0;
}

/** Executable anonymous memory that does not touch a reserved range. */
function codeParts(mappings: readonly Mapping[]): readonly ShapePart[] {
  const parts: ShapePart[] = [];
  mappings.forEach((mapping, index) => {
    if (mapping.access.charAt(2) !== 'x' || mapping.access.endsWith('s') || !isAnonymous(mapping)) return;
    const count = piecesOfCode(mapping.size);
    if (count === 0) return;
    const before = mappings[index - 1];
    const after = mappings[index + 1];
    const reserved = (other: Mapping | undefined, touches: boolean): boolean =>
      touches && other?.access.startsWith('---') === true && other.size > 0x10000;
    if (reserved(before, before !== undefined && before.start + before.size === mapping.start)) return;
    if (reserved(after, after !== undefined && mapping.start + mapping.size === after.start)) return;
    parts.push({ what: 'code', mapping, line: mapping.line, count });
  });
  return parts;
}

/**
 * Mappings behind a guard, as every thread's stack lies behind one: 8 MiB by default, which is four scratchpads too.
 */
function guarded(mappings: readonly Mapping[]): ReadonlySet<Mapping> {
  return new Set(
    mappings.filter((mapping, index) => {
      const before = mappings[index - 1];
      return (
        before?.access.startsWith('---') === true &&
        before.size <= largestGuard &&
        before.start + before.size === mapping.start
      );
    }),
  );
}

const total = (parts: readonly ShapePart[]): number => parts.reduce((sum, part) => sum + part.count, 0);

const isPinnedMemory = (mapping: Mapping): boolean =>
  mapping.flags?.includes('lo') === true && (mapping.flags.includes('ht') || mapping.flags.includes('hg'));

function randomx(mappings: readonly Mapping[], context: ShapeContext): ShapeMatch | undefined {
  const big = mappings.map(bigPiece).filter((piece) => piece !== undefined);
  if (big.length === 0) return undefined;
  const code = codeParts(mappings);
  const single = mappings
    .filter((mapping) => isData(mapping) && [0, page].includes(mapping.size - randomxScratchpad))
    .map((mapping): ShapePart => ({ what: 'scratchpad', mapping, line: mapping.line, count: 1 }));
  const pooled = mappings
    .filter(
      (mapping) => isData(mapping) && mapping.size > randomxScratchpad + page && mapping.size < randomxCache,
    )
    .filter((mapping) => scratchpadsIn(mapping.size) >= 2)
    .map(
      (mapping): ShapePart => ({
        what: 'scratchpad',
        mapping,
        line: mapping.line,
        count: scratchpadsIn(mapping.size),
      }),
    );
  const pads = [...single, ...pooled];
  const hasCode = code.length > 0;
  const part = ({ what, mapping }: Found): ShapePart => ({ what, mapping, line: mapping.line, count: 1 });
  const whole = big.find(({ what }) => what === 'dataset and cache');
  const dataset = big.find(({ what }) => what === 'dataset');
  const cache = big.find(({ what }) => what === 'cache');
  const merged = (whole?.extra ?? 0) + (dataset?.extra ?? 0) + (cache?.extra ?? 0);
  const padCount = total(pads) + merged;
  const codeCount = total(code);
  const stacks = guarded(mappings);
  const padsOnly = total(pads.filter(({ mapping }) => !stacks.has(mapping))) + merged;
  // Light mode compiles the cache's own code once more.
  const paired = [padCount, padsOnly].some(
    (count) => count > 0 && (codeCount === count || codeCount === count + 1),
  );
  const help =
    (hasCode ? 15 : 0) +
    (padCount > 0 ? 8 : 0) +
    (context.busyThreads > 0 ? 5 : 0) +
    (context.pinnedThreads > 1 ? 5 : 0) +
    (big.some(({ mapping }) => isPinnedMemory(mapping)) ? 5 : 0) +
    (context.hugetlb >= randomxDataset ? 3 : 0);
  const shown = [...code.slice(0, 8), ...pads.slice(0, 8)];

  if (dataset !== undefined && ((dataset.exact && cache?.exact === true) || (hasCode && padCount > 0))) {
    const strength = 45 + (cache === undefined ? 0 : 20) + help;
    const parts = [part(dataset), ...(cache === undefined ? [] : [part(cache)]), ...shown];
    const consistent = paired || cache !== undefined;
    return { algorithm: 'randomx', mode: 'fast', strength: Math.min(100, strength), parts, consistent };
  }
  // A sum of sizes is weaker than a size, and a heap of some gigabytes is one as well: code has to be there, and as
  // many scratchpads as pieces of it, unless all lies in locked huge pages (one mapping of 3 GiB in XMRig).
  if (
    whole !== undefined &&
    hasCode &&
    (whole.extra <= 2 * codeCount + 2 || isPinnedMemory(whole.mapping) || context.hugetlb >= randomxDataset)
  ) {
    return {
      algorithm: 'randomx',
      mode: 'fast',
      strength: Math.min(95, 55 + help),
      parts: [part(whole), ...shown],
      consistent: paired,
    };
  }
  if (cache !== undefined && hasCode && padCount > 0 && (context.busyThreads > 0 || paired)) {
    return {
      algorithm: 'randomx',
      mode: 'light',
      strength: Math.min(75, 30 + help),
      parts: [part(cache), ...shown],
      consistent: paired,
    };
  }
  return undefined;
}

/**
 * Equal scratchpads in locked huge pages, at least two, with as many busy threads bound to one CPU each. Plain memory
 * of the same sizes is far too common (thread stacks are 8 MiB, arenas and arrays any size).
 */
function equalScratchpads(mappings: readonly Mapping[], context: ShapeContext): readonly ShapeMatch[] {
  if (context.busyThreads < 2 || context.pinnedThreads < 2) return [];
  const matches: ShapeMatch[] = [];
  for (const { algorithm, bytes } of scratchpads) {
    const parts = mappings
      .filter((mapping) => isData(mapping) && mapping.size === bytes && isPinnedMemory(mapping))
      .map((mapping): ShapePart => ({ what: 'scratchpad', mapping, line: mapping.line, count: 1 }));
    if (parts.length < 2 || parts.length > 2 * context.busyThreads) continue;
    const strength = 45 + (context.pinnedThreads >= parts.length ? 10 : 0) + (parts.length >= 4 ? 5 : 0);
    matches.push({ algorithm, mode: 'scratchpads', strength, parts: parts.slice(0, 16), consistent: true });
  }
  return matches;
}

/**
 * RandomX may be in the making: a cache or data set of exactly its size, or one joined with others and generated code.
 * While the cache is filled there is neither code that may run nor a scratchpad.
 */
export function mayBecomeRandomx(mappings: readonly Mapping[]): boolean {
  const bounded = mappings.slice(0, mostMappings);
  const big = bounded.map(bigPiece).filter((piece) => piece !== undefined);
  return big.some(({ exact }) => exact) || (big.length > 0 && codeParts(bounded).length > 0);
}

/** The shapes that fit, strongest first. */
export function matchShapes(mappings: readonly Mapping[], context: ShapeContext): readonly ShapeMatch[] {
  const bounded = mappings.length > mostMappings ? mappings.slice(0, mostMappings) : mappings;
  const found = randomx(bounded, context);
  // RandomX's own scratchpads are of the size of CryptoNight's.
  return found === undefined
    ? [...equalScratchpads(bounded, context)].sort((a, b) => b.strength - a.strength)
    : [found];
}
