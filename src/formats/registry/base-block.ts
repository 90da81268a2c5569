/**
 * The base block of a hive, which also begins each of its transaction logs.
 *
 * Source: Maxim Suhanov, "Windows registry file format specification", base block and its notes.
 */
import type { Filetime } from '../filetime.ts';
import { u64 } from '../little-endian.ts';

/** Offsets in a hive count from here. */
export const binsOffset = 4096;
/** What a log keeps of the base block at least. */
export const sectorSize = 512;
const signature = 0x6667_6572;

/** 0 is a hive, 1 and 2 are logs of the old format, 6 is one of the new format. */
export type HiveFileType = number;

export interface BaseBlock {
  readonly primarySequence: number;
  readonly secondarySequence: number;
  readonly lastWritten: Filetime;
  readonly major: number;
  readonly minor: number;
  readonly fileType: HiveFileType;
  /** Relative to the bins, like every offset in a hive. */
  readonly rootCell: number;
  readonly binsSize: number;
  /** Sectors of 512 bytes in what the disk writes at once; only old logs go by it. */
  readonly clusteringFactor: number;
  /** UTF-16: the end of the path by which the system knew it. */
  readonly fileName: string;
  readonly checksum: number;
  readonly checksumIsRight: boolean;
}

/** XOR of the first 127 words; 0 and -1 are not used. */
function checksumOf(view: DataView): number {
  let sum = 0;
  for (let at = 0; at < 508; at += 4) sum ^= view.getUint32(at, true);
  sum >>>= 0;
  if (sum === 0xffff_ffff) return 0xffff_fffe;
  return sum === 0 ? 1 : sum;
}

function nameOf(bytes: Uint8Array): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset + 48, 64).toString('utf16le');
  const end = text.indexOf('\0');
  return end < 0 ? text : text.slice(0, end);
}

/** Undefined for bytes that are no base block: too few, or another signature. */
export function parseBaseBlock(bytes: Uint8Array): BaseBlock | undefined {
  if (bytes.length < sectorSize) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(0, true) !== signature) return undefined;
  const word = (at: number): number => view.getUint32(at, true);
  const checksum = word(508);
  return {
    primarySequence: word(4),
    secondarySequence: word(8),
    lastWritten: u64(bytes, 12),
    major: word(20),
    minor: word(24),
    fileType: word(28),
    rootCell: word(36),
    binsSize: word(40),
    clusteringFactor: word(44),
    fileName: nameOf(bytes),
    checksum,
    checksumIsRight: checksumOf(view) === checksum,
  };
}
