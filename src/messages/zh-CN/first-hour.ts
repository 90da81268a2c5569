import type { FirstHourTexts } from '../first-hour.ts';

export const firstHour: FirstHourTexts = {
  title: '挖矿木马应急：第一个小时',
  lead: '先隔离，先取证再改动，暂不清除。记录每个时间时都注明时区。',
  blanks: ['主机、地址', '报告人、电话', '处置人', '日期、时间、时区'],
  parts: {
    ask: {
      heading: '问什么',
      items: [
        { what: '看到了什么', how: '告警原文，含外联地址或域名、端口、时间；或发热、卡顿、账单异常' },
        { what: '三个时间', how: '何时出现异常、何时发现、何时开始处置（首次改动）' },
        { what: '之后做过什么', how: '结束进程、删文件、重启、恢复备份、改密码：谁做的，什么时候' },
        { what: '网络情况', how: '网段、区域、能访问谁、谁能访问它；NAT、代理、VPN' },
        { what: '主机情况', how: '跑什么业务，谁负责，哪些端口对外，最多能断网多久' },
        { what: '谁能登录', how: '账号、密钥、堡垒机、面板、外包；哪些密码在别处也在用' },
        { what: '是否有正当挖矿', how: '自有矿机、全节点、压测、实验' },
        { what: '还有谁', how: '同镜像、同密钥、同密码、同网段的主机；其他发热的主机' },
      ],
    },
    contain: {
      heading: '先临时隔离',
      items: [
        { what: '在主机之外断网', how: '交换机端口、安全组、虚拟化平台；不关机，给自己留一条通路' },
        { what: '业务不允许断网时', how: '在防火墙上双向封禁已知矿池与控制地址' },
      ],
    },
    pull: {
      heading: '取什么（按此顺序）',
      items: [
        { what: '内存与磁盘', how: '虚拟机做带内存的快照，在任何人登录之前' },
        {
          what: '用自带介质扫描',
          how: '以 root、空环境运行；案件写到介质上，不写到主机上',
          command: 'env -i /media/usb/demine scan --thorough --lang zh-CN --out /media/usb/case',
        },
        { what: '主机时钟偏差', how: '与可信时钟对照并记下' },
        { what: '别处的日志', how: '日志服务器、防火墙、NAT、DNS、代理、流量、堡垒机、VPN、云审计' },
        { what: '会被覆盖的内容', how: '抓包与流量记录、保留期短的日志、已停止的容器、备份' },
      ],
    },
    leave: {
      heading: '不要动什么',
      items: [
        { what: '不要关机或重启', how: '内存会丢失，开机启动项会再次运行' },
        { what: '不要先结束挖矿进程', how: '守护程序会换个名字把它拉起来' },
        { what: '不要删文件、crontab -r、清空防火墙规则、重装', how: '入侵痕迹会一并消失' },
        { what: '不要相信本机的 ps、ls、crontab、rm', how: '可能已被替换' },
        { what: '不要用共用账号或域账号登录，不要在其上改密码', how: '都可能被记录' },
        { what: '不要写入其磁盘、安装软件', how: '已删除的文件会被覆盖' },
        { what: '不要访问矿池或下载地址，不要公开上传样本', how: '攻击者会察觉' },
        { what: '入口封堵之前不要恢复联网', how: '几分钟内就会再次沦陷' },
      ],
    },
    next: {
      heading: '接下来',
      items: [
        {
          what: '把回答写入案件',
          how: '用于限定排查范围并写入报告',
          command: 'demine case set 案件 --appeared T --discovered T --handled T --network net.csv',
        },
        {
          what: '加入别处的日志',
          how: '同一目录中的多台主机会自动区分',
          command: 'demine case add 案件 目录',
        },
        { what: '阅读报告', how: '挖矿进程、持久化项、入口；再按报告的顺序清除' },
      ],
    },
  },
  foot: 'net.csv 每行为 subnet,zone,reach，例如 192.0.2.0/24,dmz,office。未注明时区的时间按 UTC 处理，北京时间请加 +08:00。',
};
