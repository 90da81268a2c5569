import { describe, expect, test } from 'bun:test';
import { podContainers } from './kubernetes-pods.ts';

const pod = (spec: unknown, kind = 'Pod'): unknown => ({ kind, metadata: { name: 'p' }, spec });

test('every kind that makes pods is read', () => {
  const spec = { containers: [{ name: 'c', command: ['run'] }] };
  const template = { template: { spec } };
  const values = [
    pod(spec),
    ...['Deployment', 'DaemonSet', 'StatefulSet', 'ReplicaSet', 'ReplicationController', 'Job'].map((kind) =>
      pod(template, kind),
    ),
    pod({ schedule: '*/5 * * * *', jobTemplate: { spec: template } }, 'CronJob'),
  ];
  const found = podContainers({ kind: 'List', items: values });
  expect(found.map(({ run }) => run.words)).toEqual(values.map(() => ['run']));
  expect(found.at(-1)).toMatchObject({ kind: 'CronJob', schedule: '*/5 * * * *' });
  expect(podContainers(pod(spec, 'Service'))).toEqual([]);
});

test('commands of hooks, probes and first containers are told', () => {
  const exec = (word: string) => ({ exec: { command: [word] } });
  const found = podContainers(
    pod({
      initContainers: [{ name: 'i', command: ['init'] }],
      containers: [
        { name: 'c', args: ['main'], lifecycle: { postStart: exec('start') }, livenessProbe: exec('live') },
      ],
    }),
  );
  expect(found.map(({ role, run }) => `${role} ${run.words}`)).toEqual([
    'init init',
    'container main',
    'hook start',
    'probe live',
  ]);
});

test('variables of the manifest are put in, others stay', () => {
  const [found] = podContainers(
    pod({
      containers: [
        { command: ['sh', '-c', '$(A) $(B)'], env: [{ name: 'A', value: 'curl x' }, { name: 'B' }] },
      ],
    }),
  );
  expect(found?.run.words).toEqual(['sh', '-c', 'curl x $(B)']);
});

test('folders of the host are joined with where they are seen', () => {
  const [found] = podContainers(
    pod({
      hostPID: true,
      volumes: [
        { name: 'h', hostPath: { path: '/' } },
        { name: 'e', emptyDir: {} },
      ],
      containers: [
        {
          securityContext: { privileged: true, runAsUser: 0 },
          volumeMounts: [
            { name: 'h', mountPath: '/host' },
            { name: 'h', mountPath: '/k', subPath: 'root/.ssh', readOnly: true },
            { name: 'e', mountPath: '/e' },
          ],
        },
      ],
    }),
  );
  expect(found?.run).toMatchObject({
    privileged: true,
    user: 'root',
    shares: ['pid'],
    binds: [
      { source: '/', destination: '/host', readOnly: false },
      { source: '/root/.ssh', destination: '/k', readOnly: true },
    ],
  });
});

describe('a manifest that lies', () => {
  test('in its types gives nothing and does not throw', () => {
    for (const value of [
      null,
      7,
      [],
      'x',
      pod(7),
      pod({ containers: {} }),
      pod({ containers: [null, 7, 'x'] }),
    ]) {
      expect(podContainers(value).every(({ run }) => run.words.length === 0)).toBe(true);
    }
  });

  test('in lists of lists and in numbers is bounded', () => {
    const list = (items: unknown): unknown => ({ kind: 'List', items: [items] });
    const one = pod({ containers: [{ command: ['x'] }] });
    expect(podContainers(list(list(list(list(one)))))).toEqual([]);
    const many = pod({ containers: Array.from({ length: 10_000 }, () => ({ command: ['x'] })) });
    expect(podContainers(many)).toHaveLength(64);
  });
});
