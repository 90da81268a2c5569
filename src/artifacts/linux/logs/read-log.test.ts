import { describe, expect, test } from 'bun:test';
import { gzipSync } from 'node:zlib';
import { RecordedTarget } from '../../../../test/recorded-target.ts';
import { eventFixture } from '../../../model/facts/event.fixture.ts';
import type { LogEvent } from '../../../model/facts/event.ts';
import { printableText } from '../../../model/text.ts';
import type { LogFile } from './find-logs.ts';
import { findInFolder } from './log-folder.ts';
import type { LogReading, RandomReading, RecordReading } from './log-kind.ts';
import { readLog } from './read-log.ts';
import { unpackLog } from './unpack.ts';
import { hostZone } from './zone.ts';

const none = { lines: 0, events: 0, continued: 0, unreadable: 0, nulBytes: 0, cutLines: 0, steps: [] };
const magic = (first: Uint8Array): boolean => first[0] === 0x4a;

/** Each byte is an event, from the last to the first. */
const random: RandomReading = {
  id: 'backwards',
  verified: true,
  source: 'made for the test',
  shape: 'random',
  fits: magic,
  read({ file }, take) {
    let events = 0;
    for (let at = 9; at >= 0; at -= 1) {
      const [byte] = file.read(at, 1);
      if (byte === undefined) continue;
      events += 1;
      take(eventFixture({ us: byte, what: 'message' }));
    }
    return { ...none, lines: events, events };
  },
};

/** Each byte is an event. */
const records: RecordReading = {
  id: 'bytes',
  verified: true,
  source: 'made for the test',
  shape: 'records',
  fits: magic,
  open(_source, _clock, take) {
    let events = 0;
    return {
      push(piece) {
        for (const us of piece) take(eventFixture({ us, what: 'message' }));
        events += piece.length;
      },
      end: () => ({ ...none, lines: events, events }),
    };
  },
};

const path = printableText('/a');

function read(
  reading: LogReading,
  files: ConstructorParameters<typeof RecordedTarget>[0]['files'],
  bytes = 1e9,
  ms = 60_000,
) {
  const target = new RecordedTarget({ kind: 'folder', files });
  const empty = printableText('');
  const file: LogFile = {
    path,
    source: path,
    log: 'x',
    reading,
    set: 'x',
    host: empty,
    packed: false,
    size: 5,
    modifiedUs: 1,
  };
  const events: LogEvent[] = [];
  const context = { target, zone: hostZone(target), unpack: unpackLog, nowUs: 0, accounts: new Map() };
  const bounds = { bytes, deadline: performance.now() + ms };
  const fact = readLog(context, file, bounds, (event) => events.push(event));
  return { fact, times: events.map(({ us }) => us) };
}

describe('logs that are no lines', () => {
  test('are read here and there where their parts point at each other', () => {
    const { fact, times } = read(random, { '/a': 'JABCD' });
    expect(times).toEqual([68, 67, 66, 65, 74]);
    expect(fact).toMatchObject({ status: 'ok', events: 5, bytes: 5, firstUs: 65, lastUs: 74 });
  });

  test('are read in parts where more is asked for than a target gives at once', () => {
    const sizes: number[] = [];
    const large: RandomReading = {
      ...random,
      read({ file }) {
        sizes.push(file.read(0, 3 << 20).length, file.read(5, 2 << 20).length, file.read(9 << 20, 8).length);
        return none;
      },
    };
    read(large, { '/a': new Uint8Array(2 << 20) });
    expect(sizes).toEqual([2 << 20, (2 << 20) - 5, 0]);
  });

  test('of records are read from their beginning, never at their end alone', () => {
    const { fact, times } = read(records, { '/a': 'JABCD' }, 2);
    expect(times).toHaveLength(5);
    expect(fact.status).toBe('ok');
  });

  test('that cannot be read, and those for which there is no time, say so', () => {
    const denied = read(random, { '/a': { status: 'denied', reason: 'EACCES' } });
    expect(denied.fact).toMatchObject({ status: 'denied', reason: 'EACCES', events: 0 });
    expect(read(random, { '/a': 'JABCD' }, 1e9, -1).fact).toMatchObject({
      status: 'truncated',
      reason: 'time is up',
    });
  });

  test('for which time is up within one piece of a packed file end there', () => {
    let seen = 0;
    const counting: RecordReading = {
      ...records,
      open: () => ({
        push: (piece) => {
          seen += piece.length;
        },
        end: () => none,
      }),
    };
    const size = 100 << 20;
    const packed = gzipSync(new Uint8Array(size));
    // All of it is one read of the target; nothing unpacks so much within a millisecond.
    expect(packed.length).toBeLessThan(768 << 10);
    const { fact } = read(counting, { '/a': packed }, 1e9, 1);
    expect(fact).toMatchObject({ status: 'truncated', reason: 'time is up' });
    expect(seen).toBeLessThan(size);
  });

  test('are known in a folder by what they begin with', () => {
    const stat = { inode: 5, device: 1, modifiedUs: 1 };
    const target = new RecordedTarget({
      kind: 'folder',
      files: { '/h/x': { content: 'JABCD', stat }, '/h/y': { content: 'zz', stat } },
    });
    const { files, unknown } = findInFolder(target, [random], unpackLog);
    expect(files.map(({ reading }) => reading.id)).toEqual(['backwards']);
    expect(unknown as readonly string[]).toEqual(['/h/y']);
  });
});
