import type { ReportTexts } from '../report.ts';

function duration(seconds: number): string {
  const total = Math.max(0, Math.round(seconds));
  const minutes = Math.floor(total / 60);
  const hours = Math.floor(minutes / 60);
  const days = Math.floor(hours / 24);
  if (days >= 1) return hours % 24 === 0 ? `${days} 天` : `${days} 天 ${hours % 24} 小时`;
  if (hours >= 1) return minutes % 60 === 0 ? `${hours} 小时` : `${hours} 小时 ${minutes % 60} 分`;
  return minutes >= 1 ? `${minutes} 分钟` : `${total} 秒`;
}

function bytes(value: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let amount = value;
  let unit = 0;
  while (amount >= 1024 && unit < units.length - 1) {
    amount /= 1024;
    unit += 1;
  }
  return `${unit === 0 || amount >= 100 ? Math.round(amount) : amount.toFixed(1)} ${units[unit] ?? ''}`;
}

export const report: ReportTexts = {
  headline: {
    clean: '未发现挖矿',
    suspicious: '可疑',
    'mining-running': '正在挖矿',
    'mining-stopped': '发现挖矿程序（已停止）',
    'mining-traces': '仅有挖矿痕迹',
    inconclusive: '无法下结论',
  },
  sentence: {
    clean: '应检查的项目均已检查，本机未发现挖矿行为。',
    suspicious: '存在疑似挖矿或隐藏行为，但证据尚不足以定性。',
    'mining-running': '有程序正在利用本机算力挖掘加密货币。',
    'mining-stopped': '本机存在挖矿程序，目前处于冻结、暂停或被限速的状态。',
    'mining-traces': '当前没有挖矿程序在运行，但本机留有挖矿痕迹。',
    inconclusive: '暂未发现异常，但能检查的内容太少，不能认定本机干净。',
  },
  summary: ({ count, coin, pool }) =>
    `主机 {host} 上有 ${count} 个程序正在挖矿${coin === '' ? '' : `（${coin}）`}，最早始于 {since}${
      pool ? '，算力提供给矿池 {pool}' : ''
    }。`,
  advice: {
    clean:
      '目前无需处理。如果机器仍然很慢，或者曾被告警点名，请延长观察时间再扫描一次，因为有些挖矿程序会在有人查看时暂停；同时请核对告警指的是否就是这台机器。',
    suspicious:
      '请在今天之内安排人员查看下面列出的内容，并向这台机器的负责人确认是否认识相关程序。如果无人认识，请按入侵事件处理：断开网络、保持开机，并把本报告交给安全团队。',
    'mining-running':
      '请立即从外部断开这台机器的网络（在交换机上操作，或在云控制台调整安全组），但不要关机或重启，内存里的内容就是证据。暂时不要结束挖矿程序：通常有另一个程序守护着它，会立刻换个名字把它重新拉起来。随后把本报告交给安全团队。如果这是贵方自己的挖矿程序，请先声明再重新扫描。',
    'mining-stopped':
      '请从外部断开这台机器的网络，保持开机。挖矿程序只是暂时停下，随时可能重新运行，往往选在固定时间或无人登录的时候。先不要删除任何东西，把本报告交给安全团队处理。',
    'mining-traces':
      '有人在这台机器上挖过矿，或者尝试过。请先确认是否已有同事清理过。如果没有，它可能自行恢复：请断开网络、保留日志，并把本报告交给安全团队排查入侵途径。',
    inconclusive:
      '请不要把这个结果当作“没问题”。请以管理员（root）权限、在主机本身而不是容器里重新扫描；“检查范围”一节列出了缺少哪些内容及其原因。',
  },
  adviceOfFiles:
    '请不要把这个结果当作“没问题”。磁盘镜像里没有运行中的程序，只能检查磁盘上的内容；未能读取的部分及原因见“检查范围”一节。如果机器仍在运行，请直接在机器上扫描。',
  next: {
    isolate: '从外部隔离本机（交换机或安全组），不要重启',
    'keep-evidence': '先不要结束挖矿进程：守护程序会把它重新拉起',
    plan: '生成清除方案：按序执行、可撤销；此时不做任何改动',
    contain: '先不要结束挖矿进程（守护会重新拉起）：封禁并冻结',
    'look-at-process': '查看该进程的文件、连接与子进程',
    'look-at-network': '按进程查看全部网络连接',
    declare: '如属自有挖矿，请在 demine.yaml 中声明后重新扫描',
    'watch-longer': '延长观察：有些挖矿程序会在有人查看时暂停',
    'as-root': '以 root 重新扫描：没有 root 权限，大部分内容无法读取',
    'from-host': '请在宿主机上扫描：容器内看不到其余部分',
    'look-by-hand': '有自启动项未能读取：位置与原因见报告',
    'read-report': '查看并转交报告',
    'close-exposure': '关闭对外开放的高风险服务',
    'search-way-in': '保留日志，确认由谁清理过、从哪里入侵',
    nothing: '无需处理。',
  },
  severity: { info: '提示', low: '低危', medium: '中危', high: '高危', critical: '严重' },
  judgement: { benign: '正常', unusual: '少见', suspicious: '可疑', mining: '挖矿', excused: '已声明' },
  minerState: { running: '运行中', stopped: '已停止' },
  risk: { low: '低', medium: '中', high: '高' },
  reach: { 'all-addresses': '监听所有地址', 'one-address': '监听单个地址', container: '容器内' },
  status: {
    ok: '已读取',
    empty: '为空',
    absent: '不存在',
    denied: '无权限',
    truncated: '超过上限被截断',
    timeout: '超时无响应',
    error: '读取失败',
  },
  scope: {
    host: '整台主机',
    'pid-namespace': '主机的一个进程命名空间',
    container: '容器内部',
    files: '仅文件（系统未运行）',
  },
  witness: {
    registers: 'CPU 寄存器',
    'memory-shape': '内存布局',
    'memory-content': '内存内容',
    traffic: '网络流量',
    cpu: 'CPU 占用',
    gpu: '显卡',
    name: '名称',
    'command-line': '命令行',
    file: '文件',
    package: '软件包数据库',
    view: '多视角对比',
    kernel: '内核',
    environment: '环境变量',
    container: '容器',
    indicator: '告警线索',
  },
  duration: ({ seconds }) => duration(seconds),
  bytes: ({ bytes: value }) => bytes(value),
  busySince: ({ time, certain }) => `本机记录显示，CPU 自 ${time} UTC${certain ? '' : ' 或更早'}起持续高负载`,
  deleted: '已删除',
  hidden: '隐藏',
  privileged: 'root',
  unprivileged: '无 root 权限',
  page: {
    kind: '挖矿排查报告',
    colon: '：',
    comma: '、',
    title: ({ host }) => `Demine 排查报告：${host}`,
    headings: {
      next: '接下来怎么做',
      contents: '目录',
      miners: '挖矿程序',
      entry: '入侵途径与时间',
      families: '家族归因',
      hosts: '日志中的其他主机',
      why: '结论依据',
      findings: '检测结果',
      evidence: '证据',
      processes: '进程',
      sockets: '网络连接',
      persistence: '自启动与持久化',
      exposure: '对外暴露面',
      coverage: '检查范围',
      sources: '读取情况',
      excused: '负责人已声明的例外',
      recovered: '已恢复的可执行文件',
      actions: '现场执行过的动作',
      scan: '本次扫描',
      verified: '此后的复查',
    },
    labels: {
      address: '地址',
      algorithm: '算法',
      artifact: '类别',
      bytes: '字节数',
      comesBack: '持久化项',
      coin: '币种',
      commandLine: '命令行',
      commands: '可执行的命令',
      confidence: '置信度',
      container: '容器',
      cores: 'CPU 核数',
      count: '数量',
      cpu: 'CPU',
      decoded: '解码后',
      exe: '可执行文件',
      finding: '检测结果',
      interval: 'CPU 观察时长',
      item: '检查项',
      judgement: '判定',
      kernel: '内核',
      local: '本地',
      machineId: '机器 ID',
      mechanism: '机制',
      bootId: '启动 ID',
      bootTime: '开机时间',
      timeZone: '时区',
      clockOffset: '时钟偏差',
      memory: '内存',
      options: '选项',
      os: '系统',
      parent: '父进程',
      path: '路径',
      pid: 'PID',
      place: '位置',
      pool: '矿池',
      process: '进程',
      reach: '可达范围',
      reason: '原因',
      remote: '远端',
      restartPolicy: '重启策略',
      risk: '风险',
      rule: '规则',
      scanned: '扫描时间',
      scope: '观察范围',
      score: '评分',
      seen: '告警线索',
      seenBy: '可见于',
      service: '服务',
      sha256: 'SHA-256',
      since: '开始于',
      host: '主机',
      source: '来源',
      started: '启动时间',
      state: '状态',
      status: '状态',
      target: '目标',
      technique: 'ATT&CK',
      text: '内容',
      tool: '工具',
      trigger: '触发时机',
      user: '用户',
      wallet: '钱包',
      witness: '依据',
    },
    privileges: '权限',
    optionNames: { active: '允许现场动作', thorough: '深入检查', keepSecrets: '保留敏感信息' },
    benign: '已考虑的正常解释',
    noFindings: '没有检测结果。',
    persistenceNote: ({ all, grave }) =>
      grave === 0
        ? `共读取 ${all} 个条目，涵盖计划任务、服务、启动文件、账户、各类钩子与文件，均未见可疑。`
        : `共读取 ${all} 个条目，其中 ${grave} 个可使挖矿程序再次启动。请先清除这些持久化项，再处理挖矿程序，否则会死灰复燃。`,
    unusualEntries: ({ count }) => `${count} 个少见的条目（不常见，但不足以怀疑）`,
    benignEntries: ({ count }) => `${count} 个正常条目（按机制统计）`,
    listOfEntries: '逐条列出',
    inactive: '按当前设置不会运行',
    noExposure: '未发现攻击者常利用的服务对外开放。',
    minerNumber: ({ number }) => `挖矿程序 ${number}`,
    runsFor: ({ duration: time }) => `已持续 ${time}`,
    before: ({ duration: length }) => `距本次扫描 ${length}`,
    ofOneCore: ({ percent }) => `${percent}%（以单核为 100%）`,
    checkedCount: ({ checked, all }) => `共 ${all} 项，已检查 ${checked} 项`,
    checked: '已检查',
    notChecked: '未检查',
    optional: '不影响结论',
    whyNote: '点击编号可跳转到对应的检测结果，再到它所依据的原始内容。',
    evidenceNote: '以下为实际读取到的原始内容及其位置，敏感信息已遮盖。点击编号返回对应结论。',
    sourcesNote: ({ complete, incomplete }) =>
      `完整读取 ${complete} 个来源；另有 ${incomplete} 个未能完整读取，下面列出路径与原因。`,
    processesNote: ({ all, shown }) =>
      shown === 0
        ? `共 ${all} 个进程，均未见异常。`
        : `共 ${all} 个进程，先列出需要关注、占用较高或与检测结果相关的 ${shown} 个。`,
    moreProcesses: ({ count }) => `其余 ${count} 个未见异常的进程`,
    moreKernelThreads: ({ count }) => `${count} 个内核线程`,
    moreSockets: ({ count }) => `其余 ${count} 个：本机套接字与已关闭的连接`,
    moreLines: ({ count }) => `另有 ${count} 行`,
    moreEvidence: ({ count }) => `另有 ${count} 行，见 result.json`,
    moreRows: ({ count }) => `另有 ${count} 条，见 result.json`,
    incompleteSources: ({ count }) => `${count} 个未能完整读取的来源`,
    doubtfulSources: ({ count }) => `${count} 个已读取但内容不可尽信的来源`,
    readSources: ({ count }) => `按类别与状态统计（${count}）`,
    backToFinding: '返回检测结果',
    madeBy: ({ version, time }) => `由 Demine ${version} 生成于 ${time} UTC。本页面不会从网络加载任何内容。`,
  },
};
