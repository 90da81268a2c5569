/**
 * A file as it stands on the disk below its file system, for the few files that a hook hides.
 *
 * Why: a rootkit in the C library or in the kernel can take a file out of every call that opens or lists; it does not
 * change the disk. What it is NOT: a way of reading for other artifacts, nor a proof when it shows nothing: only ext2,
 * ext3 and ext4 are read, on a device that we may open, and contents that are seconds old may not be written yet.
 * Bounds: those of `formats/ext4/read.ts`. Sources: /proc/self/mountinfo for the device and the folder of the mount.
 */
import { readExt4File } from '../../formats/ext4/read.ts';
import { type MountEntry, parseMountInfo } from '../../formats/mountinfo.ts';
import type { SourceStatus } from '../../model/source.ts';
import { bytesOf, type PathText, phrase, printableText } from '../../model/text.ts';
import type { Native } from '../../native/port.ts';
import type { Target } from '../../target/port.ts';

const mountsPath = printableText('/proc/self/mountinfo');
const mountsLimit = 16 << 20;

export interface DiskReading {
  /** `disk:/dev/sda1:/etc/x` */
  readonly source: PathText;
  readonly status: SourceStatus;
  readonly reason?: string;
  readonly bytes: Uint8Array;
}

const isBelow = (point: string, path: string): boolean =>
  point === '/' || path === point || path.startsWith(`${point}/`);

/** The mount that a path stands on: the innermost, and of several on one point the last. */
function mountOf(target: Target, path: PathText): MountEntry | undefined {
  const { bytes } = target.readNow({ kind: 'file', path: mountsPath, limit: mountsLimit });
  let found: MountEntry | undefined;
  for (const mount of parseMountInfo(bytes)) {
    if (!isBelow(mount.mountPoint, path)) continue;
    if (found === undefined || mount.mountPoint.length >= found.mountPoint.length) found = mount;
  }
  return found;
}

const nothing = new Uint8Array(0);
const latin1 = (path: PathText): string => Buffer.from(bytesOf(path)).toString('latin1');

function readFrom(
  read: NonNullable<Native['readDevice']>,
  device: PathText,
  path: string,
  limit: number,
): Omit<DiskReading, 'source'> {
  const raw = bytesOf(device);
  let failed: { readonly status: SourceStatus; readonly reason: string } | undefined;
  const answer = readExt4File(
    {
      read(offset, length) {
        const got = read(raw, offset, length);
        if (got.status === 'ok') return got.value;
        failed = { status: got.status, reason: got.reason };
        return nothing;
      },
    },
    path,
    limit,
  );
  if (failed !== undefined) return { ...failed, bytes: nothing };
  if (!('value' in answer)) return { ...answer, bytes: nothing };
  return { status: answer.value.length === 0 ? 'empty' : answer.status, bytes: answer.value };
}

/** Undefined where there is no such way: a folder, another file system, a target without devices. */
export function readOnDisk(target: Target, path: PathText, limit: number): DiskReading | undefined {
  const read = target.native?.readDevice?.bind(target.native);
  const mount = read === undefined ? undefined : mountOf(target, path);
  if (read === undefined || mount === undefined || !/^ext[234]$/.test(mount.fileSystem)) return undefined;
  const point = mount.mountPoint === '/' ? '' : latin1(mount.mountPoint);
  const onDisk = `${mount.root === '/' ? '' : latin1(mount.root)}${latin1(path).slice(point.length)}`;
  // The name in the table may be /dev/root; udev keeps links by number.
  const byNumber = phrase`/dev/block/${mount.major}:${mount.minor}`;
  for (const device of [mount.source, byNumber]) {
    if (!device.startsWith('/dev/')) continue;
    const reading = readFrom(read, device, onDisk, limit);
    if (reading.status === 'absent' && reading.reason === 'no block device') continue;
    return { source: phrase`disk:${device}:${path}`, ...reading };
  }
  return undefined;
}
