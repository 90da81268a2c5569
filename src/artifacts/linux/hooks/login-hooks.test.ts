import { describe, expect, test } from 'bun:test';
import { gatherFrom } from '../../../../test/persistence/gather.ts';
import type { PersistenceFact } from '../../../model/facts/persistence.ts';
import { dbusServices } from './dbus-services.ts';
import { pam } from './pam.ts';
import { polkit } from './polkit.ts';

const security = '/usr/lib/x86_64-linux-gnu/security';
const debian =
  'auth [success=1 default=ignore] pam_unix.so nullok\nauth requisite pam_deny.so\nauth required pam_permit.so\n';
const marked = (entries: readonly PersistenceFact[]): readonly string[] =>
  entries
    .filter(({ marks }) => marks.length > 0)
    .map(({ source, marks }) => `${source.source}:${source.line} ${marks}`);

describe('linux.pam', () => {
  test('tells each line with the file of its module, and what pam_exec runs', async () => {
    const { entries } = await gatherFrom(pam, {
      '/etc/pam.d/sshd':
        '@include common-auth\nsession optional pam_exec.so quiet seteuid log=/x /bin/sh -c [a b]\n-session optional pam_gone.so\n',
      '/etc/pam.d/common-auth': debian,
      [`${security}/pam_unix.so`]: 'x',
      [`${security}/pam_other.so`]: 'x',
    });
    expect(
      entries.map(({ mechanism, source, command, language, target, active }) => [
        mechanism,
        source.line,
        String(command),
        language,
        target === undefined ? '' : String(target),
        active,
      ]),
    ).toEqual([
      ['pam-stack', 2, "/bin/sh -c 'a b'", 'argv', '/bin/sh', true],
      ['pam-stack', 3, 'pam_gone.so', 'setting', '', false],
      ['pam-stack', 1, 'pam_unix.so nullok', 'setting', `${security}/pam_unix.so`, true],
      ['pam-stack', 2, 'pam_deny.so', 'setting', '', false],
      ['pam-stack', 3, 'pam_permit.so', 'setting', '', false],
      ['pam-module', undefined, '', 'setting', `${security}/pam_unix.so`, true],
      ['pam-module', undefined, '', 'setting', `${security}/pam_other.so`, false],
    ]);
  });

  test('marks the line that lets anybody in, and no stack of a distribution, greeter or automatic login', async () => {
    const { entries } = await gatherFrom(pam, {
      '/etc/pam.d/sshd': '@include common-auth\n',
      '/etc/pam.d/common-auth': debian,
      '/etc/pam.d/lightdm-greeter': 'auth required pam_permit.so\n',
      '/etc/pam.d/gdm-autologin': 'auth required pam_permit.so\n',
      '/etc/pam.d/lightdm':
        'auth sufficient pam_succeed_if.so user ingroup nopasswdlogin\n@include common-auth\n',
      '/etc/pam.d/su': 'auth sufficient pam_permit.so\n@include common-auth\n',
      '/etc/pam.d/sudo': 'auth sufficient pam_succeed_if.so user = backup\n@include common-auth\n',
    });
    expect(marked(entries)).toEqual(['/etc/pam.d/su:1 opens-access', '/etc/pam.d/sudo:1 opens-access']);
  });

  test('a module by its path is told as one, and so is an include from elsewhere', async () => {
    const { entries } = await gatherFrom(pam, {
      '/etc/pam.d/sshd': 'auth sufficient /var/tmp/x.so\nauth include /var/tmp/y\nauth include ../../tmp/z\n',
      '/var/tmp/x.so': 'x',
      '/var/tmp/y': 'auth required pam_exec.so /tmp/m\n',
    });
    expect(entries.map(({ mechanism, target }) => `${mechanism} ${target}`)).toEqual([
      'pam-module /var/tmp/x.so',
      'pam-stack /var/tmp/y',
      'pam-stack /etc/pam.d/../../tmp/z',
      'pam-stack /tmp/m',
    ]);
  });

  test('pam.conf counts only where there is no folder', async () => {
    const line = 'sshd session optional pam_exec.so /tmp/x\n';
    const alone = await gatherFrom(pam, { '/etc/pam.conf': line });
    expect(alone.entries).toMatchObject([{ command: '/tmp/x', active: true }]);
    const both = await gatherFrom(pam, { '/etc/pam.conf': line, '/etc/pam.d/sshd': debian });
    expect(both.entries.find(({ source }) => source.source === '/etc/pam.conf')?.active).toBe(false);
  });

  test('files that include each other, noise, and a refused file end with what there is', async () => {
    const { entries, log } = await gatherFrom(pam, {
      '/etc/pam.d/a': '@include b\n@include a\nauth required pam_deny.so\n',
      '/etc/pam.d/b': '@include a\n',
      '/etc/pam.d/c': `\0\xff${'[ '.repeat(50_000)}\r\nsession optional pam_exec.so /x`,
      '/etc/pam.d/d': { status: 'denied' },
      '/etc/pam.d/%FF': 'session optional pam_exec.so /y',
    });
    expect(entries.map(({ command }) => String(command))).toEqual(['pam_deny.so', '/x', '/y']);
    expect(log.listed.find(({ source }) => source === '/etc/pam.d/d')?.status).toBe('denied');
  });
});

