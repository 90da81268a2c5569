/** 检测规则的中文文本。 */

import { coinName } from '../coins.ts';
import { processName } from '../process-names.ts';
import type { BenignTexts, RuleTexts, WhyTexts } from '../rules.ts';
import { commandRules } from './command-rules.ts';
import { coverage } from './coverage.ts';
import { persistence } from './persistence.ts';

export { ruleNames } from './rule-names.ts';

const named = (process: string, pid: number): string => processName(process, pid, 'zh-CN');

const places: Readonly<Record<string, string>> = {
  memory: '进程内存',
  'command-line': '命令行',
  environment: '环境变量',
  'config-file': '它打开的配置文件',
  executable: '它的程序文件',
};
const place = (id: string): string => places[id] ?? id;

const mechanismName = (id: string): string =>
  Object.entries(persistence.mechanisms).find(([name]) => name === id)?.[1] ?? id;

const sightingPlaces: Readonly<Record<string, string>> = {
  ...places,
  socket: '网络连接',
  'command line': '命令行',
  'hosts file': 'hosts 文件',
  file: '磁盘上的文件',
  executable: '程序文件',
  entry: '自启动项',
  memory: '进程内存',
};

const signs: Readonly<Record<string, string>> = {
  package: '软件包已安装',
  unit: '存在服务单元',
  'unit-masked': '服务单元已被屏蔽（mask）',
  'unit-disabled': '服务已被禁用',
  folder: '存在安装目录',
  vendor: '本机属于对应的云厂商',
  log: '存在日志文件',
};

const views: Readonly<Record<string, string>> = {
  readdir: '/proc 常规目录列表',
  getdents: '/proc 原始目录列表（getdents64）',
  stat: '对 /proc 的直接访问',
  kill: '信号探测（kill 0）',
  scheduler: '调度器查询',
  'link-count': '/proc 的链接计数',
  cgroup: '控制组（cgroup）',
  socket: '套接字属主',
  mount: '挂载表',
  proc: '/proc/net',
  netlink: 'netlink 套接字查询',
  descriptor: '进程打开的文件描述符',
  'proc-modules': '/proc/modules',
  sysfs: '/sys/module',
  kallsyms: '内核符号表',
  vmallocinfo: '内核内存分配表',
};

const witnesses: Readonly<Record<string, string>> = {
  registers: 'CPU 寄存器',
  'memory-shape': '内存特征',
  'memory-content': '内存内容',
  traffic: '网络连接',
  cpu: 'CPU 占用',
  gpu: 'GPU 占用',
  name: '进程名',
  'command-line': '命令行',
  file: '程序文件',
  package: '软件包数据库',
  view: '系统视图之间的矛盾',
  kernel: '内核状态',
  environment: '环境变量',
  container: '容器配置',
  indicator: '告警中的线索',
};

/** 把以 “, ” 连接的标识替换为中文。 */
function list(ids: string, words: Readonly<Record<string, string>>): string {
  return ids
    .split(', ')
    .map((id) => words[id] ?? id)
    .join('、');
}

const shapeSigns: Readonly<Record<string, string>> = {
  cache: '256 MiB 的 RandomX 缓存',
  code: '运行时生成的机器码，大小与 RandomX 生成的一致',
  threads: '各自绑定到一个核心的满载线程',
};

