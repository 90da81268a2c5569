import type { CliTexts } from '../cli.ts';

const commands = `demine（排雷）- 在本机找出挖矿木马，并给出证据

  demine [scan] [目标]       扫描本机、已挂载镜像的根目录，或一个日志目录
  demine ps [PID]            进程树及判定；或查看单个进程的详情
  demine net                 按进程列出连接、监听端口与暴露面
  demine timeline 案件       按时间列出案件中各日志记录的事件
  demine evtx 文件|目录 …    Windows 事件日志：摘要，或逐条输出 JSON
  demine case show|set|add   客户告知的信息；加入其他来源的日志
  demine contain [案件]      阻断矿池与攻击者，或隔离整台主机；冻结挖矿进程
  demine contain --sheet     首小时处置单，可打印
  demine plan 案件           处置方案：清除哪些内容、按什么顺序、哪些不动
  demine clean 案件          执行方案；不加 --yes 时只演练
  demine undo 案件           撤销已执行的步骤
  demine verify 案件         清除后复查，逐项比对，出具结论书
  demine verify --check 文件 校验结论书是否与签名时一致
  demine key                 生成签署结论书的密钥
  demine watch 案件          值守：木马是否重现，由谁写回
  demine rules               列出全部检测规则
  demine coverage            列出全部持久化位置及检出情况
  demine schema              扫描结果的 JSON Schema
  demine drill [场景 …]      在一次性命名空间内进行的安全演练
  demine help [命令] | --version
`;

const scan = `
scan 的选项
  --json 文件|-              将结果以 JSON 写入文件，或写到标准输出
  --out 目录                 案件目录（默认 cases/<主机名>-<UTC 时间>）
  --no-case                  不写案件目录
  --interval 秒数            观察 CPU 的时长（默认 3；取 30 时还会判断
                             “无主”的 CPU 占用）
  --seen 线索                告警中的地址、域名、URL 或哈希，可重复给出
  --config 文件              声明自有挖矿、已知安全软件与例外（默认无）
  --thorough                 检查更多进程、全部 pid，以及挖矿程序常见的落地文件
  --no-persistence           不检查自启动与持久化项（只看进程等）
  --logs、--no-logs          是否将日志读入案件（默认：扫描镜像时和
                             使用 --thorough 时读入）
  --integrity full           逐一校验所有软件包文件，需数分钟
  --ask, --no-ask            判定后是否询问三个时间与网络文件（默认：在终端中且
                             有发现时询问）
  --active                   允许在现场主动动作：启动诱饵监视进程，
                             访问可疑进程自己的本地接口
  --keep-secrets             输出中不遮盖密码与密钥
  --lang en|zh-CN            语言（默认取自 LANG）
`;

const scanExamples = `
示例
  demine                                 扫描本机
  demine scan --seen 192.0.2.7:3333      从告警中的地址查起
  demine scan /mnt/image --thorough      扫描已挂载的磁盘镜像
  demine scan --json - --no-case | jq .verdict
`;

const look = `  -a, --all                  全部列出：内核线程、本机套接字及长列表均不折叠
  --interval 秒数            观察 CPU 的时长（默认 1）
  --config 文件              声明自有挖矿、已知安全软件与例外（默认无）
  --keep-secrets             输出中不遮盖密码与密钥
  --lang en|zh-CN            语言（默认取自 LANG）
`;

const timelineOptions = `  --from 时间, --to 时间     如 2024-01-02、2024-01-02T03:04，可带 Z 或时区，
                             否则为 UTC；所给的那一天或那一分钟包含在内
  --grep 文本                只列出含有该文本的行
  --regex 正则               只列出匹配该正则表达式的行；开头加 (?i) 忽略大小写
  --kind 类别                login、session、privilege、account、job、table、
                             command、package、kernel、request、service、
                             container、host、load、file、message，可重复给出
  --host 主机名              只看该主机，可重复给出
  --format 格式              text（默认）；jsonl、csv 供 Timesketch 导入；
                             bodyfile 供 mactime；l2t 为 Plaso 的 l2t_csv
  --out 文件                 写入文件，而不是标准输出
  --lang en|zh-CN            语言（默认取自 LANG）
`;

const evtxOptions = `  --json                     每条记录输出一行 JSON 到标准输出：
                             {"file","offset","Event":{"System","EventData"}}
  --summary                  主机、登录与事件种类的摘要；默认输出，与 --json
                             同用时写到标准错误
  --html 文件|-              将摘要写成网页
  --where 表达式             只取符合条件的记录，见下
  --workers N                读取进程数（默认自动）
  --lang en|zh-CN            语言（默认取自 LANG）
`;

