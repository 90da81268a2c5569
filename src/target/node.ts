/**
 * Reads one thing that is found: by its O_PATH descriptor, so that nothing else can have taken its place. A
 * pipe, a device or a socket where a file should be is told by its type, and never opened.
 */
import { closeSync, constants, openSync, readlinkSync, type Stats } from 'node:fs';
import { joinPath, type PathText } from '../model/text.ts';
import { storedBeforeHole } from '../native/file-holes.ts';
import {
  attributesResult,
  failedResult,
  fileResult,
  holeResult,
  limitOf,
  linkResult,
  listResult,
  type RequestOf,
  statResult,
  typeOf,
} from './answer.ts';
import type { Arena, Contents } from './arena.ts';
import { codeOf, type Failed, failedBy } from './failure.ts';
import type { DirectoryEntry, Request, SourceResult } from './port.ts';
import type { Node, Walker } from './resolve.ts';
import { readSteady } from './steady-read.ts';

export const quiet = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY;
/** Leaving the access time alone needs ownership of the file or CAP_FOWNER. */
const noAccessTime = constants.O_NOATIME ?? 0;

/** A folder of this size as stat(2) tells it may hold a million names: listing it is work that may take long. */
export const largeFolder = 32 << 20;

function reopen(descriptor: number): number {
  const path = `/proc/self/fd/${descriptor}`;
  try {
    return openSync(path, quiet | noAccessTime);
  } catch (thrown) {
    if (codeOf(thrown) !== 'EPERM') throw thrown;
  }
  return openSync(path, quiet);
}

/** Bytes up to which zeros are read like anything else. */
const cheapRead = 64 << 10;

/** The status tells for nothing that most of a file takes no room; only then the kernel is asked. */
const mayBeHole = ({ blocks, size }: Stats, limit: number): boolean =>
  limit > cheapRead && blocks * 512 < size / 2;

function readFile(request: RequestOf<'file'>, node: Node, arena: Arena): SourceResult {
  if (!node.stats.isFile()) {
    return failedResult(request, { status: 'error', reason: `not a file: ${typeOf(node.stats)}` });
  }
  const limit = limitOf(request);
  const { size } = node.stats;
  const isTail = request.tail === true && size > limit;
  const from = isTail ? size - limit : (request.offset ?? null);
  const descriptor = reopen(node.descriptor);
  try {
    const start = from ?? 0;
    const more = isTail || size - start > limit;
    const stored = more && mayBeHole(node.stats, limit) ? storedBeforeHole(descriptor, start) : undefined;
    if (stored !== undefined && stored < limit) {
      const { bytes } = arena.read(descriptor, stored, start, stored);
      return holeResult(request, bytes, size - start - stored);
    }
    const read = (): Contents => arena.read(descriptor, limit, start, Math.max(0, size - start));
    // A log is read in pieces while its end is written: what stands further in does not change.
    const contents = from === null || isTail ? readSteady(descriptor, node.stats, read) : read();
    return fileResult(request, contents, isTail);
  } finally {
    closeSync(descriptor);
  }
}

/** Answers, and closes the node. */
export function answerNode(request: Request, node: Node, arena: Arena): SourceResult {
  try {
    switch (request.kind) {
      case 'file':
        return readFile(request, node, arena);
      case 'stat':
        return statResult(request, node.stats);
      case 'attributes':
        return attributesResult(request, node.descriptor);
      case 'directory':
        if (node.stats.isDirectory()) {
          return listResult(request, Buffer.from(`/proc/self/fd/${node.descriptor}/.`, 'latin1'));
        }
        return failedResult(request, { status: 'error', reason: `not a folder: ${typeOf(node.stats)}` });
      case 'link':
        if (node.stats.isSymbolicLink()) return linkResult(request, readlinkSync(node.at, 'buffer'));
        return failedResult(request, { status: 'error', reason: 'not a link' });
    }
  } catch (thrown) {
    return failedResult(request, failedBy(thrown));
  } finally {
    closeSync(node.descriptor);
  }
}

/** Opens a folder that was found for reading, and closes the node. */
export function openFolderNode(node: Node): number | Failed {
  try {
    if (!node.stats.isDirectory()) return { status: 'error', reason: `not a folder: ${typeOf(node.stats)}` };
    return reopen(node.descriptor);
  } catch (thrown) {
    return failedBy(thrown);
  } finally {
    closeSync(node.descriptor);
  }
}

/** Types that are looked up one by one where a file system leaves them out of its listing. */
const mostLookups = 10_000;

/** Some file systems give names without types. Each is walked to like any path, so none is touched unjudged. */
export function completeTypes(result: SourceResult, path: PathText, walker: Walker): SourceResult {
  if (result.kind !== 'directory' || !result.entries.some(({ type }) => type === 'unknown')) return result;
  let lookups = 0;
  const entries = result.entries.map((entry): DirectoryEntry => {
    lookups += 1;
    if (entry.type !== 'unknown' || lookups > mostLookups) return entry;
    const found = walker.resolve(joinPath(path, entry.name), false);
    if (found.kind !== 'node') return entry;
    closeSync(found.descriptor);
    return { name: entry.name, type: typeOf(found.stats) };
  });
  return { ...result, entries };
}
