/** Who writes what: readers of messages by the program's name. What no one is named for may still speak through PAM. */
import { kubeletMessage } from '../services/klog.ts';
import { accounts } from './accounts.ts';
import { ansible } from './ansible.ts';
import { dockerd } from './container-daemons.ts';
import { anacron, atd, cron } from './cron.ts';
import { mysqld, postgres, redisServer } from './databases.ts';
import { journald } from './journald.ts';
import { jumpserver } from './jumpserver.ts';
import { kernel } from './kernel.ts';
import { logind, rsyslogd, systemd } from './logind.ts';
import type { MessageReader } from './message.ts';
import { pam } from './pam.ts';
import { doas, pkexec, su, sudo } from './privilege.ts';
import { sshd } from './sshd.ts';
import { asa, charon, openvpn, pulse } from './vpn.ts';

const eitherOf =
  (first: MessageReader, second: MessageReader): MessageReader =>
  (message) =>
    first(message) ?? second(message);

const ssh = eitherOf(sshd, pam);
const shadow = [
  'useradd',
  'usermod',
  'userdel',
  'groupadd',
  'groupmod',
  'groupdel',
  'gpasswd',
  'passwd',
  'chage',
];

const table: ReadonlyMap<string, MessageReader> = new Map<string, MessageReader>([
  ...['sshd', 'sshd-session', 'sshd-auth'].map((name) => [name, ssh] as const),
  ...[...shadow, 'chpasswd', 'chsh', 'adduser', 'deluser', 'addgroup', 'newusers'].map(
    (name) => [name, accounts] as const,
  ),
  ...['CRON', 'CROND', 'cron', 'crond', 'crontab', '/usr/sbin/cron', '/usr/sbin/crond', 'fcron', 'dcron'].map(
    (name) => [name, cron] as const,
  ),
  ['anacron', anacron],
  ['atd', atd],
  ['sudo', sudo],
  ['su', su],
  ['runuser', su],
  ['doas', doas],
  ['pkexec', pkexec],
  ['kernel', kernel],
  ['systemd-logind', logind],
  ['systemd', systemd],
  ['systemd-journald', journald],
  ['rsyslogd', rsyslogd],
  ...['dockerd', 'docker', 'containerd'].map((name) => [name, dockerd] as const),
  ['kubelet', kubeletMessage],
  ...['openvpn', 'ovpn-server', 'openvpn-server'].map((name) => [name, openvpn] as const),
  ...['charon', 'charon-systemd', 'ipsec'].map((name) => [name, charon] as const),
  ['PulseSecure', pulse],
  ['Juniper', pulse],
  ['jumpserver', jumpserver],
  ['postgres', postgres],
  ...['redis', 'redis-server', 'valkey-server'].map((name) => [name, redisServer] as const),
  ...['mysqld', 'mariadbd'].map((name) => [name, mysqld] as const),
  ...['python', 'python2', 'python3', 'platform-python'].map((name) => [name, ansible] as const),
]);

/** ASA names the message where others name the program, with or without a blank before the colon. */
const byCode: MessageReader = (message) =>
  asa({
    ...message,
    text: message.program === '' ? message.text.replace(/^: /, '') : `${message.program}: ${message.text}`,
  });
const isCode = (program: string): boolean => program.startsWith('%ASA-') || program.startsWith('%FTD-');

const code = eitherOf(byCode, pam);

export function readerOf(program: string): MessageReader {
  const known = table.get(program);
  if (known !== undefined) return known;
  if (program === '' || isCode(program)) return code;
  return program.startsWith('ansible-') ? ansible : pam;
}
