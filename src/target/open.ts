/**
 * Reads one thing at a path that is already resolved. Looks before it opens: a pipe, a device or a socket that
 * lies where a file should be is told by name and never opened.
 */
import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readlinkSync,
  readSync,
  type Stats,
  statSync,
} from 'node:fs';
import { printableBytes } from '../model/text.ts';
import { listDirectory } from '../native/dirents.ts';
import { type Failed, failedBy } from './failure.ts';
import type { DirectoryEntry, FileStatus, Request, SourceResult } from './port.ts';
import { asBytes } from './resolve.ts';

/** Bytes of a plain file that are read when the request sets no limit. */
export const presetLimit = 8 << 20;
/** Names of a folder that are listed when the request sets no limit. */
export const presetNames = 1 << 20;

const quiet = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY;
/** Not updating the access time needs ownership of the file or CAP_FOWNER. */
const noAccessTime = constants.O_NOATIME ?? 0;

const kindOf = (stats: Stats): DirectoryEntry['type'] => {
  if (stats.isFile()) return 'file';
  if (stats.isDirectory()) return 'directory';
  if (stats.isSymbolicLink()) return 'link';
  if (stats.isFIFO()) return 'fifo';
  if (stats.isSocket()) return 'socket';
  if (stats.isCharacterDevice()) return 'character';
  return stats.isBlockDevice() ? 'block' : 'unknown';
};

/** Where the bytes go: one buffer that is reused, and grows only for a source that needs it. */
export class Arena {
  #buffer = Buffer.allocUnsafe(256 * 1024);
  #used = 0;

  reset(): void {
    this.#used = 0;
  }

  /** At least `size` free bytes. Views handed out before stay valid: a grown arena is a new buffer. */
  room(size: number): Buffer {
    if (this.#buffer.length - this.#used < size) {
      this.#buffer = Buffer.allocUnsafe(Math.max(size, 256 * 1024));
      this.#used = 0;
    }
    return this.#buffer.subarray(this.#used);
  }

  /** A larger copy of a view that was filled. */
  grown(filled: Buffer, size: number): Buffer {
    const next = this.room(size);
    filled.copy(next);
    return next;
  }

  take(size: number): void {
    this.#used += size;
  }
}

type FileResult = Extract<SourceResult, { kind: 'file' }>;

const noBytes = new Uint8Array(0);

function openQuietly(path: string | Buffer): number {
  if (noAccessTime !== 0) {
    try {
      return openSync(path, quiet | noAccessTime);
    } catch (thrown) {
      if (!(thrown instanceof Error && 'code' in thrown && thrown.code === 'EPERM')) throw thrown;
    }
  }
  return openSync(path, quiet);
}

/** Reads from a descriptor until the end or the limit. Files of /proc say that their size is 0. */
function readAll(
  descriptor: number,
  from: number | null,
  limit: number,
  expected: number,
  arena: Arena,
): { readonly bytes: Buffer; readonly more: boolean } {
  let room = arena.room(Math.min(limit, Math.max(expected, 16 * 1024)) + 1);
  let used = 0;
  for (;;) {
    if (used === room.length) {
      room = arena.grown(room.subarray(0, used), Math.min(limit + 1, Math.max(room.length * 2, 64 * 1024)));
    }
    const want = Math.min(room.length - used, limit + 1 - used);
    const got = readSync(descriptor, room, used, want, from === null ? null : from + used);
    if (got === 0) break;
    used += got;
    if (used > limit) break;
  }
  const kept = Math.min(used, limit);
  arena.take(kept);
  return { bytes: room.subarray(0, kept), more: used > limit };
}

/** @param kernelFile a file of /proc or /sys: regular by nature, so it is opened at once */
export function readFileAt(
  request: Request & { readonly kind: 'file' },
  path: string | Buffer,
  arena: Arena,
  kernelFile: boolean,
): FileResult {
  const limit = request.limit ?? presetLimit;
  let descriptor = -1;
  try {
    let size = 0;
    if (!kernelFile) {
      const before = statSync(path);
      if (!before.isFile()) {
        return {
          kind: 'file',
          request,
          status: 'error',
          reason: `not a file: ${kindOf(before)}`,
          bytes: noBytes,
        };
      }
      size = before.size;
    }
    descriptor = kernelFile ? openSync(path, quiet) : openQuietly(path);
    if (!kernelFile) {
      // Between the look and the opening it may have been exchanged; O_NONBLOCK kept us from waiting on it.
      const opened = fstatSync(descriptor);
      if (!opened.isFile()) {
        return {
          kind: 'file',
          request,
          status: 'error',
          reason: `not a file: ${kindOf(opened)}`,
          bytes: noBytes,
        };
      }
      size = opened.size;
    }
    const from = request.tail === true && size > limit ? size - limit : null;
    const { bytes, more } = readAll(descriptor, from, limit, size, arena);
    if (more || from !== null) {
      return { kind: 'file', request, status: 'truncated', reason: `read ${bytes.length} bytes`, bytes };
    }
    return { kind: 'file', request, status: bytes.length === 0 ? 'empty' : 'ok', bytes };
  } catch (thrown) {
    return { kind: 'file', request, ...failedBy(thrown), bytes: noBytes };
  } finally {
    if (descriptor >= 0) closeSync(descriptor);
  }
}

