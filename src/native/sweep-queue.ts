/** The queue of a sweep: a pipe that holds the number of every stretch of pids, a byte each, and has no writer. */
import { closeSync, writeSync } from 'node:fs';
import { failure } from './failure.ts';
import type { Answer } from './port.ts';
import { pinned, systemCall } from './syscall.ts';

/** Bytes of a bit set in one stretch: 65,536 pids, or 64 stretches for all that there can be, and the last pid. */
export const stretchBytes = 8192;

export const stretchesOf = (size: number): number => Math.ceil(size / stretchBytes);

/** O_CLOEXEC. */
const closeOnExec = 0x80000;
const ends = pinned(8);

/** The end to read from, for the children; the caller closes it. */
export function sweepQueue(size: number): Answer<number> {
  const made = systemCall('pipe2', ends.address, closeOnExec);
  if (made < 0) return failure(made);
  const [readable, writable] = [ends.view.getInt32(0, true), ends.view.getInt32(4, true)];
  // Far less than a pipe holds (4096 bytes at the least), so this does not wait.
  writeSync(
    writable,
    Uint8Array.from({ length: stretchesOf(size) }, (_, index) => index),
  );
  closeSync(writable);
  return { status: 'ok', value: readable };
}
