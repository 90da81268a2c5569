/**
 * Results as a scan gives them, for the tests of what people read and for looking at it. Everything is made
 * up: addresses are those for documentation (RFC 5737, RFC 3849), wallets are well-formed and belong to nobody.
 */
import type { ResultFinding, ResultMiner, ResultProcess, ResultSocket, ScanResult } from '../model/result.ts';

/** 95 characters of Monero's alphabet; its checksum is wrong on purpose. */
export const madeUpWallet = `48${'demineExampLeWaLLetNotReaL'.replaceAll('l', 'L').repeat(4).slice(0, 92)}9`;

const finished = '2026-11-23T19:31:09Z';
const since = '2026-11-21T03:12:44Z';

export function processRow(row: Partial<ResultProcess> & { readonly pid: number }): ResultProcess {
  return {
    ppid: 1,
    startTime: '2026-11-02T08:00:12Z',
    name: 'sh',
    commandLine: '/bin/sh',
    exe: '/usr/bin/dash',
    user: 'root',
    uid: 0,
    state: 'S',
    kernelThread: false,
    cpu: 0,
    cpuTotal: 1,
    rss: 4_300_000,
    threads: 1,
    judgement: 'benign',
    score: 0,
    findings: [],
    ...row,
  };
}

export function socketRow(row: Partial<ResultSocket> & { readonly inode: number }): ResultSocket {
  return {
    transport: 'tcp',
    state: 'established',
    local: '10.0.2.15:40112',
    remote: '192.0.2.10:443',
    pids: [],
    uid: 0,
    namespace: 4026531840,
    seenBy: ['proc', 'netlink', 'descriptor'],
    ...row,
  };
}

interface Claim {
  readonly title: string;
  readonly explanation: string;
}

export function findingRow(
  id: string,
  en: Claim,
  zh: Claim,
  rest: Partial<ResultFinding> & Pick<ResultFinding, 'rule'>,
): ResultFinding {
  return {
    id,
    severity: 'medium',
    confidence: 60,
    technique: '',
    bearing: 'supports',
    witness: 'cpu',
    title: en.title,
    explanation: en.explanation,
    texts: { en, 'zh-CN': zh },
    evidence: [],
    benign: [],
    ...rest,
  };
}

const shopContainer = {
  runtime: 'docker',
  id: '9f3c2b7e41d0a86c5b12f4e7d9a0c3b58e6f1a2d4c7b9e0f3a5d8c1b6e4f7a90',
  name: 'shop',
  image: 'nginx:1.25',
  restartPolicy: 'always',
  privileged: false,
};

