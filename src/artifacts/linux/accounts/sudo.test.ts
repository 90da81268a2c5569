import { describe, expect, test } from 'bun:test';
import { gatherFrom } from '../../../../test/persistence/gather.ts';
import type { Recorded } from '../../../../test/recorded-target.ts';
import { doas } from './doas.ts';
import { sudo } from './sudo.ts';

const passwd = `root:x:0:0:root:/root:/bin/bash
www-data:x:33:33::/var/www:/usr/sbin/nologin
zabbix:x:110:110::/var/lib/zabbix:/usr/sbin/nologin
jenkins:x:111:111::/var/lib/jenkins:/bin/bash
ubuntu:x:1000:1000::/home/ubuntu:/bin/bash
`;

async function told(files: Readonly<Record<string, Recorded>>, artifact = sudo): Promise<readonly string[]> {
  const { entries } = await gatherFrom(artifact, { '/etc/passwd': passwd, ...files });
  return entries.map(({ source, user, trigger, command, marks, active }) =>
    [
      `${source.source}:${source.line}`,
      user,
      trigger,
      command,
      marks.join(','),
      active ? '' : 'inactive',
    ].join('|'),
  );
}

describe('linux.sudo', () => {
  test('rules of administrators, images and agents carry no mark against them', async () => {
    expect(
      await told({
        '/etc/sudoers':
          'root ALL=(ALL:ALL) ALL\n%wheel ALL=(ALL) NOPASSWD: ALL\n@includedir /etc/sudoers.d\n',
        '/etc/sudoers.d/90-cloud-init-users': '# Created by cloud-init\nubuntu ALL=(ALL) NOPASSWD:ALL\n',
        '/etc/sudoers.d/zabbix': 'zabbix ALL=(root) NOPASSWD: /usr/bin/nmap, /usr/sbin/smartctl -a *\n',
        '/etc/sudoers.d/README': '# nothing\n',
      }),
    ).toEqual([
      '/etc/sudoers:1|root|sudo as ALL|ALL||',
      '/etc/sudoers:2|%25wheel|sudo as ALL NOPASSWD|ALL||',
      '/etc/sudoers.d/90-cloud-init-users:2|ubuntu|sudo as ALL NOPASSWD|ALL||',
      '/etc/sudoers.d/zabbix:1|zabbix|sudo as root NOPASSWD|/usr/bin/nmap|of-system-account|',
      '/etc/sudoers.d/zabbix:1|zabbix|sudo as root NOPASSWD|/usr/sbin/smartctl -a *|of-system-account|',
    ]);
  });

  test('a daemon, everybody, or a group of everybody with a shell of root is marked', async () => {
    const { entries } = await gatherFrom(sudo, {
      '/etc/passwd': passwd,
      '/etc/sudoers': [
        'www-data ALL=(ALL) NOPASSWD: ALL',
        'ALL ALL=(ALL) NOPASSWD: ALL',
        '%users ALL=NOPASSWD: /bin/bash',
        '#33 ALL=NOPASSWD: /usr/bin/vim',
        'zabbix ALL=(ALL) NOPASSWD: ALL',
        'nobody ALL=(root) NOPASSWD: /usr/bin/*',
        'www-data ALL=(ALL) ALL',
        'www-data ALL=(deploy) NOPASSWD: ALL',
        'www-data ALL=NOPASSWD: /usr/bin/vim /etc/motd, !/bin/sh',
        'jenkins ALL=NOPASSWD: ALL',
      ].join('\n'),
    });
    expect(
      entries.filter(({ marks }) => marks.includes('opens-access')).map(({ source }) => source.line),
    ).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test('aliases are put in, those of another file too', async () => {
    expect(
      await told({
        '/etc/sudoers': 'OPS ALL = NOPASSWD: TOOLS\n#include /etc/sudoers.aliases\n',
        '/etc/sudoers.aliases':
          'User_Alias OPS = ubuntu, www-data\nCmnd_Alias TOOLS = /bin/sh, /usr/bin/id\n',
      }),
    ).toEqual([
      '/etc/sudoers:1|OPS|sudo as root NOPASSWD|/bin/sh|of-system-account,opens-access|',
      '/etc/sudoers:1|OPS|sudo as root NOPASSWD|/usr/bin/id|of-system-account|',
    ]);
  });

  test('Defaults that ask nobody, keep the loader or run programs are told', async () => {
    expect(
      await told({
        '/etc/sudoers':
          'Defaults env_reset, mail_badpass\nDefaults !authenticate\nDefaults:ubuntu !authenticate\nDefaults env_keep += "LD_PRELOAD"\nDefaults secure_path="/dev/shm/.b:/usr/bin"\nDefaults editor=/usr/bin/vim\nDefaults group_plugin="/usr/lib/sudo/g.so /etc/g"\nALL ALL = ALL\n',
      }),
    ).toEqual([
      '/etc/sudoers:2|every user|sudo|!authenticate|weakens-guard|',
      '/etc/sudoers:3|:ubuntu|sudo|!authenticate||',
      '/etc/sudoers:4|every user|sudo|env_keep+=LD_PRELOAD|weakens-guard,loads-everywhere|',
      '/etc/sudoers:5|every user|sudo|secure_path=/dev/shm/.b:/usr/bin|unusual-place,shadows-package|',
      '/etc/sudoers:6|every user|sudo|editor=/usr/bin/vim||',
      '/etc/sudoers:7|every user|sudo|group_plugin=/usr/lib/sudo/g.so /etc/g||',
      '/etc/sudoers:8|ALL|sudo as root|ALL|opens-access|',
    ]);
  });

  test('a file that sudo passes over is switched off, and so is a folder nobody includes', async () => {
    const files = { '/etc/sudoers.d/a.bak': 'ubuntu ALL=ALL\n', '/etc/sudoers.d/b~': 'ubuntu ALL=ALL\n' };
    expect(await told({ '/etc/sudoers': '#includedir /etc/sudoers.d\n', ...files })).toEqual([
      '/etc/sudoers.d/a.bak:1|ubuntu|sudo as root|ALL||inactive',
      '/etc/sudoers.d/b~:1|ubuntu|sudo as root|ALL||inactive',
    ]);
    expect(await told({ '/etc/sudoers.d/a': 'ubuntu ALL=ALL\n' })).toEqual([
      '/etc/sudoers.d/a:1|ubuntu|sudo as root|ALL||inactive',
    ]);
  });

  test('includes in a circle end, and one from a hidden folder is told', async () => {
    const lines = await told({
      '/etc/sudoers': '@include /etc/sudoers\n@include local\n@include /var/tmp/.s\n',
      '/etc/local': '@include sudoers\nubuntu ALL=ALL\n',
      '/var/tmp/.s': 'ubuntu ALL=ALL\n',
    });
    expect(lines).toEqual([
      '/etc/local:2|ubuntu|sudo as root|ALL||',
      '/etc/sudoers:3||sudo|/var/tmp/.s|unusual-place|',
      '/var/tmp/.s:1|ubuntu|sudo as root|ALL||',
    ]);
  });

  test('a plugin of sudo is a library that root loads', async () => {
    const { entries } = await gatherFrom(sudo, {
      '/etc/sudo.conf':
        '# c\nPlugin sudoers_policy sudoers.so\nPlugin x /usr/lib/sudo/x.so\nPath askpass /tmp/a\n',
    });
    expect(entries.map(({ target, marks }) => `${target} ${marks}`)).toEqual([
      'undefined ',
      '/usr/lib/sudo/x.so ',
      '/tmp/a unusual-place',
    ]);
  });

  test('a command of a rule names its program; noise is switched off', async () => {
    const { entries } = await gatherFrom(sudo, {
      '/etc/sudoers': 'ubuntu ALL=NOPASSWD: /usr/sbin/netd --x\r\n\xff\0 garbage\n',
    });
    expect(entries).toMatchObject([
      { target: '/usr/sbin/netd', language: 'argv', active: true },
      { language: 'none', active: false },
    ]);
  });

  test('a bomb of files and commands is bounded', async () => {
    const files = Object.fromEntries(
      Array.from({ length: 1000 }, (_, at) => [`/etc/sudoers.d/${at}`, `a ALL=${'/bin/x,'.repeat(500)}\n`]),
    );
    const lines = await told({ '/etc/sudoers': '@includedir /etc/sudoers.d\n', ...files });
    expect(lines.length).toBeLessThanOrEqual(256 * 64);
  });
});

describe('linux.doas', () => {
  test('tells who may what, and marks a daemon that needs no password', async () => {
    const conf =
      '# c\npermit persist :wheel\npermit nopass www-data\ndeny bob\npermit nopass setenv { PATH=/bin A } ubuntu as root cmd /usr/bin/id args -u\n';
    expect(await told({ '/etc/doas.conf': conf }, doas)).toEqual([
      '/etc/doas.conf:2|%25wheel|doas as root|ALL||',
      '/etc/doas.conf:3|www-data|doas as root nopass|ALL|of-system-account,opens-access|',
      '/etc/doas.conf:5|ubuntu|doas as root nopass|/usr/bin/id -u||',
    ]);
  });

  test('of noise and of no file tells nothing', async () => {
    expect(
      await told({ '/etc/doas.conf': `\0\xffpermit\npermit nopass setenv {${' A'.repeat(9000)}` }, doas),
    ).toEqual([]);
    expect(await told({}, doas)).toEqual([]);
  });
});
