import { describe, expect, test } from 'bun:test';
import type { LogEvent } from '../../model/facts/event.ts';
import { printableText } from '../../model/text.ts';
import { utmpType } from './layout.ts';
import type { UtmpKind } from './meaning.ts';
import { type UtmpOutcome, UtmpReader } from './reader.ts';
import { type MachineGiven, machines, type RecordGiven, utmpRecord } from './utmp.fixture.ts';

const source = printableText('/var/log/wtmp');
const noon = 1_700_000_000;

function readBytes(bytes: Uint8Array, kind: UtmpKind, piece = bytes.length) {
  const events: LogEvent[] = [];
  const reader = new UtmpReader(source, kind, (event) => events.push(event));
  for (let at = 0; at < bytes.length; at += Math.max(1, piece)) reader.push(bytes.subarray(at, at + piece));
  return { events, outcome: reader.end() };
}

const day: readonly RecordGiven[] = [
  { type: utmpType.boot, line: '~', id: '~~', user: 'reboot', host: '6.1.0-13-amd64', seconds: noon },
  { type: utmpType.runLevel, pid: 0x4e35, line: '~', id: '~~', user: 'runlevel', seconds: noon + 5 },
  { type: utmpType.login, pid: 700, line: 'tty1', id: 'tty1', user: 'LOGIN', seconds: noon + 6 },
  {
    type: utmpType.user,
    pid: 900,
    line: 'pts/0',
    id: 'ts/0',
    user: 'ada',
    host: 'a.example',
    address: '192.0.2.7',
    seconds: noon + 60,
    micro: 5,
  },
  {
    type: utmpType.user,
    pid: 901,
    line: 'pts/1',
    id: 'ts/1',
    user: 'bob',
    host: 'b.test',
    address: '2001:db8::7',
    seconds: noon + 70,
  },
  { type: utmpType.oldTime, line: '|', seconds: noon + 80 },
  { type: utmpType.newTime, line: '{', seconds: noon + 90 },
  { type: utmpType.dead, pid: 900, line: 'pts/0', seconds: noon + 100 },
  {
    type: utmpType.runLevel,
    line: '~',
    id: '~~',
    user: 'shutdown',
    host: '6.1.0-13-amd64',
    seconds: noon + 200,
  },
];
const fileOf = (machine: MachineGiven, records: readonly RecordGiven[]): Uint8Array =>
  Buffer.concat(records.map((record) => utmpRecord(machine, record)));
const said = (event: LogEvent): string => {
  switch (event.what) {
    case 'session':
      return `${event.phase} ${event.account} ${event.from} ${event.terminal}`;
    case 'host':
      return `${event.action} ${event.detail}`;
    case 'login':
      return `${event.outcome} ${event.account} ${event.from} ${event.service}`;
    default:
      return event.what;
  }
};
const counts = ({ records, blank, emptied, strayBytes, restBytes }: UtmpOutcome) => ({
  records,
  blank,
  emptied,
  strayBytes,
  restBytes,
});
const untouched = { blank: 0, emptied: 0, strayBytes: 0, restBytes: 0 };

describe('a day of wtmp', () => {
  test.each(['x86-64', 'aarch64', 's390x', 'aarch64be', 'musl i386'] as const)('of %s', (name) => {
    const bytes = fileOf(machines[name], day);
    for (const piece of [bytes.length, 7, 400]) {
      const { events, outcome } = readBytes(bytes, 'wtmp', piece);
      expect(events.map(said)).toEqual([
        'booted 6.1.0-13-amd64',
        'runlevel N to 5',
        'opened ada 192.0.2.7 pts/0',
        'opened bob 2001:db8::7 pts/1',
        'clock-set from 2023-11-14T22:14:40.000Z to 2023-11-14T22:14:50.000Z',
        'closed ada 192.0.2.7 pts/0',
        'halted 6.1.0-13-amd64',
      ]);
      expect(outcome.layout).toMatchObject(machines[name]);
      expect(counts(outcome)).toEqual({ records: 9, ...untouched });
      expect(outcome.steps).toEqual([]);
    }
    const [, , opened] = readBytes(bytes, 'wtmp').events;
    expect(opened).toMatchObject({ us: (noon + 60) * 1e6 + 5, precision: 'microsecond', pid: 900 });
    expect(opened?.source.offset).toBe(3 * machines[name].size);
    expect(String(opened?.text)).toBe(
      '[7] [900] [ts/0] [ada] [pts/0] [a.example] [192.0.2.7] [2023-11-14T22:14:20.000Z]',
    );
  });

  test('of libc5, whose records are short', () => {
    const { events, outcome } = readBytes(fileOf(machines.libc5, day), 'wtmp');
    expect(outcome.layout?.size).toBe(56);
    expect(events.map(said)).toContain('opened ada 192.0.2.7 pts/0');
  });

  test('of one record alone', () => {
    for (const machine of Object.values(machines)) {
      const { events, outcome } = readBytes(fileOf(machine, day.slice(3, 4)), 'wtmp');
      expect(outcome.layout).toMatchObject(machine);
      expect(events.map(said)).toEqual(['opened ada 192.0.2.7 pts/0']);
    }
  });

  test('a board without a clock boots in 1970', () => {
    const early = { type: utmpType.boot, line: '~', id: '~~', user: 'reboot', host: '6.6', seconds: 12 };
    const { events, outcome } = readBytes(fileOf(machines.aarch64, [...day, early]), 'wtmp');
    expect(events.at(-1)?.us).toBe(12e6);
    expect(outcome.steps).toHaveLength(1);
  });
});

