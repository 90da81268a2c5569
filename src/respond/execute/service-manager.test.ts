import { afterEach, expect, test } from 'bun:test';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { forgetUnits, reloadSystemd } from './service-manager.ts';

const folder = mkdtempSync(join(tmpdir(), 'demine-manager-'));
const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve));
  rmSync(join(folder, 'private'), { force: true });
});

const answer = (type: number): Uint8Array =>
  Uint8Array.from([0x6c, type, 1, 1, 0, 0, 0, 0, 9, 0, 0, 0, 8, 0, 0, 0, 5, 1, 0x75, 0, 1, 0, 0, 0]);

/** A manager that is told line by line, then message by message. */
async function manager(admit: string, reply: (socket: Socket, call: Buffer) => void): Promise<string> {
  const path = join(folder, 'private');
  const server = createServer((socket) => {
    let said = Buffer.alloc(0);
    let admitted = false;
    socket.on('error', () => undefined);
    socket.on('data', (bytes: Buffer) => {
      said = Buffer.concat([said, bytes]);
      if (!admitted && said.includes('BEGIN\r\n')) {
        admitted = true;
        expect(said.toString('latin1')).toStartWith('\0AUTH EXTERNAL 30\r\nBEGIN\r\n');
        socket.write(admit);
      }
      const begin = said.indexOf('BEGIN\r\n');
      if (begin >= 0 && said.length > begin + 7) reply(socket, said.subarray(begin + 7));
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(path, resolve));
  return path;
}

const ok = 'OK 0123456789abcdef0123456789abcdef\r\n';

test('a manager reads its units again, and is waited for until it has', async () => {
  let called = '';
  const path = await manager(ok, (socket, call) => {
    called = call.toString('latin1');
    // It tells of a hundred thousand units first, and answers in two pieces.
    socket.write(Buffer.alloc(24 * 100_000, answer(4).fill(0, 20, 24)));
    const bytes = answer(2);
    socket.write(bytes.subarray(0, 11));
    setTimeout(() => socket.write(bytes.subarray(11)), 20);
  });
  expect(await reloadSystemd(path)).toEqual({ status: 'ok', value: true });
  expect(called).toContain('org.freedesktop.systemd1.Manager');
  expect(called).toContain('Reload\0');
});

test('one that refuses, answers with an error, with nonsense, for ever or not at all is told', async () => {
  const cases: readonly (readonly [string, (socket: Socket) => void, object])[] = [
    ['REJECTED EXTERNAL\r\n', () => undefined, { status: 'error', reason: 'refused: REJECTED EXTERNAL' }],
    [ok, (socket) => socket.write(answer(3)), { status: 'error' }],
    [ok, (socket) => socket.write('HTTP/1.1 400 Bad Request\r\n'), { reason: 'no message of D-Bus' }],
    ['x'.repeat(9000), () => undefined, { reason: 'it says too much' }],
    [ok, (socket) => socket.end(), { reason: 'it ended the connection' }],
    [ok, () => undefined, { status: 'timeout' }],
  ];
  for (const [admit, reply, told] of cases) {
    const path = await manager(admit, reply);
    expect(await reloadSystemd(path, 300)).toMatchObject(told);
    for (const server of servers.splice(0)) server.close();
    rmSync(path, { force: true });
  }
});

test('nothing there, a plain file and a link to a socket are no manager', async () => {
  expect(await reloadSystemd(join(folder, 'none'))).toMatchObject({ status: 'absent' });
  writeFileSync(join(folder, 'file'), '');
  expect((await reloadSystemd(join(folder, 'file'))).status).not.toBe('ok');
  const path = await manager(ok, (socket) => socket.write(answer(2)));
  symlinkSync(path, join(folder, 'link'));
  expect((await reloadSystemd(join(folder, 'link'))).status).not.toBe('ok');
});

test('units are stopped, then their failure is forgotten; one that nobody knows is as good as forgotten', async () => {
  const calls: string[] = [];
  const name = 'org.freedesktop.systemd1.NoSuchUnit';
  // An error with the name of the error (field 4), then the serial that it answers.
  const field = [4, 1, 0x73, 0, name.length, 0, 0, 0, ...Buffer.from(`${name}\0`)];
  while (field.length % 8 !== 0) field.push(0);
  const error = Uint8Array.from([
    ...[0x6c, 3, 1, 1, 0, 0, 0, 0, 9, 0, 0, 0, field.length + 8, 0, 0, 0],
    ...field,
    ...[5, 1, 0x75, 0, 1, 0, 0, 0],
  ]);
  const path = await manager(ok, (socket, call) => {
    const text = call.toString('latin1');
    const [member] = /(?:StopUnit|ResetFailedUnit|Reload)/.exec(text) ?? ['?'];
    const [unit] = /[a-z]+\.service/.exec(text) ?? ['?'];
    calls.push(`${member} ${unit}${text.includes('replace\0') ? ' replace' : ''}`);
    socket.write(unit === 'b.service' ? error : answer(2));
  });
  expect(await forgetUnits(path, ['a.service', 'b.service'])).toEqual({ status: 'ok', value: true });
  expect(calls).toEqual([
    ...['StopUnit a.service replace', 'StopUnit b.service replace'],
    ...['ResetFailedUnit a.service', 'ResetFailedUnit b.service'],
    ...['ResetFailedUnit a.service', 'ResetFailedUnit b.service'],
  ]);
});

test('a manager that refuses to forget is told', async () => {
  const path = await manager(ok, (socket) => socket.write(answer(3)));
  expect((await forgetUnits(path, ['a.service'])).status).toBe('error');
  expect(await forgetUnits(join(folder, 'none'), ['a.service'])).toMatchObject({ status: 'absent' });
});
