/** The block for other equipment, read by the programs that load it: nft, iptables, BIND's checkers, Suricata. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import type { BlockTargets } from '../../src/respond/contain/containment.ts';
import { printBlock } from '../../src/respond/contain/print/print-block.ts';
import { dial, dnsQuery, listen, type Network, openNetwork } from '../lab/network.ts';

let network: Network;
beforeAll(async () => {
  network = await openNetwork();
});
afterAll(() => network.close());

const time = new Date('2026-11-26T05:30:00Z');
const full: BlockTargets = {
  addresses: ['192.0.2.10', '198.51.100.9', '2001:db8:9::10', '2001:db8:1:2:3:4:5:6'],
  names: ['xmr.pool.example', '_stratum._tcp.pool.example', `${'a'.repeat(63)}.${'b'.repeat(63)}.example`],
};
const nothing: BlockTargets = { addresses: [], names: [] };

/** Runs a program of the tools over a file with this content. */
function read(command: readonly string[], text: string): { readonly code: number; readonly output: string } {
  const script = 'mount -t tmpfs tmpfs /srv && cat > /srv/file && exec "$@"';
  return network.host.tool(['sh', '-euc', script, 'sh', ...command], text);
}

describe.each([
  ['full', full],
  ['empty', nothing],
] as const)('%s', (_, block) => {
  test('nft takes it', () => {
    const { code, output } = read(['nft', '-c', '-f', '/srv/file'], printBlock('nft', block, time));
    expect({ code, output }).toEqual({ code: 0, output: '' });
  });

  test.each(['iptables', 'ip6tables'])('%s-legacy and -nft take it', (program) => {
    const text = printBlock('iptables', block, time);
    for (const kind of ['legacy', 'nft']) {
      const { code, output } = read([`${program}-${kind}-restore`, '--noflush', '--test', '/srv/file'], text);
      expect({ code, output }).toEqual({ code: 0, output: '' });
    }
  });

  test('BIND takes the zone', () => {
    const { code, output } = read(
      ['named-checkzone', 'demine.rpz', '/srv/file'],
      printBlock('rpz', block, time),
    );
    expect(output).toContain('loaded serial 29927850');
    expect(code).toBe(0);
  });

  test('Suricata takes every rule', () => {
    const text = printBlock('suricata', block, time);
    const { code, output } = read(['suricata', '-T', '-S', '/srv/file', '-l', '/srv'], text);
    expect(output).not.toMatch(/Error|Warning.*(?:rule|classtype)/);
    expect(code).toBe(0);
  });
});

test('Suricata refuses what is no rule', () => {
  const text = printBlock('suricata', full, time).replace('dns.query', 'dns.queri');
  expect(read(['suricata', '-T', '-S', '/srv/file', '-l', '/srv'], text).code).not.toBe(0);
});

describe('loaded into a kernel', () => {
  const honest = '192.0.2.20';

  async function reaches(address: string): Promise<boolean> {
    const server = listen(network.far, address, 3333);
    const talk = await dial(network.host, address, 3333);
    const heard = (await talk?.echoes()) === true;
    talk?.end();
    server.stop();
    return heard;
  }

  async function asks(name: string): Promise<boolean> {
    let heard = false;
    const server = await network.far.inside(() =>
      Bun.udpSocket({
        hostname: honest,
        port: 53,
        socket: {
          data: () => {
            heard = true;
          },
        },
      }),
    );
    const client = await network.host.inside(() => Bun.udpSocket({ socket: { data: () => undefined } }));
    try {
      client.send(dnsQuery(name), 53, honest);
    } catch (thrown) {
      if (!(thrown instanceof Error && 'code' in thrown && thrown.code === 'EPERM')) throw thrown;
    }
    for (const end = performance.now() + 1200; performance.now() < end && !heard; ) await Bun.sleep(10);
    server.close();
    client.close();
    return heard;
  }

  test.each([
    ['nft', ['nft', '-f', '/srv/file'], ['nft', 'delete', 'table', 'inet', 'demine_contain']],
    [
      'iptables',
      ['iptables-legacy-restore', '--noflush', '/srv/file'],
      ['iptables-legacy', '-F', 'DEMINE_CONTAIN'],
    ],
  ] as const)('%s cuts off the pool and its name, and nobody else', async (form, load, lift) => {
    expect([await reaches('192.0.2.10'), await asks('XMR.pool.example')]).toEqual([true, true]);
    expect(read(load, printBlock(form, full, time))).toEqual({ code: 0, output: '' });
    expect([await reaches('192.0.2.10'), await asks('XMR.pool.example')]).toEqual([false, false]);
    expect([await reaches(honest), await asks('www.pool.example')]).toEqual([true, true]);
    expect(network.host.tool([...lift]).code).toBe(0);
    expect(await reaches('192.0.2.10')).toBe(true);
  });
});