export const rules: RuleTexts = {
  'cpu.randomx-registers': ({ process, pid, threads, modes }) => ({
    title: `${named(process, pid)}正在计算 RandomX，即门罗币挖矿算法`,
    explanation: `对它的 ${threads} 个线程采样了 CPU 浮点控制寄存器：极小数被直接归零，同时舍入模式不断变化（观察到 ${modes} 种）。普通程序不会两者兼有，而 RandomX 必须如此。无论进程叫什么名字，这都说明了它实际在计算什么。`,
  }),
  'cpu.randomx-full-node': ({ process, pid, threads }) => ({
    title: `${named(process, pid)}在计算 RandomX，可能是门罗币全节点`,
    explanation: `它有 ${threads} 个线程在计算 RandomX。门罗币节点校验区块时也会这样，而该进程看上去像一个节点。请确认是否有人在本机运行节点：如果是，请在 demine.yaml 中声明；如果不是，请按挖矿木马处理。`,
  }),
  'cpu.unowned': ({ windows, percent }) => ({
    title: `约 ${percent}%（单核）的 CPU 占用找不到对应的进程`,
    explanation: `在 ${windows} 个观察时段内，CPU 的实际工作量都大于所有可见进程之和，期间退出的进程也已计入。可能有不在进程列表中的程序正在占用 CPU。`,
  }),
  'cpu.pauses-when-watched': ({ process, pid, watcher, before, watched, after }) =>
    watcher !== 'none'
      ? {
          title: `${named(process, pid)}一被观察就停下来`,
          explanation: `它原先占用单核 ${before}%，在监视程序看似运行时降到 ${watched}%，之后又回到 ${after}%。挖矿木马常用这种办法躲避 top 等监视工具。`,
        }
      : {
          title: `${named(process, pid)}在扫描期间停顿后又继续运行`,
          explanation: `它原先占用单核 ${before}%，停顿时降到 ${watched}%，之后又回到 ${after}%。挖矿木马会在有人查看时停挖，但许多正常任务本来就时忙时闲；“demine --active”会启动诱饵来区分二者。`,
        },
  'memory.randomx-dataset': ({ process, pid, sign, size }) => ({
    title: `${named(process, pid)}持有门罗币挖矿所需的内存`,
    explanation: `它持有一块 ${size} MiB 的内存，与 RandomX 数据集的需要一致；同时还有第二个特征：${shapeSigns[sign] ?? sign}。这些大小由算法决定，改名也不会变。`,
  }),
  'memory.randomx-cache': ({ process, pid, size }) => ({
    title: `${named(process, pid)}有一块与 RandomX 所用大小相同的内存`,
    explanation: `${size} MiB 的内存块符合 RandomX，但其他程序也会申请这样的整数大小。单凭这一点说明不了什么，需与其他迹象一起判断。`,
  }),
  'memory.mining-shape': ({ process, pid, algorithm, count, size }) => ({
    title: `${named(process, pid)}的内存形态与 ${algorithm} 挖矿程序相似`,
    explanation: `有 ${count} 块 ${size} KiB 的内存，与 ${algorithm} 每个线程所需的工作内存一致。其他程序也可能相似，需与其他迹象一起判断。`,
  }),
  'gpu.mining-library': ({ process, pid, library }) => ({
    title: `${named(process, pid)}加载了显卡挖矿专用的库`,
    explanation: `它映射了 ${library}，这是为挖矿程序编写的库，并且正打开着显卡设备。`,
  }),
  'gpu.unknown-compute': ({ process, pid, device }) => ({
    title: `${named(process, pid)}在使用显卡计算，且不属于任何已安装的软件包`,
    explanation: `它打开了 ${device} 并加载了计算库。机器学习程序也是如此，请确认是否有人认识该程序。`,
  }),
  'kernel.msr-mining-values': ({ preset, cpus }) => ({
    title: `处理器的设置与 RandomX 挖矿程序的做法一致（${preset}）`,
    explanation: `${cpus} 个核心的调优寄存器（MSR）中，正是挖矿程序为加速 RandomX 写入的数值。即使挖矿程序已退出，这些数值也会保留到下次重启。`,
  }),
  'kernel.mining-tuning': ({ settings }) => ({
    title: '多项系统设置与挖矿安装脚本的做法一致',
    explanation: `以下设置同时出现是挖矿的典型做法：${settings}。其中任何一项单独出现都属正常，数据库和虚拟机也会使用。`,
  }),
  'content.mining-session': ({ process, pid, place: where, wallet, coin }) => ({
    title: `${named(process, pid)}正在为钱包 ${wallet} 挖矿（${coinName(coin, 'zh-CN')}）`,
    explanation: `在${place(where)}中发现了校验和正确的钱包地址，以及矿工登录矿池的报文，且该进程正在占用 CPU。钱包地址表明收益流向谁，请写入报告。`,
  }),
  'content.miner-configuration': ({ process, pid, place: where, program, pool }) => ({
    title: `${named(process, pid)}带有${program === 'unknown' ? '挖矿程序' : `挖矿程序 ${program} `}的配置`,
    explanation: `在${place(where)}中发现了挖矿程序特有的配置或文字${pool === '' ? '' : `，其中的矿池为 ${pool}`}。它表明在为谁挖矿，请写入报告。`,
  }),
  'content.wallet': ({ process, pid, place: where, wallet, coin }) => ({
    title: `${named(process, pid)}中有钱包地址 ${wallet}（${coinName(coin, 'zh-CN')}）`,
    explanation: `该地址校验和正确，是真实的钱包地址，而非偶然的文本。位置：${place(where)}。`,
  }),
  'content.pool': ({ process, pid, place: where, pool }) => ({
    title: `${named(process, pid)}中出现了矿池地址 ${pool}`,
    explanation: `位置：${place(where)}。仅凭名称不能证明什么，但会提高其他迹象的可信度。`,
  }),
  'content.mining-words': ({ process, pid, place: where }) => ({
    title: `${named(process, pid)}中出现了与挖矿有关的文字`,
    explanation: `位置：${place(where)}。浏览器、编辑器和安全软件在显示或检索这类内容时都会如此，单独出现没有意义。`,
  }),
  'content.miner-api': ({ process, pid, port, program }) => ({
    title: `${named(process, pid)}自报为挖矿程序 ${program}`,
    explanation: `访问它自己的本地端口 ${port} 时，它返回了挖矿程序的状态页。`,
  }),
  'traffic.stratum-session': ({ process, pid, remote }) => ({
    title: `${named(process, pid)}正在与矿池 ${remote} 通信`,
    explanation: '它占用 CPU、使用矿池协议（Stratum），并保持着一条连接。这正是挖矿程序工作时的样子。',
  }),
  'traffic.sparse-session': ({ process, pid, remote }) => ({
    title: `${named(process, pid)}满载运行，并与 ${remote} 保持一条很安静的长连接`,
    explanation:
      '挖矿程序每隔一段时间收到一个小任务，再返回很小的结果。该程序不属于任何软件包，自身不提供服务，流量又符合这种规律。请查明它是什么。',
  }),
  'traffic.mining-port': ({ process, pid, remote }) => ({
    title: `${named(process, pid)}连接到矿池常用的端口（${remote}）`,
    explanation: '端口可以随意选择，单凭端口不能证明什么，但会提高其他迹象的可信度。',
  }),
  'hidden.process': ({ process, pid, missing, seen }) => ({
    title: `正在运行的进程 ${named(process, pid)}被隐藏`,
    explanation: `${list(seen, views)}能看到它，${list(missing, views)}中却没有。两边都核对了两次。进程不会自己从列表中消失，说明本机上有东西把它去掉了。`,
  }),
  'hidden.process-by-mount': ({ process, pid, mount }) => ({
    title: `正在运行的进程 ${named(process, pid)}被遮盖`,
    explanation: `${mount} 上被挂载了其他内容，使 ps、top 看不到该进程或显示成别的进程。正常情况下没有理由这样做。`,
  }),
  'hidden.mount-over-process': ({ mount }) => ({
    title: `进程目录 ${mount} 上挂载了其他内容`,
    explanation: '这种挂载会遮盖进程，使 ps、top 无法显示它。正常情况下没有理由这样做。',
  }),
  'hidden.mount-over-file': ({ mount }) => ({
    title: `系统文件被挂载遮盖：${mount}`,
    explanation: '读取该文件的程序看到的是上面的内容，而不是真实文件。在宿主机上（容器之外）这并不常见。',
  }),
  'hidden.socket': ({ local, remote, missing }) => ({
    title: `有一条网络连接被隐藏：${local} → ${remote}`,
    explanation: `内核的一个视图能看到它，${list(missing, views)}中却没有。Rootkit 会过滤这些列表，以隐藏通往矿池或控制服务器的连接。`,
  }),
  'hidden.module': ({ module, missing, seen }) => ({
    title: `内核模块 ${module} 被隐藏`,
    explanation: `${list(seen, views)}中能看到它，${list(missing, views)}中却没有。会隐藏自己的模块，也能隐藏文件、进程和网络连接。`,
  }),
  'hidden.module-count': ({ counted, listed }) => ({
    title: '内核模块的实际数量多于列出的数量',
    explanation: `/sys/module 计数为 ${counted} 个目录，却只列出 ${listed} 个，差额被挡在列表之外。`,
  }),
  'kernel.taint-unexplained': ({ mask }) => ({
    title: '曾加载过外来内核模块，但现在的列表中没有',
    explanation: `内核记录（污染值 ${mask}）表明，开机以来加载过非发行版或未签名的模块，而当前列出的模块都无法解释。它可能已被卸载，也可能在隐藏。`,
  }),
  'kernel.listing-hooked': ({ function: name }) => ({
    title: `生成系统列表的内核函数被拦截：${name}`,
    explanation:
      '拦截该函数，就能从文件、进程或网络连接的列表中去掉条目。跟踪工具也会拦截内核函数，但很少在此处。',
  }),
  'kernel.unknown-bpf-program': ({ process, pid, program, type }) => ({
    title: `${named(process, pid)}向内核装入了程序：${program === '' ? type : program}`,
    explanation: `该进程从不寻常的位置运行，并持有类型为 ${type} 的 eBPF 程序，可以监视或改变其他程序看到的内容。`,
  }),
  'disguise.deleted-executable': ({ process, pid, path }) => ({
    title: `${named(process, pid)}仍在运行，但程序文件已被删除`,
    explanation: `${path} 已不存在，进程却仍在运行。挖矿木马常删除自身文件以躲避查杀。结束进程之前，仍可从内存中取回该程序。`,
  }),
  'disguise.memory-executable': ({ process, pid, path }) => ({
    title: `${named(process, pid)}只在内存中运行，磁盘上没有文件`,
    explanation: `它的程序是内存中的匿名文件 ${path}（memfd）。攻击者用这种办法不在磁盘上留下痕迹。`,
  }),
  'disguise.kernel-thread-name': ({ process, pid, shown, path }) => ({
    title: `${named(process, pid)}伪装成内核线程`,
    explanation: `它显示的名称是 ${shown}。真正的内核线程没有程序文件，而它运行的是 ${path}。`,
  }),
  'disguise.borrowed-name': ({ process, pid, shown, path }) => ({
    title: `${named(process, pid)}冒用了系统程序的名称`,
    explanation: `它自称 ${shown}，实际运行的却是 ${path}，该文件不属于任何已安装的软件包。`,
  }),
  'disguise.unusual-folder': ({ process, pid, path }) => ({
    title: `${named(process, pid)}从不常存放程序的目录运行`,
    explanation: `程序文件是 ${path}。临时目录和隐藏目录人人可写，攻击者常用；开发人员也会用到。`,
  }),
  'disguise.preload': ({ process, pid, variable, library }) => ({
    title: `${named(process, pid)}被强制加载了外来的库`,
    explanation: `${variable} 使它优先加载 ${library}。这样的库可以改变程序看到的内容和行为。`,
  }),
  'disguise.rootkit-mark': ({ process, pid, variable }) => ({
    title: `${named(process, pid)}带有已知 Rootkit 的标记`,
    explanation: `环境变量 ${variable} 是该 Rootkit 用来识别要隐藏哪些进程的标记，正常程序不会设置。`,
  }),
  'protection.agent-silenced': ({ agent, signs: found }) => ({
    title: `安全软件 ${agent} 已失去作用`,
    explanation: `它本应在本机运行，现在却没有运行：${list(found, signs)}。攻击者往往先关闭防护再开始挖矿。请确认是否为管理员所为。`,
  }),
  'protection.agent-not-running': ({ agent, signs: found }) => ({
    title: `本机装过 ${agent}，但它没有运行`,
    explanation: `发现的迹象：${list(found, signs)}。可能是有意卸载或停用，请向管理员确认。`,
  }),
  'protection.agent-expected': ({ agent }) => ({
    title: `未发现该云平台常见的代理程序 ${agent}`,
    explanation: '许多镜像出厂时就不带该程序，此项仅作提示。',
  }),
  'protection.names-blocked': ({ names, count }) => ({
    title: `/etc/hosts 中屏蔽了安全服务的域名（${count} 个）`,
    explanation: `以下域名被指向无效地址：${names}。攻击者用这种办法阻止安全软件更新和上报。`,
  }),
  'protection.pools-blocked': ({ names, count }) => ({
    title: `/etc/hosts 中屏蔽了矿池的域名（${count} 个）`,
    explanation: `以下域名被指向无效地址：${names}。攻击者常以此排挤竞争对手的挖矿程序；也有管理员用它来防御。`,
  }),
  'exposure.service': ({ service, address, port }) => ({
    title: `${service} 可从网络访问（端口 ${port}）`,
    explanation: `它监听在 ${address}。这类服务若没有密码或存在已知漏洞，常成为挖矿木马的入口。请确认是否需要对外开放，以及对谁开放。`,
  }),
  'exposure.remote-login': ({ service, address, port }) => ({
    title: `${service} 可从网络访问（端口 ${port}）`,
    explanation: `它监听在 ${address}。对服务器而言这很正常，但弱口令是常见的入侵途径。`,
  }),
  'forward.rule': ({ from, to }) => ({
    title: `网络流量被转发到 ${to}`,
    explanation: `有一条报文规则把${from === 0 ? '任意端口' : `端口 ${from}`}收到的流量转到另一个地址。容器和网关都这样工作，但也可能用来隐藏矿池。`,
  }),
  'forward.relay': ({ process, pid, from, to }) => ({
    title: `${named(process, pid)}把网络流量中转到 ${to}`,
    explanation: `该程序接收连接${from === 0 ? '' : `（端口 ${from}）`}并转到网络之外，且不属于任何软件包。这类中转常用来隐藏矿池或控制服务器的位置。`,
  }),
  'file.miner-program': ({ path, program }) => ({
    title: `磁盘上有挖矿程序：${path}`,
    explanation: `该文件含有${program === 'unknown' ? '挖矿程序' : `挖矿程序 ${program} `}特有的内容，且不属于本系统的任何软件包。它不一定正在运行。删除之前请先留存副本，并查明是谁放置的。`,
  }),
  'file.miner-configuration': ({ path, program, pool, wallet }) => ({
    title: `磁盘上有${program === 'unknown' ? '挖矿程序' : `挖矿程序 ${program} `}的配置：${path}`,
    explanation: `该文件规定挖矿程序如何工作${pool === '' ? '' : `，矿池为 ${pool}`}${wallet === '' ? '' : `，收益流向钱包 ${wallet}`}。请留作报告证据，并检查同一目录下的程序。`,
  }),
  'file.miner-log': ({ path, pool }) => ({
    title: `挖矿程序写下的日志：${path}`,
    explanation: `其中各行是挖矿程序报告工作情况的格式${pool === '' ? '' : `，矿池为 ${pool}`}。行首的时间表明它何时在本系统上运行过。`,
  }),
  'file.time-ahead': ({ path, modified, changed }) => ({
    title: `${path} 的修改时间被人为设置，晚于最后一次变更`,
    explanation: `该文件的修改时间（mtime）为 ${modified}，而内核记录的最后一次变更（ctime）是 ${changed}；任何写入都会更新后者。排查时请以 ctime 为准。仅凭这一点不能说明存在挖矿。`,
  }),
  'file.time-set-back': ({ path, modified, changed }) => ({
    title: `${path} 的修改时间被大幅改早`,
    explanation: `该文件的修改时间（mtime）为 ${modified}，远早于所在目录及其中所有文件，而其 inode 在 ${changed} 才变更（ctime）。入侵者常借此让新文件看似旧文件，排查时请以 ctime 为准。仅凭这一点不能说明存在挖矿。`,
  }),
  ...commandRules,
  'persistence.malicious': ({ mechanism, what, path, reasons }) =>
    what === 'file'
      ? {
          title: `发现恶意文件：${mechanismName(mechanism)}，${path}`,
          explanation: `该文件由入侵者放置或改动，判定依据共 ${reasons} 条，详见该条目。清除或还原之前请先留存副本，并查明由什么启动它。`,
        }
      : {
          title: `发现恶意自启动项：${mechanismName(mechanism)}，${path}`,
          explanation: `即使结束进程或重启系统，该启动项仍会让入侵者的程序再次运行。判定依据共 ${reasons} 条，详见该条目。请先留存副本，再先清除启动项、后处理它启动的程序。`,
        },
  'persistence.suspicious': ({ mechanism, what, path, reasons }) =>
    what === 'file'
      ? {
          title: `发现可疑文件：${mechanismName(mechanism)}，${path}`,
          explanation: `该文件带有正常文件少见的特征，判定依据共 ${reasons} 条，详见该条目。请向主机管理员确认是否为其所有。`,
        }
      : {
          title: `发现可疑自启动项：${mechanismName(mechanism)}，${path}`,
          explanation: `该启动项带有管理员自行配置时少见的特征，判定依据共 ${reasons} 条，详见该条目。请向主机管理员确认是否为其所设。`,
        },
  'persistence.flooded-folder': ({ path, names, unread }) => ({
    title: `自启动目录 ${path} 中有 ${names} 个条目`,
    explanation: `正常情况下这里不会有这么多条目；它们可能是为了掩护其中真正起作用的那一个。${unread === 0 ? '凡与其他文件不同者，其开头均已检查。' : `其中 ${unread} 个未能检查内容：请在该目录中查找最新、最大或大小与众不同的文件。`}`,
  }),
  'persistence.starts-process': ({ process, pid, mechanism, path }) => ({
    title: `${named(process, pid)}由存疑的启动项拉起：${mechanismName(mechanism)}，${path}`,
    explanation: `只结束进程，启动项还会再次拉起它。请先处理启动项，再处理进程。`,
  }),
  'indicator.seen': ({ indicator, place: where }) => ({
    title: `发现了告警中的线索：${indicator}`,
    explanation: `位置：${sightingPlaces[where] ?? where}。这是排查的起点，请先查看是谁持有它。`,
  }),
  'owner.wallet-differs': ({ process, pid, declared, found }) => ({
    title: `已声明的挖矿程序 ${named(process, pid)}在为别的钱包挖矿`,
    explanation: `demine.yaml 中声明的钱包是 ${declared}，该进程却在为 ${found} 工作。您的挖矿程序可能已被他人接管。`,
  }),
  'owner.pool-differs': ({ process, pid, declared, found }) => ({
    title: `已声明的挖矿程序 ${named(process, pid)}使用了别的矿池`,
    explanation: `demine.yaml 中声明的矿池是 ${declared}，该进程中却出现了 ${found}。请确认配置是否被他人改动。`,
  }),
};

