import type { GotIn, VectorId, WayInTexts } from '../way-in.ts';

/** 接在“攻击者”之后。 */
const doors: Readonly<Record<VectorId, string>> = {
  'ssh-brute-force': '通过 SSH 口令爆破登录',
  'ssh-key': '使用被盗或被植入的 SSH 密钥登录',
  'redis-cron': '利用未授权访问的 Redis 写入计划任务',
  'redis-key': '利用未授权访问的 Redis 写入 SSH 公钥',
  'redis-replication': '利用未授权访问的 Redis 加载恶意模块',
  'redis-lua': '利用 Redis Lua 沙箱逃逸执行命令',
  'docker-api': '利用未授权访问的 Docker API 进入',
  kubelet: '利用未授权访问的 Kubernetes 接口进入',
  'web-exploit': '利用 Web 应用漏洞进入',
  'web-shell': '通过 Webshell 进入',
  'database-exec': '借助数据库执行系统命令进入',
  scheduler: '通过任务调度系统提交恶意任务进入',
  broker: '利用消息中间件或注册中心的漏洞进入',
  'supply-chain': '随所安装的软件包进入',
  lateral: '从同一网络的另一台主机横向进入',
};

const how = ({ vector, account, attackers, time }: GotIn): string =>
  [
    { none: '', certain: '于 {time} ', about: '大约在 {time} ' }[time],
    attackers === 0 ? '' : '从 {from} ',
    attackers > 1 ? `等 ${attackers} 个地址` : '',
    doors[vector],
    account ? '，所用账户为 {account}' : '',
  ].join('');

