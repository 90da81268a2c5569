import { expect, test } from 'bun:test';
import { HttpResponseReader } from './http-response.ts';

interface Read {
  readonly status: number | undefined;
  readonly body: string;
  readonly done: boolean;
}

/** @param step bytes that arrive at once */
function read(text: string, options: { step?: number; most?: number; closed?: boolean } = {}): Read {
  const { step = text.length, most = 1000, closed = false } = options;
  const pieces: Buffer[] = [];
  const reader = new HttpResponseReader(most, (piece) => pieces.push(Buffer.from(piece)));
  const bytes = Buffer.from(text, 'latin1');
  for (let at = 0; at < bytes.length; at += step) reader.push(bytes.subarray(at, at + step));
  if (closed) reader.end();
  return { status: reader.head?.status, body: Buffer.concat(pieces).toString('latin1'), done: reader.isDone };
}

const whole = 'HTTP/1.1 200 OK\r\nApi-Version: 1.41\r\nContent-Length: 5\r\n\r\nhello';
const chunked =
  'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;x=y\r\nhello\r\nB\r\n, container\r\n0\r\nTrailer: x\r\n\r\n';

test('a body of known length, of chunks, and one that ends with the connection', () => {
  for (const step of [1, 2, 7, 1000]) {
    expect(read(whole, { step })).toEqual({ status: 200, body: 'hello', done: true });
    expect(read(chunked, { step })).toEqual({ status: 200, body: 'hello, container', done: true });
    const open = 'HTTP/1.0 200 OK\r\n\r\nrest';
    expect(read(open, { step })).toEqual({ status: 200, body: 'rest', done: false });
    expect(read(open, { step, closed: true })).toEqual({ status: 200, body: 'rest', done: true });
  }
});

test('answers without a body, and one that says first that it goes on', () => {
  expect(read('HTTP/1.1 204 No Content\r\n\r\n')).toEqual({ status: 204, body: '', done: true });
  expect(read('HTTP/1.1 304\r\nContent-Length: 9\r\n\r\n')).toEqual({ status: 304, body: '', done: true });
  expect(read(`HTTP/1.1 100 Continue\r\n\r\n${whole}`)).toEqual({ status: 200, body: 'hello', done: true });
});

test('headers are read by name', () => {
  const reader = new HttpResponseReader(9, () => undefined);
  reader.push(Buffer.from('HTTP/1.1 200 OK\r\nA: 1\r\na:  2 \r\nContent-Length: 0\r\n\r\n'));
  expect([...(reader.head?.headers ?? [])]).toEqual([
    ['a', '1, 2'],
    ['content-length', '0'],
  ]);
});

test.each([
  ['no HTTP', 'SSH-2.0-OpenSSH_9.2\r\n\r\n'],
  ['HTTP/2', 'HTTP/2 200\r\n\r\n'],
  ['a head without end', `HTTP/1.1 200 OK\r\n${'X: y\r\n'.repeat(9000)}`],
  ['a long head', `HTTP/1.1 200 OK\r\nX: ${'y'.repeat(40_000)}\r\n\r\n`],
  ['many headers', `HTTP/1.1 200 OK\r\n${'X: y\r\n'.repeat(300)}\r\n`],
  ['a folded header', 'HTTP/1.1 200 OK\r\nA: b\r\n c\r\n\r\n'],
  ['an upgrade', 'HTTP/1.1 101 Switching Protocols\r\n\r\n'],
  ['a coding', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n'],
  ['two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx'],
  ['a negative length', 'HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\nx'],
  ['a body beyond the bound', `HTTP/1.1 200 OK\r\nContent-Length: 2000\r\n\r\n${'x'.repeat(2000)}`],
  ['a body that never ends', `HTTP/1.1 200 OK\r\n\r\n${'x'.repeat(2000)}`],
  ['a chunk without a size', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\r\n\r\n'],
  ['a size that is too large', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffffffff\r\n'],
  ['a chunk longer than it says', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nxy\r\n'],
  ['a line without end', `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${'1'.repeat(600)}`],
  ['a second answer', `${whole}${whole}`],
])('%s is refused', (_, text) => {
  expect(() => read(text, { step: 100 })).toThrow(RangeError);
});

test('an answer that is cut off is none', () => {
  for (const text of [whole.slice(0, -1), whole.slice(0, 20), chunked.slice(0, -2)]) {
    expect(() => read(text, { closed: true })).toThrow('it ended in the middle');
  }
});
