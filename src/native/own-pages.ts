/**
 * Gives back pages of our own executable that only the start needed.
 *
 * Why: the runtime is large, and the kernel maps 16 pages around each one that is touched: 50 MB of a file count as
 * ours, more than half of which is never looked at again. On a host that a miner has filled they are better free to
 * go; whichever is wanted again comes back from the page cache, by a fault of a microsecond.
 * What it is NOT: memory that we allocated. Given back are code, and the constants at the beginning of the file, where
 * they hold no page of our own. Data that the loader has relocated and then locked stands further on in the file: those
 * pages live only here, or in swap, where smaps shows them as none.
 * Source: madvise(2), MADV_DONTNEED on private file mappings; proc_pid_smaps(5), Anonymous.
 */
import { auxiliaryValue } from './auxiliary.ts';
import { readFile } from './dirents.ts';
import type { Answer, OwnMemory } from './port.ts';
import { encodePath, systemCall } from './syscall.ts';

const dontNeed = 4;
const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');
const smapsLimit = 4 << 20;

interface Range {
  readonly start: number;
  readonly size: number;
}

const head = /^([0-9a-f]+)-([0-9a-f]+) r-(?:xp [0-9a-f]+|-p 0+) [0-9a-f:]+ \d+ +(\/.*)$/m;

/** Ranges of the file at `path` that a text of smaps shows to be untouched by writing. */
export function cleanRanges(smaps: string, path: string): readonly Range[] {
  return smaps.split(/\n(?=[0-9a-f]+-[0-9a-f]+ )/).flatMap((mapping): readonly Range[] => {
    const found = head.exec(mapping);
    if (found === null || found[3] !== path) return [];
    // Where the kernel does not say so, nothing is known.
    if (!/^Anonymous: +0 kB$/m.test(mapping) || !/^Swap: +0 kB$/m.test(mapping)) return [];
    const start = Number.parseInt(found[1] ?? '', 16);
    return [{ start, size: Number.parseInt(found[2] ?? '', 16) - start }];
  });
}

let ranges: readonly Range[] | undefined;

/** Number of ranges that were given back. */
export function releaseOwnPages(): number {
  if (ranges === undefined) {
    const smaps = readFile(encodePath('/proc/self/smaps'), smapsLimit);
    const own = latin1(encodePath(process.execPath));
    ranges = smaps.status === 'ok' ? cleanRanges(latin1(smaps.value), own) : [];
  }
  return ranges.filter(({ start, size }) => systemCall('madvise', start, size, dontNeed) === 0).length;
}

/** Our own memory: what is ours alone, and all that is resident, pages of files with it (proc_pid_statm(5), pages). */
export function ownMemory(): Answer<OwnMemory> {
  const statm = readFile(encodePath('/proc/self/statm'), 256);
  if (statm.status !== 'ok') return { status: statm.status, reason: statm.reason };
  const [, resident = 0, shared = 0] = latin1(statm.value).split(' ').map(Number);
  const page = auxiliaryValue('pageSize') ?? 4096;
  return { status: 'ok', value: { anonymous: (resident - shared) * page, resident: resident * page } };
}
