/** Values of a record as JSON: the usual ones straight from their bytes, the others by `readValue`. */
import { dateText, filetimeTenth, filetimeUs, isFar } from '../filetime.ts';
import { hexByte } from '../guid.ts';
import { u16, u32 } from '../little-endian.ts';
import { JsonWriter } from './json-writer.ts';
import { arrayFlag, type } from './layout.ts';
import { type EvtxValue, readValue, textEnd } from './value.ts';
import type { Values } from './values.ts';

const comma = 0x2c;
const quote = 0x22;
const arrayStart = 0x5b;
const arrayEnd = 0x5d;

const texts = new JsonWriter();

/** A text as JSON, in the one way that we write it. */
export function jsonText(text: string): string {
  texts.length = 0;
  texts.text(text);
  return Buffer.prototype.utf8Slice.call(texts.bytes, 0, texts.length);
}

/** A number above 2^53 is text: JSON has it, and most who read JSON do not. */
export function writeJson(writer: JsonWriter, value: EvtxValue): void {
  if (typeof value === 'string') writer.text(value);
  else if (value === null) writer.ascii('null');
  else if (typeof value === 'bigint') writer.ascii(`"${value}"`);
  else if (typeof value === 'number') writer.ascii(Number.isFinite(value) ? String(value) : `"${value}"`);
  else if (typeof value === 'boolean') writer.ascii(value ? 'true' : 'false');
  else {
    writer.byte(arrayStart);
    for (const item of value) {
      writeJson(writer, item);
      writer.byte(comma);
    }
    writer.close(arrayEnd);
  }
}

/** Unsigned, of 32 bits. */
function writeNumber(writer: JsonWriter, value: number): void {
  writer.need(10);
  const { bytes, length } = writer;
  if (value < 10) {
    bytes[length] = 0x30 + value;
    writer.length = length + 1;
    return;
  }
  let digits = 2;
  for (let power = 100; digits < 10 && value >= power; power *= 10) digits += 1;
  let rest = value;
  let at = length + digits;
  // Above 2^31 a whole number is no small one to the engine, and slower.
  while (rest > 0x7fff_ffff) {
    const less = Math.floor(rest / 10);
    at -= 1;
    bytes[at] = 0x30 + rest - less * 10;
    rest = less;
  }
  for (let small = rest | 0; at > length; ) {
    const less = (small / 10) | 0;
    at -= 1;
    bytes[at] = 0x30 + small - less * 10;
    small = less;
  }
  writer.length = length + digits;
}

const guidOrder = [3, 2, 1, 0, -1, 5, 4, -1, 7, 6, -1, 8, 9, -1, 10, 11, 12, 13, 14, 15] as const;
const hexBytes = Uint16Array.from({ length: 256 }, (_, byte) => {
  const text = hexByte(byte);
  return text.charCodeAt(0) | (text.charCodeAt(1) << 8);
});

function writeHex(writer: JsonWriter, byte: number): void {
  const pair = hexBytes[byte] ?? 0;
  writer.bytes[writer.length] = pair & 0xff;
  writer.bytes[writer.length + 1] = pair >> 8;
  writer.length += 2;
}

function writeGuid(writer: JsonWriter, bytes: Uint8Array, at: number): void {
  writer.need(40);
  writer.ascii('"{');
  for (const index of guidOrder) {
    if (index < 0) writer.byte(0x2d);
    else writeHex(writer, bytes[at + index] ?? 0);
  }
  writer.ascii('}"');
}

const two = (writer: JsonWriter, value: number, end: number): void => {
  const tens = (value / 10) | 0;
  writer.bytes[writer.length] = 0x30 + tens;
  writer.bytes[writer.length + 1] = 0x30 + value - tens * 10;
  writer.bytes[writer.length + 2] = end;
  writer.length += 3;
};

/** As `filetimeText`. */
function writeFiletime(writer: JsonWriter, bytes: Uint8Array, at: number): void {
  const us = filetimeUs(bytes, at);
  const seconds = Math.floor(us / 1e6);
  const day = Math.floor(seconds / 86_400);
  const rest = seconds - day * 86_400;
  writer.need(48);
  writer.byte(quote);
  writer.ascii(dateText(day));
  writer.byte(0x54);
  two(writer, (rest / 3600) | 0, 0x3a);
  two(writer, ((rest / 60) | 0) % 60, 0x3a);
  two(writer, rest % 60, 0x2e);
  let part = us - seconds * 1e6;
  for (let digit = 5; digit >= 0; digit -= 1) {
    const less = (part / 10) | 0;
    writer.bytes[writer.length + digit] = 0x30 + part - less * 10;
    part = less;
  }
  writer.length += 6;
  writer.byte(0x30 + filetimeTenth(bytes, at));
  writer.byte(0x5a);
  writer.byte(quote);
}

/** As `0x…`, without zeros before it. */
function writeHexadecimal(writer: JsonWriter, high: number, low: number): void {
  writer.need(20);
  writer.ascii('"0x');
  let isBegun = false;
  for (let digit = high === 0 ? 7 : 15; digit >= 0; digit -= 1) {
    const nibble = ((digit > 7 ? high : low) >>> ((digit & 7) * 4)) & 15;
    if (!isBegun && nibble === 0 && digit > 0) continue;
    isBegun = true;
    writer.bytes[writer.length] = nibble + (nibble < 10 ? 0x30 : 0x57);
    writer.length += 1;
  }
  writer.byte(quote);
}

export function writeValue(writer: JsonWriter, bytes: Uint8Array, values: Values, index: number): void {
  if (index >= values.count) {
    writer.ascii('null');
    return;
  }
  const at = values.starts[index] ?? 0;
  const size = values.sizes[index] ?? 0;
  const kind = values.types[index] ?? 0;
  if (kind === type.string && size % 2 === 0) writer.utf16(bytes, at, textEnd(bytes, at, size));
  else if (kind === type.uint32 && size === 4) writeNumber(writer, u32(bytes, at));
  else if (kind === type.uint16 && size === 2) writeNumber(writer, u16(bytes, at));
  else if (kind === type.uint8 && size === 1) writeNumber(writer, bytes[at] ?? 0);
  else if (kind === type.guid && size === 16) writeGuid(writer, bytes, at);
  else if (kind === type.filetime && size === 8 && !isFar(bytes, at)) writeFiletime(writer, bytes, at);
  else if (kind === type.hexInt64 && size === 8) writeHexadecimal(writer, u32(bytes, at + 4), u32(bytes, at));
  else if (kind === type.hexInt32 && size === 4) writeHexadecimal(writer, 0, u32(bytes, at));
  else if (kind === type.uint64 && size === 8 && u32(bytes, at + 4) === 0)
    writeNumber(writer, u32(bytes, at));
  else writeJson(writer, readValue(bytes, at, size, kind));
}

/** Those of an array one by one, each with a comma behind. */
export function writeItems(writer: JsonWriter, bytes: Uint8Array, values: Values, index: number): void {
  if (index < values.count && (values.types[index] ?? 0) >= arrayFlag) {
    const at = values.starts[index] ?? 0;
    const value = readValue(bytes, at, values.sizes[index] ?? 0, values.types[index] ?? 0);
    for (const item of Array.isArray(value) ? value : [value]) {
      writeJson(writer, item);
      writer.byte(comma);
    }
    return;
  }
  writeValue(writer, bytes, values, index);
  writer.byte(comma);
}
