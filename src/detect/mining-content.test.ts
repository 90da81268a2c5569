import { describe, expect, test } from 'bun:test';
import type { Fact } from '../model/fact.ts';
import type { ProcessFact } from '../model/facts/process.ts';
import {
  connection,
  cpuUse,
  identity,
  judgedBy,
  listener,
  login,
  miningTrace,
  ownedBy,
  processFact,
  text,
  told,
  wallet,
} from './facts.fixture.ts';
import { miningContent } from './mining-content.ts';

const analyze = judgedBy(miningContent);
const hog = processFact({ pid: 300, path: '/usr/lib/helper' });
const pool = { kind: 'pool', host: '203.0.113.9', port: 3333, scheme: 'stratum+tcp', known: false } as const;

test('a verified wallet and a login in a CPU hog is proof', () => {
  const [found] = analyze(hog, cpuUse(hog, 380), miningTrace(hog, wallet()), miningTrace(hog, login));
  expect(found).toMatchObject({
    rule: 'content.mining-session',
    severity: 'critical',
    bearing: 'proof',
    witness: 'memory-content',
    params: { wallet: '4WALLET', coin: 'XMR', place: 'memory' },
  });
});

test('a miner stopped by a signal is judged by what it holds', () => {
  const stopped = { ...hog, state: 'T' };
  expect(told(analyze(stopped, miningTrace(hog, wallet()), miningTrace(hog, login)))).toEqual([
    'content.mining-session critical',
  ]);
});

test('a wallet whose checksum is wrong is no wallet', () => {
  const wrong = { kind: 'wallet', coin: 'XMR', address: '4X', verified: false } as const;
  expect(told(analyze(hog, cpuUse(hog, 380), miningTrace(hog, wrong), miningTrace(hog, login)))).toEqual([
    'content.mining-words info',
  ]);
});

test('wallet and pool on the command line of a hog are high, yet no proof', () => {
  const found = analyze(
    hog,
    cpuUse(hog, 380),
    miningTrace(hog, wallet(), 'command-line'),
    miningTrace(hog, pool, 'command-line'),
  );
  expect(found[0]).toMatchObject({
    rule: 'content.miner-configuration',
    severity: 'high',
    bearing: 'supports',
    witness: 'command-line',
  });
  // Any mining program may be meant: the pool is not its name.
  expect(found[0]?.params).toMatchObject({ program: 'unknown', pool: 'stratum+tcp://203.0.113.9:3333' });
});

test('a miner that waits for its blocked pool is told by what it was started with, and by that alone', () => {
  const idle = (process: ProcessFact, place: 'command-line' | 'memory', ...more: readonly Fact[]) =>
    told(analyze(process, miningTrace(process, wallet(), place), miningTrace(process, pool, place), ...more));
  const words = ['content.mining-words info'];
  expect(idle(hog, 'command-line')).toEqual(['content.miner-configuration medium']);
  expect(idle(hog, 'memory')).toEqual(words);
  expect(idle(hog, 'command-line', ownedBy(hog.exe?.path ?? '', 'xmrig'))).toEqual(words);
  const script = processFact({ pid: 301, path: '/usr/local/bin/python3' });
  expect(idle(script, 'command-line')).toEqual(words);
  const search = processFact({ pid: 302, path: '/usr/local/bin/rg', name: text('rg') });
  expect(idle(search, 'command-line')).toEqual(words);
  // One of the two is what a shop or a page about mining has.
  expect(told(analyze(hog, miningTrace(hog, wallet(), 'command-line')))).toEqual(words);
  expect(told(analyze(hog, miningTrace(hog, pool, 'command-line')))).toEqual(words);
});

test('settings name the program they are of, a command in base64 none', () => {
  const xmrig = miningTrace(hog, { kind: 'config', program: 'xmrig', keys: ['donate-level'] });
  const encoded = miningTrace(hog, { kind: 'program', program: 'encoded-command', mark: 'x' });
  const programs = [[xmrig], [encoded], [encoded, xmrig]].map(
    (traces) => analyze(hog, cpuUse(hog, 380), ...traces)[0]?.params,
  );
  expect(programs).toMatchObject([
    { program: 'xmrig', pool: '' },
    { program: 'unknown', pool: '' },
    { program: 'xmrig', pool: '' },
  ]);
});

test('a process that took its own name away is called by its file', () => {
  const nameless = { ...processFact({ pid: 314, path: '/tmp/.x/kdump' }), name: text('') };
  const found = analyze(
    nameless,
    cpuUse(nameless, 380),
    miningTrace(nameless, wallet()),
    miningTrace(nameless, login),
  );
  expect(found[0]?.params).toMatchObject({ process: 'kdump', pid: 314 });
});

test('a pool name alone only raises confidence', () => {
  const known = { ...pool, scheme: '', known: true };
  expect(told(analyze(hog, cpuUse(hog, 380), miningTrace(hog, known)))).toEqual(['content.pool low']);
});

test('a browser that shows a page about mining is no miner', () => {
  const browser = processFact({ pid: 310, path: '/usr/lib/firefox/firefox' });
  const found = analyze(
    browser,
    ownedBy('/usr/lib/firefox/firefox', 'firefox-esr'),
    cpuUse(browser, 180),
    connection([310], '203.0.113.4', 443),
    miningTrace(browser, wallet()),
    miningTrace(browser, login),
  );
  expect(told(found)).toEqual(['content.mining-words info']);
});

