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

describe('forms of other miners', () => {
  const lower = '0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed';
  const unverified = { kind: 'wallet', coin: 'ethereum', address: lower, verified: false } as const;
  const at = (host: string, port: number, scheme = '') =>
    ({ kind: 'pool', host, port, scheme, known: false }) as const;

  test('PhoenixMiner: a scheme of everybody beside a wallet without checksum', () => {
    const found = tracesOfArgv(['./px', '-pool', 'ssl://203.0.113.9:5555', '-wal', `${lower}.rig`]);
    expect(found).toContainEqual(at('203.0.113.9', 5555, 'ssl'));
    expect(found).toContainEqual(unverified);
  });

  test('lolMiner: an address in one case is the wallet beside pool and algorithm', () => {
    const argv = ['./lol', '--algo', 'ETCHASH', '--pool', '203.0.113.9:1010', '--user', `${lower}.rig`];
    expect(tracesOfArgv(argv)).toContainEqual(unverified);
  });

  test('GMiner: host and port apart', () => {
    const argv = ['./gm', '--algo', 'kawpow', '--server', '203.0.113.9', '--port', '6060', '--user', 'a.w'];
    expect(tracesOfArgv(argv)).toContainEqual(at('203.0.113.9', 6060));
  });

  test('XMRig: a coin, a pool and a user without wallet or algorithm', () => {
    const argv = ['./x', '--coin=XMR', '-o', '203.0.113.9:3333', '-u', 'acct'];
    expect(tracesOfArgv(argv)).toEqual([at('203.0.113.9', 3333)]);
  });

  test('tools of exchanges, contracts and databases say nothing', () => {
    for (const argv of [
      ['ticker', '--coin', 'XMR', '--url', 'https://api.example.org:8443'],
      ['backend', '--contract', lower, '--server', 'http://203.0.113.9:8545'],
      ['client', '--server', '203.0.113.9', '--port', '6060', '--user', 'root'],
      ['migrate', '--url', 'tcp://203.0.113.9:5432', '--user', 'root'],
    ])
      expect(tracesOfArgv(argv)).toEqual([]);
  });
});