export const benign: BenignTexts = {
  'full-node': '门罗币节点（monerod、p2pool）校验区块时也要计算 RandomX。',
  'own-miner': '主机所有者有意用它挖矿。',
  'large-heap': '堆内存很大的程序（如 Java）可能申请这样大小的内存。',
  'database-pages': '数据库和虚拟机也会预留大页内存。',
  'thread-stacks': '普通线程的栈也可能是这个大小。',
  'numeric-code': '科学计算程序会改变 CPU 的舍入方式。',
  'machine-learning': '机器学习和渲染同样会这样使用显卡。',
  'performance-tuning': '管理员为其他高负载业务做了处理器调优。',
  'text-shown': '浏览器、编辑器或检索工具显示了与挖矿有关的文字。',
  'signature-database': '安全软件的特征库中含有这些字样。',
  'pool-operator': '该程序在为矿池或交易所提供服务。',
  'short-lived': '进程或连接在检查期间结束了。',
  'tracing-tool': '有跟踪或监控工具在工作。',
  'security-agent': '安全软件在监视内核。',
  'module-unloaded': '加载过非发行版的驱动，后来又卸载了。',
  'container-runtime': '容器运行时启动容器时会这样做。',
  'package-upgrade': '软件包已升级，程序尚未重启。',
  'developer-build': '开发人员在运行刚编译的程序。',
  'title-rewriting': '许多服务会改写自己的标题以显示状态。',
  'allocator-preload': '有意预加载了内存分配器或监控代理。',
  'database-client': '计算程序与数据库或消息队列保持着安静的连接。',
  'interrupt-time': '内核自身也会占用不属于任何进程的时间。',
  'bursty-work': '程序当时恰好没有任务。',
  'owner-disabled': '管理员有意停用。',
  'agent-leftover': '代理程序已卸载，留下了一些文件。',
  'block-list': '有意安装了广告或挖矿屏蔽列表。',
  'intended-service': '该服务本就需要对外开放，并已做好防护。',
  'intended-forward': '网关、容器或负载均衡有意转发。',
  'shared-address': '许多无关的服务共用该地址。',
  'own-automation': '由管理员或配置管理工具有意设置。',
  'own-installation': '软件由管理员手动安装，未经系统自带的安装方式。',
  'kept-times': '文件在下载、解压或复制时保留了原有的修改时间。',
  'wrong-clock': '本机或打包该文件的主机曾经时钟不准。',
};

