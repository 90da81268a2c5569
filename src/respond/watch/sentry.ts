/**
 * Watches the folders of places, by fanotify where the kernel and the file system allow it and by inotify where not, and
 * tells of each name that something came to. Never holds anybody up.
 */

import { bytesOf, joinPath, type PathText, printableBytes } from '../../model/text.ts';
import { listDirectory } from '../../native/dirents.ts';
import {
  closeFanotify,
  type FanotifyGroup,
  folderHandle,
  markFolder,
  markPrograms,
  markProgramsIn,
  openFanotify,
  readEvents,
} from '../../native/fanotify.ts';
import { fanotifyMask } from '../../native/fanotify-events.ts';
import { closeDescriptor } from '../../native/file-change.ts';
import { closeInotify, openInotify, readWatches, watchFolder } from '../../native/inotify.ts';
import { inotifyMask } from '../../native/inotify-events.ts';
import { Folders, type FolderWorld } from './folders.ts';
import { addPlace, type PlaceNode, placeTree } from './place-tree.ts';

export interface FileEvent {
  readonly path: PathText;
  readonly isPlace: boolean;
  readonly isFolder: boolean;
  /** 0 where it is not known. */
  readonly pid: number;
  /** A descriptor of the process, good for the call alone. */
  readonly handle: number | undefined;
}

export interface Drained {
  readonly events: number;
  /** The queue was full: something was not told. */
  readonly overflow: boolean;
}

export interface SentryTakers {
  readonly file: (event: FileEvent) => void;
  /** A process runs another program, or is about to. */
  readonly program: (pid: number) => void;
}

/** Bytes of events in one turn: some thousands, so that the rest of the watch has its turn too. */
const mostBytes = 512 << 10;
/** Names in a folder that is new, and folders in it. */
const mostWithin = 1_000;
const mostDepth = 4;
const folderType = 4;
/** Where programs lie, where all of a file system cannot be watched. */
const ofContainers = /^\/(?:var\/lib|run)\/(?:docker|containers|containerd|kubelet|rancher|k0s|lxc|lxd)\//;
const programFolders = ['/usr/bin', '/usr/sbin', '/bin', '/sbin', '/usr/local/bin', '/usr/local/sbin'];

export class Sentry {
  readonly #folders: Folders;
  readonly #tree: PlaceNode;
  readonly #group: FanotifyGroup | undefined;
  readonly #byHandle = new Map<string, PathText>();
  readonly #byWatch = new Map<number, PathText>();
  #inotify: number | undefined;
  #withoutWriter = 0;
  #programs = false;

