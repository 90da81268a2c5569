import { afterEach, describe, expect, test } from 'bun:test';
import { readFileSync, readlinkSync } from 'node:fs';
import { parseInetDiag, parsePacketDiag, parseUnixDiag } from '../formats/socket-diag.ts';
import { kernelPart } from './kernel-part.ts';
import { liveNative } from './live.ts';
import { raiseLoopback } from './loopback.ts';
import { elementsRequest, requestOf, tableAndSet } from './netlink-requests.ts';
import type { NetlinkDump } from './port.ts';
import { endAll, startProgram, until } from './processes.fixture.ts';
import { addressOf, close, systemCall } from './syscall.ts';

afterEach(endAll);
const native = liveNative();

function payloads(dump: NetlinkDump, namespaceOf?: number): readonly Uint8Array[] {
  const answer = native.netlink(dump, namespaceOf);
  if (answer.status !== 'ok') throw new Error(`${dump.kind}: ${answer.reason}`);
  return answer.value.map(({ payload }) => payload);
}
const tcp: NetlinkDump = { kind: 'inet-diag', family: 'inet', protocol: 'tcp' };
const listeners = (namespaceOf?: number): number[] =>
  payloads(tcp, namespaceOf)
    .map((payload) => parseInetDiag(payload, 'tcp'))
    .filter((socket) => socket?.state === 'listen')
    .map((socket) => socket?.local.port ?? 0);

const serve = (): Bun.TCPSocketListener<undefined> =>
  Bun.listen({ hostname: '127.0.0.1', port: 0, socket: { data: () => undefined } });

describe('sockets over netlink', () => {
  test('a listener and both ends of its connection are shown, with what they carried', async () => {
    expect(raiseLoopback().status).toBe('ok');
    const server = serve();
    const client = await Bun.connect({
      hostname: '127.0.0.1',
      port: server.port,
      socket: { data: () => undefined },
    });
    client.write('0123456789');
    const traffic = () =>
      payloads(tcp)
        .map((payload) => parseInetDiag(payload, 'tcp'))
        .filter((socket) => socket?.local?.port === server.port && socket.state === 'established');
    await until(() => traffic().some((socket) => socket?.traffic !== undefined));
    expect(listeners()).toEqual([server.port]);
    client.end();
    server.stop(true);
  });

  test('two thousand sockets come in several messages, none lost', () => {
    const sockets = Array.from({ length: 2000 }, () => {
      const one = systemCall('socket', 1, 1, 0);
      return one;
    });
    expect(sockets.every((one) => one > 0)).toBe(true);
    const inodes = new Set(payloads({ kind: 'unix-diag' }).map((payload) => parseUnixDiag(payload)?.inode));
    const missing = sockets.filter((one) => {
      const inode = Number(/\d+/.exec(readlinkSync(`/proc/self/fd/${one}`))?.[0]);
      return !inodes.has(inode);
    });
    for (const one of sockets) close(one);
    expect(missing).toEqual([]);
  });

  test('a packet socket is shown', () => {
    // AF_PACKET, SOCK_RAW, every protocol in network order.
    const socket = systemCall('socket', 17, 3, 0x0300);
    const inode = Number(/\d+/.exec(readlinkSync(`/proc/self/fd/${socket}`))?.[0]);
    expect(payloads({ kind: 'packet-diag' }).map((payload) => parsePacketDiag(payload)?.inode)).toEqual([
      inode,
    ]);
    close(socket);
  });

  test('those of another namespace are read from there, and we are back', async () => {
    const server = serve();
    const home = readlinkSync('/proc/thread-self/ns/net');
    const other = startProgram('unshare', '--net', 'sleep', '100');
    await until(() => readFileSync(`/proc/${other.pid}/comm`, 'latin1') === 'sleep\n');
    expect(readlinkSync(`/proc/${other.pid}/ns/net`)).not.toBe(home);
    expect(listeners(other.pid)).toEqual([]);
    expect(readlinkSync('/proc/thread-self/ns/net')).toBe(home);
    expect(listeners()).toEqual([server.port]);
    expect(native.netlink(tcp, 999_999).status).toBe('absent');
    expect(readlinkSync('/proc/thread-self/ns/net')).toBe(home);
    server.stop(true);
  });

  test('a protocol that this kernel lacks is absent', () => {
    const raw = native.netlink({ kind: 'inet-diag', family: 'inet', protocol: 'udplite' });
    expect(['ok', 'absent']).toContain(raw.status);
    expect(kernelPart('tcp_diag').status).toBe('ok');
  });
});

