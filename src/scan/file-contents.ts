/**
 * Which files are read for their content: programs that no package owns, or not as it brought them, and that start by
 * themselves, lie where none belongs, or run.
 *
 * How: what an entry starts is searched for a miner's words. Hashed is only what can have an equal: of a size that
 * occurs twice, among the files of entries and the programs of processes; and all of it where a hash was given with
 * `--seen`, the programs of all processes among it. What it is NOT: a judgement (`detect/persistence/copies.ts`).
 * Bounds: 2,000 files; 64 MiB and 1 s on a live host, 1 GiB and 10 s there where a hash was given, and 1 GiB and 60 s
 * in a folder and with `--thorough`.
 */
import {
  type ContentBounds,
  type ContentRequest,
  contentsOf,
  type Digest,
} from '../artifacts/linux/file-contents.ts';
import { candidatesOf, readEntry } from '../detect/command/read-entry.ts';
import { FilesKnown } from '../detect/persistence/files-known.ts';
import type { Mechanism } from '../model/mechanism.ts';
import { type PathText, phrase } from '../model/text.ts';
import { recordAll, type ScanContext } from './context.ts';

const mostFiles = 2_000;
/** A shorter script is one that many have: `#!/bin/sh`, `exit 0`. */
const leastScript = 64;
const mib = 1 << 20;
const quick: ContentBounds = { bytes: 64 * mib, ms: 1000 };
const asking: ContentBounds = { bytes: 1024 * mib, ms: 10_000 };
const whole: ContentBounds = { bytes: 1024 * mib, ms: 60_000 };

/** Whose entries are files that lie there. */
const lying: ReadonlySet<Mechanism> = new Set([
  ...['setuid-file', 'capability-file', 'hidden-program', 'dropped-program', 'packed-program'],
  ...['changed-tool', 'renamed-tool'],
] as const);
/** Files of containers are theirs, and as many as they have layers. */
const ofContainers = /^\/var\/lib\/(?:docker|containerd|containers|rancher|kubelet|lxc|lxd|machines)\//;

interface Candidate {
  readonly path: PathText;
  readonly size: number;
  readonly elf: boolean;
  started: boolean;
}

function candidates(context: ScanContext): readonly Candidate[] {
  const files = new FilesKnown(context.facts);
  const found = new Map<PathText, Candidate>();
  const add = (path: PathText, started: boolean): void => {
    const known = found.get(path);
    if (known !== undefined) known.started ||= started;
    if (known !== undefined || found.size >= mostFiles || ofContainers.test(path)) return;
    const file = files.file(path);
    if (file === undefined || file.status !== 'ok' || file.type !== 'file' || file.size === 0) return;
    const elf = file.format === 'elf' || file.format === 'pe';
    if (!elf && (file.format === 'other' || file.size < leastScript)) return;
    if (files.owned(path) === 'package' && files.unchanged(path)) return;
    found.set(path, { path, size: file.size, elf, started });
  };
  for (const fact of context.facts.of('persistence')) {
    const reading = readEntry(fact, files.scripts);
    // A file that only lies there is its own target.
    for (const { path, how } of reading.uses) if (how !== 'sourced') add(path, path !== fact.source.source);
    for (const path of candidatesOf(reading)) add(path, true);
    if (lying.has(fact.mechanism)) add(fact.source.source, false);
  }
  return [...found.values()];
}

/**
 * Programs of processes, one of each inode: also of those whose file is gone.
 * @param all not only those of a size that is known
 */
function running(context: ScanContext, known: readonly Candidate[], all: boolean): readonly ContentRequest[] {
  const sizes = new Set(known.map(({ size }) => size));
  const paths = new Set<string>(known.map(({ path }) => path));
  const seen = new Set<string>();
  const found: ContentRequest[] = [];
  for (const { pid, exe } of context.facts.of('process')) {
    if (exe?.size === undefined || !(all || sizes.has(exe.size))) continue;
    // The file of an entry itself, and not one that is gone.
    if (!exe.deleted && paths.has(exe.path)) continue;
    const key = `${exe.device}:${exe.inode}`;
    if (seen.has(key) || found.length >= mostFiles) continue;
    seen.add(key);
    const at = phrase`/proc/${pid}/exe`;
    found.push({ path: exe.path, at, pid, size: exe.size, hash: true, words: false });
  }
  return found;
}

const digestOfLength: Readonly<Record<number, Digest>> = { 32: 'md5', 40: 'sha1', 64: 'sha256' };

/** The algorithms of the hashes that were given. */
function askedDigests({ options }: ScanContext): ReadonlySet<Digest> {
  const asked = options.seen.flatMap((one) =>
    one.type === 'hash' ? [digestOfLength[one.digest.length]] : [],
  );
  return new Set(asked.filter((one) => one !== undefined));
}

/** True where a hash was given: then programs are read also where nothing that starts by itself is. */
export const asksForContents = (context: ScanContext): boolean => askedDigests(context).size > 0;

export function gatherContents(context: ScanContext): void {
  const found = candidates(context);
  const asked = askedDigests(context);
  if (found.length === 0 && asked.size === 0) return;
  const processes = running(context, found, asked.size > 0);
  const counts = new Map<number, number>();
  for (const { size } of [...found, ...processes]) counts.set(size, (counts.get(size) ?? 0) + 1);
  const requests = found
    .map(
      ({ path, size, elf, started }): ContentRequest => ({
        path,
        size,
        hash: asked.size > 0 || (counts.get(size) ?? 0) > 1,
        words: elf && started,
      }),
    )
    .filter(({ hash, words }) => hash || words);
  const live = context.target.kind === 'live' && !context.options.thorough;
  const lively = asked.size > 0 ? asking : quick;
  const { facts, sources } = contentsOf(
    context.target,
    [...requests, ...processes],
    [...new Set<Digest>(['sha256', ...asked])],
    live ? lively : whole,
  );
  context.facts.addAll(facts);
  recordAll(context, sources);
}
