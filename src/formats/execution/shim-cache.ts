/**
 * The compatibility cache of the SYSTEM hive (ShimCache): programs that the system met, with the time of their file.
 *
 * Why: it keeps the path of a program that has long been deleted. What it is NOT: a proof that it ran: since Windows 10 files
 * that were only looked at are in it. It is written when the system shuts down.
 * Source: libyal/winreg-kb, winregrc/appcompatcache.yaml (Windows 2003 to 10).
 */
import type { Filetime } from '../filetime.ts';
import { u16, u32, u64 } from '../little-endian.ts';

const most = 20_000;
const older = 0xbadc_0ffe;
const seven = 0xbadc_0fee;
const headerOf7 = 0x80;
/** `00ts` of Windows 8, `10ts` of 8.1 and 10. */
const mark8 = 0x7374_3030;
const mark10 = 0x7374_3031;

export interface ShimEntry {
  readonly path: string;
  /** When the file was last changed, as it was then. */
  readonly modified: Filetime;
}

export interface ShimCache {
  /** In the order in which the system met them, the last first. */
  readonly entries: readonly ShimEntry[];
  /** It ends before its entries do, or one of them is none. */
  readonly damaged: boolean;
}

const wide = (bytes: Uint8Array, at: number, size: number): string =>
  Buffer.prototype.ucs2Slice.call(bytes, at, at + (size & ~1));

/** Windows 2003 to 7: a table of places, with the paths behind it. */
function table(bytes: Uint8Array, header: number, narrowSize: number, wideSize: number): ShimCache {
  // Of 64 bits is one whose first length is followed by four empty bytes and an offset of eight.
  const is64 = u32(bytes, header + 4) === 0;
  const size = is64 ? wideSize : narrowSize;
  const count = u32(bytes, 4);
  const entries: ShimEntry[] = [];
  let damaged = count > most;
  for (let index = 0; index < Math.min(count, most); index += 1) {
    const at = header + index * size;
    const length = u16(bytes, at);
    const from = u32(bytes, at + (is64 ? 8 : 4));
    if (at + size > bytes.length || from + length > bytes.length) {
      damaged = true;
      break;
    }
    entries.push({ path: wide(bytes, from, length), modified: u64(bytes, at + (is64 ? 16 : 8)) });
  }
  return { entries, damaged };
}

/** Windows 8 to 10: one entry after the other, each with its size. */
function chain(bytes: Uint8Array, header: number, mark: number, hasPackage: boolean): ShimCache {
  const entries: ShimEntry[] = [];
  let at = header;
  while (at + 12 <= bytes.length && entries.length < most) {
    const size = u32(bytes, at + 8);
    const end = at + 12 + size;
    const length = u16(bytes, at + 12);
    let behind = at + 14 + length;
    if (u32(bytes, at) !== mark || size < 10 || end > bytes.length || behind > end) break;
    // Of Windows 8 follow the name of a package and eight bytes of flags.
    if (hasPackage) behind += 2 + u16(bytes, behind) + 8;
    if (behind + 8 > end) break;
    entries.push({ path: wide(bytes, at + 14, length), modified: u64(bytes, behind) });
    at = end;
  }
  return { entries, damaged: at < bytes.length };
}

/** The value AppCompatCache; undefined for one of a system that is not known. */
export function parseShimCache(bytes: Uint8Array): ShimCache | undefined {
  const first = u32(bytes, 0);
  if (first === older) return table(bytes, 8, 24, 32);
  if (first === seven) return table(bytes, headerOf7, 32, 48);
  for (const mark of [mark8, mark10])
    if (u32(bytes, headerOf7) === mark) return chain(bytes, headerOf7, mark, true);
  for (const header of [0x30, 0x34])
    if (first === header && u32(bytes, header) === mark10) return chain(bytes, header, mark10, false);
  return undefined;
}
