/** Cases of accounts, groups and sudo; nothing in them is ever run, all names are examples. */
import { inertProgram, type MechanismCase, type PlantedFile } from '../../../../test/persistence/case.ts';

const root = 'root:x:0:0:root:/root:/bin/bash\n';
const daemons = `daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin
sync:x:4:65534:sync:/bin:/bin/sync
games:x:5:60:games:/usr/games:/usr/sbin/nologin
news:x:9:9:news:/var/spool/news:/usr/sbin/nologin
www-data:x:33:33:www-data:/var/www:/usr/sbin/nologin
nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin
`;
const people = 'ada:x:1000:1000:Ada:/home/ada:/bin/bash\n';
const base = `${root}${daemons}${people}`;
const groups = 'root:x:0:\nadm:x:4:\nsudo:x:27:ada\nwww-data:x:33:\ndocker:x:998:\nada:x:1000:\n';
const secret = (content: string): PlantedFile => ({ content, mode: 0o640, gid: 42 });

const uidZero: readonly MechanismCase[] = [
  {
    mechanism: 'account-uid-0',
    dress: 'fetch-and-run',
    what: 'a second account with uid 0 (nothing can be fetched here)',
    planted: { '/etc/passwd': `${base}syss:x:0:0::/root:/bin/bash\n` },
  },
  {
    mechanism: 'account-uid-0',
    dress: 'unowned-binary',
    what: 'a foreign shell of root',
    planted: {
      '/etc/passwd': `root:x:0:0:root:/root:/usr/sbin/rootsh\n${daemons}${people}`,
      '/usr/sbin/rootsh': inertProgram(),
    },
  },
  {
    mechanism: 'account-uid-0',
    dress: 'owned-edit',
    what: 'a line before root in the file of a package',
    packaged: { '/etc/passwd': base },
    conffiles: ['/etc/passwd'],
    planted: { '/etc/passwd': `systemd-bus:x:0:0:systemd:/:/bin/sh\n${base}` },
  },
  {
    mechanism: 'account-uid-0',
    dress: 'honest',
    what: 'root with another shell of the system, and a netgroup of a directory',
    packaged: { '/usr/bin/zsh': inertProgram(7000) },
    planted: {
      '/etc/passwd': `root:x:0:0:root:/root:/usr/bin/zsh\n${daemons}${people}+@admins::::::\n`,
      '/etc/nsswitch.conf': 'passwd: compat\npasswd_compat: nis\n',
    },
  },
];

const systemShell: readonly MechanismCase[] = [
  {
    mechanism: 'account-system-shell',
    dress: 'fetch-and-run',
    what: 'a shell with a blank after nologin (nothing can be fetched here)',
    planted: {
      '/etc/passwd': base.replace('/var/spool/news:/usr/sbin/nologin', '/var/spool/news:/usr/sbin/nologin '),
      '/usr/sbin/nologin ': inertProgram(),
    },
  },
  {
    mechanism: 'account-system-shell',
    dress: 'unowned-binary',
    what: 'a foreign program among those of the system as the shell of games',
    planted: {
      '/etc/passwd': base.replace('/usr/games:/usr/sbin/nologin', '/usr/games:/usr/sbin/nologind'),
      '/usr/sbin/nologind': inertProgram(),
    },
  },
  {
    mechanism: 'account-system-shell',
    dress: 'owned-edit',
    what: 'nobody with a shell, in the file of a package, and with a password',
    packaged: { '/etc/passwd': base },
    conffiles: ['/etc/passwd'],
    planted: {
      '/etc/passwd': base.replace('/nonexistent:/usr/sbin/nologin', '/nonexistent:/bin/bash'),
      '/etc/shadow': secret('root:*:19000::::::\nnobody:$6$example$example:19700:0:99999:7:::\n'),
    },
  },
  {
    mechanism: 'account-system-shell',
    dress: 'honest',
    what: 'services that people and pipelines work as',
    planted: {
      '/etc/passwd': `${base}postgres:x:101:103:PostgreSQL administrator,,,:/var/lib/postgresql:/bin/bash
git:x:997:997::/var/opt/gitlab:/bin/sh
gitlab-runner:x:996:996:GitLab Runner:/home/gitlab-runner:/bin/bash
jenkins:x:105:112:Jenkins,,,:/var/lib/jenkins:/bin/bash
oracle:x:995:995::/home/oracle:/bin/bash
`,
      '/etc/shadow': secret('root:*:19000::::::\npostgres:$y$j9T$example$example:19700:0:99999:7:::\n'),
    },
  },
  {
    mechanism: 'account-system-shell',
    dress: 'honest',
    what: 'an old distribution that gives every account a shell',
    planted: { '/etc/passwd': base.replaceAll('/usr/sbin/nologin', '/bin/sh') },
  },
  {
    mechanism: 'account-system-shell',
    dress: 'honest',
    what: 'people with shells of their own, all of them listed',
    packaged: { '/usr/bin/fish': inertProgram(8000) },
    planted: {
      '/etc/passwd': `${base}lisa:x:1001:1001::/home/lisa:/usr/bin/fish\njames:x:1002:1002::/home/james:/opt/nushell/nu\nsftp1:x:1003:1003::/srv/sftp:/usr/sbin/nologin\n`,
      '/etc/shells': '/bin/sh\n/bin/bash\n/usr/bin/fish\n/opt/nushell/nu\n',
      '/opt/nushell/nu': inertProgram(9000),
    },
  },
];