const base: Omit<ScanResult, 'verdict' | 'state' | 'why' | 'score'> = {
  schema: 'demine-result/1.0',
  tool: { name: 'demine', version: '0.1.0' },
  language: 'en',
  started: '2026-11-23T19:31:02Z',
  finished,
  options: {
    target: 'this host',
    interval: 3,
    active: false,
    thorough: false,
    keepSecrets: false,
    seen: [],
  },
  host: {
    name: 'web-03',
    machineId: '4c1d2e3f5a6b47c8990011223344aabb',
    bootId: '0b6a2f0e-5f0b-4a3f-9a51-3d3f9c2f7f10',
    os: 'Debian GNU/Linux 12 (bookworm)',
    kernel: '6.1.0-26-amd64',
    architecture: 'x86_64',
    cores: 8,
    clockOffset: 12,
    bootTime: '2026-11-02T07:59:58Z',
    scope: 'host',
    privileged: true,
  },
  coverage: [
    { id: 'processes', checked: true, required: true },
    { id: 'cpu', checked: true, required: true },
    { id: 'registers', checked: true, required: true },
    { id: 'suspects', checked: true, required: true },
    { id: 'hidden-processes', checked: true, required: true },
    { id: 'sockets', checked: true, required: true },
    { id: 'mounts', checked: true, required: true },
    { id: 'modules', checked: true, required: false },
    { id: 'gpu', checked: true, required: false },
    {
      id: 'unowned-cpu',
      checked: false,
      required: false,
      reason: 'not judged: needs --interval 30 or more',
    },
    { id: 'msr', checked: false, required: false, reason: '/dev/cpu/0/msr: absent, ENOENT' },
  ],
  findings: [],
  miners: [],
  processes: [
    processRow({
      pid: 1,
      ppid: 0,
      name: 'systemd',
      commandLine: '/sbin/init',
      exe: '/usr/lib/systemd/systemd',
      unit: 'init.scope',
      cpuTotal: 41.2,
      rss: 13_107_200,
    }),
    processRow({
      pid: 2,
      ppid: 0,
      name: 'kthreadd',
      commandLine: '',
      kernelThread: true,
      state: 'S',
      rss: 0,
    }),
    processRow({
      pid: 15,
      ppid: 2,
      name: 'kworker/0:1-events',
      commandLine: '',
      kernelThread: true,
      state: 'I',
      rss: 0,
    }),
    processRow({
      pid: 412,
      name: 'systemd-journal',
      commandLine: '/lib/systemd/systemd-journald',
      exe: '/usr/lib/systemd/systemd-journald',
      unit: 'systemd-journald.service',
      cpuTotal: 120.6,
      rss: 61_000_000,
    }),
    processRow({
      pid: 701,
      name: 'sshd',
      commandLine: 'sshd: /usr/sbin/sshd -D [listener] 0 of 10-100 startups',
      exe: '/usr/sbin/sshd',
      unit: 'ssh.service',
    }),
    processRow({
      pid: 9120,
      ppid: 701,
      name: 'sshd',
      commandLine: 'sshd: admin [priv]',
      exe: '/usr/sbin/sshd',
      startTime: '2026-11-23T19:20:01Z',
    }),
    processRow({
      pid: 9131,
      ppid: 9120,
      name: 'bash',
      commandLine: '-bash',
      exe: '/usr/bin/bash',
      user: 'admin',
      uid: 1000,
      startTime: '2026-11-23T19:20:02Z',
    }),
    processRow({
      pid: 880,
      name: 'redis-server',
      commandLine: '/usr/bin/redis-server 0.0.0.0:6379',
      exe: '/usr/bin/redis-check-rdb',
      user: 'redis',
      uid: 107,
      unit: 'redis-server.service',
      cpu: 0.7,
      cpuTotal: 3010,
      rss: 88_000_000,
      threads: 5,
    }),
    processRow({
      pid: 1310,
      name: 'containerd-shim',
      commandLine: '/usr/bin/containerd-shim-runc-v2 -namespace moby',
      exe: '/usr/bin/containerd-shim-runc-v2',
      threads: 12,
    }),
    processRow({
      pid: 1333,
      ppid: 1310,
      name: 'nginx',
      commandLine: 'nginx: master process nginx -g daemon off;',
      exe: '/usr/sbin/nginx',
      container: shopContainer,
      cpu: 0.1,
    }),
    processRow({
      pid: 1360,
      ppid: 1333,
      name: 'nginx',
      commandLine: 'nginx: worker process',
      exe: '/usr/sbin/nginx',
      user: 'www-data',
      uid: 33,
      container: shopContainer,
      cpu: 2.3,
    }),
  ],
  sockets: [
    socketRow({ inode: 11001, state: 'listen', local: '0.0.0.0:22', remote: '0.0.0.0:0', pids: [701] }),
    socketRow({
      inode: 11002,
      state: 'listen',
      transport: 'tcp6',
      local: '[::]:22',
      remote: '[::]:0',
      pids: [701],
    }),
    socketRow({
      inode: 11040,
      state: 'listen',
      local: '0.0.0.0:6379',
      remote: '0.0.0.0:0',
      pids: [880],
      uid: 107,
    }),
    socketRow({
      inode: 11101,
      state: 'listen',
      local: '0.0.0.0:80',
      remote: '0.0.0.0:0',
      pids: [1333, 1360],
    }),
    socketRow({ inode: 22017, local: '10.0.2.15:22', remote: '198.51.100.23:51122', pids: [9120, 9131] }),
    socketRow({
      inode: 22018,
      local: '127.0.0.1:48822',
      remote: '127.0.0.1:6379',
      pids: [1360],
      uid: 33,
    }),
    socketRow({
      inode: 30001,
      transport: 'unix',
      state: 'listen',
      local: '/run/systemd/notify',
      remote: '',
      pids: [1],
    }),
    socketRow({ inode: 0, state: 'time-wait', local: '10.0.2.15:80', remote: '203.0.113.8:50211' }),
  ],
  exposure: [
    {
      service: 'redis',
      address: '0.0.0.0',
      port: 6379,
      transport: 'tcp',
      pid: 880,
      process: 'redis-server',
      risk: 'high',
      reach: 'all-addresses',
    },
    {
      service: 'ssh',
      address: '0.0.0.0',
      port: 22,
      transport: 'tcp',
      pid: 701,
      process: 'sshd',
      risk: 'low',
      reach: 'all-addresses',
    },
  ],
  persistence: [],
  sources: {
    groups: [
      { artifact: 'linux.processes', status: 'ok', count: 2114, bytes: 3_801_220 },
      { artifact: 'linux.processes', status: 'absent', count: 2, bytes: 0 },
      { artifact: 'linux.sockets', status: 'ok', count: 14, bytes: 91_004 },
      { artifact: 'linux.modules', status: 'ok', count: 4, bytes: 512_210 },
      { artifact: 'probe.msr', status: 'absent', count: 1, bytes: 0 },
    ],
    incomplete: [
      {
        source: '/proc/20311/stat',
        artifact: 'linux.processes',
        status: 'absent',
        reason: 'ESRCH: it ended while it was read',
      },
      { source: '/proc/20312/stat', artifact: 'linux.processes', status: 'absent', reason: 'ENOENT' },
      { source: '/dev/cpu/0/msr', artifact: 'probe.msr', status: 'absent', reason: 'ENOENT' },
    ],
  },
  excused: [],
  actions: [],
  recovered: [],
};

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
  coin: 'Monero',
  commandLine: '[kswapd0]',
  hidden: true,
  state: 'running',
  score: 99,
  findings: ['F1', 'F2', 'F3', 'F4', 'F5', 'F6'],
};

