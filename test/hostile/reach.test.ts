/** What a scan may not see: it says so, never calls that clean, and does not fail on it. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  demine,
  type LabHost,
  listedSources,
  openLabHost,
  type Running,
  startStandIn,
} from '../lab/harness.ts';
import { repository } from '../lab/host.ts';
import { scanCase } from './case-files.ts';

let host: LabHost;
let other: Running;
const main = join(repository, 'src', 'cli', 'main.ts');

const asNobody = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'] as const;
/** A shell in a mount namespace of its own that does `first` and becomes the command behind it. */
const after = (first: string): readonly string[] => [
  ...['unshare', '--mount', '--propagation', 'private'],
  ...['sh', '-ec', `${first}; exec "$@"`, 'sh'],
];
const scanTo = (folder: string): readonly string[] => [
  ...[process.execPath, main, 'scan', '--lang', 'en', '--interval', '0', '--out', folder],
];

beforeAll(async () => {
  host = await openLabHost();
  await host.run(['chmod', '1777', '/srv']);
  other = await startStandIn(host, 'shape', ['light', '1']);
});
afterAll(async () => {
  await host.stop();
});

describe('without root', () => {
  test('the verdict is inconclusive, exit 3, and says to run as root', async () => {
    const { result, code, screen } = await scanCase(host, ['--interval', '1'], { through: asNobody });
    expect(result.verdict).toBe('inconclusive');
    expect(code).toBe(3);
    expect(result.host.privileged).toBe(false);
    expect(screen).toContain('Scan again as root');
    const processes = result.coverage.find(({ id }) => id === 'processes');
    expect(processes).toMatchObject({ required: true, checked: false });
    expect(processes?.reason).toContain('run as root');
    const denied = listedSources(result).filter(({ status }) => status === 'denied');
    expect(denied.map(({ source }) => source)).toContain(`/proc/${other.pid}/exe`);
    expect(result.processes.map(({ pid }) => pid)).toContain(other.pid);
  });

  test('behind hidepid=2 it is inconclusive too, and nothing is called hidden', async () => {
    const through = [...after('mount -t proc -o hidepid=2 proc /proc'), ...asNobody];
    const { result, code } = await scanCase(host, ['--interval', '1'], { through });
    expect(result.verdict).toBe('inconclusive');
    expect(code).toBe(3);
    expect(result.findings.filter(({ bearing }) => bearing === 'hides')).toEqual([]);
    expect(result.coverage.filter(({ required, checked }) => required && !checked).length).toBeGreaterThan(0);
  });

  test('a busy miner of the same user is still found', async () => {
    const path = '/tmp/.x/worker';
    await host.run(['sh', '-c', `install -D -m 755 /opt/standins/randomx-hasher ${path}`]);
    const miner = await host.start([...asNobody, path, 'light', '1'], { readyLine: 'ready' });
    try {
      const { result, code } = await scanCase(host, ['--interval', '2'], { through: asNobody });
      expect(['mining', 'suspicious']).toContain(result.verdict);
      expect(code).toBe(1);
      expect(result.processes.find(({ pid }) => pid === miner.pid)?.judgement).not.toBe('benign');
    } finally {
      await miner.stop();
      // What lies hidden in /tmp is told of every host after this one.
      await host.run(['rm', '-r', '/tmp/.x']);
    }
  });
});

describe('inside a container', () => {
  const capabilities = [
    'sys_ptrace',
    'sys_admin',
    'net_admin',
    'bpf',
    'perfmon',
    'sys_rawio',
    'syslog',
    'dac_read_search',
  ];
  const contained = ['setpriv', `--bounding-set=${capabilities.map((one) => `-${one}`).join(',')}`];

  test('the scan says that it saw only the container, and what it could not check', async () => {
    writeFileSync(join(host.root, '.dockerenv'), '');
    const { result, code, screen } = await scanCase(host, ['--interval', '1'], { through: contained });
    expect(result.host.scope).toBe('container');
    expect(result.host.privileged).toBe(false);
    expect(screen).toContain('inside a container');
    const whole = result.coverage.find(({ id }) => id === 'whole-host');
    expect(whole).toMatchObject({ required: false, checked: false });
    expect(whole?.reason).toContain('saw only that container');
    expect([0, 3]).toContain(code);
    if (code === 0) expect(result.coverage.every(({ required, checked }) => checked || !required)).toBe(true);
  });

  test('behind hidepid=2 what /proc may not show is not called hidden', async () => {
    const through = [...after('mount -t proc -o hidepid=2 proc /proc'), ...contained];
    const { result } = await scanCase(host, ['--interval', '1'], { through });
    expect(result.findings.filter(({ bearing }) => bearing === 'hides')).toEqual([]);
    expect(result.verdict).not.toBe('clean');
  });

  test('a busy program that may not be looked into is no clean host', async () => {
    const busy = await startStandIn(host, 'randomx-hasher', ['light', '1']);
    try {
      const { result } = await scanCase(host, ['--interval', '2'], { through: contained });
      expect(result.verdict).not.toBe('clean');
      expect(result.processes.map(({ pid }) => pid)).toContain(busy.pid);
    } finally {
      await busy.stop();
    }
  });
});