describe('btmp', () => {
  const failed = (user: string): RecordGiven => ({
    type: 6,
    pid: 5,
    line: 'ssh:notty',
    user,
    host: '192.0.2.9',
    address: '192.0.2.9',
    seconds: noon,
  });

  test('has failed logins, whatever their names are', () => {
    const forged = 'root\n[7] [1] [ts/0] [root';
    const { events } = readBytes(
      fileOf(machines['x86-64'], [failed('admin'), failed(forged), failed('\x1b[2J')]),
      'btmp',
    );
    expect(events.map(said)).toEqual([
      'failed admin 192.0.2.9 sshd',
      'failed root%0A[7] [1] [ts/0] [root 192.0.2.9 sshd',
      'failed %1B[2J 192.0.2.9 sshd',
    ]);
  });
});

describe('what a cleaner leaves', () => {
  const machine = machines['x86-64'];
  const records = day.map((record) => utmpRecord(machine, record));
  const without = (index: number, instead: Uint8Array): Uint8Array =>
    Buffer.concat(records.map((record, at) => (at === index ? instead : record)));

  test('a record of zeros', () => {
    const { outcome } = readBytes(without(3, new Uint8Array(384)), 'wtmp');
    expect(counts(outcome)).toEqual({ ...untouched, records: 8, blank: 1 });
  });

  test('a record whose type is EMPTY', () => {
    const emptied = Uint8Array.from(records[3] ?? []);
    emptied[0] = 0;
    expect(counts(readBytes(without(3, emptied), 'wtmp').outcome)).toEqual({
      ...untouched,
      records: 9,
      emptied: 1,
    });
  });

  test('bytes that were cut out or put in', () => {
    for (const [cut, stray] of [
      [100, 100],
      [300, 300],
    ] as const) {
      const { events, outcome } = readBytes(
        without(3, (records[3] ?? new Uint8Array(0)).subarray(0, cut)),
        'wtmp',
      );
      expect(counts(outcome)).toEqual({ ...untouched, records: 8, strayBytes: stray });
      expect(events.map(said)).toContain('opened bob 2001:db8::7 pts/1');
    }
    const begun = Buffer.concat([new Uint8Array(3).fill(0x41), ...records]);
    expect(counts(readBytes(begun, 'wtmp').outcome)).toEqual({ ...untouched, records: 9, strayBytes: 3 });
    const behind = Buffer.concat([...records, new Uint8Array([0x0a])]);
    expect(counts(readBytes(behind, 'wtmp').outcome)).toEqual({ ...untouched, records: 9, restBytes: 1 });
  });

  test('times that go back', () => {
    const later = { ...(day[3] ?? { type: 7, seconds: 0 }), seconds: noon - 3600 };
    const { outcome } = readBytes(fileOf(machine, [...day.slice(0, 3), later, ...day.slice(4)]), 'wtmp');
    expect(outcome.steps).toEqual([{ line: 4, fromUs: (noon + 6) * 1e6, toUs: (noon - 3600) * 1e6 + 5 }]);
  });

  test('a file of zeros, or of anything else', () => {
    const zeros = readBytes(new Uint8Array(100_000), 'wtmp', 4096).outcome;
    expect(zeros).toMatchObject({ layout: undefined, records: 0, strayBytes: 100_000, nulBytes: 100_000 });
    const late = Buffer.concat([new Uint8Array(65_536), ...records]);
    expect(readBytes(late, 'wtmp', 4096).outcome.records).toBe(9);
    let state = 7;
    const noise = Uint8Array.from({ length: 200_000 }, () => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return state >>> 24;
    });
    expect(readBytes(noise, 'wtmp', 65_536).outcome.records).toBeLessThan(20);
    expect(readBytes(new Uint8Array(0), 'wtmp').outcome).toMatchObject({ records: 0, restBytes: 0 });
  });

  test('no change of single bytes makes it throw or lose count', () => {
    const whole = Buffer.concat(records);
    let state = 11;
    const next = (below: number): number => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return Math.floor((state / 2 ** 32) * below);
    };
    for (let round = 0; round < 300; round += 1) {
      const changed = Uint8Array.from(whole);
      for (let count = next(40); count >= 0; count -= 1) changed[next(changed.length)] = next(256);
      const bytes = changed.subarray(0, next(10) === 0 ? next(changed.length) : changed.length);
      const { events, outcome } = readBytes(bytes, 'wtmp', 1 + next(bytes.length + 1));
      const size = outcome.layout?.size ?? 0;
      const told = (outcome.records + outcome.blank) * size + outcome.strayBytes + outcome.restBytes;
      expect(told).toBe(bytes.length);
      for (const event of events) expect(Number.isSafeInteger(event.us)).toBe(true);
    }
  });
});
