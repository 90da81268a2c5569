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
import { bytesOf, joinPath, type PathText, type Printable, printableBytes } from '../../model/text.ts';
import type { LinkListing, Target } from '../../target/port.ts';

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

const none: readonly Descriptor[] = [];

const withoutMark = (path: PathText): PathText =>
  printableBytes(bytesOf(path).subarray(0, -deletedMark.length));

/** Keeps what is worth telling, within its bounds. */
class Keeper {
  readonly kept: Descriptor[] = [];
  #textFiles = 0;
  #deleted = 0;

  add(fd: number, link: PathText): void {
    if (link.startsWith('socket:[')) {
      const inode = Number.parseInt(link.slice(8), 10);
      if (inode >= 0) this.kept.push({ kind: 'socket', fd, inode });
    } else if (link.startsWith('/memfd:')) {
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

const isNumber = (name: Printable): boolean => /^\d{1,10}$/.test(name);

/** The links by one request each, where the target knows no quicker way. */
function linksByName(target: Target, folder: PathText): LinkListing {
  const listing = target.readNow({ kind: 'directory', path: folder, limit: mostDescriptors });
  const names = listing.entries.map((entry) => entry.name).filter(isNumber);
  const links = names.slice(0, mostDescriptors).map((name) => {
    const { status, target: text } = target.readNow({ kind: 'link', path: joinPath(folder, name) });
    return { name, status, target: text };
  });
  const { reason } = listing;
  const status = names.length > mostDescriptors ? 'truncated' : listing.status;
  return { status, ...(reason === undefined ? {} : { reason }), links };
}

export function readDescriptors(target: Target, folder: PathText): DescriptorReading {
  const listing = target.linksNow?.(folder, mostDescriptors) ?? linksByName(target, folder);
  const { status, links } = listing;
  if (status !== 'ok' && status !== 'truncated') {
    const ended = status === 'empty';
    return {
      status: ended ? 'ok' : status,
      ...(listing.reason === undefined ? {} : { reason: listing.reason }),
      descriptors: none,
      count: 0,
    };
  }
  const keeper = new Keeper();
  let count = 0;
  let refused = 0;
  for (const { name, status: read, target: text } of links) {
    if (!isNumber(name)) continue;
    count += 1;
    if (read === 'ok') keeper.add(Number(name), text);
    // A descriptor that was closed since the listing is no loss; one that is refused is.
    else if (read !== 'absent') refused += 1;
  }
  const descriptors = keeper.kept.length === 0 ? none : keeper.kept;
  if (status === 'truncated') {
    const size = target.readNow({ kind: 'stat', path: folder }).stat?.size ?? 0;
    const reason = `more than ${mostDescriptors} descriptors`;
    return { status: 'truncated', reason, descriptors, count: Math.max(count, size) };
  }
  if (refused > 0) return { status: 'denied', reason: `${refused} links refused`, descriptors, count };
  return { status: 'ok', descriptors, count };
}
