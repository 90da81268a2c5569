/** Kernels and neighbours that answer a dump as none should: each ends, within bounds, with a status. */
import { describe, expect, test } from 'bun:test';
import { code, datagram, done, type Message, mutations } from '../formats/netlink.fixture.ts';
import { errno } from './failure.ts';
import { type DumpChannel, dumpMs, dumpOver } from './netlink-dump.ts';

const request = (): Uint8Array => new Uint8Array(20);
const socket: Message = { type: 20, payload: new Uint8Array(72) };

/** @param answer what the nth `receive` gives, for the sequence number of the request; its time moves by `stepMs` */
function channel(
  answer: (index: number, sequence: number) => Uint8Array | 'foreign' | number,
  stepMs = 0,
): DumpChannel & { readonly received: () => number } {
  let [sequence, index, now] = [0, 0, 1000];
  return {
    send: (bytes) => {
      sequence = new DataView(bytes.buffer, bytes.byteOffset).getUint32(8, true);
      return bytes.length;
    },
    receive: () => {
      now += stepMs;
      return answer(index++, sequence);
    },
    now: () => now,
    received: () => index,
  };
}

const answers = (...messages: readonly Message[]) => channel((_, sequence) => datagram(sequence, messages));

describe('a dump', () => {
  test('of several datagrams is put together', () => {
    const two = channel((index, sequence) =>
      datagram(sequence, index === 0 ? [socket, socket] : [socket, done]),
    );
    const answer = dumpOver(two, request());
    expect(answer.status === 'ok' ? answer.value.length : answer).toBe(3);
  });

  test('keeps payloads when the buffer they came in is used again', () => {
    const buffer = new Uint8Array(256);
    const again = channel((index, sequence) => {
      const bytes = datagram(sequence, index === 0 ? [{ type: 20, payload: code(41) }] : [done]);
      buffer.fill(0xff);
      buffer.set(bytes);
      return buffer.subarray(0, bytes.length);
    });
    const answer = dumpOver(again, request());
    expect(answer.status === 'ok' ? answer.value[0]?.payload : answer).toEqual(code(41));
  });

  test('that changed once is asked for again', () => {
    let changed = 0x10;
    const once = channel((_, sequence) => {
      const bytes = datagram(sequence, [{ ...socket, flags: changed }, done]);
      changed = 0;
      return bytes;
    });
    expect(dumpOver(once, request())).toMatchObject({ status: 'ok' });
    expect(once.received()).toBe(2);
  });
});

describe('what ends it otherwise, with what was had', () => {
  const partial = [{ type: 20 }];
  test.each<[string, ReturnType<typeof channel>, object]>([
    ['refused', answers({ type: 2, payload: code(-errno.EPERM) }), { status: 'denied', reason: 'EPERM' }],
    ['not known to this kernel', answers({ type: 2, payload: code(-errno.ENOENT) }), { status: 'absent' }],
    ['an errno that no kernel has', answers({ type: 2, payload: code(-99_999) }), { status: 'error' }],
    [
      'an error cut short',
      answers(socket, { type: 2, payload: new Uint8Array(0) }),
      { status: 'error', partial },
    ],
    [
      'lengths of 0',
      answers(socket, { ...socket, length: 0 }),
      { status: 'error', reason: 'EPROTO', partial },
    ],
    ['lengths beyond the buffer', answers(socket, { ...socket, length: 9999 }), { status: 'error', partial }],
    ['messages dropped', answers(socket, { type: 4, payload: code(0) }), { status: 'truncated', partial }],
    ['changed each time', answers({ ...socket, flags: 0x10 }, done), { status: 'truncated', partial }],
    ['no answer', channel(() => -errno.EAGAIN), { status: 'timeout' }],
  ])('%s', (_, hostile, expected) => {
    expect(dumpOver(hostile, request())).toMatchObject(expected);
  });

  test('a request that cannot be sent', () => {
    const closed = { ...answers(done), send: () => -errno.EPERM };
    expect(dumpOver(closed, request())).toMatchObject({ status: 'denied', reason: 'EPERM' });
  });
});

describe('what never ends is bounded', () => {
  test('a dump without end, in bytes', () => {
    const large: Message = { type: 20, payload: new Uint8Array(30_000) };
    const endless = channel((_, sequence) => datagram(sequence, [large, large]));
    const answer = dumpOver(endless, request());
    expect(answer).toMatchObject({ status: 'truncated', reason: 'a dump of more than 64 MiB' });
    expect(endless.received()).toBeLessThan(1200);
  });

  test('a dump of empty messages without end, in messages', () => {
    const many = Array.from({ length: 2000 }, (): Message => ({ type: 20, payload: new Uint8Array(0) }));
    const answer = dumpOver(
      channel((_, sequence) => datagram(sequence, many)),
      request(),
    );
    expect(answer).toMatchObject({ status: 'truncated', reason: 'a dump of more than 500000 messages' });
  });

  const step = 20;
  test.each<[string, (index: number, sequence: number) => Uint8Array | 'foreign' | number]>([
    ['datagrams of another process', () => 'foreign'],
    ['interrupted calls', () => -errno.EINTR],
    ['empty datagrams', () => new Uint8Array(0)],
    ['answers to another request', (_, sequence) => datagram(sequence + 1, [socket, done])],
    ['one message at a time', (_, sequence) => datagram(sequence, [socket])],
    ['a list that changes, slowly', (_, sequence) => datagram(sequence, [{ ...socket, flags: 0x10 }])],
  ])('%s without end, in time', (_, answer) => {
    const flood = channel(answer, step);
    expect(dumpOver(flood, request())).toMatchObject({ status: 'timeout' });
    expect(flood.received()).toBeLessThanOrEqual(dumpMs / step + 1);
  });
});

test('mutated in 5,000 ways an answer ends with a status and nothing longer than it came', () => {
  const good = datagram(0, [socket, socket, { type: 20, payload: new Uint8Array(300) }, done]);
  for (const changed of mutations(good, 5000)) {
    const hostile = channel((index, sequence) => {
      if (index > 0) return -errno.EAGAIN;
      // The first message answers us, whatever became of the others.
      if (changed.length >= 12) new DataView(changed.buffer, changed.byteOffset).setUint32(8, sequence, true);
      return changed;
    });
    const answer = dumpOver(hostile, request());
    const messages = answer.status === 'ok' ? answer.value : (answer.partial ?? []);
    expect(messages.reduce((sum, { payload }) => sum + payload.length, 0)).toBeLessThanOrEqual(
      changed.length,
    );
  }
});
