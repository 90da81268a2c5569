/** What droppers left on the disk: in a mounted image, where nothing runs, and on a host where it does not run now. */
import { afterEach, describe, expect, test } from 'bun:test';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import {
  type FolderImage,
  folderImage,
  inertElf,
  log,
  minerElf,
  settings,
  wallet,
} from '../../src/artifacts/linux/dropped.fixture.ts';
import { resultSchema, type ScanResult } from '../../src/model/result.ts';
import { alarms, openLabHost, scan as scanHost } from '../lab/harness.ts';

const main = join(import.meta.dir, '../../src/cli/main.ts');
const made: FolderImage[] = [];

function image(): FolderImage {
  const one = folderImage();
  made.push(one);
  return one;
}

afterEach(() => {
  for (const one of made.splice(0)) one.remove();
});

interface Scanned {
  readonly code: number;
  readonly result: ScanResult;
  readonly stdout: string;
}

function scan(root: string, ...args: readonly string[]): Scanned {
  const run = Bun.spawnSync([process.execPath, main, 'scan', root, '--no-case', '--json', '-', ...args]);
  const stdout = run.stdout.toString();
  if (stdout === '') throw new Error(run.stderr.toString());
  return { code: run.exitCode, result: resultSchema.parse(JSON.parse(stdout)), stdout };
}

/** What is said of files that mine; that a program lies hidden is said by itself (`persistence.…`). */
const told = (result: ScanResult): readonly string[] =>
  alarms(result)
    .filter(({ rule }) => rule.startsWith('file.'))
    .map(({ rule, severity, path }) => `${rule} ${severity} ${path ?? ''}`);

const checked = (result: ScanResult, id: string) => result.coverage.find((row) => row.id === id);

