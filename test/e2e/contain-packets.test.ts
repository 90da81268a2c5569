/** Containment as packets see it: a host, a container behind it, and the far end, in namespaces of their own. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'bun:test';
import type { Containment } from '../../src/respond/contain/containment.ts';
import { nftFirewall } from '../../src/respond/contain/firewall.ts';
import { nftText } from '../../src/respond/contain/nft-text.ts';
import { packetRules } from '../../src/respond/contain/packet-rules.ts';
import {
  dial,
  dnsQuery,
  type Listener,
  listen,
  type Network,
  openNetwork,
  type Place,
} from '../lab/network.ts';

let network: Network;
const servers: Listener[] = [];
const pool = '192.0.2.10';
const honest = '192.0.2.20';
const responder = '198.51.100.7';
const pool6 = '2001:db8:9::10';
const hour = 3_600_000;

beforeAll(async () => {
  network = await openNetwork();
  for (const address of [pool, honest, responder, pool6]) servers.push(listen(network.far, address, 3333));
  servers.push(listen(network.host, '0.0.0.0', 22));
  // Links need a moment for their own addresses.
  for (const [from, address] of [
    [network.guest, pool],
    [network.host, pool6],
  ] as const)
    for (let tries = 0; tries < 20 && !(await reaches(from, address)); tries += 1) await Bun.sleep(100);
});
afterAll(() => {
  for (const one of servers) one.stop();
  network.close();
});
afterEach(() => {
  expect(nftFirewall(network.host.pid).lift().status).toBe('ok');
  network.host.tool(['nft', 'delete', 'table', 'inet', 'others']);
});

const block: Containment = { mode: 'block', addresses: [pool, pool6], names: ['xmr.pool.example'] };

function set(containment: Containment, timeoutMs?: number): void {
  expect(nftFirewall(network.host.pid).set(containment, timeoutMs)).toEqual({ status: 'ok', value: true });
}

async function reaches(from: Place, address: string, port = 3333): Promise<boolean> {
  const talk = await dial(from, address, port);
  const heard = (await talk?.echoes()) === true;
  talk?.end();
  return heard;
}

/** The name of the first question of a query. */
function nameIn(query: Buffer): string {
  const labels: string[] = [];
  for (let at = 12; (query[at] ?? 0) > 0; at += 1 + (query[at] ?? 0))
    labels.push(query.subarray(at + 1, at + 1 + (query[at] ?? 0)).toString('latin1'));
  return labels.join('.');
}

/** Which of the names are heard at the far end, asked one after the other. */
async function asked(from: Place, names: readonly string[]): Promise<readonly string[]> {
  const heard = new Set<string>();
  const server = await network.far.inside(() =>
    Bun.udpSocket({
      hostname: honest,
      port: 53,
      socket: { data: (_, data) => void heard.add(nameIn(data)) },
    }),
  );
  const client = await from.inside(() => Bun.udpSocket({ socket: { data: () => undefined } }));
  for (const name of names) {
    try {
      client.send(dnsQuery(name), 53, honest);
    } catch (thrown) {
      // The kernel tells a sender that its packet was dropped on the way out.
      if (!(thrown instanceof Error && 'code' in thrown && thrown.code === 'EPERM')) throw thrown;
    }
  }
  for (const end = performance.now() + 1200; performance.now() < end && heard.size < names.length; )
    await Bun.sleep(10);
  server.close();
  client.close();
  return names.filter((name) => heard.has(name));
}

