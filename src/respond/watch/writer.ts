/** Who did it: from the number of a process that an event names to what it is, whose child, and of which unit. */
import type { Writer } from '../../model/watch.ts';
import type { Met, ProcessBook } from './process-book.ts';

export interface WriterWorld {
  /** Whether the process of a handle still runs; undefined where there is no handle. */
  readonly stillRuns: (handle: number | undefined) => boolean | undefined;
  /** SHA-256 of the program of a running process, of a bounded size. */
  readonly programHash: (pid: number) => string | undefined;
}

const unknown = (pid: number): Writer => ({ known: 'unknown', pid, chain: [] });

function writerOf(met: Met, known: 'seen' | 'ended', book: ProcessBook, sha256: string | undefined): Writer {
  return {
    known,
    pid: met.link.pid,
    ...(sha256 === undefined ? {} : { sha256 }),
    ...(met.loginUid === undefined ? {} : { loginUid: met.loginUid }),
    terminal: met.terminal,
    chain: [...book.chainOf(met)],
  };
}

/**
 * @param handle a descriptor of the process, by which it is sure that what was read is of the one that the event named:
 *   it was still there after it was read, so nobody else can have had its number
 */
export function identifyWriter(
  pid: number,
  handle: number | undefined,
  book: ProcessBook,
  world: WriterWorld,
): Writer {
  if (pid <= 0) return unknown(pid < 0 ? 0 : pid);
  const before = book.recall(pid);
  const met = book.meet(pid);
  if (met !== undefined && !met.kernel) {
    const sha256 = world.programHash(pid);
    if (world.stillRuns(handle) !== false) return writerOf(met, 'seen', book, sha256);
    // It ended while it was read: where it was met before, it is that one, else somebody else may have its number.
    if (before !== undefined && before.link.startTicks === met.link.startTicks)
      return writerOf(met, 'ended', book, sha256);
    return unknown(pid);
  }
  return before === undefined || before.kernel ? unknown(pid) : writerOf(before, 'ended', book, undefined);
}
