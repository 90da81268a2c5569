/** A miner that runs and the entries that start it again: joined in the result, on the screen, on the page, in `ps`. */
import { afterAll, beforeAll, expect, test } from 'bun:test';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ScanResult } from '../../src/model/result.ts';
import { demine, type LabHost, openLabHost, type Running, scan, startStandIn } from '../lab/harness.ts';

const program = '/var/tmp/.cache-k/kdump';
const script = '/usr/local/sbin/kdump-sync';
const entries: Readonly<Record<string, string>> = {
  '/etc/cron.d/kdump': `*/5 * * * * root ${program} light 1\n`,
  '/etc/profile.d/kdump.sh': `nohup ${program} light 1 >/dev/null 2>&1 &\n`,
  '/etc/systemd/system/kdump-sync.service': `[Service]\nExecStart=${script}\nRestart=always\n\n[Install]\nWantedBy=multi-user.target\n`,
  [script]: `#!/bin/sh\nexec ${program} light 1\n`,
};
const honest = '/etc/cron.d/backup';

let host: LabHost;
let miner: Running;
beforeAll(async () => {
  host = await openLabHost();
  for (const [path, content] of Object.entries({ ...entries, [honest]: '0 3 * * * root /usr/bin/true\n' })) {
    mkdirSync(dirname(join(host.root, path)), { recursive: true });
    writeFileSync(join(host.root, path), content);
  }
  chmodSync(join(host.root, script), 0o755);
  miner = await startStandIn(host, 'randomx-hasher', ['light', '1'], { as: program });
});
afterAll(async () => {
  await miner.stop();
  await host.stop();
});

const sourcesOf = (result: ScanResult): readonly string[] =>
  result.miners
    .flatMap(({ persistence }) => persistence)
    .map(({ entry }) => result.persistence.find(({ id }) => id === entry)?.source ?? '');

test('a miner points at every entry that starts its program, and at none that does not', async () => {
  const folder = `/run/case-${Bun.nanoseconds()}`;
  const { code, result } = await scan(host, ['--interval', '0.5', '--out', folder]);
  expect({ code, pids: result.miners.map(({ pid }) => pid) }).toEqual({ code: 1, pids: [miner.pid] });
  expect(sourcesOf(result).toSorted()).toEqual(
    ['/etc/cron.d/kdump', '/etc/profile.d/kdump.sh', '/etc/systemd/system/kdump-sync.service'].toSorted(),
  );
  const rules = result.findings.filter(({ pid }) => pid === miner.pid).map(({ rule }) => rule);
  expect(rules).toContain('persistence.starts-process');
  const page = (await host.run(['cat', `${folder}/report.html`])).stdout;
  for (const { entry } of result.miners[0]?.persistence ?? []) {
    expect(page).toContain(`href="#${entry}"`);
    expect(page).toContain(`id="${entry}"`);
  }
}, 120_000);

test('the screen names the miner beside the entry, and ps names the entries of the miner', async () => {
  const { stdout } = await demine(host, ['scan', '--interval', '0.5', '--no-case', '--lang', 'en']);
  const row = stdout.split('\n').find((line) => line.includes('/etc/cron.d/kdump:1'));
  expect(row).toContain(`→ PID ${miner.pid}`);
  const detail = (await demine(host, ['ps', String(miner.pid), '--lang', 'en'])).stdout;
  const told = detail.slice(detail.indexOf('Comes back by'));
  for (const path of Object.keys(entries).filter((path) => path !== script)) expect(told).toContain(path);
  expect(told).not.toContain(honest);
}, 120_000);
