/** Where the drill keeps things: on tmpfs of its own mount namespace, so all of it ends with the namespace. */
import { existsSync } from 'node:fs';

/** A tmpfs that the stage mounts over whatever is there. */
export const stageFolder = '/dev/shm';

/** Exists only inside a drill; stand-ins refuse without it. */
export const markerPath = `${stageFolder}/.demine-drill`;

/** An address of a documentation range (RFC 5737), given to the loopback interface of the namespace. */
export const poolAddress = '192.0.2.10';

/** Control groups are the one thing that is not in a namespace; the sweep knows them by this name. */
export const groupName = /^demine-drill-[0-9a-f]{8}$/;

/** A folder outside of packages and drop places, where an owner would keep programs; a tmpfs covers it. */
export function ownerFolder(): string {
  const ours = [process.execPath, import.meta.dir];
  const free = ['/srv', '/opt', '/mnt', '/media'].find(
    (folder) => existsSync(folder) && !ours.some((path) => path.startsWith(`${folder}/`)),
  );
  return free ?? stageFolder;
}
