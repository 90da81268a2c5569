/**
 * JSON of a target, where nothing may be believed: not its size, depth, or the type of any member.
 *
 * Why: runtimes keep their state as JSON, and an intruder with root may write it. Reading a member gives the
 * value when it has the type asked for, and otherwise nothing; it never throws.
 * What it is NOT: a schema; state files of other versions must still give what they share.
 * Source: RFC 8259. Text of it becomes Printable.
 */
import type { Printable } from '../model/text.ts';
import { printableText } from '../model/text.ts';

/** State files of runtimes are some 10 KiB; one with thousands of labels stays below this. */
export const jsonLimit = 4 * 1024 * 1024;
const deepest = 256;

/** True when brackets outside of strings nest deeper than state files do; one pass, no recursion. */
function tooDeep(text: string): boolean {
  let depth = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (quoted) {
      if (code === 0x5c) at += 1;
      else if (code === 0x22) quoted = false;
    } else if (code === 0x22) quoted = true;
    else if (code === 0x7b || code === 0x5b) {
      depth += 1;
      if (depth > deepest) return true;
    } else if (code === 0x7d || code === 0x5d) depth -= 1;
  }
  return false;
}

export type LooseJson =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly reason: string };

export function parseLooseJson(bytes: Uint8Array): LooseJson {
  if (bytes.length > jsonLimit) return { ok: false, reason: 'larger than 4 MiB' };
  const text = new TextDecoder().decode(bytes);
  if (tooDeep(text)) return { ok: false, reason: 'nested too deep' };
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch {
    // The parser's own message quotes the input, which is the target's text.
    return { ok: false, reason: 'not JSON' };
  }
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The value at a path of member names; undefined where a step is no object or lacks the member. */
export function member(value: unknown, ...path: readonly string[]): unknown {
  let here = value;
  for (const name of path) {
    if (!isObject(here)) return undefined;
    here = Object.getOwnPropertyDescriptor(here, name)?.value;
  }
  return here;
}

export function textMember(value: unknown, ...path: readonly string[]): Printable | undefined {
  const found = member(value, ...path);
  return typeof found === 'string' && found !== '' ? printableText(found.slice(0, 4096)) : undefined;
}

export function flagMember(value: unknown, ...path: readonly string[]): boolean | undefined {
  const found = member(value, ...path);
  return typeof found === 'boolean' ? found : undefined;
}

export function numberMember(value: unknown, ...path: readonly string[]): number | undefined {
  const found = member(value, ...path);
  return typeof found === 'number' && Number.isFinite(found) ? found : undefined;
}

export function listMember(value: unknown, most: number, ...path: readonly string[]): readonly unknown[] {
  const found: unknown = path.length === 0 ? value : member(value, ...path);
  return Array.isArray(found) ? found.slice(0, most) : [];
}

/** The strings of a list. */
export function textsMember(value: unknown, most: number, ...path: readonly string[]): readonly Printable[] {
  return listMember(value, most, ...path)
    .filter((entry): entry is string => typeof entry === 'string')
    .map((entry) => printableText(entry.slice(0, 4096)));
}
