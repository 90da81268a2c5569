import { describe, expect, test } from 'bun:test';
import type { MiningTrace } from '../model/facts/process.ts';
import { KeywordSearch } from './keywords.ts';
import { isMiningScheme, knownPool, knownPools, parsePool } from './pools.ts';
import { tracesOfText } from './text-traces.ts';
import { findTraces, traceBudget } from './traces.ts';

/** Monero's published general fund address. */
const wallet =
  '44AFFq5kSiGBoZ4NMDwYtN18obc8AemS33DBLWs3H7otXft3XjrpDtQGv7SqSsaBYBb98uNbr2VBBEt7f2wfn3RVGQBEP3A';
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const wide = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'utf16le'));
const found = (text: string | Uint8Array): readonly MiningTrace[] =>
  findTraces(typeof text === 'string' ? bytes(text) : text).map((hit) => hit.found);
const stratum = (dialect: string, method: string, direction: 'client' | 'server'): MiningTrace => ({
  kind: 'stratum',
  dialect,
  method,
  direction,
});
const monero: MiningTrace = { kind: 'wallet', coin: 'monero', address: wallet, verified: true };

describe('pool protocols', () => {
  const messages: readonly (readonly [string, MiningTrace])[] = [
    [
      `{"id":1,"jsonrpc":"2.0","method":"login","params":{"login":"rig","pass":"x","agent":"a/1","algo":["rx/0"]}}`,
      stratum('cryptonote', 'login', 'client'),
    ],
    [
      `{"jsonrpc":"2.0","method":"job","params":{"blob":"0e0e","job_id":"9","target":"b88d0600","seed_hash":"ab"}}`,
      stratum('cryptonote', 'job', 'server'),
    ],
    [
      `{"id":1,"result":{"id":"c1","job":{"blob":"0e","job_id":"1","target":"ff"},"status":"OK"}}`,
      stratum('cryptonote', 'job', 'server'),
    ],
    [
      `{"id":2,"method":"submit","params":{"id":"c1","job_id":"9","nonce":"01000000","result":"00"}}`,
      stratum('cryptonote', 'submit', 'client'),
    ],
    [
      `{"id":3,"jsonrpc":"2.0","method":"keepalived","params":{"id":"c1"}}`,
      stratum('cryptonote', 'keepalived', 'client'),
    ],
    [
      `{"id": 1, "method": "mining.subscribe", "params": ["agent/1.0"]}`,
      stratum('stratum', 'mining.subscribe', 'client'),
    ],
    [
      `{"id":1,"method":"mining.subscribe","params":["a","EthereumStratum/1.0.0"]}`,
      stratum('ethereum-stratum', 'mining.subscribe', 'client'),
    ],
    [
      `{"params":["1","ab"],"id":null,"method":"mining.notify"}`,
      stratum('stratum', 'mining.notify', 'server'),
    ],
    [
      `{"worker":"r","jsonrpc":"2.0","params":["0xab"],"id":2,"method":"eth_submitLogin"}`,
      stratum('ethproxy', 'eth_submitLogin', 'client'),
    ],
    [
      `{"jsonrpc":"2.0","id":"0","method":"getblocktemplate","params":{"wallet_address":"4x","reserve_size":8}}`,
      stratum('getblocktemplate', 'getblocktemplate', 'client'),
    ],
  ];
  const quoted = (trace: MiningTrace): MiningTrace =>
    trace.kind === 'stratum' ? { ...trace, quoted: true } : trace;
  for (const [message, expected] of messages) {
    test(`${JSON.stringify(expected)} is told of its message, plain, quoted and wide`, () => {
      const buried = (text: Uint8Array): Uint8Array =>
        Uint8Array.from([0, 0xff, 0x7f, 0, ...text, 0, 0, 0x80, 0]);
      expect(found(buried(bytes(message)))).toContainEqual(expected);
      expect(found(buried(bytes(message.replaceAll('"', '\\"'))))).toContainEqual(quoted(expected));
      expect(found(buried(wide(message)))).toContainEqual(expected);
    });
  }

  test('a login in a buffer that was freed and lost its first bytes is told', () => {
    const rest = `":"2.0","method":"login","params":{"login":"x","pass":"x","agent":"a/1"}}\n{"rest`;
    expect(found(Uint8Array.from([...new Uint8Array(16), ...bytes(rest)]))).toEqual([
      { kind: 'stratum', dialect: 'cryptonote', method: 'login', direction: 'client' },
    ]);
    expect(found(`a "login" page has "pass" and "agent"\n`)).toEqual([]);
  });

  test('the offset is that of the message, the length its bytes', () => {
    const message = `{"id":1,"method":"mining.authorize","params":["a","x"]}`;
    const [hit] = findTraces(bytes(`\0\0\0${message}\0tail`));
    expect(hit?.offset).toBe(3);
    expect(hit?.length).toBe(message.length);
  });

  test('method names without a message are no session', () => {
    expect(found('mining.notify\0mining.subscribe\0eth_getWork\0"login"\0"job"\0keepalived')).toEqual([]);
  });

  test('logins, jobs and submits of other protocols stay clean', () => {
    for (const other of [
      '{"method":"login","params":{"username":"me","password":"x"}}',
      '{"type":"job","job":{"id":7,"name":"nightly"}}',
      '{"method":"submit","params":{"form":1}}',
      '{"method":"job","job_id":"7","blob":"artifact"}',
      '{"jsonrpc":"2.0","method":"eth_call","params":[]}',
    ]) {
      expect(found(other)).toEqual([]);
    }
  });

  test('Stratum V2 leaves the name of its handshake', () => {
    expect(found('Noise_NX_Secp256k1+EllSwift_ChaChaPoly_SHA256')).toEqual([
      stratum('stratum-v2', 'noise', 'client'),
    ]);
  });
});

