/**
 * How a log begins: by that it is known again, under another name, rotated, packed, or copied elsewhere.
 *
 * What it is NOT: a proof that two files are the same log; whoever compares events does that by their offsets.
 */
import type { PathText } from '../../../model/text.ts';
import type { Target } from '../../../target/port.ts';
import type { LogFile } from './find-logs.ts';
import type { Unpack } from './unpack.ts';

/** Bytes of content that are hashed. A log that is shorter is known by all of it, and again when it has grown. */
const hashed = 4096;
/** Bytes of a packed file that give so much. */
const packedSample = 64 << 10;

/** The first bytes of a file's content, unpacked where it is packed. */
export function beginning(target: Target, path: PathText, unpack: Unpack, most: number): Uint8Array {
  const { bytes } = target.readNow({ kind: 'file', path, limit: Math.max(most, packedSample) });
  const content: Uint8Array[] = [];
  let size = 0;
  const unpacker = unpack(bytes, (piece) => {
    if (size < most) content.push(piece.slice(0, most - size));
    size += piece.length;
    if (size >= most) unpacker?.stop();
  });
  if (unpacker === undefined) return bytes.subarray(0, most);
  unpacker.push(bytes);
  unpacker.end();
  return Buffer.concat(content);
}

/** SHA-256 of what a log begins with; undefined where that tells nothing of it. */
export function fingerprintOf(
  target: Target,
  { path, reading }: LogFile,
  unpack: Unpack,
): string | undefined {
  const first = beginning(target, path, unpack, hashed);
  const identity = reading.identity === undefined ? first : reading.identity(first);
  return identity.length === 0 ? undefined : new Bun.CryptoHasher('sha256').update(identity).digest('hex');
}
