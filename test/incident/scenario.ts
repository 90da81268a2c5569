/** A scenario: what logs tell and what was left on the host, and what is to be concluded from both. */
import { expect, test } from 'bun:test';
import { Analyser, type Analysis } from '../../src/incident/analyse.ts';
import { at, scene } from '../../src/incident/incident.fixture.ts';
import type { LogKnown } from '../../src/incident/reach.ts';
import type { Scene } from '../../src/incident/scene.ts';
import type { Grade, Missing, Vector } from '../../src/incident/way-in.ts';
import type { LogEvent } from '../../src/model/facts/event.ts';

export interface Expected {
  readonly vector: Vector;
  readonly grade: Grade;
  readonly account?: string;
  readonly attackers?: readonly string[];
  /** `2024-03-10 03:01:00` */
  readonly success?: string;
  readonly missing?: readonly Missing[];
  readonly chain?: readonly string[];
}

export interface Scenario {
  readonly name: string;
  readonly events: readonly LogEvent[];
  readonly scene?: Partial<Scene>;
  readonly logs?: readonly LogKnown[];
  /** Of a trap, the door that an eager reader would name. */
  readonly looksLike?: Vector;
  /** The ways in, the best first; none for a trap, or fewer and weaker ones than it looks like. */
  readonly ways: readonly Expected[];
  readonly also?: (analysis: Analysis) => void;
}

export const now = '2024-03-20 00:00:00';

export function concluded({
  events,
  logs = [],
  ...rest
}: Pick<Scenario, 'events' | 'logs' | 'scene'>): Analysis {
  const analyser = new Analyser();
  for (const event of events) analyser.see(event);
  for (const log of logs) analyser.log(log);
  return analyser.conclude(scene(rest.scene), at(now));
}

const iso = (us: number | undefined): string | undefined =>
  us === undefined ? undefined : new Date(us / 1000).toISOString().slice(0, 19).replace('T', ' ');

export function play(scenarios: readonly Scenario[]): void {
  test.each(scenarios.map((one) => [one.name, one] as const))('%s', (_, scenario) => {
    const analysis = concluded(scenario);
    expect(analysis.entry.map(({ vector, grade }) => `${vector} ${grade}`)).toEqual(
      scenario.ways.map(({ vector, grade }) => `${vector} ${grade}`),
    );
    for (const [index, wanted] of scenario.ways.entries()) {
      const way = analysis.entry[index];
      if (wanted.account !== undefined) expect(String(way?.account)).toBe(wanted.account);
      if (wanted.attackers !== undefined) expect(way?.attackers.map(String)).toEqual([...wanted.attackers]);
      if (wanted.success !== undefined) expect(iso(way?.firstSuccessUs)).toBe(wanted.success);
      if (wanted.missing !== undefined) expect(way?.missing).toEqual([...wanted.missing]);
      if (wanted.chain !== undefined)
        expect(way?.chain.map(({ step }) => step)).toEqual(wanted.chain as never);
    }
    scenario.also?.(analysis);
  });
}
