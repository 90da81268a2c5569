/** Security identifiers of Windows as text: `S-1-5-21-…`. Source: [MS-DTYP] 2.4.2.1 (text), 2.4.2.2 (packet). */
import { u32 } from './little-endian.ts';

const headSize = 8;

/** Bytes of the identifier that begins at `at`, by its own count. */
export const sidSize = (bytes: Uint8Array, at: number): number => headSize + (bytes[at + 1] ?? 0) * 4;

/** Undefined where less than `size` bytes are one: an unknown revision, or more parts than there is room for. */
export function sidText(bytes: Uint8Array, at: number, size: number): string | undefined {
  const parts = bytes[at + 1] ?? 0;
  if (size < headSize || bytes[at] !== 1 || headSize + parts * 4 > size) return undefined;
  // Six bytes, the highest first; written as hexadecimal where 32 bits do not hold them.
  const high = ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0);
  const low =
    (((bytes[at + 4] ?? 0) << 24) |
      ((bytes[at + 5] ?? 0) << 16) |
      ((bytes[at + 6] ?? 0) << 8) |
      (bytes[at + 7] ?? 0)) >>>
    0;
  let text =
    high === 0
      ? `S-1-${low}`
      : `S-1-0x${(high * 0x1_0000_0000 + low).toString(16).toUpperCase().padStart(12, '0')}`;
  for (let part = 0; part < parts; part += 1) text += `-${u32(bytes, at + headSize + part * 4)}`;
  return text;
}
