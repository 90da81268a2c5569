/** Every mechanism of Windows in its dresses: each dangerous one is found, each honest one is quiet. */
import { describe, expect, test } from 'bun:test';
import { windowsCases } from './mechanism-cases.fixture.ts';
import { outcomeOfWindows } from './recall.ts';

for (const [mechanism, cases] of Map.groupBy(windowsCases, (one) => one.mechanism)) {
  describe(mechanism, () => {
    for (const one of cases) {
      test(`${one.dress}: ${one.what}`, async () => {
        const { right, told } = await outcomeOfWindows(one);
        expect(right, told).toBe(true);
      });
    }
  });
}
