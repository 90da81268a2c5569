/**
 * Scenarios of ways in and of what only looks like one, and that there is at least one of both for every vector.
 *
 * What they are of: `docs/architecture.md`, "Ways in". Half of all are traps, so that naming somebody is never the safe
 * answer.
 */
import { describe, expect, test } from 'bun:test';
import { vectors, windowsVectors } from '../../src/model/incident.ts';
import { doors } from './doors.scenarios.ts';
import { lookalikes } from './lookalikes.scenarios.ts';
import { lookalikesServed } from './lookalikes-served.scenarios.ts';
import { play } from './scenario.ts';
import { subForms } from './sub-forms.scenarios.ts';
import { subFormsServed } from './sub-forms-served.scenarios.ts';
import { traps } from './traps.scenarios.ts';

const ways = [...doors, ...subForms, ...subFormsServed];
const pitfalls = [...traps, ...lookalikes, ...lookalikesServed];

describe('the door', () => play(ways));
describe('what only looks like it', () => play(pitfalls));

/** Those of Windows are played in `test/windows/events.test.ts`. */
const ofWindows: ReadonlySet<string> = new Set(windowsVectors);

test.each(vectors.filter((vector) => !ofWindows.has(vector)).map((vector) => [vector]))(
  '%s is the door somewhere, and only looks like it elsewhere',
  (vector) => {
    expect(ways.filter((one) => one.ways[0]?.vector === vector)).not.toEqual([]);
    expect(pitfalls.filter(({ looksLike }) => looksLike === vector)).not.toEqual([]);
  },
);

test('no trap ends in what it looks like with certainty, and half of all are traps', () => {
  for (const { name, looksLike, ways: found } of pitfalls) {
    expect([name, looksLike]).not.toEqual([name, undefined]);
    expect([name, found.some(({ vector, grade }) => vector === looksLike && grade === 'confirmed')]).toEqual([
      name,
      false,
    ]);
  }
  expect(pitfalls.length).toBeGreaterThanOrEqual(ways.length);
  expect(ways.filter(({ ways: [first] }) => first === undefined)).toEqual([]);
});
