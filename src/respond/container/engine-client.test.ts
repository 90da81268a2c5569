import { afterEach, expect, test } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { printableText } from '../../model/text.ts';
import { FakeEngine } from './engine.fixture.ts';
import { callEngine, EngineClient } from './engine-client.ts';

const cleanups: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const id = 'ab'.repeat(32);

/** A socket on which somebody answers as he likes. */
async function answering(reply: (socket: Socket, asked: string) => void): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'demine-answer-'));
  const path = join(folder, 'sock');
  const open = new Set<Socket>();
  const server: Server = createServer((socket) => {
    open.add(socket);
    socket.on('error', () => undefined);
    let said = '';
    socket.on('data', (bytes: Buffer) => {
      said += bytes.toString('latin1');
      if (said.includes('\r\n\r\n')) reply(socket, said);
    });
  });
  cleanups.push(async () => {
    for (const socket of open) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
    rmSync(folder, { recursive: true, force: true });
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  return path;
}

const call = (path: string, more: object = {}) =>
  callEngine(Buffer.from(path), { method: 'GET', path: '/x', waitMs: 300, ...more });

/** Writes for as long as somebody reads. */
function forEver(socket: Socket, piece: string): void {
  const go = (): void => {
    while (!socket.destroyed && socket.write(piece));
    socket.once('drain', go);
  };
  go();
}

const ok = 'HTTP/1.1 200 OK\r\n';

test('what is asked is whole, and so is the answer', async () => {
  let asked = '';
  const path = await answering((socket, said) => {
    asked = said;
    socket.write(`${ok}Api-Version: 1.41\r\nContent-Length: 2\r\n\r\n{}`);
  });
  const answer = await call(path, { method: 'POST', body: { a: 1 } });
  expect(answer).toMatchObject({ status: 'ok', value: { status: 200, body: new Uint8Array([0x7b, 0x7d]) } });
  expect(asked).toStartWith('POST /x HTTP/1.1\r\nHost: engine\r\n');
  expect(asked).toEndWith('Content-Length: 7\r\n\r\n{"a":1}');
});

test.each<[string, (socket: Socket) => void, object]>([
  ['says nothing', () => undefined, { status: 'timeout' }],
  ['ends at once', (socket) => socket.end(), { reason: 'it ended in the middle' }],
  [
    'is no HTTP',
    (socket) => socket.write('220 mail.example\r\n\r\n'),
    { reason: 'not an answer of HTTP/1.1' },
  ],
  ['has a head without end', (socket) => forEver(socket, 'X: y\r\n'), { status: 'error' }],
  [
    'has a body without end',
    (socket) => {
      socket.write(`${ok}\r\n`);
      forEver(socket, 'x'.repeat(65_536));
    },
    { reason: 'more than 4194304 bytes' },
  ],
  [
    'promises more than is taken',
    (socket) => {
      socket.write(`${ok}Content-Length: 99999999999\r\n\r\n`);
      forEver(socket, 'x'.repeat(65_536));
    },
    { reason: 'more than 4194304 bytes' },
  ],
  [
    'comes byte by byte',
    (socket) => {
      const drip = setInterval(() => (socket.destroyed ? clearInterval(drip) : socket.write('H')), 20);
    },
    { status: 'timeout' },
  ],
  [
    'has chunks without end',
    (socket) => {
      socket.write(`${ok}Transfer-Encoding: chunked\r\n\r\n`);
      forEver(socket, '1\r\nx\r\n'.repeat(5000));
    },
    { status: 'timeout' },
  ],
])('an answer that %s is given up', async (_, reply, told) => {
  expect(await call(await answering((socket) => reply(socket)))).toMatchObject(told);
});

test('nothing there is told', async () => {
  expect((await call('/nonexistent/demine.sock')).status).toBe('error');
});

test('a redirect is not followed, and an error is told in words that act on nothing', async () => {
  let asked = 0;
  const path = await answering((socket) => {
    asked += 1;
    const body = JSON.stringify({ message: `\x1b[2Jno\u202e${'x'.repeat(500)}` });
    socket.end(
      `HTTP/1.1 302 Found\r\nLocation: http://192.0.2.1/\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    );
  });
  const client = new EngineClient({ socket: printableText(path), api: '1.41' });
  const answer = await client.pause(id);
  expect(answer).toMatchObject({ status: 'error', reason: expect.stringContaining('HTTP 302: %1B[2Jno') });
  expect(asked).toBe(1);
});

test.each([
  ['another container', { Id: 'cd'.repeat(32), State: { Status: 'running', Running: true } }],
  ['no state', { Id: id }],
  ['a list', []],
  ['null', null],
])('a container that is %s is none', async (_, body) => {
  const engine = new FakeEngine({ instead: () => Response.json(body) });
  cleanups.push(() => engine.close());
  const client = new EngineClient({ socket: printableText(engine.socket), api: '1.41' });
  expect(await client.inspect(id)).toMatchObject({ status: 'error' });
});

test('a container as the engine says it: state, ports, binds, volumes, policy', async () => {
  const engine = new FakeEngine();
  cleanups.push(() => engine.close());
  engine.create({
    id,
    name: 'shop',
    command: ['sleep', '60'],
    policy: 'unless-stopped',
    ports: { '80/tcp': [{ HostIp: '0.0.0.0', HostPort: '8080' }] },
    binds: ['/:/host', '/srv/www:/www:ro'],
    volumes: ['data'],
    labels: { 'com.docker.compose.project': 'web' },
  });
  const client = new EngineClient({ socket: printableText(engine.socket), api: '1.41' });
  expect(await client.inspect(id)).toMatchObject({
    status: 'ok',
    value: {
      id,
      name: 'shop',
      image: 'alpine:3.19',
      state: 'running',
      policy: { name: 'unless-stopped', retries: 0 },
      ports: ['0.0.0.0:8080->80/tcp'],
      binds: [
        { source: '/', destination: '/host', readOnly: false },
        { source: '/srv/www', destination: '/www', readOnly: true },
      ],
      volumes: ['data (/data)'],
      project: 'web',
      removesItself: false,
    },
  });
  expect(await client.list()).toMatchObject({ status: 'ok', value: [{ id, name: 'shop', isRunning: true }] });
  expect(await client.inspect('cd'.repeat(32))).toMatchObject({ status: 'absent' });
});
