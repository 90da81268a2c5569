/** What the kernel tells while a host is watched, from bytes: as it comes, cut short, and as nobody should send it. */
import { describe, expect, test } from 'bun:test';
import { type FanotifyEvent, readFanotify } from './fanotify-events.ts';
import { type InotifyEvent, readInotify } from './inotify-events.ts';
import { listenRequest, type ProcessEvent, readProcessEvents } from './process-events.ts';

function bytesOf(size: number, put: (view: DataView, bytes: Uint8Array) => void): Uint8Array {
  const bytes = new Uint8Array(size);
  put(new DataView(bytes.buffer), bytes);
  return bytes;
}

interface Given {
  readonly mask: number;
  readonly pid: number;
  readonly name: string | Uint8Array;
  readonly pidfd?: number;
}

/** struct fanotify_event_metadata with a folder's handle of eight bytes, a name, and a descriptor. */
function fanotifyBytes({ mask, pid, name, pidfd }: Given): Uint8Array {
  const text = typeof name === 'string' ? Buffer.from(name, 'latin1') : name;
  const folder = 4 + 8 + 8 + 8 + text.length + 1;
  const padded = (folder + 3) & ~3;
  const size = 24 + padded + (pidfd === undefined ? 0 : 8);
  return bytesOf(size, (view, bytes) => {
    view.setUint32(0, size, true);
    view.setUint8(4, 3);
    view.setUint16(6, 24, true);
    view.setUint32(8, mask, true);
    view.setInt32(16, -1, true);
    view.setInt32(20, pid, true);
    view.setUint8(24, 2);
    view.setUint16(26, padded, true);
    bytes.set([1, 2, 3, 4, 5, 6, 7, 8], 28);
    view.setUint32(36, 8, true);
    view.setUint32(40, 1, true);
    bytes.set([9, 9, 9, 9, 9, 9, 9, 9], 44);
    bytes.set(text, 52);
    if (pidfd !== undefined) {
      view.setUint8(24 + padded, 4);
      view.setUint16(26 + padded, 8, true);
      view.setInt32(28 + padded, pidfd, true);
    }
  });
}

function fanotify(bytes: Uint8Array): { whole: boolean; events: readonly FanotifyEvent[] } {
  const events: FanotifyEvent[] = [];
  return { whole: readFanotify(bytes, (event) => events.push(event)), events };
}

describe('fanotify', () => {
  const given = { mask: 0x108, pid: 77, name: 'root', pidfd: 9 };

  test('tells folder, name, process and its descriptor', () => {
    const { whole, events } = fanotify(
      Buffer.concat([fanotifyBytes(given), fanotifyBytes({ ...given, pid: 8, pidfd: -1 })]),
    );
    expect(whole).toBe(true);
    expect(events).toEqual([
      {
        mask: 0x108,
        pid: 77,
        process: 9,
        folder: `0102030405060708${'0800000001000000'}${'09'.repeat(8)}`,
        name: new Uint8Array(Buffer.from('root')),
      },
      // FAN_NOPIDFD is no descriptor.
      expect.objectContaining({ pid: 8, process: undefined }),
    ]);
  });

  test('a name of any bytes comes through, and a folder itself has none', () => {
    const odd = Uint8Array.from([0xff, 0x0a, 0x25, 0xe6]);
    expect(fanotify(fanotifyBytes({ ...given, name: odd })).events[0]?.name).toEqual(odd);
    expect(fanotify(fanotifyBytes({ ...given, name: '.' })).events[0]?.name.length).toBe(0);
  });

  test('a full queue is told without a folder', () => {
    const overflow = bytesOf(24, (view) => {
      view.setUint32(0, 24, true);
      view.setUint8(4, 3);
      view.setUint16(6, 24, true);
      view.setUint32(8, 0x4000, true);
    });
    expect(fanotify(overflow).events).toEqual([
      { mask: 0x4000, pid: 0, process: undefined, folder: '', name: new Uint8Array(0) },
    ]);
  });

  test('lengths that do not fit end the reading, wherever they stand', () => {
    const whole = fanotifyBytes(given);
    for (let cut = 1; cut < whole.length; cut += 1) {
      expect(fanotify(whole.subarray(0, cut))).toEqual({ whole: false, events: [] });
    }
    for (const at of [0, 4, 6, 26, 36]) {
      const wrong = Uint8Array.from(whole);
      wrong.set([0xff, 0xff], at);
      expect(fanotify(wrong).events.length).toBe(0);
    }
  });
});

test('inotify tells the watch and the name, and ends at what does not fit', () => {
  const name = 'crontab';
  const event = bytesOf(16 + 16, (view, bytes) => {
    view.setInt32(0, 3, true);
    view.setUint32(4, 0x100, true);
    view.setUint32(12, 16, true);
    bytes.set(Buffer.from(name), 16);
  });
  const events: InotifyEvent[] = [];
  expect(readInotify(Buffer.concat([event, event]), (one) => events.push(one))).toBe(true);
  expect(events).toEqual(
    Array.from({ length: 2 }, () => ({ watch: 3, mask: 0x100, name: new Uint8Array(Buffer.from(name)) })),
  );
  expect(readInotify(event.subarray(0, 31), () => expect.unreachable())).toBe(false);
});

describe('the process connector', () => {
  const message = (what: number, numbers: readonly number[], own = { idx: 1, val: 1 }): Uint8Array =>
    bytesOf(16 + 20 + 16 + 24, (view) => {
      view.setUint32(0, 76, true);
      view.setUint32(16, own.idx, true);
      view.setUint32(20, own.val, true);
      view.setUint32(36, what, true);
      numbers.forEach((number, at) => {
        view.setUint32(52 + at * 4, number, true);
      });
    });
  const eventsOf = (bytes: Uint8Array): readonly ProcessEvent[] => {
    const events: ProcessEvent[] = [];
    readProcessEvents(bytes, (event) => events.push(event));
    return events;
  };

  test('tells who was forked by whom, who runs something else and who ended', () => {
    const bytes = Buffer.concat([
      message(0, [0]),
      message(1, [40, 41, 90, 90]),
      message(2, [90, 90]),
      message(0x8000_0000, [90, 90]),
    ]);
    expect(eventsOf(bytes)).toEqual([
      { kind: 'answer', error: 0 },
      { kind: 'fork', pid: 90, parent: 41 },
      { kind: 'exec', pid: 90 },
      { kind: 'exit', pid: 90 },
    ]);
  });

  test('leaves out threads, other connectors, and what is cut short', () => {
    expect(eventsOf(message(1, [40, 41, 91, 90]))).toEqual([]);
    expect(eventsOf(message(2, [91, 90]))).toEqual([]);
    expect(eventsOf(message(2, [90, 90], { idx: 7, val: 1 }))).toEqual([]);
    expect(eventsOf(message(2, [90, 90]).subarray(0, 50))).toEqual([]);
    expect(eventsOf(new Uint8Array(76))).toEqual([]);
  });

  test('is asked to tell, in one message', () => {
    const request = listenRequest(5);
    const view = new DataView(request.buffer);
    expect([request.length, view.getUint32(0, true), view.getUint32(36, true)]).toEqual([40, 40, 1]);
  });
});
