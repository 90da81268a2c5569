/** A process that somebody mounted something over is read as if nothing lay there. */
import { afterAll, afterEach, describe, expect, test } from 'bun:test';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { printableText } from '../model/text.ts';
import { liveNative } from '../native/live.ts';
import { mount, mountFlag, umount, umountFlag } from '../native/namespaces.ts';
import { endAll, startProgram, until } from '../native/processes.fixture.ts';
import { liveTarget } from './live.ts';
import type { Target } from './port.ts';

const scratch = mkdtempSync(join(tmpdir(), 'demine-covered-'));
writeFileSync(join(scratch, 'stat'), '1 (decoy) S');
/** A target that knows today's mounts: its table is read again only after half a second. */
const made: Target[] = [];
const now = (): Target => {
  const target = liveTarget(liveNative());
  made.push(target);
  return target;
};
const points: string[] = [];

function cover(point: string, by: string): void {
  expect(mount({ source: by, target: point, flags: mountFlag.bind }).status).toBe('ok');
  points.push(point);
}

async function startSleep(): Promise<number> {
  const { pid } = startProgram('sleep', '100');
  await until(() => readFileSync(`/proc/${pid}/comm`, 'utf8') === 'sleep\n');
  return pid;
}

afterEach(async () => {
  for (const point of points.splice(0)) umount(point, umountFlag.detach);
  await endAll();
});
afterAll(async () => {
  for (const target of made) await target.close();
  rmSync(scratch, { recursive: true });
});

const text = (path: string): string => {
  const result = now().readNow({ kind: 'file', path: printableText(path) });
  expect(result.request.path).toBe(printableText(path));
  return `${result.status} ${Buffer.from(result.bytes.subarray(0, 4)).toString('latin1')}`;
};

describe('a covered process', () => {
  test('gives its own files, folders and links, and answers name the path that was asked for', async () => {
    const pid = await startSleep();
    const exe = now().readNow({ kind: 'link', path: printableText(`/proc/${pid}/exe`) }).target;
    cover(`/proc/${pid}`, scratch);
    expect(text(`/proc/${pid}/comm`)).toBe('ok slee');
    expect(text(`/proc/${pid}/stat`)).toBe(`ok ${`${pid} (sleep`.slice(0, 4)}`);
    expect(now().readNow({ kind: 'link', path: printableText(`/proc/${pid}/exe`) }).target).toBe(exe);
    const task = now().readNow({ kind: 'directory', path: printableText(`/proc/${pid}/task`) });
    expect(task.entries.map(({ name }) => name)).toEqual([printableText(String(pid))]);
  });

  test('gives the program that runs, and its status', async () => {
    const pid = await startSleep();
    cover(`/proc/${pid}`, '/proc/1');
    expect(text(`/proc/${pid}/exe`)).toMatch(/^\w+ \x7fELF$/);
    const path = printableText(`/proc/${pid}/exe`);
    const size = now().readNow({ kind: 'stat', path, follow: true }).stat?.size ?? 0;
    expect(size).toBeGreaterThan(10_000);
  });

  test('gives its own file where only that is covered', async () => {
    const pid = await startSleep();
    cover(`/proc/${pid}/stat`, join(scratch, 'stat'));
    expect(text(`/proc/${pid}/stat`)).toBe(`ok ${`${pid} (sleep`.slice(0, 4)}`);
  });

  test('tells that what lies in its root was not read', async () => {
    const pid = await startSleep();
    cover(`/proc/${pid}`, scratch);
    const path = printableText(`/proc/${pid}/root/etc/passwd`);
    expect(now().readNow({ kind: 'file', path })).toMatchObject({ status: 'denied' });
  });

  test('leaves its neighbours alone', async () => {
    const one = await startSleep();
    const other = await startSleep();
    cover(`/proc/${one}`, scratch);
    expect(text(`/proc/${other}/comm`)).toBe('ok slee');
  });
});
