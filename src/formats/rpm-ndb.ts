/**
 * The header blobs of rpm's own package database, `Packages.db` (SUSE, some images).
 *
 * What it is NOT: the index beside it (`Index.db`), which is not needed: all packages are gone through once.
 * Layout, all little-endian: 32 bytes of header (magic `RpmP`, version 0, generation, number of slot pages, next
 * package number, three unused), then slots of 16 bytes to the end of the slot pages of 4096 bytes each (magic
 * `Slot`, package number, offset and length in blocks of 16 bytes; number 0 is a free slot). A blob has 16 bytes
 * before it (magic `BlbS`, package number, generation, length) and 12 after it, padded (Adler-32, length, `BlbE`).
 * Read from the description in rpm's lib/backend/ndb/rpmpkg.c. The sums are not checked: a database that is
 * written while we read gives what it gives, and a header that does not fit is left out and counted.
 */

const magic = { header: 0x506d7052, slot: 0x746f6c53, blob: 0x53626c42 } as const;
const pageSize = 4096;
const slotSize = 16;
const blockSize = 16;
const blobHead = 16;
/** 4096 pages hold a million packages. */
const mostPages = 4096;

export interface NdbPackages {
  readonly blobs: readonly Uint8Array[];
  /** Slots whose blob is not where they say, or not theirs. */
  readonly broken: number;
}

export const isNdb = (bytes: Uint8Array): boolean =>
  bytes.length >= 32 &&
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(0, true) === magic.header;

/** Undefined when it is no such database. The blobs are views. */
export function readNdb(bytes: Uint8Array): NdbPackages | undefined {
  if (!isNdb(bytes)) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const pages = Math.min(view.getUint32(12, true), mostPages);
  const end = Math.min(pages * pageSize, bytes.length - slotSize + 1);
  const blobs: Uint8Array[] = [];
  const seen = new Set<number>();
  let broken = 0;
  // The header takes the place of the first two slots.
  for (let at = 2 * slotSize; at < end; at += slotSize) {
    if (view.getUint32(at, true) !== magic.slot) {
      broken += 1;
      continue;
    }
    const number = view.getUint32(at + 4, true);
    if (number === 0 || seen.has(number)) continue;
    seen.add(number);
    const start = view.getUint32(at + 8, true) * blockSize;
    const room = view.getUint32(at + 12, true) * blockSize;
    const fits = start + blobHead <= bytes.length && view.getUint32(start, true) === magic.blob;
    const length = fits ? view.getUint32(start + 12, true) : 0;
    if (!fits || view.getUint32(start + 4, true) !== number || length > room) {
      broken += 1;
      continue;
    }
    const blob = bytes.subarray(start + blobHead, start + blobHead + length);
    if (blob.length === length) blobs.push(blob);
    else broken += 1;
  }
  return { blobs, broken };
}
