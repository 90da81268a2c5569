/** What the alert named (`--seen`), where nothing else speaks of it: a program that sleeps, and its environment. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { folderIn, type LabHost, openLabHost, type Running, type Scanned, scan } from '../lab/harness.ts';

const path = '/opt/job/idle';
let host: LabHost;
let idle: readonly Running[];

beforeAll(async () => {
  host = await openLabHost();
  folderIn(host, 'opt/job');
  await host.run(['cp', '/usr/bin/sleep', path]);
  appendFileSync(join(host.root, path), 'a program of its own');
  const start = (): Promise<Running> =>
    host.start(['sh', '-c', `exec ${path} 600`], {
      environment: { C2: 'https://u:zqS3cret@198.51.100.77:8443/x' },
    });
  idle = [await start(), await start()];
});
afterAll(async () => {
  for (const one of idle) await one.stop();
  await host.stop();
});

const quick = ['--interval', '0.5', '--no-persistence'] as const;
const sightings = ({ result }: Scanned) => result.findings.filter(({ rule }) => rule === 'indicator.seen');
const pidsOf = (scanned: Scanned) => sightings(scanned).map(({ pid }) => pid);
const both = () => idle.map(({ pid }) => pid);

describe('is found', () => {
  for (const [algorithm, args] of [
    ['sha256', quick],
    ['md5', ['--interval', '0.5']],
  ] as const) {
    test(`by the ${algorithm} of a program that does nothing, in each process that runs it`, async () => {
      const digest = new Bun.CryptoHasher(algorithm)
        .update(readFileSync(join(host.root, path)))
        .digest('hex');
      expect(pidsOf(await scan(host, [...args, '--seen', digest])).toSorted()).toEqual(both());
    });
  }

  test('by an address in the environment of a process that does nothing, and no value of it is told', async () => {
    const scanned = await scan(host, [...quick, '--seen', '198.51.100.77:8443']);
    expect(pidsOf(scanned).toSorted()).toEqual(both());
    expect(sightings(scanned)[0]?.evidence[0]?.text).toBe('C2 = … 198.51.100.77 …');
    expect(scanned.stdout).not.toContain('zqS3cret');
  });
});

test('is not found by a hash and an address that are nowhere', async () => {
  const scanned = await scan(host, [...quick, '--seen', 'ab'.repeat(32), '--seen', '198.51.100.7']);
  expect(sightings(scanned)).toEqual([]);
  expect(scanned.code).toBe(0);
});
