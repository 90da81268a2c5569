/**
 * Memory shapes without what usually makes them: reserved and never filled, so they cost nothing.
 *
 * Sizes of RandomX: dataset 0x82000000, cache 0x10000000, scratchpad 2 MiB and 128 KiB of machine code per
 * thread (RandomX configuration.h; xmrig jit_compiler_x86.hpp). The large heap is that of a Java machine:
 * 4 GiB in one piece, and machine code in segments of 2.5 MiB as HotSpot's code cache starts.
 */
import { DemineError } from '../../model/error.ts';
import { pinToOneCpu } from '../../native/lifetime.ts';
import { access, reserveApart } from '../../native/mapping.ts';

const plain = access.read | access.write;
const code = plain | access.execute;
const MiB = 1 << 20;

function reserve(size: number, rights: number): void {
  const answer = reserveApart(size, rights);
  if (answer.status !== 'ok') {
    throw new DemineError('drill-unavailable', 'Address space cannot be reserved.', {
      subject: `${size} bytes: ${answer.reason}`,
    });
  }
}

export function miningShape(): void {
  reserve(0x8200_0000, plain);
  reserve(0x1000_0000, plain);
  for (let thread = 0; thread < 4; thread += 1) {
    reserve(2 * MiB, plain);
    reserve(128 << 10, code);
  }
  pinToOneCpu();
}

export function largeHeap(): void {
  reserve(4096 * MiB, plain);
  for (let segment = 0; segment < 3; segment += 1) reserve(2.5 * MiB, code);
}
