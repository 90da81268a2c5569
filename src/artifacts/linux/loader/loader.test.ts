import { describe, expect, test } from 'bun:test';
import { gatherFrom } from '../../../../test/persistence/gather.ts';
import { processFact } from '../../../../test/process-fact.ts';
import { RecordedTarget } from '../../../../test/recorded-target.ts';
import { FactSet } from '../../../model/fact.ts';
import { SourceLog } from '../../../model/source-log.ts';
import { printableText } from '../../../model/text.ts';
import { nameService } from './name-service.ts';
import { ldPreload, preloaded } from './preload.ts';
import { loaderEnvironment } from './processes-environment.ts';
import { ldConf } from './search-path.ts';

describe('linux.ld-preload', () => {
  test('tells each library with its line, comments left out', () => {
    const names = preloaded(Buffer.from('# c\n/usr/lib/a.so /b.so:/c.so # d\n\n/e.so', 'latin1'));
    expect(names.map(({ name, line }) => `${line} ${name}`)).toEqual([
      '2 /usr/lib/a.so',
      '2 /b.so',
      '2 /c.so',
      '4 /e.so',
    ]);
  });

  test('marks that it goes into every program', async () => {
    const { entries } = await gatherFrom(ldPreload, {
      '/etc/ld.so.preload': '/usr/local/lib/libprocesshider.so\n',
    });
    expect(entries).toMatchObject([
      { target: '/usr/local/lib/libprocesshider.so', marks: ['loads-everywhere'] },
    ]);
  });

  test('what only raw system calls show is hidden', async () => {
    const log = new SourceLog();
    const native = { readFile: () => ({ status: 'ok', value: Buffer.from('/lib/libx.so\n') }) as const };
    const target = new RecordedTarget({ files: {}, native });
    const facts = await ldPreload.gather({ target, log, facts: new FactSet(), nowUs: 0, thorough: false });
    expect(facts).toMatchObject([
      { command: '/lib/libx.so', marks: ['loads-everywhere', 'hidden-from-listing'] },
    ]);
  });

  test('of a host without such a file tells nothing, and of one without end the first', async () => {
    expect((await gatherFrom(ldPreload, {})).entries).toEqual([]);
    expect(
      (await gatherFrom(ldPreload, { '/etc/ld.so.preload': '/a.so '.repeat(100_000) })).entries,
    ).toHaveLength(256);
  });
});

describe('linux.ld-conf', () => {
  test('follows includes, and tells each folder once', async () => {
    const { entries } = await gatherFrom(ldConf, {
      '/etc/ld.so.conf': 'include /etc/ld.so.conf.d/*.conf\n/opt/x\n',
      '/etc/ld.so.conf.d/libc.conf': '# libc\n/usr/local/lib\n',
      '/etc/ld.so.conf.d/z.conf': 'include z.conf\nhwcap 1 nosegneg\n/var/tmp/.lib, /usr/lib/y\n',
      '/etc/ld-musl-x86_64.path': '/lib:/usr/lib\n',
    });
    expect(entries.map(({ source, command }) => `${source.source} ${command}`)).toEqual([
      '/etc/ld.so.conf.d/libc.conf /usr/local/lib',
      '/etc/ld.so.conf.d/z.conf /var/tmp/.lib',
      '/etc/ld.so.conf.d/z.conf /usr/lib/y',
      '/etc/ld.so.conf /opt/x',
      '/etc/ld-musl-x86_64.path /lib',
      '/etc/ld-musl-x86_64.path /usr/lib',
    ]);
  });

  test('files that include each other end', async () => {
    const files = Object.fromEntries(
      Array.from({ length: 2000 }, (_, at) => [
        `/etc/ld.so.conf.d/${at}.conf`,
        `include /etc/ld.so.conf.d/*.conf\n/l/${at}\n`,
      ]),
    );
    const { entries } = await gatherFrom(ldConf, files);
    expect(entries.length).toBeLessThanOrEqual(512);
  });
});

describe('linux.name-service', () => {
  test('tells each service with its library, built-in ones left out', async () => {
    const { entries } = await gatherFrom(nameService, {
      '/etc/nsswitch.conf':
        'passwd: files systemd [NOTFOUND=return] ldap\nhosts: files dns evil # c\nshadow: files systemd\n',
      '/usr/lib/x86_64-linux-gnu/libnss_systemd.so.2': '',
      '/lib64/libnss_evil.so.2': '',
    });
    expect(
      entries.map(({ command, target, trigger, active }) => [
        String(command),
        String(target),
        String(trigger),
        active,
      ]),
    ).toEqual([
      ['systemd', '/usr/lib/x86_64-linux-gnu/libnss_systemd.so.2', 'passwd shadow', true],
      ['ldap', 'undefined', 'passwd', false],
      ['evil', '/lib64/libnss_evil.so.2', 'hosts', true],
    ]);
  });

  test('of noise tells nothing', async () => {
    expect(
      (await gatherFrom(nameService, { '/etc/nsswitch.conf': `\xff\0:${'x '.repeat(1 << 20)}` })).entries,
    ).toEqual([]);
  });
});

describe('linux.loader-environment', () => {
  test('tells preloads of running programs once, and nothing else of their environment', async () => {
    const files = {
      '/proc/7/environ': 'A=secret\0LD_PRELOAD=/tmp/x.so /y.so\0',
      '/proc/8/environ': 'LD_PRELOAD=/tmp/x.so /y.so\0LD_AUDIT=\0',
      '/proc/9/environ': { status: 'denied' },
    } as const;
    const exe = { path: printableText('/usr/bin/a'), deleted: false, memfd: false };
    const processes = [7, 8, 9].map((pid) => processFact(pid, { exe }));
    const target = new RecordedTarget({ files });
    const facts = await loaderEnvironment.gather({
      target,
      log: new SourceLog(),
      facts: new FactSet(processes),
      nowUs: 0,
      thorough: false,
    });
    expect(facts).toHaveLength(1);
    expect(facts).toMatchObject([{ target: '/tmp/x.so', text: 'LD_PRELOAD=/tmp/x.so /y.so (2 processes)' }]);
    expect(JSON.stringify(facts)).not.toContain('secret');
  });
});
