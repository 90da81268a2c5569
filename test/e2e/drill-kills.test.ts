/**
 * A drill that is killed with SIGKILL at any moment takes all along that it started; the one thing that a kernel keeps,
 * an empty control group, goes with the next start.
 *
 * `DEMINE_KILLS` says how often each moment is taken, for a long run by hand.
 */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { drillGroups } from '../lab/drill-groups.ts';
import { demine, type LabHost, openLabHost, startDemine } from '../lab/harness.ts';

const times = Number(process.env['DEMINE_KILLS'] ?? 1);

let host: LabHost;
let before: Left;
beforeAll(async () => {
  host = await openLabHost();
  before = left();
});
afterAll(async () => {
  await host.stop();
});

/** Command lines of the lab host's processes, those inside a drill's namespaces too. */
function commands(): readonly string[] {
  return readdirSync(join(host.root, 'proc'))
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        return [readFileSync(join(host.root, 'proc', pid, 'cmdline'), 'latin1').replaceAll('\0', ' ')];
      } catch {
        return []; // It ended between two looks.
      }
    });
}

const runs = (words: RegExp): boolean => commands().some((line) => words.test(line));

interface Left {
  readonly mounts: string;
  readonly files: readonly string[];
  readonly groups: readonly string[];
}

/** What a drill could leave on the host: mounts, files in the folders it writes to in its own namespaces, groups. */
function left(): Left {
  const folders = ['dev/shm', 'tmp', 'var/tmp', 'run', 'srv', 'opt', 'mnt', 'media', 'usr/local/bin'];
  const files = folders.flatMap((folder) =>
    readdirSync(join(host.root, folder)).map((name) => join(folder, name)),
  );
  return { mounts: readFileSync(join(host.root, 'proc/1/mounts'), 'utf8'), files, groups: drillGroups() };
}

async function untilTrue(what: string, look: () => boolean): Promise<void> {
  const end = performance.now() + 120_000;
  while (performance.now() < end) {
    if (look()) return;
    await Bun.sleep(2);
  }
  throw new Error(`${what} did not happen within two minutes: ${commands().join('\n')}`);
}

const launched = /--internal drill-launch/;
const staged = /--internal drill-stage/;
// A stand-in may show any other words: what the stage started is told by the scan and by its executable.
const plays = /--internal drill-stand-in/;
const scans = / scan --json -/;

/** Scenario, and what must be seen in turn before the kill. */
const moments: Readonly<Record<string, readonly [string, readonly RegExp[]]>> = {
  'before there is a stage': ['blocked-names', []],
  'when its launcher starts': ['blocked-names', [launched]],
  'while namespaces and mounts are made': ['blocked-names', [staged]],
  'while the empty stage is scanned': ['blocked-names', [scans]],
  'while stand-ins run': ['randomx-quota', [plays]],
  'while they are scanned': ['randomx-quota', [plays, scans]],
};

describe('a drill that is killed', () => {
  for (const [moment, [scenario, signs]] of Object.entries(moments)) {
    test(`${moment} leaves no process, mount or file`, async () => {
      for (let time = 0; time < times; time += 1) {
        const drill = await startDemine(host, ['drill', '--yes', scenario]);
        for (const sign of signs) await untilTrue(`${sign}`, () => runs(sign));
        // Each time a little later.
        await Bun.sleep(time * 7);
        process.kill(drill.outer, 'SIGKILL');
        await untilTrue('the end of all that it started', () => !runs(/drill|scan --json/));
        await drill.stop();
        const { mounts, files } = left();
        expect({ mounts, files }).toEqual({ mounts: before.mounts, files: before.files });
      }
    }, 3_600_000);
  }

  test('between two scenarios, while it tears down, leaves nothing either', async () => {
    for (let time = 0; time < times; time += 1) {
      const drill = await startDemine(host, ['drill', '--yes', 'randomx-quota']);
      await untilTrue('a scan of stand-ins', () => runs(plays) && runs(scans));
      await untilTrue('its end', () => !runs(scans));
      await Bun.sleep(time * 3);
      process.kill(drill.outer, 'SIGKILL');
      await untilTrue('the end of all that it started', () => !runs(/drill|scan --json/));
      await drill.stop();
      const { mounts, files } = left();
      expect({ mounts, files }).toEqual({ mounts: before.mounts, files: before.files });
    }
  }, 3_600_000);

  test('is swept after by the next start: no control group is left', async () => {
    const { code, stdout } = await demine(host, ['drill', '--yes', '--lang', 'en', 'blocked-names']);
    expect(code, stdout).toBe(0);
    expect(left()).toEqual(before);
  }, 240_000);
});
