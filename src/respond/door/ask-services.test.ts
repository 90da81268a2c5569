import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { createServer, type Server, type Socket } from 'node:net';
import type { ResultExposure } from '../../model/result.ts';
import { raiseLoopback } from '../../native/loopback.ts';
import { addressFor, askable, askServices } from './ask-services.ts';
import { requests } from './requests.ts';

const loopback = '127.0.0.1';
const listening = (service: string, port: number, address = '0.0.0.0'): ResultExposure => ({
  ...{ service, address, port, transport: 'tcp', risk: 'high', reach: 'all-addresses' },
});
const servers: Server[] = [];

/** A server that answers what it is asked first with these bytes. */
function answering(answer: string | ((asked: string, socket: Socket) => void)): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<number>();
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', (bytes) => {
      if (typeof answer === 'string') socket.end(Buffer.from(answer, 'latin1'));
      else answer(bytes.toString('latin1'), socket);
    });
  });
  servers.push(server);
  server.listen(0, loopback, () => {
    const address = server.address();
    resolve(typeof address === 'object' && address !== null ? address.port : 0);
  });
  return promise;
}
const ask = async (service: string, port: number) =>
  (await askServices([listening(service, port)], [loopback]))[0];
const http = (status: string, body: string): string =>
  `HTTP/1.1 ${status}\r\nContent-Type: text/plain\r\nContent-Length: ${body.length}\r\n\r\n${body}`;

beforeAll(() => {
  expect(raiseLoopback().status).toBe('ok');
});
afterAll(() => {
  for (const server of servers) server.close();
});

describe('what a service answers to who has no password', () => {
  test.each([
    ['Redis', '+PONG\r\n', 'let-in'],
    ['Redis', '-NOAUTH Authentication required.\r\n', 'refused'],
    ['Redis', '-DENIED Redis is running in protected mode because protected mode is enabled\r\n', 'refused'],
    ['Redis', http('400 Bad Request', ''), 'not-its-words'],
    ['Memcached', 'VERSION 1.6.18\r\n', 'let-in'],
    ['Docker API', http('200 OK', 'OK'), 'let-in'],
    [
      'Docker API',
      http('400 Bad Request', 'Client sent an HTTP request to an HTTPS server.\n'),
      'not-its-words',
    ],
    ['Elasticsearch', http('200 OK', '{"cluster_name":"x"}'), 'let-in'],
    ['Elasticsearch', http('401 Unauthorized', '{"error":{}}'), 'refused'],
    ['Hadoop YARN', http('200 OK', '<html>an ordinary page</html>'), 'not-its-words'],
    ['Jupyter', http('403 Forbidden', '{}'), 'refused'],
    ['Jupyter', http('200 OK', '[]'), 'let-in'],
    ['XXL-JOB executor', http('200 OK', '{"code":500,"msg":"The access token is wrong."}'), 'refused'],
    ['XXL-JOB executor', http('200 OK', '{"code":200}'), 'let-in'],
    ['PostgreSQL', 'R\0\0\0\x08\0\0\0\0', 'let-in'],
    ['PostgreSQL', 'R\0\0\0\x17\0\0\0\nSCRAM-SHA-256\0\0', 'refused'],
    ['PostgreSQL', 'E\0\0\0\x20SFATAL\0C28000\0', 'refused'],
    ['MongoDB', 'xxxx\x04databases\0yyyy', 'let-in'],
    ['MongoDB', 'xxxx\x02codeName\0\r\0\0\0Unauthorized\0', 'refused'],
  ])('%s %#', async (service, answer, expected) => {
    expect((await ask(service, await answering(answer)))?.answer as string).toBe(expected);
  });

  test('what is shown of an answer is its first line, harmless and masked', async () => {
    const port = await answering(`-ERR \x1b[2J password=hunter2secret ${'x'.repeat(900)}\r\nmore\r\n`);
    const found = await ask('Redis', port);
    expect(found?.text).not.toContain('\x1b');
    expect(found?.text).not.toContain('hunter2secret');
    expect((found?.text ?? '').length).toBeLessThanOrEqual(160);
    expect(found?.request).toBe('PING');
  });

  test('one that says nothing, one that never ends and a port where nobody is are no failure', async () => {
    const silent = await answering(() => undefined);
    expect((await ask('Redis', silent))?.answer).toBe('no-answer');
    const endless = await answering((_asked, socket) => {
      const more = (): void => {
        while (socket.writable && socket.write('x'.repeat(65_536)));
        socket.once('drain', more);
      };
      more();
    });
    expect((await ask('Redis', endless))?.answer).toBe('not-its-words');
    const gone = await answering('+PONG\r\n');
    await new Promise((resolve) => servers.at(-1)?.close(resolve));
    expect((await ask('Redis', gone))?.answer).toBe('no-answer');
  });

  test('nothing is written that changes anything', () => {
    const sent = Object.values(requests).map(({ bytes }) => Buffer.from(bytes('h')).toString('latin1'));
    for (const text of sent) {
      expect(text).not.toMatch(/PUT|DELETE|SET|FLUSH|EVAL|run|exec|create/);
      expect(text).not.toMatch(/authorization|cookie|password/i);
    }
    expect(sent.filter((text) => text.startsWith('POST')).length).toBe(1);
  });
});

describe('where it is asked', () => {
  const own = ['192.0.2.7', '2001:db8::7', loopback, '::1'];

  test('at an address that the network reaches, where it has one', () => {
    expect(addressFor('0.0.0.0', own)).toBe('192.0.2.7');
    expect(addressFor('::', own)).toBe('192.0.2.7');
    expect(addressFor('2001:db8::7', own)).toBe('2001:db8::7');
    expect(addressFor('0.0.0.0', [loopback])).toBe(loopback);
  });

  test('never at an address that is not this host’s', () => {
    expect(addressFor('198.51.100.1', own)).toBeUndefined();
    expect(askable([listening('Redis', 6379, '198.51.100.1')], own)).toEqual([]);
  });

  test('a service that nobody knows how to ask is not asked, and no more than twenty are', () => {
    expect(askable([listening('Telnet', 23), listening('constructor', 1)], own)).toEqual([]);
    const many = Array.from({ length: 100 }, (_, index) => listening('Redis', index + 1));
    expect(askable(many, own).length).toBe(20);
  });
});
