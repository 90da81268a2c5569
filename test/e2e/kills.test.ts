/**
 * Whoever reads registers may be killed at any moment: the threads that were sampled run on, untraced.
 *
 * `DEMINE_KILLS` says how often, for a long run by hand. Moments are spread over the sampling, which is seen from
 * outside: one of the threads has us as its tracer.
 */
import { afterAll, beforeAll, expect, test } from 'bun:test';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type LabHost, openLabHost, type Running, startDemine, startStandIn } from '../lab/harness.ts';
import { repository } from '../lab/host.ts';

const asked = Number(process.env['DEMINE_KILLS'] ?? 0);
const samplerKills = asked || 12;
const scanKills = asked || 2;
/** Microseconds between the first sight of a tracer and the kill. */
const moments = [0, 50, 130, 300, 700, 1500, 3000, 6000] as const;

let host: LabHost;
const victims: Running[] = [];

beforeAll(async () => {
  host = await openLabHost();
  victims.push(await startStandIn(host, 'randomx-hasher', ['fast', '2']));
  // Flushes and keeps its mode: nothing is looked at longer.
  victims.push(await startStandIn(host, 'fastmath', ['2']));
});
afterAll(async () => {
  for (const one of victims) await one.stop();
  await host.stop();
});

interface Thread {
  readonly tid: number;
  readonly state: string;
  readonly tracer: number;
  readonly usedNs: number;
}

/** All threads of the victims, as the lab host sees them. */
function threads(): readonly Thread[] {
  return victims.flatMap(({ pid }) => {
    const folder = join(host.root, 'proc', `${pid}`, 'task');
    return readdirSync(folder).map((tid) => {
      const status = readFileSync(join(folder, tid, 'status'), 'latin1');
      const field = (name: string): string => new RegExp(`^${name}:\\s*(\\S+)`, 'm').exec(status)?.[1] ?? '';
      const usedNs = Number.parseInt(readFileSync(join(folder, tid, 'schedstat'), 'latin1'), 10);
      return { tid: Number(tid), state: field('State'), tracer: Number(field('TracerPid')), usedNs };
    });
  });
}

async function untilTrue(what: string, look: () => boolean): Promise<void> {
  const end = performance.now() + 600_000;
  while (performance.now() < end) {
    for (let tries = 0; tries < 256; tries += 1) if (look()) return;
    await Bun.sleep(0);
  }
  throw new Error(`${what} did not happen within ten minutes: ${JSON.stringify(threads())}`);
}

const isTraced = ({ pid }: Running): boolean => threads().some(({ tracer }) => tracer === pid);

/** Kills it so long after it was seen to trace. @returns whether it held a thread right before */
async function killAt(sampler: Running, delayUs: number): Promise<boolean> {
  await untilTrue('sampling', () => isTraced(sampler));
  const end = Bun.nanoseconds() + delayUs * 1000;
  while (Bun.nanoseconds() < end);
  const held = isTraced(sampler);
  // Fails where it has ended by itself: then the kill has not hit the sampling.
  process.kill(sampler.outer, 'SIGKILL');
  await sampler.stop();
  return held;
}

/** No thread is stopped or traced, and those that computed go on. */
async function runOn(): Promise<void> {
  const after = threads();
  expect(after.filter(({ state, tracer }) => /[Tt]/.test(state) || tracer !== 0)).toEqual([]);
  const computing = after.filter(({ state }) => state === 'R');
  expect(computing.length).toBeGreaterThanOrEqual(4);
  await untilTrue('more CPU of each', () => {
    const now = new Map(threads().map(({ tid, usedNs }) => [tid, usedNs]));
    return computing.every(({ tid, usedNs }) => (now.get(tid) ?? 0) > usedNs);
  });
}

const at = (round: number): number => moments[round % moments.length] ?? 0;

test(`whoever samples all their threads is killed ${samplerKills} times: all run on`, async () => {
  const program = [process.execPath, join(repository, 'src/native/process.fixture.ts'), 'sample-all'];
  let held = 0;
  for (let round = 0; round < samplerKills; round += 1) {
    const pids = victims.map(({ pid }) => `${pid}`);
    const sampler = await host.start([...program, ...pids], { readyLine: 'ready' });
    if (await killAt(sampler, at(round))) held += 1;
    await runOn();
  }
  process.stdout.write(`kills of a sampler: ${samplerKills}, of which ${held} while a thread was held\n`);
}, 3_600_000);

test(`a scan is killed ${scanKills} times while it reads registers: all run on`, async () => {
  let held = 0;
  for (let round = 0; round < scanKills; round += 1) {
    const args = ['scan', '--no-case', '--no-persistence', '--interval', '0.5', '--json', '-'];
    const scan = await startDemine(host, args);
    if (await killAt(scan, at(round))) held += 1;
    await runOn();
  }
  process.stdout.write(`kills of a scan: ${scanKills}, of which ${held} while a thread was held\n`);
}, 3_600_000);
