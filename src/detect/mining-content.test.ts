import { expect, test } from 'bun:test';
import {
  connection,
  cpuUse,
  identity,
  judgedBy,
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