describe('block', () => {
  test('cuts off the pool in both directions, for the host and for containers, and nobody else', async () => {
    const before = await dial(network.host, pool, 3333);
    expect(await before?.echoes()).toBe(true);
    expect(await reaches(network.guest, pool)).toBe(true);
    expect(await reaches(network.host, pool6)).toBe(true);

    set(block, hour);
    expect(await before?.echoes()).toBe(false);
    before?.end();
    expect(await reaches(network.host, pool)).toBe(false);
    expect(await reaches(network.host, pool6)).toBe(false);
    expect(await reaches(network.guest, pool)).toBe(false);
    expect(await reaches(network.host, honest)).toBe(true);
    expect(await reaches(network.guest, honest)).toBe(true);
    expect(nftFirewall(network.host.pid).standing()).toMatchObject({
      status: 'ok',
      value: { state: 'standing', mode: 'block', addresses: [pool, pool6] },
    });

    expect(nftFirewall(network.host.pid).lift().status).toBe('ok');
    expect(await reaches(network.host, pool)).toBe(true);
    expect(await reaches(network.guest, pool)).toBe(true);
  });

  test('what comes from there does not come in', async () => {
    const from = async (): Promise<boolean> => {
      // The far end's own address is the pool's: a route makes it speak from there.
      network.far.tool(['ip', 'route', 'replace', '203.0.113.2', 'dev', 'out', 'src', pool]);
      const heard = await reaches(network.far, '203.0.113.2', 22);
      network.far.tool(['ip', 'route', 'del', '203.0.113.2', 'dev', 'out']);
      return heard;
    };
    expect(await from()).toBe(true);
    set(block, hour);
    expect(await from()).toBe(false);
  });

  test('a name is not asked for, in letters of either case; names alike are', async () => {
    const names = ['xmr.pool.example', 'XmR.pOOl.eXample', 'www.pool.example', 'xms.pool.example'];
    expect(await asked(network.host, names)).toEqual(names);
    set(block, hour);
    expect(await asked(network.host, names)).toEqual(names.slice(2));
    expect(await asked(network.guest, names)).toEqual(names.slice(2));
  });

  test('a redirection of the host to the pool does not get past it', async () => {
    const redirect =
      'table inet others { chain out { type nat hook output priority -100; ip daddr 10.9.9.9 dnat ip to 192.0.2.10; }; }';
    expect(network.host.tool(['nft', '-f', '-'], redirect).output).toBe('');
    expect(await reaches(network.host, '10.9.9.9')).toBe(true);
    set(block, hour);
    expect(await reaches(network.host, '10.9.9.9')).toBe(false);
  });
});

describe('isolate', () => {
  test('cuts off everything but the connection of the responder', async () => {
    const session = await dial(network.far, '203.0.113.2', 22);
    expect(session).toBeDefined();
    const keep = [
      {
        local: { address: '203.0.113.2', port: 22 },
        remote: { address: '203.0.113.1', port: session?.localPort ?? 0 },
      },
    ];
    set({ mode: 'isolate', keep, allow: [] }, hour);
    expect(await session?.echoes()).toBe(true);
    expect(await reaches(network.far, '203.0.113.2', 22)).toBe(false);
    for (const address of [pool, honest, pool6, responder])
      expect(await reaches(network.host, address)).toBe(false);
    expect(await reaches(network.guest, honest)).toBe(false);
    expect(await reaches(network.host, '127.0.0.1', 22)).toBe(true);
    expect(await session?.echoes()).toBe(true);
    session?.end();
  });

  test('a connection that came in by a translated port stays', async () => {
    const redirect =
      'table inet others { chain in { type nat hook prerouting priority -100; tcp dport 2222 redirect to :22; }; }';
    expect(network.host.tool(['nft', '-f', '-'], redirect).output).toBe('');
    const session = await dial(network.far, '203.0.113.2', 2222);
    const remote = { address: '203.0.113.1', port: session?.localPort ?? 0 };
    set(
      { mode: 'isolate', keep: [{ local: { address: '203.0.113.2', port: 22 }, remote }], allow: [] },
      hour,
    );
    expect(await session?.echoes()).toBe(true);
    session?.end();
  });

  test('a redirection of a local address to the pool does not get out', async () => {
    const redirect =
      'table inet others { chain out { type nat hook output priority -100; ip daddr 203.0.113.2 tcp dport 3333 dnat ip to 192.0.2.10; }; }';
    expect(network.host.tool(['nft', '-f', '-'], redirect).output).toBe('');
    expect(await reaches(network.host, '203.0.113.2')).toBe(true);
    set({ mode: 'isolate', keep: [], allow: [] }, hour);
    expect(await reaches(network.host, '203.0.113.2')).toBe(false);
  });

  test('an address that is allowed may come anew, over IPv6 too, where neighbours are found', async () => {
    set({ mode: 'isolate', keep: [], allow: [responder, '2001:db8:1::1'] }, hour);
    network.host.tool(['ip', '-6', 'neigh', 'flush', 'dev', 'out']);
    network.far.tool(['ip', '-6', 'neigh', 'flush', 'dev', 'out']);
    expect(await reaches(network.host, responder)).toBe(true);
    expect(await reaches(network.host, honest)).toBe(false);
    const server = listen(network.far, '2001:db8:1::1', 3334);
    expect(await reaches(network.host, '2001:db8:1::1', 3334)).toBe(true);
    server.stop();
  });
});

