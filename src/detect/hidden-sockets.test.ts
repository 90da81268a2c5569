import { expect, test } from 'bun:test';
import { connection, judgedBy, listener, processFact, told } from './facts.fixture.ts';
import { hiddenSockets } from './hidden-sockets.ts';

const analyze = judgedBy(hiddenSockets);

test('a socket that /proc/net leaves out is hidden, and belongs to its owner', () => {
  const socket = connection([300], '203.0.113.9', 443, { seenBy: ['netlink'], missingFrom: ['proc'] });
  const [found] = analyze(processFact({ pid: 300 }), socket);
  expect(found).toMatchObject({
    rule: 'hidden.socket',
    severity: 'high',
    subject: { kind: 'process', pid: 300 },
    params: { remote: '203.0.113.9:443', missing: 'proc' },
  });
});

test('without an owner the finding is about the socket', () => {
  const socket = listener([], '::', 31337, { seenBy: ['netlink'], missingFrom: ['proc'] });
  expect(analyze(socket)[0]?.subject).toEqual({ kind: 'socket', inode: 38337 });
});

test('a socket that was merely seen by one view is clean', () => {
  expect(told(analyze(connection([300], '203.0.113.9', 443, { seenBy: ['netlink'] })))).toEqual([]);
});

test('a socket without addresses breaks nothing', () => {
  const odd = connection([], '', 0, {
    transport: 'packet',
    local: { address: '', port: 0 },
    missingFrom: ['proc'],
  });
  expect(analyze(odd)[0]?.params['local']).toBe('packet');
});
