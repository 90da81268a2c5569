/** What a scan says of a hidden RandomX miner in a container, with evidence in the shape it is read in. */
import type { ResultFinding } from '../model/result.ts';
import { findingRow, madeUpWallet } from './rows.fixture.ts';

export const minerFindings: readonly ResultFinding[] = [
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
