import { describe, expect, test } from 'bun:test';
import { mutations } from './netlink.fixture.ts';
import { diagInode, parseInetDiag, parsePacketDiag, parseUnixDiag } from './socket-diag.ts';

// Recorded from sockets of our own in a namespace of our own, kernel 6.18.
const bytes = (hex: string): Uint8Array => Buffer.from(hex.replaceAll(/\s/g, ''), 'hex');
const established = bytes(`
  020100000d05b5d87f0000010000000000000000000000007f000001000000000000000000000000000000000a000000
  0000000000000000000000000000000000000000828c0000050008000000000008000f00000000000c00150001000000
  0000000006001600520000001c010200010000000007aa01e01c0300409c000000800000180200000000000000000000
  00000000000000000000000004000000000000000400000004000000ffff0000cbff00001000000009000000ffffff7f
  0b000000cbff00000300000000000000cbff000000000000e39bf71c0c000000ffffffffffffffff3200000000000000
  64000000000000000200000004000000000000000500000001000000010000000000a086010000000000000000000000
  000000000000000000000000000000000200000000000000320000000000000000000000000000000000000000000000
  000000000000010000000100000000000000000000000000000000000000000000000000000000000000000000000000
  0000000000000000
`);
const listener6 = bytes(`
  0a0a0000115c00000000000000000000000000000000000100000000000000000000000000000000000000000c000000
  0000000000000000000000008000000000000000838c0000
`);
const datagram = bytes(`
  0207000014e900007f00000100000000000000000000000000000000000000000000000000000000000000000d000000
  0000000000000000000000000000000000000000848c0000050008000000000008000f00000000000c00150001000000
  000000000600160050000000
`);
const unixPath = bytes(`
  01010700878c00000e00000000000000140000002f746d702f6361702f732e736f636b000c0001007b4098000000e00f
  0500060000000000
`);
const unixAbstract = bytes(`
  01010a00868c00000f00000000000000100000000064656d696e652d746573740500060000000000
`);
const packet = bytes(`
  11030300858c000010000000000000001c00000000000000000000000000000000000000000000000100000008000500
  000000000400010028000600000000000040030000000000004003000000000000000000000000000000000000000000
`);

describe('socket diag', () => {
  test('an established connection comes with its counters', () => {
    const entry = parseInetDiag(established, 'tcp');
    expect(entry).toMatchObject({
      transport: 'tcp',
      state: 'established',
      local: { address: '127.0.0.1', port: 3333 },
      remote: { address: '127.0.0.1', port: 0xb5d8 },
      inode: 35970,
      uid: 0,
      traffic: { bytesSent: 50, bytesReceived: 100, dataSegmentsIn: 1, dataSegmentsOut: 1 },
    });
    expect(entry?.traffic?.rttUs).toBeGreaterThan(0);
    expect(String(entry?.text)).toContain('127.0.0.1:3333');
  });

  test('a listener has no traffic', () => {
    const entry = parseInetDiag(listener6, 'tcp');
    expect(entry).toMatchObject({
      transport: 'tcp6',
      state: 'listen',
      local: { address: '::1', port: 4444 },
    });
    expect(entry?.traffic).toBeUndefined();
  });

  test('a datagram socket without a peer is unconnected, not closed', () => {
    expect(parseInetDiag(datagram, 'udp')).toMatchObject({
      transport: 'udp',
      state: 'unconnected',
      local: { address: '127.0.0.1', port: 5353 },
    });
  });

  test('an older kernel with a shorter tcp_info gives the socket without counters', () => {
    const cut = new Uint8Array(72 + 4 + 104);
    cut.set(established.subarray(0, 72));
    cut.set([108, 0, 2, 0], 72);
    const entry = parseInetDiag(cut, 'tcp');
    expect(entry?.inode).toBe(35970);
    expect(entry?.traffic).toBeUndefined();
  });

  test('unix names are paths or abstract, packet sockets have a protocol', () => {
    expect(parseUnixDiag(unixPath)).toMatchObject({ path: '/tmp/cap/s.sock', state: 'unconnected' });
    expect(parseUnixDiag(unixAbstract)).toMatchObject({ path: '@demine-test', state: 'listen' });
    expect(parsePacketDiag(packet)).toMatchObject({ transport: 'packet', uid: 0 });
    expect(String(parsePacketDiag(packet)?.text)).toContain('protocol 0003');
  });

  test('a message of another family, a short one and a lying length give nothing or lose only the rest', () => {
    expect(parseInetDiag(established.subarray(0, 71), 'tcp')).toBeUndefined();
    expect(parseInetDiag(new Uint8Array(400), 'tcp')).toBeUndefined();
    expect(parseUnixDiag(packet)).toBeUndefined();
    expect(parsePacketDiag(unixPath)).toBeUndefined();
    const lying = Uint8Array.from(established);
    lying.set([0xff, 0xff, 2, 0], 72);
    expect(parseInetDiag(lying, 'tcp')).toMatchObject({ inode: 35970 });
    expect(parseInetDiag(lying, 'tcp')?.traffic).toBeUndefined();
  });

  test('the inode alone is that of the whole message', () => {
    expect(diagInode(established)).toBe(35970);
    expect(diagInode(unixPath)).toBe(parseUnixDiag(unixPath)?.inode ?? -1);
    expect(diagInode(packet)).toBe(parsePacketDiag(packet)?.inode ?? -1);
    expect(diagInode(established.subarray(0, 40))).toBe(0);
  });
});

test('recorded messages mutated in thousands of ways give a socket or nothing', () => {
  const recorded = [established, listener6, datagram, unixPath, unixAbstract, packet];
  for (const [seed, message] of recorded.entries()) {
    for (const changed of mutations(Uint8Array.from(message), 2000, seed)) {
      const found = [
        parseInetDiag(changed, 'tcp'),
        parseInetDiag(changed, 'udp'),
        parseUnixDiag(changed),
        parsePacketDiag(changed),
      ];
      for (const entry of found) {
        if (entry === undefined) continue;
        // Nothing is made up: a name is no longer than the message, numbers are numbers.
        expect((entry.path ?? '').length).toBeLessThanOrEqual(changed.length * 3);
        expect(entry.inode).toBeGreaterThanOrEqual(0);
        expect(JSON.stringify(entry)).not.toMatch(/null|\\u00/);
      }
      expect(diagInode(changed)).toBeGreaterThanOrEqual(0);
    }
  }
});

test('an abstract name keeps every byte, and acts on nobody', () => {
  const name = Uint8Array.of(0, 0x1b, 0x5b, 0x32, 0x4a, 0, 0xe2, 0x80, 0xae, 0xff);
  const out = new Uint8Array(16 + 4 + 12);
  out.set([1, 1, 10]);
  out.set([4 + name.length, 0, 0, 0], 16);
  out.set(name, 20);
  expect(String(parseUnixDiag(out)?.path)).toBe('@%1B[2J@%E2%80%AE%FF');
});
