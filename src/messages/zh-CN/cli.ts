import type { CliTexts } from '../cli.ts';

const commands = `demine（排雷）- 在本机找出挖矿木马，并给出证据

  demine [scan] [目标]       扫描本机，或扫描一个根文件系统目录（已挂载的镜像）
  demine ps [PID]            进程树及判定；或查看单个进程的详情
  demine net                 按进程列出连接、监听端口与暴露面
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
  --integrity full           逐一校验所有软件包文件，需数分钟
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
  scan: `demine [scan] [目标]：扫描本机，或扫描一个根文件系统目录（已挂载的镜像）
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
    writing: '写入案件',
  },
  active: {
    planned:
      '--active：将启动名为 “top” 的无害诱饵进程，并访问可疑进程自己的本地回环接口；两者都会记录在案。',
    decoy: ({ count }) => `启动了名为 “top” 的无害诱饵进程数秒，并观察了 ${count} 个进程。`,
    asked: ({ pid, requests }) => `访问了进程 ${pid} 自己的本地回环接口：${requests}`,
  },
  usage: {
    'excludes-out': () => '--no-case 与 --out 不能同时使用。',
    'key-missing': ({ value }) => `缺少配置项 ${value}。`,
    'key-unknown': ({ value }) => `没有名为 ${value} 的配置项。`,
    'key-wrong': ({ value }) => `配置项取值有误：${value}。`,
    'missing-value': ({ subject }) => `选项 ${subject} 缺少取值。`,
    'not-command': ({ subject }) => `没有名为“${subject}”的命令。若要扫描目录，请带上斜杠：./${subject}`,
    'not-for-command': ({ subject, value }) => `demine ${value} 没有选项 ${subject}。`,
    'not-indicator': ({ subject }) =>
      `--seen：“${subject}”不是地址、域名、URL 或哈希（MD5、SHA-1、SHA-256）。`,
    'not-language': ({ subject }) => `--lang：不支持语言“${subject}”，可用 en 或 zh-CN。`,
    'not-pid': ({ subject }) => `“${subject}”不是进程号。`,
    'not-integrity': ({ subject }) => `--integrity：“${subject}”既不是 usual 也不是 full。`,
    'not-seconds': ({ subject, value }) => `--interval：“${subject}”不是 0 到 ${value} 之间的秒数。`,
    'not-yaml': ({ value }) => `不是合法的 YAML：${value}`,
    'rule-unknown': ({ value }) => `没有规则 ${value}；运行 “demine rules” 查看全部规则。`,
    'takes-no-value': ({ subject }) => `选项 ${subject} 不接受取值。`,
    'too-many': ({ subject, value }) => `demine ${value} 多给了一个参数：“${subject}”。`,
    'unknown-option': ({ subject }) => `没有选项 ${subject}。`,
  },
  details: {
    'it is not a folder': '它不是目录',
    'it holds no etc beside usr, bin or var': '其中没有 etc，也没有与之并列的 usr、bin 或 var',
    'it did not answer': '它没有响应',
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
      next: '请用 --json 指定其他文件，或用 “--json -” 写到标准输出。',
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
      next: '请给出镜像中包含 etc、usr、var 的那一级目录。',
    }),
    'case-exists': ({ subject }) => ({
      what: `案件目录 ${subject} 已存在，且属于另一个案件。`,
      next: '请用 --out 指定其他目录。',
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
    internal: ({ detail }) => ({
      what: `Demine 运行失败：${detail}`,
      next: '请附上所执行的命令与本段文字反馈给我们。',
    }),
  },
};
