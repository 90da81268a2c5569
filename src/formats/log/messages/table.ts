/**
 * Who writes what: readers of messages by the program's name, each with what its shapes were compared with. What no one
 * is named for may still speak through PAM.
 */
import type { ShapeSource } from '../../../model/shape-source.ts';
import { kubeletMessage } from '../services/klog.ts';
import { accounts } from './accounts.ts';
import { ansible } from './ansible.ts';
import { dockerd } from './container-daemons.ts';
import { anacron, atd, cron } from './cron.ts';
import { mysqld, postgres, redisServer } from './databases.ts';
import { dropbear } from './dropbear.ts';
import { journald } from './journald.ts';
import { jumpserver } from './jumpserver.ts';
import { kernel } from './kernel.ts';
import { logind, rsyslogd, systemd } from './logind.ts';
import type { MessageReader } from './message.ts';
import { pam } from './pam.ts';
import { doas, pkexec, su, sudo } from './privilege.ts';
import { sshd } from './sshd.ts';
import { asa, charon, openvpn, pulse } from './vpn.ts';

/** Messages of programs, and how they are read. */
export type MessageShape = ShapeSource & {
  /** `sshd`, `cron`. */
  readonly id: string;
  readonly programs: readonly string[];
  readonly read: MessageReader;
};

const eitherOf =
  (first: MessageReader, second: MessageReader): MessageReader =>
  (message) =>
    first(message) ?? second(message);

/** ASA names the message where others name the program, with or without a blank before the colon. */
const byCode: MessageReader = (message) =>
  asa({
    ...message,
    text: message.program === '' ? message.text.replace(/^: /, '') : `${message.program}: ${message.text}`,
  });
const isCode = (program: string): boolean => /^%(?:ASA|FTD|PIX)-/.test(program);

const throughPam: MessageShape = {
  id: 'pam',
  programs: [],
  read: pam,
  verified: true,
  source:
    'Linux-PAM modules/pam_unix/pam_unix_sess.c, support.c (_cleanup_failures), pam_unix_passwd.c; plaso syslog',
};

const byMessageCode: MessageShape = {
  id: 'asa',
  programs: [],
  read: eitherOf(byCode, pam),
  verified: true,
  source:
    'elastic/integrations cisco_asa test-anyconnect-messages.log, test-additional-messages.log at 094cb69 (113004, 113005, 113012, 113015, 113039, 716001, 722051); Cisco ASA Series Syslog Messages',
};

const shadow = [
  ...['useradd', 'usermod', 'userdel', 'groupadd', 'groupmod', 'groupdel', 'gpasswd', 'passwd', 'chage'],
  ...['chpasswd', 'chsh', 'adduser', 'deluser', 'addgroup', 'newusers'],
];
const crons = [
  ...['CRON', 'CROND', 'cron', 'crond', 'crontab', '/usr/sbin/cron', '/usr/sbin/crond', 'fcron', 'dcron'],
];

