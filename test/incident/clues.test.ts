/**
 * That an analysis concludes from the clues of a case what it concludes from all of its events, in every scenario, between
 * what a busy host writes besides, and whatever the order of the lines.
 */
import { describe, expect, test } from 'bun:test';
import { Analyser } from '../../src/incident/analyse.ts';
import { Clues } from '../../src/incident/clue.ts';
import { FamilyWatch } from '../../src/incident/family.ts';
import { at, scene } from '../../src/incident/incident.fixture.ts';
import { LogScene } from '../../src/incident/log-scene.ts';
import { eventFixture } from '../../src/model/facts/event.fixture.ts';
import type { LogEvent } from '../../src/model/facts/event.ts';
import { printableText } from '../../src/model/text.ts';
import { doors } from './doors.scenarios.ts';
import { lookalikes } from './lookalikes.scenarios.ts';
import { lookalikesServed } from './lookalikes-served.scenarios.ts';
import { now, type Scenario } from './scenario.ts';
import { subForms } from './sub-forms.scenarios.ts';
import { subFormsServed } from './sub-forms-served.scenarios.ts';
import { traps } from './traps.scenarios.ts';

const all: readonly Scenario[] = [
  ...doors,
  ...subForms,
  ...subFormsServed,
  ...traps,
  ...lookalikes,
  ...lookalikesServed,
];

/** The logs of events, each as it was written; the clues among them by time, as a case gives them. */
function cluesOf(events: readonly LogEvent[]): readonly LogEvent[] {
  const marker = new Clues();
  const logs = [...Map.groupBy(events, ({ source }) => source.source).values()];
  const written = logs.flat();
  const clues = new Set<number>();
  let id = 0;
  for (const log of logs) {
    marker.begin();
    for (const event of log) {
      if (marker.isClue(event, event.us, event.host)) clues.add(id);
      else marker.placed(id);
      id += 1;
    }
    for (const last of marker.end()) clues.add(last);
  }
  return byTime(written.filter((_, index) => clues.has(index)));
}

const byTime = (events: readonly LogEvent[]): readonly LogEvent[] => events.toSorted((a, b) => a.us - b.us);

function concluded(events: readonly LogEvent[], given: Scenario['scene'], logs: Scenario['logs'] = []) {
  const [analyser, families, logScene] = [new Analyser(), new FamilyWatch(), new LogScene()];
  for (const event of events) {
    analyser.see(event);
    families.seeEvent(event);
    logScene.see(event);
  }
  for (const log of logs) analyser.log(log);
  return {
    analysis: analyser.conclude(scene(given), at(now)),
    families: families.conclude(),
    scene: logScene.conclude(at(now)),
  };
}

const none = printableText('');
const pages = ['/about', '/', '/shop.php', '/.env', '/vendor/phpunit/phpunit/src/Util/PHP/eval-stdin.php'];

/** What a host writes all day, in logs of its own and in those of the scenario. */
function noise(source: LogEvent['source']['source'], count: number): readonly LogEvent[] {
  const words = ['session closed for user root', 'kinsing was here', 'all is well'];
  return Array.from({ length: count }, (_, index): LogEvent => {
    const text = printableText(`${words[(index * 7) % words.length]} ${index}`);
    const us = at('2024-03-01 00:00:00') + ((index * 7919) % count) * 4e9;
    const { kind, precision, host } = eventFixture({ us, what: 'message' });
    const base = {
      ...{ kind, us, precision, host, text, certain: index !== 40 },
      source: { source, line: 1e6 + index },
    };
    switch (index % 3) {
      case 0:
        return { ...base, what: 'message', program: host };
      case 1:
        return {
          ...{ ...base, what: 'session', phase: 'opened', service: 'cron', account: none },
          from: printableText(index % 2 === 0 ? '192.0.2.9' : ''),
          ...(index % 4 === 0 ? { service: 'sshd' } : {}),
        };
      default:
        return {
          ...{ ...base, what: 'request', server: 'nginx', client: printableText('192.0.2.8') },
          ...{
            method: printableText('GET'),
            status: 200,
            size: 512,
            agent: none,
            referrer: none,
            account: none,
          },
          target: printableText(pages[index % pages.length] ?? '/'),
        };
    }
  });
}

describe('clues of a case', () => {
  test.each(all.map((one) => [one.name, one] as const))('%s', (_, { events, scene: given, logs }) => {
    const sources = new Set(events.map(({ source }) => source.source));
    for (const more of [[], [...sources, printableText('/var/log/other')].flatMap((one) => noise(one, 90))]) {
      const whole = [...events, ...more];
      expect(concluded(cluesOf(whole), given, logs)).toEqual(
        concluded(
          byTime([...Map.groupBy(whole, ({ source }) => source.source).values()].flat()),
          given,
          logs,
        ),
      );
    }
  });

  test('are few of what a busy host writes', () => {
    const source = printableText('/var/log/syslog');
    const quiet = Array.from({ length: 5_000 }, (_, index) =>
      eventFixture({ us: 1e15 + index * 1e6, what: 'message', source: { source, line: index } }),
    );
    expect(cluesOf(quiet).map(({ us }) => us)).toEqual([1e15, 1e15 + 4_999e6]);
  });

  test('are all events of hosts beyond those whose first and last are known', () => {
    const source = printableText('/var/log/syslog');
    const of = (index: number) =>
      eventFixture({
        us: 1e15 + index,
        what: 'message',
        host: printableText(`h${index % 5_000}`),
        source: { source },
      });
    const events = Array.from({ length: 15_000 }, (_, index) => of(index));
    expect(cluesOf(events)).toHaveLength(2 * 4_096 + 3 * (5_000 - 4_096));
  });

  test('a log of which every line is older than the one before has no fewer', () => {
    const source = printableText('/var/log/syslog');
    const back = Array.from({ length: 50 }, (_, index) =>
      eventFixture({ us: 1e15 - index * 1e6, what: 'message', source: { source } }),
    );
    expect(cluesOf(back)).toHaveLength(50);
  });
});
