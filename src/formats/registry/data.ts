/**
 * What the data of a value say, by its type. Where they are not what the type promises (a DWORD of three bytes), they stay
 * bytes: nothing is guessed.
 *
 * Source: Maxim Suhanov, "Windows registry file format specification", data types; Microsoft, "Registry value types".
 */
import { type HiveValue, valueType } from './value.ts';

export type ValueData = (
  | {
      readonly kind: 'text';
      /** UTF-16 units up to the first NUL. */
      readonly text: string;
      /** What stands behind that NUL and editors do not show; empty where nothing but zeros does. */
      readonly behind: string;
    }
  /** Elements of a list; those between others may be empty. */
  | { readonly kind: 'texts'; readonly texts: readonly string[] }
  | { readonly kind: 'number'; readonly number: number }
  | { readonly kind: 'qword'; readonly number: bigint }
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
) & {
  /** False where the value claims more bytes than are here. */
  readonly whole: boolean;
};

const wide = (bytes: Uint8Array): string => Buffer.prototype.ucs2Slice.call(bytes, 0, bytes.length & ~1);

function textData(bytes: Uint8Array, whole: boolean): ValueData {
  const all = wide(bytes);
  const end = all.indexOf('\0');
  if (end < 0) return { kind: 'text', text: all, behind: '', whole };
  const behind = all.slice(end + 1);
  return { kind: 'text', text: all.slice(0, end), behind: /[^\0]/.test(behind) ? behind : '', whole };
}

function listData(bytes: Uint8Array, whole: boolean): ValueData {
  const all = wide(bytes);
  let end = all.length;
  while (end > 0 && all.charCodeAt(end - 1) === 0) end -= 1;
  return { kind: 'texts', texts: end === 0 ? [] : all.slice(0, end).split('\0'), whole };
}

/** Reads and decodes the data of a value, `most` bytes of them at most. */
export function decodeValue(value: HiveValue, most?: number): ValueData {
  const { bytes, whole } = value.data(most);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  switch (value.type) {
    case valueType.string:
    case valueType.expandString:
    case valueType.link:
      return textData(bytes, whole);
    case valueType.multiString:
      return listData(bytes, whole);
    case valueType.dword:
      if (bytes.length === 4) return { kind: 'number', number: view.getUint32(0, true), whole };
      break;
    case valueType.dwordBigEndian:
      if (bytes.length === 4) return { kind: 'number', number: view.getUint32(0), whole };
      break;
    case valueType.qword:
      if (bytes.length === 8) return { kind: 'qword', number: view.getBigUint64(0, true), whole };
      break;
  }
  return { kind: 'bytes', bytes, whole };
}

/** The text of a string, or the elements of a list joined by line feeds; undefined of anything else and of no value. */
export function valueText(value: HiveValue | undefined): string | undefined {
  if (value === undefined) return undefined;
  const data = decodeValue(value);
  if (data.kind === 'text') return data.text;
  return data.kind === 'texts' ? data.texts.join('\n') : undefined;
}

/** The number of a DWORD; undefined of anything else and of no value. */
export function valueNumber(value: HiveValue | undefined): number | undefined {
  if (value === undefined) return undefined;
  const data = decodeValue(value, 16);
  return data.kind === 'number' ? data.number : undefined;
}
