import { describe, expect, test } from 'bun:test';
import { seeded } from '../compress/compress.fixture.ts';
import {
  hiveOf,
  type KeySpec,
  numberValue,
  opened,
  someTime,
  textValue,
  utf16,
} from '../registry/hive.fixture.ts';
import { valueType } from '../registry/value.ts';
import { parseCacheActions, parseCacheTriggers, parseDynamicInfo } from './cache-values.ts';
import { readTaskCache } from './read-task-cache.ts';
import {
  actionsValue,
  bootTrigger,
  classAction,
  eventTrigger,
  logonTrigger,
  runAction,
  sessionTrigger,
  timeTrigger,
  triggersValue,
} from './task.fixture.ts';

const id = Buffer.from('b9d1bc610c34ec409d41d7f1c0632f05', 'hex');
const mining = actionsValue(
  runAction('cmd.exe', '/c start /b x.exe', 'C:\\Windows\\Temp'),
  classAction(id, 'data'),
);

describe('Actions', () => {
  test('tell what is run, of which class, and with whose rights', () => {
    expect(parseCacheActions(mining)).toEqual({
      context: 'Author',
      actions: [
        { kind: 'run', command: 'cmd.exe', arguments: '/c start /b x.exe', folder: 'C:\\Windows\\Temp' },
        { kind: 'class', classId: '{61BCD1B9-340C-40EC-9D41-D7F1C0632F05}', data: 'data' },
      ],
      damaged: false,
    });
  });

  test('of Windows 8.1 have no context and no flags', () => {
    const run = runAction('a.exe', '');
    const old = Buffer.concat([Buffer.from([1, 0]), run.subarray(0, -2)]);
    expect(parseCacheActions(old)).toMatchObject({
      context: undefined,
      actions: [{ command: 'a.exe' }],
      damaged: false,
    });
  });

  test('that are cut or unknown keep what stands before', () => {
    for (let size = 0; size < mining.length; size += 1) {
      const parsed = parseCacheActions(mining.subarray(0, size));
      if (size < 2) expect(parsed).toBeUndefined();
      else expect((parsed?.actions.length ?? 0) < 2 || parsed?.damaged === true).toBe(true);
    }
    const odd = actionsValue(runAction('a.exe', ''), Buffer.from([0x55, 0x55, 0, 0, 0, 0, 9]));
    expect(parseCacheActions(odd)).toMatchObject({
      actions: [{ command: 'a.exe' }, { kind: 'other', name: '0x5555' }],
      damaged: true,
    });
    expect(parseCacheActions(Buffer.from([9, 0, 0, 0]))).toBeUndefined();
  });
});

describe('Triggers', () => {
  const whole = triggersValue(
    0xc0_0000,
    bootTrigger(60),
    logonTrigger(),
    sessionTrigger(6),
    eventTrigger('*[System[EventID=4624]]'),
    timeTrigger(someTime, 0, 120),
    timeTrigger(someTime, 1, 0),
  );

  test('tell when a task is run, for whom, and whether it is hidden', () => {
    const parsed = parseCacheTriggers(whole);
    expect(parsed).toMatchObject({
      enabled: true,
      hidden: true,
      principal: 'Author',
      user: 'S-1-5-18',
      damaged: false,
    });
    expect(parsed?.triggers.map(({ kind, everySeconds, detail }) => [kind, everySeconds, detail])).toEqual([
      ['boot', 60, undefined],
      ['logon', 0, undefined],
      ['session', 0, 'SessionUnlock'],
      ['event', 0, '*[System[EventID=4624]]'],
      ['time', 120, undefined],
      ['calendar', 0, 'Day 2 0 0'],
    ]);
    // Local time has no zone behind it.
    expect(parsed?.triggers[4]?.start).toBe('2024-02-28T13:20:12.3456789');
    expect(parsed?.triggers[2]?.user).toBe('S-1-5-18');
  });

  test('that are cut anywhere end, and another version is not guessed at', () => {
    for (let size = 0; size < whole.length; size += 1) {
      const parsed = parseCacheTriggers(whole.subarray(0, size));
      expect((parsed?.triggers.length ?? 0) <= 6).toBe(true);
    }
    expect(parseCacheTriggers(Buffer.alloc(200))).toBeUndefined();
    const odd = parseCacheTriggers(triggersValue(0, bootTrigger(0), Buffer.alloc(16, 1)));
    expect(odd).toMatchObject({ enabled: false, triggers: [{ kind: 'boot' }], damaged: true });
  });

  test('changed at random are read to their end', () => {
    const next = seeded(5);
    for (let round = 0; round < 3000; round += 1) {
      const bytes = Buffer.from(round % 2 === 0 ? whole : mining);
      for (let changes = 1 + next(4); changes > 0; changes -= 1)
        bytes.writeUInt8(next(256), next(bytes.length));
      const count =
        round % 2 === 0
          ? parseCacheTriggers(bytes)?.triggers.length
          : parseCacheActions(bytes)?.actions.length;
      expect((count ?? 0) <= 256).toBe(true);
    }
  });
});

