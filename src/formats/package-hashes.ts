/**
 * What package databases say that a file should contain: dpkg's md5sums and conffiles, apk's sums, pacman's mtree.
 * (rpm has it in its headers: `rpm-header.ts`.)
 *
 * Why: a replaced ps, ss or curl is found by its content and by nothing else. What it is NOT: a check of anything,
 * nor proof: whoever replaced a file may have written its sum too.
 * Paths are strings of one character a byte, with their first slash.
 * Sources: deb-md5sums (dh_md5sums(1): `sum  path` without first slash), deb-conffiles(5) and the Conffiles field of
 * dpkg's status (` path sum [obsolete] [remove-on-upgrade]`), dpkg(1) package states; apk-package(5), installed
 * database: F folder, R file, `Z:Q1` and the Base64 of a SHA-1, for links of their target; mtree(5) as bsdtar writes it.
 */
import { gunzipSync } from 'node:zlib';
import { eachLine, find, newline } from './ascii.ts';

export interface Sum {
  readonly path: string;
  readonly algorithm: 'md5' | 'sha1' | 'sha256';
  /** Lower-case hex. */
  readonly digest: string;
}

const longestPath = 8192;
const latin1 = (bytes: Uint8Array, start: number, end: number): string =>
  Buffer.prototype.latin1Slice.call(bytes, start, Math.min(end, start + longestPath));

const isHex = (text: string, length: number): boolean => text.length === length && /^[0-9a-f]+$/i.test(text);

/** Sums of a `.md5sums` file, of `wanted` or all. */
export function* dpkgSums(bytes: Uint8Array, wanted?: ReadonlySet<string>): Generator<Sum> {
  for (let start = 0; start < bytes.length; ) {
    const end = find(bytes, newline, start);
    // 32 digits, two blanks (the second may be the `*` of binary mode), the path.
    if (end - start > 34 && bytes[start + 32] === 0x20) {
      const path = `/${latin1(bytes, start + 34, end)}`;
      if (wanted === undefined || wanted.has(path)) {
        const digest = latin1(bytes, start, start + 32);
        if (isHex(digest, 32)) yield { path, algorithm: 'md5', digest: digest.toLowerCase() };
      }
    }
    start = end + 1;
  }
}

export interface Conffile {
  readonly package: string;
  /** Hex, or `newconffile` where none was installed yet. */
  readonly digest: string;
  /** The package does not bring it any more. */
  readonly obsolete: boolean;
}

export interface DpkgState {
  readonly conffiles: ReadonlyMap<string, Conffile>;
  /** Packages, with `:arch` where they have one beside others, that are neither installed whole nor removed. */
  readonly between: ReadonlySet<string>;
}

const mostConffiles = 200_000;

/** The status file of dpkg. */
export function dpkgState(bytes: Uint8Array): DpkgState {
  const conffiles = new Map<string, Conffile>();
  const between = new Set<string>();
  let name = '';
  let inConffiles = false;
  eachLine(bytes, (start, end) => {
    if (bytes[start] === 0x20) {
      if (!inConffiles || conffiles.size >= mostConffiles) return undefined;
      const [path = '', digest = '', ...rest] = latin1(bytes, start + 1, end).split(' ');
      if (path.startsWith('/'))
        conffiles.set(path, {
          package: name,
          digest: digest.toLowerCase(),
          obsolete: rest.includes('obsolete'),
        });
      return undefined;
    }
    inConffiles = false;
    // Of some thirty fields a paragraph, three matter.
    const first = bytes[start];
    if (first === 0x50) {
      const line = latin1(bytes, start, end);
      if (line.startsWith('Package: ')) name = line.slice(9);
    } else if (first === 0x53) {
      const line = latin1(bytes, start, end);
      if (!line.startsWith('Status: ')) return undefined;
      const state = line.slice(line.lastIndexOf(' ') + 1);
      if (state !== 'installed' && state !== 'config-files' && state !== 'not-installed') between.add(name);
    } else if (first === 0x43) inConffiles = latin1(bytes, start, end).startsWith('Conffiles:');
    return undefined;
  });
  return { conffiles, between };
}

