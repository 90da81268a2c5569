import { describe, expect, test } from 'bun:test';
import { gatherFrom } from '../../../../test/persistence/gather.ts';
import { dhcpHooks } from './dhcp-hooks.ts';
import { interfaceHooks } from './interface-hooks.ts';
import { logrotate } from './logrotate.ts';
import { networkDispatchers } from './network-dispatchers.ts';
import { udev } from './udev.ts';

const elf = Uint8Array.from([0x7f, 0x45, 0x4c, 0x46, 2]);

describe('linux.udev', () => {
  test('tells commands with their program, wherever it lies, and units', async () => {
    const { entries } = await gatherFrom(udev, {
      '/etc/udev/rules.d/99-x.rules':
        'SUBSYSTEM=="net", RUN+="/tmp/x -d"\nPROGRAM="id $devnode"\nENV{SYSTEMD_WANTS}="y.service"\n',
      '/usr/lib/udev/id': 'x',
    });
    expect(
      entries.map(
        ({ source, command, language, target }) => `${source.line} ${command} ${language} ${target}`,
      ),
    ).toEqual([
      '1 /tmp/x -d argv /tmp/x',
      '2 /usr/lib/udev/id $devnode argv /usr/lib/udev/id',
      '3 SYSTEMD_WANTS=y.service setting undefined',
    ]);
  });

  test('a file hides those of its name in later folders', async () => {
    const { entries } = await gatherFrom(udev, {
      '/etc/udev/rules.d/60-a.rules': 'RUN+="/tmp/x"\n',
      '/usr/lib/udev/rules.d/60-a.rules': 'RUN+="/usr/bin/true"\n',
    });
    expect(entries).toMatchObject([
      { command: '/tmp/x', active: true, marks: ['shadows-package'] },
      { command: '/usr/bin/true', active: false, marks: [] },
    ]);
  });

  test('a merged folder is told once', async () => {
    const { entries } = await gatherFrom(udev, {
      '/lib': { link: 'usr/lib' },
      '/usr/lib/udev/rules.d/a.rules': 'RUN+="/x"\n',
      '/lib/udev/rules.d/a.rules': 'RUN+="/x"\n',
    });
    expect(entries).toHaveLength(1);
  });

  test('names that are not UTF-8, CRLF and a missing end hide nothing; a refused file is told', async () => {
    const { entries, log } = await gatherFrom(udev, {
      '/etc/udev/rules.d/%FF.rules': 'ACTION=="add", RUN+="/x"\r\nRUN+="/y"',
      '/etc/udev/rules.d/b.rules': { status: 'timeout' },
    });
    expect(entries.map(({ command }) => String(command))).toEqual(['/x', '/y']);
    expect(log.listed.find(({ source }) => source.endsWith('/b.rules'))?.status).toBe('timeout');
  });
});

describe('linux.network-dispatchers', () => {
  test('tells scripts, programs, and commands of a tunnel', async () => {
    const { entries } = await gatherFrom(networkDispatchers, {
      '/etc/NetworkManager/dispatcher.d/pre-up.d/a': '#!/bin/sh\nx\n',
      '/etc/networkd-dispatcher/routable.d/b': elf,
      '/etc/ppp/ip-up.d/c.dpkg-old': '#!/bin/sh\n',
      '/etc/openvpn/client.conf': 'remote vpn.example.org\nup "/etc/openvpn/up.sh a"\n# down /x\n',
    });
    expect(
      entries.map(
        ({ source, language, command, body }) => `${source.source} ${language} ${command} ${body.length}`,
      ),
    ).toEqual([
      '/etc/NetworkManager/dispatcher.d/pre-up.d/a shell  2',
      '/etc/ppp/ip-up.d/c.dpkg-old shell  1',
      '/etc/networkd-dispatcher/routable.d/b argv  0',
      '/etc/openvpn/client.conf argv /etc/openvpn/up.sh a 0',
    ]);
  });

  test('of a host without any tells nothing', async () => {
    expect(
      (await gatherFrom(networkDispatchers, { '/etc/NetworkManager/dispatcher.d/': '' })).entries,
    ).toEqual([]);
  });
});

