import { describe, expect, test } from 'bun:test';
import { printableText } from '../model/text.ts';
import { dockerContainer, startInstant } from './docker-state.ts';
import { parseLooseJson } from './loose-json.ts';
import { lxcContainer } from './lxc-config.ts';
import { ociContainer, storageContainers } from './oci-state.ts';

const id = 'c0ffee00'.repeat(8);
const source = printableText('/state');
const folder = printableText(id);
const json = (value: unknown): unknown => {
  const parsed = parseLooseJson(Buffer.from(JSON.stringify(value)));
  return parsed.ok ? parsed.value : undefined;
};

describe('docker state', () => {
  const config = {
    ID: id,
    Name: '/kdevtmpfsi',
    Config: { Image: 'docker.io/example/miner:1', Labels: {} },
    State: { Running: true, Pid: 4242, StartedAt: '2025-11-02T03:04:05.678901234Z' },
  };

  test('name, image, start, restart policy, privileges and host folders are told', () => {
    const hostConfig = {
      RestartPolicy: { Name: 'unless-stopped', MaximumRetryCount: 0 },
      Privileged: true,
      Binds: ['/:/mnt/host:rw'],
      Mounts: [
        { Type: 'bind', Source: '/etc', Target: '/e' },
        { Type: 'volume', Source: 'v', Target: '/v' },
      ],
    };
    expect(dockerContainer(json(config), json(hostConfig), folder, source)).toEqual({
      binds: [printableText('/:/mnt/host:rw'), printableText('/etc:/e')],
      container: {
        runtime: 'docker',
        id,
        source,
        name: printableText('kdevtmpfsi'),
        image: printableText('docker.io/example/miner:1'),
        restartPolicy: 'unless-stopped',
        privileged: true,
        startedAt: {
          us: Date.UTC(2025, 10, 2, 3, 4, 5, 678) * 1000,
          precision: 'millisecond',
          source: 'docker state',
          certain: true,
        },
      },
    });
  });

  test('a container that never started, without policy, has no start and no restart', () => {
    const state = dockerContainer(
      json({ ...config, State: { StartedAt: '0001-01-01T00:00:00Z' } }),
      json({ RestartPolicy: { Name: '' } }),
      folder,
      source,
    );
    expect(state?.container.startedAt).toBeUndefined();
    expect(state?.container.restartPolicy).toBe('no');
  });

  test('labels of the kubelet name the pod', () => {
    const labels = { 'io.kubernetes.pod.name': 'web-0', 'io.kubernetes.pod.namespace': 'shop' };
    const state = dockerContainer(json({ ...config, Config: { Labels: labels } }), undefined, folder, source);
    expect(state?.container.pod).toBe('shop/web-0');
  });

  test('wrong types leave the id of the folder, and no id leaves nothing', () => {
    const odd = json({ ID: 7, Name: ['x'], Config: 'y', State: { StartedAt: 5 } });
    expect(
      dockerContainer(
        odd,
        json({ RestartPolicy: 'always', Privileged: 'yes', Binds: { 0: 'x' } }),
        folder,
        source,
      ),
    ).toEqual({
      binds: [],
      container: { runtime: 'docker', id, source },
    });
    expect(dockerContainer(odd, undefined, printableText('tmp'), source)).toBeUndefined();
    expect(startInstant('2025-99-99T99:99:99Z', 'x')).toBeUndefined();
  });

  test('hostile names come out in printable form', () => {
    const state = dockerContainer(json({ ...config, Name: '/\u001b[2J%25' }), undefined, folder, source);
    expect(String(state?.container.name)).toBe('%1B[2J%2525');
  });
});

