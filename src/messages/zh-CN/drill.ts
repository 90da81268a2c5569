import type { DrillTexts } from '../drill.ts';

export const drill: DrillTexts = {
  notice: [
    '这是一次演练。Demine 会启动外形像挖矿程序的无害替身，扫描它们，再把扫描结果与应有的结果对照。',
    '全部过程都在独立的命名空间里进行：进程、挂载和网络都是单独的，没有出口。不下载、不复制、不安装任何东西，也不改动本机。',
    '替身故意做得像挖矿程序，本机上的其他安全软件可能会报警。请先告知负责监控的人。',
    '大约需要两分钟，占用一到两个 CPU 核心。本程序结束时一切随之结束，被强行终止时也一样。',
  ],
  question: '开始演练吗？[y/N] ',
  yes: ['y', 'yes', '是'],
  colon: '：',
  comma: '，',
  declined: '没有启动任何东西。',
  notATerminal: '没有终端可以询问。请事先确认：demine drill --yes',
  listHeading: '演练场景，每个场景都有一个必须保持干净的对照：',
  scenarios: {
    'randomx-fast': {
      infected: '快速模式的 RandomX，从自己的目录启动',
      twin: '同样的程序，但主机所有者已在 demine.yaml 中申明',
      lesson: '寄存器能证明在算什么；是否允许，只有所有者能说。',
    },
    'randomx-renamed': {
      infected: '轻量模式的 RandomX，冒用系统服务的名字',
      twin: '区间运算程序，它同样会切换舍入模式',
      lesson: '名字可以随便取，处理器的状态不能。',
    },
    'randomx-deleted': {
      infected: '程序文件已被删除的 RandomX',
      twin: '升级时程序文件被替换的服务',
      lesson: '升级之后程序文件被删很常见，单凭这一点说明不了什么。',
    },
    'randomx-covered': {
      infected: 'RandomX，它在 /proc 中的目录被空目录挂载遮住',
      twin: '一个繁忙的程序，另有空目录挂载在别处',
      lesson: '在一个视角里藏起来的，在另一个视角里仍看得见。',
    },
    'randomx-quota': {
      infected: '被配额限制在 30 % 的 RandomX',
      twin: '同样配额下的 fast-math 程序',
      lesson: '用得少的挖矿程序仍然是挖矿程序。',
    },
    'randomx-pulse': {
      infected: '不断被暂停又继续的 RandomX',
      twin: '不断被暂停又继续的无害程序',
      lesson: '现在停着的进程，下一刻可能又在算。',
    },
    'memory-shape': {
      infected: '具有 RandomX 挖矿内存特征、线程绑定核心的程序',
      twin: '像 Java 程序那样的大堆和机器码',
      lesson: '内存大小由算法决定；仅有大堆很平常。',
    },
    'pool-session': {
      infected: '登录矿池的繁忙客户端',
      twin: '向 JSON-RPC 服务取任务的繁忙客户端',
      lesson: '起决定作用的是通信内容，不是连接的样子。',
    },
    'open-configuration': {
      infected: '打开着挖矿配置文件的繁忙程序',
      twin: '编辑器，里面有人记下了一个钱包地址',
      lesson: '文本里的钱包是笔记；繁忙程序配置里的钱包是收款人。',
    },
    'kernel-name': {
      infected: '自称内核线程的程序',
      twin: '用自己名字运行的软件包程序，同样繁忙',
      lesson: '内核线程没有程序文件。',
    },
    preload: {
      infected: '带有预加载型 rootkit 标记的繁忙程序',
      twin: '预加载软件包自带库的繁忙程序',
      lesson: '预加载是普通手段，关键看加载的是什么。',
    },
    'blocked-names': {
      infected: '/etc/hosts 屏蔽了安全服务的域名',
      twin: '/etc/hosts 里是屏蔽广告的列表',
      lesson: '屏蔽了谁的域名，就能看出是谁干的。',
    },
  },
  baselineClean: '空场扫描为干净。',
  baseline: ({ verdict, count }) =>
    `空场扫描的结论是“${verdict}”，有 ${count} 条告警：它们来自本机自身，不计入演练。请运行 “demine scan”。`,
  playing: ({ number, of }) => `第 ${number} 个，共 ${of} 个`,
  infected: '感染',
  twin: '对照',
  mustFind: '应发现',
  mustStayClean: '应干净',
  verdicts: { clean: '干净', suspicious: '可疑', mining: '正在挖矿', inconclusive: '无法下结论' },
  right: '符合预期',
  wrong: '不符',
  notRun: '未运行',
  problems: { verdict: '结论不同', rule: '缺少应有的发现', alarm: '误报' },
  needs: {
    randomx: '本机没有 librandomx.so.0（Debian 软件包：librandomx0）',
    cpuHierarchy: '本机不允许设置 CPU 配额',
  },
  columns: { scenario: '场景', expected: '预期', got: '实际', judged: '判断' },
  summary: ({ right, wrong, notRun }) => `${right} 项符合预期，${wrong} 项不符，${notRun} 项未运行。`,
  ended: '所有替身都已结束，演练没有在本机留下任何东西。',
  needsLinux: '演练只能在 Linux 上运行。',
  needsRoot: {
    what: '演练需要独立的命名空间，而当前用户无权创建。',
    next: '请以 root 运行：sudo demine drill',
  },
  unknownScenario: ({ name }) => `没有名为“${name}”的场景。请看：demine drill --list`,
  broke: ({ code }) => `演练场提前结束（${code}）。此前的结果见上。`,
};
