/**
 * A target whose files and kernel answers are written down in the test: hosts that this machine cannot be
 * (loadable modules, GPUs, lying kernels) stand behind the same ports as a real one.
 */

import type { SourceStatus } from '../src/model/source.ts';
import type { PathText, Printable } from '../src/model/text.ts';
import { printableText } from '../src/model/text.ts';
import type { Native } from '../src/native/port.ts';
import { recordedNative } from '../src/native/recorded.ts';
import type {
  DirectoryEntry,
  FileAttributes,
  FileStatus,
  Request,
  ResultFor,
  SourceResult,
  Target,
} from '../src/target/port.ts';

export { recordedNative };

export type Recorded =
  | string
  | Uint8Array
  | { readonly link: string }
  /** A file with more than its content: what stat and the inode tell. */
  | {
      readonly content: string | Uint8Array;
      readonly stat?: Partial<FileStatus>;
      readonly attributes?: FileAttributes;
    }
  /** With `stat`, a file that is seen and not read. */
  | {
      readonly status: Exclude<SourceStatus, 'ok' | 'empty'>;
      readonly reason?: string;
      readonly stat?: Partial<FileStatus>;
    }
  /** Another answer at every read. */
  | (() => string | Uint8Array);

export interface RecordedHost {
  readonly kind?: Target['kind'];
  /** Paths in printable form. Folders come from the paths; a folder that must be empty ends in a slash. */
  readonly files: Readonly<Record<string, Recorded>>;
  /** Link counts of folders that lie or grow. */
  readonly links?: Readonly<Record<string, number>>;
  readonly native?: Partial<Native>;
}

const bytesOfRecorded = (value: string | Uint8Array): Uint8Array =>
  typeof value === 'string' ? Buffer.from(value, 'utf8') : value;

export class RecordedTarget implements Target {
  readonly kind: Target['kind'];
  readonly name = printableText('recorded');
  readonly native: Native | undefined;
  /** Paths that were asked for, in order. */
  readonly asked: PathText[] = [];
  readonly #host: RecordedHost;
  readonly #folders = new Map<string, Map<string, DirectoryEntry['type']>>();

  constructor(host: RecordedHost) {
    this.#host = host;
    this.kind = host.kind ?? 'live';
    this.native = this.kind === 'live' ? recordedNative(host.native ?? {}) : undefined;
    for (const [path, value] of Object.entries(host.files)) {
      const parts = path.split('/').slice(1);
      for (let depth = 0; depth < parts.length; depth += 1) {
        const folder = `/${parts.slice(0, depth).join('/')}`;
        const name = parts[depth] ?? '';
        const entries = this.#folders.get(folder) ?? new Map<string, DirectoryEntry['type']>();
        this.#folders.set(folder, entries);
        if (name === '') continue;
        const isLeaf = depth === parts.length - 1;
        const isLink = typeof value === 'object' && 'link' in value;
        entries.set(name, !isLeaf ? 'directory' : isLink ? 'link' : 'file');
      }
    }
  }

  readNow<R extends Request>(request: R): ResultFor<R['kind']> {
    this.asked.push(request.path);
    // The kind of the answer is the kind of the request, which the type system cannot follow here.
    return this.#answer(request) as ResultFor<R['kind']>;
  }

  read<R extends Request>(request: R): Promise<ResultFor<R['kind']>> {
    return Promise.resolve(this.readNow(request));
  }

  async *gather(requests: Iterable<Request>): AsyncIterable<readonly SourceResult[]> {
    for (const request of requests) yield [this.#answer(request)];
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #answer(request: Request): SourceResult {
    const recorded = this.#host.files[request.path];
    const special = typeof recorded === 'object' && 'status' in recorded ? recorded : undefined;
    const full = typeof recorded === 'object' && 'content' in recorded ? recorded : undefined;
    const folder = this.#folders.get(request.path);
    const absent = { status: special?.status ?? 'absent', reason: special?.reason ?? 'ENOENT' } as const;
    switch (request.kind) {
      case 'file': {
        const made = typeof recorded === 'function' ? recorded() : recorded;
        const value = typeof made === 'object' && 'content' in made ? made.content : made;
        if (typeof value !== 'string' && !(value instanceof Uint8Array)) {
          return { kind: 'file', request, ...absent, bytes: new Uint8Array(0) };
        }
        const bytes = bytesOfRecorded(value).subarray(request.offset ?? 0);
        const limit = request.limit ?? 64 * 1024 * 1024;
        if (bytes.length > limit)
          return { kind: 'file', request, status: 'truncated', bytes: bytes.subarray(0, limit) };
        return { kind: 'file', request, status: bytes.length === 0 ? 'empty' : 'ok', bytes };
      }
      case 'link':
        return typeof recorded === 'object' && 'link' in recorded
          ? { kind: 'link', request, status: 'ok', target: printableText(recorded.link) }
          : { kind: 'link', request, ...absent, target: printableText('') };
      case 'directory': {
        if (folder === undefined || special !== undefined)
          return { kind: 'directory', request, ...absent, entries: [] };
        const entries = [...folder].map(([name, type]) => ({ name: name as Printable, type }));
        const limit = request.kind === 'directory' ? (request.limit ?? entries.length) : 0;
        if (entries.length > limit) {
          const cut = { status: 'truncated', reason: `${entries.length} names` } as const;
          return { kind: 'directory', request, ...cut, entries: entries.slice(0, limit) };
        }
        return { kind: 'directory', request, status: entries.length === 0 ? 'empty' : 'ok', entries };
      }
      case 'stat': {
        if (recorded === undefined && folder === undefined) return { kind: 'stat', request, ...absent };
        if (special !== undefined && special.stat === undefined) return { kind: 'stat', request, ...absent };
        const folders = [...(folder?.values() ?? [])].filter((type) => type === 'directory').length;
        return {
          kind: 'stat',
          request,
          status: 'ok',
          stat: {
            type: folder === undefined ? 'file' : 'directory',
            inode: 1,
            device: 1,
            size: 0,
            mode: folder === undefined ? 0o100644 : 0o40755,
            links: this.#host.links?.[request.path] ?? folders + 2,
            uid: 0,
            gid: 0,
            modifiedUs: 0,
            changedUs: 0,
            accessedUs: 0,
            ...(full === undefined ? {} : { size: bytesOfRecorded(full.content).length, ...full.stat }),
            ...special?.stat,
          },
        };
      }
      case 'attributes':
        if (special !== undefined || (recorded === undefined && folder === undefined))
          return { kind: 'attributes', request, ...absent };
        return { kind: 'attributes', request, status: 'ok', attributes: full?.attributes ?? { flags: [] } };
    }
  }
}
