/**
 * Something odd mounted over every single file of /proc and /sys that artifacts declare: the scan ends within ten
 * seconds of the clean one, finds the miner, and tells each file that it could not read.
 */
import { afterAll, beforeAll, expect, test } from 'bun:test';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type LabHost, listedSources, openLabHost, type Running, startStandIn } from '../lab/harness.ts';
import { declaredKernelFiles } from '../persistence/declared-places.ts';
import { type ScannedCase, scanCase } from './case-files.ts';

/** Read by the runtime's allocator before the first line of ours: nothing can be told where it never answers. */
const ofRuntime = '/sys/kernel/mm/transparent_hugepage/enabled';
/**
 * Files of processes are read beneath what covers them. The symbols and the memory of modules are looked at where the
 * kernel has modules, the model of the processor where its registers can be read.
 */
const notTold = /^\/proc\/(?:\d+\/.*|kallsyms|vmallocinfo|cpuinfo)$/;
/** Seconds that all of it may cost. */
const grace = 10;
const program = join(import.meta.dir, 'odd-kernel-files.ts');

let host: LabHost;
let miner: Running;
let cleanSeconds = 0;
let files: readonly string[] = [];

async function scanned(killAfterSeconds: number): Promise<ScannedCase> {
  const result = await scanCase(host, ['--interval', '1'], { killAfterSeconds });
  expect(result.result.miners.map(({ pid }) => pid)).toEqual([miner.pid]);
  expect({ verdict: result.result.verdict, code: result.code }).toEqual({ verdict: 'mining', code: 1 });
  return result;
}

beforeAll(async () => {
  host = await openLabHost();
  miner = await startStandIn(host, 'randomx-hasher', ['light', '1'], { as: '/var/tmp/.x/job' });
  files = [...new Set([1, miner.pid].flatMap(declaredKernelFiles))].filter(
    (path) => path !== ofRuntime && existsSync(join(host.root, path)),
  );
  const begun = performance.now();
  await scanned(100);
  cleanSeconds = (performance.now() - begun) / 1000;
});
afterAll(async () => {
  await miner.stop();
  await host.stop();
});

test('there is much to cover', () => {
  expect(files.length).toBeGreaterThan(40);
});

for (const what of ['pipe', 'hole', 'device', 'dead-mount']) {
  test(`${what} over every file`, async () => {
    const put = await host.start([process.execPath, program, what, ...files], { readyLine: 'put' });
    try {
      const { result } = await scanned(cleanSeconds + grace);
      const told = new Set(listedSources(result).map(({ source }) => source));
      expect(files.filter((path) => !told.has(path) && !notTold.test(path))).toEqual([]);
      // Whoever covers files of a process has something to hide.
      const over = result.findings.filter(({ rule }) => rule === 'hidden.mount-over-process');
      expect(over.map(({ title }) => title).join()).toContain(`/proc/${miner.pid}/stat`);
    } finally {
      await host.run(['umount', '--lazy', ...files]);
      await put.stop();
    }
  });
}

/** Something over folders while a scan runs, and how long that took. */
async function scannedUnder(
  folders: readonly string[],
  what: 'dead' | 'empty',
  killAfterSeconds: number,
): Promise<{ readonly result: ScannedCase['result']; readonly seconds: number }> {
  const command =
    what === 'dead'
      ? [process.execPath, join(import.meta.dir, 'dead-mount.ts'), ...folders]
      : [
          'sh',
          '-c',
          'for at; do mount -t tmpfs none "$at"; done; echo mounted; exec sleep 600',
          'sh',
          ...folders,
        ];
  const put = await host.start(command, { readyLine: 'mounted' });
  const begun = performance.now();
  try {
    const { result } = await scanned(killAfterSeconds);
    return { result, seconds: (performance.now() - begun) / 1000 };
  } finally {
    await host.run(['umount', '--lazy', ...folders]);
    await put.stop();
  }
}

test('what never answers over the folders of the miner', async () => {
  const folders = ['task', 'fd', 'ns', 'net', 'attr'].map((name) => `/proc/${miner.pid}/${name}`);
  await scannedUnder(folders, 'dead', cleanSeconds + grace);
});

test('what never answers over the miner takes no longer than an empty folder there', async () => {
  const folder = `/proc/${miner.pid}`;
  // Where views disagree every pid is looked at once more, which is no cost of the mount.
  const { seconds } = await scannedUnder([folder], 'empty', 100);
  const { result } = await scannedUnder([folder], 'dead', seconds + grace);
  expect(result.miners.map(({ hidden }) => hidden)).toEqual([true]);
  expect(result.findings.map(({ rule }) => rule)).toContain('hidden.process-by-mount');
});
