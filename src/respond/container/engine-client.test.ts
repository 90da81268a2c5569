import { afterEach, expect, test } from 'bun:test';
import type { Socket } from 'node:net';
import { printableText } from '../../model/text.ts';
import { FakeEngine } from './engine.fixture.ts';
import { callEngine, EngineClient } from './engine-client.ts';
import { forEver, rawSocket } from './raw-socket.fixture.ts';

const cleanups: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const id = 'ab'.repeat(32);

async function answering(reply: (socket: Socket, asked: string) => void): Promise<string> {
  const raw = await rawSocket(reply);
  cleanups.push(() => raw.close());
  return raw.path;
}

const call = (path: string, more: object = {}) =>
  callEngine(Buffer.from(path), { method: 'GET', path: '/x', waitMs: 300, ...more });

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

test('an answer that is not taken is bounded in memory, however much may be taken', async () => {
  const path = await answering((socket) => {
    socket.write('HTTP/1.1 500 No\r\n\r\n');
    forEver(socket, 'x'.repeat(65_536));
  });
  const client = new EngineClient({ socket: printableText(path), api: '1.41' });
  const answer = await client.export(id, { most: Number.MAX_SAFE_INTEGER }, () => undefined);
  expect(answer).toEqual({ status: 'error', reason: 'more than 4194304 bytes' });
});

test.each([
  ['comes to a halt', 'x'.repeat(4096), 0],
  ['drips', 'x', 20],
])('a long answer that %s is given up by its pace', async (_, piece, everyMs) => {
  const path = await answering((socket) => {
    socket.write(`${ok}\r\n${piece}`);
    if (everyMs === 0) return;
    const drip = setInterval(() => (socket.destroyed ? clearInterval(drip) : socket.write(piece)), everyMs);
  });
  const client = new EngineClient({ socket: printableText(path), api: '1.41' });
  const pace = { silenceMs: 200, bytesPerSecond: 1 << 20 };
  const answer = await client.export(id, { most: 1 << 30, pace }, () => undefined);
  expect(answer).toMatchObject({ status: 'timeout', reason: expect.stringContaining('too slowly') });
});

test('a long answer may take longer than any silence in it', async () => {
  const path = await answering((socket) => {
    socket.write(`${ok}Transfer-Encoding: chunked\r\n\r\n`);
    let left = 8;
    const drip = setInterval(() => {
      left -= 1;
      socket.write(left > 0 ? '1\r\nx\r\n' : '0\r\n\r\n');
      if (left === 0) clearInterval(drip);
    }, 50);
  });
  const client = new EngineClient({ socket: printableText(path), api: '1.41' });
  let size = 0;
  const pace = { silenceMs: 300, bytesPerSecond: 1 };
  const answer = await client.export(id, { most: 100, pace }, (piece) => {
    size += piece.length;
  });
  expect({ answer, size }).toEqual({ answer: { status: 'ok', value: true }, size: 7 });
});

test.each([
  [
    { SizeRootFs: 7_000, SizeRw: 5 },
    { status: 'ok', value: 7_000 },
  ],
  // podman counts what was written beside the image.
  [
    { SizeRootFs: 5, SizeRw: 7_000 },
    { status: 'ok', value: 7_000 },
  ],
  [{ SizeRootFs: -1, SizeRw: '7' }, { status: 'absent' }],
  [{ SizeRootFs: 1e300 }, { status: 'absent' }],
  [{}, { status: 'absent' }],
])('how large a container is: %p', async (sizes, told) => {
  const engine = new FakeEngine({ instead: () => Response.json({ Id: id, ...sizes }) });
  cleanups.push(() => engine.close());
  const client = new EngineClient({ socket: printableText(engine.socket), api: '1.41' });
  expect(await client.sizeOf(id)).toMatchObject(told as never);
});
