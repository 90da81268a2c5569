/**
 * Which paths may hang. Judged from the mount table alone, before anything on the mount is touched: a server
 * or a user-space daemon that does not answer stops whoever asks, and who mounted it may be the intruder.
 *
 * The list names the file systems that answer from this machine's own memory and disks. One that is not on it
 * may hang: a mistake in that direction costs a few milliseconds, one in the other direction the whole scan.
 *
 * Paths here are the canonical ones of the mount table (no links, no dots), as they are seen from the root of
 * the process whose table it is. Source: Documentation/filesystems/proc.rst §3.5, fs/*\/super.c.
 */
import { type MountEntry, parseMountInfo } from '../formats/mountinfo.ts';
import { baseName, bytesOf } from '../model/text.ts';

/** Backed by a disk, by memory, or by other mounts that are judged too. */
const local: ReadonlySet<string> = new Set([
  ...['adfs', 'affs', 'apfs', 'bcachefs', 'befs', 'bfs', 'btrfs', 'cramfs', 'devtmpfs', 'erofs', 'exfat'],
  ...[
    'ext2',
    'ext3',
    'ext4',
    'f2fs',
    'hfs',
    'hfsplus',
    'iso9660',
    'jffs2',
    'jfs',
    'minix',
    'msdos',
    'nilfs2',
  ],
  ...[
    'ntfs',
    'ntfs3',
    'overlay',
    'ramfs',
    'reiserfs',
    'romfs',
    'rootfs',
    'squashfs',
    'sysv',
    'tmpfs',
    'ubifs',
  ],
  ...['udf', 'ufs', 'umsdos', 'vfat', 'xfs', 'zfs', 'zonefs'],
]);

/** Their files are made by the kernel while they are read. */
const kernelMade: ReadonlySet<string> = new Set([
  ...['binfmt_misc', 'bpf', 'cgroup', 'cgroup2', 'configfs', 'cpuset', 'debugfs', 'devpts', 'efivarfs'],
  ...['fusectl', 'hugetlbfs', 'mqueue', 'nsfs', 'proc', 'pstore', 'resctrl', 'rpc_pipefs', 'securityfs'],
  ...['selinuxfs', 'smackfs', 'sysfs', 'tracefs'],
]);

export const isKernelMade = (fileSystem: string): boolean => kernelMade.has(fileSystem);

export interface Mounted {
  readonly point: string;
  readonly fileSystem: string;
  readonly id: number;
  /** st_dev of files on it, `0:52`: one for all the places where one file system is mounted. */
  readonly device: string;
  /** `automount`: looking below it makes the host mount something, so it is left alone. */
  readonly danger: 'none' | 'may-hang' | 'automount';
}

export const below = (point: string, path: string): boolean =>
  path === point || (point === '/' ? path.startsWith('/') : path.startsWith(`${point}/`));

/** Layers of an overlay, as `lowerdir=/a:/b,upperdir=/c` names them. */
function layers(mount: MountEntry): readonly string[] {
  if (mount.fileSystem !== 'overlay') return [];
  return mount.superOptions.flatMap((option) => {
    const [name = '', value = ''] = option.split('=', 2);
    return /^(?:lowerdir|datadir)\+?$|^upperdir$/.test(name) ? value.split(':') : [];
  });
}

/** A path and the folders above it, from the top: `/`, `/a`, `/a/b`. */
function* downTo(path: string): Generator<string> {
  if (!path.startsWith('/')) return;
  yield '/';
  for (let end = path.indexOf('/', 1); end >= 0; end = path.indexOf('/', end + 1)) yield path.slice(0, end);
  if (path.length > 1) yield path;
}

export class MountTable {
  /** The mount on top at each point. */
  readonly #points = new Map<string, Mounted>();
  /** Last name of each point, one character a byte. */
  readonly #names = new Map<string, string>();
  readonly #byId = new Map<number, Mounted>();
  #anyDanger = false;
  /** Points under /proc/<pid> and elsewhere under /proc and /sys that hold no files of the kernel. */
  readonly #coveredProcesses: string[] = [];
  readonly #coveredRest: string[] = [];
  /** Names under /proc of processes that something is mounted over, or over a part of them. */
  readonly #coveredPids = new Set<string>();

