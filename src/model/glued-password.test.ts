import { describe, expect, test } from 'bun:test';
import { isGluedPassword } from './glued-password.ts';
import { maskArguments, maskSecrets } from './mask.ts';
import { printableText } from './text.ts';

const passwords = [
  ...['S3cr3t!9', 'Winter2024', 'hunter2Correct', 'a1b2c3d4e5', 'Tr0ub4dor&3', 'pa$$W0rd', 'correct!Horse7'],
  ...['5f4dcc3b5aa765d61d8327deb882cf99', 'Zm9vYmFyYmF6cXV4MTI=', 'xK9mQ2vL8nR4', 'GEHEIM2024!'],
];
/** Options of ssh, docker, nmap, find, tar, cp, qemu, ffmpeg, javac, pytest, patch, ps, perl, gcc, xmrig. */
const innocent = [
  ...['8080', '8080:80', '127.0.0.1:8080:80/tcp', '2222', '3306', '1-65535', '[1-65535]', 'T:80,U:53,21-25'],
  ...['ath', 'rint0', 'rintf', 'roxy', 'roxyHttp2', 'idfile', 'ix_fmt', 'rofile:v', 'thread', 'reset'],
  ...[
    'rocessorpath',
    'ublic-url',
    'laybookDir',
    '2p-bind',
    'edantic',
    'arallel10',
    'ython3.11',
    'ool2',
    'refix',
  ],
  ...['no:cacheprovider', 'serde_json', 'PR', 'xzf', 'i.bak', '0', '1', 'H', '1234,5678', '0000:00:1f.2'],
  ...[
    'c=XMR,d=1000',
    'd=5000',
    'x',
    'rig01',
    'worker1:me@mail.example',
    'web01.rack2',
    '/var/run/x.pid',
    './a',
  ],
  ...['ciDevice0', 'ost-data', '-', '--', '*** '],
  '48edfHu7V9Z84YzzMa6fUueoELZ9ZRXq9VetWzYGzKt52XU5xvqgzYnDK9URnRoJMk1j8nLwEVsaSWJ4fhdUyZijBGUicoD',
];

describe('behind -p of a program that nobody knows', () => {
  for (const value of passwords) {
    test(`-p${value} is a password`, () => {
      expect(isGluedPassword(value)).toBe(true);
      expect(maskSecrets(`/opt/x/agent -p${value} run`)).toBe('/opt/x/agent -p*** run');
      expect(maskArguments(['/opt/x/agent', `-p${value}`, 'run'].map(printableText)).join(' ')).toBe(
        '/opt/x/agent -p*** run',
      );
    });
  }
  for (const value of innocent) {
    test(`-p${value} is none`, () => {
      expect(isGluedPassword(value)).toBe(false);
      const argv = ['/opt/x/agent', `-p${value}`, 'run'].map(printableText);
      expect(maskArguments(argv)).toEqual(argv);
    });
  }
});

describe('behind -p of a client', () => {
  test.each(['mysql', 'mysqldump', 'mongodump', 'mongosh', 'mydumper', 'xtrabackup', '/usr/bin/mycli'])(
    '%s: any word is a password',
    (client) => {
      const argv = [client, '-u', 'root', '-pdragon', 'shop'].map(printableText);
      expect(maskArguments(argv).join(' ')).toBe(`${client} -u root -p*** shop`);
      expect(maskSecrets(argv.join(' '))).toBe(`${client} -u root -p*** shop`);
    },
  );

  test.each([
    'docker run -p3306:3306 mysql',
    'ssh -p2222 mysql.example.org',
    'nerdctl run --name mysql -p127.0.0.1:3306:3306 db',
    'mkdir -parents /var/lib/mysql',
  ])('%s: what only names one stays', (line) => {
    expect(maskSecrets(line)).toBe(line);
    expect(maskArguments(line.split(' ').map(printableText)).join(' ')).toBe(line);
  });
});

test('what follows a masked word is told', () => {
  expect(maskArguments(['tool', '-pS3cr3t!9', '/tmp/x', 'y'].map(printableText)).join(' ')).toBe(
    'tool -p*** /tmp/x y',
  );
});

test('a hostile word of 200,000 characters ends', () => {
  for (const piece of ['a', 'aA', 'a1', 'a-', '1,', '@', 'A!'])
    expect(isGluedPassword(piece.repeat(100_000))).toBe(false);
  for (const piece of ['a', 'aA', 'a-', '1,']) isGluedPassword(piece.repeat(95));
});