describe('the scan of a folder', () => {
  test('a miner with its settings and log is found: 1, suspicious, only traces', () => {
    const one = image();
    one.put('/var/tmp/.font-unix/kswapd0', minerElf(), 0o755);
    one.put('/var/tmp/.font-unix/cfg', settings, 0o777);
    one.put('/var/tmp/.font-unix/k.log', log);
    const { code, result, stdout } = scan(one.root);
    expect(code).toBe(1);
    expect({ verdict: result.verdict, state: result.state }).toEqual({
      verdict: 'suspicious',
      state: 'traces',
    });
    expect(told(result)).toEqual([
      'file.miner-program high /var/tmp/.font-unix/kswapd0',
      'file.miner-configuration medium /var/tmp/.font-unix/cfg',
      'file.miner-log medium /var/tmp/.font-unix/k.log',
    ]);
    expect(stdout).toContain(wallet);
    expect(stdout).not.toContain('hunter2');
    expect(checked(result, 'dropped-files')).toMatchObject({ required: true, checked: true });
  });

  test('settings alone are found, with the fewest keys that a miner needs', () => {
    const one = image();
    const pools = [{ url: '192.0.2.9:443', user: wallet, pass: 'hunter2' }];
    const least = JSON.stringify({ pools, 'donate-level': 0 });
    const named = JSON.stringify({
      cpu: true,
      randomx: { mode: 'auto' },
      pools: [{ url: 'x.test:443', user: 'w' }],
    });
    one.put('/opt/x/config.json', least);
    one.put('/root/.x/config.json', named);
    one.put('/var/tmp/x/run', inertElf('x'), 0o755);
    one.put('/var/tmp/x/data', least);
    one.put('/usr/local/share/x/config.json', least);
    const { code, result, stdout } = scan(one.root);
    expect(told(result).toSorted()).toEqual([
      'file.miner-configuration medium /opt/x/config.json',
      'file.miner-configuration medium /root/.x/config.json',
      'file.miner-configuration medium /usr/local/share/x/config.json',
      'file.miner-configuration medium /var/tmp/x/data',
    ]);
    expect({ code, verdict: result.verdict, state: result.state }).toEqual({
      code: 1,
      verdict: 'suspicious',
      state: 'traces',
    });
    const [found] = result.findings.filter(({ path }) => path === '/opt/x/config.json');
    expect(found?.evidence[0]).toMatchObject({ source: '/opt/x/config.json', line: 1 });
    expect(found?.evidence[0]?.text).toContain('donate-level');
    expect(stdout).not.toContain('hunter2');
  });

  test('honest settings are quiet: packages, nodes, editors, data sources, samples', () => {
    const one = image();
    const sample = { url: 'donate.v2.xmrig.com:3333', user: 'YOUR_WALLET_ADDRESS', pass: 'x' };
    const honest: Readonly<Record<string, object>> = {
      '/srv/app/package.json': { name: 'x', dependencies: { randomx: '1.0.0', 'donate-level': '1.0.0' } },
      '/srv/app/config.json': {
        pools: [{ url: 'postgres://db.example.com:5432/x', user: 'app', pass: 'hunter2' }],
      },
      '/opt/jdbc/config.json': {
        pools: [{ url: 'db.example.com:5432', user: 'app', password: 'x', tls: true }],
      },
      '/root/.bitmonero/config.json': { 'rpc-bind-port': 18081, 'donate-level': 0, 'max-concurrency': 2 },
      '/var/lib/p2pool/config.json': { name: 'mini', min_diff: 100000, pplns_window: 2160, wallet },
      '/home/a/.config/Code/User/settings.json': { 'editor.fontSize': 12, 'json.schemas': [{ url: './x' }] },
      '/home/a/src/miner/src/config.json': {
        pools: [sample],
        'donate-level': 1,
        'rig-id': null,
        randomx: {},
      },
      '/opt/owned/config.json': { pools: [{ url: '192.0.2.9:443', user: wallet }], 'donate-level': 1 },
      '/root/.docker/config.json': { auths: { 'registry.example.com': { auth: 'eDp5' } } },
    };
    for (const [path, content] of Object.entries(honest)) one.put(path, JSON.stringify(content));
    const { code, result } = scan(one.root);
    expect(told(result)).toEqual([]);
    expect({ code, verdict: result.verdict }).toEqual({ code: 0, verdict: 'clean' });
  });

  test('what the alert named is found in files, by name and by hash', () => {
    const one = image();
    one.put('/root/.a/b', settings);
    const hash = new Bun.CryptoHasher('sha256').update(settings).digest('hex');
    const { result } = scan(one.root, '--seen', 'pool.example.net', '--seen', hash);
    const seen = result.findings.filter((finding) => finding.rule === 'indicator.seen');
    expect(new Set(seen.map((finding) => finding.evidence[0]?.source))).toEqual(new Set(['/root/.a/b']));
    expect(seen.map((finding) => finding.title).join()).toContain(hash);
  });

  test("the owner's declared miner is excused: not suspicious", () => {
    const one = image();
    one.put('/opt/farm/xmrig', minerElf(), 0o755);
    one.put('/opt/farm/config.json', settings);
    const config = join(one.root, 'demine.yaml');
    const lines = [
      'version: 1',
      'mining:',
      '  - exe: /opt/farm/xmrig',
      `    wallet: ${wallet}`,
      '    reason: ours',
    ];
    writeFileSync(config, `${lines.join('\n')}\n`);
    const { code, result } = scan(one.root, '--config', config);
    expect(code).toBe(0);
    expect(alarms(result)).toEqual([]);
    expect(result.excused).toHaveLength(2);
  });

  test('texts about mining are no alarm: reports, histories, lists, sources, scanners, packages', () => {
    const one = image();
    one.put(
      '/root/report.json',
      JSON.stringify({ miners: [{ pool: 'stratum+tcp://pool.example.net:3333', wallet, settings }] }),
    );
    one.put(
      '/root/.bash_history',
      `./xmrig -o stratum+tcp://pool.example.net:3333 -u ${wallet} --donate-level=0\n`,
    );
    one.put(
      '/etc/blocked.json',
      JSON.stringify({ pools: ['xmr.example.net', 'stratum+tcp://pool.example.net:3333'] }),
    );
    one.put('/home/a/node_modules/x/test.ts', `const config = ${settings};`);
    one.put('/home/a/README.txt', `Example:\n\n${settings}\n`);
    one.put(
      '/opt/agent/scan',
      inertElf('XMRig/6', 'cpuminer/2', 'T-Rex/0', 'GMiner/3', 'NBMiner/4', wallet),
      0o755,
    );
    one.put('/opt/owned/xmrig', minerElf(), 0o755);
    one.put('/opt/owned/config.json', settings);
    const { code, result } = scan(one.root);
    expect(told(result)).toEqual([]);
    expect({ code, verdict: result.verdict }).toEqual({ code: 0, verdict: 'clean' });
  });

  test('a clean Debian has no finding of medium or above, and is clean', () => {
    const root = process.env['DEMINE_TEST_ROOT'];
    if (root === undefined) throw new Error('scripts/test.ts sets DEMINE_TEST_ROOT');
    const { code, result } = scan(root);
    expect(told(result)).toEqual([]);
    expect({ code, verdict: result.verdict }).toEqual({ code: 0, verdict: 'clean' });
    const missing = result.coverage.filter((row) => row.required && !row.checked).map((row) => row.id);
    expect(missing).toEqual([]);
  });
});

describe('the scan of a host', () => {
  test('with --thorough finds a miner that does not run; without, says that files were not walked', async () => {
    const host = await openLabHost();
    try {
      const path = join(host.root, 'tmp/.X0-lock/kworker');
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, minerElf());
      chmodSync(path, 0o755);
      const quick = await scanHost(host, ['--interval', '1']);
      expect(checked(quick.result, 'dropped-files')).toMatchObject({ required: false, checked: false });
      expect(told(quick.result)).toEqual([]);
      const thorough = await scanHost(host, ['--interval', '1', '--thorough']);
      expect(told(thorough.result)).toEqual(['file.miner-program high /tmp/.X0-lock/kworker']);
      expect(thorough.code).toBe(1);
      expect(thorough.result.state).toBe('traces');
      expect(checked(thorough.result, 'dropped-files')).toMatchObject({ checked: true });
    } finally {
      await host.stop();
    }
  }, 120_000);
});
