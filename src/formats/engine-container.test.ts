import { expect, test } from 'bun:test';
import { changedPaths, engineContainer, listedContainers } from './engine-container.ts';

const id = 'ab'.repeat(32);
const minimal = { Id: id, State: { Status: 'running', Running: true } };

test('what podman calls its states is told in those of Docker', () => {
  for (const [said, state] of [
    ['configured', 'created'],
    ['stopped', 'exited'],
    ['stopping', 'running'],
    ['exited', 'exited'],
  ] as const) {
    expect(engineContainer({ Id: id, State: { Status: said } })?.state).toBe(state);
  }
  const paused = { Status: 'running', Running: true, Paused: true };
  expect(engineContainer({ Id: id, State: paused })?.state).toBe('paused');
});

test('a container of which only the state is known has nothing else, and never started', () => {
  expect(
    engineContainer({ ...minimal, State: { ...minimal.State, StartedAt: '0001-01-01T00:00:00Z' } }),
  ).toEqual({
    ...{ id, state: 'running', pid: 0, restarts: 0, network: '', removesItself: false },
    ...{ name: '', image: '', imageId: '', startedAt: '', project: '' },
    policy: { name: 'no', retries: 0 },
    ...{ ports: [], binds: [], volumes: [], composeFiles: [] },
  } as never);
});

test('members of other types than they should be say nothing', () => {
  const hostile = {
    ...minimal,
    Name: 7,
    Image: [],
    RestartCount: -3.5,
    Config: { Image: { a: 1 }, Labels: ['x'] },
    HostConfig: {
      RestartPolicy: { Name: 'forever; rm', MaximumRetryCount: 1e99 },
      AutoRemove: 'true',
      Binds: 'x',
      NetworkMode: 'container:../../etc',
    },
    Mounts: { length: 9 },
    NetworkSettings: { Ports: { '80/tcp': 'x', '81/tcp': [{ HostIp: 9, HostPort: {} }] } },
    State: { ...minimal.State, Pid: '1; reboot', StartedAt: { a: 1 } },
  };
  expect(engineContainer(hostile)).toMatchObject({
    ...{ name: '', pid: 0, restarts: 0, removesItself: false, network: '', binds: [] },
    policy: { name: 'no', retries: 0 },
    ports: ['0.0.0.0:->81/tcp'],
  } as never);
});

test('names act on no terminal, and there are not more of them than the bound', () => {
  const hostile = { ...minimal, Name: `/\x1b[2J${'x'.repeat(9000)}` };
  const name = engineContainer(hostile)?.name ?? '';
  expect(name).toStartWith('%1B[2J');
  expect(name.length).toBeLessThan(300);
  const list = Array.from({ length: 50 }, () => ({ Id: id, Names: ['/\u202ea'], State: 'running' }));
  expect(listedContainers(list, 10)).toHaveLength(10);
  expect(listedContainers(list, 1)[0]?.name).toBe('%E2%80%AEa' as never);
  expect(listedContainers({ a: 1 }, 10)).toEqual([]);
});

test('changes are paths that are there; what is none is left out', () => {
  const said = [
    { Path: '/tmp/x', Kind: 1 },
    { Path: '/gone', Kind: 2 },
    { Path: 'rel' },
    null,
    7,
    { Path: 9 },
  ];
  expect(changedPaths(said, 100).map(String)).toEqual(['/tmp/x']);
  expect(changedPaths(null, 100)).toEqual([]);
});
