/**
 * Where evidence is read: a live host, or a folder that is a root file system. Later an archive, or a host
 * behind SSH. Nothing above this port knows which it was.
 */
import type { SourceStatus } from '../model/source.ts';
import type { PathText, Printable } from '../model/text.ts';
import type { Part } from '../native/kernel-folder.ts';
import type { Native } from '../native/port.ts';

/**
 * Asks for one source. `limit` bounds the bytes; past it the status is `truncated`. `offset` begins further in, for
 * files that are read piece by piece; a file of the kernel is always read from its beginning. Of a file that goes on
 * for more than `limit` (above 64 KiB) and is a hole to its end, no zeros are made: what is stored, and `truncated`.
 */
export type Request =
  | {
      readonly kind: 'file';
      readonly path: PathText;
      readonly limit?: number;
      readonly tail?: boolean;
      readonly offset?: number;
    }
  | { readonly kind: 'link'; readonly path: PathText }
  | { readonly kind: 'directory'; readonly path: PathText; readonly limit?: number }
  | { readonly kind: 'stat'; readonly path: PathText; readonly follow?: boolean }
  /** What an inode carries beside its status. Dearer than a stat: asked of single files. */
  | { readonly kind: 'attributes'; readonly path: PathText; readonly follow?: boolean };

export interface DirectoryEntry {
  readonly name: Printable;
  readonly type: 'file' | 'directory' | 'link' | 'fifo' | 'socket' | 'character' | 'block' | 'unknown';
}

export interface FileStatus {
  readonly type: DirectoryEntry['type'];
  readonly inode: number;
  readonly device: number;
  readonly size: number;
  /** Permission bits and type. */
  readonly mode: number;
  readonly links: number;
  readonly uid: number;
  readonly gid: number;
  /** Microseconds UTC. */
  readonly modifiedUs: number;
  readonly changedUs: number;
  readonly accessedUs: number;
  /** Absent where the file system has none. */
  readonly bornUs?: number;
}

/** ioctl_iflags(2): what keeps a file from being changed or removed, also by root. */
export type InodeFlag = 'immutable' | 'append-only';

export interface FileAttributes {
  /** Absent where the file system keeps no flags, or does not tell them. */
  readonly flags?: readonly InodeFlag[];
  /** The value of the extended attribute `security.capability`; absent where the file has none. */
  readonly capability?: Uint8Array;
}

/**
 * The answer to one request, in the order of the requests. `bytes` are a view into a buffer that is reused
 * for the next batch: decode or copy before pulling again.
 */
export type SourceResult =
  | {
      readonly kind: 'file';
      readonly request: Request;
      readonly status: SourceStatus;
      readonly reason?: string;
      readonly bytes: Uint8Array;
    }
  | {
      readonly kind: 'link';
      readonly request: Request;
      readonly status: SourceStatus;
      readonly reason?: string;
      readonly target: PathText;
    }
  | {
      readonly kind: 'directory';
      readonly request: Request;
      readonly status: SourceStatus;
      readonly reason?: string;
      readonly entries: readonly DirectoryEntry[];
    }
  | {
      readonly kind: 'stat';
      readonly request: Request;
      readonly status: SourceStatus;
      readonly reason?: string;
      readonly stat?: FileStatus;
    }
  | {
      readonly kind: 'attributes';
      readonly request: Request;
      readonly status: SourceStatus;
      readonly reason?: string;
      readonly attributes?: FileAttributes;
    };

/** One name of a walk, good only while the visitor is called with it. Names are one character a byte. */
export interface WalkEntry {
  readonly name: string;
  readonly isFolder: boolean;
  readonly isFile: boolean;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly links: number;
  readonly size: number;
  readonly inode: number;
  /** Microseconds UTC. */
  readonly modifiedUs: number;
  readonly changedUs: number;
  readonly bornUs?: number | undefined;
  readonly immutable: boolean;
  readonly appendOnly: boolean;
  /** The value of `security.capability`, asked for now. */
  capability(): Uint8Array | undefined;
}

