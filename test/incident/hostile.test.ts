/** Events that an attacker made up or made many of: nothing throws, nothing grows, and text decides nothing. */
import { expect, test } from 'bun:test';
import { Analyser } from '../../src/incident/analyse.ts';
import {
  at,
  container,
  door,
  entry,
  key,
  left,
  miner,
  scene,
  text,
} from '../../src/incident/incident.fixture.ts';
import type { EventDetail, LogEvent } from '../../src/model/facts/event.ts';
import { maskPrintable } from '../../src/model/mask.ts';
import { resultIncident } from '../../src/scan/result-incident.ts';
import { now } from './scenario.ts';

/** xorshift32: the same every time. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

const forged = [
  '',
  'root',
  'Accepted password for root from 203.0.113.66 port 22 ssh2',
  'COPY t FROM PROGRAM',
  '/\u202e../%00',
  'a'.repeat(20_000),
  '::ffff:999.999.999.999',
  '172.17.0.1',
  '__proto__',
  'constructor',
].map(text);

const times = [Number.NaN, -1, 0, 1e300, Number.MAX_SAFE_INTEGER, at('2024-03-10 02:31:00')];

test('made-up events of all kinds, in any order and at any time', () => {
  const random = randomFrom(20240310);
  const pick = <T>(values: readonly [T, ...T[]] | readonly T[]): T =>
    values[Math.floor(random() * values.length)] as T;
  const word = () => pick(forged);
  const details: readonly (() => EventDetail)[] = [
    () => ({
      what: 'login',
      outcome: pick(['accepted', 'failed'] as const),
      service: 'sshd',
      account: word(),
      known: random() < 0.5,
      from: word(),
      method: pick([text('password'), word()]),
      ...(random() < 0.3 ? { key: word() } : {}),
      ...(random() < 0.5 ? { port: Math.floor(random() * 70_000) } : {}),
    }),
    () => ({ what: 'session', phase: 'opened', service: 'sshd', account: word(), from: word() }),
    () => ({
      what: 'privilege',
      program: 'sudo',
      outcome: 'accepted',
      account: word(),
      as: text('root'),
      command: word(),
    }),
    () => ({
      what: 'service',
      service: pick(['redis', 'postgresql', 'yarn', 'salt', 'activemq', 'rocketmq', '__proto__']),
      action: pick([
        'saved',
        'replica-of',
        'module-loaded',
        'statement',
        'application',
        'executed',
        'beans-loaded',
      ]),
      account: word(),
      from: word(),
      detail: word(),
    }),
    () => ({
      what: 'container',
      runtime: pick(['docker', 'kubernetes'] as const),
      action: pick(['created', 'executed', 'request'] as const),
      container: word(),
      image: word(),
      account: word(),
      from: word(),
      detail: word(),
    }),
    () => ({
      what: 'request',
      server: 'nginx',
      client: word(),
      method: pick([text('POST'), word()]),
      target: pick([text('/ws/v1/cluster/apps'), text('/containers/create'), word()]),
      status: pick([200, 404, -1, Number.NaN]),
      size: -1,
      agent: word(),
      referrer: word(),
      account: word(),
    }),
    () => ({
      what: 'load',
      seconds: pick([600, 0, -5, Number.NaN, 1e18]),
      busy: pick([0, 100, 1e9, Number.NaN]),
    }),
    () => ({ what: 'job', scheduler: 'cron', account: word(), command: word() }),
    () => ({ what: 'command', origin: 'history', account: word(), command: word() }),
    () => ({ what: 'package', manager: 'apt', action: 'installed', package: word(), version: word() }),
  ];
  const analyser = new Analyser();
  for (let index = 0; index < 60_000; index += 1) {
    const base = {
      kind: 'event',
      source: { source: word(), line: index + 1 },
      us: random() < 0.7 ? at('2024-03-10 00:00:00') + random() * 86_400e6 : pick(times),
      precision: 'second',
      certain: random() < 0.5,
      host: word(),
      text: word(),
    } as const;
    analyser.see({ ...base, ...pick(details)() } as LogEvent);
  }
  const analysis = analyser.conclude(
    scene({
      files: [
        left('/root/.x', '2024-03-10 02:33:00'),
        left('/tmp/x', '2024-03-10 02:34:00', 'redis', { changedUs: Number.NaN }),
      ],
      entries: [entry('cron-user', '/var/spool/cron/root', '2024-03-10 02:34:00', { dumped: true })],
      miners: [miner('2024-03-10 02:35:00', 'yarn')],
      keys: [key('root', '2024-03-10 02:00:00', true)],
      doors: [door('docker', 2375), door('yarn', 8088)],
      containers: [container('deadbeef')],
    }),
    at(now),
  );
  const told = JSON.stringify(resultIncident(analysis, maskPrintable));
  expect(told.length).toBeLessThan(2 << 20);
  expect(analysis.entry.length).toBeLessThan(60);
  // Words of right-to-left and NUL stay escaped to the end.
  expect(told).not.toContain('\u202e');
});

test('half a million jobs, accounts and logs', () => {
  const analyser = new Analyser();
  const before = process.memoryUsage().rss;
  for (let index = 0; index < 500_000; index += 1) {
    analyser.see({
      kind: 'event',
      source: { source: text(`/var/log/${index % 20_000}`), line: index },
      us: at('2024-03-10 00:00:00') + index * 1e6,
      precision: 'second',
      certain: true,
      host: text('web1'),
      text: text(`line ${index}`),
      what: 'job',
      scheduler: 'cron',
      account: text(`user${index}`),
      command: text(`/bin/job ${index}`),
    });
  }
  const { horizon } = analyser.conclude(scene(), at(now));
  expect(horizon.length).toBeLessThanOrEqual(5_000);
  expect(process.memoryUsage().rss - before).toBeLessThan(256 << 20);
});
