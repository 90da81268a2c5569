/**
 * Which paths may hang. Judged from the mount table alone, before anything on the mount is touched: a server
 * or a user-space daemon that does not answer stops whoever asks, and SIGKILL does not always free it.
 */
import { type MountEntry, parseMountInfo } from '../formats/mountinfo.ts';
import { bytesOf } from '../model/text.ts';

/** File systems that ask someone else before they answer. */
const remote: ReadonlySet<string> = new Set([
  '9p',
  'afs',
  'autofs',
  'beegfs',
  'ceph',
  'cifs',
  'coda',
  'davfs',
  'fuse',
  'fuseblk',
  'gfs2',
  'glusterfs',
  'gpfs',
  'lustre',
  'ncpfs',
  'nfs',
  'nfs4',
  'ocfs2',
  'orangefs',
  'smb3',
  'smbfs',
  'virtiofs',
]);

export const mayHang = (fileSystem: string): boolean =>
  remote.has(fileSystem) || fileSystem.startsWith('fuse.') || fileSystem.startsWith('fuse-');

export interface Mounted {
  /** Path of the mount point, one character per byte. */
  readonly point: string;
  readonly fileSystem: string;
  readonly id: number;
  readonly mayHang: boolean;
}

/** Paths are strings with one character per byte (latin1), so that no byte is lost. */
export class MountTable {
  /** By mount point; a later mount on the same point hides the earlier. */
  readonly #points = new Map<string, Mounted>();
  readonly #byId = new Map<number, Mounted>();

  constructor(mountinfo: Uint8Array) {
    for (const entry of parseMountInfo(mountinfo)) {
      const mounted = this.#mounted(entry);
      this.#points.set(mounted.point, mounted);
      this.#byId.set(mounted.id, mounted);
    }
  }

  #mounted(entry: MountEntry): Mounted {
    return {
      point: Buffer.from(bytesOf(entry.mountPoint)).toString('latin1'),
      fileSystem: entry.fileSystem,
      id: entry.id,
      mayHang: mayHang(entry.fileSystem),
    };
  }

  /** The mount that a path without links lies on. */
  of(path: string): Mounted | undefined {
    for (let at = path; ; at = at.slice(0, at.lastIndexOf('/'))) {
      const mounted = this.#points.get(at === '' ? '/' : at);
      if (mounted !== undefined) return mounted;
      if (at === '' || at === '/') return undefined;
    }
  }

  byId(id: number): Mounted | undefined {
    return this.#byId.get(id);
  }
}