const minerFindings: readonly ResultFinding[] = [
  findingRow(
    'F1',
    {
      title: 'Four threads of kswapd0 (4711) compute RandomX',
      explanation:
        'The floating-point control word of these threads changes its rounding mode all the time while flush-to-zero and denormals-are-zero stay set. RandomX does that for every hash; honest software that was measured does not.',
    },
    {
      title: 'kswapd0（4711）的 4 个线程正在计算 RandomX',
      explanation:
        '这些线程的浮点控制字始终置位 FTZ 与 DAZ，同时不断切换舍入模式。RandomX 每次哈希都会这样做；在实测过的正常软件中未见此特征。',
    },
    {
      rule: 'cpu.randomx-registers',
      severity: 'critical',
      confidence: 98,
      technique: 'T1496.001',
      bearing: 'proof',
      witness: 'registers',
      pid: 4711,
      evidence: [
        { source: 'ptrace:4711/4713', text: 'MXCSR 9fe0 bfe0 dfe0 dfc0 ffe0 9fe0 bfe0 ffe0' },
        { source: 'ptrace:4711/4714', text: 'MXCSR bfe0 9fe0 9fe0 ffe0 dfe0 dfe0 9fc0 bfe0' },
      ],
      benign: [
        'A Monero node that verifies blocks computes RandomX too; then it has the blockchain open and no wallet.',
      ],
    },
  ),
  findingRow(
    'F2',
    {
      title: 'kswapd0 (4711) logs in to a mining pool with a valid Monero wallet',
      explanation:
        'Its memory holds a pool login and a wallet whose checksum is right. The wallet is where the money goes.',
    },
    {
      title: 'kswapd0（4711）使用有效的门罗币钱包登录矿池',
      explanation: '其内存中有矿池登录报文，其中的钱包地址校验和正确。该钱包即收益的去向。',
    },
    {
      rule: 'memory.pool-login',
      severity: 'critical',
      confidence: 97,
      technique: 'T1496.001',
      bearing: 'proof',
      witness: 'memory-content',
      pid: 4711,
      evidence: [
        {
          source: '/proc/4711/mem',
          offset: 0x7f3a_1c00_2a40,
          text: `{"id":1,"jsonrpc":"2.0","method":"login","params":{"login":"${madeUpWallet}","pass":"***"`,
        },
        { source: '/proc/4711/mem', offset: 0x7f3a_1c00_3110, text: 'stratum+ssl://pool.example.net:443' },
      ],
    },
  ),
  findingRow(
    'F3',
    {
      title: 'Process 4711 is hidden: an empty folder lies over /proc/4711',
      explanation:
        'The process answers the kernel but its folder under /proc is covered by a mount, so ps and top cannot show it.',
    },
    {
      title: '进程 4711 被隐藏：/proc/4711 上覆盖了一个空目录',
      explanation: '内核中存在该进程，但其 /proc 目录被挂载覆盖，ps 与 top 因此看不到它。',
    },
    {
      rule: 'hidden.process-mount',
      severity: 'critical',
      confidence: 99,
      technique: 'T1564.001',
      bearing: 'hides',
      witness: 'view',
      pid: 4711,
      evidence: [
        {
          source: '/proc/self/mountinfo',
          line: 41,
          text: '611 24 0:5 / /proc/4711 rw,relatime shared:14 - tmpfs tmpfs rw,size=0k',
        },
      ],
    },
  ),
  findingRow(
    'F4',
    {
      title: 'kswapd0 (4711) bears the name of a kernel thread but is a program',
      explanation:
        'Real kernel threads have no executable and are children of process 2. This one has both wrong.',
    },
    {
      title: 'kswapd0（4711）冒用内核线程名，实为普通程序',
      explanation: '真正的内核线程没有可执行文件，且父进程为 2 号进程；该进程两者皆不符合。',
    },
    {
      rule: 'disguise.kernel-thread-name',
      severity: 'high',
      confidence: 95,
      technique: 'T1036.011',
      witness: 'name',
      pid: 4711,
      evidence: [{ source: '/proc/4711/stat', line: 1, text: '4711 (kswapd0) R 1 4711 4711 0 -1 4194304' }],
    },
  ),
  findingRow(
    'F5',
    {
      title: 'The executable of kswapd0 (4711) was deleted while it runs',
      explanation:
        'Programs that are installed do not delete themselves. A copy was recovered into the case.',
    },
    {
      title: 'kswapd0（4711）的可执行文件在运行中被删除',
      explanation: '正常安装的程序不会删除自身。其副本已恢复并存入案件目录。',
    },
    {
      rule: 'disguise.deleted-executable',
      severity: 'high',
      confidence: 80,
      technique: 'T1070.004',
      witness: 'file',
      pid: 4711,
      evidence: [{ source: '/proc/4711/exe', text: '/tmp/.X11-unix/.rsync/c/kswapd0 (deleted)' }],
      benign: ['A package update replaces programs that still run; then the file belongs to a package.'],
    },
  ),
  findingRow(
    'F6',
    {
      title: 'kswapd0 (4711) uses 398 % of a core in 4 pinned threads',
      explanation: 'Each of its busy threads is tied to one core, as miners do for speed.',
    },
    {
      title: 'kswapd0（4711）以 4 个绑核线程占用 398% CPU',
      explanation: '每个繁忙线程都绑定在一个核上，挖矿程序常以此提升算力。',
    },
    {
      rule: 'cpu.pinned-threads',
      severity: 'medium',
      confidence: 70,
      technique: 'T1496.001',
      witness: 'cpu',
      pid: 4711,
      evidence: [
        { source: '/proc/4711/task/4713/status', line: 38, text: 'Cpus_allowed_list:	0'.replace('\t', ' ') },
      ],
    },
  ),
  findingRow(
    'F7',
    {
      title: 'Redis listens on all addresses (0.0.0.0:6379)',
      explanation: 'Miners scan the internet for open Redis and write cron jobs and keys through it.',
    },
    {
      title: 'Redis 监听所有地址（0.0.0.0:6379）',
      explanation: '挖矿团伙会在互联网上扫描开放的 Redis，并借此写入计划任务与 SSH 公钥。',
    },
    {
      rule: 'exposure.redis',
      severity: 'medium',
      confidence: 90,
      technique: 'T1190',
      bearing: 'context',
      witness: 'traffic',
      pid: 880,
      evidence: [
        { source: '/proc/net/tcp', line: 3, text: '1: 00000000:18EB 00000000:0000 0A … 107 0 11040' },
      ],
    },
  ),
  findingRow(
    'F8',
    {
      title: 'Cloud security agent aliyun-aegis is installed but does not run',
      explanation: 'Its unit file is there and masked. Miners switch such agents off before they start.',
    },
    {
      title: '云安全软件 aliyun-aegis 已安装但未运行',
      explanation: '其服务单元存在却被屏蔽（masked）。挖矿程序常在启动前关闭此类软件。',
    },
    {
      rule: 'protection.agent-killed',
      severity: 'medium',
      confidence: 75,
      technique: 'T1562.001',
      witness: 'file',
      evidence: [{ source: '/etc/systemd/system/aegis.service', text: 'aegis.service -> /dev/null' }],
    },
  ),
];

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
  exposure: miningResult.exposure.map((row) => ({ ...row, service: hostile, process: hostile })),
  sources: {
    groups: miningResult.sources.groups,
    incomplete: [{ source: hostile, artifact: 'linux.processes', status: 'error', reason: hostile }],
  },
  excused: [{ rule: hostile, path: hostile, reason: hostile, title: hostile }],
  recovered: [{ path: hostile, sha256: 'ab', pid: 4711 }],
  actions: [hostile],
};
