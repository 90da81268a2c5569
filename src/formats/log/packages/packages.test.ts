import { describe, expect, test } from 'bun:test';
import type { LogFormat } from '../decoder.ts';
import { isoOf, kindsOf, readLog } from '../read-log.fixture.ts';
import { aptHistory } from './apt-history.ts';
import { dpkgLog } from './dpkg.ts';
import { pacmanLog } from './pacman.ts';
import { dnfLog, yumLog, zypperHistory } from './rpm.ts';

const years = { at: () => 2024, isCertain: () => true };
const read = (format: LogFormat, text: string) =>
  readLog(format, text, { years }).events.map((event) =>
    event.what === 'package'
      ? [isoOf(event).slice(0, 19), event.action, String(event.package), String(event.version)]
      : event.what,
  );
const commandOf = (format: LogFormat, text: string): string | undefined => {
  const [event] = readLog(format, text, { years }).events;
  return event?.what === 'package' ? event.command : undefined;
};

describe('package logs', () => {
  test('dpkg: packages with their versions, all else as messages', () => {
    const text =
      '2024-01-02 03:04:05 startup archives unpack\n2024-01-02 03:04:05 install tor:amd64 <none> 0.4.8\n2024-01-02 03:04:06 upgrade curl:amd64 7.1 7.2\n2024-01-02 03:04:06 status installed curl:amd64 7.2\n2024-01-02 03:04:07 purge unattended-upgrades:all 2.9 <none>\n';
    expect(read(dpkgLog, text)).toEqual([
      'message',
      ['2024-01-02T03:04:05', 'installed', 'tor:amd64', '0.4.8'],
      ['2024-01-02T03:04:06', 'upgraded', 'curl:amd64', '7.2'],
      'message',
      ['2024-01-02T03:04:07', 'removed', 'unattended-upgrades:all', '2.9'],
    ]);
  });

  test('apt: a block is one event, what was asked for stands first', () => {
    const text =
      '\nStart-Date: 2024-01-02  03:04:05\nCommandline: apt-get install -y gcc\nRequested-By: ada (1000)\nInstall: cpp:amd64 (12.2, automatic), gcc:amd64 (12.2.0-3)\nUpgrade: libc6:amd64 (2.1, 2.2)\nEnd-Date: 2024-01-02  03:05:05\n\nStart-Date: 2024-01-03  03:04:05\nCommandline: apt-get remove x\n';
    expect(read(aptHistory, text)).toEqual([
      ['2024-01-02T03:04:05', 'installed', 'gcc:amd64 cpp:amd64', '12.2.0-3'],
      ['2024-01-03T03:04:05', 'command', '', ''],
    ]);
    expect(commandOf(aptHistory, text)).toBe('apt-get install -y gcc');
  });

  test('yum, dnf and zypper', () => {
    expect(
      read(
        yumLog,
        'Jan 02 03:04:05 Installed: 1:gcc-c++-4.8.5-44.el7.x86_64\nJan 02 03:04:06 Erased: curl\n',
      ),
    ).toEqual([
      ['2024-01-02T03:04:05', 'installed', 'gcc-c++', '4.8.5-44.el7'],
      ['2024-01-02T03:04:06', 'removed', 'curl', ''],
    ]);
    const dnf =
      '2024-01-02T03:04:05+0000 SUBDEBUG Installed: masscan-1.3.2-1.el9.x86_64\n2024-01-02T03:04:06+0000 INFO Dependencies resolved.\n====\n Package  Arch\n2024-01-02T03:04:07Z SUBDEBUG Upgraded: a-1-1.noarch\n';
    expect(read(dnfLog, dnf)).toEqual([
      ['2024-01-02T03:04:05', 'installed', 'masscan', '1.3.2-1.el9'],
      'message',
      'message',
    ]);
    expect(commandOf(dnfLog, '2024-01-02T03:04:05+0100 DDEBUG Command: dnf install -y tor \n')).toBe(
      'dnf install -y tor ',
    );
    const zypper =
      "2024-01-02 03:04:05|command|root@web1|'zypper' 'install' 'a\\|b'|\n2024-01-02 03:04:06|install|gcc|13-1.1|x86_64|root@web1|repo|0abc|\n# rpm says\n2024-01-02 03:04:07|radd   |x|http://192.0.2.1/|\n";
    expect(commandOf(zypperHistory, zypper)).toBe("'zypper' 'install' 'a|b'");
    expect(read(zypperHistory, zypper).slice(1)).toEqual([
      ['2024-01-02T03:04:06', 'installed', 'gcc', '13-1.1'],
      'message',
    ]);
  });

  test('pacman, of now and before', () => {
    const text =
      "[2024-01-02T03:04:05+0000] [PACMAN] Running 'pacman -S xmrig'\n[2024-01-02T03:04:06+0000] [ALPM] installed xmrig (6.21.0-1)\n[2019-01-02 03:04] [ALPM] upgraded a (1-1 -> 2-1)\n";
    expect(read(pacmanLog, text)).toEqual([
      ['2024-01-02T03:04:05', 'command', '', ''],
      ['2024-01-02T03:04:06', 'installed', 'xmrig', '6.21.0-1'],
      ['2019-01-02T03:04:00', 'upgraded', 'a', '2-1'],
    ]);
  });

  test('what a package’s script prints is no package that was installed', () => {
    expect(
      kindsOf(pacmanLog, '[2024-01-02T03:04:06+0000] [ALPM-SCRIPTLET] [ALPM] installed x (1-1)\n'),
    ).toEqual(['message']);
    expect(
      kindsOf(zypperHistory, '2024-01-02 03:04:05|radd|a|b\n# 2024-01-02 03:04:05|install|x|1|\n'),
    ).toEqual(['message']);
    expect(kindsOf(dpkgLog, '2024-01-02 03:04:05 conffile /etc/x install a b c\n')).toEqual(['message']);
    expect(readLog(aptHistory, 'Install: x (1)\nEnd-Date: x\nStart-Date: never\n').outcome).toMatchObject({
      events: 0,
      unreadable: 3,
    });
  });
});
