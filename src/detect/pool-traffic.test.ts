import { expect, test } from 'bun:test';
import {
  connection,
  cpuUse,
  exe,
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
import { poolTraffic } from './pool-traffic.ts';

const analyze = judgedBy(poolTraffic);
const path = '/srv/work/updater';
const hog = processFact({ pid: 300, path });
const traffic = {
  bytesSent: 9_000,
  bytesReceived: 40_000,
  segmentsOut: 200,
  segmentsIn: 220,
  dataSegmentsOut: 80,
  dataSegmentsIn: 120,
  lastSentMs: 20_000,
  lastReceivedMs: 9_000,
  rttUs: 30_000,
};
const sparse = connection([300], '203.0.113.9', 443, { traffic });

test('a hog with pool messages and an open connection is mining', () => {
  const [found] = analyze(
    hog,
    cpuUse(hog, 350),
    connection([300], '203.0.113.9', 443),
    miningTrace(hog, login),
  );
  expect(found).toMatchObject({
    rule: 'traffic.stratum-session',
    severity: 'critical',
    bearing: 'proof',
    params: { remote: '203.0.113.9:443' },
  });
});

test('a throttled process is mining by its login and the connection to the pool that it names, both', () => {
  const pool = {
    kind: 'pool',
    host: '203.0.113.9',
    port: 3333,
    scheme: 'stratum+tcp',
    known: false,
  } as const;
  const [used, open] = [cpuUse(hog, 8), connection([300], '203.0.113.9', 3333)];
  const [own, sent] = [miningTrace(hog, pool, 'command-line'), miningTrace(hog, login)];
  expect(told(analyze(hog, used, open, own, sent))).toEqual(['traffic.stratum-session critical']);
  expect(analyze(hog, used, open, own)).toEqual([]);
  expect(analyze(hog, used, open, sent)).toEqual([]);
  expect(analyze(hog, used, connection([300], '203.0.113.9', 443), own, sent)).toEqual([]);
  expect(analyze(hog, cpuUse(hog, 1), open, own, sent)).toEqual([]);
});

test('a hog connected to the pool that its arguments name is mining', () => {
  const pool = {
    kind: 'pool',
    host: 'pool.example.net',
    port: 3333,
    scheme: 'stratum+tcp',
    known: false,
  } as const;
  const found = analyze(
    hog,
    cpuUse(hog, 350),
    connection([300], '203.0.113.9', 3333),
    miningTrace(hog, pool, 'command-line'),
  );
  expect(told(found)).toEqual(['traffic.stratum-session critical']);
  const elsewhere = analyze(
    hog,
    cpuUse(hog, 350),
    connection([300], '203.0.113.9', 5432),
    miningTrace(hog, pool, 'command-line'),
  );
  expect(elsewhere).toEqual([]);
});

test('a miner on a graphics card needs no CPU to be told', () => {
  const gpu = {
    kind: 'gpu-use' as const,
    source: { source: text('/proc/300/maps') },
    ...identity(hog),
    devices: [text('/dev/nvidia0')],
    libraries: [text('/usr/lib/libcuda.so.1')],
    text: text('/dev/nvidia0'),
  };
  const found = analyze(hog, gpu, connection([300], '203.0.113.9', 443), miningTrace(hog, login));
  expect(told(found)).toEqual(['traffic.stratum-session critical']);
});

test('without CPU there is no session to judge', () => {
  expect(analyze(hog, connection([300], '203.0.113.9', 443), miningTrace(hog, login))).toEqual([]);
});

test('an unowned hog with one quiet long connection and no listener is suspicious', () => {
  expect(told(analyze(hog, ownedBy(path, ''), cpuUse(hog, 350), sparse))).toEqual([
    'traffic.sparse-session medium',
  ]);
});

test('the same with a listener, a package, a busy connection or many peers is not', () => {
  const owned = ownedBy(path, '');
  const cpu = cpuUse(hog, 350);
  expect(analyze(hog, owned, cpu, sparse, listener([300], '0.0.0.0', 8080))).toEqual([]);
  expect(analyze(hog, ownedBy(path, 'updater'), cpu, sparse)).toEqual([]);
  const busy = { ...sparse, traffic: { ...traffic, bytesReceived: 900_000_000, dataSegmentsIn: 700_000 } };
  expect(analyze(hog, owned, cpu, busy)).toEqual([]);
  const peers = [1, 2, 3].map((n) => connection([300], `203.0.113.${n}`, 443, { traffic }));
  expect(analyze(hog, owned, cpu, ...peers)).toEqual([]);
});

test('a private peer, an interpreter or a terminal keep it low', () => {
  const owned = ownedBy(path, '');
  const cpu = cpuUse(hog, 350);
  expect(told(analyze(hog, owned, cpu, connection([300], '10.0.0.5', 5432, { traffic })))).toEqual([
    'traffic.sparse-session low',
  ]);
  expect(told(analyze({ ...hog, terminal: 34816 }, owned, cpu, sparse))).toEqual([
    'traffic.sparse-session low',
  ]);
  const conda = { ...hog, exe: exe('/home/a/miniconda3/bin/python3.12') };
  const found = analyze(conda, ownedBy('/home/a/miniconda3/bin/python3.12', ''), cpu, sparse);
  expect(told(found)).toEqual(['traffic.sparse-session low']);
});

test('a port of pools is low and needs CPU', () => {
  const port = connection([300], '203.0.113.9', 14444);
  expect(told(analyze(hog, cpuUse(hog, 350), port))).toEqual(['traffic.mining-port low']);
  expect(analyze(hog, port)).toEqual([]);
});

const job = { kind: 'stratum', dialect: 'cryptonote', method: 'job', direction: 'server' } as const;
const far = connection([300], '203.0.113.9', 443);

test('a throttled process with its login, a wallet and work from the pool is mining without the name of a pool', () => {
  const [used, sent, paid] = [cpuUse(hog, 8), miningTrace(hog, login), miningTrace(hog, wallet())];
  expect(told(analyze(hog, used, far, sent, paid, miningTrace(hog, job)))).toEqual([
    'traffic.stratum-session critical',
  ]);
  expect(analyze(hog, used, far, sent, paid)).toEqual([]);
  expect(analyze(hog, used, far, sent, miningTrace(hog, job))).toEqual([]);
});

test('whoever serves miners or records them talks to no pool, unless it names that pool', () => {
  const hot = cpuUse(hog, 200);
  const messages = [miningTrace(hog, login), miningTrace(hog, job)];
  const server = [
    listener([300], '0.0.0.0', 3333),
    connection([300], '203.0.113.50', 50412, { local: { address: '198.51.100.7', port: 3333 } }),
  ];
  const quoted = miningTrace(hog, { ...login, quoted: true });
  for (const others of [server, [quoted]]) {
    expect(analyze(hog, hot, far, ...messages, ...others)).toEqual([]);
    const named = {
      kind: 'pool',
      host: '203.0.113.9',
      port: 443,
      scheme: 'stratum+ssl',
      known: false,
    } as const;
    expect(told(analyze(hog, hot, far, ...messages, ...others, miningTrace(hog, named)))).toEqual([
      'traffic.stratum-session critical',
    ]);
  }
});

test('a program in a drop place is no server and no collector of messages', () => {
  const dropped = processFact({ pid: 300, path: '/var/tmp/.x/job' });
  const found = analyze(
    dropped,
    cpuUse(dropped, 200),
    far,
    miningTrace(dropped, login),
    miningTrace(dropped, { ...login, quoted: true }),
  );
  expect(told(found)).toEqual(['traffic.stratum-session critical']);
});

test('a node that holds the help of its block template is no miner', () => {
  const help = {
    kind: 'stratum',
    dialect: 'getblocktemplate',
    method: 'getblocktemplate',
    direction: 'client',
  } as const;
  expect(analyze(hog, cpuUse(hog, 390), far, miningTrace(hog, help))).toEqual([]);
});

test('addresses that are no addresses and counters that lie break nothing', () => {
  const odd = connection([300], 'not-an-address', 443, {
    traffic: { ...traffic, dataSegmentsIn: 0, bytesReceived: Number.NaN },
  });
  expect(analyze(hog, ownedBy(path, ''), cpuUse(hog, 350), odd)).toEqual([]);
});
