import { afterEach, expect, test } from 'bun:test';
import { mkdtempSync, readFileSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mount, mountFlag, umount, umountFlag } from './namespaces.ts';
import { processFolder } from './process-folder.ts';
import { endAll, startProgram, until } from './processes.fixture.ts';

const folder = mkdtempSync(join(tmpdir(), 'demine-cover-'));
const covered: string[] = [];
afterEach(async () => {
  for (const point of covered.splice(0)) umount(point, umountFlag.detach);
  await endAll();
});

function cover(point: string, by: string): void {
  expect(mount({ source: by, target: point, flags: mountFlag.bind }).status).toBe('ok');
  covered.push(point);
}

const nameIn = (path: string): string => readFileSync(`${path}/comm`, 'utf8').trim();

test('a process that nobody covered is where it always is', () => {
  expect(processFolder(1)).toBe('/proc/1');
});

test('a process that is gone is where it was', () => {
  const { pid } = Bun.spawnSync(['true']);
  expect(processFolder(pid)).toBe(`/proc/${pid}`);
});

test("beneath an empty folder and beneath another process's folder the process itself is read", async () => {
  for (const by of [folder, '/proc/1']) {
    const { pid } = startProgram('sleep', '100');
    await until(() => nameIn(`/proc/${pid}`) === 'sleep');
    cover(`/proc/${pid}`, by);
    expect(nameIn(processFolder(pid))).toBe('sleep');
  }
});

test('nothing of the test is left over', () => {
  expect(readFileSync('/proc/self/mountinfo', 'utf8')).not.toContain(folder);
  rmdirSync(folder);
});
