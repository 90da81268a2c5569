/** Hives that hivexregedit wrote, read back: nobody here wrote that program. */
import { describe, expect, test } from 'bun:test';
import { readProfileList } from '../../src/formats/profile-list.ts';
import { type KeySpec, numberValue, opened, textValue } from '../../src/formats/registry/hive.fixture.ts';
import type { Hive } from '../../src/formats/registry/hive.ts';
import { valueType } from '../../src/formats/registry/value.ts';
import { readSam } from '../../src/formats/sam/read-sam.ts';
import { machineSid, samTree } from '../../src/formats/sam/sam.fixture.ts';
import { readTaskCache } from '../../src/formats/task/read-task-cache.ts';
import { actionsValue, runAction } from '../../src/formats/task/task.fixture.ts';
import { writtenHive } from '../lab/written-hive.ts';

/** The tree as it was described. */
function treeOf(hive: Hive): readonly string[] {
  return [...hive.walk()]
    .flatMap((key) => [
      key.path,
      ...[...key.values()].map(
        (value) =>
          `${key.path} ${value.name} ${value.type} ${Buffer.from(value.data().bytes).toString('hex')}`,
      ),
    ])
    .sort();
}

function describedTree({ keys = [], values = [] }: KeySpec, path: string): readonly string[] {
  return [
    path,
    ...values.map(({ name, type, data }) => `${path} ${name} ${type} ${Buffer.from(data).toString('hex')}`),
    ...keys.flatMap((key) => describedTree(key, path === '' ? key.name : `${path}\\${key.name}`)),
  ].sort();
}

describe('a hive that hivexregedit wrote', () => {
  test('has every key, name, type and byte', () => {
    const services: KeySpec = {
      name: 'ROOT',
      keys: [
        {
          name: 'Services',
          keys: Array.from({ length: 1200 }, (_, index) => ({
            name: `Service${index}`,
            values: [textValue('ImagePath', `C:\\Windows\\svc${index}.exe`), numberValue('Start', index % 5)],
          })),
        },
        {
          name: 'Blobs',
          values: [
            { name: '', type: valueType.none, data: new Uint8Array(0) },
            { name: 'a "quoted\\name', type: 0x3ec, data: Uint8Array.of(1, 2, 3) },
            { name: 'qword', type: valueType.qword, data: new Uint8Array(8).fill(0xff) },
            { name: 'large', type: valueType.binary, data: new Uint8Array(15_000).fill(9) },
          ],
        },
      ],
    };
    const hive = opened(writtenHive(services));
    expect(treeOf(hive)).toEqual(describedTree(services, ''));
    expect(hive.flaws).toEqual([]);
    expect(hive.key('services\\SERVICE777')?.name).toBe('Service777');
  });

  test('that is a SAM has its accounts', () => {
    const tree = samTree(
      [
        { rid: 500, name: 'Administrator' },
        { rid: 1001, name: 'svc$', cloneOf: 500 },
      ],
      [{ rid: 544, name: 'Administrators', members: [500, 1001] }],
    );
    const sam = readSam(opened(writtenHive(tree)));
    expect(sam?.users.map(({ keyRid, numbers, texts }) => [keyRid, numbers?.rid, texts?.name])).toEqual([
      [500, 500, 'Administrator'],
      [1001, 500, 'svc$'],
    ]);
    expect(sam?.names.map(({ name, rid }) => [name, rid])).toEqual([
      ['Administrator', 500],
      ['svc$', 1001],
    ]);
    expect(sam?.groups[0]?.members).toEqual([`${machineSid}-500`, `${machineSid}-1001`]);
  });

  test('that is a SOFTWARE hive has its profiles and its tasks', () => {
    const guid = '{0A1B2C3D-0000-0000-0000-000000000001}';
    const below =
      (...names: readonly string[]) =>
      (keys: readonly KeySpec[]) =>
        names.reduceRight<readonly KeySpec[]>((inner, name) => [{ name, keys: inner }], keys);
    const path = textValue('ProfileImagePath', 'C:\\Users\\svc$', valueType.expandString);
    const actions = actionsValue(runAction('cmd.exe', '/c start /b x.exe'));
    const current: readonly KeySpec[] = [
      { name: 'ProfileList', keys: [{ name: 'S-1-5-21-1-2-3-1001', values: [path] }] },
      ...below(
        'Schedule',
        'TaskCache',
      )([
        {
          name: 'Tree',
          keys: [{ name: 'Update', values: [textValue('Id', guid), numberValue('Index', 0)] }],
        },
        { name: 'Tasks', keys: [{ name: guid, values: [{ name: 'Actions', type: 3, data: actions }] }] },
      ]),
    ];
    const hive = opened(
      writtenHive({ name: 'ROOT', keys: below('Microsoft', 'Windows NT', 'CurrentVersion')(current) }),
    );
    expect(readProfileList(hive)).toMatchObject([{ sid: 'S-1-5-21-1-2-3-1001', folder: 'C:\\Users\\svc$' }]);
    const cache = readTaskCache(hive);
    expect(cache?.tree).toMatchObject([{ path: '\\Update', id: guid, index: 0, hasSecurity: false }]);
    expect(cache?.tasks[0]?.actions?.actions).toMatchObject([{ kind: 'run', command: 'cmd.exe' }]);
  });
});