describe('its end', () => {
  test('comes by itself when the process that set it is dead', async () => {
    const program = `import { nftFirewall } from ${JSON.stringify(`${import.meta.dir}/../../src/respond/contain/firewall.ts`)};
      const set = nftFirewall(${network.host.pid}).set({ mode: 'block', addresses: ['${pool}'], names: ['xmr.pool.example'] }, 2500);
      process.stdout.write(set.status);
      process.kill(process.pid, 'SIGKILL');`;
    const done = Bun.spawnSync([process.execPath, '-e', program]);
    expect([`${done.stdout}`, done.signalCode]).toEqual(['ok', 'SIGKILL']);
    expect(await reaches(network.host, pool)).toBe(false);
    await Bun.sleep(3000);
    expect(await reaches(network.host, pool)).toBe(true);
    expect(await asked(network.host, ['xmr.pool.example'])).toEqual(['xmr.pool.example']);
    expect(nftFirewall(network.host.pid).standing()).toEqual({ status: 'ok', value: { state: 'over' } });
    expect(nftFirewall(network.host.pid).confirm()).toEqual({ status: 'ok', value: 'over' });
  });

  test('does not come when it was confirmed', async () => {
    set(block, 1500);
    expect(nftFirewall(network.host.pid).confirm()).toEqual({ status: 'ok', value: 'confirmed' });
    await Bun.sleep(2200);
    expect(await reaches(network.host, pool)).toBe(false);
    expect(nftFirewall(network.host.pid).standing()).toEqual({
      status: 'ok',
      value: { state: 'standing', mode: 'block', addresses: [pool, pool6], byName: true },
    });
  });
});

describe('firewalls of the host', () => {
  /** As firewalld and ufw stand there: tables with chains of their own, one that accepts all and one that drops. */
  const others = `table inet others {
    chain in { type filter hook input priority 0; policy drop; ct state established,related accept; iifname "lo" accept; tcp dport 22 accept; icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } accept; }
    chain out { type filter hook output priority -400; policy accept; ip daddr 192.0.2.10 accept; }
    chain through { type filter hook forward priority -399; policy accept; accept; }
  }
  table ip filter { chain INPUT { type filter hook input priority 0; policy accept; }; }`;
  const tables = (): string =>
    ['inet others', 'ip filter']
      .map((name) => network.host.tool(['nft', '-s', 'list', 'table', ...name.split(' ')]).output)
      .join('');

  test('are as they were, and what they accept is cut off all the same', async () => {
    expect(network.host.tool(['nft', '-f', '-'], others).output).toBe('');
    const before = tables();
    expect(before).toContain('priority -399');
    set(block, hour);
    expect(await reaches(network.host, pool)).toBe(false);
    expect(await reaches(network.guest, pool)).toBe(false);
    expect(await reaches(network.far, '203.0.113.2', 22)).toBe(true);
    expect(tables()).toBe(before);
    nftFirewall(network.host.pid).lift();
    expect(tables()).toBe(before);
    expect(await reaches(network.host, pool)).toBe(true);
    network.host.tool(['nft', 'delete', 'table', 'ip', 'filter']);
  });
});

describe('the text', () => {
  const isolate: Containment = {
    mode: 'isolate',
    keep: [
      { local: { address: '203.0.113.2', port: 22 }, remote: { address: '198.51.100.7', port: 50_000 } },
      { local: { address: '2001:db8:1::2', port: 22 }, remote: { address: '2001:db8::7', port: 50_000 } },
    ],
    allow: ['198.51.100.8', '2001:db8::8'],
  };
  const long: Containment = {
    ...block,
    names: [...block.names, `${'a'.repeat(63)}.${'b-c'.repeat(20)}.example`],
  };
  const nothing: Containment = { mode: 'block', addresses: [], names: [] };

  /** Without the time that is left, which differs from one listing to the next. */
  const listed = (): string =>
    network.host
      .tool(['nft', 'list', 'table', 'inet', 'demine_contain'])
      .output.replaceAll(/ expires \w+/g, '');

  for (const [name, containment] of [
    ['block', long],
    ['isolate', isolate],
    ['block of nothing', nothing],
  ] as const) {
    test(`makes nft set just what our messages set: ${name}`, () => {
      for (const timeoutMs of [900_000, undefined]) {
        set(containment, timeoutMs);
        const ours = listed();
        expect(ours).toContain('chain incoming');
        nftFirewall(network.host.pid).lift();
        const text = nftText(packetRules(containment), timeoutMs);
        expect(network.host.tool(['nft', '-f', '-'], text)).toEqual({ code: 0, output: '' });
        expect(sorted(listed())).toBe(sorted(ours));
      }
    });
  }
});

/** Elements of a set are listed in the order of its hash. */
const sorted = (text: string): string =>
  text.replaceAll(/elements = \{([^}]*)\}/g, (_, list: string) =>
    list
      .split(',')
      .map((one) => one.trim())
      .sort()
      .join(),
  );
