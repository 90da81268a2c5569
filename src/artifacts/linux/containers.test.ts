import { describe, expect, test } from 'bun:test';
import { processFact } from '../../../test/process-fact.ts';
import { type Recorded, RecordedTarget } from '../../../test/recorded-target.ts';
import { FactSet } from '../../model/fact.ts';
import type { ContainerFact } from '../../model/facts/host.ts';
import { SourceLog } from '../../model/source-log.ts';
import { printableText } from '../../model/text.ts';
import { attachContainers, containers } from './containers.ts';

const a = 'a'.repeat(64);
const b = 'b'.repeat(64);
const c = 'c'.repeat(64);

async function gather(
  files: Record<string, Recorded>,
): Promise<{ facts: readonly ContainerFact[]; log: SourceLog }> {
  const log = new SourceLog();
  const target = new RecordedTarget({ files });
  const found = await containers.gather({ target, log, facts: new FactSet(), nowUs: 0, thorough: false });
  return { facts: new FactSet(found).of('container'), log };
}

const docker = {
  [`/var/lib/docker/containers/${a}/config.v2.json`]: JSON.stringify({
    ID: a,
    Name: '/m',
    Config: { Image: 'example/m' },
  }),
  [`/var/lib/docker/containers/${a}/hostconfig.json`]: JSON.stringify({
    RestartPolicy: { Name: 'always' },
    Binds: ['/:/h'],
  }),
};

describe('linux.containers', () => {
  test('a host without any runtime has none, and nothing is missing', async () => {
    const { facts, log } = await gather({ '/etc/hostname': 'x' });
    expect(facts).toEqual([]);
    expect(log.groups).toEqual([]);
  });

  test('docker, containerd, podman, CRI-O and LXC are found by their files', async () => {
    const storage = '/var/lib/containers/storage/overlay-containers';
    const user = '/home/eve/.local/share/containers/storage/overlay-containers';
    const { facts, log } = await gather({
      ...docker,
      [`/run/containerd/io.containerd.runtime.v2.task/moby/${a}/config.json`]: '{}',
      [`/run/containerd/io.containerd.runtime.v2.task/k8s.io/${b}/config.json`]: JSON.stringify({
        annotations: {
          'io.kubernetes.cri.sandbox-name': 'web-0',
          'io.kubernetes.cri.sandbox-namespace': 'shop',
        },
      }),
      [`${storage}/containers.json`]: JSON.stringify([{ id: c, names: ['n'] }]),
      [`${storage}/${c}/userdata/config.json`]: JSON.stringify({
        annotations: {
          'io.container.manager': 'cri-o',
          'io.kubernetes.cri-o.ImageName': 'example/c',
        },
      }),
      [`${user}/containers.json`]: JSON.stringify([
        { id: 'd'.repeat(64), metadata: '{"name":"own","image-name":"example/d"}' },
      ]),
      '/var/lib/lxc/box/config': 'lxc.start.auto = 1\n',
    });
    expect(facts.map(({ container }) => [container.runtime, container.name, container.image])).toEqual([
      ['docker', printableText('m'), printableText('example/m')],
      ['containerd', undefined, undefined],
      ['crio', printableText('n'), printableText('example/c')],
      ['podman', printableText('own'), printableText('example/d')],
      ['lxc', printableText('box'), undefined],
    ]);
    expect(facts[0]?.container.restartPolicy).toBe('always');
    expect(facts[0]?.binds?.map(String)).toEqual(['/:/h']);
    expect(facts[1]?.container.pod).toBe('shop/web-0');
    expect(log.listed).toEqual([]);
  });

  test('state that is broken, refused, deep or too large is told and hides no other', async () => {
    const at = '/var/lib/docker/containers';
    const { facts, log } = await gather({
      ...docker,
      [`${at}/${b}/config.v2.json`]: '{"ID":',
      [`${at}/${c}/config.v2.json`]: { status: 'denied', reason: 'EACCES' },
      [`${at}/${'d'.repeat(64)}/config.v2.json`]: '['.repeat(10_000),
      [`${at}/${'e'.repeat(64)}/config.v2.json`]: `"${'x'.repeat(5 * 1024 * 1024)}"`,
      [`${at}/tmp/config.v2.json`]: '{"ID":"../../etc"}',
    });
    expect(facts.map(({ container }) => container.id)).toEqual([a]);
    expect(log.listed.map((source) => source.status).sort()).toEqual([
      'denied',
      'error',
      'error',
      'truncated',
    ]);
  });
});

describe('processes in containers', () => {
  test('the state fills in what the control group cannot say', async () => {
    const { facts } = await gather(docker);
    const inside = processFact(10, { container: { runtime: 'docker', id: a } });
    const unknown = processFact(11, { container: { runtime: 'docker', id: b } });
    const outside = processFact(12);
    const joined = attachContainers([inside, unknown, outside], facts);
    expect(joined[0]?.container).toMatchObject({ id: a, restartPolicy: 'always', image: 'example/m' });
    expect(joined[1]).toBe(unknown);
    expect(joined[2]).toBe(outside);
  });

  test('the name of a pod takes the place of its uid', () => {
    const uid = '1f2e3d4c-0000-4000-8000-00000000abcd';
    const [process] = attachContainers(
      [processFact(10, { container: { runtime: 'kubernetes', id: b, pod: uid } })],
      [
        {
          kind: 'container',
          source: { source: printableText('/x') },
          container: { runtime: 'containerd', id: b, pod: 'shop/web-0' },
        },
      ],
    );
    expect(process?.container).toEqual({ runtime: 'containerd', id: b, pod: 'shop/web-0' });
  });
});
