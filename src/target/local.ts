/**
 * A target whose files this machine can open: the live host, or a folder that is a root file system.
 *
 * Three ways lead to an answer. Files of the kernel in /proc and /sys are read as they are. Everything else is
 * walked to name by name, inside the root and against the mount table. What may hang (`mount-table.ts`) is read
 * by a child process that can be given up. All three answer in the same thread, so a batch costs no promises.
 */
import { closeSync, readlinkSync } from 'node:fs';
import type { PathText, Printable } from '../model/text.ts';
import { printableBytes, printableText } from '../model/text.ts';
import type { Native } from '../native/port.ts';
import { failedResult, follows, quickStatResult } from './answer.ts';
import { Arena } from './arena.ts';
import { failedBy } from './failure.ts';
import { HeldMemory } from './held-memory.ts';
import { answerKernelFile, isPlainKernelPath } from './kernel-file.ts';
import { LocalKernelFolder } from './kernel-folder.ts';
import { behindMagic, type MagicPath, magicPath, quickStatus } from './magic-link.ts';
import { MountTables, ownTablePath } from './mount-tables.ts';
import { answerNode, completeTypes, largeFolder, openFolderNode } from './node.ts';
import type {
  KernelFolder,
  Request,
  ResultFor,
  SourceResult,
  Target,
  WalkBounds,
  WalkOutcome,
  WalkVisitor,
} from './port.ts';
import { type Asked, leftAlone, mountKey, mountName, Reader } from './reader.ts';
import { type Node, type Root, Walker } from './resolve.ts';
import { walkWithin } from './tree.ts';

/** Requests answered before the buffer is reused. */
const batchSize = 256;
/** Milliseconds for which the folder of the last path is kept open between calls. */
const keepOpen = 500;

export interface LocalOptions {
  readonly kind: Target['kind'];
  readonly name: Printable;
  readonly native: Native | undefined;
  readonly root: Root;
  /** The root as a path of this machine. */
  readonly rootPath: PathText;
  /** Descriptor behind `root`, closed with the target. */
  readonly descriptor?: number;
}

/** A root, a walker in it, and how the reader's child gets to the same root. */
interface Inside {
  readonly walker: Walker;
  readonly way: Pick<Asked, 'root' | 'table' | 'place'>;
}

const isResult = <R extends Request>(request: R, result: SourceResult): result is ResultFor<R['kind']> =>
  result.kind === request.kind;

export class LocalTarget implements Target {
  readonly kind: Target['kind'];
  readonly name: Printable;
  readonly native: Native | undefined;
  readonly #descriptor: number | undefined;
  readonly #tables = new MountTables();
  readonly #reader = new Reader();
  readonly #held = new HeldMemory();
  readonly #inside: Inside;
  /** The root of a process, kept open as long as requests go into the same one. */
  #process: (Inside & { readonly link: string; readonly descriptor: number }) | undefined;
  readonly #arenas: Arena[] = [];
  #nowArena: Arena | undefined;
  #kernelFolder: LocalKernelFolder | undefined;
  #openSince = 0;

  constructor(options: LocalOptions) {
    this.kind = options.kind;
    this.name = options.name;
    this.native = options.native;
    this.#descriptor = options.descriptor;
    this.#inside = {
      walker: new Walker(options.root, () => this.#tables.own.get()),
      way: { root: options.rootPath, table: ownTablePath, place: options.root.place },
    };
  }

