/** The artifacts on the running kernel, in the namespaces of the test runner, with sockets of our own. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { FactSet } from '../../model/fact.ts';
import { SourceLog } from '../../model/source-log.ts';
import { liveNative } from '../../native/live.ts';
import { raiseLoopback } from '../../native/loopback.ts';
import { liveTarget } from '../../target/live.ts';
import { forwards } from './forwards.ts';
import { kernelSettings } from './kernel-settings.ts';
import { modules } from './modules.ts';
import { mounts } from './mounts.ts';
import { processes } from './processes.ts';
import { sockets } from './sockets.ts';

const target = liveTarget(liveNative());
const log = new SourceLog();
const facts = new FactSet();
const context = { target, log, facts, nowUs: 0, thorough: false };
const stops: (() => void)[] = [];
let port = 0;

beforeAll(async () => {
  if (process.env['DEMINE_IN_NAMESPACE'] !== '1') throw new Error('run these tests with scripts/test.ts');
  expect(raiseLoopback().status).toBe('ok');
  const quiet = { data: () => undefined };
  const listener = Bun.listen({ hostname: '127.0.0.1', port: 0, socket: quiet });
  port = listener.port;
  let answered = (): void => undefined;
  const echo = new Promise<void>((resolve) => {
    answered = resolve;
  });
  const server = Bun.listen({
    unix: `\0demine-live-${process.pid}`,
    socket: { data: (socket, bytes) => void socket.write(bytes) },
  });
  const client = await Bun.connect({
    unix: `\0demine-live-${process.pid}`,
    socket: { data: () => answered() },
  });
  client.write('x');
  await echo;
  const session = await Bun.connect({ hostname: '127.0.0.1', port, socket: quiet });
  session.write('x'.repeat(100));
  session.flush();
  stops.push(
    () => session.end(),
    () => client.end(),
    () => listener.stop(true),
    () => server.stop(true),
  );
  facts.addAll(await processes.gather(context));
  for (const artifact of [sockets, mounts, kernelSettings, modules, forwards])
    facts.addAll(await artifact.gather(context));
});

afterAll(async () => {
  for (const stop of stops) stop();
  await target.close();
});

describe('on the running kernel', () => {
  test('our listener and both ends of our session are seen by three views, with us as owner', () => {
    const ours = facts.of('socket').filter((fact) => fact.local.port === port || fact.remote.port === port);
    expect(ours.map((fact) => fact.state).sort()).toEqual(['established', 'established', 'listen']);
    for (const fact of ours) {
      expect([...fact.seenBy].sort()).toEqual(['descriptor', 'netlink', 'proc']);
      expect(fact.owners).toContain(process.pid);
    }
    expect(ours.find((fact) => fact.remote.port === port)?.traffic?.bytesSent).toBe(100);
  });

  test('an abstract unix socket has its name', () => {
    const name = `@demine-live-${process.pid}`;
    expect(facts.of('socket').some((fact) => fact.path === name && fact.state === 'listen')).toBe(true);
  });

  test('no view hides a socket on an honest kernel', () => {
    expect(facts.of('socket').filter((fact) => fact.missingFrom !== undefined)).toEqual([]);
  });

  test('mounts of our namespace and settings of the kernel are there', () => {
    expect(facts.of('mount').some((fact) => fact.mountPoint === '/proc' && fact.fileSystem === 'proc')).toBe(
      true,
    );
    expect(
      facts.of('setting').some((fact) => fact.name === 'kernel.pid_max' && /^\d+$/.test(fact.value)),
    ).toBe(true);
  });

  test('modules agree in all views, and nothing forwards in a fresh namespace', () => {
    expect(facts.of('module').filter((fact) => fact.missingFrom.includes('proc-modules'))).toEqual([]);
    expect(facts.of('directory-count')).toEqual([]);
    expect(facts.of('taint')).toHaveLength(1);
    expect(facts.of('forward')).toEqual([]);
  });
});
