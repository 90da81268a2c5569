import { expect, test } from 'bun:test';
import { readProfileList } from './profile-list.ts';
import { hiveOf, type KeySpec, numberValue, opened, textValue } from './registry/hive.fixture.ts';
import { valueType } from './registry/value.ts';

const listOf = (...keys: readonly KeySpec[]): KeySpec => ({
  name: 'ROOT',
  keys: [
    {
      name: 'Microsoft',
      keys: [
        { name: 'Windows NT', keys: [{ name: 'CurrentVersion', keys: [{ name: 'ProfileList', keys }] }] },
      ],
    },
  ],
});
const readBack = (...keys: readonly KeySpec[]) => readProfileList(opened(hiveOf(listOf(...keys))));

test('profiles have their folder and the times of their last use, of both generations', () => {
  const path = textValue('ProfileImagePath', '%SystemDrive%\\Users\\alice', valueType.expandString);
  const times = [
    numberValue('LocalProfileLoadTimeHigh', 0x01da_0000),
    numberValue('LocalProfileLoadTimeLow', 7),
  ];
  const older = [numberValue('ProfileLoadTimeHigh', 0x01c9_0000), numberValue('ProfileLoadTimeLow', 9)];
  expect(
    readBack(
      { name: 'S-1-5-21-1-2-3-1001', values: [path, ...times] },
      { name: 'S-1-5-21-1-2-3-1002', values: older },
    ),
  ).toMatchObject([
    {
      sid: 'S-1-5-21-1-2-3-1001',
      folder: '%SystemDrive%\\Users\\alice',
      loaded: 0x01da_0000_0000_0007n,
      unloaded: 0n,
    },
    { sid: 'S-1-5-21-1-2-3-1002', folder: undefined, loaded: 0x01c9_0000_0000_0009n },
  ]);
});

test('the profile of an account that is gone stands there as it did', () => {
  expect(readBack({ name: 'S-1-5-21-1-2-3-1005.bak' })).toMatchObject([{ sid: 'S-1-5-21-1-2-3-1005.bak' }]);
});

test('values of a wrong type are no path and no time; another hive has no list', () => {
  const wrong = [numberValue('ProfileImagePath', 3), textValue('LocalProfileLoadTimeHigh', 'x')];
  expect(readBack({ name: 'x', values: wrong })).toMatchObject([{ folder: undefined, loaded: 0n }]);
  expect(readProfileList(opened(hiveOf({ name: 'ROOT' })))).toBeUndefined();
});