  async *gather(requests: Iterable<Request>): AsyncIterable<readonly SourceResult[]> {
    const arena = this.#arenas.pop() ?? new Arena();
    try {
      let batch: SourceResult[] = [];
      arena.reset();
      for (const request of requests) {
        batch.push(this.#answer(request, arena));
        if (batch.length < batchSize && !arena.full) continue;
        yield batch;
        batch = [];
        arena.reset();
      }
      if (batch.length > 0) yield batch;
    } finally {
      this.#release();
      this.#arenas.push(arena);
    }
  }

  async read<R extends Request>(request: R): Promise<ResultFor<R['kind']>> {
    const arena = this.#arenas.pop() ?? new Arena();
    try {
      arena.reset();
      const result = this.#answer(request, arena);
      const own = result.kind === 'file' ? { ...result, bytes: Uint8Array.from(result.bytes) } : result;
      return this.#typed(request, own);
    } finally {
      this.#release();
      this.#arenas.push(arena);
    }
  }

  readNow<R extends Request>(request: R): ResultFor<R['kind']> {
    this.#nowArena ??= new Arena();
    this.#nowArena.reset();
    return this.#typed(request, this.#answer(request, this.#nowArena));
  }

  kernelFolderNow(folder: PathText): KernelFolder | undefined {
    if (this.kind !== 'live' || !/^\/proc\/\d{1,10}$/.test(folder)) return undefined;
    const table = this.#tables.own.get();
    if (table.coversProcess(folder) || !table.kernelFiles(folder)) return undefined;
    this.#kernelFolder ??= new LocalKernelFolder(this.#tables, this.#held, (request) =>
      this.readNow(request),
    );
    return this.#kernelFolder.enter(folder);
  }

  walkNow<F>(
    start: PathText,
    folder: F,
    visitor: WalkVisitor<F>,
    bounds: WalkBounds,
  ): WalkOutcome | undefined {
    this.#refresh();
    const found = this.#inside.walker.resolve(start, true);
    if (found.kind === 'blocked') return undefined;
    const nothing = { entries: 0, folders: 0 };
    if (found.kind === 'failed') {
      visitor.problem(start, found.failed.status, found.failed.reason);
      return nothing;
    }
    const opened = openFolderNode(found);
    if (typeof opened !== 'number') {
      visitor.problem(start, opened.status, opened.reason);
      return nothing;
    }
    try {
      // Where the start itself lies may have been reached by links: the kernel knows.
      const place = printableBytes(readlinkSync(`/proc/self/fd/${opened}`, 'buffer'));
      return walkWithin(opened, start, place, this.#tables.own, folder, visitor, bounds);
    } finally {
      closeSync(opened);
    }
  }

  async close(): Promise<void> {
    this.#release();
    this.#reader.close();
    this.#kernelFolder?.leave();
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
  }

  #typed<R extends Request>(request: R, result: SourceResult): ResultFor<R['kind']> {
    if (isResult(request, result)) return result;
    throw new TypeError(`a ${request.kind} request was answered with a ${result.kind}`);
  }

