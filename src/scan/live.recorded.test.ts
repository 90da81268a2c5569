/**
 * Whole scans of hosts that no test machine can be: lying kernels, graphics cards, other processors. They stand
 * behind the same ports as a real host (`recorded-host.fixture.ts`).
 */
import { describe, expect, test } from 'bun:test';
import type { ScanResult } from '../model/result.ts';
import { type HostParts, type RecordedProcess, scanRecorded } from './recorded-host.fixture.ts';

const randomx = [0x9fe0, 0xbfe0, 0xdfe0, 0xdfc0, 0xffe0, 0x1fa0, 0x9fe0, 0xbfe0, 0xdfe0, 0x9fe0];

const resultOf = async (parts: HostParts = {}): Promise<ScanResult> => (await scanRecorded(parts)).result;
const rulesOf = (result: ScanResult): readonly string[] => result.findings.map(({ rule }) => rule);
const alarmsOf = (result: ScanResult): readonly string[] =>
  result.findings.filter(({ severity }) => severity !== 'info' && severity !== 'low').map(({ rule }) => rule);

const miner: RecordedProcess = {
  pid: 4300,
  exe: '/var/tmp/.x/job',
  argv: ['/usr/sbin/cron'],
  cpu: 95,
  samples: randomx,
};

describe('a recorded host', () => {
  test('that is honest is clean, with every required check done', async () => {
    const result = await resultOf();
    const gaps = result.coverage.filter(({ required, checked }) => required && !checked);
    expect({ gaps, findings: alarmsOf(result), verdict: result.verdict }).toEqual({
      gaps: [],
      findings: [],
      verdict: 'clean',
    });
    expect(result.host).toMatchObject({
      name: 'recorded',
      scope: 'host',
      os: 'Debian GNU/Linux 13 (trixie)',
    });
    const postgres = result.processes.find(({ pid }) => pid === 4200);
    expect(postgres?.cpu).toBeGreaterThan(20);
    expect(postgres?.judgement).toBe('benign');
  });

  test('with RandomX in the registers is mining', async () => {
    const result = await resultOf({ processes: [miner] });
    expect(result.verdict).toBe('mining');
    expect(result.miners).toMatchObject([
      { pid: 4300, algorithm: 'RandomX', hidden: false, state: 'running' },
    ]);
  });
});

describe('a kernel that lies', () => {
  test('a process that no listing shows and kill still knows is mining and hidden, with its CPU', async () => {
    const result = await resultOf({ processes: [{ ...miner, hidden: true }] });
    expect(rulesOf(result)).toContain('hidden.process');
    expect(rulesOf(result)).toContain('cpu.randomx-registers');
    expect(result.verdict).toBe('mining');
    expect(result.miners).toMatchObject([{ pid: 4300, hidden: true, exe: '/var/tmp/.x/job' }]);
    expect(result.miners[0]?.cpu).toBeGreaterThan(30);
  });

  test('a hidden process that does nothing is suspicious, and never mining', async () => {
    const result = await resultOf({ processes: [{ pid: 4301, exe: '/usr/sbin/sshd', hidden: true }] });
    expect(alarmsOf(result)).toEqual(['hidden.process']);
    expect({ verdict: result.verdict, miners: result.miners }).toEqual({ verdict: 'suspicious', miners: [] });
  });

  test('a module that took itself out of the list, and a taint that no module explains', async () => {
    const result = await resultOf({
      files: {
        '/sys/module/kworkerd/initstate': 'live\n',
        '/proc/sys/kernel/tainted': `${(1 << 12) | (1 << 13)}\n`,
      },
    });
    expect(rulesOf(result)).toContain('hidden.module');
    expect(rulesOf(result)).toContain('kernel.taint-unexplained');
    const [hidden] = result.findings.filter(({ rule }) => rule === 'hidden.module');
    expect(hidden?.title).toContain('kworkerd');
    expect(result.verdict).toBe('suspicious');
  });

  test('a function that lists folders and is hooked by ftrace', async () => {
    const result = await resultOf({
      files: {
        '/sys/kernel/tracing/enabled_functions':
          'filldir64 (1) R I \ttramp: 0xffffffffc0400000 (hook+0x0/0x10 [kworkerd]) ->ftrace_ops_assist_func+0x0/0xe0\n' +
          '__x64_sys_getdents64 (1) R I \ttramp: 0xffffffffc0400000\n',
      },
    });
    const hooks = result.findings.filter(({ rule }) => rule === 'kernel.listing-hooked');
    expect(hooks.map(({ severity, evidence }) => [severity, evidence[0]?.text.split(' ')[0]])).toEqual([
      ['medium', 'filldir64'],
      ['low', '__x64_sys_getdents64'],
    ]);
    expect(result.verdict).toBe('suspicious');
  });

  test('an eBPF program that a program from a hidden folder holds', async () => {
    const name = new Uint8Array(16);
    name.set(new TextEncoder().encode('hide_dents'));
    const parts = (exe: string): HostParts => ({
      processes: [{ pid: 4400, exe, descriptors: { 5: 'anon_inode:bpf-prog' } }],
      files: { '/proc/4400/fdinfo/5': 'pos:\t0\nflags:\t02000002\nprog_type:\t5\nprog_id:\t77\n' },
      native: {
        bpfPrograms: () => ({
          status: 'ok',
          value: [{ id: 77, type: 5, name, createdByUid: 0, loadTimeNs: 0, tag: new Uint8Array(8) }],
        }),
      },
    });
    const bad = await resultOf(parts('/dev/shm/.h/load'));
    expect(rulesOf(bad)).toContain('kernel.unknown-bpf-program');
    expect(bad.verdict).toBe('suspicious');
    expect(alarmsOf(await resultOf(parts('/usr/sbin/sshd')))).toEqual([]);
  });
});

