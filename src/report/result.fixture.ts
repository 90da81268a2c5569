/**
 * Results as a scan gives them, for the tests of what people read and for looking at it. Everything is made
 * up: addresses are those for documentation (RFC 5737, RFC 3849), wallets are well-formed and belong to nobody.
 */
import type { ResultFinding, ResultMiner, ScanResult } from '../model/result.ts';
import { base } from './base.fixture.ts';
import { graveEntries, quietEntries } from './entries.fixture.ts';
import { minerFindings } from './findings.fixture.ts';
import { findingRow, madeUpWallet, processRow, shopContainer, since, socketRow } from './rows.fixture.ts';

const miner: ResultMiner = {
  pid: 4711,
  startTime: since,
  exe: '/tmp/.X11-unix/.rsync/c/kswapd0',
  deleted: true,
  sha256: '5f2b1c0e6d7a8b9c0d1e2f3a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e',
  user: 'www-data',
  container: shopContainer,
  cpu: 398.2,
  algorithm: 'rx/0',
  pool: 'pool.example.net:443',
  wallet: madeUpWallet,
  coin: 'monero',
  commandLine: '[kswapd0]',
  hidden: true,
  state: 'running',
  score: 99,
  findings: ['F1', 'F2', 'F3', 'F4', 'F5', 'F6'],
  persistence: [
    { entry: 'P1', by: 'program', ancestor: 4702 },
    { entry: 'P2', by: 'program' },
  ],
};

const minerProcess = processRow({
  pid: 4711,
  ppid: 1333,
  startTime: since,
  name: 'kswapd0',
  commandLine: '[kswapd0]',
  exe: '/tmp/.X11-unix/.rsync/c/kswapd0',
  deleted: true,
  user: 'www-data',
  uid: 33,
  state: 'R',
  cpu: 398.2,
  cpuTotal: 928_411,
  rss: 2_492_000_000,
  threads: 9,
  container: shopContainer,
  judgement: 'mining',
  score: 99,
  findings: miner.findings,
});

const guardProcess = processRow({
  pid: 4702,
  ppid: 1333,
  startTime: '2026-11-21T03:12:40Z',
  name: 'sh',
  commandLine: 'sh /tmp/.X11-unix/.rsync/c/run',
  user: 'www-data',
  uid: 33,
  container: shopContainer,
  judgement: 'suspicious',
  score: 55,
});

const poolSocket = socketRow({
  inode: 55120,
  local: '172.17.0.2:44210',
  remote: '203.0.113.77:443',
  pids: [4711],
  uid: 33,
  namespace: 4026532511,
  seenBy: ['netlink', 'descriptor'],
  missingFrom: ['proc'],
});

/** A hidden RandomX miner in a container, running. */
export const miningResult: ScanResult = {
  ...base,
  verdict: 'mining',
  state: 'running',
  why: [
    'Processor registers show RandomX in process 4711 (F1), and its memory holds a pool login (F2): two independent witnesses.',
    'The process is hidden from ps and top (F3) and disguised as a kernel thread (F4).',
    'Its executable was deleted (F5).',
  ],
  since,
  score: 99,
  findings: [...minerFindings],
  miners: [miner],
  processes: [...base.processes, guardProcess, minerProcess],
  sockets: [...base.sockets, poolSocket],
  persistence: [...graveEntries, ...quietEntries],
  recovered: [{ path: 'recovered/4711-kswapd0.neutralised', sha256: miner.sha256 ?? '', pid: 4711 }],
};

/** The same answer in Chinese. */
export const miningResultChinese: ScanResult = {
  ...miningResult,
  language: 'zh-CN',
  why: [
    '进程 4711 的 CPU 寄存器呈现 RandomX 特征（F1），内存中有矿池登录报文（F2）：两个独立证据来源相互印证。',
    '该进程对 ps 与 top 隐藏（F3），并伪装成内核线程（F4）。',
    '其可执行文件已被删除（F5）。',
  ],
  coverage: base.coverage.map((row) =>
    row.id === 'unowned-cpu'
      ? { ...row, reason: '未判定：需要 --interval 30 或更长' }
      : row.id === 'msr'
        ? { ...row, reason: '/dev/cpu/0/msr：absent, ENOENT' }
        : row,
  ),
};

/** A busy unknown program with an odd connection: not proven. */
export const suspiciousResult: ScanResult = {
  ...base,
  verdict: 'suspicious',
  state: 'none',
  why: [
    'Process 5230 uses 96.4 % of a core, belongs to no package and keeps one quiet connection open (F1).',
  ],
  score: 46,
  findings: [
    findingRow(
      'F1',
      {
        title: 'syslogd (5230): a CPU hog with one long, quiet connection and no package',
        explanation: 'Miners behave like this, and so may a program that somebody built here.',
      },
      {
        title: 'syslogd（5230）：CPU 占用高，仅有一条长时间低流量连接，且不属于任何软件包',
        explanation: '挖矿程序有这种行为，自行编译的程序也可能如此。',
      },
      {
        rule: 'traffic.sparse-session',
        severity: 'high',
        confidence: 55,
        technique: 'T1496.001',
        witness: 'traffic',
        pid: 5230,
        evidence: [
          {
            source: 'netlink:inet-diag',
            text: '10.0.2.15:51810 198.51.100.9:443 ESTAB out 4.1 KiB in 12.0 KiB idle 38 s',
          },
        ],
        benign: ['Something that was built on this machine belongs to no package either.'],
      },
    ),
  ],
  processes: [
    ...base.processes,
    processRow({
      pid: 5230,
      name: 'syslogd',
      commandLine: './syslogd -c cfg',
      exe: '/var/tmp/.s/syslogd',
      user: 'admin',
      uid: 1000,
      cpu: 96.4,
      cpuTotal: 81_200,
      startTime: '2026-11-22T18:02:11Z',
      threads: 3,
      judgement: 'suspicious',
      score: 46,
      findings: ['F1'],
    }),
  ],
  sockets: [
    ...base.sockets,
    socketRow({
      inode: 61001,
      local: '10.0.2.15:51810',
      remote: '198.51.100.9:443',
      pids: [5230],
      uid: 1000,
    }),
  ],
};

