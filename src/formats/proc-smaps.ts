/**
 * /proc/pid/smaps: the lines of maps, each followed by its counters and flags.
 *
 * Why: page size and flags (`ht` huge pages, `lo` locked, `hg` advised huge) tell a miner's memory from a database's.
 * What it is NOT: cheap. The kernel walks page tables for it, so it is read of suspects only; of mappings below
 * 64 KiB the counters are passed over.
 * Units: bytes (the file says kB = 1024). Lines are those of smaps.
 * Source: proc_pid_smaps(5); kernel fs/proc/task_mmu.c show_smap and show_smap_vma_flags.
 */
import type { Mapping } from '../model/facts/process.ts';
import { asciiText, colon, decimal, eachLine, find, skipBlanks, startsWith } from './ascii.ts';
import { decodeMapping } from './proc-maps.ts';

const detailedFrom = 0x10000;
const mostMappings = 131_072;
/** show_smap_vma_flags knows fewer than 64 flags. */
const mostFlags = 64;

interface Details {
  resident?: number;
  pageSize?: number;
  flags?: readonly string[];
}

function kilobytes(bytes: Uint8Array, at: number, end: number): number | undefined {
  const value = decimal(bytes, skipBlanks(bytes, at, end), end);
  return Number.isNaN(value) || value < 0 ? undefined : value * 1024;
}

/** All mappings with what smaps adds; a file that ends in the middle gives those before its end. */
export function decodeSmaps(bytes: Uint8Array): readonly Mapping[] {
  const mappings: Mapping[] = [];
  let head: Mapping | undefined;
  let details: Details = {};
  const close = (): void => {
    if (head !== undefined) mappings.push({ ...head, ...details });
    head = undefined;
    details = {};
  };
  eachLine(bytes, (start, end, line) => {
    const first = bytes[start] ?? 0;
    // Counters begin with a capital letter, ranges with a hexadecimal digit.
    if (first < 0x41 || first > 0x5a) {
      const mapping = decodeMapping(bytes, start, end, line);
      if (mapping === undefined) return true;
      close();
      head = mapping;
      return mappings.length < mostMappings;
    }
    if (head === undefined || head.size < detailedFrom) return true;
    const value = find(bytes, colon, start, end) + 1;
    if (startsWith(bytes, 'Rss:', start, end)) {
      const resident = kilobytes(bytes, value, end);
      if (resident !== undefined) details.resident = resident;
    } else if (startsWith(bytes, 'KernelPageSize:', start, end)) {
      const pageSize = kilobytes(bytes, value, end);
      if (pageSize !== undefined) details.pageSize = pageSize;
    } else if (startsWith(bytes, 'VmFlags:', start, end)) {
      details.flags = asciiText(bytes, value, Math.min(end, value + 4 * mostFlags))
        .split(' ')
        .filter((flag) => /^[a-z0-9?]{2}$/.test(flag))
        .slice(0, mostFlags);
    }
    return true;
  });
  close();
  return mappings;
}
