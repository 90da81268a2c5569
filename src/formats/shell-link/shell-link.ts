/**
 * Shortcuts of Windows (`.lnk`): what they open, with which arguments, and on which host they were made.
 *
 * Why: a link in a Startup folder is run at every logon; its arguments may stand behind hundreds of blanks, where the
 * properties do not show them, and a payload may hang behind its end. What it is NOT: a resolver: nothing is looked for.
 * Source: [MS-SHLLINK] "Shell Link (.LNK) Binary File Format", sections named below.
 */
import type { Filetime } from '../filetime.ts';
import { guidText } from '../guid.ts';
import { u16, u32, u64 } from '../little-endian.ts';
import { type ItemList, parseItemList } from './id-list.ts';
import { type LinkInfo, parseLinkInfo } from './link-info.ts';

const headerSize = 0x4c;
/** §2.1: {00021401-0000-0000-C000-000000000046}. */
const classId = '{00021401-0000-0000-C000-000000000046}';
const mostBlocks = 64;
/**
 * Of three texts the shell takes so many units, whatever their count says, and goes on behind them: links that count 1,693
 * to hide their arguments from readers are seen in the wild.
 */
const mostUnits = 260;

const linkFlag = {
  itemList: 0x1,
  linkInfo: 0x2,
  name: 0x4,
  relativePath: 0x8,
  workingFolder: 0x10,
  arguments: 0x20,
  icon: 0x40,
  unicode: 0x80,
  noLinkInfo: 0x100,
  runAs: 0x2000,
} as const;

/** §2.5.10: the host on which the target was, and numbers of its volume and file. */
export interface LinkTracker {
  /** NetBIOS name. */
  readonly machine: string;
  readonly volume: string;
  readonly file: string;
  /** As they were when the target was made. */
  readonly birthVolume: string;
  readonly birthFile: string;
}

export interface ShellLink {
  readonly target: ItemList | undefined;
  readonly info: LinkInfo | undefined;
  readonly name: string | undefined;
  readonly relativePath: string | undefined;
  readonly workingFolder: string | undefined;
  readonly arguments: string | undefined;
  readonly icon: string | undefined;
  /** The target with variables: `%windir%\system32\cmd.exe` (§2.5.4). */
  readonly environmentTarget: string | undefined;
  /** Descriptor of an application that an installer brings when it is opened (§2.5.3). */
  readonly installer: string | undefined;
  readonly tracker: LinkTracker | undefined;
  /** Of the target, when the link was made; 0 for none. */
  readonly created: Filetime;
  readonly accessed: Filetime;
  readonly written: Filetime;
  readonly fileSize: number;
  /** FILE_ATTRIBUTE_* of the target. */
  readonly attributes: number;
  /** 1 normal, 3 maximised, 7 minimised and not in front. */
  readonly showCommand: number;
  readonly runAsAdministrator: boolean;
  /** Bytes behind the end of the link, of which the shell knows nothing. */
  readonly bytesBehind: number;
  /** It ends before its parts do, or a part of it is not what it should be; what is there is read. */
  readonly damaged: boolean;
}

interface ExtraData {
  readonly environmentTarget: string | undefined;
  readonly installer: string | undefined;
  readonly tracker: LinkTracker | undefined;
  readonly end: number;
  readonly damaged: boolean;
}

const untilNul = (text: string): string => {
  const end = text.indexOf('\0');
  return end < 0 ? text : text.slice(0, end);
};
const narrow = (bytes: Uint8Array, from: number, to: number): string =>
  untilNul(Buffer.prototype.latin1Slice.call(bytes, from, Math.min(to, bytes.length)));
const wide = (bytes: Uint8Array, from: number, to: number): string =>
  untilNul(Buffer.prototype.ucs2Slice.call(bytes, from, Math.min(to, bytes.length)));

/** Blocks 1 and 6 have a text of 260 bytes and the same of 520 in UTF-16. */
function doubleText(block: Uint8Array): string | undefined {
  const text = wide(block, 268, 788) || narrow(block, 8, 268);
  return text === '' ? undefined : text;
}

