/**
 * A suspect's executable: its hash, its form, a packer's marks, and what its text says of mining.
 *
 * Why: the hash finds the file elsewhere; the running inode is read through /proc/pid/exe, so a deleted, replaced or
 * memory-only program is seen as it runs. A recovered copy is the evidence that is lost when the process ends.
 * How: streamed in pieces; first a small read through the target tells whether the file system may hang, and such a
 * file is left alone.
 * What it is NOT: malware analysis; and the copy is not a program: see `neutralised`.
 * Units: bytes. Sources: proc_pid_exe(5); formats/elf.ts.
 */
import {
  closeSync,
  constants,
  fchmodSync,
  fsyncSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { excerptOfBytes } from '../coins/excerpt.ts';
import { findTraces, traceBudget } from '../coins/traces.ts';
import { decodeElf, hasPackedShape, isElf, isScript, upxMark } from '../formats/elf.ts';
import { DemineError, errorText } from '../model/error.ts';
import type { ExecutableFact } from '../model/facts/host.ts';
import type { MiningTraceFact, ProcessFact } from '../model/facts/process.ts';
import type { SourceRecord } from '../model/source.ts';
import { type PathText, phrase } from '../model/text.ts';
import type { Target } from '../target/port.ts';
import { isStill } from './memory-map.ts';

const artifact = 'probe.executable';
const mib = 1 << 20;
export const hashLimit = 256 * mib;
export const recoverLimit = 512 * mib;
/** Text of a program stands in its first part; large files are archives or carry data. */
const textLimit = 32 * mib;
const overlap = 4096;
const headSize = 65_536;

/**
 * First line of a recovered executable; after it every byte of the original stands XOR 0xA5, so that no loader and no
 * scanner takes it for a program. Undone by `restored`.
 */
export const neutralisedMark = 'demine-neutralised/1 xor=a5';
const xorKey = 0xa5;
/** The line has a fixed length, because hash and size are known only at the end. */
const headerLength = 160;

function headerOf(sha256: string, size: number): Uint8Array {
  const line = `${neutralisedMark} sha256=${sha256.padEnd(64, '0')} size=${size}`;
  return new TextEncoder().encode(`${line.padEnd(headerLength - 1)}\n`);
}

/** The bytes of the original, or nothing when these are no neutralised file. */
export function restored(bytes: Uint8Array): Uint8Array | undefined {
  const line = Buffer.from(bytes.subarray(0, headerLength)).toString('latin1');
  const size = Number(/ size=(\d+) *\n$/.exec(line)?.[1] ?? Number.NaN);
  if (!line.startsWith(neutralisedMark) || bytes.length !== headerLength + size) return undefined;
  return bytes.subarray(headerLength).map((byte) => byte ^ xorKey);
}

/** Opens what runs, without a change of its access time where the system allows that. */
function openExecutable(path: string): number {
  try {
    return openSync(path, constants.O_RDONLY | constants.O_NOATIME);
  } catch {
    // O_NOATIME is for the owner and root only; the second attempt tells the real error.
    return openSync(path, constants.O_RDONLY);
  }
}

/** Calls `each` with piece after piece, which is reused; answers the bytes read and whether that was all. */
function stream(path: string, limit: number, each: (piece: Uint8Array, offset: number) => void) {
  const descriptor = openExecutable(path);
  try {
    const buffer = new Uint8Array(mib);
    let offset = 0;
    while (offset < limit) {
      const size = readSync(descriptor, buffer, 0, Math.min(buffer.length, limit - offset), offset);
      if (size === 0) return { size: offset, whole: true };
      each(buffer.subarray(0, size), offset);
      offset += size;
    }
    return { size: offset, whole: readSync(descriptor, buffer, 0, 1, offset) === 0 };
  } finally {
    closeSync(descriptor);
  }
}

/** Beneath a mount that hides the process. */
const runningFile = ({ native }: Target, { pid }: ProcessFact): string =>
  `${native?.processFolder?.(pid) ?? `/proc/${pid}`}/exe`;

export interface ExecutableResult {
  readonly facts: readonly (ExecutableFact | MiningTraceFact)[];
  readonly sources: readonly SourceRecord[];
}

function packerOf(head: Uint8Array, tail: Uint8Array): string | undefined {
  if (!isElf(head)) return undefined;
  if (upxMark(head.subarray(0, 4096)) >= 0 || upxMark(tail) >= 0) return 'UPX';
  const header = decodeElf(head);
  return header !== undefined && hasPackedShape(header) ? 'UPX, altered' : undefined;
}

export function probeExecutable(
  target: Target,
  process: ProcessFact,
  limit: number = hashLimit,
): ExecutableResult {
  const { pid, startTicks, exe } = process;
  const source = phrase`/proc/${pid}/exe`;
  const record = (
    status: SourceRecord['status'],
    bytes: number,
    reason?: string,
  ): readonly SourceRecord[] => [
    { source, artifact, status, bytes, ...(reason === undefined ? {} : { reason }) },
  ];
  const look = target.readNow({ kind: 'file', path: source, limit: headSize });
  if (look.status !== 'ok' && look.status !== 'truncated') {
    return { facts: [], sources: record(look.status, 0, look.reason) };
  }
  // A copy also where the view is a Buffer, whose own slice is none.
  const head = Uint8Array.from(look.bytes);
  const hash = new Bun.CryptoHasher('sha256');
  const budget = traceBudget();
  const seen = new Set<string>();
  const facts: MiningTraceFact[] = [];
  const text = new Uint8Array(overlap + mib);
  let kept = 0;
  let tail: Uint8Array = new Uint8Array();
  let read: { readonly size: number; readonly whole: boolean };
  try {
    read = stream(runningFile(target, process), limit, (piece, offset) => {
      hash.update(piece);
      tail = piece.slice(Math.max(0, piece.length - overlap));
      if (offset >= textLimit) return;
      text.set(piece, kept);
      const filled = text.subarray(0, kept + piece.length);
      for (const hit of findTraces(filled, budget, seen)) {
        facts.push({
          kind: 'mining-trace',
          source: { source, offset: offset - kept + hit.offset },
          pid,
          startTicks,
          found: hit.found,
          text: excerptOfBytes(filled, hit.offset, hit.length, hit.found),
          place: 'executable',
        });
      }
      const next = Math.min(overlap, filled.length);
      text.copyWithin(0, filled.length - next, filled.length);
      kept = next;
    });
  } catch (thrown) {
    return { facts: [], sources: record('error', 0, errorText(thrown)) };
  }
  if (!isStill(target, process)) return { facts: [], sources: record('absent', 0, 'process ended') };
  const packer = packerOf(head, tail);
  const path: PathText = exe?.path ?? source;
  const fact: ExecutableFact = {
    kind: 'executable',
    source: { source },
    path,
    pids: [pid],
    // The hash of a part would be taken for the file's.
    sha256: read.whole ? hash.digest('hex') : '',
    size: read.whole ? read.size : (exe?.size ?? read.size),
    format: isElf(head) ? 'elf' : isScript(head) ? 'script' : 'other',
    ...(packer === undefined ? {} : { packer }),
    partial: !read.whole,
  };
  const sources = read.whole
    ? record('ok', read.size)
    : record('truncated', read.size, `read ${read.size} bytes`);
  return { facts: [fact, ...facts], sources };
}

export interface RecoveredExecutable {
  readonly path: string;
  /** Of the original, not of the neutralised file. */
  readonly sha256: string;
  readonly size: number;
}

/**
 * Copies what runs into `folder`, neutralised, readable by its owner only, named by its hash.
 * @throws DemineError when it cannot be read or written, or is larger than the bound
 */
export function recoverExecutable(
  target: Target,
  process: ProcessFact,
  folder: string,
  limit: number = recoverLimit,
): RecoveredExecutable {
  const source = phrase`/proc/${process.pid}/exe`;
  const fail = (message: string, cause?: unknown): never => {
    throw new DemineError(
      'case-unwritable',
      `executable of process ${process.pid} not recovered: ${message}`,
      {
        subject: folder,
        hint: 'Copy /proc/PID/exe by hand before the process ends.',
        ...(cause === undefined ? {} : { cause }),
      },
    );
  };
  const look = target.readNow({ kind: 'file', path: source, limit: 1 });
  if (look.status !== 'ok' && look.status !== 'truncated') fail(`${look.status} ${look.reason ?? ''}`.trim());
  const part = join(folder, `.recovering-${process.pid}-${process.startTicks}`);
  let output: number | undefined;
  try {
    output = openSync(
      part,
      constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW,
      0o400,
    );
    const descriptor = output;
    const write = (bytes: Uint8Array, at: number): void => {
      for (let done = 0; done < bytes.length; ) {
        done += writeSync(descriptor, bytes, done, bytes.length - done, at + done);
      }
    };
    const hash = new Bun.CryptoHasher('sha256');
    const read = stream(runningFile(target, process), limit, (piece, offset) => {
      hash.update(piece);
      for (let at = 0; at < piece.length; at += 1) piece[at] = (piece[at] ?? 0) ^ xorKey;
      write(piece, headerLength + offset);
    });
    if (!read.whole) fail(`larger than ${limit} bytes`);
    if (!isStill(target, process)) fail('the process ended while it was read');
    const sha256 = hash.digest('hex');
    write(headerOf(sha256, read.size), 0);
    fchmodSync(descriptor, 0o400);
    fsyncSync(descriptor);
    closeSync(descriptor);
    output = undefined;
    const path = join(folder, `${sha256}.neutralised`);
    renameSync(part, path);
    return { path, sha256, size: read.size };
  } catch (thrown) {
    if (output !== undefined) {
      closeSync(output);
      rmSync(part, { force: true });
    }
    if (thrown instanceof DemineError) throw thrown;
    return fail(errorText(thrown), thrown);
  }
}