/** Who is shown a tree; `F` is what the visitor keeps of a folder. */
export interface WalkVisitor<F> {
  /** A plain file or a folder. Answers why the walk must end, or nothing. */
  entry(entry: WalkEntry, folder: F): string | undefined;
  /** A link, which is not touched. */
  link?(name: string, folder: F): void;
  /** What stands for a folder below, or undefined to leave it. */
  enter(entry: WalkEntry, folder: F): F | undefined;
  /** A folder that was not read, or not to its end. */
  problem(path: PathText, status: SourceStatus, reason: string): void;
}

export interface WalkBounds {
  /** Names in all. */
  readonly entries: number;
  readonly perFolder: number;
  /** As `performance.now()` counts. */
  readonly deadline: number;
  /** Only what lies in the folder itself. */
  readonly flat?: boolean;
  /** Whether a mount is walked into, by its file system; asked of those that cannot hang and hold files. */
  readonly takesMount: (fileSystem: string) => boolean;
}

export interface WalkOutcome {
  readonly entries: number;
  readonly folders: number;
  readonly cut?: string;
}

/** How a read went. `empty`: there was nothing in it. */
export interface Outcome {
  readonly status: SourceStatus;
  readonly reason?: string;
}

/** `text` is good up to `size` and for the call alone. Not `ok` where this one link could not be read. */
export type TakeNumberedLink = (number: number, text: Uint8Array, size: number, status: SourceStatus) => void;

/**
 * A folder of /proc with nothing but files of the kernel in it, of which one part after the other is read. Good
 * until the next folder is asked for; what was read, until the next part is.
 */
export interface KernelFolder {
  /** A file that is one record, up to 64 KiB; more is `truncated`. */
  file(part: Part): Outcome & { readonly bytes: Uint8Array };
  link(part: Part): Outcome & { readonly target: PathText };
  /**
   * The file behind a link whose text was read just now. Undefined where the kernel cannot tell that it does not
   * hang: then a stat request, which takes the long way, finds out.
   */
  statBehind(part: Part, target: PathText): FileStatus | undefined;
  /** The links of a folder of numbered ones, at most `limit`. */
  links(part: Part, limit: number, take: TakeNumberedLink): Outcome;
}

export type ResultFor<K extends Request['kind']> = Extract<SourceResult, { readonly kind: K }>;

export interface WindowsDrive {
  /** `C` */
  readonly letter: string;
  /** Where it lies in the folder. */
  readonly root: PathText;
}

export interface WindowsLayout {
  /** The one that Windows is on first; empty for a folder of single files. */
  readonly drives: readonly WindowsDrive[];
  /** Files that lie outside of drives and are of Windows: hives and event logs. */
  readonly loose: readonly PathText[];
  /** Programs of Windows itself are there: what is absent then is not there. */
  readonly whole: boolean;
}

export interface Target {
  readonly kind: 'live' | 'folder';
  /** How the target is named to people. */
  readonly name: Printable;
  /** What is there of a Windows host, whose paths are asked for as Windows writes them; undefined for Linux. */
  readonly windows?: WindowsLayout;
  /** Kernel calls; only a live host has them. */
  readonly native: Native | undefined;
  /** Answers in batches, in the order asked. Never throws for what the evidence is. */
  gather(requests: Iterable<Request>): AsyncIterable<readonly SourceResult[]>;
  /** One request at once; for the few sources that are not part of a batch. `bytes` are a copy. */
  read<R extends Request>(request: R): Promise<ResultFor<R['kind']>>;
  /**
   * Answers at once where the source is known not to hang: /proc, /sys and local file systems of a live host,
   * and folders on them. `bytes` are valid until the next call.
   */
  readNow<R extends Request>(request: R): ResultFor<R['kind']>;
  /**
   * The folder of a process, where the target has a quick way to its parts. Undefined where it has none, and where
   * something is mounted over it; single requests give the same.
   */
  kernelFolderNow?(folder: PathText): KernelFolder | undefined;
  /**
   * Shows a visitor all that lies below a folder, at a few microseconds a name. Mounts that may hang and files of the
   * kernel are left out, by the mount table, before they are touched. Undefined where the target has no quick way.
   */
  walkNow?<F>(
    start: PathText,
    folder: F,
    visitor: WalkVisitor<F>,
    bounds: WalkBounds,
  ): WalkOutcome | undefined;
  close(): Promise<void>;
}
