/**
 * All logs that are read, one row each: id, how it is read, where it lies.
 *
 * Sources: rsyslog and syslog-ng as Debian, Ubuntu, RHEL, SUSE, Alpine and Arch set them up (their default
 * configurations); hier(7).
 */
import { syslog } from '../../../formats/log/syslog.ts';
import { type LogKind, type LogReading, lines, logKind } from './log-kind.ts';

const system = lines(syslog);

export const logKinds: readonly LogKind[] = [
  logKind('auth', system, '/var/log/auth.log', '/var/log/secure', '/var/log/authlog'),
  logKind('syslog', system, '/var/log/syslog', '/var/log/messages', '/var/log/everything.log'),
  logKind('cron', system, '/var/log/cron', '/var/log/cron.log', '/var/log/crond.log'),
  logKind('kernel', system, '/var/log/kern.log', '/var/log/kernel.log', '/var/log/iptables.log'),
  logKind('daemon', system, '/var/log/daemon.log'),
  logKind('user', system, '/var/log/user.log'),
  logKind('mail', system, '/var/log/mail.log', '/var/log/maillog', '/var/log/mail', '/var/log/mail.err'),
  logKind('sudo', system, '/var/log/sudo.log'),
  logKind('boot', system, '/var/log/boot.log'),
  logKind('debug', system, '/var/log/debug'),
];

/** Each way of reading once, in the order in which an unknown file is tried. */
export const logReadings: readonly LogReading[] = [...new Set(logKinds.map(({ reading }) => reading))];
