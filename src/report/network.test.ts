import { describe, expect, test } from 'bun:test';
import { renderNetwork } from './network.ts';
import { cleanResult, hostileResult, miningResult } from './result.fixture.ts';
import { socketRow } from './rows.fixture.ts';
import { exposureOf, hasPeer, isInteresting, isListener, isLocal, splitEndpoint } from './socket-view.ts';
import { displayWidth } from './width.ts';

const plain = { width: 80, color: false, language: 'en' } as const;

describe('demine net', () => {
  test('what is hidden stands first and says from which view', () => {
    const text = renderNetwork(miningResult, plain);
    expect(text.indexOf('✗ 4711')).toBeLessThan(text.indexOf('sshd'));
    expect(text).toContain('HIDDEN from /proc/net');
    expect(renderNetwork(miningResult, { ...plain, language: 'zh-CN' })).toContain('在 /proc/net 中被隐藏');
  });

  test('listeners come before connections, with what they expose', () => {
    const text = renderNetwork(miningResult, plain);
    expect(text).toContain('0.0.0.0:6379  redis open on all addresses, risk high');
    expect(text.indexOf('0.0.0.0:22 ')).toBeLessThan(text.indexOf('10.0.2.15:22 →'));
  });

  test('local and closed sockets are counted, and shown with all', () => {
    expect(renderNetwork(cleanResult, plain)).toContain('3 local or closed sockets not shown');
    const all = renderNetwork(cleanResult, { ...plain, all: true });
    expect(all).toContain('/run/systemd/notify');
    expect(all).toContain('127.0.0.1:6379');
    expect(all).toContain('no process found');
  });

  test('a host without connections says so', () => {
    expect(renderNetwork({ ...cleanResult, sockets: [] }, plain)).toContain('No connections.');
  });

  test('a hostile host stays within the width and cannot act', () => {
    const text = renderNetwork(hostileResult, { ...plain, all: true });
    expect(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]/.test(text)).toBe(false);
    expect(Math.max(...text.split('\n').map(displayWidth))).toBeLessThanOrEqual(80);
  });
});

describe('what a socket is', () => {
  test('ends are split for both families', () => {
    expect(splitEndpoint('[2001:db8::1]:443')).toEqual({ address: '2001:db8::1', port: '443' });
    expect(splitEndpoint('192.0.2.1:80')).toEqual({ address: '192.0.2.1', port: '80' });
    expect(splitEndpoint('')).toEqual({ address: '', port: '' });
  });

  test('loopback is local, a wildcard has no peer', () => {
    expect(isLocal(socketRow({ inode: 1, local: '[::1]:1', remote: '[::1]:2' }))).toBe(true);
    expect(isLocal(socketRow({ inode: 1 }))).toBe(false);
    expect(hasPeer(socketRow({ inode: 1, remote: '[::]:0' }))).toBe(false);
    expect(
      isListener(socketRow({ inode: 1, transport: 'udp', state: 'unconnected', remote: '0.0.0.0:0' })),
    ).toBe(true);
  });

  test('a local socket of a suspect is interesting all the same', () => {
    const socket = socketRow({ inode: 1, local: '127.0.0.1:5', remote: '127.0.0.1:6', pids: [7] });
    expect(isInteresting(socket, new Set())).toBe(false);
    expect(isInteresting(socket, new Set([7]))).toBe(true);
  });

  test('exposure is found by address, port and process', () => {
    const socket = socketRow({
      inode: 1,
      state: 'listen',
      local: '0.0.0.0:6379',
      remote: '0.0.0.0:0',
      pids: [880],
    });
    expect(exposureOf(socket, miningResult.exposure)?.service).toBe('redis');
    expect(exposureOf({ ...socket, pids: [1] }, miningResult.exposure)).toBeUndefined();
  });
});
