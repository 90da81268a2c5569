/** Who writes what: readers of messages by the program's name. What no one is named for may still speak through PAM. */
import { accounts } from './accounts.ts';
import { anacron, atd, cron } from './cron.ts';
import { kernel } from './kernel.ts';
import { logind, rsyslogd, systemd } from './logind.ts';
import type { MessageReader } from './message.ts';
import { pam } from './pam.ts';
import { doas, pkexec, su, sudo } from './privilege.ts';
import { sshd } from './sshd.ts';

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
  ['rsyslogd', rsyslogd],
]);

export const readerOf = (program: string): MessageReader => table.get(program) ?? pam;
