/** Lines to a descriptor, whole, also where it is a pipe that does not wait. */
import { writeSync } from 'node:fs';

const clock = new Int32Array(new SharedArrayBuffer(4));

const codeOf = (thrown: unknown): string =>
  thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : '';

/** @returns false where nobody reads any more. @throws Error of the system otherwise, as for a full disk */
export function writeLines(descriptor: number, bytes: Uint8Array): boolean {
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(descriptor, bytes, at);
    } catch (thrown) {
      const code = codeOf(thrown);
      if (code === 'EPIPE') return false;
      if (code !== 'EAGAIN') throw thrown;
      Atomics.wait(clock, 0, 0, 1);
    }
  }
  return true;
}
