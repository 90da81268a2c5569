/**
 * Sizes of memory that proof-of-work algorithms need, in bytes.
 *
 * Why: memory-hard algorithms fix these sizes in the consensus rules of their coin; a miner can rename itself but
 * not change them.
 * What it is NOT: a matcher; see `match-shapes.ts`.
 * Sources: RandomX specification §2 and configuration.h (ARGON_MEMORY, DATASET_BASE_SIZE, DATASET_EXTRA_SIZE,
 * SCRATCHPAD_L3); XMRig src/crypto/randomx/jit_compiler_x86.hpp and doc/ALGORITHMS.md; Debian's librandomx0 1.1.10
 * measured (kernel 6.18, two VMs each in light and fast mode): JIT 0x13000 per VM, scratchpad 0x201000, cache
 * 0x10001000; in fast mode dataset, cache and both scratchpads were one mapping of 0x92404000 and both JIT areas one
 * of 0x26000. Ethash: yellow paper appendix J; ECIP-1099 (Etchash epochs); KawPow: Ravencoin's ethash (7,500 blocks).
 */

const kib = 1024;
const mib = 1024 * kib;

/** 2,181,038,080 bytes, wherever RandomX runs in fast mode. */
export const randomxDataset = 0x82000000;
/** 256 MiB of Argon2d fill, in fast and light mode. */
export const randomxCache = 0x10000000;
export const randomxScratchpad = 2 * mib;
/** A mapping may be larger than what was asked for by alignment to a huge page and one page of the allocator. */
export const alignmentSlack = 0x201000;
/** Sizes of one VM's machine code: librandomx 1.1.10; XMRig without and with AVX2 dataset code. */
export const randomxCode: readonly number[] = [0x13000, 0x20000, 0x40000];

/** Algorithms that are known by N equal scratchpads alone, one for each thread. */
export const scratchpads: readonly { readonly algorithm: string; readonly bytes: number }[] = [
  { algorithm: 'argon2/chukwa', bytes: 512 * kib },
  { algorithm: 'cn-lite', bytes: mib },
  { algorithm: 'cn', bytes: 2 * mib },
  { algorithm: 'cn-heavy', bytes: 4 * mib },
  // N = 2048, r = 32: 128·N·r bytes.
  { algorithm: 'yespower', bytes: 8 * mib },
  // XMRig hashes 8 at a time, 2 MiB each.
  { algorithm: 'ghostrider', bytes: 16 * mib },
];

function isPrime(value: number): boolean {
  if (value % 2 === 0) return value === 2;
  for (let factor = 3; factor * factor <= value; factor += 2) if (value % factor === 0) return false;
  return value > 1;
}

const mixBytes = 128;

/** Bytes of the Ethash data set of an epoch: the largest prime number of 128-byte rows below 2^30 + epoch·2^23. */
export function ethashDataset(epoch: number): number {
  let size = 2 ** 30 + 2 ** 23 * epoch - mixBytes;
  while (!isPrime(size / mixBytes)) size -= 2 * mixBytes;
  return size;
}

export type EthashFamily = 'ethash' | 'etchash' | 'kawpow';

/** Blocks of one epoch. */
export const ethashEpoch: Readonly<Record<EthashFamily, number>> = {
  ethash: 30_000,
  etchash: 60_000,
  kawpow: 7_500,
};

/** Bytes of GPU memory that the data set takes at a block height. */
export function datasetAtHeight(family: EthashFamily, height: number): number {
  return ethashDataset(Math.floor(height / ethashEpoch[family]));
}