describe('a processor that was tuned or is another one', () => {
  const zen: Readonly<Record<number, bigint>> = {
    3221295136: 0n,
    3221295137: 0x40n,
    3221295138: 0x1510000n,
    3221295147: 0x2000cc16n,
  };

  test('the values that miners write into the registers of AMD Zen', async () => {
    const result = await resultOf({
      native: { readMsr: (_, register) => ({ status: 'ok', value: zen[register] ?? 0n }) },
    });
    expect(alarmsOf(result)).toEqual(['kernel.msr-mining-values']);
    expect(result.verdict).toBe('suspicious');
    expect(result.state).toBe('traces');
  });

  test('RandomX by FPCR on arm64; a fixed mode with flush-to-zero is clean', async () => {
    const flush = 1 << 24;
    const words = (modes: readonly number[]): readonly number[] => modes.map((mode) => flush | (mode << 22));
    const native = { architecture: 'arm64' } as const;
    const mining = await resultOf({
      native,
      processes: [{ ...miner, samples: words([0, 1, 2, 3, 0, 1, 2, 3, 0, 1]) }],
    });
    expect(mining.miners).toMatchObject([{ pid: 4300, algorithm: 'RandomX' }]);
    const honest = await resultOf({
      native,
      processes: [{ ...miner, exe: '/usr/bin/postgres', samples: words(Array<number>(10).fill(0)) }],
    });
    expect(honest.verdict).toBe('clean');
  });
});

test('a miner on a graphics card: device, libraries and what it was told to do', async () => {
  const library = '/usr/lib/x86_64-linux-gnu/libcuda.so.1';
  const card: RecordedProcess = {
    pid: 4500,
    exe: '/tmp/.g/t-rex',
    argv: [
      ...['/tmp/.g/t-rex', '-a', 'kawpow', '-o', 'stratum+tcp://rvn.pool.example.net:3333'],
      ...['-u', 'RVNwallet.worker'],
    ],
    cpu: 12,
    maps: `7f0000000000-7f0000100000 r-xp 00000000 08:01 9 ${library}\n`,
    descriptors: { 3: '/dev/nvidiactl', 4: '/dev/nvidia0' },
  };
  const files = {
    '/proc/driver/nvidia/gpus/0000:01:00.0/information': 'Model: \t\t NVIDIA GeForce RTX 3090\n',
  };
  const result = await resultOf({ processes: [card], files });
  expect(rulesOf(result)).toContain('gpu.unknown-compute');
  expect(['mining', 'suspicious']).toContain(result.verdict);
  const row = result.processes.find(({ pid }) => pid === 4500);
  expect(['mining', 'suspicious']).toContain(row?.judgement ?? '');

  const training: RecordedProcess = {
    ...card,
    exe: '/usr/bin/postgres',
    argv: ['python3', 'train.py'],
  };
  expect(alarmsOf(await resultOf({ processes: [training], files }))).toEqual([]);
});

test('a miner in a container of a host with control groups of the second version', async () => {
  const id = 'ab'.repeat(32);
  const contained = { ...miner, exe: '/app/worker', cgroup: `0::/system.slice/docker-${id}.scope` };
  const result = await resultOf({
    processes: [contained],
    files: {
      '/proc/self/mountinfo':
        '20 1 8:1 / / rw - ext4 /dev/sda1 rw\n30 20 0:30 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n',
      '/sys/fs/cgroup/cgroup.controllers': 'cpu memory pids\n',
      '/sys/fs/cgroup/cpu.stat': 'usage_usec 9000000000\nuser_usec 8000000000\nsystem_usec 1000000000\n',
      [`/sys/fs/cgroup/system.slice/docker-${id}.scope/cgroup.procs`]: '4300\n',
      [`/sys/fs/cgroup/system.slice/docker-${id}.scope/cpu.stat`]: 'usage_usec 8000000000\n',
      '/sys/fs/cgroup/cgroup.procs': '1\n4100\n4200\n',
    },
  });
  expect(result.verdict).toBe('mining');
  expect(result.miners).toMatchObject([{ pid: 4300, container: { runtime: 'docker', id } }]);
});

test('a process that only a control group still lists is hidden', async () => {
  const result = await resultOf({
    processes: [{ ...miner, hidden: true }],
    files: {
      '/sys/fs/cgroup/cgroup.controllers': 'cpu\n',
      '/sys/fs/cgroup/cgroup.procs': '1\n4100\n4200\n4300\n',
    },
  });
  const [found] = result.findings.filter(({ rule }) => rule === 'hidden.process');
  expect(found?.evidence[0]?.text).toContain('cgroup');
});
