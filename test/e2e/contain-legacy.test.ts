/** Containment by the tables of iptables, as packets see it: for kernels without nf_tables. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'bun:test';
import type { Containment } from '../../src/respond/contain/containment.ts';
import { legacyFirewall } from '../../src/respond/contain/legacy-firewall.ts';
import { dial, type Listener, listen, type Network, openNetwork, type Place } from '../lab/network.ts';

let network: Network;
const servers: Listener[] = [];
const pool = '192.0.2.10';
const honest = '192.0.2.20';
const pool6 = '2001:db8:9::10';
const hour = 3_600_000;
const block: Containment = { mode: 'block', addresses: [pool, pool6], names: ['xmr.pool.example'] };

const isolate: Containment = {
  mode: 'isolate',
  keep: [
    { local: { address: '203.0.113.2', port: 22 }, remote: { address: '198.51.100.7', port: 50_000 } },
    { local: { address: '2001:db8:1::2', port: 22 }, remote: { address: '2001:db8::7', port: 50_000 } },
  ],
  allow: ['198.51.100.8', '2001:db8::8'],
};

const firewall = () => legacyFirewall({ namespaceOf: network.host.pid });
const listed = (program: string): string => network.host.tool([program, '-S', '-v']).output;

async function reaches(from: Place, address: string, port = 3333): Promise<boolean> {
  const talk = await dial(from, address, port);
  const heard = (await talk?.echoes()) === true;
  talk?.end();
  return heard;
}

beforeAll(async () => {
  network = await openNetwork();
  for (const address of [pool, honest, pool6]) servers.push(listen(network.far, address, 3333));
  servers.push(listen(network.host, '0.0.0.0', 22));
  for (let tries = 0; tries < 20 && !(await reaches(network.host, pool6)); tries += 1) await Bun.sleep(100);
});
afterAll(() => {
  for (const one of servers) one.stop();
  network.close();
});
afterEach(() => {
  expect(firewall().lift().status).toBe('ok');
});

test('a block cuts off the pool in both directions, for the host and for containers, and nobody else', async () => {
  const before = await dial(network.host, pool, 3333);
  expect(await before?.echoes()).toBe(true);
  expect(firewall().set(block, hour)).toEqual({ status: 'ok', value: true });
  expect(await before?.echoes()).toBe(false);
  before?.end();
  for (const [from, address, wanted] of [
    [network.host, pool, false],
    [network.host, pool6, false],
    [network.guest, pool, false],
    [network.host, honest, true],
    [network.guest, honest, true],
  ] as const)
    expect([address, await reaches(from, address)]).toEqual([address, wanted]);
  expect(firewall().standing()).toMatchObject({
    value: { state: 'standing', mode: 'block', addresses: [pool, pool6] },
  });
  firewall().lift();
  expect(await reaches(network.guest, pool)).toBe(true);
  expect(firewall().standing()).toEqual({ status: 'ok', value: { state: 'none' } });
});

test('isolation keeps the connection of the responder, and finds neighbours', async () => {
  const session = await dial(network.far, '203.0.113.2', 22);
  const remote = { address: '203.0.113.1', port: session?.localPort ?? 0 };
  const keep = [{ local: { address: '203.0.113.2', port: 22 }, remote }];
  expect(firewall().set({ mode: 'isolate', keep, allow: ['2001:db8:1::1'] }, hour).status).toBe('ok');
  network.host.tool(['ip', '-6', 'neigh', 'flush', 'dev', 'out']);
  expect(await session?.echoes()).toBe(true);
  session?.end();
  const server = listen(network.far, '2001:db8:1::1', 3334);
  expect(await reaches(network.host, '2001:db8:1::1', 3334)).toBe(true);
  server.stop();
  expect(await reaches(network.far, '203.0.113.2', 22)).toBe(false);
  expect(await reaches(network.guest, honest)).toBe(false);
  expect(await reaches(network.host, '127.0.0.1', 22)).toBe(true);
  expect(firewall().standing()).toMatchObject({ value: { mode: 'isolate' } });
});

describe('its end', () => {
  test('comes by itself when the process that set it is dead', async () => {
    const program = `import { legacyFirewall } from ${JSON.stringify(`${import.meta.dir}/../../src/respond/contain/legacy-firewall.ts`)};
      const set = legacyFirewall({ namespaceOf: ${network.host.pid} }).set({ mode: 'block', addresses: ['${pool}'], names: [] }, 3000);
      process.stdout.write(set.status);
      process.kill(process.pid, 'SIGKILL');`;
    const done = Bun.spawnSync([process.execPath, '-e', program]);
    expect([`${done.stdout}`, done.signalCode]).toEqual(['ok', 'SIGKILL']);
    expect(await reaches(network.host, pool)).toBe(false);
    await Bun.sleep(4000);
    expect(await reaches(network.host, pool)).toBe(true);
    expect(firewall().standing()).toEqual({ status: 'ok', value: { state: 'over' } });
    expect(firewall().confirm()).toEqual({ status: 'ok', value: 'over' });
  });

  test('does not come when it was confirmed', async () => {
    firewall().set(block, 2000);
    expect(firewall().confirm()).toEqual({ status: 'ok', value: 'confirmed' });
    await Bun.sleep(3000);
    expect(await reaches(network.host, pool)).toBe(false);
    expect(firewall().standing()).toEqual({
      status: 'ok',
      value: { state: 'standing', mode: 'block', addresses: [pool, pool6], byName: true },
    });
  });
});

test('a part of the kernel that is not loaded is told and not asked for', () => {
  const without = (part: string) =>
    legacyFirewall({ namespaceOf: network.host.pid, isThere: (one) => one !== part });
  expect(without('xt_time').set(block, hour)).toMatchObject({
    status: 'absent',
    reason: expect.stringContaining('xt_time is not loaded'),
  });
  expect(without('xt_string').set(block, hour)).toMatchObject({ status: 'absent' });
  expect(without('xt_string').set({ ...block, names: [] }, hour).status).toBe('ok');
  firewall().lift();
  expect(without('xt_tcpudp').set(isolate, hour)).toMatchObject({ status: 'absent' });
  expect(firewall().standing()).toEqual({ status: 'ok', value: { state: 'none' } });
});

test('rules of others, what they counted, and their own chains are as they were', async () => {
  for (const line of [
    '-N OTHER',
    '-A OTHER -s 203.0.113.99 -j DROP',
    '-A INPUT -i lo -j ACCEPT',
    '-A INPUT -m conntrack --ctstate ESTABLISHED -j ACCEPT',
    '-A INPUT -g OTHER',
    '-A FORWARD -j OTHER',
    '-A OUTPUT -d 192.0.2.20 -j ACCEPT',
    '-P FORWARD ACCEPT',
  ])
    expect(network.host.tool(['iptables-legacy', ...line.split(' ')])).toEqual({ code: 0, output: '' });
  expect(await reaches(network.host, honest)).toBe(true);
  const before = listed('iptables-legacy');
  expect(before).toMatch(/-A OUTPUT -d 192\.0\.2\.20\/32 -c [1-9]/);
  firewall().set(block, hour);
  expect(await reaches(network.host, pool)).toBe(false);
  // Set again and confirmed: still no more than ours.
  firewall().set({ ...block, names: [] }, hour);
  firewall().confirm();
  expect(listed('iptables-legacy')).toContain('-A OTHER -s 203.0.113.99/32');
  firewall().lift();
  const counted = (text: string): string =>
    text.replaceAll(/-P (\w+) (\w+) -c \d+ \d+/g, '-P $1 $2').replaceAll(/(-A INPUT.*) -c \d+ \d+/g, '$1');
  expect(counted(listed('iptables-legacy'))).toBe(counted(before));
  for (const line of ['-F', '-X']) network.host.tool(['iptables-legacy', line]);
});

test.each([
  ['block', { ...block, names: [...block.names, `${'a'.repeat(63)}.${'b'.repeat(63)}.example`] }],
  ['isolate', isolate],
] as const)('what is shown is what stands: %s', (_, containment) => {
  // One moment for both: the text says when it ends.
  const now = Date.now();
  const here = legacyFirewall({ namespaceOf: network.host.pid, now: () => now });
  expect(here.set(containment, hour).status).toBe('ok');
  for (const program of ['iptables', 'ip6tables']) {
    const stands = network.host.tool([`${program}-legacy`, '-S']).output.split('\n');
    const shown = here
      .text(containment, hour)
      .split('\n')
      .filter((line) => line.startsWith(program))
      .map((line) => line.slice(program.length + 1));
    for (const chain of ['DEMINE_IN', 'DEMINE_THROUGH', 'DEMINE_OUT']) {
      const of = (lines: readonly string[]) => lines.filter((line) => line.startsWith(`-A ${chain} `));
      expect(of(stands).length).toBeGreaterThan(0);
      expect(of(shown)).toEqual(of(stands));
    }
  }
});
