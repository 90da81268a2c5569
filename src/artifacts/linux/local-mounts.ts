/**
 * Which paths of a mount namespace lie on file systems that answer by themselves.
 *
 * Why: a stat of a file on FUSE or on a dead network share may never come back, and the one who mounted it may
 * be the intruder. The type is judged from the mount table before anything is touched.
 * What it is NOT: a judgement of the mount itself (`linux.mounts` gives the facts).
 * Source: the types of the kernel's fs folder that need no other machine and no process to answer.
 */
import type { MountEntry } from '../../formats/mountinfo.ts';
import type { PathText } from '../../model/text.ts';

const answering: ReadonlySet<string> = new Set([
  ...['bcachefs', 'btrfs', 'cgroup', 'cgroup2', 'cramfs', 'devpts', 'devtmpfs', 'erofs', 'exfat', 'ext2'],
  ...['ext3', 'ext4', 'f2fs', 'hugetlbfs', 'iso9660', 'jfs', 'mqueue', 'nilfs2', 'ntfs3', 'overlay', 'proc'],
  ...['ramfs', 'reiserfs', 'rootfs', 'securityfs', 'squashfs', 'sysfs', 'tmpfs', 'tracefs', 'ubifs', 'udf'],
  ...['vfat', 'xfs', 'zfs'],
]);

/** `major:minor` as /proc/pid/maps prints it (fs/proc/task_mmu.c). */
const deviceText = (mount: MountEntry): string =>
  [mount.major, mount.minor].map((part) => part.toString(16).padStart(2, '0')).join(':');

export class LocalMounts {
  /** The mount on top at each mount point: a later line covers an earlier one. */
  readonly #byPoint = new Map<string, MountEntry>();
  readonly #devices = new Set<string>();

  constructor(mounts: readonly MountEntry[]) {
    for (const mount of mounts) {
      this.#byPoint.set(mount.mountPoint, mount);
      if (answering.has(mount.fileSystem)) this.#devices.add(deviceText(mount));
    }
  }

  /** The mount that a path without links lies on, where it answers by itself. */
  answeringMountOf(path: PathText): MountEntry | undefined {
    let mount = this.#byPoint.get('/');
    for (let end = path.length; end > 0; end = path.lastIndexOf('/', end - 1)) {
      const found = this.#byPoint.get(path.slice(0, end));
      if (found === undefined) continue;
      mount = found;
      break;
    }
    return mount !== undefined && answering.has(mount.fileSystem) ? mount : undefined;
  }

  /**
   * True when a file shown at `path` and mapped from `device` lies on that path's mount. Before Linux 6.8 a
   * mapping from an overlay shows the device of the layer below, which then must be one that answers here or
   * in the table of the host.
   */
  holds(path: PathText, device: string, host: LocalMounts): boolean {
    const mount = this.answeringMountOf(path);
    if (mount === undefined) return false;
    if (deviceText(mount) === device) return true;
    return mount.fileSystem === 'overlay' && (this.#devices.has(device) || host.#devices.has(device));
  }
}
