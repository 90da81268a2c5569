/** Whole scans of recorded hosts whose kernel files hold what no kernel writes: each ends with a valid result. */
import { describe, expect, test } from 'bun:test';
import type { Recorded } from '../../test/recorded-target.ts';
import { mutations } from '../formats/netlink.fixture.ts';
import { resultSchema, type ScanResult } from '../model/result.ts';
import { scanRecorded } from './recorded-host.fixture.ts';

const pid = 4300;
const worker = { pid, exe: '/var/tmp/.x/job', argv: ['job', '-o', '192.0.2.7:3333'], cpu: 95 } as const;

const ofProcess = [
  ...['stat', 'status', 'cmdline', 'cgroup', 'limits', 'exe', 'cwd', 'root', 'environ', 'mountinfo'],
  ...['maps', 'smaps', 'ns/mnt', 'ns/net', 'net/tcp', 'net/tcp6', 'net/udp', 'net/unix', 'fd'],
  ...[`task/${pid}/stat`, `task/${pid}/status`],
].map((name) => `/proc/${pid}/${name}`);
const ofSystem = [
  ...['stat', 'uptime', 'meminfo', 'modules', 'kallsyms', 'loadavg', 'self/mountinfo', 'self/status'],
  ...['self/ns/pid', 'sys/kernel/pid_max', 'sys/kernel/tainted', 'pressure/cpu', '1/cgroup', '1/environ'],
]
  .map((name) => `/proc/${name}`)
  .concat(['/etc/passwd', '/etc/hosts', '/etc/os-release', '/etc/machine-id', '/var/lib/dpkg/status']);

const odd: Readonly<Record<string, Recorded>> = {
  nothing: '',
  'zero bytes': new Uint8Array(5000),
  'every byte': Uint8Array.from({ length: 2560 }, (_, index) => index % 256),
  'huge numbers': `${pid} (job) R ${'99999999999999999999999 '.repeat(60)}\nUid:\t99999999999999999999\n`,
  'negative numbers': `${pid} (job) S ${'-7 '.repeat(60)}\nUid:\t-1\t-1\t-1\t-1\nVmRSS:\t-1 kB\n`,
  'words where numbers belong': `${pid} (job) Z ${'NaN Infinity 1e999 0x7f '.repeat(20)}\nUid: root\nPid: x\n`,
  'one endless line': 'a'.repeat(200_000),
  'many short lines': ':\n'.repeat(50_000),
  'acting text': '\u001b[2J\u202e<script>alert(1)</script>\n'.repeat(50),
  'a refusal': { status: 'denied', reason: 'EACCES' },
  'no answer': { status: 'timeout', reason: 'no answer within 2000 ms' },
  'an end between two reads': { status: 'absent', reason: 'ESRCH' },
  'a link to nowhere': { link: '/nowhere/\u001b[2J (deleted)' },
};

const describeGaps = (path: string, result: ScanResult): readonly string[] => {
  const gaps: string[] = [];
  const checked = resultSchema.safeParse(JSON.parse(JSON.stringify(result)));
  if (!checked.success) gaps.push(`${path}: not the published form: ${checked.error.message}`);
  // Only the file that tells a process by its number can take it away.
  if (path !== `/proc/${pid}/stat` && !result.processes.some((one) => one.pid === pid)) {
    gaps.push(`${path}: the process is lost`);
  }
  if (JSON.stringify(result).includes('\\u001b')) gaps.push(`${path}: text that acts`);
  return gaps;
};

