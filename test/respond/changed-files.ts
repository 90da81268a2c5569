/** What a running host has changed of its files since it was made. */
import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import type { LabHost } from '../lab/harness.ts';

/** What a running host writes by itself, and folders of the lab. */
export const itself =
  /^\/(?:run|dev|proc|sys|tmp|opt\/standins)?(?:\/|$)|^\/var\/(?:log|lib\/(?:systemd|monit|dbus)|tmp\/systemd|spool\/cron\/at(?:jobs|spool)(?:\/|$)|cache)|^\/root\/?$|^\/etc\/(?:machine-id|hostname|\.updated)$|\/__pycache__|^\/work\//;

/** Every file that the host has changed since it was made, with all that is to come back. */
export function changes(host: LabHost): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  // The upper folder of the overlay lies beside the root, in the mounts of the host: the kernel is to go up, not we.
  const upper = `${host.root}/../upper`;
  const look = (path: string): void => {
    for (const name of readdirSync(`${upper}${path}`)) {
      const inside = `${path}/${name}`;
      if (itself.test(inside)) continue;
      const full = `${upper}${inside}`;
      const stat = lstatSync(full, { bigint: true });
      const content = stat.isFile()
        ? createHash('sha256').update(readFileSync(full)).digest('hex')
        : stat.isSymbolicLink()
          ? readlinkSync(full)
          : '';
      const times = stat.isDirectory() ? '' : String(stat.mtimeNs);
      found.set(inside, [stat.mode, stat.uid, stat.gid, times, content].join(' '));
      if (stat.isDirectory()) look(inside);
    }
  };
  look('');
  return found;
}

export const differing = (
  a: ReadonlyMap<string, string>,
  b: ReadonlyMap<string, string>,
): readonly string[] =>
  [...new Set([...a.keys(), ...b.keys()])].filter((path) => a.get(path) !== b.get(path));
