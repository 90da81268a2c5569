import { afterEach, expect, test } from 'bun:test';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openMountRoot } from './mount-root.ts';
import { close } from './syscall.ts';

const cleanups: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** A process in mounts of its own that runs a script and then waits; `$0` is a folder of the test. */
async function apart(script: string): Promise<{ readonly pid: number; readonly folder: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'demine-mounts-'));
  cleanups.push(() => rmSync(folder, { recursive: true, force: true }));
  const child = Bun.spawn(
    [
      ...['unshare', '--mount', '--propagation', 'private', 'sh', '-euc'],
      ...[`${script}\necho ready\nexec sleep 60`, folder],
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  cleanups.push(async () => {
    child.kill('SIGKILL');
    await child.exited;
  });
  const reader = child.stdout.getReader();
  expect(Buffer.from((await reader.read()).value ?? []).toString()).toContain('ready');
  return { pid: child.pid, folder };
}

async function rootOf(pid: number): Promise<string> {
  const root = await openMountRoot(pid);
  if (root.status !== 'ok') throw new Error(root.reason);
  cleanups.push(() => close(root.value));
  return `/proc/self/fd/${root.value}`;
}

test('a file that only another namespace sees is found below its root', async () => {
  const { pid, folder } = await apart('mount -t tmpfs none "$0" && echo inside > "$0/file"');
  expect(existsSync(join(folder, 'file'))).toBe(false);
  const root = await rootOf(pid);
  expect(readFileSync(`${root}${folder}/file`, 'utf8')).toBe('inside\n');
  writeFileSync(`${root}${folder}/new`, 'written');
  expect(readFileSync(`/proc/${pid}/root${folder}/new`, 'utf8')).toBe('written');
  expect(existsSync(join(folder, 'new'))).toBe(false);
});

test('the root that a process gave itself is not believed', async () => {
  const { pid, folder } = await apart(`mkdir "$0/fake" && mount -t tmpfs none "$0/fake"
for name in usr lib lib64 bin; do [ ! -e /$name ] || { mkdir "$0/fake/$name"; mount --bind /$name "$0/fake/$name"; }; done
exec chroot "$0/fake" /bin/sh -c 'echo ready; exec sleep 60'`);
  expect(readdirSync(`/proc/${pid}/root`)).not.toContain('proc');
  const root = await rootOf(pid);
  expect(readdirSync(root)).toContain('proc');
  expect(readdirSync(`${root}${folder}/fake`)).toContain('usr');
});

test('we stay where we are', async () => {
  const before = [readFileSync('/proc/self/mountinfo', 'utf8'), process.cwd()];
  const { pid } = await apart('mount -t tmpfs none "$0"');
  await rootOf(pid);
  expect([readFileSync('/proc/self/mountinfo', 'utf8'), process.cwd()]).toEqual(before);
});

test('a process that is not there, and numbers that are none, are told', async () => {
  expect((await openMountRoot(2 ** 22 + 1)).status).toBe('absent');
  expect((await openMountRoot(-1)).status).not.toBe('ok');
});