const attribute = (type: number, value: Uint8Array | string | number): Uint8Array => {
  const bytes =
    typeof value === 'string'
      ? Buffer.from(`${value}\0`)
      : typeof value === 'number'
        ? Uint8Array.of(0, 0, 0, value)
        : value;
  const out = Buffer.alloc((4 + bytes.length + 3) & ~3);
  out.writeUInt16LE(4 + bytes.length, 0);
  out.writeUInt16LE(type, 2);
  out.set(bytes, 4);
  return out;
};

/** A table with a chain, a rule and a set with one element, in this namespace, in one nfnetlink batch. */
function makeTable(): void {
  const nested = 0x8000;
  const part = (type: number, resource: number, ...attributes: Uint8Array[]): Buffer => {
    const body = Buffer.concat([Uint8Array.of(2, 0, resource >> 8, resource & 255), ...attributes]);
    const head = Buffer.alloc(16);
    head.writeUInt32LE(16 + body.length, 0);
    head.writeUInt16LE(type, 4);
    // NLM_F_REQUEST | NLM_F_CREATE
    head.writeUInt16LE(0x401, 6);
    return Buffer.concat([head, body]);
  };
  const element = attribute(1 | nested, attribute(1 | nested, attribute(1, Uint8Array.of(192, 0, 2, 7))));
  const batch = Buffer.concat([
    part(16, 10),
    part(0xa00, 0, attribute(1, 'demine')),
    part(0xa03, 0, attribute(1, 'demine'), attribute(3, 'demine-chain')),
    part(0xa06, 0, attribute(1, 'demine'), attribute(2, 'demine-chain')),
    part(
      0xa09,
      0,
      ...[attribute(1, 'demine'), attribute(2, 'demine-set'), attribute(3, 0), attribute(4, 7)],
      ...[attribute(5, 4), attribute(10, 1)],
    ),
    part(0xa0c, 0, attribute(1, 'demine'), attribute(2, 'demine-set'), attribute(3 | nested, element)),
    part(17, 10),
  ]);
  const socket = systemCall('socket', 16, 3, 12);
  expect(systemCall('sendto', socket, addressOf(batch), batch.length, 0, 0, 0)).toBe(batch.length);
  close(socket);
}

describe('nf_tables over netlink', () => {
  test('a fresh namespace has no chain, rule or element', () => {
    for (const what of ['chains', 'rules', 'set-elements'] as const) {
      expect(payloads({ kind: 'nftables', what })).toEqual([]);
    }
  });

  test('chain, rule and element of a table that was made are shown', () => {
    makeTable();
    const [chains, rules, elements] = (['chains', 'rules', 'set-elements'] as const).map((what) =>
      payloads({ kind: 'nftables', what }).map((payload) => Buffer.from(payload).toString('latin1')),
    );
    expect(chains?.filter((text) => text.includes('demine-chain\0'))).toHaveLength(1);
    expect(rules?.filter((text) => text.includes('demine-chain\0'))).toHaveLength(1);
    expect(
      elements?.filter((text) => text.includes('demine-set\0') && text.includes('\xc0\x00\x02\x07')),
    ).toHaveLength(1);
  });

  test('the names of a set are taken from its message, and a message that is cut gives none', () => {
    const message = Uint8Array.from([2, 0, 0, 0, ...attribute(1, 'filter'), ...attribute(2, 'blocked')]);
    const found = tableAndSet(message);
    expect(Buffer.from(found?.set ?? []).toString()).toBe('blocked\0');
    expect(tableAndSet(message.subarray(0, 20))).toBeUndefined();
    expect(tableAndSet(Uint8Array.from([2, 0, 0, 0, 0, 0, 1, 0]))).toBeUndefined();
    if (found === undefined) return;
    const request = elementsRequest(2, found);
    expect(new DataView(request.buffer).getUint32(0, true)).toBe(request.length);
    expect(request.length % 4).toBe(0);
  });
});

test('every request has the length of its structure', () => {
  const length = (dump: NetlinkDump): number => requestOf(dump).length - 16;
  expect([
    length(tcp),
    length({ kind: 'unix-diag' }),
    length({ kind: 'packet-diag' }),
    length({ kind: 'nftables', what: 'rules' }),
  ]).toEqual([56, 24, 20, 4]);
});
