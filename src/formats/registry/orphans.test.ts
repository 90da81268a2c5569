import { describe, expect, test } from 'bun:test';
import { valueText } from './data.ts';
import { hiveOf, type KeySpec, opened, textValue } from './hive.fixture.ts';
import { orphanKeys } from './orphans.ts';

const tree: KeySpec = {
  name: 'ROOT',
  keys: [
    {
      name: 'Services',
      keys: [
        { name: 'Dhcp', values: [textValue('ImagePath', 'svchost.exe')] },
        {
          name: 'xmrig',
          values: [textValue('ImagePath', 'C:\\ProgramData\\xmrig.exe')],
          keys: [{ name: 'below' }],
        },
      ],
    },
  ],
};

/** The hive with the list of services overwritten. */
function withBrokenList(): Buffer {
  const bytes = hiveOf(tree);
  const services = 4096 + (opened(bytes).key('Services')?.offset ?? 0) + 4;
  bytes.write('xx', 4096 + bytes.readUInt32LE(services + 28) + 4, 'latin1');
  return bytes;
}

describe('keys that no list leads to', () => {
  test('a sound hive has none', () => {
    expect([...orphanKeys(opened(hiveOf(tree)))]).toEqual([]);
  });

  test('a hive with a broken list has those that stood in it, with their path and values', () => {
    const hive = opened(withBrokenList());
    expect(hive.key('Services\\xmrig')).toBeUndefined();
    const orphans = [...orphanKeys(hive)];
    expect(orphans.map(({ path, rooted }) => [path, rooted])).toEqual([
      ['Services\\Dhcp', true],
      ['Services\\xmrig', true],
      ['Services\\xmrig\\below', true],
    ]);
    expect(valueText(orphans[1]?.key.value('ImagePath'))).toBe('C:\\ProgramData\\xmrig.exe');
  });

  test('what only looks like a key is none, and bins that lie about their size end', () => {
    const bytes = withBrokenList();
    const [first] = [...orphanKeys(opened(bytes))];
    bytes.writeBigUInt64LE(7n, 4096 + (first?.key.offset ?? 0) + 8);
    expect([...orphanKeys(opened(bytes))].length).toBe(2);
    for (const size of [0, 0xffff_f000, 17]) {
      const lying = withBrokenList();
      lying.writeUInt32LE(size, 4096 + 8);
      expect([...orphanKeys(opened(lying))].length).toBeLessThan(4);
    }
  });
});