export interface DpkgVersion {
  readonly version: string;
  readonly architecture: string;
}

/** Of each package of a name that is installed, one for each architecture. */
export function dpkgVersions(status: Uint8Array, name: string): readonly DpkgVersion[] {
  const found: DpkgVersion[] = [];
  let inside = false;
  let installed = false;
  let version = '';
  let architecture = '';
  const ended = (): void => {
    if (inside && installed && version !== '') found.push({ version, architecture });
    inside = false;
    installed = false;
    version = '';
    architecture = '';
  };
  eachLine(status, (start, end) => {
    if (end === start) ended();
    if (!fieldsOfVersion.has(status[start] ?? 0)) return undefined;
    const line = latin1(status, start, end);
    if (line.startsWith('Package: ')) inside = line.slice(9) === name;
    else if (line.startsWith('Status: ')) installed = line.endsWith(' installed');
    else if (line.startsWith('Version: ')) version = line.slice(9);
    else if (line.startsWith('Architecture: ')) architecture = line.slice(14);
    return undefined;
  });
  ended();
  return found;
}

/** Of some thirty fields a paragraph, four matter here: P, S, V, A. */
const fieldsOfVersion: ReadonlySet<number> = new Set([0x50, 0x53, 0x56, 0x41]);

export interface ApkSum extends Sum {
  readonly package: string;
}

/** Sums of apk's installed database, of `wanted` or all. */
export function apkSums(bytes: Uint8Array, wanted?: ReadonlySet<string>): readonly ApkSum[] {
  const sums: ApkSum[] = [];
  let name = '';
  let folder = '';
  let path = '';
  eachLine(bytes, (start, end) => {
    if (bytes[start + 1] !== 0x3a) return undefined;
    switch (bytes[start]) {
      case 0x50:
        name = latin1(bytes, start + 2, end);
        break;
      case 0x46:
        folder = latin1(bytes, start + 2, end);
        break;
      case 0x52:
        path = `/${folder === '' ? '' : `${folder}/`}${latin1(bytes, start + 2, end)}`;
        break;
      case 0x5a: {
        const text = latin1(bytes, start + 2, end);
        if (!text.startsWith('Q1') || (wanted !== undefined && !wanted.has(path))) break;
        const digest = Buffer.from(text.slice(2), 'base64').toString('hex');
        if (isHex(digest, 40)) sums.push({ path, algorithm: 'sha1', digest, package: name });
        break;
      }
    }
    return undefined;
  });
  return sums;
}

/** Bytes of one unpacked mtree; the largest packages have some 60,000 files. */
const mtreeLimit = 32 << 20;

/** `\040` is a blank: mtree(5) escapes with three octal digits. */
const unescaped = (text: string): string =>
  text.replace(/\\([0-3][0-7]{2})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));

/** Sums of a pacman `mtree` file, as packed by gzip. Empty where it does not unpack within the bound. */
export function pacmanSums(packed: Uint8Array, wanted?: ReadonlySet<string>): readonly Sum[] {
  let bytes: Uint8Array;
  try {
    bytes = gunzipSync(packed, { maxOutputLength: mtreeLimit });
  } catch {
    // Damaged or a bomb: the caller finds no sum and says so.
    return [];
  }
  const sums: Sum[] = [];
  eachLine(bytes, (start, end) => {
    if (bytes[start] !== 0x2e || bytes[start + 1] !== 0x2f) return undefined;
    const line = latin1(bytes, start + 1, end);
    const path = unescaped(line.slice(0, line.indexOf(' ') < 0 ? undefined : line.indexOf(' ')));
    // .BUILDINFO, .MTREE and their kin describe the package and are not installed.
    if (path.startsWith('/.') || (wanted !== undefined && !wanted.has(path))) return undefined;
    const digest = / sha256digest=([0-9a-f]{64})(?: |$)/.exec(line)?.[1];
    if (digest !== undefined) sums.push({ path, algorithm: 'sha256', digest });
    return undefined;
  });
  return sums;
}