export const wayIn: WayInTexts = {
  gotIn: {
    confirmed: (way) => `日志证实，攻击者${how(way)}。`,
    probable: (way) => `攻击者很可能${how(way)}；证据链尚不完整。`,
    possible: (way) => `攻击者可能${how(way)}；目前只是线索，不能作为定论。`,
  },
  unknown: {
    none: '入侵途径未知：没有当时的日志。',
    later: '入侵途径未知：日志自 {horizon} 才开始，当时恶意程序已在本机。',
    before: '入侵途径未知：日志可追溯至 {horizon}，其中未见入侵入口。',
  },
  began: {
    between: '感染发生在 {from} 至 {to} 之间。',
    open: '最迟在 {to} 已被感染，具体从何时开始无法判断。',
  },
  mined: {
    certain: '本机自 {onset} 起挖矿。',
    uncertain: '本机大约自 {onset} 起挖矿。',
  },
  atRisk: ({ more }) => `可能受影响的其他主机或网段：{names}${more > 0 ? `，另有 ${more} 处` : ''}。`,
  notLooked: '本次扫描未读取日志，因此没有分析入侵途径。请在日志被轮转清除之前加 --logs 重新扫描。',

  excluded: {
    'failed-guesses': ({ count }) => `${count} 个地址尝试过口令，均未成功`,
    'usual-login': ({ count }) => `${count} 次口令登录，来自该账户的常用地址`,
    'usual-key': ({ count }) => `${count} 次密钥登录，密钥一直由其主人使用`,
    'own-replica': ({ count }) => `${count} 次连接，对端是该 Redis 自己的主节点`,
    'own-container': ({ count }) => `${count} 个可访问宿主机的容器，属自有容器`,
    'own-job': ({ count }) => `${count} 个任务，属自有任务`,
    'refused-requests': ({ count }) => `${count} 个请求已被拒绝`,
    'without-effect': ({ count }) => `${count} 次攻击尝试，没有留下任何痕迹`,
  },
  shape: ({ status, count }) => `${count} 个同类请求，响应 ${status}，未生效`,

  headings: {
    drawing: '时间线',
    excluded: '已排查并排除的入口',
    logs: '日志覆盖范围',
    gaps: '中断、被清空或被篡改的日志',
    missing: '应有而未找到的证据',
    chain: '证据链（按时间顺序）',
    neighbours: '可能受影响的邻近主机',
  },
  labels: {
    window: '感染时间',
    firstFile: '首个恶意文件',
    onset: '开始挖矿',
    appeared: '出现异常（客户告知）',
    discovered: '发现（客户告知）',
    handled: '开始处置（客户告知）',
    attackers: '攻击者',
    account: '账户',
    firstSuccess: '首次成功',
    time: '时间（UTC）',
    what: '事件',
    from: '起（UTC）',
    to: '止（UTC）',
    evidence: '证据',
    address: '地址或网段',
    zone: '区域',
    because: '原因',
    logs: '日志',
    events: '事件',
    wayIn: '入侵入口',
  },
  between: ({ from, to }) => (from === to ? `${to} UTC` : `${from} 至 ${to} UTC`),
  until: ({ to }) => `不晚于 ${to} UTC`,
  bounds: ({ from, to }) => (from === '' ? `不晚于：${to}` : `晚于：${from}；不晚于：${to}`),
  onsetBy: ({ by, certain }) => `依据：${by}${certain ? '' : '，实际可能更早'}`,
  ungrounded: '该时间可被 touch 篡改',
  later: ({ duration, least }) => `感染后${least ? '至少' : ''} ${duration}`,
  noSuccess: '日志中没有成功记录',
  gradeNote: {
    confirmed: '日志记录了成功，首个恶意文件在数分钟内落地，且属主与该入口的账户一致。',
    probable: '证据大部分齐全，所缺部分见下。',
    possible: '仅为线索：现有情况与之相符，但也可能另有原因。',
  },
  excludedNote: '以下各项没有让任何人进入，或属于自有操作。',
  horizonNote: '日志起点之前的情况无从得知，不等于什么都没有发生。',
  gapsNote: '缺失的日志可能已被入侵者删除。',
  noGaps: '各日志均无异常中断、清空或乱序。',
  logsOf: ({ count }) => `全部 ${count} 份日志`,
  otherWays: ({ count }) => `另外考虑过的 ${count} 个入口`,
  neighboursNote: '入侵者可能利用在本机获得的密钥与口令继续攻击以下主机，请一并排查。',
  hashedHosts: ({ count }) => `known_hosts 中名称经过散列的 ${count} 台主机`,
  against: ({ told, evidence }) => `告知：${told} UTC；证据：${evidence} UTC。`,
  hostsNote: '这些主机只有日志，证据少于被扫描的主机。',
  hostsLeft: ({ count }) => `另有 ${count} 台主机未分析：日志中的主机过多。`,
  noWayIn: '未发现',

  drawing: {
    title: ({ host }) => `${host} 上发生了什么（按时间顺序）`,
    describe: ({ moments, from, to }) =>
      `自上而下共 ${moments} 个时刻，从 ${from} 到 ${to} UTC：入侵入口、感染时间窗口（色带）、开始挖矿的时间、客户告知的时间，以及日志的覆盖范围。下方表格内容相同。`,
    table: ({ moments }) => `以表格查看（${moments} 个时刻）`,
    moments: {
      'window-from': '感染发生在此之后',
      'window-to': '最迟此刻已被感染',
      'first-file': '首个恶意文件',
      onset: '开始挖矿',
      appeared: '出现异常（客户告知）',
      discovered: '发现（客户告知）',
      handled: '开始处置（客户告知）',
      scan: '本次扫描',
    },
    bound: { from: '窗口起点', to: '窗口终点', both: '感染窗口' },
    logBegins: ({ letters }) => `日志 ${letters} 开始`,
    gap: ({ letter, what }) => `日志 ${letter}：${what}`,
    other: ({ way, grade }) => `${grade}：${way}`,
    more: ({ count }) => `其余 ${count} 个见表格`,
    legend: {
      window: '感染时间窗口',
      mining: '挖矿',
      log: '日志覆盖',
      gap: '日志中断或异常',
      told: '客户告知',
      uncertain: '时间不确定',
    },
    scale: '未按比例绘制，相邻时刻之间标有间隔时长。',
  },

  screen: {
    labels: { wayIn: '入侵', told: '告知', risk: '邻机', family: '家族', hosts: '他机' },
    unknown: {
      none: '途径未知：没有当时的日志',
      later: '途径未知：日志开始时恶意程序已在本机',
      before: '途径未知：日志中未见入侵入口',
    },
    notLooked: '未分析；加 --logs 读取日志',
    who: ({ account, from, more }) =>
      [
        from === '' ? '' : `来自 ${from}${more > 0 ? ` 等 ${more + 1} 个地址` : ''}`,
        account === '' ? '' : `账户 ${account}`,
      ]
        .filter((part) => part !== '')
        .join('，'),
    between: ({ from, to }) => (from === to ? `感染于 ${to} UTC` : `感染于 ${from} 至 ${to} UTC`),
    until: ({ to }) => `感染不晚于 ${to} UTC`,
    onset: ({ time, certain }) => `${certain ? '' : '约 '}${time} 起挖矿`,
    missing: ({ what, more }) => `证据缺口：${what}${more > 0 ? ` 等 ${more + 1} 项` : ''}`,
    times: {
      appeared: ({ time }) => `出现异常 ${time}`,
      discovered: ({ time }) => `发现 ${time}`,
      handled: ({ time }) => `处置 ${time}`,
    },
    hosts: ({ names, more }) => `日志显示其他主机也被入侵：${names}${more > 0 ? ` 等 ${more + 1} 台` : ''}`,
    neighbours: ({ names, more }) => `${names}${more > 0 ? ` 等 ${more + 1} 处` : ''}`,
  },
};
