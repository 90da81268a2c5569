import { describe, expect, test } from 'bun:test';
import { gatherFrom } from '../../../../test/persistence/gather.ts';
import { desktop } from './desktop.ts';
import { environmentFiles } from './environment-files.ts';
import { loginDefaults } from './login-defaults.ts';
import { motd } from './motd.ts';
import { shellStartup } from './shell-startup.ts';

const passwd = { '/etc/passwd': 'root:x:0:0::/root:/bin/bash\nada:x:1000:1000::/home/ada:/bin/zsh\n' };

describe('linux.shell-startup', () => {
  test('tells startup files of all, of each and of accounts to come', async () => {
    const { entries } = await gatherFrom(shellStartup, {
      ...passwd,
      '/etc/profile': 'umask 022\n',
      '/etc/profile.d/lang.sh': 'export LANG\n',
      '/etc/bash.bashrc': '# x\n',
      '/etc/zsh/zshenv': '',
      '/root/.bashrc': 'alias ll="ls -l"\n/tmp/x &\n',
      '/home/ada/.zshrc': 'source ~/.oh-my-zsh/oh-my-zsh.sh\n',
      '/home/ada/.config/fish/conf.d/a.fish': 'set x\n',
      '/home/gone/.bash_logout': '/tmp/y\n',
      '/etc/skel/.bashrc': '# skel\n',
    });
    expect(entries.map(({ mechanism, source, user }) => `${mechanism} ${source.source} ${user}`)).toEqual([
      'shell-profile /etc/profile ',
      'shell-profile /etc/profile.d/lang.sh ',
      'shell-rc /etc/bash.bashrc ',
      'zsh-startup /etc/zsh/zshenv ',
      'shell-rc /root/.bashrc root',
      'zsh-startup /home/ada/.zshrc ada',
      'fish-startup /home/ada/.config/fish/conf.d/a.fish ada',
      'shell-logout /home/gone/.bash_logout gone',
      'skeleton /etc/skel/.bashrc ',
    ]);
    expect(entries.find(({ user }) => user === 'root')?.body.map(({ line }) => line)).toEqual([1, 2]);
  });

  test('a profile that is a pipe, or refused, is on the record', async () => {
    const { entries, log } = await gatherFrom(shellStartup, {
      ...passwd,
      '/etc/profile': { status: 'error', reason: 'not a file: fifo' },
      '/root/.bashrc': { status: 'denied', reason: 'EACCES' },
    });
    expect(entries).toEqual([]);
    expect(log.listed.map(({ source, status }) => `${source} ${status}`)).toEqual(
      expect.arrayContaining(['/etc/profile error', '/root/.bashrc denied']),
    );
  });

  test('a name that is no text hides nothing', async () => {
    const { entries } = await gatherFrom(shellStartup, { '/etc/profile.d/%FF%E2%80%AE.sh': '/tmp/x\n' });
    expect(entries.map(({ source }) => String(source.source))).toEqual(['/etc/profile.d/%FF%E2%80%AE.sh']);
  });
});

describe('linux.environment-files', () => {
  test('tells what is loaded, and a PATH that begins elsewhere', async () => {
    const { entries } = await gatherFrom(environmentFiles, {
      ...passwd,
      '/etc/environment': 'PATH="/usr/local/sbin:/usr/bin"\nLANG=C\nLD_PRELOAD=/usr/lib/libx.so\n',
      '/etc/security/pam_env.conf':
        '#PATH DEFAULT=/x\nREMOTEHOST DEFAULT= OVERRIDE=@{PAM_RHOST}\nLD_AUDIT DEFAULT="/tmp/a.so"\n',
      '/home/ada/.pam_environment': 'PATH DEFAULT=/home/ada/.local/.x:/usr/bin\n',
    });
    expect(
      entries.map(({ mechanism, source, command }) => [mechanism, source.line, String(command)]),
    ).toEqual([
      ['environment-file', 3, 'LD_PRELOAD=/usr/lib/libx.so'],
      ['pam-environment', 3, 'LD_AUDIT=/tmp/a.so'],
      ['pam-environment', 1, 'PATH=/home/ada/.local/.x:/usr/bin'],
    ]);
  });

  test('of an honest host tells nothing', async () => {
    const { entries } = await gatherFrom(environmentFiles, {
      '/etc/environment':
        'PATH="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/usr/games:/snap/bin"\n',
      '/etc/default/locale': 'LANG=zh_CN.UTF-8\n',
    });
    expect(entries).toEqual([]);
  });

  test('of noise and lines without end tells nothing', async () => {
    const { entries } = await gatherFrom(environmentFiles, {
      '/etc/environment': `${'A='.repeat(1 << 20)}\n\0\xff=`,
    });
    expect(entries).toEqual([]);
  });
});