test('DynamicInfo has times and the last result, of both sizes', () => {
  const bytes = Buffer.alloc(36);
  bytes.writeUInt32LE(3, 0);
  bytes.writeBigUInt64LE(someTime, 4);
  bytes.writeBigUInt64LE(someTime + 1n, 12);
  bytes.writeUInt32LE(0x8007_0002, 24);
  bytes.writeBigUInt64LE(someTime + 2n, 28);
  const expected = { created: someTime, lastRun: someTime + 1n, lastResult: 0x8007_0002 };
  expect(parseDynamicInfo(bytes)).toEqual({ ...expected, lastSuccess: someTime + 2n });
  expect(parseDynamicInfo(bytes.subarray(0, 28))).toEqual({ ...expected, lastSuccess: 0n });
  expect(parseDynamicInfo(bytes.subarray(0, 27))).toBeUndefined();
});

describe('the TaskCache', () => {
  const binary = (name: string, data: Uint8Array) => ({ name, type: valueType.binary, data });
  const descriptor = Buffer.from('0100048014000000000000000000000000000000010100000000000512000000', 'hex');
  const guid = '{0A1B2C3D-0000-0000-0000-000000000001}';
  const cacheOf = (tree: readonly KeySpec[], tasks: readonly KeySpec[]): KeySpec =>
    ['Schedule', 'CurrentVersion', 'Windows NT', 'Microsoft', 'ROOT'].reduce<KeySpec>(
      (below, name) => ({ name, keys: [below] }),
      {
        name: 'TaskCache',
        keys: [
          { name: 'Tree', keys: tree },
          { name: 'Tasks', keys: tasks },
        ],
      },
    );
  const task: KeySpec = {
    name: guid,
    values: [
      textValue('Path', '\\Vendor\\Update'),
      binary('Actions', mining),
      binary('Triggers', triggersValue(0)),
    ],
  };

  test('tells the tree by path and the tasks by id', () => {
    const inTree = {
      name: 'Update',
      values: [textValue('Id', guid), numberValue('Index', 3), binary('SD', descriptor)],
    };
    const cache = readTaskCache(opened(hiveOf(cacheOf([{ name: 'Vendor', keys: [inTree] }], [task]))));
    expect(cache?.tree).toMatchObject([
      { path: '\\Vendor', id: undefined, hasSecurity: false },
      { path: '\\Vendor\\Update', id: guid, index: 3, hasSecurity: true, security: { owner: 'S-1-5-18' } },
    ]);
    expect(cache?.tasks).toMatchObject([
      { id: guid, path: '\\Vendor\\Update', actions: { context: 'Author' }, triggers: { user: 'S-1-5-18' } },
    ]);
    expect(cache?.cut).toBe(false);
  });

  test('shows a task without its descriptor, with index 0, and one that no tree leads to', () => {
    const hidden = { name: 'WindowsUpdate', values: [textValue('Id', guid), numberValue('Index', 0)] };
    const cache = readTaskCache(opened(hiveOf(cacheOf([hidden], [task, { ...task, name: '{orphan}' }]))));
    expect(cache?.tree).toMatchObject([
      { path: '\\WindowsUpdate', index: 0, hasSecurity: false, security: undefined },
    ]);
    expect(cache?.tasks.map((one) => one.id)).toEqual([guid, '{orphan}']);
  });

  test('with values of wrong types and broken bytes keeps the keys', () => {
    const odd = {
      name: 'x',
      values: [numberValue('Id', 1), textValue('Index', 'x'), binary('SD', utf16('no'))],
    };
    const broken = {
      name: '{b}',
      values: [binary('Actions', utf16('zz')), binary('DynamicInfo', utf16('z'))],
    };
    const cache = readTaskCache(opened(hiveOf(cacheOf([odd], [broken]))));
    expect(cache?.tree).toMatchObject([
      { id: undefined, index: undefined, security: undefined, hasSecurity: true },
    ]);
    expect(cache?.tasks).toMatchObject([{ actions: undefined, triggers: undefined, dynamic: undefined }]);
    expect(readTaskCache(opened(hiveOf({ name: 'ROOT' })))).toBeUndefined();
  });
});