/** Nothing found, everything checked. */
export const cleanResult: ScanResult = {
  ...base,
  verdict: 'clean',
  state: 'none',
  why: ['Everything on the coverage list was checked.', 'No process shows the behaviour of a miner.'],
  score: 0,
  exposure: base.exposure.filter((row) => row.risk === 'low'),
};

/** In a container, without root. */
export const inconclusiveResult: ScanResult = {
  ...base,
  verdict: 'inconclusive',
  state: 'none',
  why: ['Hidden processes, processor registers and memory could not be checked without root.'],
  score: 0,
  host: { ...base.host, scope: 'container', privileged: false, name: 'build-7f9c' },
  coverage: base.coverage.map((row) =>
    ['hidden-processes', 'registers', 'suspects', 'modules', 'mounts'].includes(row.id)
      ? { ...row, checked: false, reason: 'EACCES: needs root on the host' }
      : row,
  ),
  exposure: [],
};

/** Many miners and findings at once: what the screen must bring under one roof. */
function titled(texts: ResultFinding['texts'], change: (title: string) => string): ResultFinding['texts'] {
  const one = (text: ResultFinding['texts']['en']) => ({ ...text, title: change(text.title) });
  return { en: one(texts.en), 'zh-CN': one(texts['zh-CN']) };
}

export function crowdedResult(miners: number): ScanResult {
  const pids = Array.from({ length: miners }, (_, index) => 6000 + index);
  return {
    ...miningResult,
    miners: pids.map((pid) => ({ ...miner, pid })),
    findings: pids.flatMap((pid, index) =>
      minerFindings.map((finding, part) => ({
        ...finding,
        id: `F${index * minerFindings.length + part + 1}`,
        pid,
        texts: titled(finding.texts, (title) => title.replaceAll('4711', `${pid}`)),
      })),
    ),
    why: [...miningResult.why, ...miningResult.why],
    processes: [...miningResult.processes, ...pids.map((pid) => ({ ...minerProcess, pid }))],
  };
}

const hostile = `</script><img src=x onerror="alert(1)">'&\n\x1b[2J\x1b]0;owned\x07\u202egpj.exe\u200b`;

/** A host whose attacker chose every text. As if nothing had been made printable before. */
export const hostileResult: ScanResult = {
  ...miningResult,
  host: { ...miningResult.host, name: hostile, os: hostile },
  why: [hostile],
  miners: [
    {
      ...miner,
      exe: `/tmp/${hostile}${'A'.repeat(4096)}`,
      user: hostile,
      commandLine: hostile.repeat(8),
      pool: hostile,
      wallet: hostile,
      algorithm: hostile,
      container: { ...shopContainer, name: hostile, image: hostile },
    },
  ],
  findings: minerFindings.map((finding) => ({
    ...finding,
    rule: hostile,
    texts: {
      en: { title: `${hostile}${'挖'.repeat(2048)}`, explanation: hostile },
      'zh-CN': { title: `${hostile}${'挖'.repeat(2048)}`, explanation: hostile },
    },
    evidence: [{ source: hostile, text: `${hostile}${'e\u0301\u0301\u0301\u0301\u0301\u0301'.repeat(600)}` }],
    benign: [hostile],
  })),
  processes: miningResult.processes.map((row) => ({
    ...row,
    name: hostile,
    commandLine: `${hostile}${'B'.repeat(4096)}`,
    exe: hostile,
    user: hostile,
    unit: hostile,
  })),
  sockets: miningResult.sockets.map((row) => ({ ...row, local: hostile, remote: hostile })),
  persistence: miningResult.persistence.map((row) => ({
    ...row,
    mechanism: hostile,
    source: hostile,
    user: hostile,
    trigger: hostile,
    command: `${hostile}${'C'.repeat(4096)}`,
    decoded: [hostile, hostile.repeat(9)],
    target: hostile,
    reasons: [{ id: hostile, texts: { en: hostile, 'zh-CN': hostile } }],
    text: `${hostile}${'挖'.repeat(2048)}`,
  })),
  exposure: miningResult.exposure.map((row) => ({ ...row, service: hostile, process: hostile })),
  sources: [
    ...miningResult.sources,
    {
      artifact: 'linux.processes',
      status: 'error',
      count: 1,
      bytes: 0,
      listed: [{ source: hostile, reason: hostile }],
    },
  ],
  excused: [{ rule: hostile, path: hostile, reason: hostile, title: hostile }],
  recovered: [{ path: hostile, sha256: 'ab', pid: 4711 }],
  actions: [hostile],
};