const emptyPassword: readonly MechanismCase[] = [
  {
    mechanism: 'account-empty-password',
    dress: 'fetch-and-run',
    what: 'root without a password (nothing can be fetched here)',
    planted: { '/etc/shadow': secret('root::19700:0:99999:7:::\nada:*:19000:0:99999:7:::\n') },
  },
  {
    mechanism: 'account-empty-password',
    dress: 'unowned-binary',
    what: 'an account of passwd alone without a password and with a foreign shell',
    planted: {
      '/etc/passwd': `${base}support::1001:1001::/home/support:/usr/sbin/supportsh\n`,
      '/usr/sbin/supportsh': inertProgram(),
    },
  },
  {
    mechanism: 'account-empty-password',
    dress: 'owned-edit',
    what: 'the password of a person was taken out in the file of a package',
    packaged: { '/etc/shadow': 'root:*:19000:0:99999:7:::\nada:!:19000:0:99999:7:::\n' },
    conffiles: ['/etc/shadow'],
    planted: { '/etc/shadow': secret('root:*:19000:0:99999:7:::\nada::19000:0:99999:7:::\n') },
  },
  {
    mechanism: 'account-empty-password',
    dress: 'honest',
    what: 'locked accounts and keys only, in all the ways in which that is written',
    planted: {
      '/etc/passwd': base,
      '/etc/shadow': secret(
        'root:!:19000:0:99999:7:::\ndaemon:*:19000::::::\nwww-data:!!:19000::::::\nnobody:*LK*:19000::::::\nada:!$6$example$example:19000:0:99999:7:::\n',
      ),
    },
  },
];

const group: readonly MechanismCase[] = [
  {
    mechanism: 'account-group',
    dress: 'fetch-and-run',
    what: 'the account of the web server in docker (nothing can be fetched here)',
    planted: { '/etc/passwd': base, '/etc/group': groups.replace('docker:x:998:', 'docker:x:998:www-data') },
  },
  {
    mechanism: 'account-group',
    dress: 'unowned-binary',
    what: 'a daemon in a group that shares the number of sudo (a group runs no program)',
    planted: { '/etc/passwd': base, '/etc/group': `${groups}netdev-x:x:27:daemon\n` },
  },
  {
    mechanism: 'account-group',
    dress: 'owned-edit',
    what: 'nobody in sudo, in the file of a package',
    packaged: { '/etc/group': groups },
    conffiles: ['/etc/group'],
    planted: { '/etc/passwd': base, '/etc/group': groups.replace('sudo:x:27:ada', 'sudo:x:27:ada,nobody') },
  },
  {
    mechanism: 'account-group',
    dress: 'honest',
    what: 'administrators, pipelines and agents, and members that a distribution put there',
    planted: {
      '/etc/passwd': `${base}syslog:x:104:110::/home/syslog:/usr/sbin/nologin\njenkins:x:105:112::/var/lib/jenkins:/bin/bash\ngitlab-runner:x:996:996::/home/gitlab-runner:/bin/bash\ntelegraf:x:994:994::/etc/telegraf:/bin/false\n`,
      '/etc/group':
        'root:x:0:root\nadm:x:4:root,adm,daemon,syslog,ada\nsudo:x:27:ada\nwheel:x:10:root,ada\ndocker:x:998:ada,jenkins,gitlab-runner,telegraf\nlxd:x:110:ada\n',
      '/etc/gshadow': secret('sudo:*::ada\ndocker:!::ada,jenkins\n'),
    },
  },
];

const sudoers = `Defaults	env_reset
Defaults	mail_badpass
Defaults	secure_path="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
root	ALL=(ALL:ALL) ALL
%sudo	ALL=(ALL:ALL) ALL
@includedir /etc/sudoers.d
`;

