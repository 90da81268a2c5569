/**
 * Hives and logs with bytes changed where it hurts: in cells, offsets, counts and sizes. Whatever was changed, everything
 * that there is to read ends, throws nothing, and gives no more than the file can hold. Real hives in `test/corpus/`.
 */
import { expect, test } from 'bun:test';
import { seeded } from '../compress/compress.fixture.ts';
import { readEverything } from './everything.fixture.ts';
import {
  dirtied,
  hiveOf,
  type KeySpec,
  logEntry,
  newLog,
  numberValue,
  oldLog,
  textValue,
} from './hive.fixture.ts';
import { mutated } from './mutation.fixture.ts';
import { valueType } from './value.ts';

const tree = (names: readonly string[]): KeySpec => ({
  name: 'ROOT',
  list: 'ri',
  keys: names.map((name, index) => ({
    name,
    className: index === 1 ? 'a class' : '',
    list: index % 2 === 0 ? 'lf' : 'li',
    values: [
      textValue('ImagePath', `C:\\${name}.exe`),
      numberValue('Start', index),
      { name: 'big', type: valueType.binary, data: new Uint8Array(index === 2 ? 40_000 : 30) },
    ],
    keys: [{ name: `${name}-below`, security: new Uint8Array(60).fill(index) }, { name: '🌎' }],
  })),
});
const before = hiveOf(tree(['a', 'b', 'c', 'd']));
const after = hiveOf(tree(['a', 'b', 'c', 'd', 'e', 'f']));

test('1,000 changed hives are read to their end', () => {
  const next = seeded(11);
  for (let round = 0; round < 1000; round += 1) {
    const bytes = mutated(after, next);
    const read = readEverything(bytes, []);
    expect([round, read.keys <= after.length / 80]).toEqual([round, true]);
  }
});

test('800 changed logs are laid over a hive and read to their end', () => {
  const next = seeded(12);
  const logs = [newLog(after, 7, [logEntry(before, after, 7)]), oldLog(before, after)];
  for (let round = 0; round < 800; round += 1) {
    const log = mutated(logs[round % 2] ?? before, next);
    const read = readEverything(dirtied(before), [log]);
    expect([round, read.keys <= (before.length + log.length) / 80]).toEqual([round, true]);
  }
});
