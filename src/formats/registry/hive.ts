/**
 * A registry hive: opened over bytes that are read where they are wanted, with its transaction logs laid over it in memory.
 *
 * Why: services, autostarts, tasks and accounts of Windows stand in hives. What it is NOT: a writer, nor a reader of
 * uncommitted transactions (TxR), of volatile keys, which no file has, or of hives before Windows NT 3.5.
 * Everything read is hostile: what can be read is read, what is wrong is in `flaws`, and memory is bounded whatever the size.
 * Source: Maxim Suhanov, "Windows registry file format specification" (github.com/msuhanov/regf).
 *
 * @example
 * const opened = openHive(system, [log1, log2]);
 * if (opened.status === 'ok')
 *   for (const service of opened.hive.key('ControlSet001\\Services')?.subkeys() ?? [])
 *     console.log(printableText(service.name), service.value('ImagePath')?.data());
 */
import { u64 } from '../little-endian.ts';
import type { RandomAccess } from '../random-access.ts';
import { type BaseBlock, binsOffset } from './base-block.ts';
import { type FlawCount, FlawLog } from './flaws.ts';
import { deepestKey, type HiveKey, readKey } from './key.ts';
import { HiveReader } from './reader.ts';
import { type LogOutcome, type Recovery, recover } from './recovery.ts';
import type { SubkeyList } from './subkey-list.ts';
import { VisitedCells } from './visited.ts';

/** Behind the header of the first bin: where the root stands in every hive that a system wrote. */
const firstCell = 32;
const binSignature = 0x6e69_6268;

export type HiveAnswer =
  | { readonly status: 'ok'; readonly hive: Hive }
  | { readonly status: 'error'; readonly reason: string };

export class Hive {
  readonly reader: HiveReader;
  readonly root: HiveKey;
  readonly base: BaseBlock;
  readonly #recovery: Recovery;

  constructor(reader: HiveReader, root: HiveKey, base: BaseBlock, recovery: Recovery) {
    this.reader = reader;
    this.root = root;
    this.base = base;
    this.#recovery = recovery;
  }

  /** It was not closed by the system: an image of a running host, or a cut of the power. */
  get dirty(): boolean {
    return this.#recovery.dirty;
  }

  /** What became of each log that was given, in that order. */
  get logs(): readonly LogOutcome[] {
    return this.#recovery.logs;
  }

  /** Bytes of bins, with what the logs add. */
  get binsSize(): number {
    return this.#recovery.binsSize;
  }

  /** What was wrong with all that was read until now. */
  get flaws(): readonly FlawCount[] {
    return this.reader.flaws.list();
  }

  /** The key at a path below the root, without case: `ControlSet001\Services`. */
  key(path: string): HiveKey | undefined {
    return this.root.key(path);
  }

  /** A key and all below it, each before its subkeys. A key that was met already is not given again: lists can be circles. */
  *walk(from: HiveKey = this.root): Generator<HiveKey> {
    const { reader } = this;
    const seen = new VisitedCells();
    seen.add(from.offset);
    yield from;
    const keys: HiveKey[] = [from];
    const lists: (SubkeyList | undefined)[] = [from.list()];
    for (;;) {
      const list = lists.at(-1);
      const parent = keys.at(-1);
      if (parent === undefined) return;
      const offset = list === undefined ? -1 : list.next();
      if (offset < 0) {
        lists.pop();
        keys.pop();
        continue;
      }
      if (!seen.add(offset)) {
        reader.flaws.add('loop', offset);
        continue;
      }
      const key = readKey(reader, offset, parent);
      if (key === undefined) continue;
      yield key;
      const below = key.list();
      if (below === undefined) continue;
      if (key.depth >= deepestKey) {
        reader.flaws.add('depth', offset);
        continue;
      }
      keys.push(key);
      lists.push(below);
    }
  }
}

const bareBase: BaseBlock = {
  primarySequence: 0,
  secondarySequence: 0,
  lastWritten: 0n,
  major: 1,
  minor: 5,
  fileType: 0,
  rootCell: firstCell,
  binsSize: 0,
  clusteringFactor: 1,
  fileName: '',
  checksum: 0,
  checksumIsRight: false,
};

/**
 * Opens a hive. A broken base block is made up for by one of a log, else by where the root always stands.
 *
 * @param logs its transaction logs (`.LOG`, `.LOG1`, `.LOG2`) in any order; without them a hive that was not closed is read
 *   as it lies there
 */
export function openHive(access: RandomAccess, logs: readonly RandomAccess[] = []): HiveAnswer {
  const flaws = new FlawLog();
  const first = Uint8Array.from(access.read(binsOffset, firstCell));
  const hasBin =
    first.length === firstCell &&
    new DataView(first.buffer, first.byteOffset, first.byteLength).getUint32(0, true) === binSignature;
  const recovery = recover(access, logs, u64(first, 20), flaws);
  if (recovery.base === undefined && !hasBin) return { status: 'error', reason: 'not a registry hive' };
  const base = recovery.base ?? bareBase;
  if (base.fileType !== 0 && recovery.pages.length === 0)
    return { status: 'error', reason: 'a transaction log, not a registry hive' };
  if (base.checksumIsRight && (base.major !== 1 || base.minor < 2))
    return { status: 'error', reason: `a registry hive of version ${base.major}.${base.minor}` };
  if (!hasBin) flaws.add('bin', 0);
  const reader = new HiveReader(access, recovery.pages, base.minor, flaws);
  const root = readKey(reader, base.rootCell, undefined) ?? readKey(reader, firstCell, undefined);
  if (root === undefined) return { status: 'error', reason: 'a registry hive without a root key' };
  return { status: 'ok', hive: new Hive(reader, root, base, recovery) };
}
