import { afterEach, expect, test } from 'bun:test';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Engine } from '../../model/plan.ts';
import { printableText } from '../../model/text.ts';
import { liveNative } from '../../native/live.ts';
import { changesPolicyOf, distrustOf, type EngineWorld } from './find-engine.ts';

const cleanups: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** A folder that nobody but root may write, on the way from `/` too. */
function closedFolder(): string {
  const folder = mkdtempSync(join(homedir(), '.demine-engine-'));
  chmodSync(folder, 0o755);
  cleanups.push(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function listen(path: string, version = '1.41'): string {
  const server = Bun.serve({
    unix: path,
    fetch: () => new Response('OK', { headers: version === '' ? {} : { 'Api-Version': version } }),
  });
  cleanups.push(() => server.stop(true));
  chmodSync(path, 0o660);
  return path;
}

const engineAt = (socket: string, more: Partial<Engine> = {}): Engine => ({
  kind: 'docker',
  socket: printableText(socket),
  uid: 0,
  api: '1.41',
  ...more,
});

/** The tests themselves stand for the daemon. */
const us: EngineWorld = { native: liveNative(), isEngine: (program) => program === process.execPath };

test('a socket in a closed folder on which an engine listens is spoken to', async () => {
  expect(await distrustOf(engineAt(listen(join(closedFolder(), 's'))), us)).toBeUndefined();
});

test('what somebody else could have put there is not', async () => {
  const folder = closedFolder();
  const socket = listen(join(folder, 's'));
  chmodSync(socket, 0o666);
  expect(await distrustOf(engineAt(socket), us)).toBe('open-to-others');
  chmodSync(socket, 0o660);
  chmodSync(folder, 0o777);
  expect(await distrustOf(engineAt(socket), us)).toBe('open-to-others');
  chmodSync(folder, 0o755);
  chownSync(socket, 65_534, 65_534);
  expect(await distrustOf(engineAt(socket), us)).toBe('open-to-others');
  chownSync(socket, 0, 0);
  chownSync(folder, 65_534, 65_534);
  expect(await distrustOf(engineAt(socket), us)).toBe('open-to-others');
  chownSync(folder, 0, 0);
  expect(await distrustOf(engineAt(socket), us)).toBeUndefined();

  const open = mkdtempSync(join(tmpdir(), 'demine-engine-'));
  cleanups.push(() => rmSync(open, { recursive: true, force: true }));
  expect(await distrustOf(engineAt(listen(join(open, 's'))), us)).toBe('open-to-others');
});

test('another program that listens there is no engine, whatever its name', async () => {
  const socket = listen(join(closedFolder(), 's'));
  expect(await distrustOf(engineAt(socket), { native: us.native })).toBe('other-program');
});

test('nothing, a file, a link to elsewhere and a socket without a listener are no engine', async () => {
  const folder = closedFolder();
  expect(await distrustOf(engineAt(join(folder, 'none')), us)).toBe('missing');
  writeFileSync(join(folder, 'file'), '');
  expect(await distrustOf(engineAt(join(folder, 'file')), us)).toBe('no-socket');
  const open = mkdtempSync(join(tmpdir(), 'demine-engine-'));
  cleanups.push(() => rmSync(open, { recursive: true, force: true }));
  symlinkSync(listen(join(open, 's')), join(folder, 'link'));
  expect(await distrustOf(engineAt(join(folder, 'link')), us)).toBe('open-to-others');
  mkdirSync(join(folder, 'dead'));
  const left = Bun.spawnSync([
    process.execPath,
    '-e',
    `Bun.serve({ unix: ${JSON.stringify(join(folder, 'dead/s'))}, fetch: () => new Response() }); process.kill(process.pid, 'SIGKILL')`,
  ]);
  expect(left.exitCode).not.toBe(0);
  chmodSync(join(folder, 'dead/s'), 0o660);
  expect(await distrustOf(engineAt(join(folder, 'dead/s')), us)).toBe('nobody-listens');
});

test.each(['', '1.12', '2.0', 'x'])('one of version "%s" is not spoken to', async (version) => {
  expect(await distrustOf(engineAt(listen(join(closedFolder(), 's'), version)), us)).toBe('no-answer');
});

test('Docker changes a policy, podman from 5.1 on, and who says a version that is none does not', () => {
  for (const [said, changes] of [
    [undefined, true],
    ['5.4.2', true],
    ['5.1.0', true],
    ['6.0.0-rc1', true],
    ['5.0.3', false],
    ['4.9.3', false],
    ['4.3.1', false],
    ['', false],
    ['new', false],
  ] as const) {
    expect([said, changesPolicyOf(said)]).toEqual([said, changes]);
  }
});
