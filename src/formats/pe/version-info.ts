/**
 * Version resource of a PE image: whose it says it is, under which name it was built, and its version.
 *
 * What it is NOT: proof. Anybody writes "Microsoft Corporation" there; it counts only beside a signature. Bounds: three
 * levels of resources, 512 entries a level, 64 KiB of the resource, 64 strings.
 * Sources: Microsoft PE Format §6.9 (the .rsrc section); VS_VERSIONINFO of verrsrc.h.
 */
import type { RandomAccess } from '../random-access.ts';
import { offsetOf, type PeFile } from './pe-file.ts';

export interface VersionInfo {
  readonly company?: string;
  readonly product?: string;
  readonly description?: string;
  readonly originalName?: string;
  readonly version?: string;
}

const versionType = 16;
const mostEntries = 512;
const longestResource = 64 << 10;
const mostStrings = 64;
const longestString = 512;

const names: Readonly<Record<string, keyof VersionInfo>> = {
  CompanyName: 'company',
  ProductName: 'product',
  FileDescription: 'description',
  OriginalFilename: 'originalName',
  FileVersion: 'version',
};

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.length);

/** The entry of a folder of resources that `wanted` takes, or the first. */
function entryOf(file: RandomAccess, at: number, wanted?: number): number | undefined {
  const head = file.read(at, 16);
  if (head.length < 16) return undefined;
  const view = viewOf(head);
  const count = Math.min(view.getUint16(12, true) + view.getUint16(14, true), mostEntries);
  const rows = Uint8Array.from(file.read(at + 16, count * 8));
  const table = viewOf(rows);
  for (let index = 0; index + 8 <= rows.length; index += 8) {
    if (wanted === undefined || table.getUint32(index, true) === wanted)
      return table.getUint32(index + 4, true);
  }
  return undefined;
}

function resourceOf(file: RandomAccess, pe: PeFile): Uint8Array | undefined {
  const root = pe.resources === undefined ? undefined : offsetOf(pe, pe.resources.address);
  if (root === undefined) return undefined;
  const below = 0x7fff_ffff;
  const type = entryOf(file, root, versionType);
  if (type === undefined || type >>> 31 === 0) return undefined;
  const name = entryOf(file, root + (type & below));
  if (name === undefined || name >>> 31 === 0) return undefined;
  const language = entryOf(file, root + (name & below));
  if (language === undefined || language >>> 31 === 1) return undefined;
  const data = file.read(root + language, 16);
  if (data.length < 16) return undefined;
  const view = viewOf(data);
  const at = offsetOf(pe, view.getUint32(0, true));
  const size = Math.min(view.getUint32(4, true), longestResource);
  return at === undefined ? undefined : Uint8Array.from(file.read(at, size));
}

const aligned = (at: number): number => (at + 3) & ~3;

function textAt(view: DataView, at: number, end: number): { readonly text: string; readonly end: number } {
  let text = '';
  let next = at;
  for (; next + 2 <= end; next += 2) {
    const code = view.getUint16(next, true);
    if (code === 0) return { text, end: next + 2 };
    if (text.length < longestString) text += String.fromCharCode(code);
  }
  return { text, end };
}

interface Block {
  readonly key: string;
  readonly valueAt: number;
  /** Of a text in characters, else in bytes. */
  readonly valueSize: number;
  readonly end: number;
}

/** One block: length, length of the value, kind, key; then its value and the blocks within, each on four bytes. */
function blockAt(view: DataView, at: number, limit: number): Block | undefined {
  if (at + 6 > limit) return undefined;
  const length = view.getUint16(at, true);
  const end = Math.min(at + length, limit);
  if (length < 6) return undefined;
  const key = textAt(view, at + 6, end);
  return { key: key.text, valueAt: aligned(key.end), valueSize: view.getUint16(at + 2, true), end };
}

/** Strings of the first table; several languages say the same. */
function strings(view: DataView, from: number, end: number, into: Map<string, string>): void {
  for (let at = from; at < end; ) {
    const table = blockAt(view, at, end);
    if (table === undefined) return;
    for (let row = table.valueAt; row < table.end && into.size < mostStrings; ) {
      const one = blockAt(view, row, table.end);
      if (one === undefined) break;
      if (!into.has(one.key)) into.set(one.key, textAt(view, one.valueAt, one.end).text.trim());
      row = aligned(one.end);
    }
    at = aligned(table.end);
  }
}

/** Empty where it has none, or none that can be read. */
export function readVersionInfo(file: RandomAccess, pe: PeFile): VersionInfo {
  const bytes = resourceOf(file, pe);
  if (bytes === undefined) return {};
  const view = viewOf(bytes);
  const root = blockAt(view, 0, bytes.length);
  if (root?.key !== 'VS_VERSION_INFO') return {};
  const found = new Map<string, string>();
  for (let at = aligned(root.valueAt + root.valueSize); at < root.end; ) {
    const block = blockAt(view, at, root.end);
    if (block === undefined) break;
    if (block.key === 'StringFileInfo') strings(view, block.valueAt, block.end, found);
    at = aligned(block.end);
  }
  const info: { -readonly [K in keyof VersionInfo]: string } = {};
  for (const [name, value] of found) {
    const key = Object.hasOwn(names, name) ? names[name] : undefined;
    if (key !== undefined && value !== '') info[key] = value;
  }
  return info;
}