export const why: WhyTexts = {
  'miner-running': ({ process, pid, score }) => `${named(process, pid)}正在挖矿（评分 ${score}/100）。`,
  'miner-stopped': ({ process, pid, score }) =>
    `${named(process, pid)}是挖矿程序，目前处于停顿状态（评分 ${score}/100）。`,
  'agreeing-witnesses': ({ pid, witnesses: ids, count }) =>
    `关于 PID ${pid}，${count} 个相互独立的证据来源一致：${list(ids, witnesses)}。`,
  'single-witness': ({ process, pid, witnesses: ids }) =>
    `${named(process, pid)}只有一个证据来源（${list(ids, witnesses)}），因此判为可疑，而不判为挖矿。`,
  'suspicious-process': ({ process, pid, score }) => `${named(process, pid)}可疑（评分 ${score}/100）。`,
  'suspicious-host': ({ count }) => `主机本身有 ${count} 项发现需要查明原因。`,
  'only-traces': ({ count }) => `未发现正在挖矿的进程，但有 ${count} 处痕迹指向挖矿或隐藏行为。`,
  'excused-by-owner': ({ count }) => `有 ${count} 项发现已由所有者声明，予以排除。`,
  'nothing-found': ({ checks }) => `未发现可疑之处，${checks} 项必需的检查均已完成。`,
  'not-checked': ({ checks, count }) => `有 ${count} 项必需的检查未能完成：${list(checks, coverage.names)}。`,
  'hosts-in-logs': ({ count, of }) => `日志显示 ${of} 台主机中有 ${count} 台遭到入侵或挖矿。`,
  'logs-alone': () => '只读取了日志：这些主机当前运行和存放的内容未知。',
  'unowned-cpu-not-judged': ({ interval }) =>
    `未判断“无主”的 CPU 占用：需要 --interval 30 或更长（本次为 ${interval}）。`,
};
