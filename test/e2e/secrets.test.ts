/** Secrets of the owner stand beside the traces of mining, and in no output. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ScannedCase, scanCase } from '../hostile/case-files.ts';
import { bytes, startBytes } from '../hostile/perl-process.ts';
import { demine, type LabHost, openLabHost, type Running, startStandIn } from '../lab/harness.ts';

let host: LabHost;
let suspect: Running;
const others: Running[] = [];

/** Documentation keys of their issuers, and words that occur nowhere else. */
const secrets = {
  'AWS access key': 'AKIAIOSFODNN7EXAMPLE',
  'AWS secret key': 'wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY',
  'AWS session token': 'FwoGZXIvYXdzEBYaDKzanzibarSESSION77token',
  'database password': 'zq-db-Pa55word-env',
  'a word of a password': 'zqWord77',
  'another word of it': 'zqWords78',
  'a password after an umlaut': 'zqUmlaut79',
  'GitHub token': 'ghp_zq16C7e42F292c6912E7710c838347Ae178B4a',
  'JSON web token': 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ6cTc3In0.zq77sWZlc2lnbmF0dXJlLXpx',
  'password option': 'zq-optionPa55-77',
  'password after -p': 'zqShortPa55-78',
  'password in a URL': 'zqUrlPa55-79',
  'bearer token': 'zqBearerToken80abcdef',
  'basic credentials': 'enE6YmFzaWMtcGE1NS04MQ==',
  cookie: 'zqsession82deadbeef',
  'private key': 'MIIEzqPrivateKeyLine83AAAABBBBCCCCDDDDEEEE',
  'password in memory': 'zqMemoryPa55-84',
  'password in a configuration': 'zqConfigPa55-85',
  'password under a Chinese name': 'zqMima-86-Pa55',
  'words of a wallet': 'zebra zone wagon legal winner thank year wave sausage worth useful yellow',
  'password for a remote user': 'zqRoot87Pa55',
  'bot token': '1234567890:AAzq88dE6gH9jK2mN5pQ8sT1vW4xY7zA0bC3',
} as const;

const wallet =
  '48edfHu7V9Z84YzzMa6fUueoELZ9ZRXq9VetWzYGzKt52XU5xvqgzYnDK9URnRoJMk1j8nLwEVsaSWJ4fhdUyZijBGUicoD';
const pool = 'pool.example.net:3333';

/** Lines that a miner's memory holds, with the owner's secrets among them. */
const memory = [
  `{"method":"login","params":{"login":"${wallet}","pass":"${secrets['password in memory']}","agent":"XMRig/6.21.0"}}`,
  `stratum+tcp://${pool} user=${wallet} password=${secrets['password in memory']}`,
  `Authorization: Basic ${secrets['basic credentials']}`,
  `stratum+tcp://worker:${secrets['password in a URL']}@${pool}`,
  `密码：${secrets['password under a Chinese name']} url=${pool}`,
  `mnemonic ${secrets['words of a wallet']} pool ${pool}`,
  `Cookie: session=${secrets.cookie}; url=${pool}`,
  `-----BEGIN RSA PRIVATE KEY-----\\n${secrets['private key']}\\n-----END RSA PRIVATE KEY-----`,
  `"donate-level": 1, "url": "${pool}", "pass": "${secrets['password in memory']}", "aws": "${secrets['AWS access key']}"`,
].join('\n');

const script = `
$| = 1;
open(my $config, '<', '/srv/work/config.json');
my @held = map { "$_\\n" x 3 } split /\\n/, <<'END';
${memory}
END
print "ready\\n";
1 while $x++ > -1;
`;

const commandLine = [
  `--url=stratum+tcp://worker:${secrets['password in a URL']}@${pool}`,
  `--user=${wallet}`,
  `--password=${secrets['password option']}`,
  '-p',
  secrets['password after -p'],
  `mysql://root:${secrets['password in a URL']}@db.example.net/shop`,
  '-H',
  `Authorization: Bearer ${secrets['bearer token']}`,
  `--db-password=${secrets['a word of a password']} and,${secrets['another word of it']}`,
  `--pass=à${secrets['a password after an umlaut']}`,
  `GITHUB_TOKEN=${secrets['GitHub token']}`,
  `密码=${secrets['password under a Chinese name']}`,
  '--electrum-seed',
  secrets['words of a wallet'],
  `-uadmin:${secrets['password for a remote user']}`,
  `https://api.example.net/bot${secrets['bot token']}/sendMessage`,
  `--jwt`,
  secrets['JSON web token'],
];

