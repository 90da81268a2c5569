/** Honest programs that hold, serve, record or write about the mining of others, judged by all analyzers at once. */
import { describe, expect, test } from 'bun:test';
import { type Fact, FactSet } from '../model/fact.ts';
import type { MiningTrace, MiningTraceFact, ProcessFact } from '../model/facts/process.ts';
import { severityRank } from '../model/finding.ts';
import {
  connection,
  cpuUse,
  exe,
  hostFact,
  judgeContext,
  listener,
  login,
  mapping,
  memoryMap,
  miningTrace,
  ownedBy,
  processFact,
  told,
  wallet,
} from './facts.fixture.ts';
import { judge } from './judge.ts';

type Place = MiningTraceFact['place'];

interface Program {
  readonly path: string;
  /** Empty where no package owns it, left out where nobody knows. */
  readonly owner?: string;
  readonly parts?: Parameters<typeof processFact>[0];
  readonly traces: readonly (MiningTrace | readonly [MiningTrace, Place])[];
  readonly more?: (process: ProcessFact) => readonly Fact[];
}

const pool = (host: string, port = 3333, scheme = 'stratum+tcp'): MiningTrace => ({
  kind: 'pool',
  host,
  port,
  scheme,
  known: false,
});
const known = (host: string): MiningTrace => ({ kind: 'pool', host, port: 0, scheme: '', known: true });
const config: MiningTrace = {
  kind: 'config',
  program: 'xmrig',
  keys: ['donate-level', 'huge-pages', 'wrmsr'],
};
const mark: MiningTrace = { kind: 'program', program: 'xmrig', mark: 'XMRig/' };
const job: MiningTrace = { kind: 'stratum', dialect: 'cryptonote', method: 'job', direction: 'server' };
const quoted: MiningTrace = { ...login, quoted: true };
const template: MiningTrace = {
  kind: 'stratum',
  dialect: 'getblocktemplate',
  method: 'getblocktemplate',
  direction: 'client',
};
const ethereum: MiningTrace = { kind: 'wallet', coin: 'ethereum', address: '0xA1', verified: true };
const bitcoin: MiningTrace = { kind: 'wallet', coin: 'bitcoin', address: 'bc1x', verified: true };
const wallets = Array.from({ length: 40 }, (_, at) => wallet(`4W${at}`));
const pools = Array.from({ length: 40 }, (_, at) => known(`pool${at}.example.org`));

const listens =
  (port: number) =>
  ({ pid }: ProcessFact): readonly Fact[] => [listener([pid], '0.0.0.0', port)];
/** Serves miners of its own and asks a node. */
const servesMiners = ({ pid }: ProcessFact): readonly Fact[] => [
  listener([pid], '0.0.0.0', 3333),
  connection([pid], '203.0.113.60', 51000, { local: { address: '198.51.100.7', port: 3333 } }),
  connection([pid], '203.0.113.61', 51001, { local: { address: '198.51.100.7', port: 3333 } }),
  connection([pid], '10.0.0.5', 18081),
];
const ships = ({ pid }: ProcessFact): readonly Fact[] => [connection([pid], '203.0.113.80', 9200)];

