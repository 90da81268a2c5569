import { describe, expect, test } from 'bun:test';
import { DemineError } from '../../model/error.ts';
import { recordedNative } from '../../native/recorded.ts';
import { cleanResult, miningResult } from '../../report/result.fixture.ts';
import { isEmpty, planContainment } from './plan-containment.ts';
import { bootIdOf, mustBeThisHost } from './this-host.ts';

/** An established connection to port 22 as the kernel dumps it (struct inet_diag_msg). */
function connection(): Uint8Array {
  const message = new Uint8Array(72);
  const view = new DataView(message.buffer);
  message.set([2, 1, 0, 0]);
  view.setUint16(4, 22);
  view.setUint16(6, 50_000);
  message.set([203, 0, 113, 2], 8);
  message.set([198, 51, 100, 7], 24);
  return message;
}
const native = recordedNative({
  netlink: (dump) => ({
    status: 'ok',
    value: dump.kind === 'inet-diag' && dump.family === 'inet' ? [{ type: 20, payload: connection() }] : [],
  }),
});
const session = { SSH_CONNECTION: '198.51.100.7 50000 203.0.113.2 22' };
const request = { mode: 'isolate', keep: [], keepNone: false, pid: 2, environment: session } as const;

const refusal = (action: () => unknown): string => {
  try {
    action();
    return 'none';
  } catch (thrown) {
    if (!(thrown instanceof DemineError)) throw thrown;
    return `${thrown.code} ${thrown.subject}`;
  }
};

describe('isolation', () => {
  test('keeps the connection of the responder', () => {
    expect(planContainment(native, miningResult, request).containment).toEqual({
      mode: 'isolate',
      keep: [
        { local: { address: '203.0.113.2', port: 22 }, remote: { address: '198.51.100.7', port: 50_000 } },
      ],
      allow: [],
    });
  });

  test('is refused where nobody is kept, until that is said', () => {
    const alone = { ...request, environment: {} };
    expect(refusal(() => planContainment(native, miningResult, alone))).toBe('contain-cuts-off ');
    expect(planContainment(native, miningResult, { ...alone, keepNone: true }).containment.mode).toBe(
      'isolate',
    );
    expect(
      planContainment(native, miningResult, { ...alone, keep: ['198.51.100.8'] }).containment,
    ).toMatchObject({
      allow: ['198.51.100.8'],
    });
  });

  test('is refused through a tunnel, until its far end is named', () => {
    const tunnel = () => ['wg0'];
    expect(refusal(() => planContainment(native, miningResult, request, tunnel))).toBe(
      'contain-cuts-off wg0',
    );
    const named = { ...request, keep: ['198.51.100.9'] };
    expect(planContainment(native, miningResult, named, tunnel).containment).toMatchObject({
      allow: named.keep,
    });
  });
});

test('a block leaves the responder open, whatever the case says', () => {
  const [socket] = miningResult.sockets.filter(({ pids }) => pids.includes(4711));
  if (socket === undefined) throw new Error('the fixture changed');
  const result = { ...miningResult, sockets: [{ ...socket, remote: '198.51.100.7:3333' }], persistence: [] };
  const { containment, found } = planContainment(native, result, { ...request, mode: 'block' });
  expect(containment).toEqual({ mode: 'block', addresses: [], names: ['pool.example.net'] });
  expect(found?.left).toMatchObject([{ value: '198.51.100.7', why: 'responder' }]);
  const clean = planContainment(native, cleanResult, { ...request, mode: 'block' }).containment;
  expect([isEmpty(containment), isEmpty(clean)]).toEqual([false, true]);
});

describe('a case is of this host', () => {
  const here = (machineId: string) =>
    recordedNative({
      readFile: (path) =>
        Buffer.from(path).toString() === '/etc/machine-id'
          ? { status: 'ok', value: Buffer.from(`${machineId}\n`) }
          : { status: 'absent', reason: 'ENOENT' },
    });
  const result = (machineId: string, scope: 'host' | 'files' = 'host') => ({
    ...cleanResult,
    host: { ...cleanResult.host, machineId, scope, name: 'web-03' },
  });
  const check = (own: string, ofCase: ReturnType<typeof result>, name = 'web-03') =>
    refusal(() => mustBeThisHost(here(own), 'CASE', ofCase, name));

  test('by its machine id, and by its name where it has none', () => {
    expect(check('a'.repeat(32), result('a'.repeat(32)), 'renamed')).toBe('none');
    expect(check('a'.repeat(32), result('b'.repeat(32)))).toBe('contain-elsewhere CASE');
    expect(check('', result(''))).toBe('none');
    expect(check('', result(''), 'web-04')).toBe('contain-elsewhere CASE');
    expect(check('a'.repeat(32), result('a'.repeat(32), 'files'))).toBe('contain-elsewhere CASE');
  });

  test('and the boot is told by the kernel', () => {
    expect(bootIdOf(here(''))).toBe('');
  });
});
