import { describe, expect, test } from 'bun:test';
import { valueText } from './data.ts';
import { DeletedCells } from './deleted.ts';
import { hiveOf, type KeySpec, numberValue, opened, textValue } from './hive.fixture.ts';

const tree: KeySpec = {
  name: 'ROOT',
  keys: [
    {
      name: 'Services',
      keys: [
        { name: 'Dhcp', values: [textValue('ImagePath', 'svchost.exe -k LocalService')] },
        {
          name: 'xmrig',
          values: [textValue('ImagePath', 'C:\\ProgramData\\xmrig.exe'), numberValue('Start', 2)],
        },
      ],
    },
  ],
};

/** Marks a cell as free, as a deletion does. */
function release(bytes: Buffer, offset: number): void {
  const at = 4096 + offset;
  bytes.writeInt32LE(Math.abs(bytes.readInt32LE(at)), at);
}

/** The hive after the service was deleted: every cell of it is free, and the list of keys is one shorter. */
function withDeleted(keepData = false): Buffer {
  const bytes = hiveOf(tree);
  const hive = opened(bytes);
  const key = hive.key('Services\\xmrig');
  if (key?.valueListCell === undefined) throw new Error('no such key');
  for (const value of key.values()) {
    if (value.dataCell !== undefined && !keepData) release(bytes, value.dataCell);
    release(bytes, value.offset);
  }
  release(bytes, key.valueListCell);
  release(bytes, key.offset);
  const parent = 4096 + (hive.key('Services')?.offset ?? 0) + 4;
  const list = 4096 + bytes.readUInt32LE(parent + 28);
  bytes.writeUInt16LE(1, list + 6);
  bytes.writeUInt32LE(1, parent + 20);
  return bytes;
}

const deletedOf = (bytes: Buffer): DeletedCells => new DeletedCells(opened(bytes));

describe('what was deleted', () => {
  test('of a hive without deletions is nothing', () => {
    const cells = deletedOf(hiveOf(tree));
    expect([[...cells.keys()], [...cells.values()]]).toEqual([[], []]);
  });

  test('is found with its path, time, values and data, and is not in the tree', () => {
    const bytes = withDeleted();
    expect(opened(bytes).key('Services\\xmrig')).toBeUndefined();
    const [key, ...others] = [...deletedOf(bytes).keys()];
    expect(others).toEqual([]);
    expect(key).toMatchObject({ name: 'xmrig', path: 'Services\\xmrig', rooted: true });
    expect(key?.values.map(({ value }) => value.name)).toEqual(['ImagePath', 'Start']);
    expect(valueText(key?.values[0]?.value)).toBe('C:\\ProgramData\\xmrig.exe');
    expect(key?.values.map(({ dataReused }) => dataReused)).toEqual([false, false]);
  });

  test('keeps no data that stand in a cell which is somebody else’s by now', () => {
    const [key] = [...deletedOf(withDeleted(true)).keys()];
    expect(key?.values.map(({ dataReused }) => dataReused)).toEqual([true, false]);
  });

  test('is found inside of one large free cell, and values without their key too', () => {
    const bytes = withDeleted();
    const hive = opened(bytes);
    const [key] = [...new DeletedCells(hive).keys()];
    if (key === undefined) throw new Error('nothing was found');
    // The key's own cell was written over; its values stand on.
    bytes.fill(0, 4096 + key.offset + 4, 4096 + key.offset + 24);
    const cells = deletedOf(bytes);
    expect([...cells.keys()]).toEqual([]);
    expect([...cells.values()].map(({ value }) => value.name).sort()).toEqual(['ImagePath', 'Start']);
  });

  test('does not include what only looks like a key: a wrong time, no name, a size past its cell', () => {
    const offset = [...deletedOf(withDeleted()).keys()][0]?.offset ?? 0;
    const changes: readonly ((bytes: Buffer) => void)[] = [
      (bytes) => bytes.writeBigUInt64LE(1n, 4096 + offset + 8),
      (bytes) => bytes.writeUInt16LE(0, 4096 + offset + 76),
      (bytes) => bytes.writeUInt16LE(60_000, 4096 + offset + 76),
    ];
    for (const change of changes) {
      const bytes = withDeleted();
      change(bytes);
      expect([...deletedOf(bytes).keys()]).toEqual([]);
    }
  });

  test('ends where parents go in a circle, and where bins lie about their size', () => {
    const circle = withDeleted();
    const offset = [...deletedOf(circle).keys()][0]?.offset ?? 0;
    circle.writeUInt32LE(offset, 4096 + offset + 4 + 16);
    const [key] = [...deletedOf(circle).keys()];
    expect(key).toMatchObject({ name: 'xmrig', rooted: false });
    expect(key?.path.length).toBeLessThan(4000);
    for (const size of [0, 0xffff_f000, 17]) {
      const bytes = withDeleted();
      bytes.writeUInt32LE(size, 4096 + 8);
      const hive = opened(bytes);
      expect([...new DeletedCells(hive).keys()].length).toBeLessThan(2);
    }
  });
});
