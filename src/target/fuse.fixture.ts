/**
 * A FUSE mount that never answers: nobody reads the requests. Whoever touches it waits inside the kernel until
 * the mount is aborted, which closing the device does. Only inside the private mount namespace of the tests.
 */
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { mount, umount, umountFlag } from '../native/namespaces.ts';

export interface DeadMount {
  readonly point: string;
  /** Takes it out of the tree, for whoever holds no descriptor on it. */
  detach(): void;
  /** Ends every wait on it. */
  end(): void;
}

export function deadMount(point: string): DeadMount {
  mkdirSync(point, { recursive: true });
  return deadMountOn(point);
}

/** Over something that is there already. */
export function deadMountOn(point: string, what: 'folder' | 'file' = 'folder'): DeadMount {
  const device = openSync('/dev/fuse', 'r+');
  const data = `fd=${device},rootmode=${what === 'folder' ? '40000' : '100000'},user_id=0,group_id=0`;
  const mounted = mount({ source: 'dead', target: point, type: 'fuse', data });
  if (mounted.status !== 'ok') throw new Error(`no FUSE mount on ${point}: ${mounted.reason}`);
  const detach = (): void => {
    umount(point, umountFlag.detach);
  };
  return {
    point,
    detach,
    end: () => {
      closeSync(device);
      detach();
    },
  };
}