const evtxExpression = `字段名与事件一致：EventID、Provider、Channel、Computer、Level、Time、
EventRecordID，以及事件数据的字段名（TargetUserName、CommandLine）。
any 指任意字段；Found 取值为 log、free、hidden、stray。
  = != < <= > >=             数值（含十六进制）与时间（UTC）
  contains startswith endswith in (a, b)
  and or not ( )             文本比较不区分大小写；含空格或符号的内容加引号
`;

const caseOptions = `  --appeared 时间            最初出现异常的时间
  --discovered 时间          确认是挖矿的时间
  --handled 时间             最早开始处置（有人动手改动）的时间
  --network 文件             网络划分：CSV（subnet,zone,reach）或 YAML；
                             reach 为可访问的区域、网段或 *
  --keep-secrets             与 add 同用：不遮盖密码与密钥
  --lang en|zh-CN            语言（默认取自 LANG）
`;

const containOptions = `  --block                    双向封禁案件中的矿池与攻击者，对本机及其容器生效
  --isolate                  切断一切网络流量，仅保留您自己的连接
  --keep 地址|none           与 --isolate 同用：另外放行该地址；none 表示您在
                             本机控制台，没有需要保留的连接
  --for 时长                 到期自动解除：90s、15m（默认）、2h、1d
  --confirm                  长期生效：可直接下发，也可用于已生效的规则
  --lift                     解除
  --freeze, --thaw           冻结挖矿进程及其守护；解冻
  --print 格式               为其他设备生成封禁规则：nft、iptables、cisco、
                             huawei、h3c、windows、netsh、suricata、hosts、rpz
  --sheet                    只打印首小时处置单：问什么、取什么、不要动什么
  --html 文件|-              与 --sheet 同用：生成可打印的页面（A4）
  -y, --yes                  真正执行；不加则只显示
  --lang en|zh-CN            语言（默认取自 LANG）
`;

const planOptions = `  --edit 文本                "drop S3"、"add P4 P6"、"move S5 before S2" 或
                             "isolate"
  --new                      已有方案开始执行时，另行生成新方案
  --root 目录                镜像当前的挂载位置
  --json 文件|-              将方案以 JSON 写入文件，或写到标准输出
  --lang en|zh-CN            语言（默认取自 LANG）
`;

const undoOptions = `  --step N                   只处理这一步
  --vault 目录               副本的存放位置（默认在案件目录内）
  --lang en|zh-CN            语言（默认取自 LANG）
`;

const cleanOptions = `  -y, --yes                  实际执行
  --accept-irreversible      允许不可撤销的步骤：结束进程
  --export-limit 大小        容器文件系统最多保存多少（如 20G；默认由磁盘余量
                             决定）
${undoOptions}`;

const verifyOptions = `  --root 目录                镜像当前的挂载位置
  --interval 秒数            观察 CPU 的时长（默认与案发时的扫描相同，
                             --thorough 亦同）
  --thorough                 检查更多进程、全部 pid，以及挖矿程序常见的落地文件
  --integrity full           逐一校验所有软件包文件，需数分钟
  --door                     同时检查各入口是否已封堵，并给出封堵所需的配置
  --active                   与 --door 同用：向本机的服务发请求实测
  --config 文件              声明自有挖矿、已知安全软件与例外（默认无）
  --key 文件                 签名所用私钥（默认为 demine key 生成的密钥）；
                             与 --check 同用时，为校验所用的公钥
  --check 文件|案件          改为校验一份结论书，或案件中最新的一份
  --sign 文件|案件           为未签名的结论书补签
  --json 文件|-              将结论书以 JSON 写入文件，或写到标准输出
  --lang en|zh-CN            语言（默认取自 LANG）
`;

const keyOptions = `  --out 文件                 生成位置（默认在您的配置目录中，
                             即 ~/.config/demine/responder.key）
  --show                     显示已有密钥的指纹
  --lang en|zh-CN            语言（默认取自 LANG）
`;

const watchOptions = `  --for 时长                 值守多久：90m、24h、7d（默认 24h）
  --remove                   按方案规则清除重现的内容
  --accept-irreversible      与 --remove 同用：同时终止进程
  --across-reboots           机器重启后继续值守；会写入一个服务单元或 cron
                             文件，写入前先显示，结束时移除
  --config 文件              声明自有挖矿、已知安全软件与例外（默认无）
  -y, --yes                  执行所显示的内容；--remove 与 --across-reboots 需要
  --status                   查看进展或结果
  --json 文件|-              与 --status 同用：以 JSON 输出记录
  --stop                     结束值守
  --lang en|zh-CN            语言（默认取自 LANG）
`;

