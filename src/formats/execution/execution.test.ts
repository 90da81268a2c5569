import { describe, expect, test } from 'bun:test';
import { seeded } from '../compress/compress.fixture.ts';
import { hiveOf, type KeySpec, numberValue, opened, someTime, utf16 } from '../registry/hive.fixture.ts';
import { valueType } from '../registry/value.ts';
import { readActivityModerators } from './activity-moderator.ts';
import { parseShimCache } from './shim-cache.ts';
import { readUserAssist } from './user-assist.ts';

const below = (keys: readonly KeySpec[], ...names: readonly string[]): KeySpec => ({
  name: 'ROOT',
  keys: names.reduceRight<readonly KeySpec[]>((inner, name) => [{ name, keys: inner }], keys),
});
const binary = (name: string, data: Uint8Array) => ({ name, type: valueType.binary, data });

describe('UserAssist', () => {
  const entry = (runs: number): Buffer => {
    const data = Buffer.alloc(72);
    data.writeUInt32LE(runs, 4);
    data.writeUInt32LE(90_000, 12);
    data.writeBigUInt64LE(someTime, 60);
    return data;
  };
  const older = Buffer.alloc(16);
  older.writeUInt32LE(8, 4);
  const hiveWith = (...values: NonNullable<KeySpec['values']>) =>
    opened(
      hiveOf(
        below(
          [{ name: '{GUID}', keys: [{ name: 'Count', values }] }],
          ...['Software', 'Microsoft', 'Windows', 'CurrentVersion', 'Explorer', 'UserAssist'],
        ),
      ),
    );

  test('tells what somebody started, how often and when', () => {
    const hive = hiveWith(
      binary('P:\\Hfref\\nyvpr\\kzevt.rkr', entry(3)),
      binary('HRZR_PGYFRFFVBA', entry(1)),
    );
    expect(readUserAssist(hive)).toEqual([
      { name: 'C:\\Users\\alice\\xmrig.exe', runs: 3, lastRun: someTime, focusMs: 90_000, group: '{GUID}' },
    ]);
  });

  test('of Windows XP counts from five on; other sizes and other hives are left alone', () => {
    const hive = hiveWith(binary('HRZR_EHACNGU:P:\\k.rkr', older), binary('k', new Uint8Array(9)));
    expect(readUserAssist(hive)).toMatchObject([
      { name: 'UEME_RUNPATH:C:\\x.exe', runs: 3, focusMs: undefined },
    ]);
    expect(readUserAssist(opened(hiveOf({ name: 'ROOT' })))).toBeUndefined();
  });
});

describe('the activity moderators', () => {
  test('tell of each user what ran last, in each control set', () => {
    const run = Buffer.alloc(24);
    run.writeBigUInt64LE(someTime);
    const values = [
      binary('\\Device\\HarddiskVolume2\\Temp\\xmrig.exe', run),
      numberValue('Version', 1),
      binary('short', new Uint8Array(7)),
    ];
    const user = { name: 'S-1-5-21-1-2-3-1001', values };
    const tree = below([user], 'ControlSet001', 'Services', 'bam', 'State', 'UserSettings');
    expect(readActivityModerators(opened(hiveOf(tree)))).toEqual([
      {
        sid: 'S-1-5-21-1-2-3-1001',
        program: '\\Device\\HarddiskVolume2\\Temp\\xmrig.exe',
        lastRun: someTime,
        place: 'ControlSet001\\Services\\bam\\State\\UserSettings\\S-1-5-21-1-2-3-1001',
      },
    ]);
    expect(readActivityModerators(opened(hiveOf({ name: 'ROOT', keys: [{ name: 'Select' }] })))).toEqual([]);
  });
});

describe('the compatibility cache', () => {
  const path = 'C:\\ProgramData\\xmrig.exe';
  const text = Buffer.from(utf16(path));
  const chainEntry = (mark: string, middle: Buffer): Buffer => {
    const length = Buffer.alloc(2);
    length.writeUInt16LE(text.length);
    const time = Buffer.alloc(8);
    time.writeBigUInt64LE(someTime);
    const body = Buffer.concat([length, text, middle, time, Buffer.alloc(4)]);
    const head = Buffer.alloc(12);
    head.write(mark, 'latin1');
    head.writeUInt32LE(body.length, 8);
    return Buffer.concat([head, body]);
  };
  const first = (number: number, size: number): Buffer => {
    const bytes = Buffer.alloc(size);
    bytes.writeUInt32LE(number >>> 0);
    return bytes;
  };
  const ten = Buffer.concat([
    first(0x34, 0x34),
    chainEntry('10ts', Buffer.alloc(0)),
    chainEntry('10ts', Buffer.alloc(0)),
  ]);
  const eight = Buffer.concat([first(0x80, 0x80), chainEntry('00ts', Buffer.alloc(10))]);
  const tableOf = (mark: number, header: number, size: number, is64: boolean): Buffer => {
    const bytes = Buffer.concat([first(mark, header), Buffer.alloc(size), text]);
    bytes.writeUInt32LE(1, 4);
    bytes.writeUInt16LE(text.length, header);
    bytes.writeUInt16LE(text.length + 2, header + 2);
    bytes.writeUInt32LE(header + size, header + (is64 ? 8 : 4));
    bytes.writeBigUInt64LE(someTime, header + (is64 ? 16 : 8));
    return bytes;
  };
  const tables = [
    tableOf(0xbadc_0ffe, 8, 24, false),
    tableOf(0xbadc_0ffe, 8, 32, true),
    tableOf(0xbadc_0fee, 0x80, 32, false),
    tableOf(0xbadc_0fee, 0x80, 48, true),
  ];

  test('of each generation has the path and the time of the file', () => {
    for (const bytes of [...tables, eight])
      expect(parseShimCache(bytes)).toEqual({ entries: [{ path, modified: someTime }], damaged: false });
    expect(parseShimCache(ten)?.entries.length).toBe(2);
  });

  test('that is cut or of an unknown system gives what is left, and says so', () => {
    for (const bytes of [...tables, eight, ten])
      for (let size = 0; size < bytes.length; size += 1) {
        const cache = parseShimCache(bytes.subarray(0, size));
        const whole = cache?.entries.length ?? 0;
        const atEnd = bytes === ten && whole === 1 && cache?.damaged === false;
        expect([size, cache === undefined || cache.damaged || whole === 0 || atEnd]).toEqual([size, true]);
      }
    expect(parseShimCache(Buffer.alloc(500))).toBeUndefined();
  });

  test('changed at random ends', () => {
    const next = seeded(4);
    for (let round = 0; round < 3000; round += 1) {
      const bytes = Buffer.from([...tables, eight, ten][round % 6] ?? ten);
      for (let changes = 1 + next(4); changes > 0; changes -= 1)
        bytes.writeUInt32LE([0, 1, 0xffff, 0xffff_ffff][next(4)] ?? 0, next(bytes.length - 4));
      expect((parseShimCache(bytes)?.entries.length ?? 0) <= 20_000).toBe(true);
    }
  });
});
