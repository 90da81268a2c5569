/**
 * A small network in namespaces of its own: a host, a container behind it, and the far end with pools and a responder.
 * Packets are real; nothing leaves the namespaces, which end with the test.
 *
 *   far  203.0.113.1, 2001:db8:1::1   and behind it 192.0.2.10, 192.0.2.20, 198.51.100.7, 2001:db8:9::10
 *   host 203.0.113.2, 2001:db8:1::2   forwards for
 *   guest 10.88.0.2
 *
 * Whoever imports this makes `scripts/test.ts` make the root with nft and ip first. Sockets are made by this process
 * with its thread in the other namespace, where they stay.
 */
import { readFileSync, readlinkSync } from 'node:fs';
import { insideNetworkOf } from '../../src/native/namespaces.ts';
import { variable } from './host.ts';

const tools = (): string => variable('DEMINE_TEST_NETWORK_TOOLS');

export interface Place {
  readonly pid: number;
  /** Runs what makes sockets, in this namespace. */
  inside<T>(action: () => T): T;
  /** Runs a program of the root with the tools in this namespace; its output. */
  tool(command: readonly string[], input?: string): { readonly code: number; readonly output: string };
}

const running: Bun.Subprocess[] = [];

/** The network namespace that a process is in. */
export function placeOf(pid: number): Place {
  return {
    pid,
    inside: (action) => {
      const answer = insideNetworkOf(pid, () => ({ status: 'ok', value: action() }));
      if (answer.status !== 'ok') throw new Error(answer.reason);
      return answer.value;
    },
    tool: (command, input = '') => {
      const own = ['nsenter', '-t', `${pid}`, '-n', 'unshare', '--mount', '--propagation', 'private'];
      const script = 'mount -t proc proc "$0/proc" && exec chroot "$0" "$@"';
      const done = Bun.spawnSync([...own, 'sh', '-euc', script, tools(), ...command], {
        stdin: Buffer.from(input),
        env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' },
      });
      return { code: done.exitCode, output: `${done.stdout}${done.stderr}` };
    },
  };
}

async function place(): Promise<Place> {
  const home = readlinkSync('/proc/thread-self/ns/net');
  const child = Bun.spawn(['unshare', '--net', 'sleep', '600'], { stdio: ['ignore', 'ignore', 'ignore'] });
  running.push(child);
  const { pid } = child;
  for (let tries = 0; readFileSync(`/proc/${pid}/comm`, 'latin1') !== 'sleep\n'; tries += 1) {
    if (tries > 500) throw new Error('no namespace within 5 s');
    await Bun.sleep(10);
  }
  if (readlinkSync(`/proc/${pid}/ns/net`) === home) throw new Error('the namespace is our own');
  return placeOf(pid);
}

function mustWork(where: Place, lines: string): void {
  for (const line of lines.trim().split('\n')) {
    const { code, output } = where.tool(line.trim().split(' '));
    if (code !== 0) throw new Error(`${line}: ${output}`);
  }
}

function forwards(where: Place): void {
  const script = 'echo 1 > /proc/sys/net/ipv4/ip_forward; echo 1 > /proc/sys/net/ipv6/conf/all/forwarding';
  const done = Bun.spawnSync(['nsenter', '-t', `${where.pid}`, '-n', 'sh', '-euc', script]);
  if (done.exitCode !== 0) throw new Error(`${done.stderr}`);
}

export interface Network {
  readonly host: Place;
  readonly guest: Place;
  readonly far: Place;
  close(): void;
}

/** Gives a host a way to the far end. */
export async function openFarEnd(host: Place): Promise<Place> {
  const far = await place();
  mustWork(
    host,
    `ip link set lo up
    ip link add out type veth peer name out netns ${far.pid}
    ip addr add 203.0.113.2/24 dev out
    ip -6 addr add 2001:db8:1::2/64 dev out nodad
    ip link set out up`,
  );
  mustWork(
    far,
    `ip link set lo up
    ip addr add 203.0.113.1/24 dev out
    ip -6 addr add 2001:db8:1::1/64 dev out nodad
    ip addr add 192.0.2.10/32 dev lo
    ip addr add 192.0.2.20/32 dev lo
    ip addr add 198.51.100.7/32 dev lo
    ip -6 addr add 2001:db8:9::10/128 dev lo nodad
    ip link set out up`,
  );
  mustWork(host, 'ip route add default via 203.0.113.1\nip -6 route add default via 2001:db8:1::1');
  return far;
}

/** Ends the namespaces that were made here. */
export function closePlaces(): void {
  for (const child of running.splice(0)) child.kill('SIGKILL');
}

export async function openNetwork(): Promise<Network> {
  const [host, guest] = [await place(), await place()];
  const far = await openFarEnd(host);
  mustWork(
    host,
    `ip link add box type veth peer name box netns ${guest.pid}
    ip addr add 10.88.0.1/24 dev box
    ip link set box up`,
  );
  mustWork(far, 'ip route add 10.88.0.0/24 via 203.0.113.2');
  mustWork(
    guest,
    `ip link set lo up
    ip addr add 10.88.0.2/24 dev box
    ip link set box up
    ip route add default via 10.88.0.1`,
  );
  forwards(host);
  return { host, guest, far, close: closePlaces };
}

export interface Listener {
  readonly port: number;
  stop(): void;
}

/** A server that says back what it hears. */
export function listen(where: Place, hostname: string, port: number): Listener {
  const server = where.inside(() =>
    Bun.listen({ hostname, port, socket: { data: (socket, data) => void socket.write(data) } }),
  );
  return { port: server.port, stop: () => server.stop(true) };
}

export interface Talk {
  /** Whether a word goes there and back within the time. */
  echoes(ms?: number): Promise<boolean>;
  readonly localPort: number;
  end(): void;
}

/** A connection that is already there, or undefined where it does not come about within the time. */
export async function dial(
  where: Place,
  hostname: string,
  port: number,
  ms = 1200,
): Promise<Talk | undefined> {
  let heard = '';
  let gone = false;
  const opening = where.inside(() =>
    Bun.connect({
      hostname,
      port,
      socket: {
        data: (_socket, data) => {
          heard += data.toString();
        },
        close: () => {
          gone = true;
        },
        error: () => {
          gone = true;
        },
        connectError: () => {
          gone = true;
        },
      },
    }).catch(() => undefined),
  );
  const late = new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined), ms));
  const socket = await Promise.race([opening, late]);
  if (socket === undefined) {
    // Nothing waits for it any more; the namespace's end ends it.
    void opening.then((one) => one?.terminate());
    return undefined;
  }
  let words = 0;
  return {
    localPort: socket.localPort,
    echoes: async (patience = 1200) => {
      words += 1;
      const word = `<${words}>`;
      socket.write(word);
      for (const end = performance.now() + patience; performance.now() < end && !gone; await Bun.sleep(10))
        if (heard.includes(word)) return true;
      return false;
    },
    end: () => socket.terminate(),
  };
}

/** A DNS query of type A over UDP, as a stub resolver sends it (RFC 1035 §4.1). */
export function dnsQuery(name: string): Uint8Array {
  const labels = name.split('.').flatMap((label) => [label.length, ...Buffer.from(label)]);
  return Uint8Array.from([0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, ...labels, 0, 0, 1, 0, 1]);
}
