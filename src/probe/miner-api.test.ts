import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import type { SocketFact } from '../model/facts/network.ts';
import { printableText } from '../model/text.ts';
import { raiseLoopback } from '../native/loopback.ts';
import { apiListeners, apiRequests, probeMinerApi, readApiAnswer } from './miner-api.ts';

const process = { pid: 100, startTicks: 1000 };
const listener = (
  address: string,
  port: number,
  parts: Partial<Pick<SocketFact, 'owners' | 'namespace' | 'state'>> = {},
): SocketFact => ({
  kind: 'socket',
  source: { source: printableText('netlink:inet-diag') },
  transport: 'tcp',
  state: 'listen',
  local: { address, port },
  remote: { address: '0.0.0.0', port: 0 },
  inode: 1,
  uid: 0,
  namespace: 5,
  owners: [100],
  seenBy: ['netlink'],
  text: printableText('LISTEN'),
  ...parts,
});

describe('who is asked', () => {
  test('only loopback listeners of the suspect in our own namespace', () => {
    const sockets = [
      listener('127.0.0.1', 4067),
      listener('0.0.0.0', 8080),
      listener('::1', 9000),
      listener('192.0.2.1', 81),
      listener('127.0.0.1', 82, { owners: [7] }),
      listener('127.0.0.1', 83, { namespace: 6 }),
      listener('127.0.0.1', 84, { state: 'established' }),
    ];
    expect(apiListeners(sockets, process, 5)).toEqual([
      { address: '127.0.0.1', port: 4067 },
      { address: '127.0.0.1', port: 8080 },
      { address: '::1', port: 9000 },
    ]);
  });

  test('the requests can be listed before, and are bounded', () => {
    expect(apiRequests([{ address: '::1', port: 9 }])[0]).toBe('GET http://[::1]:9/1/summary');
    const many = Array.from({ length: 100 }, (_, at) => listener('127.0.0.1', at + 1));
    expect(apiListeners(many, process, 5)).toHaveLength(8);
  });
});

const xmrig = JSON.stringify({
  kind: 'miner',
  ua: 'XMRig/6.21.0 (Linux x86_64)',
  algo: 'rx/0',
  connection: { pool: '192.0.2.7:443', password: 'hunter2' },
  hashrate: { total: [1000, 900, 800] },
});

describe('answers', () => {
  test('XMRig and T-Rex by the keys of their documentation', () => {
    expect(readApiAnswer(xmrig)).toEqual({
      program: 'XMRig/6.21.0 (Linux x86_64)',
      algorithm: 'rx/0',
      pool: '192.0.2.7:443',
    });
    const trex =
      '{"name":"t-rex","algorithm":"kawpow","hashrate":1,"active_pool":{"url":"stratum+tcp://h:1"}}';
    expect(readApiAnswer(trex)).toEqual({ program: 't-rex', algorithm: 'kawpow', pool: 'stratum+tcp://h:1' });
  });

  test('other services, lists, broken and deep JSON are no miner', () => {
    for (const body of [
      '{"name":"prometheus","status":"up"}',
      '{"hashrate":5}',
      '[1,2]',
      '{"hashrate":',
      '',
      `${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}`,
    ]) {
      expect(readApiAnswer(body)).toBeUndefined();
    }
  });
});

describe('over loopback', () => {
  let server: Bun.Server<undefined>;
  const asked: string[] = [];
  let silent: Bun.TCPSocketListener<undefined>;
  beforeAll(() => {
    raiseLoopback();
    server = Bun.serve({
      hostname: '127.0.0.1',
      port: 0,
      fetch(request) {
        const { pathname } = new URL(request.url);
        asked.push(pathname);
        if (pathname === '/1/summary') return Response.redirect('http://127.0.0.1/elsewhere', 302);
        return pathname === '/2/summary' ? new Response(xmrig) : new Response('no', { status: 404 });
      },
    });
    silent = Bun.listen<undefined>({ hostname: '127.0.0.1', port: 0, socket: { data: () => undefined } });
  });
  afterAll(async () => {
    await server.stop(true);
    silent.stop(true);
  });

  test('a miner answers, a redirect is not followed, a secret is masked', async () => {
    const { facts } = await probeMinerApi(process, [{ address: '127.0.0.1', port: server.port ?? 0 }]);
    expect(asked).toEqual(['/1/summary', '/2/summary']);
    expect(facts).toMatchObject([{ kind: 'miner-api', pid: 100, algorithm: 'rx/0', pool: '192.0.2.7:443' }]);
    expect(JSON.stringify(facts)).not.toContain('hunter2');
  });

  test('one that never answers is given up, one that is closed is an error', async () => {
    const { facts, sources } = await probeMinerApi(
      process,
      [
        { address: '127.0.0.1', port: silent.port },
        { address: '127.0.0.1', port: 1 },
      ],
      100,
    );
    expect(facts).toEqual([]);
    expect(sources.map((source) => source.status)).toEqual(['timeout', 'error']);
  });
});
