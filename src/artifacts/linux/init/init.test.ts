import { describe, expect, test } from 'bun:test';
import { gatherFrom } from '../../../../test/persistence/gather.ts';
import { readEntry } from '../../../detect/command/read-entry.ts';
import { initScripts } from './scripts.ts';
import { inittab, runit, upstart } from './tables.ts';

describe('linux.init-scripts', () => {
  test('tells scripts of init.d, and which of them a runlevel starts', async () => {
    const { entries } = await gatherFrom(initScripts, {
      '/etc/init.d/a': '#!/bin/sh\n/usr/sbin/a\n',
      '/etc/init.d/b': '#!/sbin/openrc-run\ncommand=/usr/sbin/b\n',
      '/etc/init.d/README': 'text',
      '/etc/rc2.d/S01a': { link: '../init.d/a' },
      '/etc/runlevels/default/b': { link: '/etc/init.d/b' },
    });
    expect(
      entries.map(({ mechanism, source, trigger, body }) => [
        mechanism,
        String(source.source),
        String(trigger),
        body.length,
      ]),
    ).toEqual([
      ['init-script', '/etc/init.d/a', 'boot', 2],
      ['openrc', '/etc/init.d/b', 'boot', 2],
      ['openrc', '/etc/init.d/b', 'boot', 0],
    ]);
  });

  test('tells the program that a script only names, with its line, its arguments and its variables', async () => {
    const { entries } = await gatherFrom(initScripts, {
      '/etc/init.d/a':
        '#!/usr/bin/env /lib/init/init-d-script\nDAEMON=/usr/sbin/a\nDAEMON_ARGS="-b $OPTS"\nOPTS=-x\n',
      '/etc/init.d/b': '#!/sbin/openrc-run\nname=b\ncommand="/usr/sbin/$RC_SVCNAME"\n',
      // A script that starts something by itself is read for that.
      '/etc/init.d/c': '#!/bin/sh\nDAEMON=/usr/sbin/c\nstart-stop-daemon --start --exec $DAEMON\n',
      '/etc/conf.d/b': 'command=/usr/sbin/other\n',
    });
    const told = entries
      .filter(({ command }) => command !== '')
      .map(({ source, command }) => `${source.source}:${source.line} ${command}`);
    expect(told).toEqual([
      '/etc/init.d/a:2 /usr/sbin/a -b $OPTS',
      '/etc/init.d/b:3 /usr/sbin/$RC_SVCNAME',
      '/etc/conf.d/b:1 /usr/sbin/other',
    ]);
    const reads = entries.flatMap((one) => (one.command === '' ? [] : readEntry(one).targets));
    expect(reads.map(String)).toEqual(['/usr/sbin/a', '/usr/sbin/b', '/usr/sbin/other']);
  });

  test('tells the settings of a service of OpenRC, which are shell text, and of none that is not there', async () => {
    const { entries } = await gatherFrom(initScripts, {
      '/etc/init.d/b': '#!/sbin/openrc-run\ncommand=/usr/sbin/b\n',
      '/etc/conf.d/b': 'export A=1\n/usr/lib/b-more\n',
      '/etc/conf.d/z': '/usr/lib/z\n',
    });
    expect(entries.map(({ source }) => String(source.source))).toEqual([
      '/etc/init.d/b',
      '/etc/init.d/b',
      '/etc/conf.d/b',
    ]);
  });

  test('a runlevel that holds a script of its own, or a link elsewhere, is told', async () => {
    const { entries } = await gatherFrom(initScripts, {
      '/etc/rc3.d/S99x': '#!/bin/sh\n/tmp/x\n',
      '/etc/rc.d/rc5.d/S98y': { link: '/usr/lib/y' },
      '/etc/rc0.d/K01z': '#!/bin/sh\n',
    });
    expect(
      entries.map(({ mechanism, source, active, marks }) => [
        mechanism,
        String(source.source),
        active,
        ...marks,
      ]),
    ).toEqual([
      ['rc-link', '/etc/rc0.d/K01z', false, 'unusual-place'],
      ['rc-link', '/etc/rc3.d/S99x', true, 'unusual-place'],
    ]);
  });

  test('rc.local and its kin are told with their lines', async () => {
    const { entries } = await gatherFrom(initScripts, {
      '/etc/rc.local': '#!/bin/sh -e\n/usr/local/bin/x &\nexit 0\n',
      '/etc/rc.d/rc.local': 'touch /var/lock/subsys/local\n',
      '/etc/local.d/net.start': '#!/bin/sh\nip link\n',
    });
    expect(
      entries.map(({ mechanism, source, body }) => [mechanism, String(source.source), body.length]),
    ).toEqual([
      ['rc-local', '/etc/rc.local', 3],
      ['rc-local', '/etc/rc.d/rc.local', 1],
      ['openrc', '/etc/local.d/net.start', 2],
    ]);
  });

  test('what cannot be read is on the record', async () => {
    const { entries, log } = await gatherFrom(initScripts, {
      '/etc/init.d/a': { status: 'error', reason: 'not a file: fifo' },
    });
    expect(entries).toEqual([]);
    expect(log.listed.map(({ source }) => String(source))).toContain('/etc/init.d/a');
  });
});

test('linux.inittab tells what pid 1 starts again', async () => {
  const { entries } = await gatherFrom(inittab, {
    '/etc/inittab': 'id:2:initdefault:\nx:2345:respawn:/usr/lib/x\n',
  });
  expect(entries).toMatchObject([
    { command: '/usr/lib/x', trigger: 'respawn 2345', marks: ['restarts'], source: { line: 2 } },
  ]);
});

test('linux.upstart tells jobs of the system and of homes', async () => {
  const { entries } = await gatherFrom(upstart, {
    '/etc/passwd': 'ada:x:1000:1000::/home/ada:/bin/sh\n',
    '/etc/init/a.conf': 'start on startup\nrespawn\nexec /usr/sbin/a\n',
    '/home/ada/.config/upstart/b.conf': 'script\n/tmp/b\nend script\n',
  });
  expect(
    entries.map(({ user, command, body, active }) => [String(user), String(command), body.length, active]),
  ).toEqual([
    ['root', '/usr/sbin/a', 0, true],
    ['ada', '', 1, false],
  ]);
});

test('linux.runit tells run scripts, and which are down', async () => {
  const { entries } = await gatherFrom(runit, {
    '/etc/service/a/run': '#!/bin/sh\nexec /usr/sbin/a\n',
    '/etc/service/b/run': '#!/bin/sh\nexec /usr/sbin/b\n',
    '/etc/service/b/down': '',
    '/etc/sv/c/run': '#!/bin/sh\n',
    '/opt/gitlab/service/puma/run': '#!/bin/sh\nexec puma\n',
  });
  expect(entries.map(({ source, active }) => [String(source.source), active])).toEqual([
    ['/etc/service/a/run', true],
    ['/etc/service/b/run', false],
    ['/etc/sv/c/run', false],
    ['/opt/gitlab/service/puma/run', true],
  ]);
});
