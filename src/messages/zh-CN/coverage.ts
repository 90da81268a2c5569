import type { CoverageTexts } from '../coverage.ts';

export const coverage: CoverageTexts = {
  names: {
    processes: '全部进程',
    cpu: '各进程的 CPU 占用',
    registers: '高占用线程的寄存器',
    suspects: '可疑进程的内存',
    'hidden-processes': '隐藏进程',
    sockets: '网络连接与监听端口',
    mounts: '各命名空间的挂载',
    modules: '内核模块',
    'kernel-settings': '内核参数',
    forwards: '流量转发规则',
    bpf: 'eBPF 程序',
    ftrace: '被跟踪的内核函数',
    msr: '处理器预取寄存器（MSR）',
    gpu: '显卡（GPU）',
    agents: '安全软件',
    'hosts-file': 'hosts 文件',
    containers: '容器',
    'load-history': '历史负载',
    'unowned-cpu': '无主的 CPU 占用',
    'whole-host': '整台主机',
    host: '主机身份',
    'dropped-files': '挖矿程序常见的落地文件',
    persistence: '持久化（使挖矿程序再次启动的位置）',
  },
  notRead: '未读取',
  processesDenied: ({ count, asRoot }) =>
    asRoot
      ? `有 ${count} 个进程即使以 root 也无法读取：被安全模块或容器限制拒绝`
      : `有 ${count} 个其他用户的进程无法读取，请以 root 运行`,
  processesUnread: ({ count }) => `有 ${count} 个进程无法确定其程序`,
  noProcesses: '未能读取任何进程',
  busyUnread: ({ count, of, reason }) =>
    `${of} 个高占用进程中有 ${count} 个无法检查${reason === '' ? '' : `：${reason}`}`,
  suspectsLeft: ({ count }) => `另有 ${count} 个进程未检查，请使用 --thorough`,
  suspectsUnread: ({ count }) => `有 ${count} 个可疑进程的内存未能完整读取`,
  filesNeedThorough: '未遍历：请使用 --thorough',
  unownedNeedsInterval: '未判定：需要 --interval 30 或更长',
  onlyContainer: '在容器内运行，只能看到该容器',
  onlyNamespace: '在 pid 命名空间内运行，只能看到其中的进程',
  persistenceLeftOut: '未检查：已指定 --no-persistence',
  imageHasNoProcesses: '目录中没有运行中的进程',
};