test('grep for a pool and an idle editor with a configuration are no miners', () => {
  const grep = processFact({ pid: 311, path: '/usr/bin/grep' });
  const idle = processFact({ pid: 312, path: '/home/a/editor/bin/ed' });
  const config = { kind: 'config', program: 'xmrig', keys: ['donate-level'] } as const;
  const found = analyze(
    grep,
    cpuUse(grep, 99),
    miningTrace(grep, pool, 'command-line'),
    idle,
    miningTrace(idle, config),
  );
  expect(told(found)).toEqual(['content.mining-words info', 'content.mining-words info']);
});

test('a program in /tmp that calls itself vim is judged as any other', () => {
  const fake = processFact({ pid: 313, path: '/tmp/vim' });
  const found = analyze(fake, cpuUse(fake, 90), miningTrace(fake, wallet()), miningTrace(fake, login));
  expect(told(found)).toEqual(['content.mining-session critical']);
});

test('wallet and pool on the command line are a pair without a scheme of mining', () => {
  const plain = { ...pool, scheme: '', port: 443 };
  const given = [miningTrace(hog, wallet(), 'command-line'), miningTrace(hog, plain, 'command-line')];
  expect(told(analyze(hog, cpuUse(hog, 380), ...given))).toEqual(['content.miner-configuration high']);
});

describe('text of others', () => {
  const config = { kind: 'config', program: 'xmrig', keys: ['donate-level'] } as const;
  const forum = (one: ProcessFact) => [
    cpuUse(one, 380),
    miningTrace(one, config),
    miningTrace(one, wallet()),
    miningTrace(one, pool),
  ];

  test('in a database of a package and in a service that answers requests stays low', () => {
    const path = '/usr/lib/postgresql/16/bin/postgres';
    const database = processFact({ pid: 320, path });
    expect(told(analyze(database, ownedBy(path, 'postgresql-16'), ...forum(database)))).toEqual([
      'content.miner-configuration low',
    ]);
    const site = processFact({ pid: 321, path: '/srv/forum/server' });
    expect(told(analyze(site, listener([321], '0.0.0.0', 8080), ...forum(site)))).toEqual([
      'content.miner-configuration low',
    ]);
    expect(told(analyze(site, ...forum(site)))).toEqual(['content.miner-configuration medium']);
  });

  test('in a file that an archiver of a package has open stays low', () => {
    const path = '/usr/bin/borg-static';
    const archiver = processFact({ pid: 322, path });
    const read = miningTrace(archiver, config, 'config-file');
    expect(told(analyze(archiver, ownedBy(path, 'borg'), cpuUse(archiver, 99), read))).toEqual([
      'content.miner-configuration low',
    ]);
    expect(told(analyze(archiver, cpuUse(archiver, 99), read))).toEqual(['content.miner-configuration high']);
  });

  test('recorded in a log or served to miners says nothing', () => {
    const session = [cpuUse(hog, 380), miningTrace(hog, wallet()), miningTrace(hog, login)];
    const quoted = miningTrace(hog, { ...login, quoted: true });
    const served = [
      listener([300], '0.0.0.0', 3333),
      connection([300], '203.0.113.50', 50412, { local: { address: '198.51.100.7', port: 3333 } }),
    ];
    for (const others of [[quoted], served])
      expect(told(analyze(hog, ...session, ...others))).toEqual(['content.mining-words info']);
  });

  test('in a list of wallets or pools says nothing, unless a login stands beside it', () => {
    const hot = cpuUse(hog, 380);
    const wallets = Array.from({ length: 16 }, (_, at) => miningTrace(hog, wallet(`4W${at}`)));
    const pools = Array.from({ length: 16 }, (_, at) =>
      miningTrace(hog, { ...pool, host: `203.0.113.${at}` }),
    );
    for (const list of [wallets, [...pools, miningTrace(hog, wallet())]]) {
      expect(told(analyze(hog, hot, ...list))).toEqual(['content.mining-words info']);
      expect(told(analyze(hog, hot, ...list, miningTrace(hog, login)))).toEqual([
        'content.mining-session critical',
      ]);
    }
  });

  test('and addresses of contracts and shops in environments and configurations stay low', () => {
    const contract = { ...wallet(), coin: 'ethereum' };
    for (const place of ['environment', 'config-file', 'command-line'] as const)
      expect(told(analyze(hog, cpuUse(hog, 90), miningTrace(hog, contract, place)))).toEqual([
        'content.wallet low',
      ]);
    expect(told(analyze(hog, cpuUse(hog, 90), miningTrace(hog, wallet(), 'environment')))).toEqual([
      'content.wallet low',
    ]);
    expect(told(analyze(hog, cpuUse(hog, 90), miningTrace(hog, wallet(), 'command-line')))).toEqual([
      'content.wallet medium',
    ]);
  });
});

test('an answer of the miner interface is proof', () => {
  const found = analyze(hog, {
    kind: 'miner-api',
    source: { source: text('http://127.0.0.1:18088/1/summary') },
    ...identity(hog),
    port: 18088,
    program: text('XMRig/6.22.0'),
    text: text('{"kind":"miner"}'),
  });
  expect(told(found)).toEqual(['content.miner-api critical']);
});

test('thousands of hostile traces make one finding with bounded evidence', () => {
  const many = Array.from({ length: 5000 }, (_, at) => miningTrace(hog, wallet(`4${at}`)));
  const found = analyze(hog, cpuUse(hog, 380), ...many, miningTrace(hog, login));
  expect(found).toHaveLength(1);
  expect(found[0]?.evidence.length).toBeLessThan(12);
});

test('traces of a reused pid are not given to its new owner', () => {
  const other = { ...hog, startTicks: 9 };
  const found = analyze(hog, cpuUse(hog, 380), miningTrace(other, wallet()), miningTrace(other, login));
  expect(told(found)).not.toContain('content.mining-session critical');
});
