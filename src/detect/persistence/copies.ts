/**
 * Entries whose program has the same bytes as another file of the host, as a process that mines, or as the hash of the
 * alert.
 *
 * Why: a dropper leaves its program twice, so that the second brings back the first; under another name, and where
 * nobody looks. What it is NOT: a search for duplicates. Two names of one inode are one file; releases of one program,
 * backups and roots below others keep its name or its path, and copies in places of owners say nothing.
 */
import type { FactSet } from '../../model/fact.ts';
import type { FileContentFact } from '../../model/facts/persistence.ts';
import type { Evidence } from '../../model/finding.ts';
import { baseName, folderOf, type PathText, phrase, printableText } from '../../model/text.ts';
import type { Draft } from './draft.ts';
import { usesOf } from './entry-reasons.ts';
import type { FilesKnown } from './files-known.ts';
import { isDataLand, isHidden, isPackageLand, isTemporary } from './places.ts';
import { type WeighedReason, weighed } from './reason.ts';
import type { Weight } from './weights.ts';

/** Processes by their judgement: those that mine, and those that are suspected of it. */
export interface MinerPids {
  readonly mining: ReadonlySet<number>;
  readonly suspected: ReadonlySet<number>;
  /** Pids of one executable path. */
  readonly pidsOf: (path: PathText) => readonly number[];
}

interface Copy {
  readonly of: FileContentFact;
  readonly other: FileContentFact;
  readonly weight: Weight;
}

const sameFile = (a: FileContentFact, b: FileContentFact): boolean =>
  a.device === b.device && a.inode === b.inode;

/** Without what tells versions and copies apart: `tool-1.2.3`, `tool.bak`, `tool_linux_amd64`, `libx.so.3`. */
const plainName = (path: PathText): string =>
  baseName(path)
    .toLowerCase()
    .replace(/\.(?:bak|old|orig|save|new|dpkg-\w+|\d+)$/, '')
    .replace(/[-_.](?:v?\d[\w.]*|linux|amd64|x86[-_]64|arm64|aarch64|static|bin|musl|gnu)(?=$|[-_.]).*$/, '');

/** `tool` and `tool.RELEASE.2024`: one begins with the other, and what follows is no letter. */
const isStem = (short: string, long: string): boolean =>
  short.length >= 2 && long.startsWith(short) && !/[a-z]/.test(long[short.length] ?? '');

/** What installers leave of a download. */
const leftOver = /^(?:tmp|temp|download|install|setup|update)|\.(?:part|tmp|download)$/;
/** Programs that are copied to be run under the name of what they run. */
const multiCall = /^(?:busybox|toybox|python|pypy|node|ruby|perl|java|php|bash|dash|coreutils|uutils|rustup)/;

/** One is a name or a version of the other, or stands for it in another root, a backup, a build. */
function isHonestCopy(a: PathText, b: PathText): boolean {
  if (a.endsWith(b) || b.endsWith(a)) return true;
  const [one, two] = [plainName(a), plainName(b)];
  if (isStem(one, two) || isStem(two, one)) return true;
  if ([one, two].some((name) => multiCall.test(name) || leftOver.test(name))) return true;
  // One program under many names beside each other.
  return folderOf(a) === folderOf(b);
}

const rank: readonly Weight[] = ['none', 'weak', 'medium', 'strong'];

const evidence = ({ path, source, size, sha256 }: FileContentFact): Evidence => ({
  source: source.source,
  text: phrase`${path}: ${size} bytes, sha256 ${printableText(sha256)}`,
});

type Groups = ReadonlyMap<string, readonly FileContentFact[]>;

class Copies {
  readonly #files: FilesKnown;
  readonly #groups: Groups;
  readonly #pids: MinerPids;
  readonly #started: ReadonlySet<string>;

  constructor(files: FilesKnown, groups: Groups, pids: MinerPids, started: ReadonlySet<string>) {
    this.#files = files;
    this.#groups = groups;
    this.#pids = pids;
    this.#started = started;
  }

  heaviest(own: readonly FileContentFact[]): Copy | undefined {
    let best: Copy | undefined;
    for (const of of own) {
      for (const other of this.#groups.get(of.sha256) ?? []) {
        if (other === of || sameFile(of, other)) continue;
        const weight = this.#weight(of, other);
        if (rank.indexOf(weight) > rank.indexOf(best?.weight ?? 'none')) best = { of, other, weight };
      }
    }
    return best;
  }