describe('OCI bundle', () => {
  test('containerd names container, image and pod', () => {
    const config = {
      annotations: {
        'io.kubernetes.cri.container-name': 'app',
        'io.kubernetes.cri.image-name': 'example.com/app:1',
        'io.kubernetes.cri.sandbox-name': 'app-0',
        'io.kubernetes.cri.sandbox-namespace': 'default',
      },
      process: { capabilities: { bounding: ['CAP_CHOWN'] } },
      linux: { maskedPaths: ['/proc/kcore'] },
      mounts: [
        { destination: '/proc', type: 'proc', source: 'proc' },
        { destination: '/host', type: 'bind', source: '/', options: ['rbind', 'rw'] },
      ],
    };
    const state = ociContainer(json(config), folder, 'containerd', source);
    expect(state?.container).toMatchObject({
      name: 'app',
      image: 'example.com/app:1',
      pod: 'default/app-0',
      privileged: false,
    });
    expect(state?.binds.map(String)).toEqual(['/:/host']);
  });

  test('all capabilities without masked paths are privileged; podman says it itself', () => {
    const all = { process: { capabilities: { bounding: ['CAP_SYS_ADMIN', 'CAP_SYS_MODULE'] } } };
    expect(ociContainer(json(all), folder, 'containerd', source)?.container.privileged).toBe(true);
    const said = { ...all, annotations: { 'io.podman.annotations.privileged': 'FALSE' } };
    expect(ociContainer(json(said), folder, 'podman', source)?.container.privileged).toBe(false);
    expect(ociContainer(json({}), folder, 'podman', source)?.container.privileged).toBeUndefined();
  });

  test('CRI-O names image, pod and creation', () => {
    const annotations = {
      'io.kubernetes.container.name': 'app',
      'io.kubernetes.cri-o.ImageName': 'example.com/app:2',
      'io.kubernetes.pod.name': 'app-1',
      'io.kubernetes.pod.namespace': 'kube-system',
      'io.kubernetes.cri-o.Created': '2025-11-02T03:04:05.1+08:00',
    };
    const state = ociContainer(json({ annotations }), folder, 'crio', source);
    expect(state?.container).toMatchObject({
      name: 'app',
      image: 'example.com/app:2',
      pod: 'kube-system/app-1',
    });
    expect(state?.container.startedAt?.us).toBe(Date.UTC(2025, 10, 1, 19, 4, 5, 100) * 1000);
  });

  test('folders that are no id, and files that are no object, give nothing or the id alone', () => {
    expect(ociContainer(json({}), printableText('..'), 'containerd', source)).toBeUndefined();
    expect(ociContainer([1, 2], folder, 'containerd', source)?.container).toEqual({
      runtime: 'containerd',
      id: folder,
      source,
    });
  });
});

describe('containers/storage', () => {
  test('names and images come from the metadata within', () => {
    const list = [
      { id, names: ['a'], metadata: '{"image-name":"quay.io/example/app:1","name":"web"}' },
      { id: 'short' },
      'noise',
      { id: 'd'.repeat(64), names: ['b'], metadata: '{{{' },
    ];
    expect(
      storageContainers(json(list), 'podman', source).map(({ container }) => [
        container.name,
        container.image,
      ]),
    ).toEqual([
      [printableText('web'), printableText('quay.io/example/app:1')],
      [printableText('b'), undefined],
    ]);
    expect(storageContainers(json({ id }), 'podman', source)).toEqual([]);
  });
});

describe('LXC configuration', () => {
  const parse = (text: string, name = 'web'): ReturnType<typeof lxcContainer> =>
    lxcContainer(Buffer.from(text, 'latin1'), printableText(name), source);

  test('start with the host, confinement and host folders are told', () => {
    const state = parse(
      '# x\nlxc.start.auto = 1\nlxc.apparmor.profile = unconfined\nlxc.mount.entry = /srv srv none bind,create=dir 0 0\nlxc.mount.entry = proc proc proc ro 0 0\n',
    );
    expect(state?.container).toMatchObject({
      runtime: 'lxc',
      id: 'web',
      restartPolicy: 'always',
      privileged: true,
    });
    expect(state?.binds.map(String)).toEqual(['/srv:srv']);
  });

  test('mapped ids are not privileged, noise is nothing, and odd names are no container', () => {
    expect(parse('lxc.aa_profile=unconfined\nlxc.id_map = u 0 100000 65536\n')?.container).toMatchObject({
      privileged: false,
      restartPolicy: 'no',
    });
    expect(parse(`${'='.repeat(100_000)}\n\xff\x1b\n`)?.binds).toEqual([]);
    expect(parse('', '../x')).toBeUndefined();
  });
});
