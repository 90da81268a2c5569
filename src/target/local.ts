/**
 * A target whose files this machine can open: the live host, or a folder that is a root file system.
 *
 * Answers come in batches of synchronous reads into one reused buffer. What may hang goes to the reader's
 * child process; `readNow`, which cannot wait, answers `timeout` for it without touching it.
 */
import { bytesOf, type PathText, type Printable } from '../model/text.ts';
import type { Native } from '../native/port.ts';
import { failedBy } from './failure.ts';
import { MagicMounts, magicLink } from './magic-link.ts';
import type { MountTable } from './mount-table.ts';
import { Arena, answerAt, failedResult } from './open.ts';
import type { Request, ResultFor, SourceResult, Target } from './port.ts';
import { Reader } from './reader.ts';
import { resolvePath } from './resolve.ts';

/** Requests answered before the buffer is reused. */
const batchSize = 256;
/** Bytes of a batch after which it is handed out early. */
const batchBytes = 4 << 20;

type Place =
  | { readonly kind: 'here'; readonly path: string; readonly kernelFile: boolean }
  | {
      readonly kind: 'elsewhere';
      readonly path: string;
      readonly mountPoint: string;
      readonly fileSystem: string;
    }
  | { readonly kind: 'answered'; readonly result: SourceResult };

export interface LocalOptions {
  readonly kind: Target['kind'];
  readonly name: Printable;
  readonly native: Native | undefined;
  /** Folder of this machine that is `/` of the target, without a final slash; '' for the host itself. */
  readonly root: string;
  readonly mounts: MountTable;
}

const isResult = <R extends Request>(request: R, result: SourceResult): result is ResultFor<R['kind']> =>
  result.kind === request.kind;

export class LocalTarget implements Target {
  readonly kind: Target['kind'];
  readonly name: Printable;
  readonly native: Native | undefined;
  readonly #root: string;
  readonly #mounts: MountTable;
  readonly #magic: MagicMounts;
  readonly #arena = new Arena();
  readonly #reader = new Reader();

  constructor(options: LocalOptions) {
    this.kind = options.kind;
    this.name = options.name;
    this.native = options.native;
    this.#root = options.root;
    this.#mounts = options.mounts;
    this.#magic = new MagicMounts(options.mounts);
  }

  async *gather(requests: Iterable<Request>): AsyncIterable<readonly SourceResult[]> {
    let batch: SourceResult[] = [];
    let bytes = 0;
    this.#arena.reset();
    for (const request of requests) {
      const place = this.#place(request);
      const result =
        place.kind === 'elsewhere' ? await this.#elsewhere(request, place) : this.#here(request, place);
      batch.push(result);
      if (result.kind === 'file') bytes += result.bytes.length;
      if (batch.length >= batchSize || bytes >= batchBytes) {
        yield batch;
        batch = [];
        bytes = 0;
        this.#arena.reset();
      }
    }
    if (batch.length > 0) yield batch;
  }

  async read<R extends Request>(request: R): Promise<ResultFor<R['kind']>> {
    const place = this.#place(request);
    if (place.kind === 'elsewhere') return this.#typed(request, await this.#elsewhere(request, place));
    this.#arena.reset();
    const result = this.#here(request, place);
    return this.#typed(
      request,
      result.kind === 'file' ? { ...result, bytes: new Uint8Array(result.bytes) } : result,
    );
  }

  readNow<R extends Request>(request: R): ResultFor<R['kind']> {
    this.#arena.reset();
    const place = this.#place(request);
    if (place.kind !== 'elsewhere') return this.#typed(request, this.#here(request, place));
    const reason = `may hang: ${place.fileSystem} on ${place.mountPoint}`;
    return this.#typed(request, failedResult(request, { status: 'timeout', reason }));
  }

  async close(): Promise<void> {
    this.#reader.close();
  }

  #typed<R extends Request>(request: R, result: SourceResult): ResultFor<R['kind']> {
    if (isResult(request, result)) return result;
    throw new TypeError(`a ${request.kind} request was answered with a ${result.kind}`);
  }

  #here(request: Request, place: Exclude<Place, { kind: 'elsewhere' }>): SourceResult {
    if (place.kind === 'answered') return place.result;
    return answerAt(request, place.path, this.#arena, place.kernelFile);
  }

  #elsewhere(request: Request, place: Place & { readonly kind: 'elsewhere' }): Promise<SourceResult> {
    return this.#reader.answer(request, place.path, place.mountPoint);
  }

  #place(request: Request): Place {
    const { path } = request;
    if (this.#root === '' && !path.includes('%') && (path.startsWith('/proc/') || path.startsWith('/sys/'))) {
      return this.#kernelPlace(request, path);
    }
    const bytes = Buffer.from(bytesOf(path)).toString('latin1');
    if (bytes.includes('\0')) return this.#answered(request, 'a zero byte in the path');
    // The last link is followed for contents and listings, and for a stat when it is asked for.
    const follow =
      request.kind === 'file' ||
      request.kind === 'directory' ||
      (request.kind === 'stat' && request.follow === true);
    const resolved = resolvePath(this.#root, bytes, follow, this.#mounts);
    switch (resolved.kind) {
      case 'failed':
        return { kind: 'answered', result: failedResult(request, resolved.failed) };
      case 'path':
        return { kind: 'here', path: resolved.path, kernelFile: false };
      case 'hanging':
        // An automounter would mount something because we looked: it is never asked.
        if (resolved.mount.fileSystem === 'autofs')
          return this.#answered(request, 'below an automounter; not touched', 'denied');
        return {
          kind: 'elsewhere',
          path: resolved.path,
          mountPoint: resolved.mount.point,
          fileSystem: resolved.mount.fileSystem,
        };
    }
  }

  /** Files of the kernel answer at once, but for the links of /proc that lead to somebody's file. */
  #kernelPlace(request: Request, path: PathText): Place {
    if (request.kind === 'link' || (request.kind === 'stat' && request.follow !== true)) {
      if (!path.includes('/root/') && !path.includes('/cwd/'))
        return { kind: 'here', path, kernelFile: true };
    }
    const magic = magicLink(path);
    if (magic === undefined) return { kind: 'here', path, kernelFile: true };
    try {
      const mounted = this.#magic.behind(magic.pid, magic.link);
      if (mounted?.mayHang === true) {
        return {
          kind: 'elsewhere',
          path,
          mountPoint: `${magic.pid}:${mounted.point}`,
          fileSystem: mounted.fileSystem,
        };
      }
    } catch (thrown) {
      return { kind: 'answered', result: failedResult(request, failedBy(thrown)) };
    }
    if (magic.rest === '') return { kind: 'here', path, kernelFile: request.kind !== 'file' };
    return this.#insideProcessRoot(request, magic.link, magic.rest);
  }

  /** A path seen from within a process's root or folder: links stay inside, as for a folder target. */
  #insideProcessRoot(request: Request, link: string, rest: string): Place {
    const resolved = resolvePath(link, rest, request.kind !== 'link', this.#mounts);
    if (resolved.kind === 'failed')
      return { kind: 'answered', result: failedResult(request, resolved.failed) };
    return { kind: 'here', path: resolved.path, kernelFile: false };
  }

  #answered(request: Request, reason: string, status: 'error' | 'denied' = 'error'): Place {
    return { kind: 'answered', result: failedResult(request, { status, reason }) };
  }
}
