/**
 * The list of items by which the shell finds a target: the desktop, a drive, folders, a file. It is what is opened; the paths
 * that a link tells elsewhere may say something else.
 *
 * Items are private to the shell, and Microsoft documents only their sizes; of those that are not understood a mark is left.
 * Sources: [MS-SHLLINK] §2.2; libyal/libfwsi, "Windows Shell Item format" (classes, extension block 0xbeef0004).
 */
import { guidText } from '../guid.ts';
import { u16, u32 } from '../little-endian.ts';

const mostItems = 512;
const wideName = 0x04;
const nameExtension = 0xbeef_0004;
/** Where the long name stands in the extension of each version. */
const longNameAt = (version: number): number =>
  version < 3 ? 0 : version < 7 ? 20 : version < 8 ? 38 : version < 9 ? 42 : 46;

export interface ItemList {
  /** Joined by backslashes; undefined where no item has a name. */
  readonly path: string | undefined;
  /** Items that are not understood stand in the path as `?`. */
  readonly whole: boolean;
}

const wide = (bytes: Uint8Array, at: number): string => {
  const text: string = Buffer.prototype.ucs2Slice.call(bytes, at, at + ((bytes.length - at) & ~1));
  const end = text.indexOf('\0');
  return end < 0 ? text : text.slice(0, end);
};
const narrow = (bytes: Uint8Array, at: number): string => {
  const end = bytes.indexOf(0, at);
  return Buffer.prototype.latin1Slice.call(bytes, at, end < 0 ? bytes.length : end);
};

/** The long name, which stands in a block whose offset is the item's last number. */
function longName(item: Uint8Array): string | undefined {
  const at = u16(item, item.length - 2);
  if (at < 4 || at + 20 > item.length || u32(item, at + 4) !== nameExtension) return undefined;
  const offset = longNameAt(u16(item, at + 2));
  if (offset === 0) return undefined;
  const text = wide(item.subarray(0, item.length - 2), at + offset);
  return text === '' ? undefined : text;
}

/** Folders that the shell knows by a GUID and that may begin a path. */
const roots: ReadonlyMap<string, string> = new Map([
  ['{20D04FE0-3AEA-1069-A2D8-08002B30309D}', ''], // This PC: the drive follows
  ['{208D2C60-3AEA-1069-A2D7-08002B30309D}', ''], // Network: the share follows
]);

/** Undefined for one that is not understood; empty for one that adds nothing to a path. */
function nameOf(item: Uint8Array): string | undefined {
  const kind = item[2] ?? 0;
  const group = kind & 0x70;
  if (kind === 0x1f) {
    const guid = item.length >= 20 ? guidText(item, 4) : undefined;
    return guid === undefined ? undefined : (roots.get(guid) ?? `::${guid}`);
  }
  if (group === 0x20) {
    if ((kind & 1) !== 0) return narrow(item, 3).replace(/\\$/, '');
    return item.length >= 20 ? `::${guidText(item, 4)}` : undefined;
  }
  if (group === 0x30) {
    const short = (kind & wideName) !== 0 ? wide(item, 14) : narrow(item, 14);
    return longName(item) ?? (short === '' ? undefined : short);
  }
  if (group === 0x40) {
    const share = narrow(item, 5);
    return share === '' ? undefined : share;
  }
  // Folders that others add to the shell (class 0x74) carry the same block.
  return longName(item);
}

/** The items of a list without its size before it. */
export function parseItemList(bytes: Uint8Array): ItemList {
  const names: string[] = [];
  let whole = true;
  let known = 0;
  let at = 0;
  for (let count = 0; count < mostItems; count += 1) {
    const size = u16(bytes, at);
    if (size === 0) break;
    if (size < 3 || at + size > bytes.length) {
      whole = false;
      break;
    }
    const name = nameOf(bytes.subarray(at, at + size));
    if (name === undefined) {
      whole = false;
      names.push('?');
    } else if (name !== '') {
      known += 1;
      // A share's folder has the share before it already.
      if (names.length > 0 && name.startsWith('\\\\')) names.length = 0;
      names.push(name);
    }
    at += size;
  }
  return { path: known === 0 ? undefined : names.join('\\'), whole };
}
