/** `demine drill` as a user starts it, on a Debian host of its own. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { scenarioIds } from '../../src/messages/drill.ts';
import { drillGroups } from '../lab/drill-groups.ts';
import { demine, demineUnprivileged, type LabHost, openLabHost, startDemine } from '../lab/harness.ts';

/** The whole drill, on two busy cores. */
const wholeDrillMs = 400_000;

let host: LabHost;
beforeAll(async () => {
  host = await openLabHost();
});
afterAll(async () => {
  await host.stop();
});

async function processesOf(lab: LabHost): Promise<readonly string[]> {
  const { stdout } = await lab.run(['ps', '-eo', 'pid=,args=']);
  return stdout.split('\n').filter((line) => /drill/.test(line));
}

async function untilTrue(what: string, look: () => Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < 300; attempt += 1) {
    if (await look()) return;
    await Bun.sleep(100);
  }
  throw new Error(`${what} did not happen within 30 s`);
}

describe('the whole drill', () => {
  let output = '';
  let code = -1;
  beforeAll(async () => {
    const finished = await demine(host, ['drill', '--yes', '--lang', 'en']);
    output = finished.stdout + finished.stderr;
    code = finished.code;
  }, wholeDrillMs);

  for (const id of scenarioIds) {
    test(`${id} is found and its twin is clean`, () => {
      const rows = output.split('\n').filter((line) => line.startsWith(`${id} `) && / {2}/.test(line));
      const judged = rows.map((row) => row.split(/ {2,}/));
      expect(
        judged.map((cells) => [cells[1], cells.at(-1)]),
        output,
      ).toEqual([
        ['infected', 'as expected'],
        ['twin', 'as expected'],
      ]);
    });
  }

  test('it ends with exit 0 and leaves nothing', async () => {
    expect(code, output).toBe(0);
    expect(output).toContain('24 as expected, 0 wrong, 0 not run.');
    expect(await processesOf(host)).toEqual([]);
    expect(drillGroups()).toEqual([]);
    expect((await host.run(['cat', '/proc/self/mountinfo'])).stdout).not.toContain('demine-drill');
  });
});

test('a drill killed with SIGKILL takes its stand-ins along, and the next start sweeps what is left', async () => {
  const running = await startDemine(host, ['drill', '--yes', 'randomx-quota']);
  await untilTrue('a stand-in under a quota', async () => drillGroups().length > 0);
  await running.stop();
  await untilTrue('the end of all stand-ins', async () => (await processesOf(host)).length === 0);
  // The kernel keeps an empty group: without a sweep it would stay for good.
  expect(drillGroups()).toHaveLength(1);
  await demine(host, ['drill', '--yes', 'blocked-names']);
  expect(drillGroups()).toEqual([]);
}, 120_000);

test('without RandomX a scenario is told as not run, and the exit code says so', async () => {
  const hidden = '/usr/lib/x86_64-linux-gnu/librandomx.so.0';
  const other = await openLabHost();
  try {
    await other.run(['rm', '-f', hidden, hidden.replace('x86_64', 'aarch64')]);
    const { code, stdout } = await demine(other, ['drill', '--yes', '--lang', 'en', 'randomx-fast']);
    expect(stdout).toContain('librandomx.so.0 is not on this host');
    expect(code).toBe(3);
  } finally {
    await other.stop();
  }
}, 120_000);

test('where the kernel gives no namespaces it says so and starts nothing', async () => {
  const { code, stderr } = await demineUnprivileged(host, ['drill', '--yes', '--lang', 'en']);
  expect(code).toBe(2);
  expect(stderr).toContain('The kernel refused private namespaces.');
});
