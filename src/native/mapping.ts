/**
 * Address space that is reserved and never filled, for stand-ins that show the memory shape of a miner.
 *
 * Constants: include/uapi/asm-generic/mman-common.h, mman.h.
 */
import { cLibrary, long } from './c-library.ts';
import { errno, failure } from './failure.ts';
import type { Answer } from './port.ts';

export const access = { none: 0, read: 1, write: 2, execute: 4 } as const;

/** MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE: costs address space and no memory. */
const reserved = 0x2 | 0x20 | 0x4000;
const page = 0x1000;

let library: ReturnType<typeof open> | undefined;

const open = () =>
  cLibrary({
    mmap: { args: [long, long, 'i32', 'i32', 'i32', long], returns: long },
    mprotect: { args: [long, long, 'i32'], returns: 'i32' },
  });

/**
 * Reserves `size` bytes with a page without access on both sides, because the kernel joins neighbours that
 * look alike.
 *
 * @returns the address
 */
export function reserveApart(size: number, rights: number): Answer<number> {
  library ??= open();
  const outer = Number(library.mmap(0, size + 2 * page, access.none, reserved, -1, 0));
  if (outer < 0) return failure(-errno.ENOMEM);
  const inner = outer + page;
  if (library.mprotect(inner, size, rights) !== 0) return failure(-errno.EACCES);
  return { status: 'ok', value: inner };
}