const environment = {
  AWS_ACCESS_KEY_ID: secrets['AWS access key'],
  AWS_SECRET_ACCESS_KEY: secrets['AWS secret key'],
  AWS_SESSION_TOKEN: secrets['AWS session token'],
  DB_PASSWORD: secrets['database password'],
  DATABASE_URL: `postgres://app:${secrets['password in a URL']}@db.example.net/app`,
  LD_LIBRARY_PATH: `/opt/lib:password=${secrets['database password']}`,
  口令: secrets['password under a Chinese name'],
  ALERT: `https://api.example.net/bot${secrets['bot token']}/sendMessage ${pool}`,
  POOL: `stratum+tcp://${pool} ${wallet} --password=${secrets['password option']}`,
};

async function searchSpoken(
  said: readonly (readonly [string, string | Buffer])[],
): Promise<readonly string[]> {
  return said.flatMap(([where, text]) => {
    const haystack = Buffer.from(text);
    return Object.entries(secrets).flatMap(([what, secret]) =>
      [Buffer.from(secret), Buffer.from(secret, 'utf16le'), Buffer.from(encodeURIComponent(secret))].some(
        (needle) => haystack.includes(needle),
      )
        ? [`${what} in ${where}`]
        : [],
    );
  });
}

beforeAll(async () => {
  host = await openLabHost();
  mkdirSync(join(host.root, 'srv/work'), { recursive: true });
  const config = {
    pools: [{ url: pool, user: wallet, pass: secrets['password in a configuration'], 'rig-id': 'a' }],
    'donate-level': 1,
    'access-token': secrets['bearer token'],
  };
  writeFileSync(join(host.root, 'srv/work/config.json'), JSON.stringify(config));
  writeFileSync(join(host.root, 'srv/work/worker.pl'), script);
  suspect = await startBytes(host, {
    path: bytes('/var/tmp/.work/perl-worker'),
    cwd: bytes('/srv/work'),
    argv: ['perl-worker', '/srv/work/worker.pl', ...commandLine].map(bytes),
    environment,
    readyLine: 'ready',
  });
  others.push(
    await startStandIn(host, 'shape', ['light', '1'], {
      argv0: `x --password=${secrets['password option']}`,
      environment,
    }),
  );
}, 60_000);
afterAll(async () => {
  await host.stop();
});

describe('a busy suspect with secrets in its environment, arguments, memory and configuration', () => {
  let scanned: ScannedCase;
  beforeAll(async () => {
    scanned = await scanCase(host, ['--interval', '1', '--seen', pool]);
  }, 120_000);

  test('is found by what stands beside them', () => {
    const row = scanned.result.processes.find(({ pid }) => pid === suspect.pid);
    expect(row?.judgement).not.toBe('benign');
    const text = JSON.stringify(scanned.result.findings.filter(({ pid }) => pid === suspect.pid));
    expect(text).toContain(wallet);
    expect(text).toContain('pool.example.net');
    for (const place of ['command-line', 'environment', 'memory', 'config-file']) {
      expect(scanned.files.get('case.sqlite')?.includes(`"place":"${place}"`), place).toBe(true);
    }
  });

  test('shows none of them: screen, JSON, page, case file', async () => {
    const said: (readonly [string, string | Buffer])[] = [['the screen', scanned.screen], ...scanned.files];
    expect([...scanned.files.keys()].sort()).toContain('case.sqlite');
    expect(await searchSpoken(said)).toEqual([]);
  });

  test('shows none of them in demine ps', async () => {
    const said: [string, string][] = [];
    for (const args of [
      ['ps', '--all'],
      ['ps', String(suspect.pid)],
      ['net', '--all'],
    ]) {
      const { stdout, stderr } = await demine(host, [...args, '--interval', '0']);
      said.push([`demine ${args.join(' ')}`, stdout + stderr]);
    }
    expect(await searchSpoken(said)).toEqual([]);
  });
});

test('with --keep-secrets command lines are shown as they are', async () => {
  const { json } = await scanCase(host, ['--interval', '0', '--keep-secrets']);
  expect(json).toContain(secrets['password option']);
  expect(json).toContain(secrets['password after -p']);
}, 60_000);
