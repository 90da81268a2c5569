/**
 * File lists of package databases: dpkg `.list` files and diversions, apk `installed`, pacman `files`, and the
 * names of installed packages in dpkg's `status`.
 *
 * Why: an executable that no package owns is one of the quiet signs of a miner; one that a package owns is
 * the commonest honest explanation. What it is NOT: a check of contents; a replaced file is still owned.
 * A desktop has 300,000 lines in 2,000 lists, so lines are compared as bytes in place, all wanted paths in one
 * pass, and never made into strings.
 * Source: dpkg(1) FILES, deb-src of dpkg: `<package>[:<arch>].list`, one path a line; `diversions`, three lines
 * an entry (from, to, package or `:` for the administrator); apk-package(5) fields P, F, R of the installed
 * database; pacman's local database (`%FILES%`, paths without their first slash).
 */
import { eachLine, find, newline, startsWith } from './ascii.ts';

/** Paths looked for at once. Paths are given with their first slash. */
/** Paths differ at their end sooner than at their start: the length and the last three bytes, in one number. */
function keyOf(bytes: Uint8Array, start: number, end: number): number {
  const length = end - start;
  const last = length > 0 ? (bytes[end - 1] ?? 0) : 0;
  const second = length > 1 ? (bytes[end - 2] ?? 0) : 0;
  const third = length > 2 ? (bytes[end - 3] ?? 0) : 0;
  return length * 0x1000000 + (third << 16) + (second << 8) + last;
}

export class PathMatcher {
  readonly #byKey = new Map<number, Uint8Array[]>();

  constructor(paths: Iterable<Uint8Array>) {
    for (const path of paths) {
      const key = keyOf(path, 0, path.length);
      const list = this.#byKey.get(key);
      if (list === undefined) this.#byKey.set(key, [path]);
      else list.push(path);
    }
  }

  /** The wanted path that equals `bytes[start … end]`. */
  match(bytes: Uint8Array, start: number, end: number): Uint8Array | undefined {
    const candidates = this.#byKey.get(keyOf(bytes, start, end));
    if (candidates === undefined) return undefined;
    for (const candidate of candidates) {
      let at = candidate.length - 1;
      while (at >= 0 && candidate[at] === bytes[start + at]) at -= 1;
      if (at < 0) return candidate;
    }
    return undefined;
  }
}

/** Calls `found` for each wanted path of a dpkg list. */
export function matchDpkgList(
  bytes: Uint8Array,
  wanted: PathMatcher,
  found: (path: Uint8Array) => void,
): void {
  for (let start = 0; start < bytes.length; ) {
    const next = bytes.indexOf(newline, start);
    const end = next < 0 ? bytes.length : next;
    const path = wanted.match(bytes, start, end);
    if (path !== undefined) found(path);
    start = end + 1;
  }
}

export interface Diversion {
  readonly from: Uint8Array;
  readonly to: Uint8Array;
  /** Package whose own file stays at `from`; empty when the administrator diverted it. */
  readonly package: string;
}

const mostDiversions = 20_000;

export function parseDiversions(bytes: Uint8Array): readonly Diversion[] {
  const lines: Uint8Array[] = [];
  eachLine(bytes, (start, end) => {
    lines.push(bytes.slice(start, end));
    return lines.length < mostDiversions * 3;
  });
  const diversions: Diversion[] = [];
  for (let at = 0; at + 2 < lines.length; at += 3) {
    const [from, to, owner] = [lines[at], lines[at + 1], lines[at + 2]];
    if (from === undefined || to === undefined || owner === undefined) break;
    const name = Buffer.from(owner).toString('latin1');
    diversions.push({ from, to, package: name === ':' ? '' : name });
  }
  return diversions;
}

const longestName = 256;
const mostPackages = 100_000;

const name = (bytes: Uint8Array, start: number, end: number): string =>
  Buffer.from(bytes.subarray(start, Math.min(end, start + longestName))).toString('latin1');

/** Installed packages of dpkg's status file, with their line. */
export function parseDpkgStatus(bytes: Uint8Array): ReadonlyMap<string, number> {
  const packages = new Map<string, number>();
  let current = '';
  let currentLine = 0;
  eachLine(bytes, (start, end, line) => {
    // Of some thirty fields a paragraph, two begin with these letters.
    const first = bytes[start];
    if (first === 0x50 && startsWith(bytes, 'Package: ', start, end)) {
      current = name(bytes, start + 9, end);
      currentLine = line;
    } else if (first === 0x53 && startsWith(bytes, 'Status: ', start, end)) {
      if (name(bytes, start + 8, end).endsWith(' installed')) packages.set(current, currentLine);
    }
    return packages.size < mostPackages;
  });
  return packages;
}

/** Calls `found` for each wanted path of apk's installed database, with its package. */
export function matchApkInstalled(
  bytes: Uint8Array,
  wanted: ReadonlySet<string>,
  found: (path: string, owner: string) => void,
): void {
  let owner = '';
  let folder = '';
  // Folders of wanted paths: in all others, file lines need no look.
  const folders = new Set([...wanted].map((path) => path.slice(1, Math.max(1, path.lastIndexOf('/')))));
  let inside = false;
  eachLine(bytes, (start, end) => {
    if (bytes[start + 1] !== 0x3a) return undefined;
    const key = bytes[start];
    if (key === 0x50) owner = name(bytes, start + 2, end);
    else if (key === 0x46) {
      folder = Buffer.from(bytes.subarray(start + 2, Math.min(end, start + 4096))).toString('latin1');
      inside = folders.has(folder);
    } else if (key === 0x52 && inside) {
      const path = `/${folder === '' ? '' : `${folder}/`}${name(bytes, start + 2, end)}`;
      if (wanted.has(path)) found(path, owner);
    }
    return undefined;
  });
}

/** Names of installed packages of apk, with their line. */
export function parseApkPackages(bytes: Uint8Array): ReadonlyMap<string, number> {
  const packages = new Map<string, number>();
  eachLine(bytes, (start, end, line) => {
    if (bytes[start] === 0x50 && bytes[start + 1] === 0x3a) packages.set(name(bytes, start + 2, end), line);
    return packages.size < mostPackages;
  });
  return packages;
}

/** Calls `found` for each wanted path of a pacman `files` file. The matcher holds paths without first slash. */
export function matchPacmanFiles(
  bytes: Uint8Array,
  wanted: PathMatcher,
  found: (path: Uint8Array) => void,
): void {
  let files = false;
  for (let start = 0; start < bytes.length; ) {
    const end = find(bytes, newline, start);
    if (bytes[start] === 0x25) files = startsWith(bytes, '%FILES%', start, end);
    else if (files) {
      const path = wanted.match(bytes, start, end);
      if (path !== undefined) found(path);
    }
    start = end + 1;
  }
}

/** `bash-5.2.026-2` is the package bash: version and release are cut off. */
export function pacmanPackage(folder: string): string {
  const parts = folder.split('-');
  return parts.length > 2 ? parts.slice(0, -2).join('-') : folder;
}
