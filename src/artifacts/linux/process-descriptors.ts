/**
 * Descriptors of one process: what it talks to, drives and holds open.
 *
 * Reads: the folder /proc/pid/fd and its links. Never the files behind them.
 * Why: sockets tie a pool session to its process, devices tie it to a GPU or MSR, and a deleted or anonymous
 * file is where a miner's code hides. Plain files are only counted, but for configuration and logs, which is
 * where miners keep pool and wallet.
 * What it is NOT: complete past the bound; then the status says so.
 * Sources: proc_pid_fd(5). Link texts: `socket:[inode]`, `pipe:[inode]`, `anon_inode:[type]`,
 * `/memfd:name (deleted)`. From Linux 6.2 on the size of the folder is the number of descriptors.
 */
import type { Descriptor } from '../../model/facts/process.ts';
import type { SourceStatus } from '../../model/source.ts';
import { bytesOf, type PathText, printableBytes, printableUpTo } from '../../model/text.ts';
import { part } from '../../native/kernel-folder.ts';
import type { ProcessFolder } from './process-folder.ts';

export const mostDescriptors = 4096;
const mostTextFiles = 16;
const mostDeleted = 64;

const textFile = /\.(?:json|conf|cfg|txt|ya?ml|toml|ini|log)$/;
const deletedMark = ' (deleted)';
/** Every program holds these; they say nothing. */
const plainDevice = /^\/dev\/(?:null|zero|full|random|urandom|tty|ptmx|pts\/\d+|console)$/;
/** Anonymous files that give power over the kernel or other processes; event loops are not among them. */
const telling = /^anon_inode:\[?(?:bpf|perf_event|io_uring|userfaultfd|fanotify|kvm|secretmem|fscontext)/;

export interface DescriptorReading {
  readonly status: SourceStatus;
  readonly reason?: string;
  readonly descriptors: readonly Descriptor[];
  readonly count: number;
}

const fd = part('fd');
const none: readonly Descriptor[] = [];

const withoutMark = (path: PathText): PathText =>
  printableBytes(bytesOf(path).subarray(0, -deletedMark.length));

const letter = (text: string): number => text.charCodeAt(0);
const slash = letter('/');
const closing = letter(')');
/** Last letters of the endings of `textFile`. */
const textFileEnds = Uint8Array.from('nfgtl', letter);

/**
 * Whether a text may be one that is kept. Nine of ten are not (pipes, event loops, libraries, plain files), and
 * need not become text.
 */
function mayTell(text: Uint8Array, size: number): boolean {
  if (text[0] !== slash) return text[0] !== letter('p');
  const last = text[size - 1] ?? 0;
  if (last === closing || textFileEnds.includes(last)) return true;
  // `/dev/` and `/memfd:`.
  return (
    (text[1] === letter('d') && text[3] === letter('v')) ||
    (text[1] === letter('m') && text[6] === letter(':'))
  );
}

const decimalAt = (text: Uint8Array, from: number, size: number): number => {
  let value = 0;
  for (let at = from; at < size; at += 1) {
    const digit = (text[at] ?? 0) - 0x30;
    if (digit < 0 || digit > 9) return at > from ? value : -1;
    value = value * 10 + digit;
  }
  return -1;
};

const socketMark = 'socket:[';
const isSocket = (text: Uint8Array, size: number): boolean => {
  if (size <= socketMark.length) return false;
  for (let at = 0; at < socketMark.length; at += 1) if (text[at] !== socketMark.charCodeAt(at)) return false;
  return true;
};

/** Keeps what is worth telling, within its bounds. */
class Keeper {
  readonly kept: Descriptor[] = [];
  #textFiles = 0;
  #deleted = 0;

  /** @param text good up to `size`, and for the call alone */
  add(fd: number, text: Uint8Array, size: number): void {
    if (isSocket(text, size)) {
      const inode = decimalAt(text, socketMark.length, size);
      if (inode >= 0) this.kept.push({ kind: 'socket', fd, inode });
    } else if (mayTell(text, size)) this.#addPath(fd, printableUpTo(text, size));
  }

  #addPath(fd: number, link: PathText): void {
    if (link.startsWith('/memfd:')) {
      if (this.#spendDeleted()) this.kept.push({ kind: 'anon', fd, path: link });
    } else if (link.endsWith(deletedMark) && link.startsWith('/')) {
      if (this.#spendDeleted()) this.kept.push({ kind: 'file', fd, path: withoutMark(link), deleted: true });
    } else if (link.startsWith('/dev/') && !link.startsWith('/dev/shm/')) {
      if (!plainDevice.test(link)) this.kept.push({ kind: 'device', fd, path: link });
    } else if (link.startsWith('anon_inode:')) {
      if (telling.test(link)) this.kept.push({ kind: 'anon', fd, path: link });
    } else if (link.startsWith('/') && this.#textFiles < mostTextFiles && textFile.test(link)) {
      this.#textFiles += 1;
      this.kept.push({ kind: 'file', fd, path: link, deleted: false });
    }
  }

  #spendDeleted(): boolean {
    this.#deleted += 1;
    return this.#deleted <= mostDeleted;
  }
}

export function readDescriptors(folder: ProcessFolder): DescriptorReading {
  const keeper = new Keeper();
  let count = 0;
  let refused = 0;
  const { status, reason } = folder.links(fd, mostDescriptors, (number, text, size, read) => {
    count += 1;
    if (read === 'ok') keeper.add(number, text, size);
    // A descriptor that was closed since the listing is no loss; one that is refused is.
    else if (read !== 'absent') refused += 1;
  });
  const descriptors = keeper.kept.length === 0 ? none : keeper.kept;
  switch (status) {
    case 'empty':
      return { status: 'ok', descriptors, count: 0 };
    case 'truncated': {
      const size = folder.stat(fd)?.size ?? 0;
      const more = `more than ${mostDescriptors} descriptors`;
      return { status, reason: more, descriptors, count: Math.max(count, size) };
    }
    case 'ok':
      if (refused === 0) return { status, descriptors, count };
      return { status: 'denied', reason: `${refused} links refused`, descriptors, count };
    default:
      return { status, ...(reason === undefined ? {} : { reason }), descriptors: none, count: 0 };
  }
}
