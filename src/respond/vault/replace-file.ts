/** A small file of the case under its name only when it is whole and on the disk; read by its owner alone (0400). */
import { closeSync, constants, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** @throws Error with the code of the system */
export function replaceFile(folder: string, name: string, bytes: Uint8Array): void {
  const part = join(folder, `${name}.part`);
  rmSync(part, { force: true });
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
  const descriptor = openSync(part, flags, 0o400);
  try {
    for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at, bytes.length - at);
    fsyncSync(descriptor);
  } catch (thrown) {
    rmSync(part, { force: true });
    throw thrown;
  } finally {
    closeSync(descriptor);
  }
  renameSync(part, join(folder, name));
}
