/**
 * A lab host with a real container engine, podman or Docker: its socket, and an image made of the host's own busybox and a
 * stand-in. Whoever imports this makes `scripts/test.ts` make its root first.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type LabHost, openLabHost, type Running, variable } from './host.ts';

/** The layers of an overlay cannot lie on another overlay, so containers get a tmpfs. */
const storage = `[storage]
driver = "overlay"
runroot = "/run/containers/storage"
graphroot = "/var/lib/containers/storage"
`;
/** The groups of the lab have no controllers, and nothing of it keeps a journal. */
const settings = `[engine]
cgroup_manager = "cgroupfs"
events_logger = "file"
[containers]
log_driver = "k8s-file"
pids_limit = 0
`;

/** Path of the stand-in within the image. */
export const inImage = '/tmp/.x/xmrig';
export const image = 'localhost/lab/cache:1';

const makeImage = `set -eu
for folder in /var/lib/containers /var/lib/docker /var/lib/containerd; do
  mkdir -p $folder; mount -t tmpfs none $folder
done
mkdir -p /run/podman /img/bin /img/etc /img/tmp/.x
cp /usr/bin/busybox /img/bin/busybox
for name in sh sleep; do ln -s busybox /img/bin/$name; done
cp /opt/standins/shape /img${inImage}
for library in $(ldd /opt/standins/shape | grep -o '/[^ ]*'); do
  mkdir -p "/img$(dirname $library)"; cp -L "$library" "/img$library"
done
tar -C /img -cf /image.tar .
rm -r /img
`;

export interface ContainerHost {
  readonly host: LabHost;
  readonly service: Running;
  stop(): Promise<void>;
}

async function mustRun(host: LabHost, command: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await host.run(command);
  if (code !== 0) throw new Error(`${command.join(' ')} ended with ${code}: ${stderr}`);
  return stdout;
}

export const podman = (host: LabHost, ...words: readonly string[]): Promise<string> =>
  mustRun(host, ['podman', ...words]);

async function openHost(start: (host: LabHost) => Promise<Running>): Promise<ContainerHost> {
  const host = await openLabHost({
    size: '512m',
    lower: variable('DEMINE_TEST_CONTAINER_ROOT'),
    before: (root) => {
      writeFileSync(join(root, 'etc/containers/storage.conf'), storage);
      writeFileSync(join(root, 'etc/containers/containers.conf'), settings);
    },
  });
  try {
    await mustRun(host, ['sh', '-c', makeImage]);
    const service = await start(host);
    return {
      host,
      service,
      stop: async () => {
        await service.stop();
        await host.stop();
      },
    };
  } catch (thrown) {
    await host.stop();
    throw thrown;
  }
}

const untilListens = (host: LabHost, socket: string): Promise<string> =>
  mustRun(host, ['sh', '-c', `for try in $(seq 150); do [ -S ${socket} ] && exit; sleep 0.1; done; exit 1`]);

/** What they warn of is that the groups of the lab have no controllers. */
const quietly = (host: LabHost, command: string): Promise<Running> =>
  host.start(['sh', '-c', `exec ${command} >/dev/null 2>&1`]);

export const openContainerHost = (): Promise<ContainerHost> =>
  openHost(async (host) => {
    await mustRun(host, ['podman', 'import', '-q', '/image.tar', image]);
    const socket = '/run/podman/podman.sock';
    const service = await quietly(host, `podman system service --time 0 unix://${socket}`);
    await untilListens(host, socket);
    return service;
  });

/** One call on Docker's socket, as its own client makes it. */
export async function docker(
  host: LabHost,
  path: string,
  body: object | Uint8Array<ArrayBuffer> = {},
): Promise<unknown> {
  const isJson = !(body instanceof Uint8Array);
  const response = await fetch(`http://docker/v1.41${path}`, {
    unix: `${host.root}/run/docker.sock`,
    method: 'POST',
    headers: { 'Content-Type': isJson ? 'application/json' : 'application/x-tar' },
    body: isJson ? JSON.stringify(body) : body,
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${text}`);
  return text === '' ? undefined : JSON.parse(text);
}

/** Without networks, which would need modules and rules of the kernel. */
const dockerd =
  'dockerd --bridge=none --iptables=false --ip6tables=false --storage-driver=vfs --exec-opt native.cgroupdriver=cgroupfs';

export const openDockerHost = (): Promise<ContainerHost> =>
  openHost(async (host) => {
    const service = await quietly(host, dockerd);
    await untilListens(host, '/run/docker.sock');
    const [repository, tag] = image.split(/:(?=[^/]*$)/);
    const tar = new Uint8Array(readFileSync(join(host.root, 'image.tar')));
    await docker(host, `/images/create?fromSrc=-&repo=${repository}&tag=${tag}`, tar);
    return service;
  });
