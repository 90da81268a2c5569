/**
 * Logs of our own, changed at random where it matters: heads, sizes, counts, tokens, places, types; pieces moved,
 * repeated, cut. Nothing is thrown, the work is bounded, and what is told is sound: JSON is JSON, and XML has one root.
 * The seeds are fixed, so that a failure comes again. Logs of Windows are treated the same in test/corpus.
 */
import { describe, expect, test } from 'bun:test';
import { given } from './binxml.fixture.ts';
import { logOf } from './evtx.fixture.ts';
import { askAll, mutated, randomOf } from './mutate.fixture.ts';

const rounds = 400;

const seedLog = (): Buffer =>
  logOf(
    Array.from({ length: 12 }, (_, index) => ({
      eventId: index,
      ...(index % 3 === 0 ? { userData: 'EventXML' } : {}),
      data:
        index % 4 === 0
          ? ['a', given.texts('b', 'c')]
          : { A: `v${index}`, B: given.u64(2n ** 60n), C: given.sid(21, 1, 2, 3), D: given.filetime(0, 3) },
    })),
    5,
  );

describe('a log that was changed at random', () => {
  const whole = seedLog();

  test('is read whole before it is', () => {
    expect(askAll(whole)).toMatchObject({ records: 12, read: 12 });
  });

  test('is read as far as it goes', () => {
    let read = 0;
    for (let seed = 1; seed <= rounds; seed += 1) read += askAll(mutated(whole, randomOf(seed))).read;
    // Most changes hurt one record.
    expect(read).toBeGreaterThan(rounds * 6);
  });
});
