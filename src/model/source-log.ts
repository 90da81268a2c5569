/** Counts what was read, and keeps every source that was not read whole. */
import type { SourceRecord, SourceStatus } from './source.ts';
import type { PathText } from './text.ts';

export interface SourceGroup {
  readonly artifact: string;
  readonly status: SourceStatus;
  readonly count: number;
  readonly bytes: number;
}

/** A folder that holds more files than anybody reads. */
export interface FloodedFolder {
  readonly path: PathText;
  readonly names: number;
  /** What may hold something and was not looked into. */
  readonly unread: number;
}

interface OpenGroup {
  readonly artifact: string;
  readonly status: SourceStatus;
  count: number;
  bytes: number;
  readonly reasons: Set<string>;
}

function isNewReason({ reasons }: OpenGroup, reason: string): boolean {
  if (reasons.has(reason) || reasons.size >= SourceLog.reasonsPerGroup) return false;
  reasons.add(reason);
  return true;
}

/**
 * Thousands of sources are `ok` on a busy host; those are counted. The others, and those of which something is to be
 * said all the same, are listed, up to a bound
 * per artifact and status, past which they too are only counted; but the first of each further reason is
 * listed still, since a verdict is read off this list: a thousand pipes must not hide one unread table.
 */
export class SourceLog {
  static readonly listedPerGroup = 1000;
  static readonly reasonsPerGroup = 100;
  readonly #groups = new Map<string, OpenGroup>();
  readonly #listed: SourceRecord[] = [];
  readonly #flooded = new Map<PathText, FloodedFolder>();
  readonly #mask: <T extends string>(name: T) => T;

  /** @param mask takes the secrets out of what a source is called; the log is told to others as it is */
  constructor(mask: <T extends string>(name: T) => T = (name) => name) {
    this.#mask = mask;
  }

  record(source: SourceRecord): void {
    const group = this.#group(source.artifact, source.status);
    group.count += 1;
    group.bytes += source.bytes;
    if (source.status === 'ok' && source.reason === undefined) return;
    const isNew = isNewReason(group, source.reason ?? '');
    if (group.count <= SourceLog.listedPerGroup || isNew) {
      const reason = source.reason === undefined ? {} : { reason: this.#mask(source.reason) };
      this.#listed.push({ ...source, source: this.#mask(source.source), ...reason });
    }
  }

  /** Counts sources that were read whole, without a record each. */
  countOk(artifact: string, count: number, bytes: number): void {
    if (count === 0) return;
    const group = this.#group(artifact, 'ok');
    group.count += count;
    group.bytes += bytes;
  }

  /** Told once of each folder, by whoever looked at it first. */
  flood(folder: FloodedFolder): void {
    if (!this.#flooded.has(folder.path)) this.#flooded.set(folder.path, folder);
  }

  get flooded(): Iterable<FloodedFolder> {
    return this.#flooded.values();
  }

  get groups(): readonly SourceGroup[] {
    return [...this.#groups.values()]
      .map(({ artifact, status, count, bytes }) => ({ artifact, status, count, bytes }))
      .sort((a, b) => a.artifact.localeCompare(b.artifact) || a.status.localeCompare(b.status));
  }

  /** Sources that are not `ok`, or cannot be relied on, by path and reason. */
  get listed(): readonly SourceRecord[] {
    return this.#listed;
  }

  #group(artifact: string, status: SourceStatus): OpenGroup {
    const key = `${artifact}\0${status}`;
    let group = this.#groups.get(key);
    if (group === undefined) {
      group = { artifact, status, count: 0, bytes: 0, reasons: new Set() };
      this.#groups.set(key, group);
    }
    return group;
  }
}