const drill = `
drill 的选项
  --list                     只列出场景，不启动任何东西
  -y, --yes                  不再询问，直接开始
  --lang en|zh-CN            语言（默认取自 LANG）
`;

const exits = `
退出码：0 未发现挖矿，1 可疑或正在挖矿，2 失败或用法错误，3 无法下结论。
扫描是被动的：不执行本机的任何程序，不向外发送数据，不改动任何内容。
`;

const help: CliTexts['help'] = {
  all: `${commands}${scan}
ps 与 net 的选项
${look}${drill}${exits}`,
  scan: `demine [scan] [目标]：扫描本机、已挂载镜像的根目录，或一个日志目录
${scan}${scanExamples}${exits}`,
  ps: `demine ps [PID]：进程树，含 CPU、用户、连接与判定；给出 PID 时查看单个
进程的文件、连接、内存、子进程与检测结果

选项
${look}
标记：✗ 挖矿，! 可疑，~ 少见，= 已由所有者声明。
退出码：0 已显示，2 失败或用法错误。
`,
  net: `demine net：按进程列出连接与监听端口、对外暴露面，以及被隐藏的连接

选项
${look}
退出码：0 已显示，2 失败或用法错误。
`,
  timeline: `demine timeline 案件：按时间列出案件目录中各日志记录的事件

选项
${timelineOptions}
示例
  demine timeline cases/web-1-20240102T030405Z --kind login --from 2024-01-01
  demine timeline 案件 --format jsonl --out timeline.jsonl

退出码：0 已显示，2 失败或用法错误。
`,
  evtx: `demine evtx 文件|目录 …：查看 Windows 事件日志（.evtx）的内容。无需该主机的
其他文件；受损的日志能读多少读多少，日志已不再引用的记录会单独标明（found）。

选项
${evtxOptions}
表达式
${evtxExpression}
示例
  demine evtx /mnt/image/Windows/System32/winevt/Logs --html logs.html
  demine evtx Security.evtx --where "EventID = 4625 and Time > 2026-11-01"
  demine evtx logs/ --json --where "any contains xmrig" | jq .Event.EventData

退出码：0 已读取，1 部分内容无法读取，2 失败或用法错误。
`,
  case: `demine case show 案件          查看客户告知的信息与扫描记录
demine case set 案件 …         记录客户告知的信息
demine case add 案件 目录 …    读入某个目录（如日志服务器）中的日志

选项
${caseOptions}
退出码：0 完成，2 失败或用法错误。
`,
  contain: `demine contain [案件]：显示当前状态与将要下发的规则；加 --yes 才会执行，
由内核一次性生效，不启动本机的任何程序。不给出案件时先扫描本机，
因为任何改动之前都要先取证。

选项
${containOptions}
示例
  demine contain cases/web-1-20240102T030405Z --block --freeze
  demine contain 案件 --isolate --for 2h --yes
  demine contain 案件 --print rpz > demine.rpz
  demine contain --lift --yes

退出码：0 已执行或已显示，1 无事可做，2 失败或用法错误。
`,
  plan: `demine plan 案件：根据案件最近一次扫描生成处置方案，按不致复发的顺序排列；
首先给出“清除还是重装”及理由。不做任何改动。只有一项证据的内容会列出，核实后
可以加入。

选项
${planOptions}
示例
  demine plan cases/web-1-20240102T030405Z
  demine plan 案件 --edit "drop S3" --edit "add P4" --edit "move S6 before S5"

退出码：0 已显示，2 失败或用法错误。
`,
  clean: `demine clean 案件：逐步执行方案。不加 --yes 时只显示将要执行的内容。每一步执行前
都会核对现场；方案生成后有变动即停止。文件先无害化留存，再行移除；上次中断的
执行会由下一次补完。

选项
${cleanOptions}
退出码：0 已执行或已显示，1 有步骤停止，或需要 --accept-irreversible，
2 失败或用法错误。
`,
  undo: `demine undo 案件：从最后一步起撤销已执行的步骤，复原内容、名称、权限、属主、
修改时间、扩展属性、访问控制列表、安全标签与 inode 标志。木马也会随之复原；
此后新出现的内容不会被覆盖。

选项
${undoOptions}
退出码：0 已撤销，1 有步骤无法撤销，2 失败或用法错误。
`,
  verify: `demine verify 案件：再次扫描案件所属的主机（或镜像），与案发时的扫描逐项比对，
核对方案的每一步，并出具结论书：检查了什么、什么没有检查、结论如何。
不改动任何东西。

选项
${verifyOptions}
示例
  demine verify cases/web-1-20240102T030405Z
  demine verify 案件 --door --active           服务重新配置之后
  demine verify --sign 案件                    在您自己的机器上用自己的密钥签名
  demine verify --check 案件/verify-1/statement.json --key responder.key.pub

退出码：0 干净，1 仍有残留、已复发或入口未封堵，2 失败或用法错误，3 无法下结论。
使用 --check 时：0 与签名时一致且密钥已知，1 已被改动或由其他密钥签名，
3 未签名，或密钥归属不明。
`,
  key: `demine key [案件]：生成签署结论书的 Ed25519 密钥，仅您本人可读（0600），公钥
存放在旁边（文件名加 .pub）。给出案件时，还会拒绝存放在该案件所属的主机上。
已有的文件一律不覆盖。

选项
${keyOptions}
请在您自己的机器上生成：取得过主机 root 权限的人，可能读走了其上的任何密钥。
退出码：0 已生成或已显示，2 失败或用法错误。
`,
  watch: `demine watch 案件：值守，确认已清除的内容没有重现。凡写入可自启动位置的，都会
报告写入者：进程、程序、上级进程与服务单元，并逐分钟记录 CPU。值守进程使用陌生
的名字，不打开终端、不产生登录，您退出登录后仍会继续。重现的内容连同写入者会列入
下一个方案。值守若被杀死，再次启动时会接着进行，并说明何时至何时无人值守。

选项
${watchOptions}
退出码：0 全程没有重现，1 有重现，2 失败或用法错误，3 未能全程值守。
`,
  rules: `demine rules [--lang en|zh-CN]：列出全部检测规则的标识与含义
`,
  coverage: `demine coverage：按类别列出可使挖矿程序再次启动的全部位置，由哪个采集项读取，
各类植入用例的检出数与误报数

选项
  --json 文件|-              以 JSON 写入文件，或写到标准输出
  --lang en|zh-CN            语言（默认取自 LANG）

退出码：0 已显示，2 失败或用法错误。
`,
  schema: `demine schema：“demine scan --json” 输出结果的 JSON Schema（2020-12）
`,
  drill: `demine drill [场景 …]：在独立命名空间内启动无害替身并扫描，核对应有的结果
${drill}
退出码：0 全部符合预期，1 有不符，2 无法开始，3 部分场景无法运行。
`,
};

