import { afterAll, beforeAll, expect, test } from 'bun:test';
import { existsSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { type LabHost, openLabHost, startStandIn } from './harness.ts';

let host: LabHost;
beforeAll(async () => {
  host = await openLabHost();
});
afterAll(async () => {
  await host.stop();
});

test('a lab host is Debian with processes of its own only', async () => {
  const { code, stdout } = await host.run(['sh', '-c', '. /etc/os-release; echo $ID; echo /proc/[0-9]*']);
  expect(code).toBe(0);
  const [id, pids = ''] = stdout.split('\n');
  expect(id).toBe('debian');
  expect(pids.split(' ').length).toBeLessThan(6);
  expect(pids).toStartWith('/proc/1 ');
});

test('a lab host has loopback and no way out', async () => {
  const { stdout } = await host.run(['cat', '/proc/net/dev', '/proc/net/route']);
  const names = [...stdout.matchAll(/^\s*([^\s:]+):/gm)].map((match) => match[1]);
  expect(names).toEqual(['lo']);
  expect(stdout.trim().split('\n').at(-1)).toStartWith('Iface');
});

test('programs of a lab host reach each other over loopback', async () => {
  const program =
    "import socket; s = socket.create_server(('127.0.0.1', 0)); socket.create_connection(s.getsockname())";
  expect(await host.run(['python3', '-c', program])).toMatchObject({ code: 0, stderr: '' });
});

test('a stand-in runs under any name and path and ends when it is stopped', async () => {
  const running = await startStandIn(host, 'shape', ['light', '1'], {
    as: '/var/tmp/.x/kworker',
    argv0: '[kworker/0:1]',
  });
  const folder = join(host.root, 'proc', String(running.pid));
  expect((await host.run(['readlink', `/proc/${running.pid}/exe`])).stdout).toBe('/var/tmp/.x/kworker\n');
  expect(await Bun.file(join(folder, 'cmdline')).text()).toStartWith('[kworker/0:1]\0');
  await running.stop();
  expect(existsSync(folder)).toBe(false);
});

test('what one lab host writes is not in the cached root', async () => {
  await host.run(['sh', '-c', 'echo x > /etc/written; ln -s a /etc/linked']);
  expect(readlinkSync(join(host.root, 'etc/linked'))).toBe('a');
  expect(existsSync(join(process.env['DEMINE_TEST_ROOT'] ?? '', 'etc/written'))).toBe(false);
});