describe('pools', () => {
  test('a mining scheme is a pool, known or not', () => {
    expect(found('x stratum+ssl://pool.example.org:14433 y')).toEqual([
      { kind: 'pool', host: 'pool.example.org', port: 14433, scheme: 'stratum+ssl', known: false },
    ]);
    expect(found('stratum1+tcp://0xabc.rig@192.0.2.7:1010')).toEqual([
      { kind: 'pool', host: '192.0.2.7', port: 1010, scheme: 'stratum1+tcp', known: false },
    ]);
  });

  test('a known name is told with its port, under any of its hosts', () => {
    expect(found('\0pool.supportxmr.com:443\0')).toEqual([
      { kind: 'pool', host: 'pool.supportxmr.com', port: 443, scheme: '', known: true },
    ]);
  });

  test('a name that only ends like a pool is none', () => {
    expect(found('notsupportxmr.com:443 supportxmr.com.example.org')).toEqual([]);
    expect(knownPool('evil-f2pool.com')).toBeUndefined();
  });

  test('the donation host names its program', () => {
    expect(found('donate.v2.xmrig.com')).toContainEqual({
      kind: 'program',
      program: 'xmrig',
      mark: 'donate.v2.xmrig.com',
    });
  });

  test('the word stratum in NTP is no pool', () => {
    expect(found('Stratum : 2, stratum 3 http://ntp.example.org:123/stratum')).toEqual([]);
  });

  test('addresses parse with v6, user and path; impossible ports do not', () => {
    expect(parsePool('stratum+tcp://[2001:db8::1]:3333/')?.host).toBe('[2001:db8::1]');
    expect(parsePool('stratum+tcp://a:b@pool.example.org:3333')?.host).toBe('pool.example.org');
    expect(parsePool('pool.example.org:99999')).toBeUndefined();
    expect(parsePool('a b:80')).toBeUndefined();
    expect(isMiningScheme('https')).toBe(false);
  });

  test('the pack has no two entries for one name, all lower case', () => {
    const names = knownPools.map((pool) => pool.suffix);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toEqual(names.map((name) => name.toLowerCase()));
  });
});