describe('linux.polkit', () => {
  test('tells spawns, rules and programs of actions', async () => {
    const { entries } = await gatherFrom(polkit, {
      '/etc/polkit-1/rules.d/10-a.rules':
        'polkit.addRule(function(action, subject) {\n  polkit.spawn(["/tmp/x", "y z"]);\n  return polkit.Result.YES;\n});\n',
      '/usr/share/polkit-1/rules.d/10-a.rules':
        'polkit.addRule(function(a, s) { polkit.spawn(["/usr/bin/true"]); });',
      '/etc/polkit-1/localauthority/50-local.d/x.pkla':
        '[x]\nIdentity=unix-user:*\nAction=*\nResultAny=yes\n',
      '/usr/share/polkit-1/actions/x.policy':
        '<action id="org.x"><annotate key="org.freedesktop.policykit.exec.path">/usr/sbin/x</annotate></action>',
    });
    expect(
      entries.map(({ source, command, active, marks }) => `${source.line} ${command} ${active} ${marks}`),
    ).toEqual([
      "2 /tmp/x 'y z' true ",
      '3  true opens-access',
      '1 /usr/bin/true false ',
      '4 * true opens-access',
      '1 /usr/sbin/x true ',
    ]);
  });

  test('of a host with rules for one group marks nothing', async () => {
    const { entries } = await gatherFrom(polkit, {
      '/usr/share/polkit-1/rules.d/50-default.rules':
        'polkit.addAdminRule(function(action, subject) { return ["unix-group:sudo"]; });\n',
    });
    expect(entries).toMatchObject([{ command: 'unix-group:sudo', language: 'none', marks: [] }]);
  });

  test('of noise tells nothing', async () => {
    const { entries } = await gatherFrom(polkit, {
      '/etc/polkit-1/rules.d/x.rules': `\0\xff${'"\\"'.repeat(200_000)}`,
      '/etc/polkit-1/localauthority/a/x.pkla': '\0['.repeat(100_000),
      '/usr/share/polkit-1/actions/x.policy': '<!--<action id="'.repeat(50_000),
    });
    expect(entries).toEqual([]);
  });
});

describe('linux.dbus-services', () => {
  test('tells services of the system, of added folders, of sessions and homes', async () => {
    const { entries } = await gatherFrom(dbusServices, {
      '/etc/passwd': 'ada:x:1000:1000::/home/ada:/bin/bash\n',
      '/usr/share/dbus-1/system-services/a.service':
        '[D-BUS Service]\nName=org.a\nExec=/bin/false\nUser=ada\nSystemdService=a.service\n',
      '/etc/dbus-1/system-local.conf':
        '<busconfig><!-- <servicedir>/no</servicedir> -->\n<servicedir>/opt/bus</servicedir>\n<servicehelper>/tmp/h</servicehelper></busconfig>',
      '/opt/bus/b.service': '[D-BUS Service]\nName=org.b\nExec=/tmp/b c\n',
      '/home/ada/.local/share/dbus-1/services/c.service':
        '[D-BUS Service]\r\nName=org.c\r\nExec=/home/ada/.c',
    });
    expect(
      entries.map(({ user, trigger, command, marks }) => `${user} ${trigger} ${command} ${marks}`),
    ).toEqual([
      'root event /tmp/h ',
      'ada org.a /bin/false ',
      ' org.b /tmp/b c unusual-place',
      'ada org.c /home/ada/.c ',
    ]);
  });

  test('of noise tells nothing, and of endless settings a bounded part', async () => {
    const { entries } = await gatherFrom(dbusServices, {
      '/usr/share/dbus-1/system-services/a.service': '\0\xff[D-BUS Service]\nExec',
      '/etc/dbus-1/system.conf': '<servicehelper>/x</servicehelper>'.repeat(10_000),
    });
    expect(entries).toHaveLength(64);
  });
});
