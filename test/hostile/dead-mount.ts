/**
 * Program of the lab host: a FUSE mount that never answers, on each folder that it is given. Nobody reads the
 * requests, so whoever touches a mount waits inside the kernel until this program ends.
 */
import { mkdirSync, openSync } from 'node:fs';
import { mount } from '../../src/native/namespaces.ts';

for (const point of process.argv.slice(2)) {
  mkdirSync(point, { recursive: true });
  const device = openSync('/dev/fuse', 'r+');
  const data = `fd=${device},rootmode=40000,user_id=0,group_id=0`;
  const mounted = mount({ source: 'dead', target: point, type: 'fuse', data });
  if (mounted.status !== 'ok') throw new Error(`no FUSE mount on ${point}: ${mounted.reason}`);
}
process.stdout.write('mounted\n');
setInterval(() => {}, 1 << 30);