test('a /proc that shows processes and nothing else is scanned without failing', async () => {
  const through = after('mount -t proc -o subset=pid proc /proc');
  const { result } = await scanCase(host, ['--interval', '1'], { through });
  expect(result.processes.map(({ pid }) => pid)).toContain(other.pid);
  const absent = listedSources(result).filter(({ status }) => status === 'absent');
  expect(absent.map(({ source }) => source)).toContain('/proc/stat');
});

describe('what cannot be carried out', () => {
  for (const [what, first] of [
    ['without /proc', 'umount -l /proc'],
    ['with an empty folder over /proc', 'mount -t tmpfs none /proc'],
  ] as const) {
    test(`${what} it ends with exit 2 and says what to mount`, async () => {
      const start = ['node', join(repository, 'scripts/bun.mjs'), ...scanTo('/run/no-proc').slice(1)];
      const { code, stdout, stderr } = await host.run([...after(first), ...start]);
      expect(code).toBe(2);
      expect(stdout).toBe('');
      expect(stderr).toContain('mount -t proc proc /proc');
    });
  }

  test('a case folder that cannot be written is told before the scan starts', async () => {
    const readOnly = after('mkdir -p /mnt/ro; mount -t tmpfs -o ro none /mnt/ro; cd /mnt/ro');
    const { code, stdout, stderr } = await host.run([
      ...readOnly,
      ...[process.execPath, main, 'scan', '--lang', 'en', '--interval', '86400'],
    ]);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain('/mnt/ro/cases/');
    expect(stderr).toContain('--out');
  });

  test('a case folder that is a link, a file or full of another case is left alone', async () => {
    await host.run([
      'sh',
      '-c',
      'mkdir -p /srv/full && echo kept >/srv/full/kept; ln -s /srv/full /srv/link; echo kept >/srv/file',
    ]);
    for (const folder of ['/srv/full', '/srv/link', '/srv/file', '/srv/file/below', '/proc/case']) {
      const { code, stderr } = await host.run([...scanTo(folder)]);
      expect(code).toBe(2);
      expect(stderr).toContain(folder);
      expect(stderr).toContain('--out');
    }
    expect((await host.run(['sh', '-c', 'ls /srv/full; cat /srv/full/kept /srv/file'])).stdout).toBe(
      'kept\nkept\nkept\n',
    );
  });

  test('a disk that is full when the case is written ends with exit 2 and a hint', async () => {
    const small = after('mkdir -p /mnt/small; mount -t tmpfs -o size=8k none /mnt/small');
    const { code, stderr } = await host.run([...small, ...scanTo('/mnt/small/case')]);
    expect(code).toBe(2);
    expect(stderr).toContain('/mnt/small/case');
    expect(stderr).toContain('--out');
    expect(stderr).not.toContain('Please report');
  });

  test('an output that is closed early is no failure of the scan', async () => {
    const piped = ['sh', '-c', '"$@" | head -c 10 >/dev/null; echo done', 'sh', ...scanTo('/srv/piped')];
    const { stdout, stderr } = await host.run(piped);
    expect(stdout).toBe('done\n');
    expect(stderr).toBe('');
  });
});

test('a target that is no folder, or none, is told', async () => {
  for (const target of ['/etc/hosts', '/none', '/dev/zero', '/run']) {
    const { code, stderr } = await demine(host, ['scan', '--lang', 'en', '--no-case', target]);
    expect(code).toBe(2);
    expect(stderr).toContain(target);
  }
});
