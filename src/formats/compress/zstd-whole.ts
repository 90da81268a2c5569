/**
 * One small frame of Zstandard that is whole in memory, by the decoder of the runtime.
 *
 * Why: journals keep their large values so, tens of thousands in a file, and the runtime reads one in a tenth of the time
 * that our own decoder takes. It is given only what bounds itself: a frame without a dictionary that says how large its
 * content is, within the limit, and that ends where the bytes end.
 * What it is NOT: a judge. It gives content for some frames that were damaged, where our own decoder refuses, so whoever
 * takes it has a hash of the content to hold it against; and what it refuses, our own decoder tells what is wrong with.
 * Source: RFC 8878 §3.1.1.
 */
import { zstdMagic } from './zstd.ts';

const singleSegment = 0x20;
/** A bit that must be zero, and a dictionary. */
const others = 0x0b;
const checksum = 4;

/** Bytes of content that the one frame says it has, or -1. */
function contentOf(bytes: Uint8Array): number {
  const descriptor = bytes[4] ?? 0;
  const isPlain = (descriptor & singleSegment) !== 0 && (descriptor & others) === 0;
  if (!isPlain || zstdMagic.some((byte, index) => bytes[index] !== byte)) return -1;
  const sizeBytes = [1, 2, 4][descriptor >> 6] ?? 0;
  let content = sizeBytes === 2 ? 256 : 0;
  for (let index = 0; index < sizeBytes; index += 1) content += (bytes[5 + index] ?? 0) * 256 ** index;
  let at = 5 + sizeBytes;
  for (let isLast = sizeBytes === 0; !isLast; ) {
    const word = (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16);
    isLast = (word & 1) === 1;
    const kind = (word >> 1) & 3;
    // Of one byte that repeats there is that byte.
    at += 3 + (kind === 1 ? 1 : word >> 3);
    if (kind === 3 || at > bytes.length) return -1;
  }
  return at + ((descriptor & checksum) === 0 ? 0 : 4) === bytes.length ? content : -1;
}

/** What may be the content; nothing where it is no such frame, or more than `limit` bytes. */
export function quickZstd(bytes: Uint8Array, limit: number): Uint8Array | undefined {
  const content = contentOf(bytes);
  if (content <= 0 || content > limit) return undefined;
  try {
    const plain = Bun.zstdDecompressSync(bytes);
    return plain.length === content ? plain : undefined;
  } catch {
    // Broken: our own decoder says how.
    return undefined;
  }
}