  #answer(request: Request, arena: Arena): SourceResult {
    const { path } = request;
    try {
      if (this.kind === 'live' && isPlainKernelPath(path)) {
        const table = this.#tables.own.get();
        const beneath = table.coversProcess(path) ? this.#beneath(request, arena) : undefined;
        if (beneath !== undefined) return beneath;
        if (table.kernelFiles(path)) {
          const magic = magicPath(path);
          if (magic === undefined || (magic.rest === '' && !follows(request))) {
            return this.#kernelFile(request, path, arena);
          }
          return this.#magic(request, magic, arena);
        }
      }
      this.#refresh();
      return this.#walked(request, path, this.#inside, arena);
    } catch (thrown) {
      // Our own table, or a descriptor: whatever failed, the rest of the batch is still answered.
      return failedResult(request, failedBy(thrown));
    }
  }

  /** @param at where the file is; another path than the one asked for, where that is covered */
  #kernelFile(request: Request, at: PathText, arena: Arena): SourceResult {
    const { path } = request;
    const holder = request.kind === 'file' ? this.#held.holder(path) : undefined;
    if (holder === undefined) {
      const result = answerKernelFile(at === path ? request : { ...request, path: at }, arena);
      this.#held.saw(path, result);
      return result;
    }
    // `self` is the child itself there, and what is beneath a mount is known by a descriptor of ours.
    const fromChild = printableText(at.replace('/proc/self/', `/proc/${process.pid}/`));
    const cut = fromChild.lastIndexOf('/');
    const who = `process ${holder}`;
    const way = { root: printableText(fromChild.slice(0, cut)), place: '', allowed: [] };
    return this.#reader.answer(request, {
      ...way,
      path: printableText(fromChild.slice(cut)),
      mount: who,
      what: `${who} waits in the kernel`,
    });
  }

  /**
   * A process that somebody mounted something over is read beneath that, as if nothing were there; undefined
   * where the kernel does not let us look beneath. That it is covered is for others to tell.
   */
  #beneath(request: Request, arena: Arena): SourceResult | undefined {
    const uncovered = this.native?.uncoveredProc?.();
    if (uncovered?.status !== 'ok') return undefined;
    const at = `${uncovered.value}${request.path.slice('/proc'.length)}`;
    const magic = magicPath(request.path);
    if (magic === undefined || (magic.rest === '' && !follows(request))) {
      return { ...this.#kernelFile(request, printableText(at), arena), request };
    }
    if (magic.rest !== '')
      return failedResult(request, { status: 'denied', reason: 'inside a covered process' });
    // The mount behind the link is judged by our own table: the process's own is covered as well.
    return this.#magic(request, { ...magic, pid: 'self', link: at }, arena);
  }

  #refresh(): void {
    const now = performance.now();
    if (now - this.#openSince <= keepOpen) return;
    this.#release();
    this.#openSince = now;
  }

  #walked(request: Request, path: PathText, { walker, way }: Inside, arena: Arena): SourceResult {
    const found = walker.resolve(path, follows(request));
    switch (found.kind) {
      case 'failed':
        return failedResult(request, found.failed);
      case 'blocked': {
        const { mount } = found;
        if (mount.danger === 'automount') return failedResult(request, leftAlone);
        return this.#reader.answer(request, {
          ...way,
          path: found.path,
          allowed: [mount.point],
          mount: mountKey(mount),
          what: mountName(mount),
        });
      }
      case 'node':
        if (request.kind === 'directory' && found.stats.size > largeFolder) {
          closeSync(found.descriptor);
          const what = `the folder ${path}`;
          return this.#reader.answer(request, { ...way, path, allowed: [], mount: what, what });
        }
        return completeTypes(answerNode(request, found, arena), path, walker);
    }
  }

  #magic(request: Request, magic: MagicPath, arena: Arena): SourceResult {
    const { link, name } = magic;
    const rest = printableText(magic.rest);
    const inRoot = name === 'root' && rest !== '';
    this.#refresh();
    if (inRoot && this.#process?.link === link) {
      // Its root outlives a process that we hold it open for; the link does not.
      readlinkSync(link);
      return this.#walked(request, rest, this.#process, arena);
    }
    if (rest === '' && request.kind === 'stat') {
      const quick = quickStatus(magic, this.#tables);
      if (quick !== undefined) return quickStatResult(request, quick);
    }
    const content = rest === '' && request.kind !== 'stat' && request.kind !== 'attributes';
    const behind = behindMagic(magic, content, this.#tables);
    const way: Inside['way'] = {
      root: printableText(link),
      ...(inRoot ? { table: `/proc/${magic.pid}/mountinfo` } : {}),
      place: '',
    };
    switch (behind.kind) {
      case 'failed':
        return failedResult(request, behind.failed);
      case 'reader':
        return this.#reader.answer(request, { ...way, ...behind, path: rest, allowed: [] });
      case 'node':
        if (rest === '') return answerNode(request, behind, arena);
        if (inRoot) return this.#walked(request, rest, this.#entered(magic, behind, way), arena);
        // Rarely asked for: below the working folder or an open folder of a process.
        closeSync(behind.descriptor);
        return this.#reader.answer(request, { ...way, path: rest, allowed: [], mount: link, what: link });
    }
  }

  /** The root of a process becomes one to walk in. */
  #entered({ link, pid }: MagicPath, { descriptor }: Node, way: Inside['way']): Inside {
    this.#release();
    const table = this.#tables.fromRootOf(pid);
    const walker = new Walker({ folder: `/proc/self/fd/${descriptor}/`, place: '' }, () => table.get());
    this.#process = { link, descriptor, walker, way };
    return this.#process;
  }

  #release(): void {
    this.#inside.walker.release();
    const process = this.#process;
    this.#process = undefined;
    if (process === undefined) return;
    process.walker.release();
    closeSync(process.descriptor);
  }
}