test('linux.motd tells scripts, and which of them run', async () => {
  const { entries } = await gatherFrom(motd, { '/etc/update-motd.d/10-uname': '#!/bin/sh\nuname -a\n' });
  expect(entries).toMatchObject([{ mechanism: 'motd-script', user: 'root', active: false }]);
  expect(entries[0]?.body).toHaveLength(2);
});

describe('linux.desktop', () => {
  test('tells autostart entries, scripts, and what display managers run', async () => {
    const { entries } = await gatherFrom(desktop, {
      ...passwd,
      '/etc/xdg/autostart/a.desktop': '[Desktop Entry]\nExec=/usr/bin/a\nHidden=true\n',
      '/home/ada/.config/autostart/b.desktop': '[Desktop Entry]\nExec=/home/ada/.b %u\n',
      '/home/ada/.xprofile': '/tmp/c &\n',
      '/etc/X11/Xsession.d/90x': '/tmp/d\n',
      '/etc/lightdm/lightdm.conf': '[Seat:*]\nsession-setup-script=/usr/lib/.e\n#greeter-setup-script=/x\n',
    });
    expect(
      entries.map(({ mechanism, user, command, active }) => [
        mechanism,
        String(user),
        String(command),
        active,
      ]),
    ).toEqual([
      ['desktop-autostart', '', '/usr/bin/a', false],
      ['x-session', '', '', true],
      ['x-session', 'root', '/usr/lib/.e', true],
      ['desktop-autostart', 'ada', '/home/ada/.b', true],
      ['x-session', 'ada', '', true],
    ]);
  });

  test('an entry that is a program is told as one', async () => {
    const { entries } = await gatherFrom(desktop, {
      ...passwd,
      '/home/ada/.kde/Autostart/x': Uint8Array.from([0x7f, 0x45, 0x4c, 0x46]),
    });
    expect(entries).toMatchObject([{ language: 'argv', target: '/home/ada/.kde/Autostart/x' }]);
  });
});

describe('linux.login-defaults', () => {
  test('tells a shell that is none, a command at removal, a path, and hooks', async () => {
    const { entries } = await gatherFrom(loginDefaults, {
      '/etc/login.defs':
        'ENV_PATH\tPATH=/usr/local/bin:/usr/bin\nUSERDEL_CMD /usr/sbin/.d\nENV_SUPATH PATH=/var/lib/x:/sbin\nFAKE_SHELL /usr/lib/f\n',
      '/etc/default/useradd': 'SHELL=/usr/sbin/sh\nSKEL=/etc/skel\n',
      '/usr/local/sbin/adduser.local': '#!/bin/sh\n',
    });
    expect(entries.map(({ source, command }) => `${source.source}:${source.line} ${command}`)).toEqual([
      '/etc/login.defs:2 /usr/sbin/.d',
      '/etc/login.defs:3 ENV_SUPATH=PATH=/var/lib/x:/sbin',
      '/etc/login.defs:4 FAKE_SHELL=/usr/lib/f',
      '/etc/default/useradd:1 SHELL=/usr/sbin/sh',
      '/usr/local/sbin/adduser.local:undefined ',
    ]);
  });

  test('of the settings of distributions tells nothing', async () => {
    const { entries } = await gatherFrom(loginDefaults, {
      '/etc/login.defs':
        'ENV_SUPATH PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\nUMASK 022\n#USERDEL_CMD /usr/sbin/userdel_local\n',
      '/etc/default/useradd': 'SHELL=/bin/bash\nSKEL=/etc/skel\nHOME=/home\n',
      '/etc/adduser.conf': 'DSHELL=/bin/bash\n',
    });
    expect(entries).toEqual([]);
  });
});