const sudoRules: readonly MechanismCase[] = [
  {
    mechanism: 'sudo-rule',
    dress: 'fetch-and-run',
    what: 'everybody is root without a password (a rule fetches nothing)',
    planted: { '/etc/sudoers': sudoers, '/etc/sudoers.d/10-system': 'ALL ALL=(ALL:ALL) NOPASSWD: ALL\n' },
  },
  {
    mechanism: 'sudo-rule',
    dress: 'unowned-binary',
    what: 'a foreign program among those of the system, for the web server',
    planted: {
      '/etc/sudoers': sudoers,
      '/etc/sudoers.d/web': 'www-data ALL=(root) NOPASSWD: /usr/sbin/netcheck\n',
      '/usr/sbin/netcheck': inertProgram(),
    },
  },
  {
    mechanism: 'sudo-rule',
    dress: 'owned-edit',
    what: 'nobody is root, far to the right in the file of a package',
    packaged: { '/etc/sudoers': sudoers },
    conffiles: ['/etc/sudoers'],
    planted: {
      '/etc/sudoers': sudoers.replace(
        '%sudo	ALL=(ALL:ALL) ALL\n',
        `%sudo	ALL=(ALL:ALL) ALL\nnobody ALL=${' '.repeat(150)}(ALL) NOPASSWD: ALL\n`,
      ),
    },
  },
  {
    mechanism: 'sudo-rule',
    dress: 'honest',
    what: 'images of clouds and of vagrant, and whoever configures them',
    packaged: { '/etc/sudoers': sudoers },
    conffiles: ['/etc/sudoers'],
    planted: {
      '/etc/passwd': `${base}ubuntu:x:1001:1001::/home/ubuntu:/bin/bash\nvagrant:x:1002:1002::/home/vagrant:/bin/bash\nansible:x:1003:1003::/home/ansible:/bin/bash\n`,
      '/etc/sudoers.d/90-cloud-init-users':
        '# Created by cloud-init v. 24.1 on Mon, 01 Jan 2024 00:00:00 +0000\n\n# User rules for ubuntu\nubuntu ALL=(ALL) NOPASSWD:ALL\n',
      '/etc/sudoers.d/vagrant': '%vagrant ALL=(ALL) NOPASSWD: ALL\nvagrant ALL=(ALL) NOPASSWD: ALL\n',
      '/etc/sudoers.d/ansible': 'Defaults:ansible !requiretty\nansible ALL=(ALL) NOPASSWD: ALL\n',
      '/etc/sudoers.d/README': '# As of Debian version 1.7.2p1-1, the default /etc/sudoers file\n',
    },
  },
  {
    mechanism: 'sudo-rule',
    dress: 'honest',
    what: 'monitoring agents and a deployment that may run particular commands',
    packaged: {
      '/usr/sbin/smartctl': inertProgram(6000),
      '/usr/bin/nmap': inertProgram(6001),
      '/usr/lib/nagios/plugins/check_disk': inertProgram(6002),
    },
    planted: {
      '/etc/passwd': `${base}zabbix:x:110:110::/var/lib/zabbix:/usr/sbin/nologin\nnagios:x:111:111::/var/lib/nagios:/bin/false\ntelegraf:x:112:112::/etc/telegraf:/bin/false\ndeploy:x:1001:1001::/home/deploy:/bin/bash\n`,
      '/etc/sudoers': sudoers,
      '/etc/sudoers.d/monitoring':
        'Cmnd_Alias SMART = /usr/sbin/smartctl, /usr/bin/nmap\nDefaults!SMART !logfile, !syslog, !pam_session\nzabbix ALL=(ALL) NOPASSWD: SMART\ntelegraf ALL=(root) NOPASSWD: SMART\nnagios ALL=(root) NOPASSWD: /usr/lib/nagios/plugins/\n',
      '/etc/sudoers.d/deploy':
        'deploy ALL=(root) NOPASSWD: /usr/bin/systemctl restart app, /usr/bin/systemctl status app\nwww-data ALL=(ada) NOPASSWD: /srv/app/bin/rebuild\n',
    },
  },
  {
    mechanism: 'sudo-rule',
    dress: 'fetch-and-run',
    what: 'doas lets the web server be root without a password (a rule fetches nothing)',
    planted: { '/etc/doas.d/10-web.conf': 'permit nopass www-data as root\n' },
  },
  {
    mechanism: 'sudo-rule',
    dress: 'owned-edit',
    what: 'a rule for nobody in the settings of doas that a package brought',
    packaged: { '/etc/doas.conf': 'permit persist :wheel\n' },
    conffiles: ['/etc/doas.conf'],
    planted: { '/etc/doas.conf': 'permit persist :wheel\npermit nopass nobody\n' },
  },
  {
    mechanism: 'sudo-rule',
    dress: 'honest',
    what: 'doas of a small host',
    planted: {
      '/etc/doas.conf': 'permit persist :wheel\npermit nopass ada as root cmd /usr/bin/systemctl\n',
    },
  },
];

export const accountCases: readonly MechanismCase[] = [
  ...uidZero,
  ...systemShell,
  ...emptyPassword,
  ...group,
  ...sudoRules,
];