/** 行号与该行文本合在一个值里给出：`3 text`。 */
function placed(value: string): string {
  const found = /^(e?)(\d+) (.*)$/s.exec(value);
  if (found === null || found[2] === '0') return `“${found?.[3] ?? value}”`;
  return found[1] === 'e' ? `第 ${found[2]} 项“${found[3]}”` : `第 ${found[2]} 行“${found[3]}”`;
}

const patternDetails: Readonly<Record<string, string>> = {
  'a closing parenthesis without its opening': '多余的右括号',
  'a parenthesis that is not closed': '括号未闭合',
  'a class that is not closed': '方括号未闭合',
  'a group that looks around': '不支持环视',
  'a range that goes backwards': '字符范围颠倒',
  'a repetition of nothing': '量词前没有内容',
  'a repetition that is too large': '重复次数过大',
  'groups too deep': '分组嵌套过深',
  'longer than 1,000 characters': '超过 1,000 个字符',
  'too large when written out': '展开后过大',
};

const editDetails: Readonly<Record<string, string>> = {
  form: '应为 “drop S3”、“add P4”、“move S5 before S2” 或 “isolate”',
  unknown: '方案中没有该项',
  'not-addable': '方案已说明它为何不能加入',
  order: '会打乱顺序，使已清除的内容再次出现',
};

const expressionFlaws: Readonly<Record<string, string>> = {
  field: '此处应为字段名',
  operator: '此处应为运算符：= != < <= > >= contains startswith endswith in',
  value: '此处应为取值',
  close: '此处缺少右括号',
  list: '此处应为列表，例如 (a, b)',
  end: '此处应为 and 或 or',
  quote: '引号没有闭合',
  ordered: '既不是数值也不是时间，无法比较大小',
  deep: '嵌套层数过多',
};

/** What is wrong, where, and the part of the expression that begins there. */
function expressionText(expression: string, value: string): string {
  const [flaw = '', at = '0'] = value.split(' ');
  const rest = expression.slice(Number(at), Number(at) + 24);
  const place = rest === '' ? '末尾' : `第 ${Number(at) + 1} 个字符处（“${rest}”）`;
  return `--where ${place}：${expressionFlaws[flaw] ?? flaw}。`;
}

