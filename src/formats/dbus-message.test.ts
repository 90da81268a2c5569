import { expect, test } from 'bun:test';
import { encodeCall, readMessage } from './dbus-message.ts';

const call = {
  serial: 7,
  path: '/org/freedesktop/systemd1',
  interface: 'org.freedesktop.systemd1.Manager',
  member: 'Reload',
};

/** A message as the specification lays it out, by hand; fields are whole. */
function message(type: number, fields: readonly (readonly number[])[], order: 'l' | 'B' = 'l'): Uint8Array {
  const little = order === 'l';
  const body: number[] = [];
  for (const field of fields) {
    while (body.length % 8 !== 0) body.push(0);
    body.push(...field);
  }
  const head = new Uint8Array(16 + Math.ceil(body.length / 8) * 8);
  const view = new DataView(head.buffer);
  head.set([order.charCodeAt(0), type, 1, 1]);
  view.setUint32(8, 99, little);
  view.setUint32(12, body.length, little);
  head.set(body, 16);
  return head;
}

const replyTo = (serial: number, little = true): readonly number[] => [
  ...[5, 1, 'u'.charCodeAt(0), 0],
  ...(little ? [serial, 0, 0, 0] : [0, 0, 0, serial]),
];
const text = (id: number, kind: string, value: string): readonly number[] => [
  ...[id, 1, kind.charCodeAt(0), 0, value.length, 0, 0, 0],
  ...Buffer.from(value),
  0,
];

test('a call is laid out as the specification says', () => {
  const bytes = encodeCall({ ...call, destination: 'org.freedesktop.systemd1' });
  expect([...bytes.subarray(0, 4)]).toEqual([0x6c, 1, 0, 1]);
  const view = new DataView(bytes.buffer);
  expect([view.getUint32(4, true), view.getUint32(8, true)]).toEqual([0, 7]);
  expect(bytes.length % 8).toBe(0);
  // Each field begins at a multiple of eight: path, interface, member, destination.
  expect(Buffer.from(bytes).toString('latin1')).toContain('\x01\x01o\0\x19\0\0\0/org/freedesktop/systemd1\0');
  for (const id of ['\x02\x01s\0', '\x03\x01s\0', '\x06\x01s\0']) {
    expect(Buffer.from(bytes).indexOf(id, 16, 'latin1') % 8).toBe(0);
  }
  expect(readMessage(bytes)).toMatchObject({ kind: 'whole', size: bytes.length, message: { kind: 'other' } });
});

test('an answer and an error are told with the call that they answer, in both byte orders', () => {
  for (const order of ['l', 'B'] as const) {
    const answer = message(2, [replyTo(7, order === 'l')], order);
    expect(readMessage(answer)).toMatchObject({ kind: 'whole', message: { kind: 'answer', replySerial: 7 } });
  }
  const denied = 'org.freedesktop.DBus.Error.AccessDenied';
  const signature = [8, 1, 'g'.charCodeAt(0), 0, 1, 's'.charCodeAt(0), 0];
  const error = message(3, [signature, text(4, 's', denied), replyTo(7)]);
  expect(readMessage(error)).toMatchObject({ message: { kind: 'error', replySerial: 7, name: denied } });
});

test('what is cut off, too large or none is no message, and none of it throws', () => {
  const whole = message(2, [text(1, 'o', '/a'), replyTo(7)]);
  for (let size = 0; size < whole.length; size += 1) {
    expect(readMessage(whole.subarray(0, size))).toEqual({ kind: 'more' });
  }
  expect(readMessage(Buffer.from('HTTP/1.1 200 OK\r\nServer: x'))).toEqual({ kind: 'broken' });
  const huge = whole.slice();
  new DataView(huge.buffer).setUint32(4, 0xffff_ffff, true);
  expect(readMessage(huge)).toEqual({ kind: 'broken' });
  const long = message(3, [[4, 1, 's'.charCodeAt(0), 0, 0xff, 0xff, 0xff, 0xff, 0x61]]);
  expect(readMessage(long)).toMatchObject({ message: { kind: 'error', replySerial: 0, name: '' } });
  let seed = 1;
  for (let round = 0; round < 20_000; round += 1) {
    const bytes = whole.slice();
    for (let change = 0; change < 3; change += 1) {
      seed = (seed * 48_271) % 2_147_483_647;
      bytes[seed % bytes.length] = seed >>> 8;
    }
    expect(['whole', 'more', 'broken']).toContain(readMessage(bytes).kind);
  }
});

test('arguments that are texts stand in the body, and the header names their types', () => {
  const bytes = encodeCall({ ...call, member: 'StopUnit', texts: ['a.service', 'replace'] });
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const size = view.getUint32(4, true);
  const body = bytes.subarray(bytes.length - size);
  expect([...body]).toEqual([
    ...[9, 0, 0, 0],
    ...Buffer.from('a.service\0'),
    // The next length stands at a multiple of four.
    ...[0, 0, 7, 0, 0, 0],
    ...Buffer.from('replace\0'),
  ]);
  expect((bytes.length - size) % 8).toBe(0);
  expect(Buffer.from(bytes).includes(Buffer.from([8, 1, 0x67, 0, 2, 0x73, 0x73, 0]))).toBe(true);
  expect(readMessage(bytes)).toMatchObject({ kind: 'whole', size: bytes.length });
});
