import { expect, test } from 'bun:test';
import { composeServices } from './compose-services.ts';

test('words and texts, dollars, environments of both kinds', () => {
  const found = composeServices({
    services: {
      a: { image: 'x', entrypoint: ['sh', '-c'], command: ['echo $$HOME'], environment: ['Q=1', 'R'] },
      b: { build: '.', command: 'sh -c "a b"', environment: { Q: 1, R: null } },
    },
  });
  expect(found.map(({ name, words }) => [name, ...words])).toEqual([
    ['a', 'sh', '-c', 'echo $HOME'],
    ['b', 'sh', '-c', 'a b'],
  ]);
  expect(found.map(({ environment }) => [...environment])).toEqual([
    [['Q', '1']],
    [
      ['Q', '1'],
      ['R', ''],
    ],
  ]);
});

test('privileges, volumes of both forms, restarts', () => {
  const [found] = composeServices({
    services: {
      a: {
        image: 'x',
        privileged: true,
        pid: 'host',
        network_mode: 'host',
        cap_add: ['SYS_ADMIN'],
        devices: ['/dev/sda:/dev/sda'],
        restart: 'on-failure:5',
        volumes: ['/:/host:ro', 'data:/data', { type: 'bind', source: './x', target: '/x' }],
      },
    },
  });
  expect(found).toMatchObject({
    privileged: true,
    shares: ['pid', 'network'],
    capabilities: ['SYS_ADMIN'],
    devices: ['/dev/sda'],
    restarts: true,
    binds: [
      { source: '/', destination: '/host', readOnly: true },
      { source: './x', destination: '/x', readOnly: false },
    ],
  });
});

test('files of version 1 have their services at the top; what is no service gives none', () => {
  expect(composeServices({ web: { image: 'nginx' }, version: 1 }).map(({ name }) => name)).toEqual(['web']);
  for (const value of [null, [], 'x', { services: 7 }, { services: { a: 7, b: [] } }])
    expect(composeServices(value)).toEqual([]);
});

test('what runs beside the service is told: hooks and the check of its health', () => {
  const service = {
    image: 'x',
    command: ['main'],
    post_start: [{ command: './hook' }, {}],
    healthcheck: { test: ['CMD-SHELL', 'curl -f http://localhost/$$P || exit 1'] },
  };
  expect(composeServices({ services: { a: service } }).map(({ words }) => words)).toEqual([
    ['main'],
    ['./hook'],
    ['sh', '-c', 'curl -f http://localhost/$P || exit 1'],
  ]);
});