export function readLinkAt(
  request: Request & { readonly kind: 'link' },
  path: string | Buffer,
): Extract<SourceResult, { kind: 'link' }> {
  try {
    const target = readlinkSync(path, 'buffer');
    return { kind: 'link', request, status: 'ok', target: printableBytes(target) };
  } catch (thrown) {
    const failed: Failed = failedBy(thrown);
    const reason = failed.reason === 'EINVAL' ? 'not a link' : failed.reason;
    return { kind: 'link', request, status: failed.status, reason, target: printableBytes(noBytes) };
  }
}

/** DT_* of dirent.h. */
const directoryTypes: Readonly<Record<number, DirectoryEntry['type']>> = {
  1: 'fifo',
  2: 'character',
  4: 'directory',
  6: 'block',
  8: 'file',
  10: 'link',
  12: 'socket',
};

/** Some file systems leave the type out of their listings. */
function typeAt(path: string | Buffer, name: Uint8Array): DirectoryEntry['type'] {
  try {
    return kindOf(lstatSync(Buffer.concat([Buffer.from(path), Buffer.from('/'), name])));
  } catch (thrown) {
    if (failedBy(thrown).status === 'absent') return 'unknown';
    throw thrown;
  }
}

/** Names come raw from the kernel: as bytes, and past any library that hides some of them. */
export function listAt(
  request: Request & { readonly kind: 'directory' },
  path: string | Buffer,
): Extract<SourceResult, { kind: 'directory' }> {
  const limit = request.limit ?? presetNames;
  const listed = listDirectory(typeof path === 'string' ? Buffer.from(path, 'latin1') : path);
  if (listed.status !== 'ok') {
    return { kind: 'directory', request, status: listed.status, reason: listed.reason, entries: [] };
  }
  try {
    const entries = listed.value.slice(0, limit).map(
      ({ name, type }): DirectoryEntry => ({
        name: printableBytes(name),
        type: directoryTypes[type] ?? typeAt(path, name),
      }),
    );
    if (listed.value.length > limit) {
      const reason = `${listed.value.length} names`;
      return { kind: 'directory', request, status: 'truncated', reason, entries };
    }
    return { kind: 'directory', request, status: entries.length === 0 ? 'empty' : 'ok', entries };
  } catch (thrown) {
    return { kind: 'directory', request, ...failedBy(thrown), entries: [] };
  }
}

export function statAt(
  request: Request & { readonly kind: 'stat' },
  path: string | Buffer,
): Extract<SourceResult, { kind: 'stat' }> {
  try {
    const found = request.follow === true ? statSync(path) : lstatSync(path);
    const born = found.birthtimeMs;
    const stat: FileStatus = {
      type: kindOf(found),
      inode: found.ino,
      device: found.dev,
      size: found.size,
      mode: found.mode,
      links: found.nlink,
      uid: found.uid,
      gid: found.gid,
      modifiedUs: Math.round(found.mtimeMs * 1000),
      changedUs: Math.round(found.ctimeMs * 1000),
      accessedUs: Math.round(found.atimeMs * 1000),
      ...(born > 0 ? { bornUs: Math.round(born * 1000) } : {}),
    };
    return { kind: 'stat', request, status: 'ok', stat };
  } catch (thrown) {
    return { kind: 'stat', request, ...failedBy(thrown) };
  }
}

/** The answer to a request that could not be made. */
export function failedResult(request: Request, failed: Failed): SourceResult {
  switch (request.kind) {
    case 'file':
      return { kind: 'file', request, ...failed, bytes: noBytes };
    case 'link':
      return { kind: 'link', request, ...failed, target: printableBytes(noBytes) };
    case 'directory':
      return { kind: 'directory', request, ...failed, entries: [] };
    case 'stat':
      return { kind: 'stat', request, ...failed };
  }
}

export function answerAt(request: Request, path: string, arena: Arena, kernelFile: boolean): SourceResult {
  // Plain ASCII needs no second encoding, and most paths are.
  const where = kernelFile ? path : asBytes(path);
  switch (request.kind) {
    case 'file':
      return readFileAt(request, where, arena, kernelFile);
    case 'link':
      return readLinkAt(request, where);
    case 'directory':
      return listAt(request, where);
    case 'stat':
      return statAt(request, where);
  }
}
