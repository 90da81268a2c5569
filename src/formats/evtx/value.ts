/**
 * Values of binary XML, each with its right type.
 *
 * Numbers are numbers while they are exact and bigints behind 2^53; times, GUIDs and security identifiers are text in
 * the shape that Windows shows; hexadecimal numbers and binary data stay hexadecimal. A value whose size does not fit
 * its type, and one of a type that nobody describes, is shown as its bytes: nothing is lost, and nothing made up.
 * Source: [MS-EVEN6] 2.2.12.3 (how each type is written), 3.1.4.7.3 (types); [MS-EVEN6] 3.1.4.7.5 (arrays).
 */
import { filetimeText, systemtimeText } from '../filetime.ts';
import { guidText } from '../guid.ts';
import { u16, u32, wholeI64, wholeU64 } from '../little-endian.ts';
import { sidSize, sidText } from '../security-identifier.ts';
import { arrayFlag, type } from './layout.ts';

export type EvtxValue = null | string | number | bigint | boolean | readonly EvtxValue[];

/** Where the text ends that begins at `at`: NULs behind it only fill. */
export function textEnd(bytes: Uint8Array, at: number, size: number): number {
  let end = at + (size & ~1);
  while (end > at && bytes[end - 1] === 0 && bytes[end - 2] === 0) end -= 2;
  return end;
}

export const utf16Text = (bytes: Uint8Array, at: number, size: number): string =>
  Buffer.prototype.utf16leSlice.call(bytes, at, textEnd(bytes, at, size));

/** The code page is told nowhere: a byte stays a character. */
function ansiText(bytes: Uint8Array, at: number, size: number): string {
  let end = at + size;
  while (end > at && bytes[end - 1] === 0) end -= 1;
  return Buffer.prototype.latin1Slice.call(bytes, at, end);
}

export const binaryText = (bytes: Uint8Array, at: number, size: number): string =>
  Buffer.prototype.hexSlice.call(bytes, at, at + size).toUpperCase();

/** Signed numbers have odd types, but for those of 8 bits. */
function signed(bytes: Uint8Array, at: number, size: number): number | bigint | undefined {
  switch (size) {
    case 1:
      return ((bytes[at] ?? 0) << 24) >> 24;
    case 2:
      return (u16(bytes, at) << 16) >> 16;
    case 4:
      return u32(bytes, at) | 0;
    case 8:
      return wholeI64(bytes, at);
    default:
      return undefined;
  }
}

function unsigned(bytes: Uint8Array, at: number, size: number): number | bigint | undefined {
  switch (size) {
    case 1:
      return bytes[at] ?? 0;
    case 2:
      return u16(bytes, at);
    case 4:
      return u32(bytes, at);
    case 8:
      return wholeU64(bytes, at);
    default:
      return undefined;
  }
}

function hexadecimal(bytes: Uint8Array, at: number, size: number): string | undefined {
  const high = size === 8 ? u32(bytes, at + 4) : 0;
  if (high !== 0) return `0x${high.toString(16)}${u32(bytes, at).toString(16).padStart(8, '0')}`;
  const value = unsigned(bytes, at, size);
  return value === undefined ? undefined : `0x${value.toString(16)}`;
}

/** The shortest digits that mean this number of 32 bits; those of 64 bits would show digits that nobody wrote. */
function real32(value: number): number {
  if (!Number.isFinite(value)) return value;
  for (let digits = 6; digits < 9; digits += 1) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return value;
}

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.length);

/** Undefined where the size does not fit. */
function scalar(bytes: Uint8Array, at: number, size: number, kind: number): EvtxValue | undefined {
  switch (kind) {
    case type.null:
      return null;
    case type.string:
      return size % 2 === 0 ? utf16Text(bytes, at, size) : undefined;
    case type.ansiString:
      return ansiText(bytes, at, size);
    case type.int8:
    case type.int16:
    case type.int32:
    case type.int64:
      return signed(bytes, at, size);
    case type.uint8:
    case type.uint16:
    case type.uint32:
    case type.uint64:
      return unsigned(bytes, at, size);
    case type.real32:
      return size === 4 ? real32(viewOf(bytes).getFloat32(at, true)) : undefined;
    case type.real64:
      return size === 8 ? viewOf(bytes).getFloat64(at, true) : undefined;
    case type.bool: {
      const value = unsigned(bytes, at, size);
      return value === undefined ? undefined : value !== 0 && value !== 0n;
    }
    case type.guid:
      return size === 16 ? guidText(bytes, at) : undefined;
    case type.sizeT:
    case type.hexInt32:
    case type.hexInt64:
      return hexadecimal(bytes, at, size);
    case type.filetime:
      return size === 8 ? filetimeText(bytes, at) : undefined;
    case type.systemtime:
      return size === 16 ? systemtimeText(bytes, at) : undefined;
    case type.sid:
      return sidText(bytes, at, size);
    default:
      return undefined;
  }
}

/** Bytes of one value in an array, by type; of strings and identifiers it depends. */
const widths: ReadonlyMap<number, number> = new Map([
  [type.int8, 1],
  [type.uint8, 1],
  [type.int16, 2],
  [type.uint16, 2],
  [type.int32, 4],
  [type.uint32, 4],
  [type.int64, 8],
  [type.uint64, 8],
  [type.real32, 4],
  [type.real64, 8],
  [type.bool, 4],
  [type.guid, 16],
  [type.filetime, 8],
  [type.systemtime, 16],
  [type.hexInt32, 4],
  [type.hexInt64, 8],
]);

function strings(bytes: Uint8Array, at: number, size: number, width: 1 | 2): readonly string[] {
  const text =
    width === 2
      ? Buffer.prototype.utf16leSlice.call(bytes, at, at + (size & ~1))
      : Buffer.prototype.latin1Slice.call(bytes, at, at + size);
  const parts = text.split('\0');
  // Each ends in NUL.
  if (parts.at(-1) === '') parts.pop();
  return parts;
}

function sids(bytes: Uint8Array, at: number, size: number): readonly string[] | undefined {
  const found: string[] = [];
  for (let from = at; from < at + size; ) {
    const text = sidText(bytes, from, at + size - from);
    if (text === undefined) return undefined;
    found.push(text);
    from += sidSize(bytes, from);
  }
  return found;
}

function array(bytes: Uint8Array, at: number, size: number, kind: number): readonly EvtxValue[] | undefined {
  if (kind === type.string) return strings(bytes, at, size, 2);
  if (kind === type.ansiString) return strings(bytes, at, size, 1);
  if (kind === type.sid) return sids(bytes, at, size);
  const width = widths.get(kind);
  if (width === undefined || size % width !== 0) return undefined;
  const values: EvtxValue[] = [];
  for (let from = at; from < at + size; from += width)
    values.push(scalar(bytes, from, width, kind) ?? binaryText(bytes, from, width));
  return values;
}

/** `kind` with its flag of an array. Binary XML within is shown as its bytes; whoever wants it reads it before. */
export function readValue(bytes: Uint8Array, at: number, size: number, kind: number): EvtxValue {
  // A value without bytes is one that was not given; only text can be empty.
  if (size === 0 && kind !== type.string && kind !== type.ansiString && kind < arrayFlag) return null;
  const value = kind >= arrayFlag ? array(bytes, at, size, kind - arrayFlag) : scalar(bytes, at, size, kind);
  return value === undefined ? binaryText(bytes, at, size) : value;
}

/** As Windows writes it into XML; nothing for what is not there. */
export function valueText(value: EvtxValue): string {
  if (value === null) return '';
  return Array.isArray(value) ? value.map(valueText).join(', ') : String(value);
}