  constructor(mountinfo: Uint8Array) {
    const entries = parseMountInfo(mountinfo);
    const parents = new Map<number, string>(entries.map((entry) => [entry.id, entry.mountPoint]));
    /** Mounts with another one on the same point: a child of theirs stands there. */
    const hidden = new Set<number>(
      entries
        .filter((entry) => entry.parent !== entry.id && parents.get(entry.parent) === entry.mountPoint)
        .map((entry) => entry.parent),
    );
    for (const entry of entries) {
      const mounted: Mounted = {
        point: entry.mountPoint,
        fileSystem: entry.fileSystem,
        id: entry.id,
        device: `${entry.major}:${entry.minor}`,
        danger: danger(entry.fileSystem),
      };
      this.#byId.set(entry.id, mounted);
      this.#names.set(mounted.point, Buffer.from(bytesOf(baseName(entry.mountPoint))).toString('latin1'));
      if (!hidden.has(entry.id)) this.#points.set(mounted.point, mounted);
    }
    this.#judgeOverlays(entries);
    for (const mounted of this.#points.values()) {
      if (mounted.danger !== 'none') this.#anyDanger = true;
      const pid = /^\/proc\/(\d+)(?:\/|$)/.exec(mounted.point)?.[1];
      if (pid !== undefined) this.#coveredPids.add(pid);
      if (kernelMade.has(mounted.fileSystem)) continue;
      if (/^\/proc\/\d/.test(mounted.point)) this.#coveredProcesses.push(mounted.point);
      else if (/^\/(?:proc|sys)\//.test(mounted.point)) this.#coveredRest.push(mounted.point);
    }
  }

  /** An overlay over a share hangs with the share. */
  #judgeOverlays(entries: readonly MountEntry[]): void {
    for (const entry of entries) {
      const mounted = this.#byId.get(entry.id);
      if (mounted === undefined || !layers(entry).some((layer) => this.#onDanger(layer))) continue;
      const judged: Mounted = { ...mounted, danger: 'may-hang' };
      this.#byId.set(entry.id, judged);
      if (this.#points.get(judged.point)?.id === entry.id) this.#points.set(judged.point, judged);
    }
  }

  #onDanger(path: string): boolean {
    for (const point of downTo(path)) {
      if (point !== '/' && (this.#points.get(point)?.danger ?? 'none') !== 'none') return true;
    }
    return false;
  }

  /** The mount that stands on this very point. */
  at(point: string): Mounted | undefined {
    return this.#points.get(point);
  }

  /**
   * The first mount with a danger that stands on a path or above it, and is not among those that are allowed.
   * Below an automounter it is what stands there mounted already, if the path leads to such a thing.
   */
  danger(path: string, allowed: ReadonlySet<string>): Mounted | undefined {
    if (!this.#anyDanger) return undefined;
    let first: Mounted | undefined;
    for (const point of downTo(path)) {
      const mounted = this.#points.get(point);
      if (mounted === undefined || mounted.danger === 'none') continue;
      const found = mounted.danger === 'automount' ? this.#mountedBelow(mounted, path) : mounted;
      if (allowed.has(found.point)) continue;
      if (first === undefined || found.point.length < first.point.length) first = found;
    }
    return first;
  }

  #mountedBelow(automount: Mounted, path: string): Mounted {
    for (let end = automount.point.length; end >= 0 && end < path.length; ) {
      end = path.indexOf('/', end + 1);
      const mounted = this.#points.get(end < 0 ? path : path.slice(0, end));
      // It is behind the automounter, so whatever it is, reaching it may wait.
      if (mounted !== undefined) {
        return mounted.danger === 'automount' ? mounted : { ...mounted, danger: 'may-hang' };
      }
    }
    return automount;
  }

  /** True when a path leads into the folder of a process that something is mounted over. */
  coversProcess(path: string): boolean {
    if (this.#coveredPids.size === 0 || !path.startsWith('/proc/')) return false;
    const end = path.indexOf('/', 6);
    return this.#coveredPids.has(path.slice(6, end < 0 ? path.length : end));
  }

  /** Last names of the mount points below a path, one character a byte. */
  namesBelow(path: string): ReadonlySet<string> {
    const names = [...this.#names].filter(([point]) => point !== path && below(path, point));
    return new Set(names.map(([, name]) => name));
  }

  byId(id: number): Mounted | undefined {
    return this.#byId.get(id);
  }

  /** True when a path under /proc or /sys leads to files of the kernel and to nothing mounted over them. */
  kernelFiles(path: string): boolean {
    const root = path.startsWith('/proc') ? '/proc' : '/sys';
    if (this.#points.get(root)?.fileSystem !== (root === '/proc' ? 'proc' : 'sysfs')) return false;
    const digit = path.charCodeAt(6);
    const covered =
      root === '/proc' && digit >= 0x30 && digit <= 0x39 ? this.#coveredProcesses : this.#coveredRest;
    for (const point of covered) if (below(point, path)) return false;
    return true;
  }
}

function danger(fileSystem: string): Mounted['danger'] {
  if (fileSystem === 'autofs') return 'automount';
  return local.has(fileSystem) || kernelMade.has(fileSystem) ? 'none' : 'may-hang';
}