describe('linux.dhcp-hooks', () => {
  test('tells what is sourced without an execute bit, and what settings name', async () => {
    const { entries } = await gatherFrom(dhcpHooks, {
      '/etc/dhcp/dhclient-exit-hooks.d/x': 'a &\n',
      '/etc/dhcpcd.exit-hook': 'b\n',
      '/etc/dhcp/dhclient.conf': '# script "/no";\nscript "/tmp/s";\n',
      '/etc/dhcp/dhcpd.conf': 'on commit { execute("/tmp/e", "a", b); }\n',
    });
    expect(entries.map(({ source, command, active }) => `${source.source} ${command} ${active}`)).toEqual([
      '/etc/dhcp/dhclient-exit-hooks.d/x  true',
      '/etc/dhcpcd.exit-hook  true',
      '/etc/dhcp/dhclient.conf /tmp/s true',
      '/etc/dhcp/dhcpd.conf /tmp/e a b true',
    ]);
  });

  test('of settings as they are brought, and of noise, tells nothing', async () => {
    const { entries } = await gatherFrom(dhcpHooks, {
      '/etc/dhcp/dhclient.conf':
        'option rfc3442 code 121 = array of unsigned integer 8;\nsend host-name = gethostname();\n',
      '/etc/dhcpcd.conf': `\0\xff${'execute('.repeat(10_000)}`,
    });
    expect(entries).toEqual([]);
  });
});

describe('linux.interface-hooks', () => {
  test('follows what is taken in, and tells the rest as not active', async () => {
    const { entries } = await gatherFrom(interfaceHooks, {
      '/etc/network/interfaces': 'source /etc/network/x*\niface eth0 inet dhcp\n  up a\n',
      '/etc/network/x1': 'iface eth1 inet dhcp\n  post-up b\n',
      '/etc/network/interfaces.d/y': 'iface eth2 inet dhcp\n  down c\n',
      '/etc/wireguard/wg0.conf': '[Interface]\nPostUp = d %i\n',
      '/sbin/ifup-local': '#!/bin/sh\ne\n',
      '/etc/sysconfig/network-scripts/ifcfg-eth0': 'NAME=Network /bin/id\n',
    });
    expect(
      entries.map(({ trigger, command, active, marks }) => `${trigger}: ${command} ${active} ${marks}`),
    ).toEqual([
      'up eth0: a true ',
      'post-up eth1: b true ',
      'down eth2: c false ',
      'PostUp wg0: d wg0 true ',
      'network:  true ',
      'network:  false unusual-place',
    ]);
  });

  test('files that take each other in end', async () => {
    const files = Object.fromEntries(
      Array.from({ length: 1_000 }, (_, at) => [
        `/etc/network/interfaces.d/${at}`,
        `source /etc/network/interfaces.d/*\nsource-directory interfaces.d\niface a inet dhcp\n  up ${at}\n`,
      ]),
    );
    const { entries } = await gatherFrom(interfaceHooks, {
      ...files,
      '/etc/network/interfaces': 'source /etc/network/interfaces.d/*\n',
    });
    expect(entries.length).toBeGreaterThan(0);
    expect(entries.length).toBeLessThanOrEqual(256);
  });
});

describe('linux.logrotate', () => {
  test('tells scripts of all files, one line as a command and more as a body', async () => {
    const { entries } = await gatherFrom(logrotate, {
      '/etc/logrotate.conf': 'include /etc/other\n',
      '/etc/other/a': '/x {\n postrotate\n  b\n endscript\n}\n',
      '/etc/logrotate.d/c': '/y {\n prerotate\n\n  d\n  e\n endscript\n compresscmd /tmp/z\n}\n',
      '/etc/logrotate.d/f.dpkg-old': '/y {\n postrotate\n  g\n endscript\n}\n',
    });
    expect(
      entries.map(
        ({ source, command, body, active }) =>
          `${source.source}:${source.line} ${command} ${body.map(({ line }) => line)} ${active}`,
      ),
    ).toEqual([
      '/etc/other/a:3 b  true',
      '/etc/logrotate.d/c:4  4,5 true',
      '/etc/logrotate.d/c:7 /tmp/z  true',
      '/etc/logrotate.d/f.dpkg-old:3 g  false',
    ]);
  });

  test('of files that only rotate, that include themselves, or are noise tells nothing', async () => {
    const { entries } = await gatherFrom(logrotate, {
      '/etc/logrotate.conf': 'include /etc/logrotate.d\ninclude /etc/logrotate.conf\nweekly\n',
      '/etc/logrotate.d/a': '/x { missingok }\n',
      '/etc/logrotate.d/b': '\0\xff'.repeat(100_000),
    });
    expect(entries).toEqual([]);
  });
});