export const cli: CliTexts = {
  help,
  stages: {
    processes: '读取进程',
    network: '读取网络连接',
    kernel: '读取内核状态',
    waiting: '观察 CPU',
    hidden: '查找隐藏进程',
    persistence: '读取自启动与持久化项',
    suspects: '检查可疑进程',
    judging: '综合判定',
    logs: '读取日志',
    writing: '写入案件',
  },
  active: {
    planned:
      '--active：将启动名为 “top” 的无害诱饵进程，并访问可疑进程自己的本地回环接口；两者都会记录在案。',
    decoy: ({ count }) => `启动了名为 “top” 的无害诱饵进程数秒，并观察了 ${count} 个进程。`,
    asked: ({ pid, requests }) => `访问了进程 ${pid} 自己的本地回环接口：${requests}`,
  },
  ask: {
    head: '客户掌握的信息可以缩小排查范围。时间默认为 UTC，也可带时区，例如 2024-01-02、2024-01-02 03:04 或 2024-01-02 03:04+08:00。回车跳过一项，Ctrl-C 全部跳过。',
    questions: {
      appeared: '异常最早何时出现？',
      discovered: '何时发现中了挖矿木马？',
      handled: '何时开始处置（首次改动）？',
      network: '网络信息文件（subnet,zone,reach）的路径？',
    },
    names: { appeared: '出现时间', discovered: '发现时间', handled: '处置时间' },
    again: '请重新输入，或按回车跳过。',
    skipped: '已跳过；之后可用 “demine case set” 补充。',
    saved: '已存入案件，结果与报告已更新。',
    nobody: '--ask：当前没有可供提问的终端。之后可用 “demine case set” 补充。',
  },
  usage: {
    'excludes-ask': ({ value }) => `--ask 与 ${value} 不能同时使用。`,
    'in-future': ({ subject, value }) =>
      `${subject}：“${value}”是将来的时间。未注明时区的时间按 UTC 处理，北京时间请加 +08:00。`,
    'network-large': () => '文件超过 4 MiB。',
    'no-regular-file': () => '它不是普通文件。',
    'excludes-out': () => '--no-case 与 --out 不能同时使用。',
    'key-missing': ({ value }) => `缺少配置项 ${value}。`,
    'key-unknown': ({ value }) => `没有名为 ${value} 的配置项。`,
    'key-wrong': ({ value }) => `配置项取值有误：${value}。`,
    'missing-value': ({ subject }) => `选项 ${subject} 缺少取值。`,
    'excludes-option': ({ subject, value }) => `${subject} 与 ${value} 不能同时使用。`,
    'not-address': ({ subject }) => `--keep：“${subject}”不是其他主机的地址（例如 192.0.2.7），也不是 none。`,
    'not-duration': ({ subject, value }) =>
      `--for：“${subject}”不是 10s 到 ${value} 之间的时长，例如 90s、15m、2h。`,
    'not-expression': ({ subject, value }) => expressionText(subject, value),
    'not-found': ({ subject }) => `没有名为 ${subject} 的文件或目录。`,
    'not-workers': ({ subject, value }) => `--workers：“${subject}”不是 1 到 ${value} 之间的整数。`,
    'not-form': ({ subject, value }) => `--print：“${subject}”不是 ${value} 之一。`,
    'not-command': ({ subject }) => `没有名为“${subject}”的命令。若要扫描目录，请带上斜杠：./${subject}`,
    'not-for-command': ({ subject, value }) => `demine ${value} 没有选项 ${subject}。`,
    'not-indicator': ({ subject }) =>
      `--seen：“${subject}”不是地址、域名、URL 或哈希（MD5、SHA-1、SHA-256）。`,
    'not-language': ({ subject }) => `--lang：不支持语言“${subject}”，可用 en 或 zh-CN。`,
    'not-pid': ({ subject }) => `“${subject}”不是进程号。`,
    'not-integrity': ({ subject }) => `--integrity：“${subject}”既不是 usual 也不是 full。`,
    'not-seconds': ({ subject, value }) => `--interval：“${subject}”不是 0 到 ${value} 之间的秒数。`,
    'not-yaml': ({ value }) => `不是合法的 YAML：${value}`,
    'missing-argument': ({ subject, value }) => `demine ${value} 缺少参数 ${subject}。`,
    'network-columns': ({ value }) => `${placed(value)}：每行应为 subnet,zone,reach。`,
    'network-empty': () => '其中没有任何网段。',
    'network-reach': ({ value }) => `${placed(value)} 既不是本文件中的区域，也不是网段。`,
    'network-subnet': ({ value }) => `${placed(value)} 不是网段（例如 192.0.2.0/24）。`,
    'network-twice': ({ value }) => `${placed(value)} 重复出现。`,
    'network-zone': ({ value }) => `${placed(value)} 没有填写区域。`,
    'not-case-action': ({ subject }) => `demine case：“${subject}”不是 show、set、add 之一。`,
    'not-format': ({ subject, value }) => `--format：“${subject}”不是 ${value} 之一。`,
    'not-kind': ({ subject, value }) => `--kind：“${subject}”不是 ${value} 之一。`,
    'not-order': ({ subject, value }) => `${subject} 早于 ${value}。`,
    'not-pattern': ({ subject, value }) =>
      `--regex：无法按“${subject}”搜索：${patternDetails[value] ?? value}`,
    'not-time': ({ subject, value }) =>
      `${subject}：“${value}”不是有效时间，例如 2024-01-02、2024-01-02T03:04、2024-01-02T03:04:05+08:00。`,
    'not-size': ({ subject }) => `“${subject}” 不是有效的大小，请写成 500M、20G 或 1T。`,
    'not-step': ({ subject, value }) =>
      `--step：方案中没有步骤“${subject}”${value === '' ? '' : `，现有 ${value}`}。`,
    'step-order': ({ subject, value }) => `${subject} 须在 ${value} 之后执行，而 ${value} 尚未完成。`,
    'plan-cut-off': ({ subject }) =>
      `上一次执行在 ${subject} 处中断：请先用 “demine clean” 继续，或用 “demine undo” 撤销，再生成新方案。`,
    'not-edit': ({ subject, value }) => `--edit：无法执行“${subject}”：${editDetails[value] ?? value}`,
    'nothing-to-set': () => 'demine case set 至少需要 --appeared、--discovered、--handled、--network 之一。',
    'rule-unknown': ({ value }) => `没有规则 ${value}；运行 “demine rules” 查看全部规则。`,
    'takes-no-value': ({ subject }) => `选项 ${subject} 不接受取值。`,
    'too-many': ({ subject, value }) => `demine ${value} 多给了一个参数：“${subject}”。`,
    'unknown-option': ({ subject }) => `没有选项 ${subject}。`,
  },
  details: {
    'it is not a folder': '它不是目录',
    'it is no plain file': '它不是普通文件',
    'it is a link': '它是符号链接',
    'it is too large for a key': '文件过大，不可能是密钥',
    'others may read it': '其他人可以读取它',
    'it holds no Ed25519 private key': '其中没有 Ed25519 私钥',
    'it holds no Ed25519 public key': '其中没有 Ed25519 公钥',
    'it would lie on the host that the case is of': '它会落在案件所属的主机上',
    'it would lie in a case, which is handed on': '它会落在案件目录中，而案件是要交出去的',
    'it would lie in a root file system, which may be the target':
      '它会落在一个根文件系统中，那可能正是处置目标',
    'it is no JSON': '它不是 JSON',
    'it is no statement of Demine': '它不是 Demine 的结论书',
    'it is of another version of Demine': '它由其他版本的 Demine 写成',
    'it is too large for a statement': '文件过大，不可能是结论书',
    'the case holds no statement': '案件中没有结论书',
    'it is of another host': '它属于另一台主机',
    'it holds no etc beside usr, bin or var, and nothing of Windows':
      '其中没有 etc 及与之并列的 usr、bin 或 var，也没有 Windows 的系统文件夹、注册表文件或事件日志',
    'it is a Windows host, where nothing is removed yet': '它是 Windows 主机，目前还不能在其上执行清除',
    'it is of an image': '该案件来自镜像',
    'neither systemd nor cron': '没有 systemd，也没有 cron',
    'a path has a line break': '路径中含有换行符',
    'it did not answer': '它没有响应',
    'there is no such case': '没有这个案件',
    'file is not a database': '它不是数据库文件',
    'it was read from files, and no kernel of it runs': '它是从文件中读取的，并没有在运行的内核',
    'it has another name, and neither has a machine id': '主机名不同，且双方都没有 machine-id',
    'it has another machine id': 'machine-id 不同',
    'the case holds no scan': '案件中没有扫描记录',
    'it takes the rights of root (CAP_NET_ADMIN)': '需要 root 权限（CAP_NET_ADMIN）',
    'the kernel has neither nf_tables nor the tables of iptables loaded, and loading them would run modprobe of this host':
      '内核尚未加载 nf_tables 或 iptables 的表，而加载它们会执行本机的 modprobe',
    'xt_time is not loaded, and loading it would run modprobe of this host':
      '内核模块 xt_time 尚未加载，而加载它会执行本机的 modprobe',
    'xt_tcpudp is not loaded, and loading it would run modprobe of this host':
      '内核模块 xt_tcpudp 尚未加载，而加载它会执行本机的 modprobe',
    'xt_string is not loaded, and loading it would run modprobe of this host':
      '内核模块 xt_string 尚未加载，而加载它会执行本机的 modprobe',
    'ts_bm is not loaded, and loading it would run modprobe of this host':
      '内核模块 ts_bm 尚未加载，而加载它会执行本机的 modprobe',
    '/proc is not mounted': '没有挂载 /proc',
    '/proc is not mounted on this machine': '本机没有挂载 /proc',
  },
  system: {
    EACCES: '没有权限（EACCES）',
    EDQUOT: '磁盘配额已用尽（EDQUOT）',
    EEXIST: '已经存在（EEXIST）',
    EISDIR: '它是一个目录（EISDIR）',
    ELOOP: '符号链接形成循环（ELOOP）',
    ENAMETOOLONG: '名称过长（ENAMETOOLONG）',
    ENOENT: '没有这样的文件或目录（ENOENT）',
    ENOSPC: '磁盘空间已满（ENOSPC）',
    ENOTDIR: '路径中有一级不是目录（ENOTDIR）',
    EPERM: '操作不被允许（EPERM）',
    SQLITE_FULL: '磁盘空间已满',
    SQLITE_IOERR_WRITE: '磁盘写入失败',
    EROFS: '文件系统为只读（EROFS）',
  },
  errors: {
    usage: ({ subject, detail }) => ({
      what: `用法错误${subject === '' ? '' : `（${subject}）`}：${detail}`,
      next: '运行 “demine help” 查看命令与选项。',
    }),
    'config-invalid': ({ subject, detail }) => ({
      what: `配置文件 ${subject} 无法使用：${detail}`,
      next: '请改正该项；docs/config.md 列出了全部配置项。',
    }),
    'config-unreadable': ({ subject, detail }) => ({
      what: `无法读取配置文件 ${subject}：${detail}`,
      next: '请检查 --config 给出的路径。',
    }),
    'output-unwritable': ({ subject, detail }) => ({
      what: `无法将结果写入 ${subject}：${detail}`,
      next: '请指定其他文件，或用 “-” 写到标准输出。',
    }),
    'process-missing': ({ subject }) => ({
      what: `没有进程 ${subject}。`,
      next: '它可能已经结束。运行 “demine ps” 查看全部进程。',
    }),
    'target-missing': ({ subject }) => ({
      what: `要扫描的目录 ${subject} 不存在。`,
      next: '请给出镜像的挂载点，例如 /mnt/image。',
    }),
    'target-unsupported': ({ subject, detail }) => ({
      what: `${subject} 不是可扫描的根文件系统：${detail}`,
      next: '请给出镜像中包含 etc、usr、var 的那一级目录，或存放日志的目录。',
    }),
    'removal-unsupported': ({ subject }) => ({
      what: `${subject} 来自 Windows 主机，Demine 不在其上执行清除。`,
      next: '报告列出了全部自启动项：请手工清除，先 WMI 绑定、计划任务与服务，再文件与账户。',
    }),
    'case-exists': ({ subject }) => ({
      what: `案件目录 ${subject} 已存在，且属于另一个案件。`,
      next: '请用 --out 指定其他目录。',
    }),
    'case-unreadable': ({ subject, detail }) => ({
      what: `${subject} 不是可以打开的案件：${detail}`,
      next: '请给出 “demine scan” 写出的案件目录，例如 cases/web-1-20240102T030405Z。',
    }),
    'network-invalid': ({ subject, detail }) => ({
      what: `网络文件 ${subject} 无法使用：${detail}`,
      next: '每行一个网段，例如：192.0.2.0/24,dmz,office',
    }),
    'case-unwritable': ({ subject, detail }) => ({
      what: `案件目录 ${subject} 无法写入：${detail}`,
      next: '请用 --out 指定有剩余空间的磁盘目录，或使用 --no-case。',
    }),
    'native-unavailable': ({ detail }) => ({
      what: `无法使用本系统的系统调用：${detail}`,
      next: '请在 Linux（x64 或 arm64，glibc 或 musl）上运行，也可在其上扫描已挂载的磁盘镜像。目前还不能扫描 Windows 和 macOS 主机。',
    }),
    'drill-unavailable': ({ detail }) => ({
      what: `此处无法进行演练：${detail}`,
      next: '请在允许命名空间的 Linux 主机上以 root 运行。',
    }),
    'plan-missing': ({ subject }) => ({
      what: `${subject} 中没有处置方案。`,
      next: '请先运行 “demine plan 案件” 生成方案，并仔细阅读。',
    }),
    'plan-invalid': ({ subject, detail }) => ({
      what: `${subject} 的处置方案无法使用：${detail}`,
      next: '请用 “demine plan 案件” 重新生成。',
    }),
    'ledger-broken': ({ subject, detail }) => ({
      what: `操作台账 ${subject} 不可信：${detail}`,
      next: '未执行任何操作。请将其作为证据保留；改为手工处置，或使用完好的副本继续。',
    }),
    'ledger-unwritable': ({ subject, detail }) => ({
      what: `无法写入操作台账 ${subject}：${detail}`,
      next: '未再执行任何操作。请腾出空间，或把案件移到其他磁盘，然后重新运行同一命令。',
    }),
    'target-busy': ({ subject }) => ({
      what: `另一个 Demine 正在处置 ${subject}。`,
      next: '请等它结束后再试；两者同时操作会互相抵消。',
    }),
    'target-other': ({ subject, detail }) => ({
      what: `该方案不是为 ${subject} 制定的：${detail}`,
      next: '请扫描当前目标，并为它单独生成方案。',
    }),
    'key-exists': ({ subject }) => ({
      what: `${subject} 已经存在，不会覆盖。`,
      next: '用 demine key --show 查看，或用 --out 文件 指定其他位置。',
    }),
    'key-missing': ({ subject }) => ({
      what: `${subject} 处没有密钥。`,
      next: '请在您自己的机器上用 demine key 生成，或用 --key 文件 指定您的密钥。',
    }),
    'key-place': ({ subject, detail }) => ({
      what: `密钥不应存放在 ${subject}：${detail}`,
      next: '请存放在您自己的机器或介质上。',
    }),
    'key-unusable': ({ subject, detail }) => ({
      what: `密钥 ${subject} 无法使用：${detail}`,
      next: '应为 demine key 生成的 PEM 格式 Ed25519 密钥，且私钥仅您本人可读（chmod 600）。',
    }),
    'statement-altered': ({ subject, detail }) => ({
      what: `结论书 ${subject} 未予签名：它在写成之后被改动过（${detail}）。`,
      next: '用 demine verify --check 查看改动之处，并重新复查主机。',
    }),
    'statement-invalid': ({ subject, detail }) => ({
      what: `${subject} 不是可读的结论书：${detail}`,
      next: '请给出某次复查的 statement.json，或含有结论书的案件目录。',
    }),
    'statement-signed': ({ subject }) => ({
      what: `结论书 ${subject} 已有签名。`,
      next: '用 demine verify --check 校验。',
    }),
    'case-elsewhere': ({ subject, detail }) => ({
      what: `案件 ${subject} 属于另一台主机：${detail}`,
      next: '请在该主机上复查；或挂载其磁盘，用 --root 目录 指定。',
    }),
    'executor-refused': ({ detail }) => ({
      what: `不在此处执行任何操作：${detail}`,
      next: '测试时，请在独立的网络、挂载与进程命名空间中运行。',
    }),
    'contain-unavailable': ({ detail }) => ({
      what: `无法在本机实施遏制：${detail}`,
      next: '请在主机之外阻断：“demine contain 案件 --print 格式” 可生成防火墙、交换机或 DNS 服务器用的规则。',
    }),
    'contain-elsewhere': ({ subject, detail }) => ({
      what: `案件 ${subject} 属于另一台主机：${detail}`,
      next: '请在那台主机上运行，或用 --print 为其他设备生成规则。',
    }),
    'watch-unavailable': ({ subject, detail }) => ({
      what: `无法值守：${subject}（${detail}）。`,
      next: '值守须在案件所属的在线主机上进行；没有 systemd 与 cron 时请勿使用 --across-reboots。',
    }),
    'watch-missing': ({ subject }) => ({
      what: `${subject} 中没有值守记录。`,
      next: '开始值守：demine watch 案件 --for 24h。',
    }),
    'watch-runs': ({ subject }) => ({
      what: `${subject} 的值守正在进行。`,
      next: '用 --status 查看进展，或用 --stop 结束。',
    }),
    'contain-cuts-off': ({ subject }) =>
      subject === ''
        ? {
            what: '没有找到可以保留的您的连接：隔离可能会让您自己断线。',
            next: '请用 --keep 给出您接入时的地址；若您就在本机控制台，请用 --keep none。',
          }
        : {
            what: `您的连接经由 ${subject}，它像是一条隧道：隔离会切断隧道自身的报文。`,
            next: '请用 --keep 给出隧道对端的地址。',
          },
    internal: ({ detail }) => ({
      what: `Demine 运行失败：${detail}`,
      next: '请附上所执行的命令与本段文字反馈给我们。',
    }),
  },
};
