import { describe, expect, test } from 'bun:test';
import { liveNative } from '../../native/live.ts';
import { raiseLoopback } from '../../native/loopback.ts';
import { recordedNative } from '../../native/recorded.ts';
import { findResponder, parseSshConnection } from './responder.ts';

describe('$SSH_CONNECTION', () => {
  test('is the far end first', () => {
    expect(parseSshConnection('198.51.100.7 50000 203.0.113.2 22')).toEqual({
      local: { address: '203.0.113.2', port: 22 },
      remote: { address: '198.51.100.7', port: 50_000 },
    });
    expect(parseSshConnection('::ffff:198.51.100.7 50000 2001:DB8::2 22')?.local.address).toBe('2001:db8::2');
  });

  test.each([
    undefined,
    '',
    'a b c d',
    '198.51.100.7 50000 203.0.113.2',
    '198.51.100.7 0 203.0.113.2 22',
    '198.51.100.7 50000 203.0.113.2 65536',
    '198.51.100.7 50000 203.0.113.2 22 x',
  ])('of another form is none: %p', (text) => expect(parseSshConnection(text)).toBeUndefined());
});

describe('the connection of the responder', () => {
  const outside = '203.0.113.9';
  const open = async () => {
    expect(raiseLoopback(outside).status).toBe('ok');
    const server = Bun.listen({ hostname: outside, port: 0, socket: { data: () => undefined } });
    const client = await Bun.connect({
      hostname: outside,
      port: server.port,
      socket: { data: () => undefined },
    });
    await Bun.sleep(20);
    return { server, client };
  };

  test('is one that an ancestor of ours holds', async () => {
    const { server, client } = await open();
    // As sshd's session does: it holds the connection, and what it started does not.
    const program = `await Bun.connect({ hostname: '${outside}', port: ${server.port}, socket: { data() {} } });
      console.log(Bun.spawn(['sleep', '100']).pid);`;
    const session = Bun.spawn([process.execPath, '-e', program], { stdout: 'pipe' });
    const { value } = await session.stdout.getReader().read();
    const shell = Number(Buffer.from(value ?? new Uint8Array(0)).toString());
    const { connections } = findResponder(liveNative(), shell, {});
    expect(connections).toEqual([
      {
        local: { address: outside, port: expect.any(Number) },
        remote: { address: outside, port: server.port },
      },
    ]);
    expect(connections[0]?.local.port).not.toBe(client.localPort);
    process.kill(shell, 'SIGKILL');
    session.kill('SIGKILL');
    client.terminate();
    server.stop(true);
  });

  test('is the one that sshd told of, while it is there', async () => {
    const { server, client } = await open();
    const told = { SSH_CONNECTION: `${outside} ${client.localPort} ${outside} ${server.port}` };
    expect(findResponder(liveNative(), 1, told).connections).toEqual([
      {
        local: { address: outside, port: server.port },
        remote: { address: outside, port: client.localPort },
      },
    ]);
    const stale = { SSH_CONNECTION: `198.51.100.7 50000 ${outside} ${server.port}` };
    expect(findResponder(liveNative(), 1, stale).connections).toEqual([]);
    client.terminate();
    server.stop(true);
  });

  test('is not needed at a console', () => {
    const stat = (terminal: number) =>
      Buffer.from(`50 (bash) S 1 50 50 ${terminal} ${'0 '.repeat(40)}\n`, 'latin1');
    const at = (terminal: number) =>
      findResponder(recordedNative({ readFile: () => ({ status: 'ok', value: stat(terminal) }) }), 50, {});
    expect(at(0x0401)).toEqual({ connections: [], atTheHost: true });
    expect(at(0x8801).atTheHost).toBe(false);
    expect(at(0).atTheHost).toBe(false);
  });
});