describe('configurations and programs', () => {
  const config = `{
    "autosave": true,
    "cpu": { "enabled": true, "huge-pages": true, "max-threads-hint": 75 },
    "donate-level": 1,
    "pools": [ { "algo": "rx/0", "url": "198.51.100.9:8080", "user": "${wallet}", "pass": "x" } ],
    "pause-on-active": false
}`;

  test('a configuration tells program, keys, pool, wallet and algorithm', () => {
    expect(found(config)).toEqual(
      expect.arrayContaining([
        {
          kind: 'config',
          program: 'xmrig',
          keys: ['donate-level', 'huge-pages', 'max-threads-hint', 'pause-on-active'],
        },
        { kind: 'pool', host: '198.51.100.9', port: 8080, scheme: '', known: false },
        { kind: 'algorithm', name: 'rx/0' },
        monero,
      ]),
    );
  });

  test('two of its keys, or three far apart, are no configuration', () => {
    expect(found('{"huge-pages":true,"memory-pool":1,"url":"198.51.100.9:80"}')).toEqual([]);
    const gap = ' '.repeat(10_000);
    expect(found(`"huge-pages"${gap}"memory-pool"${gap}"nicehash"`)).toEqual([]);
  });

  test('user agents need their version, and their case', () => {
    expect(found('XMRig/6.21.0 (Linux x86_64)')).toEqual([
      { kind: 'program', program: 'xmrig', mark: 'XMRig/' },
    ]);
    expect(found('github.com/xmrig/xmrig')).toEqual([]);
    expect(found('see lolMiner documentation')).toEqual([]);
  });

  test('a line of a log names the algorithm', () => {
    expect(found('net  new job from 192.0.2.1:3333 diff 1000 algo rx/0 height 3')).toEqual([
      { kind: 'algorithm', name: 'rx/0' },
    ]);
    expect(found('{"algo":"HS256","algorithm":"sha512"}')).toEqual([]);
  });

  test('options in base64 are seen at each alignment', () => {
    for (const lead of ['', 'a', 'ab']) {
      const text = Buffer.from(`${lead}xx --donate-level=0 stratum+tcp://h`).toString('base64');
      expect(found(text).map((trace) => trace.kind)).toEqual(['program', 'program']);
    }
  });

  test('a file tells lines, and reads its lines as commands', () => {
    const script = `#!/bin/sh\n\nnohup ./kworker -o 203.0.113.5:443 -u ${wallet} -a rx/0 -k --donate-level 0 &\n`;
    expect(tracesOfText(script)).toEqual(
      expect.arrayContaining([
        { found: monero, line: 3 },
        { found: { kind: 'pool', host: '203.0.113.5', port: 443, scheme: '', known: false }, line: 3 },
        { found: { kind: 'algorithm', name: 'rx/0' }, line: 3 },
        { found: { kind: 'config', program: 'xmrig', keys: ['donate-level'] }, line: 3 },
      ]),
    );
  });
});

describe('wallets among other bytes', () => {
  test('an Ethereum address in one case counts only beside another sign', () => {
    const lower = '0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed';
    expect(found(lower)).toEqual([]);
    expect(found(`stratum1+tcp://${lower}.rig@192.0.2.1:1010`)).toContainEqual({
      kind: 'wallet',
      coin: 'ethereum',
      address: lower,
      verified: false,
    });
  });

  test('wide text at odd and even offsets', () => {
    for (const shift of [0, 1, 2, 3, 7]) {
      const input = Uint8Array.from([...new Uint8Array(shift).fill(0xfe), ...wide(wallet), 0xff, 0xff]);
      const hits = findTraces(input);
      expect(hits.map((hit) => [hit.found, hit.offset, hit.wide])).toEqual([[monero, shift, true]]);
    }
  });
});

describe('hostile content', () => {
  test('words without end cost no more than the budget', () => {
    const budget = { ...traceBudget(), words: 100 };
    findTraces(bytes('{"method":"login" '.repeat(20_000)), budget);
    expect(budget.words).toBe(0);
  });

  test('hits are bounded', () => {
    const pools = Array.from({ length: 2000 }, (_, at) => `stratum+tcp://h${at}.example.org:1 `).join('');
    expect(findTraces(bytes(pools))).toHaveLength(200);
  });

  test('braces without end, quotes without end, long hosts', () => {
    for (const piece of [
      '{',
      '}',
      '{"',
      '"algo":["',
      '"url":"',
      'stratum+tcp://',
      'a.f2pool.com.',
      '\\"job\\"',
    ]) {
      expect(() => findTraces(bytes(piece.repeat(100_000 / piece.length)))).not.toThrow();
    }
  });

  test('the automaton finds overlapping words, in any case', () => {
    const search = new KeywordSearch(['hers', 'she', 'he']);
    const ends: (readonly [number, number])[] = [];
    search.search(bytes('\0USHERS\0'), (word, end) => {
      ends.push([word, end]);
      return true;
    });
    expect(ends).toEqual([
      [1, 5],
      [2, 5],
      [0, 7],
    ]);
  });
});
