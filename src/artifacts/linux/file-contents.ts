/**
 * What stands in single files: their hash, and what a program says of mining.
 *
 * Why: the same bytes under another name are the same program, and a renamed miner keeps its words. What it is NOT: a
 * walk; who asks names the files, and names few: of one that need not be hashed only the first part is read.
 * A file that changes its size while it is read has no hash. Packed programs show no words.
 * Bounds: `ContentBounds`; 256 MiB of a file for its hash, 32 MiB for its words. Smaller files come first, so that a
 * large one costs the others nothing. Pieces fit into the buffer that a target uses again and again.
 */
import { excerptOfBytes, excerptOfWide } from '../../coins/excerpt.ts';
import { findMinerWords } from '../../coins/miner-words.ts';
import { findTraces, traceBudget } from '../../coins/traces.ts';
import type { FileContentFact } from '../../model/facts/persistence.ts';
import type { SourceRecord, SourceStatus } from '../../model/source.ts';
import { type PathText, printableText } from '../../model/text.ts';
import type { Target } from '../../target/port.ts';

const artifact = 'linux.file-contents';
const piece = 768 << 10;
const overlap = 4096;
const hashLimit = 256 << 20;
const wordsLimit = 32 << 20;
/** Finds of one kind that are told of one file. */
const mostOfKind = 4;

export type Digest = 'md5' | 'sha1' | 'sha256';

export interface ContentRequest {
  readonly path: PathText;
  /** Where it is read, when that is another place: /proc/PID/exe. */
  readonly at?: PathText;
  readonly pid?: number;
  readonly size: number;
  /** The whole file is read. */
  readonly hash: boolean;
  /** Its beginning is searched for what programs that mine hold. */
  readonly words: boolean;
}

export interface ContentBounds {
  /** Bytes read in all. */
  readonly bytes: number;
  readonly ms: number;
}

export interface ContentAnswer {
  readonly facts: readonly FileContentFact[];
  readonly sources: readonly SourceRecord[];
}

interface Reading {
  readonly fact: FileContentFact | undefined;
  readonly status: SourceStatus;
  readonly reason?: string;
  readonly bytes: number;
}

/** Words of a stream of pieces: one that is cut by the end of a piece is met in the next. */
class Words {
  readonly #budget = traceBudget();
  readonly #seen = new Set<string>();
  readonly #counts = new Map<string, number>();
  readonly #text = new Uint8Array(overlap + piece);
  #kept = 0;
  #offset = 0;
  readonly traces: FileContentFact['traces'][number][] = [];
  readonly words = new Set<string>();

  take(bytes: Uint8Array): void {
    const text = this.#text;
    text.set(bytes, this.#kept);
    const filled = text.subarray(0, this.#kept + bytes.length);
    for (const { found, offset, length, wide } of findTraces(filled, this.#budget, this.#seen)) {
      // So many of each: a list of signatures is known by how many programs it knows.
      const kind = found.kind === 'program' ? `${found.kind} ${found.program}` : found.kind;
      const count = (this.#counts.get(kind) ?? 0) + 1;
      this.#counts.set(kind, count);
      if (count > mostOfKind) continue;
      const excerpt = wide ? excerptOfWide : excerptOfBytes;
      this.traces.push({
        found,
        offset: this.#offset - this.#kept + offset,
        text: excerpt(filled, offset, length, found),
      });
    }
    findMinerWords(filled, this.words);
    const next = Math.min(overlap, filled.length);
    text.copyWithin(0, filled.length - next, filled.length);
    this.#offset += bytes.length;
    this.#kept = next;
  }
}

/** Bytes of a file that are read. */
function toRead({ size, hash, words }: Pick<ContentRequest, 'size' | 'hash' | 'words'>): number {
  if (hash && size <= hashLimit) return size;
  return words ? Math.min(size, wordsLimit) : 0;
}

function readOne(target: Target, request: ContentRequest, digests: readonly Digest[]): Reading {
  const { path, at = path, pid } = request;
  const before = target.readNow({ kind: 'stat', path: at, follow: true });
  const { stat } = before;
  const told = before.reason === undefined ? {} : { reason: before.reason };
  if (stat === undefined) return { fact: undefined, status: before.status, ...told, bytes: 0 };
  // Exchanged since it was looked at.
  if (stat.type !== 'file' || stat.size !== request.size)
    return { fact: undefined, status: 'absent', bytes: 0 };
  const hashes = request.hash && stat.size <= hashLimit ? digests : [];
  const hashers = hashes.map((algorithm) => new Bun.CryptoHasher(algorithm));
  const words = request.words ? new Words() : undefined;
  const end = toRead({ ...request, hash: hashers.length > 0 });
  let size = 0;
  let status: SourceStatus = 'ok';
  while (size < end) {
    const part = target.readNow({ kind: 'file', path: at, limit: piece, offset: size });
    status = part.status;
    if (part.bytes.length === 0) break;
    for (const hasher of hashers) hasher.update(part.bytes);
    if (size < wordsLimit) words?.take(part.bytes);
    size += part.bytes.length;
    if (status !== 'truncated') break;
  }
  const isCut = size < end && status !== 'ok';
  // Behind a hole nothing is read; what stood before it is what runs.
  if (isCut && status !== 'truncated') return { fact: undefined, status, bytes: size };
  const whole = hashers.length > 0 && size === stat.size;
  const found = whole ? hashers.map((hasher) => hasher.digest('hex')) : [];
  const fact: FileContentFact = {
    kind: 'file-content',
    source: { source: at },
    path,
    size: stat.size,
    device: stat.device,
    inode: stat.inode,
    sha256: found[hashes.indexOf('sha256')] ?? '',
    digests: found.filter((_, index) => hashes[index] !== 'sha256'),
    traces: words?.traces ?? [],
    words: [...(words?.words ?? [])],
    ...(pid === undefined ? {} : { pid }),
  };
  return isCut
    ? { fact, status, reason: 'its beginning alone', bytes: size }
    : { fact, status: 'ok', bytes: size };
}

/** @param digests computed of what is hashed, `sha256` among them */
export function contentsOf(
  target: Target,
  requests: readonly ContentRequest[],
  digests: readonly Digest[],
  bounds: ContentBounds,
): ContentAnswer {
  const facts: FileContentFact[] = [];
  const sources: SourceRecord[] = [];
  const deadline = performance.now() + bounds.ms;
  let read = 0;
  let left = 0;
  for (const request of requests.toSorted((a, b) => a.size - b.size)) {
    if (performance.now() >= deadline || read + toRead(request) > bounds.bytes) {
      left += 1;
      continue;
    }
    const { fact, status, reason, bytes } = readOne(target, request, digests);
    read += bytes;
    if (fact !== undefined) facts.push(fact);
    if (status !== 'ok' && status !== 'absent') {
      const told = reason === undefined ? {} : { reason };
      sources.push({ source: request.at ?? request.path, artifact, status, ...told, bytes });
    }
  }
  sources.push({
    source: printableText('contents of programs'),
    artifact,
    status: left > 0 ? 'truncated' : 'ok',
    bytes: read,
    ...(left > 0 ? { reason: `${left} of ${requests.length} files were not read` } : {}),
  });
  return { facts, sources };
}
