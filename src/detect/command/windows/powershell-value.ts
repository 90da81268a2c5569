/**
 * Values of PowerShell as far as they can be told without running anything.
 *
 * Text and bytes are JavaScript text: of bytes one character each, and marks of where they came from among them
 * (`../value.ts`). An object has a name and what can be read out of it.
 */
import { clean, decoded, unknown } from '../value.ts';

export type PsValue =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'bytes'; readonly text: string }
  | { readonly kind: 'number'; readonly number: number }
  | { readonly kind: 'list'; readonly items: readonly PsValue[] }
  | { readonly kind: 'block'; readonly text: string }
  | { readonly kind: 'type'; readonly name: string }
  /** `name` in lower case without its namespace. */
  | { readonly kind: 'object'; readonly name: string; readonly text: string };

/** Items of one list; a longer one ends there. */
export const mostItems = 100_000;

export const textValue = (text: string): PsValue => ({ kind: 'text', text });
export const numberValue = (number: number): PsValue => ({ kind: 'number', number });
export const listValue = (items: readonly PsValue[]): PsValue => ({
  kind: 'list',
  items: items.length > mostItems ? items.slice(0, mostItems) : items,
});
export const nothing: PsValue = { kind: 'list', items: [] };
export const unknownValue: PsValue = { kind: 'object', name: '', text: unknown };

export const itemsOf = (value: PsValue): readonly PsValue[] =>
  value.kind === 'list' ? value.items : [value];

/** As PowerShell makes text of it: items of a list with a blank between. */
export function textOf(value: PsValue, between = ' '): string {
  switch (value.kind) {
    case 'text':
    case 'bytes':
    case 'object':
      return value.text;
    case 'number':
      return Number.isInteger(value.number) ? String(value.number) : String(value.number);
    case 'list':
      return value.items.map((item) => textOf(item, between)).join(between);
    case 'block':
      return value.text;
    case 'type':
      return value.name;
  }
}

export function numberOf(value: PsValue): number | undefined {
  if (value.kind === 'number') return value.number;
  if (value.kind === 'list')
    return value.items.length === 1 && value.items[0] !== undefined ? numberOf(value.items[0]) : undefined;
  if (value.kind !== 'text') return undefined;
  const text = clean(value.text).trim();
  if (/^-?(?:\d{1,15}(?:\.\d{1,15})?|0x[0-9a-f]{1,13})$/i.test(text)) return Number(text);
  return text.length === 1 ? text.charCodeAt(0) : undefined;
}

/** What a cast makes of it. `name` in lower case, without `System.`. */
export function cast(name: string, value: PsValue): PsValue {
  const one = name.replace(/^system\./, '');
  switch (one) {
    case 'char': {
      if (value.kind === 'list') return listValue(value.items.map((item) => cast('char', item)));
      if (value.kind === 'text' && clean(value.text).length === 1) return value;
      const code = numberOf(value);
      return code === undefined || code < 0 || code > 0xffff || (code >= 0xe000 && code <= 0xf8ff)
        ? unknownValue
        : textValue(String.fromCharCode(code));
    }
    case 'char[]':
      if (value.kind === 'text') return listValue([...value.text].map(textValue));
      if (value.kind === 'bytes') return listValue([...value.text].map(textValue));
      return listValue(itemsOf(value).map((item) => cast('char', item)));
    case 'byte[]':
      if (value.kind === 'list') {
        const codes = value.items.map((item) => numberOf(item) ?? 0x3f);
        return { kind: 'bytes', text: codes.map((code) => String.fromCharCode(code & 0xff)).join('') };
      }
      return value.kind === 'text' ? { kind: 'bytes', text: value.text } : value;
    case 'int':
    case 'int32':
    case 'int64':
    case 'long':
    case 'byte':
    case 'double': {
      if (value.kind === 'list') return listValue(value.items.map((item) => cast(one, item)));
      const number = numberOf(value);
      return number === undefined
        ? unknownValue
        : numberValue(one === 'double' ? number : Math.trunc(number));
    }
    case 'string':
      return textValue(textOf(value));
    case 'string[]':
      return listValue(itemsOf(value).map((item) => textValue(textOf(item))));
    case 'scriptblock':
      return { kind: 'block', text: textOf(value) };
    case 'wmiclass':
    case 'wmi':
      return { kind: 'object', name: 'wmiclass', text: textOf(value) };
    default:
      return value;
  }
}

/** Letters that were put together one by one: codes of characters, a text turned round, letters that were picked. */
const manyLetters = 8;

/** Items with a text between; what is made of single letters was encoded. */
export function joined(items: readonly PsValue[], between: string): PsValue {
  const text = items.map((item) => textOf(item, '')).join(between);
  const letters =
    items.length >= manyLetters &&
    items.every((item) => item.kind === 'text' && clean(item.text).length <= 1);
  return textValue(letters ? decoded(text, text) : text);
}

const utf16 = new TextDecoder('utf-16le');
const utf8 = new TextDecoder('utf-8');

/** Bytes that are text in an encoding, with the marks that were among them in front. */
export function decodeBytes(text: string, encoding: string): string {
  const marks = (text.match(/[\ue000-\uf8ff]/g) ?? []).join('');
  const bytes = Buffer.from(clean(text), 'latin1');
  const name = encoding.toLowerCase();
  if (name === 'unicode' || name === 'utf-16' || name === 'utf-16le')
    return marks + safe(utf16.decode(bytes));
  if (name === 'bigendianunicode')
    return marks + safe(utf16.decode(bytes.subarray(0, bytes.length & ~1).swap16()));
  if (name === 'ascii' || name === 'default') return marks + bytes.toString('latin1');
  return marks + safe(utf8.decode(bytes));
}

/** Characters of the text itself that would be taken for marks. */
const safe = (text: string): string => text.replace(/[\ue000-\uf8ff]/g, '\ufffd');