  #isOdd(path: PathText): boolean {
    if (isTemporary(path) || isHidden(path)) return true;
    return (isPackageLand(path) || isDataLand(path)) && this.#files.owned(path) === 'none';
  }

  #weight(of: FileContentFact, other: FileContentFact): Weight {
    const { mining, suspected, pidsOf } = this.#pids;
    const running = [...(other.pid === undefined ? [] : [other.pid]), ...pidsOf(other.path)];
    if (running.some((pid) => mining.has(pid))) return 'strong';
    if (running.some((pid) => suspected.has(pid))) return 'medium';
    if (isHonestCopy(of.path, other.path)) return 'none';
    const started = [of, other].filter(({ path, pid }) => pid !== undefined || this.#started.has(path));
    const odd = this.#isOdd(of.path) || this.#isOdd(other.path);
    // Where nothing starts either, they are what somebody unpacked or built: roots in /tmp hold whole systems.
    if (started.length === 0) return 'none';
    if (odd) return 'medium';
    return started.length > 1 ? 'weak' : 'none';
  }
}

/** Members of one group that are compared with each: a folder may be full of copies. */
const mostCompared = 64;

/** Files that an entry starts, and its own where it is an entry because it lies there. */
function ownFiles(
  { fact, reading }: Draft,
  files: FilesKnown,
  byPath: ReadonlyMap<string, FileContentFact>,
): readonly FileContentFact[] {
  const used = usesOf(reading, files).filter(({ how }) => how !== 'sourced');
  const paths = new Set([fact.source.source, ...used.map(({ path }) => path)]);
  return [...paths].flatMap((path) => byPath.get(path) ?? []);
}

/** A file that only lies there is its own target, and starts nothing. */
function startedBy({ fact, reading }: Draft, files: FilesKnown): readonly PathText[] {
  return usesOf(reading, files)
    .map(({ path }) => path)
    .filter((path) => path !== fact.source.source);
}

/** What the alert named: the hash of a file of this entry, or what stands in its text. */
function* ofIndicators(
  { fact }: Draft,
  own: readonly FileContentFact[],
  facts: FactSet,
): Iterable<WeighedReason> {
  for (const { type, indicator, source, text, place } of facts.of('sighting')) {
    const here =
      type === 'hash'
        ? own.some(({ source: at }) => at.source === source.source)
        : place === 'entry' && source.source === fact.source.source && source.line === fact.source.line;
    if (!here) continue;
    const reason = {
      id: 'indicator-seen',
      params: { indicator: printableText(indicator) },
      evidence: [{ ...source, text }],
    } as const;
    // Addresses are shared by many services; a hash is of one file.
    yield weighed(reason, type === 'hash' ? 'strong' : undefined);
    return;
  }
}

/** Adds to each entry that its program is that of another file, a miner or the alert. */
export function linkCopies(
  drafts: readonly Draft[],
  files: FilesKnown,
  facts: FactSet,
  pids: MinerPids,
): void {
  const contents = facts.of('file-content');
  if (contents.length === 0 && facts.of('sighting').length === 0) return;
  const hashed = contents.filter(({ sha256 }) => sha256 !== '');
  const groups: Map<string, readonly FileContentFact[]> = new Map();
  for (const [sha256, group] of Map.groupBy(hashed, (one) => one.sha256)) {
    // What runs goes first, so that no crowd of copies keeps it from being compared.
    groups.set(sha256, group.toSorted((a, b) => (b.pid ?? 0) - (a.pid ?? 0)).slice(0, mostCompared));
  }
  const onDisk = contents.filter(({ pid }) => pid === undefined);
  const byPath: ReadonlyMap<string, FileContentFact> = new Map(onDisk.map((one) => [one.path, one]));
  const started = new Set(drafts.flatMap((draft) => startedBy(draft, files)));
  const copies = new Copies(files, groups, pids, started);
  for (const draft of drafts) {
    const own = ownFiles(draft, files, byPath);
    draft.reasons.push(...ofIndicators(draft, own, facts));
    const copy = copies.heaviest(own);
    if (copy === undefined) continue;
    draft.reasons.push(
      weighed(
        {
          id: 'same-hash',
          params: { path: copy.of.path, other: copy.other.path },
          evidence: [evidence(copy.of), evidence(copy.other)],
        },
        copy.weight,
      ),
    );
  }
}
