/**
 * A host with ten times as many runnable threads as this machine has cores: a miner among them gets a few percent
 * of a core, and is found all the same; the hogs beside it are nobody's miner.
 */
import { afterAll, beforeAll, expect, test } from 'bun:test';
import { alarms, type LabHost, openLabHost, type Running, scan, startStandIn } from '../lab/harness.ts';

const hogs = 20;
let host: LabHost;
const crowd: Running[] = [];

beforeAll(async () => {
  host = await openLabHost();
  for (let at = 0; at < hogs; at += 1) crowd.push(await host.start(['sh', '-c', 'exec yes >/dev/null']));
});
afterAll(async () => {
  for (const one of crowd) await one.stop();
  await host.stop();
});

test('a crowd of hogs is nobody’s miner', async () => {
  const { result } = await scan(host, ['--interval', '2']);
  expect({ told: alarms(result), miners: result.miners }).toEqual({ told: [], miners: [] });
  // Where the crowd keeps threads from stopping in time, that is told; it is never an alarm.
  expect(['clean', 'inconclusive']).toContain(result.verdict);
});

test('a miner that gets a few percent of a core beside it is mining', async () => {
  const miner = await startStandIn(host, 'randomx-hasher', ['light', '1'], { as: '/opt/job/worker' });
  try {
    const { result } = await scan(host, ['--interval', '2']);
    const rules = result.findings.filter(({ pid }) => pid === miner.pid).map(({ rule }) => rule);
    expect({ verdict: result.verdict, rules }).toMatchObject({ verdict: 'mining' });
    expect(rules).toContain('cpu.randomx-registers');
    expect(result.miners.map(({ pid }) => pid)).toEqual([miner.pid]);
  } finally {
    await miner.stop();
  }
});
