/**
 * A preload that hooks hide from every call, read from the inode on a mounted ext4 by way of its loop device.
 *
 * What the hooked host shows is written down; device, driver and mount are real. Where the machine has no loop devices
 * to give, the test says which call refused, and the same bytes are read from the image (`file-on-disk.test.ts`).
 */
import { afterAll, beforeAll, expect, test } from 'bun:test';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ldPreload } from '../../src/artifacts/linux/loader/preload.ts';
import { parseMountInfo } from '../../src/formats/mountinfo.ts';
import { FactSet } from '../../src/model/fact.ts';
import { SourceLog } from '../../src/model/source-log.ts';
import { readDevice } from '../../src/native/block-device.ts';
import { RecordedTarget } from '../recorded-target.ts';

const library = '/usr/local/lib/libnetcfg.so';
const scratch = mkdtempSync(join(tmpdir(), 'demine-loop-'));
const point = join(scratch, 'mounted');
let refused: string | undefined;

beforeAll(() => {
  const tree = join(scratch, 'tree');
  const image = join(scratch, 'image');
  mkdirSync(join(tree, 'etc'), { recursive: true });
  mkdirSync(point);
  writeFileSync(join(tree, 'etc/ld.so.preload'), `${library}\n`);
  const made = Bun.spawnSync(['/usr/sbin/mkfs.ext4', '-q', '-F', '-d', tree, image, '8M']);
  if (made.exitCode !== 0) throw new Error(`mkfs.ext4: ${made.stderr}`);
  // The device is given back when the mount goes, also with the namespaces of this run.
  const mounted = Bun.spawnSync(['mount', '-o', 'loop,ro', image, point]);
  if (mounted.exitCode !== 0) refused = mounted.stderr.toString();
});
afterAll(() => {
  if (refused === undefined) Bun.spawnSync(['umount', point]);
  rmSync(scratch, { recursive: true });
});

test('the preload is told as hidden, or why there is no loop device', async () => {
  if (refused !== undefined) {
    expect(refused).toMatch(/loop device|Operation not permitted|Permission denied/);
    process.stdout.write(`no loop device here: ${refused}`);
    return;
  }
  const table = readFileSync('/proc/self/mountinfo');
  const mount = parseMountInfo(table).find(({ mountPoint }) => mountPoint === point);
  expect(mount?.source).toMatch(/^\/dev\/loop\d+$/);
  expect(readFileSync(join(point, 'etc/ld.so.preload'), 'utf8')).toBe(`${library}\n`);
  // On the hooked host it is the root, and no call shows the file.
  const line = `30 1 ${mount?.major}:${mount?.minor} / / rw - ext4 ${mount?.source} rw\n`;
  const target = new RecordedTarget({ files: { '/proc/self/mountinfo': line }, native: { readDevice } });
  const log = new SourceLog();
  const facts = await ldPreload.gather({ target, log, facts: new FactSet(), nowUs: 0, thorough: false });
  expect(facts).toMatchObject([{ target: library, marks: ['loads-everywhere', 'hidden-from-listing'] }]);
  expect(log.groups).toContainEqual(
    expect.objectContaining({ artifact: 'linux.file-on-disk', status: 'ok' }),
  );
});
