/**
 * The four dresses of a persistence mechanism, as files of a host: planted one at a time, scanned like any root
 * folder, and judged. Fixtures of artifacts are written in this form (`src/artifacts/linux/GROUP/*.fixture.ts`), so
 * that tests, the recall table and the coverage count rest on the same cases.
 */
import type { Mechanism } from '../../src/model/mechanism.ts';
import type { Dress } from '../../src/model/recall.ts';

export interface PlantedFile {
  readonly content?: string | Uint8Array;
  /** The target of a link. */
  readonly link?: string;
  /** Permission bits; 0o644 where nothing is said, 0o755 for programs and scripts. */
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
  /** As setcap takes them: `cap_setuid+ep`. */
  readonly capabilities?: string;
  readonly immutable?: boolean;
}

/** By absolute path; a path that ends in a slash is an empty folder. */
export type Files = Readonly<Record<string, string | Uint8Array | PlantedFile>>;

export interface MechanismCase {
  readonly mechanism: Mechanism;
  readonly dress: Dress;
  /** What it shows, in a few words. */
  readonly what: string;
  /** As a package of the host brought them: owned, with their hashes in the package database. */
  readonly packaged?: Files;
  /** Of those, the files that the package calls settings of the owner (conffiles). */
  readonly conffiles?: readonly string[];
  /** What stands there afterwards; over a packaged file it is the edit. */
  readonly planted: Files;
}

let made = 0;

/**
 * A program of the smallest form: an ELF header and nothing that runs.
 * @param size one of a size is the same program wherever it lies; without, each is another
 */
export function inertProgram(size?: number): Uint8Array {
  const bytes = new Uint8Array(size ?? 4096);
  if (size === undefined) {
    made += 1;
    new DataView(bytes.buffer).setUint32(1024, made);
  }
  bytes.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  const view = new DataView(bytes.buffer);
  view.setUint16(16, 2, true);
  view.setUint16(18, 62, true);
  view.setUint32(20, 1, true);
  view.setUint16(52, 64, true);
  view.setUint16(54, 56, true);
  return bytes;
}