function trackerOf(block: Uint8Array): LinkTracker | undefined {
  if (block.length < 0x60) return undefined;
  return {
    machine: narrow(block, 16, 32),
    volume: guidText(block, 32),
    file: guidText(block, 48),
    birthVolume: guidText(block, 64),
    birthFile: guidText(block, 80),
  };
}

/** §2.5: blocks, each with its size, until one that is too small to be one. */
function extraData(bytes: Uint8Array, from: number): ExtraData {
  let [environmentTarget, installer] = [undefined, undefined] as (string | undefined)[];
  let tracker: LinkTracker | undefined;
  let at = from;
  for (let count = 0; count < mostBlocks; count += 1) {
    // Some writers leave the last, empty block out.
    if (at === bytes.length) return { environmentTarget, installer, tracker, end: at, damaged: false };
    if (at + 4 > bytes.length) break;
    const size = u32(bytes, at);
    if (size < 4) return { environmentTarget, installer, tracker, end: at + 4, damaged: false };
    if (size < 8 || at + size > bytes.length) break;
    const block = bytes.subarray(at, at + size);
    switch (u32(block, 4)) {
      case 0xa000_0001:
        environmentTarget ??= doubleText(block);
        break;
      case 0xa000_0003:
        tracker ??= trackerOf(block);
        break;
      case 0xa000_0006:
        installer ??= doubleText(block);
        break;
    }
    at += size;
  }
  return { environmentTarget, installer, tracker, end: Math.min(at, bytes.length), damaged: true };
}

/** A link; undefined for what is none. Never throws. */
export function parseShellLink(bytes: Uint8Array): ShellLink | undefined {
  if (bytes.length < headerSize || u32(bytes, 0) !== headerSize || guidText(bytes, 4) !== classId)
    return undefined;
  const flags = u32(bytes, 20);
  const has = (flag: number): boolean => (flags & flag) !== 0;
  let at = headerSize;
  let damaged = false;
  const part = (size: number): Uint8Array => {
    const end = Math.min(at + size, bytes.length);
    if (end < at + size) damaged = true;
    const own = bytes.subarray(Math.min(at, end), end);
    at = end;
    return own;
  };
  let target: ItemList | undefined;
  if (has(linkFlag.itemList)) {
    const size = u16(part(2), 0);
    target = parseItemList(part(size));
  }
  let info: LinkInfo | undefined;
  if (has(linkFlag.linkInfo) && !has(linkFlag.noLinkInfo)) {
    const size = u32(bytes, at);
    // A size that is none would swallow what follows.
    if (size < 0x1c) damaged = true;
    info = parseLinkInfo(part(Math.max(size, 4)));
  }
  const text = (flag: number, most = 0xffff): string | undefined => {
    if (!has(flag)) return undefined;
    const count = Math.min(u16(part(2), 0), most);
    const own = part(has(linkFlag.unicode) ? count * 2 : count);
    return has(linkFlag.unicode)
      ? Buffer.prototype.ucs2Slice.call(own, 0, own.length & ~1)
      : Buffer.prototype.latin1Slice.call(own, 0, own.length);
  };
  const name = text(linkFlag.name, mostUnits);
  const relativePath = text(linkFlag.relativePath, mostUnits);
  const workingFolder = text(linkFlag.workingFolder, mostUnits);
  const parameters = text(linkFlag.arguments);
  const icon = text(linkFlag.icon);
  const extra = extraData(bytes, at);
  return {
    ...{ target, info, name, relativePath, workingFolder, arguments: parameters, icon },
    environmentTarget: extra.environmentTarget,
    installer: extra.installer,
    tracker: extra.tracker,
    created: u64(bytes, 28),
    accessed: u64(bytes, 36),
    written: u64(bytes, 44),
    fileSize: u32(bytes, 52),
    attributes: u32(bytes, 24),
    showCommand: u32(bytes, 60),
    runAsAdministrator: has(linkFlag.runAs),
    bytesBehind: extra.damaged ? 0 : bytes.length - extra.end,
    damaged: damaged || extra.damaged || info?.damaged === true,
  };
}
