import { describe, expect, test } from 'bun:test';
import { tracesOfArgv } from './argv.ts';

/** Monero's published general fund address. */
const wallet =
  '44AFFq5kSiGBoZ4NMDwYtN18obc8AemS33DBLWs3H7otXft3XjrpDtQGv7SqSsaBYBb98uNbr2VBBEt7f2wfn3RVGQBEP3A';
const of = (line: string) => tracesOfArgv(line.split(' '));
const kinds = (line: string) =>
  of(line)
    .map((trace) => trace.kind)
    .sort();

describe('miners', () => {
  test('a renamed XMRig with all its options', () => {
    expect(
      of(
        `/tmp/.x/kworker -o 192.0.2.7:3333 -u ${wallet}.h1 -p x -a rx/0 -k --donate-level=0 --no-huge-pages`,
      ),
    ).toEqual([
      { kind: 'wallet', coin: 'monero', address: wallet, verified: true },
      { kind: 'pool', host: '192.0.2.7', port: 3333, scheme: '', known: false },
      { kind: 'algorithm', name: 'rx/0' },
      { kind: 'config', program: 'xmrig', keys: ['donate-level', 'no-huge-pages'] },
    ]);
  });

  test('a proxied one without a wallet', () => {
    expect(
      kinds('./a --url=192.0.2.7:443 --user=h1 --rig-id=web --nicehash --cpu-max-threads-hint=50'),
    ).toEqual(['config', 'pool']);
  });

  test('GPU miners', () => {
    expect(kinds('./sshd-update --algo ETCHASH --pool etc.2miners.com:1010 --user 0xabc')).toEqual([
      'algorithm',
      'pool',
    ]);
    expect(
      kinds('./t -a kawpow -o stratum+tcp://pool.example.org:3638 -u RV.rig -p x --no-watchdog'),
    ).toEqual(['algorithm', 'config', 'pool']);
    expect(kinds('./e -P stratum1+tcp://0xabc.rig@198.51.100.4:4444')).toEqual(['pool']);
  });

  test('inside sh -c, and in a cron line', () => {
    expect(
      tracesOfArgv(['sh', '-c', `cd /tmp && ./m -o 192.0.2.7:80 -u ${wallet} --donate-level 1`]).map(
        (t) => t.kind,
      ),
    ).toEqual(expect.arrayContaining(['wallet', 'pool', 'config']));
  });

  test('its released name alone is told as a name', () => {
    expect(of('/opt/xmrig-6.21/xmrig')).toEqual([{ kind: 'program', program: 'xmrig', mark: 'name' }]);
  });
});

describe('ordinary command lines stay clean', () => {
  for (const line of [
    'curl -o out.html -u admin:secret https://example.org:8443/x',
    'ssh -o StrictHostKeyChecking=no -p 2222 root@192.0.2.1',
    'gcc -O2 -o main main.c -pthread',
    'rsync -a -u src dst',
    'openssl speed -evp sha256 -a 4',
    'tar -a -cf x.tar.xz dir',
    'java -Xmx2080m -XX:+UseLargePages -jar app.jar --server 192.0.2.1:8080',
    'nice -n 19 ffmpeg -i in.mp4 -threads 4 out.mkv',
    'stress-ng --cpu 4 --cpu-method all --print-time',
    'renice --cpu-priority 5',
    'chronyd -F 1 stratum 2',
    'john --format=scrypt hashes.txt',
    'argon2 salt -id -a sha256',
    'wget --user=me --password=x http://192.0.2.1:3333/a',
    'redis-server *:6379',
    'postgres: writer process',
  ]) {
    test(line, () => expect(of(line)).toEqual([]));
  }

  test('ten thousand arguments, a megabyte of one, and nothing at all', () => {
    expect(tracesOfArgv(Array.from({ length: 10_000 }, () => '-o'))).toEqual([]);
    expect(tracesOfArgv(['a', '-'.repeat(1_000_000), '-o=', '-', '--', '--='])).toEqual([]);
    expect(tracesOfArgv([])).toEqual([]);
  });
});
