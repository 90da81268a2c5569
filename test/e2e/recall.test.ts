/** Every mechanism in its four dresses: each dangerous one is found, each honest one is quiet. */
import { describe, expect, test } from 'bun:test';
import { allCases } from '../persistence/cases.ts';
import { look, outcomeOf } from '../persistence/recall.ts';

test('a root with nothing planted raises nothing', async () => {
  const { rows, alarms } = await look();
  expect(rows.filter(({ judgement }) => judgement !== 'benign')).toEqual([]);
  expect(alarms).toEqual([]);
});

for (const [mechanism, cases] of Map.groupBy(allCases, (one) => one.mechanism)) {
  describe(mechanism, () => {
    for (const one of cases) {
      test(`${one.dress}: ${one.what}`, async () => {
        const { right, told } = outcomeOf(one, await look(one));
        expect(right, told).toBe(true);
      });
    }
  });
}
