/**
 * What PAM's modules say through the programs that load them: `pam_unix(sshd:session): session opened for user root(uid=0)
 * by (uid=0)`, `pam_unix(sshd:auth): authentication failure; … rhost=192.0.2.1  user=root`, `password changed for root`.
 *
 * The service is the one that PAM was started for, in the parentheses, and not the program. An account's name stands
 * last in a failure and may be anything; fields before it are written by the module.
 * A program's own text may begin so too: what a service is said to be must be what loads it.
 * What it is NOT: a login of its own where sshd says the same in its own words: failures of `sshd` are left to `sshd.ts`.
 * Source: Linux-PAM modules/pam_unix/pam_unix_sess.c, support.c (_cleanup_failures), pam_unix_passwd.c.
 */
import type { EventDetail } from '../../../model/facts/event.ts';
import { type Message, said, withPid } from './message.ts';

const module = /^pam_(\w{1,32})\(([^()]{1,64}?)(?::(\w{1,16}))?\): /;
const session =
  /^session (opened|closed) for user (.*?)(?:\(uid=(\d{1,10})\))?(?: by (.*?)(?:\(uid=\d{1,10}\))?)?$/s;
const failure =
  /^authentication failure; logname=(.{0,256}?) uid=(-?\d{1,10}) euid=(-?\d{1,10}) tty=(.{0,128}?) ruser=(.{0,256}?) rhost=(\S{0,255})(?:\s+user=(.*))?$/s;
const changed = /^password changed for (.+)$/s;

/** The first word of a name: `sshd` of sshd-session, `gdm` of gdm-password, `cron` of CRON. */
function stem(name: string, from = 0): string {
  let end = from;
  for (; end < name.length; end += 1) {
    const code = name.charCodeAt(end);
    const isLetter = (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a);
    if (!isLetter && !(code >= 0x30 && code <= 0x39)) break;
  }
  return name.slice(from, end).toLowerCase();
}

/** Programs whose PAM service is called otherwise; `*` for those that ask PAM for others. */
const serves: Readonly<Record<string, readonly string[]>> = {
  auth: ['dovecot'],
  smbd: ['samba'],
  login: ['remote'],
  pkexec: ['polkit'],
  crond: ['cron'],
  cron: ['crond'],
  kcheckpass: ['kde'],
  freeradius: ['radiusd'],
  perl: ['webmin', 'usermin'],
  saslauthd: ['*'],
  unix: ['*'],
};

/** Whether a program loads PAM as that service: a web application that logs what a client sent does not. */
function loads(program: string, service: string): boolean {
  const loader = stem(program, program.lastIndexOf('/') + 1);
  const loaded = stem(service);
  if (loader === loaded && loader !== '') return true;
  const others = Object.hasOwn(serves, loader) ? (serves[loader] ?? []) : [];
  return others.includes(loaded) || others.includes('*');
}

/** Undefined where it is no message of a module, or one that tells nothing of its own. */
export function pam(message: Message): EventDetail | undefined {
  const { text } = message;
  if (!text.startsWith('pam_')) return undefined;
  const found = module.exec(text);
  if (found === null) return undefined;
  const [head, name = '', service = ''] = found;
  if (!loads(message.program, service)) return undefined;
  const rest = text.slice(head.length);
  if (rest.startsWith('session ')) {
    // pam_systemd and others tell the same session again.
    const opened = name === 'unix' || name === 'winbind' || name === 'sss' ? session.exec(rest) : null;
    if (opened === null) return undefined;
    return {
      what: 'session',
      phase: opened[1] === 'opened' ? 'opened' : 'closed',
      service,
      account: said(opened[2]),
      from: said(''),
      ...withPid(message),
    };
  }
  if (rest.startsWith('authentication failure')) {
    const failed = service === 'sshd' ? null : failure.exec(rest);
    if (failed === null) return undefined;
    const [, logname, , , terminal, , remote, account] = failed;
    if (service === 'su' || service === 'su-l' || service === 'sudo' || service === 'runuser') {
      return {
        what: 'privilege',
        program: service === 'sudo' ? 'sudo' : 'su',
        outcome: 'failed',
        account: said(logname),
        as: said(service === 'sudo' ? 'root' : account),
        command: said(''),
        terminal: said(terminal),
      };
    }
    return {
      what: 'login',
      outcome: 'failed',
      service,
      account: said(account ?? logname),
      known: account !== undefined,
      from: said(remote),
      method: said('password'),
      ...withPid(message),
    };
  }
  const password = changed.exec(rest);
  if (password === null) return undefined;
  return { what: 'account', action: 'password-changed', account: said(password[1]) };
}
