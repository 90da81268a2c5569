/**
 * ELF headers: what kind of executable a file is, and the marks of a packer.
 *
 * Why: miners come as static, stripped, often UPX-packed ELF files; a packed file hides its strings.
 * What it is NOT: a loader or a disassembler. Section tables are not followed, because packers drop them; program
 * headers are, because the kernel needs them.
 * Packer marks: UPX writes `UPX!` (its l_info and p_info headers) near the start and the end. Families overwrite that
 * magic so that `upx -d` refuses; what stays is the shape: at least one of the first two PT_LOAD segments has no file
 * bytes or far fewer than memory bytes, the entry point lies in the last loaded one, and there is no interpreter.
 * Source: System V ABI, chapter 4 (ELF header, program header); UPX src/stub/src/include/linux.h (l_info, magic).
 */

export interface ElfHeader {
  readonly bits: 32 | 64;
  readonly littleEndian: boolean;
  /** e_machine: 62 x86-64, 183 AArch64, 3 i386, 40 ARM. */
  readonly machine: number;
  /** e_type: 2 executable, 3 shared object or position-independent executable. */
  readonly type: number;
  readonly entry: number;
  readonly segments: readonly ElfSegment[];
  /** Has PT_INTERP: is linked dynamically. */
  readonly dynamic: boolean;
  /** e_shnum is 0: stripped of its section table. */
  readonly withoutSections: boolean;
}

export interface ElfSegment {
  /** p_type: 1 load, 3 interpreter. */
  readonly type: number;
  readonly flags: number;
  readonly offset: number;
  readonly address: number;
  readonly fileSize: number;
  readonly memorySize: number;
}

const loadSegment = 1;
const interpreterSegment = 3;
const mostSegments = 64;

export function isElf(bytes: Uint8Array): boolean {
  return bytes[0] === 0x7f && bytes[1] === 0x45 && bytes[2] === 0x4c && bytes[3] === 0x46;
}

export function isScript(bytes: Uint8Array): boolean {
  return bytes[0] === 0x23 && bytes[1] === 0x21;
}

/**
 * The header and the program headers that lie within `bytes`, or nothing when it is no ELF file.
 * @param bytes the first kilobytes of the file
 */
export function decodeElf(bytes: Uint8Array): ElfHeader | undefined {
  if (!isElf(bytes) || bytes.length < 52) return undefined;
  const bits = bytes[4] === 1 ? 32 : bytes[4] === 2 ? 64 : undefined;
  if (bits === undefined || (bits === 64 && bytes.length < 64)) return undefined;
  const littleEndian = bytes[5] !== 2;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const half = (at: number): number => view.getUint16(at, littleEndian);
  const word = (at: number): number => view.getUint32(at, littleEndian);
  // Offsets past 2^53 are no file's; they come out inexact and fail every bound below.
  const long = (at: number): number => (bits === 64 ? Number(view.getBigUint64(at, littleEndian)) : word(at));
  const wide = bits === 64;
  const table = long(wide ? 32 : 28);
  const entrySize = half(wide ? 54 : 42);
  const count = Math.min(half(wide ? 56 : 44), mostSegments);
  const size = wide ? 56 : 32;
  const segments: ElfSegment[] = [];
  for (let index = 0; index < count && entrySize >= size; index += 1) {
    const at = table + index * entrySize;
    if (!Number.isSafeInteger(at) || at + size > bytes.length) break;
    segments.push(
      wide
        ? {
            type: word(at),
            flags: word(at + 4),
            offset: long(at + 8),
            address: long(at + 16),
            fileSize: long(at + 32),
            memorySize: long(at + 40),
          }
        : {
            type: word(at),
            flags: word(at + 24),
            offset: word(at + 4),
            address: word(at + 8),
            fileSize: word(at + 16),
            memorySize: word(at + 20),
          },
    );
  }
  return {
    bits,
    littleEndian,
    machine: half(18),
    type: half(16),
    entry: long(24),
    segments,
    dynamic: segments.some((segment) => segment.type === interpreterSegment),
    withoutSections: half(wide ? 60 : 48) === 0,
  };
}

/** True for the shape that a UPX stub leaves also when its magic is overwritten. */
export function hasPackedShape(header: ElfHeader): boolean {
  const loads = header.segments.filter((segment) => segment.type === loadSegment);
  if (header.dynamic || loads.length < 2 || loads.length > 4 || !header.withoutSections) return false;
  const hollow = loads.some(
    (segment) => segment.memorySize >= 0x10000 && segment.fileSize < segment.memorySize / 4,
  );
  const last = loads.at(-1);
  const holdsEntry = (segment: ElfSegment): boolean =>
    header.entry >= segment.address && header.entry < segment.address + segment.memorySize;
  return hollow && last !== undefined && loads.some((segment) => holdsEntry(segment) && segment !== loads[0]);
}

const upxMagic = [0x55, 0x50, 0x58, 0x21] as const;

/** Where `UPX!` stands, or -1. */
export function upxMark(bytes: Uint8Array): number {
  for (let at = bytes.indexOf(upxMagic[0]); at >= 0; at = bytes.indexOf(upxMagic[0], at + 1)) {
    if (upxMagic.every((byte, index) => bytes[at + index] === byte)) return at;
  }
  return -1;
}
