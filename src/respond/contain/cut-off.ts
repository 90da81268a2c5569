/**
 * What isolation would cut off that people may not think of: network file systems and disks, and the tunnel by which
 * the responder comes.
 *
 * Why: programs that read a mount whose server is gone hang and cannot be ended, a host whose root lies there is gone
 * itself; and packets of a tunnel are not those of the connection that it carries.
 * What it is NOT: complete. IPsec has no interface; an encrypted connection by it is not noticed.
 * Sources: include/uapi/linux/if_arp.h (ARPHRD_*), sysfs class/net/NAME/type, class/iscsi_session.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { parseMountInfo } from '../../formats/mountinfo.ts';
import type { PathText } from '../../model/text.ts';
import type { Native } from '../../native/port.ts';
import type { KeptConnection } from './containment.ts';

const networkFileSystems: ReadonlySet<string> = new Set([
  ...[
    'nfs',
    'nfs4',
    'cifs',
    'smb3',
    'smbfs',
    'ceph',
    'afs',
    'lustre',
    'gpfs',
    'beegfs',
    'ocfs2',
    'gfs2',
    '9p',
  ],
  ...['fuse.glusterfs', 'fuse.sshfs', 'fuse.cephfs', 'fuse.s3fs', 'fuse.rclone', 'fuse.juicefs'],
]);
const most = 20;

export interface NetworkMount {
  readonly path: PathText;
  readonly fileSystem: string;
}

/** Mounts that would hang, in the order of the table. */
export function networkMounts(native: Native): readonly NetworkMount[] {
  const table = native.readFile(new TextEncoder().encode('/proc/self/mountinfo'), 4 << 20);
  if (table.status !== 'ok') return [];
  return parseMountInfo(table.value)
    .filter(({ fileSystem }) => networkFileSystems.has(fileSystem))
    .slice(0, most)
    .map(({ mountPoint, fileSystem }) => ({ path: mountPoint, fileSystem }));
}

/** Whether disks are attached over the network (iSCSI). */
export function hasNetworkDisks(folder = '/sys/class/iscsi_session'): boolean {
  try {
    return readdirSync(folder).length > 0;
  } catch {
    // A kernel without iSCSI has no such folder.
    return false;
  }
}

/** ARPHRD_ETHER, ARPHRD_INFINIBAND, ARPHRD_LOOPBACK: what else carries IP is a tunnel or a line. */
const plainTypes: ReadonlySet<string> = new Set(['1', '32', '772']);

/** The interface is asked for its type: `undefined` where it tells none. */
const typeOf = (name: string): string | undefined => {
  try {
    return readFileSync(`/sys/class/net/${name}/type`, 'latin1').trim();
  } catch {
    // Gone meanwhile, or no sysfs: then nothing is claimed.
    return undefined;
  }
};

/** Names of tunnels on which the connections end here. */
export function tunnelsOf(
  connections: readonly KeptConnection[],
  interfaces: ReturnType<typeof networkInterfaces> = networkInterfaces(),
  type: (name: string) => string | undefined = typeOf,
): readonly string[] {
  const local = new Set(connections.map((connection) => connection.local.address));
  return Object.entries(interfaces)
    .filter(([, list]) => list?.some(({ address }) => local.has(address)) === true)
    .map(([name]) => name)
    .filter((name) => {
      const number = type(name);
      return number !== undefined && !plainTypes.has(number);
    });
}