const honest: Readonly<Record<string, Program>> = {
  'a log shipper with the messages of others': {
    path: '/opt/vector/bin/vector',
    owner: '',
    traces: [login, quoted, job, wallet(), pool('pool.example.net')],
    more: ships,
  },
  'a packaged log shipper with a log open': {
    path: '/opt/fluent-bit/bin/fluent-bit',
    owner: 'fluent-bit',
    traces: [quoted, wallet(), [config, 'config-file'], [pool('pool.example.net'), 'config-file']],
    more: ships,
  },
  'a scanner with rules and lists of indicators': {
    path: '/usr/local/bin/scanner',
    owner: '',
    traces: [mark, config, quoted, ...wallets, ...pools],
    more: ships,
  },
  'a platform of indicators in Python': {
    path: '/usr/bin/python3.12',
    owner: 'python3.12-minimal',
    traces: [mark, ...wallets, ...pools],
    more: ships,
  },
  'a server of a pool': {
    path: '/usr/bin/node',
    owner: 'nodejs',
    traces: [login, job, ...wallets.slice(0, 3)],
    more: servesMiners,
  },
  'a database of a forum': {
    path: '/usr/lib/postgresql/16/bin/postgres',
    owner: 'postgresql-16',
    traces: [config, mark, wallet(), pool('pool.example.net')],
    more: listens(5432),
  },
  'a site with a post about XMRig': {
    path: '/srv/forum/server',
    owner: '',
    traces: [config, mark, wallet(), pool('pool.example.net')],
    more: listens(8080),
  },
  'a backup that reads the settings of a miner': {
    path: '/usr/bin/restic',
    owner: 'restic',
    traces: [
      [config, 'config-file'],
      [wallet(), 'config-file'],
      [pool('pool.example.net'), 'config-file'],
    ],
    more: ships,
  },
  'a node of Bitcoin with its help': {
    path: '/usr/local/bin/bitcoind',
    owner: '',
    traces: [template, bitcoin],
    more: (process) => [...listens(8333)(process), connection([process.pid], '203.0.113.90', 8333)],
  },
  'a backend of contracts': {
    path: '/usr/bin/node',
    owner: 'nodejs',
    traces: [
      [ethereum, 'environment'],
      [ethereum, 'config-file'],
    ],
    more: ships,
  },
  'a client of Ethereum that is told who is paid': {
    path: '/usr/local/bin/lighthouse',
    owner: '',
    traces: [[ethereum, 'command-line']],
    more: listens(9000),
  },
  'a relay whose operator takes donations': {
    path: '/usr/local/bin/tor',
    owner: '',
    traces: [[bitcoin, 'config-file'], bitcoin],
    more: listens(9001),
  },
  'an editor open on a page about mining': {
    path: '/usr/bin/vim.basic',
    owner: 'vim',
    traces: [config, mark, wallet(), pool('pool.example.net'), login],
  },
  'a test of a build runner that was deleted': {
    path: '/tmp/go-build1/b001/app.test',
    owner: '',
    parts: { parent: 700, exe: exe('/tmp/go-build1/b001/app.test', { deleted: true }) },
    traces: [],
    more: () => [processFact({ pid: 700, parent: 650, path: '/home/ci/actions-runner/bin/Runner.Worker' })],
  },
  'a program that unpacks itself into /tmp': {
    path: '/tmp/_MEIx2f/tool',
    owner: '',
    traces: [],
  },
  'a heap of 2.5 GiB beside compiled expressions': {
    path: '/opt/app/server',
    owner: '',
    traces: [],
    more: (process) => [
      memoryMap(process, [
        mapping({ start: 0x700000000000, size: 0xa0000000 }),
        mapping({ start: 0x7f3000000000, size: 0x20000, access: 'rwxp' }),
      ]),
    ],
  },
};

function factsOf({ path, owner, parts, traces, more }: Program): readonly Fact[] {
  const process = processFact({ pid: 800, path, ...parts });
  return [
    hostFact(),
    processFact({ pid: 1, path: '/usr/lib/systemd/systemd', parent: 0 }),
    process,
    cpuUse(process, 180),
    ...(owner === undefined ? [] : [ownedBy(path, owner)]),
    ...traces.map((trace) =>
      'kind' in trace ? miningTrace(process, trace) : miningTrace(process, trace[0], trace[1]),
    ),
    ...(more?.(process) ?? []),
  ];
}

const coverage = [{ id: 'processes', required: true, checked: true }];
const judged = (program: Program) => judge(new FactSet(factsOf(program)), judgeContext(), coverage);

describe('busy honest programs are clean', () => {
  for (const [name, program] of Object.entries(honest)) {
    test(name, () => {
      const { findings, verdict } = judged(program);
      const serious = findings.filter(({ severity }) => severityRank(severity) >= severityRank('medium'));
      expect({ told: told(serious), verdict }).toEqual({ told: [], verdict: 'clean' });
    });
  }
});

describe('the same with what makes a miner of it is mining', () => {
  const path = '/srv/work/updater';
  const toPool = ({ pid }: ProcessFact): readonly Fact[] => [connection([pid], '203.0.113.9', 443)];
  const miners: Readonly<Record<string, Program>> = {
    'a login, its wallet and a connection': { path, owner: '', traces: [login, wallet()], more: toPool },
    'the same without a wallet': { path, owner: '', traces: [login, job], more: toPool },
    'a login among many wallets': { path, owner: '', traces: [login, ...wallets], more: toPool },
    'its own records, connected to the pool that it names': {
      path,
      owner: '',
      traces: [login, quoted, wallet(), pool('203.0.113.9', 443)],
      more: toPool,
    },
    'a proxy that serves miners and dials the pool that it names': {
      path,
      owner: '',
      traces: [login, job, pool('203.0.113.9', 443)],
      more: (process) => [...servesMiners(process), ...toPool(process)],
    },
    'a packaged interpreter with a session': {
      path: '/usr/bin/python3.12',
      owner: 'python3.12-minimal',
      traces: [login, job, wallet()],
      more: toPool,
    },
  };
  for (const [name, program] of Object.entries(miners)) {
    test(name, () => {
      expect(judged(program).verdict).toBe('mining');
    });
  }
});
