/**
 * Program of the lab host: mounts something odd over files of the kernel.
 *
 *   odd-kernel-files.ts pipe|hole|device|dead-mount FILE …
 *
 * Prints `put`, and keeps the mount that never answers until it is ended.
 */
import { mkdtempSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { mount, mountFlag } from '../../src/native/namespaces.ts';
import { deadMountOn } from '../../src/target/fuse.fixture.ts';

const [what = '', ...files] = process.argv.slice(2);
const odd = join(mkdtempSync('/run/odd-'), 'file');
switch (what) {
  case 'pipe':
    Bun.spawnSync(['mkfifo', odd]);
    break;
  case 'hole':
    writeFileSync(odd, '');
    truncateSync(odd, 10 * 2 ** 30);
    break;
  case 'dead-mount':
    writeFileSync(odd, '');
    deadMountOn(odd, 'file');
    break;
  default:
}
for (const file of files) {
  const bound = mount({ source: what === 'device' ? '/dev/zero' : odd, target: file, flags: mountFlag.bind });
  if (bound.status !== 'ok') throw new Error(`no bind mount on ${file}: ${bound.reason}`);
}
process.stdout.write('put\n');
setInterval(() => {}, 1 << 30);
