/** RandomX in forms that try not to be one long-lived, readable process: `demine scan` says mining all the same. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { forms } from '../lab/forms.ts';
import { alarms, type LabHost, openLabHost, type Scanned, scan } from '../lab/harness.ts';

let host: LabHost;
beforeAll(async () => {
  host = await openLabHost();
});
afterAll(async () => {
  await host.stop();
});

async function scanned(name: string): Promise<Scanned> {
  const running = (await forms.find((form) => form.name === name)?.start(host)) ?? [];
  try {
    // What loads for a while computes only then.
    await Bun.sleep(500);
    return await scan(host, ['--interval', '1.5', '--no-persistence']);
  } finally {
    for (const one of running) await one.stop();
  }
}

describe('RandomX is mining', () => {
  const played = forms.filter(({ apart, within }) => apart !== true && within.length === 1);
  for (const { name } of played) {
    test(`as: ${name}`, async () => {
      const { result, code } = await scanned(name);
      const rules = alarms(result).map(({ rule }) => rule);
      expect({ verdict: result.verdict, code, rules }).toMatchObject({ verdict: 'mining', code: 1 });
      expect(rules).toContain('cpu.randomx-registers');
    });
  }
});

test('RandomX that another process traces is suspicious by its memory, and that its registers were not read is told', async () => {
  const { result, code } = await scanned('traced by another process');
  const rules = alarms(result).map(({ rule }) => rule);
  expect({ verdict: result.verdict, code, rules }).toMatchObject({ verdict: 'suspicious', code: 1 });
  expect(rules).toContain('memory.randomx-cache');
  const registers = result.coverage.find(({ id }) => id === 'registers');
  expect(registers?.checked).toBe(false);
  expect(registers?.reason).toMatch(/process \d+ traces it/);
});
