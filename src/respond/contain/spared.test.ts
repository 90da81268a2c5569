import { expect, test } from 'bun:test';
import { raiseLoopback } from '../../native/loopback.ts';
import { recordedNative } from '../../native/recorded.ts';
import { cleanResult } from '../../report/result.fixture.ts';
import { resolversIn, sparedHere } from './spared.ts';

test('resolvers are the name servers of resolv.conf', () => {
  expect(
    resolversIn(
      '# nameserver 192.0.2.1\nsearch example\n nameserver 192.0.2.53\nnameserver 2001:db8::53 x\n',
    ),
  ).toEqual(['192.0.2.53', '2001:db8::53']);
  expect(resolversIn('nameserver 192.0.2.1\n'.repeat(1000))).toHaveLength(16);
});

test('spared are this host, its resolvers and the responder', () => {
  expect(raiseLoopback('203.0.113.99').status).toBe('ok');
  const native = recordedNative({
    readFile: () => ({ status: 'ok', value: Buffer.from('nameserver 192.0.2.53\n') }),
  });
  const connection = {
    local: { address: '203.0.113.2', port: 22 },
    remote: { address: '198.51.100.7', port: 50_000 },
  };
  const spared = sparedHere(native, cleanResult, [connection], ['198.51.100.8']);
  expect(spared).toMatchObject({ responder: ['198.51.100.7', '198.51.100.8'], resolvers: ['192.0.2.53'] });
  expect(spared.own).toContain('203.0.113.99');
});
