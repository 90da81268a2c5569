/**
 * A tar archive, fed forward: entries with their content, as packages of Debian hold them.
 *
 * Why: a file that was replaced comes back from the package that brought it, without a program of the host.
 * What it is NOT: an archiver; sparse files and volumes are passed over as `other`.
 * Sources: POSIX.1-2017 pax, "ustar Interchange Format" and "pax Header Block"; GNU tar manual, "Basic Tar Format"
 * (types L and K, numbers in base 256); deb(5), "data.tar".
 */
import {
  type ArchiveEnd,
  type ArchiveReader,
  type EntryTaker,
  entryPath,
  Gathered,
  latin1Of,
  longestName,
  type Passing,
  pass,
} from './archive-entry.ts';

const block = 512;
/** Records of a pax header; a package has few. */
const longestHeader = 1 << 20;

const text = (bytes: Uint8Array): string => {
  const end = bytes.indexOf(0);
  return latin1Of(end < 0 ? bytes : bytes.subarray(0, end));
};

/** Octal digits, or base 256 where the first bit is set. NaN where it is no number. */
function numberOf(bytes: Uint8Array): number {
  const [first = 0] = bytes;
  if ((first & 0x80) !== 0) {
    let value = BigInt(first & 0x7f);
    for (const byte of bytes.subarray(1)) value = (value << 8n) | BigInt(byte);
    return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : Number.NaN;
  }
  const digits = text(bytes).trim();
  if (digits === '') return 0;
  return /^[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : Number.NaN;
}

/** The sum of all bytes, those of the sum itself as blanks; old programs summed them as signed. */
function isSummed(header: Uint8Array): boolean {
  let sum = 0;
  let signed = 0;
  for (let at = 0; at < block; at += 1) {
    const byte = at >= 148 && at < 156 ? 0x20 : (header[at] ?? 0);
    sum += byte;
    signed += byte > 127 ? byte - 256 : byte;
  }
  const said = numberOf(header.subarray(148, 156));
  return said === sum || said === signed;
}

const types: Readonly<Record<string, 'file' | 'hard-link' | 'link' | 'directory'>> = {
  '\0': 'file',
  '0': 'file',
  '7': 'file',
  '1': 'hard-link',
  '2': 'link',
  '5': 'directory',
};

/** What records before an entry say of it. */
interface Extended {
  path?: string;
  target?: string;
  size?: number;
  user?: string;
  group?: string;
  modified?: number;
}

/** `27 path=…\n`: the length counts itself. */
function recordsOf(bytes: Uint8Array, into: Extended): void {
  for (let at = 0; at < bytes.length; ) {
    const blank = bytes.indexOf(0x20, at);
    const length = blank < 0 ? Number.NaN : Number(latin1Of(bytes.subarray(at, blank)));
    if (!Number.isInteger(length) || length <= blank - at || at + length > bytes.length) return;
    const record = latin1Of(bytes.subarray(blank + 1, at + length - 1));
    const equals = record.indexOf('=');
    const value = record.slice(equals + 1);
    switch (record.slice(0, equals)) {
      case 'path':
        into.path = value;
        break;
      case 'linkpath':
        into.target = value;
        break;
      case 'size':
        into.size = Number(value);
        break;
      case 'uname':
        into.user = value;
        break;
      case 'gname':
        into.group = value;
        break;
      case 'mtime':
        into.modified = Math.floor(Number(value));
        break;
    }
    at += length;
  }
}

export class TarReader implements ArchiveReader {
  readonly #input = new Gathered();
  readonly #taker: EntryTaker;
  #passing: Passing | undefined;
  #extended: Extended = {};
  #state: 'reading' | 'ended' | 'broken' = 'reading';

  constructor(taker: EntryTaker) {
    this.#taker = taker;
  }

  push(bytes: Uint8Array): void {
    if (this.#state !== 'reading') return;
    this.#input.append(bytes);
    while (this.#state === 'reading' && this.#step());
  }

  end(): ArchiveEnd {
    if (this.#state === 'broken') return 'broken';
    return this.#state === 'ended' ? 'whole' : 'truncated';
  }

  /** @returns false where more bytes are needed */
  #step(): boolean {
    if (this.#passing !== undefined) {
      if (!pass(this.#passing, this.#input)) return false;
      this.#passing = undefined;
    }
    const header = this.#input.take(block);
    if (header === undefined) return false;
    if (header.every((byte) => byte === 0)) {
      this.#state = 'ended';
      return false;
    }
    const size = numberOf(header.subarray(124, 136));
    if (!isSummed(header) || !Number.isSafeInteger(size)) {
      this.#state = 'broken';
      return false;
    }
    this.#entry(header, size);
    return true;
  }

  #gather(size: number, ended: (bytes: Uint8Array) => void): void {
    if (size > longestHeader) {
      this.#state = 'broken';
      return;
    }
    const parts: Uint8Array[] = [];
    let left = size;
    const take = (bytes: Uint8Array): void => {
      parts.push(bytes.slice());
      left -= bytes.length;
      if (left === 0) ended(Buffer.concat(parts));
    };
    this.#passing = { left: size, padding: -size & (block - 1), take };
  }

  #entry(header: Uint8Array, said: number): void {
    const type = String.fromCharCode(header[156] ?? 0);
    switch (type) {
      case 'L':
        this.#gather(said, (bytes) => {
          this.#extended.path = text(bytes);
        });
        return;
      case 'K':
        this.#gather(said, (bytes) => {
          this.#extended.target = text(bytes);
        });
        return;
      case 'x':
        this.#gather(said, (bytes) => recordsOf(bytes, this.#extended));
        return;
      case 'g':
        this.#gather(said, () => {});
        return;
    }
    const extended = this.#extended;
    this.#extended = {};
    const magic = latin1Of(header.subarray(257, 263));
    const prefix = magic === 'ustar\0' ? text(header.subarray(345, 500)) : '';
    const name = text(header.subarray(0, 100));
    const path = entryPath(extended.path ?? (prefix === '' ? name : `${prefix}/${name}`));
    const known = types[type] ?? 'other';
    const size = extended.size ?? said;
    // A link has no content, whatever size it says.
    const left = known === 'file' || known === 'other' ? size : 0;
    const valid = Number.isSafeInteger(size) && size >= 0;
    if (!valid || path === undefined || path.length > longestName) {
      this.#state = 'broken';
      return;
    }
    const take = this.#taker({
      path,
      type: known,
      size: left,
      mode: numberOf(header.subarray(100, 108)) & 0o7777,
      uid: numberOf(header.subarray(108, 116)),
      gid: numberOf(header.subarray(116, 124)),
      user: extended.user ?? text(header.subarray(265, 297)),
      group: extended.group ?? text(header.subarray(297, 329)),
      modifiedSeconds: extended.modified ?? numberOf(header.subarray(136, 148)),
      target: targetOf(known, extended.target ?? text(header.subarray(157, 257))),
    });
    this.#passing = { left, padding: -left & (block - 1), take };
  }
}

const targetOf = (type: string, target: string): string =>
  type === 'hard-link' ? (entryPath(target) ?? '') : target;
