import { expect, test } from 'bun:test';
import { exposure, exposureOf } from './exposure.ts';
import { connection, factSet, judgedBy, listener, processFact, text, told } from './facts.fixture.ts';

const analyze = judgedBy(exposure);
const redis = processFact({ pid: 50, path: '/usr/bin/redis-server' });

test('Redis on all addresses is a high risk and a low finding', () => {
  const facts = [redis, listener([50], '::', 6379)];
  expect(exposureOf(factSet(...facts))).toEqual([
    {
      service: 'Redis',
      address: '::',
      port: 6379,
      transport: 'tcp',
      pid: 50,
      process: 'redis-server',
      risk: 'high',
      reach: 'all-addresses',
    },
  ]);
  expect(told(analyze(...facts))).toEqual(['exposure.service low']);
});

test('the process names the service at another port', () => {
  expect(exposureOf(factSet(redis, listener([50], '198.51.100.7', 16379)))[0]).toMatchObject({
    service: 'Redis',
    port: 16379,
    reach: 'one-address',
  });
});

test('loopback, connections and unknown services are not exposed', () => {
  expect(
    exposureOf(
      factSet(
        redis,
        listener([50], '127.0.0.1', 6379),
        listener([50], '::1', 6379),
        connection([50], '203.0.113.4', 6379),
        listener([7], '0.0.0.0', 12345),
      ),
    ),
  ).toEqual([]);
});

test('SSH is a note, and both families are told once', () => {
  const sshd = processFact({ pid: 60, path: '/usr/sbin/sshd' });
  expect(
    told(analyze(sshd, listener([60], '0.0.0.0', 22), listener([60], '::', 22, { transport: 'tcp6' }))),
  ).toEqual(['exposure.remote-login info']);
});

test('a container of its own is listed without a finding', () => {
  const inside = processFact({ pid: 70, name: text('mongod'), container: { runtime: 'docker', id: 'c' } });
  const facts = [inside, listener([70], '0.0.0.0', 27017, { namespace: 9 })];
  expect(exposureOf(factSet(...facts))[0]?.reach).toBe('container');
  expect(analyze(...facts)).toEqual([]);
});

test('a host with thousands of listeners has a bounded list', () => {
  const many = Array.from({ length: 3000 }, (_, at) => listener([50], '0.0.0.0', 20000 + at));
  expect(exposureOf(factSet(redis, ...many)).length).toBe(500);
});