  /**
   * @param patterns of declared places
   * @param useFanotify false takes inotify alone, as on kernels that have no other
   */
  constructor(
    patterns: readonly string[],
    world: Pick<FolderWorld, 'foldersIn' | 'linkedFolders'>,
    useFanotify = true,
  ) {
    const opened = useFanotify ? openFanotify() : undefined;
    this.#group = opened?.status === 'ok' ? opened.value : undefined;
    this.#folders = new Folders({ ...world, mark: (path, what) => this.#mark(path, what) });
    // Homes are deep: what is named exactly comes first, for as long as there is room.
    const isDeep = (pattern: string): boolean => pattern.includes('**');
    this.#tree = placeTree(patterns.filter((one) => !isDeep(one)));
    this.#folders.grow(this.#tree);
    for (const pattern of patterns.filter(isDeep)) addPlace(this.#tree, pattern);
    this.#folders.grow(this.#tree);
  }

  get means(): {
    readonly files: 'fanotify' | 'inotify' | 'none';
    readonly folders: number;
    readonly foldersWithoutWriter: number;
    readonly foldersLeft: number;
    readonly programs: boolean;
  } {
    return {
      files: this.#byHandle.size > 0 ? 'fanotify' : this.#byWatch.size > 0 ? 'inotify' : 'none',
      folders: this.#folders.count,
      foldersWithoutWriter: this.#withoutWriter,
      foldersLeft: this.#folders.left,
      programs: this.#programs,
    };
  }

  get descriptors(): readonly number[] {
    return [
      ...(this.#group === undefined ? [] : [this.#group.descriptor]),
      ...(this.#inotify === undefined ? [] : [this.#inotify]),
    ];
  }

  #mark(path: PathText, what: 'names' | 'content'): boolean {
    const bytes = bytesOf(path);
    if (this.#group !== undefined) {
      const handle = folderHandle(bytes);
      if (handle.status === 'ok' && markFolder(this.#group, bytes, what).status === 'ok') {
        this.#byHandle.set(handle.value, path);
        return true;
      }
    }
    if (this.#inotify === undefined) {
      const opened = openInotify();
      if (opened.status !== 'ok') return false;
      this.#inotify = opened.value;
    }
    const watch = watchFolder(this.#inotify, bytes, what);
    if (watch.status !== 'ok') return false;
    this.#byWatch.set(watch.value, path);
    this.#withoutWriter += 1;
    return true;
  }

  /** Paths that are waited for beside the declared places: their folders are watched as well. */
  await(paths: readonly PathText[]): void {
    for (const path of paths) addPlace(this.#tree, path);
    this.#folders.grow(this.#tree);
  }

  /** @param mounts a path on each file system from which programs are run */
  watchPrograms(mounts: readonly PathText[], folders: readonly PathText[]): void {
    const group = this.#group;
    if (group === undefined) return;
    const refused = mounts.filter((path) => markPrograms(group, bytesOf(path)).status !== 'ok');
    // What containers run is told by their own file systems, or by none.
    this.#programs = mounts.length > 0 && refused.every((path) => ofContainers.test(path));
    if (this.#programs) return;
    for (const path of [...programFolders.map((one) => Buffer.from(one)), ...folders.map(bytesOf)]) {
      // Where it is refused, the listing has to do.
      markProgramsIn(group, path);
    }
  }

  #within(folder: PathText, depth: number, tell: (path: PathText, isFolder: boolean) => void): void {
    const listing = listDirectory(bytesOf(folder), mostWithin);
    const entries = listing.status === 'ok' ? listing.value : (listing.partial ?? []);
    for (const { name, type } of entries) {
      const text = printableBytes(name);
      const { isPlace, leads } = this.#folders.at(folder, text);
      const path = joinPath(folder, text);
      if (isPlace) tell(path, type === folderType);
      if (leads && type === folderType && depth < mostDepth) this.#within(path, depth + 1, tell);
    }
  }

  drain(takers: SentryTakers): Drained {
    let events = 0;
    let overflow = false;
    const told = (
      folder: PathText,
      nameBytes: Uint8Array,
      mask: number,
      pid: number,
      handle: number | undefined,
      isFolder: boolean,
    ): void => {
      const name = printableBytes(nameBytes);
      const { isPlace, leads } = this.#folders.at(folder, name);
      const made = (mask & (fanotifyMask.create | fanotifyMask.movedTo)) !== 0;
      const path = joinPath(folder, name);
      if (isPlace || leads) takers.file({ path, isPlace, isFolder, pid, handle });
      if (!isFolder || !leads || !made) return;
      this.#folders.appeared(folder, name);
      // What came into it before it was marked: whoever made the folder is who fills it.
      this.#within(path, 0, (inside, isFolderToo) =>
        takers.file({ path: inside, isPlace: true, isFolder: isFolderToo, pid, handle }),
      );
    };
    if (this.#group !== undefined) {
      readEvents(this.#group, mostBytes, ({ mask, pid, process, folder, name }) => {
        try {
          events += 1;
          if ((mask & fanotifyMask.overflow) !== 0) overflow = true;
          if ((mask & fanotifyMask.openExec) !== 0 && pid > 0) takers.program(pid);
          const path = this.#byHandle.get(folder);
          const written = (mask & ~(fanotifyMask.openExec | fanotifyMask.folder)) !== 0;
          if (path !== undefined && written && name.length > 0)
            told(path, name, mask, pid, process, (mask & fanotifyMask.folder) !== 0);
        } finally {
          if (process !== undefined) closeDescriptor(process);
        }
      });
    }
    if (this.#inotify !== undefined) {
      readWatches(this.#inotify, mostBytes, ({ watch, mask, name }) => {
        events += 1;
        if ((mask & inotifyMask.overflow) !== 0) overflow = true;
        const path = this.#byWatch.get(watch);
        if ((mask & inotifyMask.ignored) !== 0) this.#byWatch.delete(watch);
        else if (path !== undefined && name.length > 0)
          told(path, name, mask, 0, undefined, (mask & 0x4000_0000) !== 0);
      });
    }
    return { events, overflow };
  }

  close(): void {
    if (this.#group !== undefined) closeFanotify(this.#group);
    if (this.#inotify !== undefined) closeInotify(this.#inotify);
  }
}