for (const [what, content] of Object.entries(odd)) {
  describe(what, () => {
    test('instead of any one file: a valid result with the process in it', async () => {
      // Each waits half a second for its interval, so they wait together.
      const gaps = [...ofProcess, ...ofSystem].map(async (path) => {
        const { result } = await scanRecorded({ processes: [worker], files: { [path]: content } });
        return describeGaps(path, result);
      });
      expect((await Promise.all(gaps)).flat()).toEqual([]);
    });

    test('instead of all files: a valid result that claims no miner', async () => {
      const files = Object.fromEntries([...ofProcess, ...ofSystem].map((path) => [path, content]));
      const { result } = await scanRecorded({ processes: [worker], files });
      expect(resultSchema.safeParse(JSON.parse(JSON.stringify(result))).error).toBeUndefined();
      expect(result.verdict).not.toBe('mining');
    });
  });
}

describe('what could not be read is never called clean', () => {
  for (const [what, told] of [
    ['refused', { status: 'denied', reason: 'EACCES' }],
    ['not answered', { status: 'timeout', reason: 'no answer within 2000 ms' }],
  ] as const) {
    for (const name of ['exe', 'maps']) {
      const path = `/proc/${pid}/${name}`;
      test.concurrent(`${path} ${what}`, async () => {
        const files = { [path]: told, ...(name === 'maps' ? { [`/proc/${pid}/smaps`]: told } : {}) };
        const { result } = await scanRecorded({ processes: [worker], files });
        expect(['inconclusive', 'suspicious']).toContain(result.verdict);
      });
    }
  }
});

describe('a clock', () => {
  test.each([
    ['that went back before the start of the host', -86_400_000],
    ['that leapt ahead', 86_400_000],
  ])('%s changes no judgement', async (_, offset) => {
    const btime = 1_700_000_000 + offset;
    const stat = `cpu  200000 0 0 900000\ncpu0 200000 0 0 9\nbtime ${btime}\nprocesses 4200\n`;
    const before = await scanRecorded();
    const { result } = await scanRecorded({ files: { '/proc/stat': stat } });
    const judged = (one: ScanResult) => one.processes.map((row) => [row.pid, row.judgement]);
    expect(judged(result)).toEqual(judged(before.result));
    expect(result.verdict).toBe(before.result.verdict);
    expect(result.findings.map(({ rule }) => rule)).toEqual(before.result.findings.map(({ rule }) => rule));
  });
});

describe('a kernel whose answers are no answers', () => {
  const noise = [
    ...mutations(
      Uint8Array.from({ length: 160 }, (_, index) => (index * 37) % 256),
      300,
    ),
  ];
  const messages = noise.flatMap((payload) =>
    [20, 0x0a06, 0x0a0c, 0xffff].map((type) => ({ type, payload })),
  );

  test('over netlink and getsockopt: a valid result, each of them told, nothing hidden by it', async () => {
    const { result } = await scanRecorded({
      processes: [worker],
      native: {
        netlink: () => ({ status: 'ok', value: messages }),
        iptablesEntries: () => ({ status: 'ok', value: Uint8Array.from(Buffer.concat(noise)) }),
      },
    });
    expect(describeGaps('netlink', result)).toEqual([]);
    expect(result.findings.filter(({ rule }) => rule.startsWith('hidden.'))).toEqual([]);
    const told = result.sources.flatMap(({ status, listed }) => (status === 'error' ? listed : []));
    for (const call of [
      'netlink:inet-diag/inet/tcp',
      'netlink:unix-diag',
      'netlink:packet-diag',
      'netlink:nftables',
    ])
      expect(told.map(({ source }) => String(source))).toContain(call);
  });

  test.each([
    ['timeout', 'a dump of more than 5000 ms'],
    ['truncated', 'the list changed each time it was read'],
    ['error', 'EPROTO'],
    ['denied', 'EPERM'],
  ] as const)('%s (%s): /proc still tells the sockets', async (status, reason) => {
    const { result } = await scanRecorded({ native: { netlink: () => ({ status, reason }) } });
    expect(result.verdict).toBe('clean');
    const told = result.sources.filter(
      (group) => group.artifact === 'linux.sockets' && group.status === status,
    );
    expect(told.flatMap(({ listed }) => listed.map((one) => one.reason))).toContain(reason);
  });
});
