/**
 * Results: how what was read becomes the answer to a request.
 *
 * Limits without a word of the request: 8 MiB of a file, a quarter million names of a folder.
 */
import type { Stats } from 'node:fs';
import { type Printable, phrase, printableBytes } from '../model/text.ts';
import { listDirectory } from '../native/dirents.ts';
import { attributesOf } from '../native/inode-attributes.ts';
import type { LinkStatus } from '../native/link-status.ts';
import type { Contents } from './arena.ts';
import type { Failed } from './failure.ts';
import type { DirectoryEntry, FileAttributes, FileStatus, InodeFlag, Request, SourceResult } from './port.ts';

export type RequestOf<K extends Request['kind']> = Extract<Request, { readonly kind: K }>;

export const presetLimit = 8 << 20;
export const presetNames = 1 << 18;

/** What of one version of it was read is not known. */
export const changedWhileRead = 'it changed while it was read';

const noBytes = new Uint8Array(0);
const noText: Printable = phrase``;
const noEntries: readonly DirectoryEntry[] = [];

/** Whether a link at the end of the path is followed. */
export const follows = (request: Request): boolean =>
  request.kind === 'stat' || request.kind === 'attributes'
    ? request.follow === true
    : request.kind !== 'link';

export const limitOf = (request: RequestOf<'file'>): number => Math.max(0, request.limit ?? presetLimit);

export function failedResult(request: Request, failed: Failed): SourceResult {
  const { status, reason } = failed;
  switch (request.kind) {
    case 'file':
      return { kind: 'file', request, status, reason, bytes: noBytes };
    case 'link':
      return { kind: 'link', request, status, reason, target: noText };
    case 'directory':
      return { kind: 'directory', request, status, reason, entries: noEntries };
    case 'stat':
      return { kind: 'stat', request, status, reason };
    case 'attributes':
      return { kind: 'attributes', request, status, reason };
  }
}

export function fileResult(
  request: RequestOf<'file'>,
  { bytes, more, late, changed = false }: Contents & { readonly changed?: boolean },
  skipped: boolean,
): SourceResult {
  if (late) return { kind: 'file', request, status: 'timeout', reason: `${bytes.length} bytes read`, bytes };
  if (changed) return { kind: 'file', request, status: 'truncated', reason: changedWhileRead, bytes };
  if (more || skipped) {
    return { kind: 'file', request, status: 'truncated', reason: `${bytes.length} bytes read`, bytes };
  }
  return { kind: 'file', request, status: bytes.length === 0 ? 'empty' : 'ok', bytes };
}

/** More than is read at once, and nothing behind `bytes`: the zeros of a hole are nobody's settings. */
export const holeResult = (request: RequestOf<'file'>, bytes: Uint8Array, hole: number): SourceResult => ({
  kind: 'file',
  request,
  status: 'truncated',
  reason: `${bytes.length} bytes read, then ${hole} bytes of hole`,
  bytes,
});

export const linkResult = (request: RequestOf<'link'>, target: Uint8Array): SourceResult => ({
  kind: 'link',
  request,
  status: 'ok',
  target: printableBytes(target),
});

export function typeOf(stats: Stats): DirectoryEntry['type'] {
  if (stats.isFile()) return 'file';
  if (stats.isDirectory()) return 'directory';
  if (stats.isSymbolicLink()) return 'link';
  if (stats.isFIFO()) return 'fifo';
  if (stats.isSocket()) return 'socket';
  if (stats.isCharacterDevice()) return 'character';
  return stats.isBlockDevice() ? 'block' : 'unknown';
}

const microseconds = (milliseconds: number): number => Math.round(milliseconds * 1000);

export function statResult(request: RequestOf<'stat'>, stats: Stats): SourceResult {
  const stat: FileStatus = {
    type: typeOf(stats),
    inode: stats.ino,
    device: stats.dev,
    size: stats.size,
    mode: stats.mode,
    links: stats.nlink,
    uid: stats.uid,
    gid: stats.gid,
    modifiedUs: microseconds(stats.mtimeMs),
    changedUs: microseconds(stats.ctimeMs),
    accessedUs: microseconds(stats.atimeMs),
    ...(stats.birthtimeMs > 0 ? { bornUs: microseconds(stats.birthtimeMs) } : {}),
  };
  return { kind: 'stat', request, status: 'ok', stat };
}

/** DT_* of dirent.h. Some file systems leave the type out of their listings: 0. */
const entryTypes: Readonly<Record<number, DirectoryEntry['type']>> = {
  1: 'fifo',
  2: 'character',
  4: 'directory',
  6: 'block',
  8: 'file',
  10: 'link',
  12: 'socket',
};

/** The type in a mode is that of a listing, twelve bits up (IFTODT of dirent.h). */
export function quickStat({ mount: _, bornUs, ...rest }: LinkStatus): FileStatus {
  const type = entryTypes[rest.mode >>> 12] ?? 'unknown';
  return { type, ...rest, ...(bornUs === undefined ? {} : { bornUs }) };
}

export const quickStatResult = (request: RequestOf<'stat'>, status: LinkStatus): SourceResult => ({
  kind: 'stat',
  request,
  status: 'ok',
  stat: quickStat(status),
});

/** @param descriptor of what is found; O_PATH will do */
export function attributesResult(request: RequestOf<'attributes'>, descriptor: number): SourceResult {
  const answer = attributesOf(descriptor);
  if (answer.status !== 'ok') {
    return { kind: 'attributes', request, status: answer.status, reason: answer.reason };
  }
  const { flags, capability } = answer.value;
  const set: InodeFlag[] = [];
  if (flags?.immutable === true) set.push('immutable');
  if (flags?.appendOnly === true) set.push('append-only');
  const attributes: FileAttributes = {
    ...(flags === undefined ? {} : { flags: set }),
    ...(capability === undefined ? {} : { capability }),
  };
  return { kind: 'attributes', request, status: 'ok', attributes };
}

/** Names come raw from the kernel: as bytes, past any library that hides some, and without a new access time. */
export function listResult(request: RequestOf<'directory'>, path: Uint8Array): SourceResult {
  const limit = Math.max(0, request.limit ?? presetNames);
  const listed = listDirectory(path, limit);
  const found = listed.status === 'ok' ? listed.value : (listed.partial ?? []);
  const entries = found.map(
    ({ name, type }): DirectoryEntry => ({ name: printableBytes(name), type: entryTypes[type] ?? 'unknown' }),
  );
  if (listed.status !== 'ok') {
    return { kind: 'directory', request, status: listed.status, reason: listed.reason, entries };
  }
  return { kind: 'directory', request, status: entries.length === 0 ? 'empty' : 'ok', entries };
}
