/** The lab is real: what is planted there mines, comes back when it is killed, and is seen by a scan. */
import { expect, test } from 'bun:test';
import { bootLabHost, processesOf } from '../lab/booted.ts';
import { alarms, type LabHost, scan } from '../lab/harness.ts';
import { type Infection, Planter } from './infection.ts';
import { infections } from './infections.ts';

async function within(seconds: number, look: () => boolean): Promise<boolean> {
  for (let waited = 0; waited < seconds * 10; waited += 1) {
    if (look()) return true;
    await Bun.sleep(100);
  }
  return false;
}

async function onHost(
  infection: Infection | undefined,
  work: (host: LabHost) => Promise<void>,
): Promise<void> {
  const host = await bootLabHost({ before: (root) => infection?.plant(new Planter(root)) });
  try {
    await infection?.typed?.(host);
    await work(host);
  } finally {
    await host.stop();
  }
}

test('a host that nobody infected is clean', async () => {
  await onHost(undefined, async (host) => {
    const { result } = await scan(host);
    expect(alarms(result)).toEqual([]);
    expect(result.verdict).toBe('clean');
  });
});

test.each(infections.map((infection) => [infection.id, infection] as const))('%s', async (_, infection) => {
  const { miners, period, places } = infection;
  await onHost(infection, async (host) => {
    const runs = (): readonly number[] => processesOf(host, miners);
    if (period !== undefined) {
      expect(await within(period * 3 + 10, () => runs().length > 0)).toBe(true);
      const first = runs();
      await host.run(['kill', '-9', ...first.map(String)]);
      expect(await within(period * 3 + 10, () => runs().some((pid) => !first.includes(pid)))).toBe(true);
    }
    const { result } = await scan(host);
    const grave = result.persistence.filter(
      ({ judgement }) => judgement === 'suspicious' || judgement === 'malicious',
    );
    const missed = places.filter((place) => !grave.some(({ source }) => source.startsWith(place)));
    expect(missed).toEqual([]);
    const told = new Set(alarms(result).map(({ pid }) => pid));
    // What came and went while the scan looked is not asked for.
    if (period !== undefined) expect(runs().filter((pid) => told.has(pid)).length).toBeGreaterThan(0);
    expect(result.verdict).not.toBe('clean');
  });
});
