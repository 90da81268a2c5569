/**
 * Names of elements, attributes and entities: they stand once in a chunk and are named by their place.
 *
 * Each leads to the next of the same hash, by which Windows finds them when it writes. Nobody has to follow those
 * chains to read, and we do not: that they lead in a circle costs nothing.
 * Source: [MS-EVEN6] 2.2.12 (Name, NameHash).
 */
import { u16 } from '../little-endian.ts';

/** Place of the next, hash, length. */
export const nameHeadSize = 8;
/** Windows has none above a hundred. */
const mostCharacters = 1024;

/** Bytes of the name at `at` with its head and its NUL; 0 where none is within `end`. */
export function nameSize(bytes: Uint8Array, at: number, end: number): number {
  const characters = u16(bytes, at + 6);
  const size = nameHeadSize + characters * 2 + 2;
  if (at + size > end || characters === 0 || characters > mostCharacters) return 0;
  let hash = 0;
  for (let index = 0; index < characters; index += 1)
    hash = (Math.imul(hash, 65_599) + u16(bytes, at + nameHeadSize + index * 2)) & 0xffff;
  // Where a name was, something else may stand by now.
  return hash === u16(bytes, at + 4) ? size : 0;
}
