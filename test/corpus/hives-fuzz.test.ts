/**
 * Real hives with bytes changed, by place and by meaning, read to their end: for a bounded time, and from a seed that a
 * failure tells. A reading that does not end is ended by the test's own limit.
 */
import { expect, test } from 'bun:test';
import { seeded } from '../../src/formats/compress/compress.fixture.ts';
import { readActivityModerators } from '../../src/formats/execution/activity-moderator.ts';
import { readUserAssist } from '../../src/formats/execution/user-assist.ts';
import { readProfileList } from '../../src/formats/profile-list.ts';
import { readEverything } from '../../src/formats/registry/everything.fixture.ts';
import { openHive } from '../../src/formats/registry/hive.ts';
import { mutated } from '../../src/formats/registry/mutation.fixture.ts';
import { readSam } from '../../src/formats/sam/read-sam.ts';
import { readTaskCache } from '../../src/formats/task/read-task-cache.ts';
import { access, hiveBytes, hiveNames } from './hive-files.ts';

const milliseconds = 8000;
/** Those of a size at which hundreds of rounds fit. */
const names = hiveNames().filter((name) => hiveBytes(name).length < 1_200_000);

test('changed hives of the corpus end, within what their file can hold', () => {
  const began = performance.now();
  let rounds = 0;
  for (let seed = 1; performance.now() - began < milliseconds; seed += 1) {
    const next = seeded(seed);
    const name = names[next(names.length)] ?? 'SAM';
    const bytes = mutated(Buffer.from(hiveBytes(name)), next);
    const { keys } = readEverything(bytes, []);
    expect([seed, name, keys <= bytes.length / 80]).toEqual([seed, name, true]);
    rounds += 1;
  }
  expect(rounds).toBeGreaterThan(40);
});

test('changed logs of the corpus end too', () => {
  const began = performance.now();
  const hive = hiveBytes('transactions_NTUSER.DAT');
  const log = Buffer.from(hiveBytes('transactions_ntuser.dat.log1'));
  let rounds = 0;
  for (let seed = 1; performance.now() - began < milliseconds / 2; seed += 1) {
    const changed = mutated(log, seeded(seed));
    const { keys } = readEverything(hive, [changed]);
    expect([seed, keys >= 2590]).toEqual([seed, true]);
    rounds += 1;
  }
  expect(rounds).toBeGreaterThan(10);
});

test('what is told of changed hives ends too: accounts, tasks, profiles, what was started', () => {
  const began = performance.now();
  let rounds = 0;
  let told = 0;
  for (let seed = 1; performance.now() - began < milliseconds; seed += 1) {
    const next = seeded(seed);
    const name = names[next(names.length)] ?? 'SAM';
    const bytes = mutated(Buffer.from(hiveBytes(name)), next);
    const answer = openHive(access(bytes), []);
    if (answer.status === 'ok') {
      const { hive } = answer;
      const all = [
        readSam(hive)?.users ?? [],
        readTaskCache(hive)?.tasks ?? [],
        readProfileList(hive) ?? [],
        readUserAssist(hive) ?? [],
        readActivityModerators(hive),
      ];
      const count = all.reduce((sum, { length }) => sum + length, 0);
      expect([seed, name, count <= bytes.length / 40]).toEqual([seed, name, true]);
      if (count > 0) told += 1;
    }
    rounds += 1;
  }
  expect(rounds).toBeGreaterThan(40);
  expect(told).toBeGreaterThan(0);
});
