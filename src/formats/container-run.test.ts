import { describe, expect, test } from 'bun:test';
import {
  bindOf,
  type ContainerRun,
  commandOf,
  emptyRun,
  healthWords,
  hostCommandOf,
  hostReach,
  hostTarget,
} from './container-run.ts';

const run = (given: Partial<ContainerRun>): ContainerRun => ({ ...emptyRun, ...given });
const binds = (...texts: readonly string[]) => texts.flatMap((text) => bindOf(text) ?? []);

describe('the command', () => {
  test('keeps words apart as a shell would need it', () => {
    expect(String(commandOf(run({ words: ['sh', '-c', "echo 'a b' | sh"] })))).toBe(
      `sh -c 'echo '\\''a b'\\'' | sh'`,
    );
  });

  test('is given the variables that it asks for, and no others, and no secrets', () => {
    const environment = new Map([
      ['Q', 'curl x'],
      ['OTHER', '1'],
      ['DB_PASSWORD', 'hush'],
    ]);
    const text = commandOf(run({ words: ['sh', '-c', 'eval "$Q" $DB_PASSWORD'], environment }));
    expect(String(text)).toBe(`env 'Q=curl x' sh -c 'eval "$Q" $DB_PASSWORD'`);
  });

  test('is bounded', () => {
    const words = Array.from({ length: 4096 }, () => 'x'.repeat(1000));
    expect(commandOf(run({ words })).length).toBe(65_536);
  });
});

describe('reach', () => {
  test('tells what sees or changes the host', () => {
    const reaching = run({
      privileged: true,
      shares: ['pid', 'ipc'],
      capabilities: ['CAP_SYS_ADMIN', 'NET_ADMIN'],
      devices: ['/dev/sda', '/dev/dri', '/dev/cpu/0/msr', '/dev/mem'],
      binds: binds('/:/host:ro', '/var/run/docker.sock:/s:ro', '/etc/cron.d:/c', '/root/.ssh:/k'),
    });
    expect(hostReach(reaching)).toEqual([
      'privileged',
      'pid of the host',
      'CAP_SYS_ADMIN',
      '/dev/sda',
      '/dev/cpu/0/msr',
      '/dev/mem',
      '/ at /host',
      '/var/run/docker.sock at /s',
      '/etc/cron.d at /c',
      '/root/.ssh at /k',
    ]);
  });

  test('of a plain container is empty', () => {
    const plain = run({
      capabilities: ['NET_ADMIN', 'NET_RAW'],
      devices: ['/dev/dri', '/dev/ttyUSB0', '/dev/net/tun'],
      binds: binds(
        '/etc/localtime:/etc/localtime:ro',
        '/etc/letsencrypt:/etc/letsencrypt',
        '/srv/data:/data',
        '/proc:/host/proc:ro',
        '/lib/modules:/lib/modules:ro',
        'volume:/var/lib/x',
      ),
    });
    expect(hostReach(plain)).toEqual([]);
  });
});

describe('the command seen from the host', () => {
  const seen = (text: string, ...texts: readonly string[]) =>
    String(hostCommandOf(run({ words: ['sh', '-c', text], binds: binds(...texts) })));

  test('has paths below binds as the host has them, the innermost first, once', () => {
    const all = ['/etc:/e', '/:/h', '/srv/x:/h/x', '/e:/srv'] as const;
    expect(seen('id >> /e/crontab; /h/usr/x /h/x/y; ls /srv/z --root=/h', ...all)).toBe(
      "sh -c 'id >> /etc/crontab; /usr/x /srv/x/y; ls /e/z --root=/'",
    );
  });

  test('leaves other paths alone, and sources that a shell would split', () => {
    expect(seen('/extra/e a/e/b ../e http://h/e', '/etc:/e')).toBe("sh -c '/extra/e a/e/b ../e http://h/e'");
    expect(seen('/m/x', '/a b;c:/m')).toBe('sh -c /m/x');
  });

  test('takes names of folders as they are', () => {
    expect(seen('/a.*(x/y', '/srv:/a.*(x')).toBe("sh -c '/srv/y'");
  });
});

describe('the file of the host', () => {
  const target = (words: readonly string[], ...texts: readonly string[]) =>
    hostTarget(run({ words, binds: binds(...texts) }));

  test('is found through the innermost bind, behind shells and after a change of root', () => {
    const found = [
      target(['/m/run'], '/opt/x:/m'),
      target(['/m/a/run'], '/opt/x:/m', '/srv/y:/m/a'),
      target(['/bin/sh', '/m/run.sh'], '/opt/x:/m'),
      target(['sh', '-c', 'sleep 5; exec /m/run -d'], '/opt/x:/m'),
      target(['chroot', '/host', '/usr/lib/x'], '/:/host'),
      target(['tini', '--', '/m/run'], '/opt/x:/m'),
    ];
    expect(found.map(String)).toEqual([
      '/opt/x/run',
      '/srv/y/run',
      '/opt/x/run.sh',
      '/opt/x/run',
      '/usr/lib/x',
      '/opt/x/run',
    ]);
  });

  test('is none for settings, images, and paths that climb', () => {
    expect(target(['/bin/app', '--config', '/config'], '/home/ada/.homeassistant:/config')).toBeUndefined();
    expect(target(['/docker-entrypoint.sh'], '/srv/x:/data')).toBeUndefined();
    expect(target(['/m/../../etc/x'], '/opt/x:/m')).toBeUndefined();
  });
});

test('what checks the health is words, or a text for a shell', () => {
  const told = [['CMD', 'a', 'b'], ['CMD-SHELL', 'a | b'], 'a | b', ['NONE'], 'NONE', [], 7].map(healthWords);
  expect(told).toEqual([['a', 'b'], ['sh', '-c', 'a | b'], ['sh', '-c', 'a | b'], [], [], [], []]);
});
