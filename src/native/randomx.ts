/**
 * RandomX that nobody here wrote: the system's `librandomx.so.0` (Debian: librandomx0), hashing a constant.
 *
 * The drill and the tests need a true positive. Nothing here mines: there is no block, no target and no pool,
 * and in fast mode the dataset is reserved and left unfilled, so that no hash is valid for any coin while code,
 * memory and registers are those of RandomX.
 *
 * Interface: randomx.h of RandomX 1.1.10. Flags: RANDOMX_FLAG_FULL_MEM = 4.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { long, openFirst } from './c-library.ts';
import { addressOf } from './syscall.ts';

const triplet = process.arch === 'arm64' ? 'aarch64-linux-gnu' : 'x86_64-linux-gnu';
const folders = [`/usr/lib/${triplet}`, `/lib/${triplet}`, '/usr/lib64', '/usr/lib', '/usr/local/lib'];
const fileName = 'librandomx.so.0';

/** Where the library is; `undefined` when this host has none. `DEMINE_RANDOMX` names another place. */
export function randomxLibrary(): string | undefined {
  const named = process.env['DEMINE_RANDOMX'];
  const root = process.env['DEMINE_TEST_ROOT'];
  const candidates = [
    ...(named === undefined ? [] : [named]),
    ...folders.map((folder) => join(folder, fileName)),
    ...(root === undefined ? [] : folders.map((folder) => join(root, folder, fileName))),
  ];
  return candidates.find((path) => existsSync(path));
}

export interface Hasher {
  /** One hash of the constant. */
  hash(): void;
}

const flagFullMemory = 4;

/** `undefined` when the library is missing or has no memory. */
export function randomxHasher(library: string, mode: 'fast' | 'light'): Hasher | undefined {
  const symbols = openFirst([library], {
    randomx_get_flags: { args: [], returns: 'i32' },
    randomx_alloc_cache: { args: ['i32'], returns: long },
    randomx_init_cache: { args: [long, long, long], returns: 'void' },
    randomx_alloc_dataset: { args: ['i32'], returns: long },
    randomx_create_vm: { args: ['i32', long, long], returns: long },
    randomx_calculate_hash: { args: [long, long, long, long], returns: 'void' },
  });
  if (symbols === undefined) return undefined;
  const input = new TextEncoder().encode('demine');
  const output = new Uint8Array(32);
  const flags = symbols.randomx_get_flags();
  const cache = Number(symbols.randomx_alloc_cache(flags));
  if (cache === 0) return undefined;
  symbols.randomx_init_cache(cache, addressOf(input), input.length);
  const fast = mode === 'fast';
  const dataset = fast ? Number(symbols.randomx_alloc_dataset(flags | flagFullMemory)) : 0;
  if (fast && dataset === 0) return undefined;
  const machine = Number(symbols.randomx_create_vm(fast ? flags | flagFullMemory : flags, cache, dataset));
  if (machine === 0) return undefined;
  return {
    hash: () => symbols.randomx_calculate_hash(machine, addressOf(input), input.length, addressOf(output)),
  };
}
