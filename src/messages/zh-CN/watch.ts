import type { WatchTexts } from '../watch.ts';

export const watch: WatchTexts = {
  title: ({ host, until, span }) => `值守 ${host}，至 ${until}（${span}）`,
  resumed: ({ since }) => `继续 ${since} 开始的值守。`,
  labels: {
    places: '位置',
    processes: '进程',
    waited: '等待',
    record: '记录',
    seen: '进程名',
    by: '写入者',
    program: '程序',
    under: '上级进程',
    unit: '服务单元',
    account: '账户',
    plan: '方案',
    watched: '值守时长',
    gaps: '中断',
    scans: '扫描',
    logins: '登录',
    busy: '高占用',
    lost: '遗漏',
  },
  places: ({ folders, withoutWriter, left }) =>
    `${folders} 个可设置自启动的目录` +
    (withoutWriter === 0
      ? '，由内核告知写入者'
      : withoutWriter >= folders
        ? '，此内核不告知写入者'
        : `，其中 ${withoutWriter} 个内核不告知写入者`) +
    (left === 0 ? '' : `；另有 ${left} 个由扫描覆盖`),
  noPlaces: '此处无法接收文件事件，仅靠扫描与每分钟一次的比对',
  processes: {
    connector: '每个进程的启动与退出均由内核告知，并每五秒列举一次',
    programs: '每次执行程序均由内核告知，并每五秒列举一次',
    listing: '每秒列举一次',
  },
  waited: ({ count }) => `已清除的文件、行与程序共 ${count} 项，一旦重现即报告`,
  nothingRemoved: '本案件尚未清除任何内容，只报告新出现的项目',
  record: ({ folder, size }) => `${folder}，最多 ${size}`,
  seen: ({ name, pid }) => `${name}（${pid}）`,
  logOut: ({ folder }) =>
    `您可以退出登录，值守会继续，有人查看便停挖的木马也会因此现形。按 Ctrl-C 结束；查看进展：demine watch ${folder} --status`,
  willRemove: ({ irreversible }) =>
    irreversible
      ? '重现的内容将按方案规则清除，相关进程会被终止。'
      : '重现的内容将按方案规则清除；相关进程只冻结，不终止。',
  notRoot: '当前不是 root：只能看到自己的进程，也无法得知写入者。',
  progress: ({ watched, span, returns }) =>
    `已值守 ${watched}，共 ${span}；${returns === 0 ? '没有重现' : `有 ${returns} 项重现`}`,
  returned: {
    file: ({ what }) => `${what} 清除后再次出现`,
    line: ({ what }) => `${what} 中已删除的行再次出现`,
    program: ({ what }) => `${what} 再次运行`,
    entry: ({ what }) => `${what} 有此前扫描未报告的自启动项`,
    miner: ({ what }) => `${what} 正在挖矿`,
  },
  same: '内容相同',
  other: '内容不同',
  times: ({ count }) => `共 ${count} 次`,
  noted: ({ text, notes }) => `${text}（${notes.join('，')}）`,
  comma: '，',
  writer: {
    unknown: ({ pid }) => (pid === 0 ? '未知：无从得知是谁所为' : `进程 ${pid}，未及读取便已退出`),
    process: ({ name, pid, path }) => `${name}（${pid}）${path}`,
    ended: '该进程现已退出',
    login: ({ uid }) => `来自 uid ${uid} 的登录会话`,
    gone: '程序未知',
  },
  answer: {
    steps: ({ plan, steps }) => `方案 ${plan} 将清除写入者：${steps}`,
    noSteps: ({ plan }) => `方案 ${plan} 中没有针对写入者的步骤`,
    left: ({ what }) => `${what} 仅有这一项依据，请人工核实`,
    removed: {
      'not-asked': ({ folder }) => `请查看 demine plan ${folder}，再执行 demine clean ${folder} --yes`,
      done: ({ folder }) => `已清除；如需撤销：demine undo ${folder}`,
      stopped: ({ folder }) => `未能全部执行，请查看 demine clean ${folder}`,
    },
  },
  changed: ({ path, who }) => `${path} 被写入，写入者：${who}`,
  somebody: '未知',
  moreChanges: ({ count }) => `这一分钟内另有 ${count} 处被写入，详见记录。`,
  looked: ({ verdict, why }) => `${why}扫描：${verdict}`,
  lookFailed: ({ reason }) => `一次扫描失败：${reason}`,
  verdicts: { clean: '未发现异常', suspicious: '可疑', mining: '挖矿', inconclusive: '无法下结论' },
  why: {
    begin: '开始时',
    schedule: '定时',
    change: '发现改动后',
    return: '发现重现后',
    cpu: '发现高占用程序后',
    gap: '中断后',
    end: '结束时',
  },
  gap: ({ from, to, why }) => `${from} 至 ${to} 无人值守：${why}。`,
  gapWhy: {
    killed: '值守进程被杀死',
    stopped: '值守被外部结束',
    paused: '值守进程被挂起，或机器休眠',
    reboot: '机器重启',
    clock: '系统时间被回拨',
  },
  overflow: '事件数量超出内核队列，部分事件丢失；已重新比对全部等待项。',
  outcome: {
    'stayed-away': ({ span }) => `${span} 内没有重现。`,
    'came-back': ({ count }) => `木马重现：${count} 项。`,
    'not-whole': () => '值守期间没有重现，但并未覆盖全部时间。',
  },
  running: ({ until }) => `值守正在进行，至 ${until}。`,
  notRunning: '值守未在运行：尚未到期即已结束。',
  soFar: ({ count }) => (count === 0 ? '目前没有重现。' : `目前有 ${count} 项重现。`),
  watched: ({ watched, span }) => `${watched}，共 ${span}`,
  whole: '无',
  gapsTold: ({ count, time }) => `${count} 次，合计 ${time}`,
  scans: ({ count, failed, last }) =>
    `${count} 次${failed === 0 ? '' : `，其中 ${failed} 次失败`}${last === '' ? '' : `；最近一次：${last}`}`,
  logins: ({ count, now }) => `${count} 次，其中 ${now} 个仍在登录`,
  login: ({ user, line, from, begin, end }) =>
    `${user}${line === '' ? '' : `，${line}`}${from === '' ? '' : `，来自 ${from}`}，${begin} 至 ${end}`,
  still: '现在',
  busy: ({ name, minutes, withLogin }) =>
    `${name}：有 ${minutes} 分钟占用半个核以上，其中 ${withLogin} 分钟有人登录`,
  pauses: ({ name }) => `${name} 只在无人登录时工作：有的挖矿木马正是如此。`,
  lost: ({ overflows, unread }) =>
    [
      ...(overflows === 0 ? [] : [`有 ${overflows} 次事件丢失，当时已重新比对`]),
      ...(unread === 0 ? [] : [`${unread} 个写入者未及读取便已退出`]),
    ].join('；'),
  next: {
    plan: ({ folder }) => `查看应清除的内容：demine plan ${folder}`,
    again: ({ folder }) => `清除后重新值守：demine watch ${folder} --for 24h`,
    goOn: ({ folder }) => `继续值守：demine watch ${folder}`,
    more: ({ count }) => `……另有 ${count} 项`,
  },
  starter: {
    shown: '为了在机器重启后继续值守，将写入：',
    remove: '值守结束、执行 --stop 或 demine undo 时会将其移除。',
    yes: ({ command }) => `尚未写入任何内容。执行请用：${command}`,
    added: ({ path }) => `已写入：${path}`,
    removed: ({ path }) => `已移除：${path}`,
    stays: ({ path }) => `已被他人改动，予以保留：${path}`,
  },
  stopped: '值守已结束。',
  stopping: '值守将在数秒内结束。',
  duration: ({ days, hours, minutes, seconds }) =>
    days > 0 || hours > 0 || minutes > 0
      ? [
          ...(days > 0 ? [`${days} 天`] : []),
          ...(hours > 0 ? [`${hours} 小时`] : []),
          ...(minutes > 0 ? [`${minutes} 分钟`] : []),
        ].join(' ')
      : `${seconds} 秒`,
};
