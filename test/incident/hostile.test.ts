/** Events that an attacker made up or made many of: nothing throws, nothing grows, and text decides nothing. */
import { heapStats } from 'bun:jsc';
import { expect, test } from 'bun:test';
import { Analyser, type Analysis } from '../../src/incident/analyse.ts';
import {
  accepted,
  at,
  container,
  door,
  entry,
  event,
  failures,
  key,
  left,
  miner,
  read,
  scene,
  text,
} from '../../src/incident/incident.fixture.ts';
import type { Scene } from '../../src/incident/scene.ts';
import type { WayIn } from '../../src/incident/way-in.ts';
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

const analysed = (events: Iterable<LogEvent>, of: Partial<Scene>): Analysis => {
  const analyser = new Analyser();
  for (const one of events) analyser.see(one);
  return analyser.conclude(scene(of), at(now));
};

/** Nothing that an attacker made long or many is told as long or as often. */
function isBounded({ attackers, account, chain, firstSuccessUs, grade, missing }: WayIn): void {
  expect(attackers.length).toBeLessThanOrEqual(100);
  expect(attackers.filter((one) => !/^[\w.:%-]{1,255}$/.test(one))).toEqual([]);
  expect(account.length).toBeLessThanOrEqual(256);
  expect(chain.length).toBeLessThanOrEqual(50);
  expect(chain.filter(({ text: shown }) => shown.length > 512).length).toBe(0);
  expect(chain.map(({ us }) => us)).toEqual(chain.map(({ us }) => us).toSorted((a, b) => a - b));
  expect(chain.every(({ us }) => Number.isFinite(us))).toBe(true);
  if (firstSuccessUs !== undefined) expect(Number.isFinite(firstSuccessUs)).toBe(true);
  if (grade === 'confirmed') expect(missing).toEqual([]);
}

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
  const storm = function* (): Generator<LogEvent> {
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
      yield { ...base, ...pick(details)() } as LogEvent;
    }
  };
  const analysis = analysed(storm(), {
    files: [
      left('/root/.x', '2024-03-10 02:33:00'),
      left('/tmp/x', '2024-03-10 02:34:00', 'redis', { changedUs: Number.NaN }),
    ],
    entries: [entry('cron-user', '/var/spool/cron/root', '2024-03-10 02:34:00', { dumped: true })],
    miners: [miner('2024-03-10 02:35:00', 'yarn')],
    keys: [key('root', '2024-03-10 02:00:00', true)],
    doors: [door('docker', 2375), door('yarn', 8088)],
    containers: [container('deadbeef')],
  });
  // It was looked at, and found what it must: otherwise nothing below says anything.
  expect(analysis.entry.map(({ vector }) => vector)).toContain('ssh-brute-force');
  expect(analysis.entry.length).toBeLessThan(60);
  for (const way of analysis.entry) isBounded(way);
  const told = JSON.stringify(resultIncident(analysis, maskPrintable));
  expect(told.length).toBeLessThan(1 << 20);
  expect(told).not.toMatch(/NaN|Infinity|Invalid/);
});

test('who came in is found in the noise that others make around him', () => {
  const noise = Array.from(
    { length: 20_000 },
    (_, index): LogEvent => ({
      kind: 'event',
      source: { source: text('/var/log/auth.log'), line: index + 1 },
      us: at('2024-03-10 00:00:00') + index * 4e6,
      precision: 'second',
      certain: true,
      host: text('web1'),
      text: forged[index % forged.length] ?? text(''),
      what: 'login',
      outcome: 'failed',
      service: 'sshd',
      account: forged[index % forged.length] ?? text(''),
      known: false,
      from: text(`198.51.100.${index % 250}`),
      method: text('password'),
    }),
  );
  const came = read(
    failures('2024-03-10 02:00:00', 40, 20, ['203.0.113.66'], ['root', 'admin', 'pi']) +
      accepted('2024-03-10 02:31:00', 'root', '203.0.113.66'),
  );
  const { entry: ways } = analysed([...noise, ...came], { files: [left('/root/.x', '2024-03-10 02:33:00')] });
  expect(ways).toMatchObject([
    { vector: 'ssh-brute-force', grade: 'confirmed', account: 'root', attackers: ['203.0.113.66'] },
  ]);
});

test('what stands where an address should and is none names nobody', () => {
  const asked = (from: string): LogEvent =>
    event('2024-03-10 02:31:00', {
      what: 'service',
      service: 'yarn',
      action: 'application',
      account: text('dr.who'),
      from: text(from),
      detail: text('application_1'),
    });
  const from = (...addresses: readonly string[]) =>
    analysed(addresses.map(asked), {
      files: [left('/tmp/.y', '2024-03-10 02:31:30', 'yarn')],
    }).entry[0]?.attackers.map(String);
  expect(from('203.0.113.66')).toEqual(['203.0.113.66']);
  expect(from('evil.example.com')).toEqual(['evil.example.com']);
  expect(from('root from 203.0.113.66', '/', 'a'.repeat(400))).toEqual([]);
});

test('a line of no time is of no way in, and disturbs none', () => {
  const came = read(
    failures('2024-03-10 02:00:00', 40, 20, ['203.0.113.66'], ['root', 'admin', 'pi']) +
      accepted('2024-03-10 02:31:00', 'root', '203.0.113.66'),
  );
  const files = [left('/root/.x', '2024-03-10 02:33:00')];
  const lost = came.map((one): LogEvent => ({ ...one, us: Number.NaN }));
  expect(analysed(lost, { files })).toMatchObject({ entry: [], horizon: [], gaps: [] });
  expect(analysed([...lost, ...came, ...lost], { files }).entry).toMatchObject([
    { grade: 'confirmed', firstSuccessUs: at('2024-03-10 02:31:00') },
  ]);
});

test('half a million jobs, accounts and logs', () => {
  const analyser = new Analyser();
  Bun.gc(true);
  const before = heapStats().objectCount;
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
  Bun.gc(true);
  // Kept whole they are three and a half million.
  expect(heapStats().objectCount - before).toBeLessThan(300_000);
  expect(analyser.conclude(scene(), at(now)).horizon).toHaveLength(5_000);
});