/** All messages that are read, by program. */
export const messageShapes: readonly MessageShape[] = [
  {
    id: 'sshd',
    programs: ['sshd', 'sshd-session', 'sshd-auth'],
    read: eitherOf(sshd, pam),
    verified: true,
    source:
      'openssh-portable auth.c (auth_log), auth2.c, packet.c (sshpkt_fmt_connection_id), auth2-pubkey.c; loghub OpenSSH_2k.log',
  },
  {
    id: 'dropbear',
    programs: ['dropbear'],
    read: dropbear,
    verified: true,
    source:
      'dropbear src/svr-authpasswd.c, svr-authpam.c, svr-authpubkey.c, svr-auth.c; public logs of OpenWrt with them',
  },
  {
    id: 'shadow',
    programs: shadow,
    read: accounts,
    verified: true,
    source:
      'shadow src/useradd.c, usermod.c, userdel.c, groupadd.c, groupmod.c, gpasswd.c, passwd.c (SYSLOG)',
  },
  {
    id: 'cron',
    programs: crons,
    read: cron,
    verified: true,
    source: 'cronie src/misc.c (log_it), do_command.c, database.c; Debian cron do_command.c; busybox crond.c',
  },
  {
    id: 'anacron',
    programs: ['anacron'],
    read: anacron,
    verified: true,
    source: 'cronie anacron/runjob.c (launch_job)',
  },
  { id: 'atd', programs: ['atd'], read: atd, verified: true, source: 'at atd.c (run_file)' },
  {
    id: 'sudo',
    programs: ['sudo'],
    read: sudo,
    verified: true,
    source: 'sudo lib/eventlog/eventlog.c (new_logline)',
  },
  {
    id: 'su',
    programs: ['su', 'runuser'],
    read: su,
    verified: true,
    source: 'util-linux login-utils/su-common.c (log_syslog); shadow src/su.c',
  },
  { id: 'doas', programs: ['doas'], read: doas, verified: true, source: 'OpenDoas doas.c (main)' },
  {
    id: 'pkexec',
    programs: ['pkexec'],
    read: pkexec,
    verified: true,
    source: 'polkit src/programs/pkexec.c (log_message)',
  },
  {
    id: 'kernel',
    programs: ['kernel'],
    read: kernel,
    verified: true,
    source:
      'linux kernel/module/main.c, arch/x86/mm/fault.c (show_signal_msg), mm/oom_kill.c, arch/x86/kernel/msr.c, net/core/dev.c',
  },
  {
    id: 'logind',
    programs: ['systemd-logind'],
    read: logind,
    verified: true,
    source: 'systemd src/login/logind-session.c (session_start)',
  },
  {
    id: 'systemd',
    programs: ['systemd'],
    read: systemd,
    verified: true,
    source: 'systemd src/core/manager.c (manager_notify_finished, manager_dispatch_time_change_fd)',
  },
  {
    id: 'journald',
    programs: ['systemd-journald'],
    read: journald,
    verified: true,
    source: 'systemd src/journal/journald-server.c, src/libsystemd/sd-journal/journal-vacuum.c',
  },
  {
    id: 'rsyslogd',
    programs: ['rsyslogd'],
    read: rsyslogd,
    verified: true,
    source: 'rsyslog tools/rsyslogd.c (mainloop, doHUP); plaso syslog_rsyslog',
  },
  {
    id: 'container-daemon',
    programs: ['dockerd', 'docker', 'containerd'],
    read: dockerd,
    verified: true,
    source:
      'moby api/server/middleware/debug.go; containerd pkg/cri/instrument/instrumented_service.go; sirupsen/logrus text_formatter.go',
  },
  {
    id: 'kubelet',
    programs: ['kubelet'],
    read: kubeletMessage,
    verified: true,
    source:
      'kubernetes apiserver/pkg/server/httplog/httplog.go (Log) at 04791b4, pkg/kubelet/server/server.go (InstallAuthRequiredHandlers) at 008b365; klog v2 (formatHeader)',
  },
  {
    id: 'openvpn',
    programs: ['openvpn', 'ovpn-server', 'openvpn-server'],
    read: openvpn,
    verified: true,
    source: 'openvpn src/openvpn/ssl.c, ssl_verify.c, multi.c',
  },
  {
    id: 'charon',
    programs: ['charon', 'charon-systemd', 'ipsec'],
    read: charon,
    verified: true,
    source: 'strongswan src/libcharon/sa/ike_sa.c, sa/ikev2/tasks/ike_auth.c',
  },
  {
    id: 'pulse',
    programs: ['PulseSecure', 'Juniper'],
    read: pulse,
    verified: false,
    origin: 'patterns of others who read these logs; no page of Pulse or Ivanti shows a line',
  },
  {
    id: 'jumpserver',
    programs: ['jumpserver'],
    read: jumpserver,
    verified: true,
    source:
      'jumpserver apps/audits/signal_handlers/other.py (on_audits_log_create), apps/audits/serializers.py',
  },
  {
    id: 'postgres',
    programs: ['postgres'],
    read: postgres,
    verified: true,
    source: 'postgresql src/backend/utils/error/elog.c (write_syslog)',
  },
  {
    id: 'redis',
    programs: ['redis', 'redis-server', 'valkey-server'],
    read: redisServer,
    verified: true,
    source: 'redis src/server.c (serverLogRaw)',
  },
  {
    id: 'mysql',
    programs: ['mysqld', 'mariadbd'],
    read: mysqld,
    verified: true,
    source: 'mysql sql/auth/sql_authentication.cc (login_failed_error); mariadb sql/log.cc',
  },
  {
    id: 'ansible',
    programs: ['python', 'python2', 'python3', 'platform-python'],
    read: ansible,
    verified: true,
    source: 'ansible lib/ansible/module_utils/basic.py (_log_invocation, log)',
  },
  byMessageCode,
  throughPam,
];

const byProgram: ReadonlyMap<string, MessageShape> = new Map(
  messageShapes.flatMap((shape) => shape.programs.map((program) => [program, shape] as const)),
);
const ansibleShape = byProgram.get('python3') ?? throughPam;

export function messagesOf(program: string): MessageShape {
  const known = byProgram.get(program);
  if (known !== undefined) return known;
  if (program === '' || isCode(program)) return byMessageCode;
  return program.startsWith('ansible-') ? ansibleShape : throughPam;
}
