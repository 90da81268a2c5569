import type { CliTexts } from '../cli.ts';

const help = `demine（排雷）- 在本机找出挖矿木马，并给出证据

  demine [scan] [目标]       扫描本机，或扫描一个根文件系统目录（已挂载的镜像）
  demine ps [PID]            进程树及判定；或查看单个进程的详情
  demine net                 按进程列出连接、监听端口与暴露面
  demine rules               列出全部检测规则
  demine schema              扫描结果的 JSON Schema
  demine drill               在一次性命名空间内进行的安全演练
  demine help | --version

scan 的选项
  --json 文件|-              将结果以 JSON 写入文件，或写到标准输出
  --out 目录                 案件目录（默认 cases/<主机名>-<UTC 时间>）
  --no-case                  不写案件目录
  --lang en|zh-CN            语言（默认取自 LANG）
  --interval 秒数            观察 CPU 的时长（默认 3；取 30 可发现“无主”的 CPU 占用）
  --seen 线索                告警中的地址、域名、URL 或哈希，可重复给出
  --config 文件              声明自有挖矿、已知安全软件与例外（默认无）
  --thorough                 检查更多进程与全部 pid
  --integrity full           将所有软件包文件与包数据库逐一校验，需数分钟
  --active                   允许在现场主动动作：诱饵监视进程、询问可疑进程自己的本地接口
  --keep-secrets             输出中不遮盖密码与密钥

退出码：0 未发现挖矿，1 可疑或正在挖矿，2 失败或用法错误，3 无法下结论。
扫描是被动的：不执行本机的任何程序，不向外发送数据，不改动任何内容。
`;

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
  noSuchProcess: ({ pid }) => `没有进程 ${pid}。`,
  active: {
    planned:
      '--active：将启动名为 “top” 的无害诱饵进程，并访问可疑进程自己的本地回环接口；两者都会记录在案。',
    decoy: ({ count }) => `启动了名为 “top” 的无害诱饵进程数秒，并观察了 ${count} 个进程。`,
    asked: ({ pid, requests }) => `访问了进程 ${pid} 自己的本地回环接口：${requests}`,
  },
  errors: {
    usage: ({ subject, detail }) => ({
      what: `用法错误${subject === '' ? '' : `（${subject}）`}：${detail}`,
      next: '运行 “demine help” 查看命令与选项。',
    }),
    'config-invalid': ({ subject, detail }) => ({
      what: `配置文件 ${subject} 无法使用：${detail}`,
      next: '请改正该行；docs/config.md 列出了全部配置项。',
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
      next: '请在使用 glibc 或 musl 的 Linux 上运行，或扫描本机的磁盘镜像。',
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
